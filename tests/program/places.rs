//! Where pictures are, how large their pixels are, and what is cut from them.

mod crops;
mod pixel_sizes;

use std::fmt::Write as _;
use std::io::Cursor;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cytolance_dataset::numbers_of;
use serde_json::Value;
use tiff::encoder::{Rational, TiffEncoder, colortype};
use tiff::tags::{ResolutionUnit, Tag};

use crate::support::{Run, open, program, run, runtime, text};

const WIDTH: usize = 110;
const HEIGHT: usize = 96;

/// What a picture's header says of the size of its pixels.
#[derive(Debug, Clone, Copy, Default)]
struct Header<'a> {
    description: &'a str,
    /// Pixels by centimetre.
    by_cm: Option<u32>,
}

/// A grey picture of one value, with a brighter square.
fn picture(background: u16, header: Header) -> Vec<u8> {
    let mut pixels = vec![background; WIDTH * HEIGHT];
    for y in 30..60 {
        pixels[y * WIDTH + 40..y * WIDTH + 70].fill(background + 900);
    }
    let mut bytes = Vec::new();
    {
        let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).expect("a TIFF");
        let mut image = encoder
            .new_image::<colortype::Gray16>(WIDTH as u32, HEIGHT as u32)
            .expect("a page");
        if let Some(n) = header.by_cm {
            image.resolution(ResolutionUnit::Centimeter, Rational { n, d: 1 });
        }
        if !header.description.is_empty() {
            let encoder = image.encoder();
            let written = encoder.write_tag(Tag::ImageDescription, header.description);
            written.expect("a description");
        }
        image.write_data(&pixels).expect("pixels");
    }
    bytes
}

/// Writes files below a folder.
fn write(root: &Path, files: &[(&str, Vec<u8>)]) {
    for (name, bytes) in files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
}

/// A table of one cell in each of some fields.
fn cells(fields: usize) -> Vec<u8> {
    let mut text =
        "ImageNumber,ObjectNumber,AreaShape_Area,AreaShape_Center_X,AreaShape_Center_Y\n"
            .to_owned();
    for image in 1..=fields {
        let _ = writeln!(text, "{image},1,81,50,45");
    }
    text.into_bytes()
}

/// The whole report of the last import.
fn report(dataset: &Path) -> Value {
    let said = run(&["info", text(dataset), "--report", "--json"]).ok();
    serde_json::from_str(&said.out).expect("JSON")
}

/// What the checks found of the background of each row's field: it says which picture was read.
fn backgrounds(dataset: &Path, channel: &str) -> Vec<f64> {
    let column = format!("QC_FieldBackground_{channel}");
    let read = runtime().block_on(open(dataset).read_columns(&[column]));
    numbers_of(&read.expect("a column")[0]).expect("numbers")
}

/// An Image table and where its pictures lie: `{root}` is the folder of all, whose name has a blank.
struct Case {
    name: &'static str,
    table: &'static str,
    files: [&'static str; 2],
}

const CASES: [Case; 9] = [
    Case {
        name: "names alone",
        table: "ImageNumber,FileName_DNA\n1,f1.tif\n2,f2.tif\n",
        files: ["pictures/f1.tif", "pictures/deep/f2.tif"],
    },
    Case {
        name: "names with folders",
        table: "ImageNumber,FileName_DNA\n1,w1/f.tif\n2,w2\\f.tif\n",
        files: ["pictures/w1/f.tif", "pictures/w2/f.tif"],
    },
    Case {
        name: "some without a folder",
        table: "ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,\n2,f2.tif,/gone/run\n",
        files: ["pictures/f1.tif", "pictures/run/f2.tif"],
    },
    Case {
        name: "a relative folder",
        table: "ImageNumber,FileName_DNA,PathName_DNA\n1,f.tif,a\n2,f.tif,b\n",
        files: ["pictures/a/f.tif", "pictures/b/f.tif"],
    },
    Case {
        name: "in place by URL alone",
        table: "ImageNumber,URL_DNA\n1,file:{url}/pictures/f%201.tif\n2,file://{url}/pictures/f2.tif\n",
        files: ["pictures/f 1.tif", "pictures/f2.tif"],
    },
    Case {
        name: "moved by URL alone",
        table: "ImageNumber,URL_DNA\n1,file:///gone/a%20b/f1.tif\n2,file:///C:/gone/a%20b/f2.tif\n",
        files: ["pictures/a b/f1.tif", "pictures/a b/f2.tif"],
    },
    Case {
        name: "a URL where the names are empty",
        table: "ImageNumber,FileName_DNA,PathName_DNA,URL_DNA\n1,,,file:///gone/f1.tif\n2,f2.tif,/gone,\n",
        files: ["pictures/f1.tif", "pictures/f2.tif"],
    },
    Case {
        name: "another system",
        table: "ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,D:\\screen\\p1\n2,F2.TIF,d:\\Screen\\p1\n",
        files: ["pictures/p1/f1.tif", "pictures/p1/f2.tif"],
    },
    Case {
        name: "a store that was copied",
        table: "ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,s3://bucket/p1\n2,f2.tif,s3://bucket/p1\n",
        files: ["pictures/p1/f1.tif", "pictures/p1/f2.tif"],
    },
];

impl Case {
    fn draw(&self, root: &Path) {
        let url = text(root).replace(' ', "%20");
        let table = self.table.replace("{url}", &url);
        write(
            root,
            &[
                ("export/Image.csv", table.into_bytes()),
                ("export/Nuclei.csv", cells(2)),
                (self.files[0], picture(100, Header::default())),
                (self.files[1], picture(300, Header::default())),
            ],
        );
    }
}

/// A folder with a blank in its name.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("my screen");
    std::fs::create_dir(&root).expect("a folder");
    (folder, root)
}

#[test]
fn checks_find_the_pictures_that_the_import_found() {
    for case in CASES {
        let (_folder, root) = folder();
        case.draw(&root);
        // As a person types it: from within the folder, by a relative path.
        let import = program(&[
            "import", "export", "--images", "pictures", "--out", "x.lance",
        ])
        .current_dir(&root)
        .output()
        .expect("the program starts");
        let said = String::from_utf8_lossy(&import.stdout).into_owned();
        assert!(import.status.success(), "{}: {said}", case.name);
        assert!(
            said.contains("with picture  2 of 2"),
            "{}: {said}",
            case.name
        );
        let dataset = root.join("x.lance");
        let checked = run(&["check", text(&dataset)]).ok();
        assert!(
            !checked.out.contains("not found"),
            "{}: {}",
            case.name,
            checked.out
        );
        assert_eq!(
            backgrounds(&dataset, "DNA"),
            [100.0, 300.0],
            "{}",
            case.name
        );
    }
}

#[test]
fn pictures_beside_the_export_are_found_again() {
    let (_folder, root) = folder();
    write(
        &root,
        &[
            (
                "export/Image.csv",
                b"ImageNumber,FileName_DNA\n1,f1.tif\n".to_vec(),
            ),
            ("export/Nuclei.csv", cells(1)),
            ("export/f1.tif", picture(200, Header::default())),
        ],
    );
    let dataset = root.join("x.lance");
    let export = root.join("export");
    run(&["import", text(&export), "--checks", "--out", text(&dataset)]).ok();
    assert_eq!(backgrounds(&dataset, "DNA"), [200.0]);
    // Two of one name: without a folder it cannot be told which one it is.
    write(
        &root,
        &[("export/copy/f1.tif", picture(500, Header::default()))],
    );
    let other = root.join("y.lance");
    let said = run(&["import", text(&export), "--out", text(&other)]).ok();
    assert!(said.out.contains("with picture  0 of 1"), "{}", said.out);
    assert!(said.out.contains("could be"), "{}", said.out);
}

#[test]
fn renamed_channels_and_databases_find_theirs() {
    let (_folder, root) = folder();
    let table = "ImageNumber,FileName_Orig.DNA,FileName_Actin\n1,d1.tif,a1.tif\n2,d2.tif,a2.tif\n";
    write(
        &root,
        &[
            ("export/Image.csv", table.as_bytes().to_vec()),
            ("export/Nuclei.csv", cells(2)),
            ("pictures/d1.tif", picture(100, Header::default())),
            ("pictures/d2.tif", picture(200, Header::default())),
            ("pictures/a1.tif", picture(300, Header::default())),
            ("pictures/a2.tif", picture(400, Header::default())),
        ],
    );
    let dataset = root.join("x.lance");
    let plan = format!(
        "source = {:?}\ndataset = {:?}\nimages = [{:?}]\n[[channels]]\nchannel = \"Orig.DNA\"\nname = \"Hoechst\"\n\
         [[channels]]\nchannel = \"Actin\"\nname = \"Orig.DNA\"\n",
        root.join("export"),
        dataset,
        root.join("pictures"),
    );
    write(&root, &[("plan.toml", plan.into_bytes())]);
    run(&[
        "import",
        "--plan",
        text(&root.join("plan.toml")),
        "--checks",
    ])
    .ok();
    assert_eq!(backgrounds(&dataset, "Hoechst"), [100.0, 200.0]);
    // A name that another channel has in the export.
    let other = open(&dataset);
    let column = other
        .columns()
        .iter()
        .find(|column| column.name.starts_with("QC_FieldBackground_Orig"))
        .map(|column| {
            column
                .name
                .trim_start_matches("QC_FieldBackground_")
                .to_owned()
        });
    let actin = column.expect("the column of the other channel");
    assert_eq!(backgrounds(&dataset, &actin), [300.0, 400.0]);
    // A copy of the dataset knows it, too.
    let copy = root.join("copy.lance");
    run(&["import", text(&dataset), "--out", text(&copy)]).ok();
    run(&["check", text(&copy), "--only", "background"]).ok();
    let read = open(&copy);
    let found: Vec<&str> = read
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .filter(|name| name.starts_with("QC_FieldBackground_Hoechst"))
        .collect();
    let newest = found
        .last()
        .expect("checked")
        .trim_start_matches("QC_FieldBackground_");
    assert_eq!(backgrounds(&copy, newest), [100.0, 200.0]);

    let database = root.join("run.db");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection
        .execute_batch(
            "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_FileName_DNA TEXT, Image_PathName_DNA TEXT);
             CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER,
                Nuclei_AreaShape_Area REAL, Nuclei_AreaShape_Center_X REAL, Nuclei_AreaShape_Center_Y REAL);
             INSERT INTO Per_Image VALUES (1, 'd1.tif', ''), (2, 'd2.tif', NULL);
             INSERT INTO Per_Nuclei VALUES (1, 1, 81, 50, 45), (2, 1, 81, 50, 45);",
        )
        .expect("tables");
    drop(connection);
    let dataset = root.join("of-database.lance");
    let pictures = root.join("pictures");
    let said = run(&[
        "import",
        text(&database),
        "--images",
        text(&pictures),
        "--checks",
        "--out",
        text(&dataset),
    ])
    .ok();
    assert_eq!(backgrounds(&dataset, "DNA"), [100.0, 200.0], "{}", said.out);
}

#[test]
fn appended_rows_find_their_own_pictures() {
    let (_folder, root) = folder();
    let table = b"ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,/gone/run\n".to_vec();
    let dataset = root.join("x.lance");
    for (number, (plate, background)) in [("one", 100), ("two", 700)].into_iter().enumerate() {
        write(
            &root,
            &[
                (format!("{plate}/export/Image.csv").as_str(), table.clone()),
                (format!("{plate}/export/Nuclei.csv").as_str(), cells(1)),
                (
                    format!("{plate}/pictures/f1.tif").as_str(),
                    picture(background, Header::default()),
                ),
            ],
        );
        let export = root.join(plate).join("export");
        let pictures = root.join(plate).join("pictures");
        let mut arguments = vec![
            "import",
            text(&export),
            "--images",
            text(&pictures),
            "--out",
            text(&dataset),
        ];
        if number > 0 {
            arguments.push("--append");
        }
        run(&arguments).ok();
    }
    run(&["check", text(&dataset)]).ok();
    assert_eq!(backgrounds(&dataset, "DNA"), [100.0, 700.0]);
    assert_eq!(open(&dataset).metadata().imports.len(), 2);
}

#[test]
fn a_store_that_nobody_named_is_named_and_not_asked() {
    let (_folder, root) = folder();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = format!("http://{}/x", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for caller in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(caller);
        }
    });
    let images = |places: [&str; 4]| {
        let mut table = "ImageNumber,FileName_DNA,PathName_DNA\n".to_owned();
        for (number, place) in (1..).zip(places) {
            let _ = writeln!(table, "{number},f{number}.tif,{place}");
        }
        table.into_bytes()
    };
    let deep = format!("{server}/deep");
    let cases = [
        (
            ["s3://bucket-of-nobody/x"; 4],
            vec![
                "4 pictures were recorded at s3://bucket-of-nobody/x: --images s3://bucket-of-nobody/x",
            ],
        ),
        (
            [server.as_str(), &deep, &deep, "gs://bucket-of-nobody"],
            vec![
                "3 pictures were recorded at http",
                "--images gs://bucket-of-nobody reads",
            ],
        ),
    ];
    for (at, (places, words)) in cases.into_iter().enumerate() {
        write(
            &root,
            &[
                ("export/Image.csv", images(places)),
                ("export/Nuclei.csv", cells(4)),
            ],
        );
        let dataset = root.join(format!("{at}.lance"));
        let export = root.join("export");
        let started = std::time::Instant::now();
        let Run { out, .. } = run(&["import", text(&export), "--checks", "--out", text(&dataset)]);
        let took = started.elapsed();
        for words in words {
            assert_eq!(out.matches(words).count(), 1, "{words}: {out}");
        }
        assert!(!out.contains("not there any more"), "nobody looked: {out}");
        assert!(took.as_secs() < 20, "{took:?}");
        let missing = report(&dataset)["images"]["missing"]
            .as_array()
            .map(Vec::len);
        assert_eq!(missing, Some(4));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "the server was asked");
}
