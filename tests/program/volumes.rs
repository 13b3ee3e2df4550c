//! Files of several pages: volumes, stacks of channels, series. What is shown is the page that was meant.

mod stacks;

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use cytolance_dataset::{CellDataset, DEPTH_COLUMNS, numbers_of};
use cytolance_import::source_planes;

use crate::identity::{Imported, SIDE, import, tiff16};
use crate::support::{python_with, run, run_script, runtime, text};

const DEPTH: usize = 6;

/// An object of a volume: x, y, z from and to, its centre along Z; in the last column a smaller box in other planes.
struct Object {
    bounds: [usize; 6],
    center: f64,
    /// The only planes in which it has its whole size; elsewhere it is 4 pixels smaller on every side.
    whole: Range<usize>,
}

/// Two objects one above the other, one aside, and one that is wide in two planes alone.
fn objects() -> Vec<Object> {
    let object = |bounds: [usize; 6], center: f64, whole: Range<usize>| Object {
        bounds,
        center,
        whole,
    };
    vec![
        object([5, 6, 0, 17, 18, 3], 1.0, 0..6),
        object([5, 6, 3, 17, 18, 6], 4.2, 0..6),
        object([40, 30, 1, 52, 44, 5], 2.4, 0..6),
        object([60, 60, 0, 80, 76, 6], 3.6, 3..5),
    ]
}

impl Object {
    /// Its box in a plane.
    fn square(&self, z: usize) -> Option<[usize; 4]> {
        let [left, top, low, right, bottom, high] = self.bounds;
        let less = if self.whole.contains(&z) { 0 } else { 4 };
        (low..high)
            .contains(&z)
            .then_some([left + less, top + less, right - less, bottom - less])
    }
}

/// A value that no other place of the volume has nearby.
fn value(channel: usize, z: usize, x: usize, y: usize) -> u16 {
    (20_000 * channel + 2500 * z + (x * 31 + y * 57 + z * 911) % 2400) as u16
}

fn plane(channel: usize, z: usize) -> Vec<u16> {
    (0..SIDE * SIDE)
        .map(|at| value(channel, z, at % SIDE, at / SIDE))
        .collect()
}

/// The labels of a plane; `number` says those of the objects.
fn labels(z: usize, number: impl Fn(usize) -> usize) -> Vec<u16> {
    let mut pixels = vec![0; SIDE * SIDE];
    for (at, object) in objects().iter().enumerate() {
        if let Some([left, top, right, bottom]) = object.square(z) {
            for y in top..bottom {
                pixels[y * SIDE + left..y * SIDE + right].fill(number(at + 1) as u16);
            }
        }
    }
    pixels
}

/// What was measured along Z.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Measured {
    Boxes,
    Centers,
    Volumes,
}

fn table(measured: Measured) -> String {
    let mut text = "ImageNumber,ObjectNumber,AreaShape_Volume,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y".to_owned();
    text += match measured {
        Measured::Boxes => {
            ",AreaShape_BoundingBoxMinimum_Z,AreaShape_BoundingBoxMaximum_Z,AreaShape_Center_Z\n"
        }
        Measured::Centers => ",Location_Center_Z\n",
        Measured::Volumes => "\n",
    };
    for (number, object) in (1..).zip(objects()) {
        let [left, top, low, right, bottom, high] = object.bounds;
        let voxels: usize = (0..DEPTH)
            .filter_map(|z| object.square(z))
            .map(|[left, top, right, bottom]| (right - left) * (bottom - top))
            .sum();
        let _ = write!(text, "1,{number},{voxels},{left},{top},{right},{bottom}");
        let center = object.center;
        let _ = match measured {
            Measured::Boxes => writeln!(text, ",{low},{high},{center}"),
            Measured::Centers => writeln!(text, ",{center}"),
            Measured::Volumes => writeln!(text),
        };
    }
    text
}

const IMAGES: &str = "ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,/gone\n";

/// A TIFF of these planes.
fn stack(planes: &[Vec<u16>], description: &str) -> Vec<u8> {
    let planes: Vec<&[u16]> = planes.iter().map(Vec::as_slice).collect();
    tiff16(&planes, description)
}

fn volume(channel: usize, description: &str) -> Vec<u8> {
    let planes: Vec<Vec<u16>> = (0..DEPTH).map(|z| plane(channel, z)).collect();
    stack(&planes, description)
}

fn label_volume(description: &str, number: impl Fn(usize) -> usize) -> Vec<u8> {
    let planes: Vec<Vec<u16>> = (0..DEPTH).map(|z| labels(z, &number)).collect();
    stack(&planes, description)
}

/// An export of one volume in a folder.
pub(crate) fn write_volume(folder: &Path) {
    for (name, bytes) in [
        ("Image.csv", IMAGES.as_bytes().to_vec()),
        ("Nuclei.csv", table(Measured::Boxes).into_bytes()),
        ("f1.tif", volume(0, "")),
    ] {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
}

/// Planes of the crop of each row, as the dataset says.
fn shown_planes(dataset: &CellDataset) -> Vec<Option<Range<usize>>> {
    let names = DEPTH_COLUMNS.map(str::to_owned);
    let columns = runtime().block_on(dataset.read_columns(&names));
    let columns = columns.expect("columns of depth");
    let [first, end] = [0, 1].map(|at| numbers_of(&columns[at]).expect("numbers"));
    let planes = first.iter().zip(end);
    planes
        .map(|(first, end)| first.is_finite().then_some(*first as usize..end as usize))
        .collect()
}

/// How planes become one pixel.
type Rule = fn(&[u16]) -> u16;

fn brightest(values: &[u16]) -> u16 {
    values.iter().copied().max().expect("a plane")
}

fn mean(values: &[u16]) -> u16 {
    let sum: u32 = values.iter().copied().map(u32::from).sum();
    let count = values.len() as u32;
    ((sum + count / 2) / count) as u16
}

/// Holds crops, outlines and the field of view to what the planes hold.
fn check(imported: &Imported, name: &str, planes: &[Option<Range<usize>>], rule: Rule) {
    let dataset = &imported.dataset;
    assert_eq!(shown_planes(dataset), planes, "{name}\n{}", imported.said);
    let rows: Vec<u32> = (0..planes.len() as u32).collect();
    let pictures = runtime().block_on(dataset.pictures(&rows)).expect(name);
    let channels = dataset.metadata().channels.clone();
    for ((object, planes), (row, picture)) in
        objects().iter().zip(planes).zip(rows.iter().zip(pictures))
    {
        let Some(planes) = planes else {
            assert!(picture.crop.is_none(), "{name}: crop of row {row}");
            continue;
        };
        let pixel = |channel: usize, x: usize, y: usize| {
            let values: Vec<u16> = planes.clone().map(|z| value(channel, z, x, y)).collect();
            rule(&values)
        };
        let [left, top, _, right, bottom, _] = object.bounds;
        let crop = picture.crop.expect("a crop");
        for (channel, found) in crop.planes.iter().enumerate() {
            let expected: Vec<u16> = (top..bottom)
                .flat_map(|y| (left..right).map(move |x| (x, y)))
                .map(|(x, y)| pixel(channel, x, y))
                .collect();
            assert_eq!(**found, expected, "{name}: row {row}, channel {channel}");
        }
        let sources = runtime().block_on(source_planes(dataset, &channels, *row));
        let sources = sources.expect("readable").expect("names");
        for (channel, source) in sources.into_iter().enumerate() {
            let (_, plane) = source.plane.expect("a source picture");
            let at = |x: usize, y: usize| plane.pixels[y * SIDE + x];
            assert_eq!(at(left, top), pixel(channel, left, top), "{name}: field");
            assert_eq!(at(90, 7), pixel(channel, 90, 7), "{name}: field");
        }
        let squares = planes.clone().filter_map(|z| object.square(z));
        let shown = squares.reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        });
        let outline = picture.outlines.iter().find(|(name, _)| name == "Nuclei");
        assert_eq!(
            outline.and_then(|(_, outline)| outline.bounds()),
            shown.map(|square| square.map(|side| side as f64)),
            "{name}: outline of row {row}"
        );
    }
}

/// What was measured, options, the planes that each crop shows and how they become one.
type Case<'a> = (Measured, &'a [&'a str], Vec<Option<Range<usize>>>, Rule);

/// One plane for each object.
fn single(planes: [usize; 4]) -> Vec<Option<Range<usize>>> {
    planes.map(|plane| Some(plane..plane + 1)).to_vec()
}

#[test]
fn crops_and_outlines_are_those_of_the_planes_that_are_asked_for() {
    let ome = "<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"1\" SizeZ=\"6\" SizeT=\"1\"><TiffData/></Pixels></Image></OME>";
    let descriptions = [
        "",
        "ImageJ=1.53\nimages=6\nslices=6\n",
        "{\"shape\": [6, 96, 96]}",
        "{\"shape\": [6, 96, 96], \"axes\": \"ZYX\"}",
        ome,
    ];
    let whole = |planes: Range<usize>| vec![Some(planes); 4];
    let boxes = vec![Some(0..3), Some(3..6), Some(1..5), Some(0..6)];
    let cases: [Case; 8] = [
        (Measured::Boxes, &[], single([1, 4, 2, 4]), brightest),
        (Measured::Centers, &[], single([1, 4, 2, 4]), brightest),
        (Measured::Volumes, &[], vec![None; 4], brightest),
        (
            Measured::Boxes,
            &["--plane", "max"],
            boxes.clone(),
            brightest,
        ),
        (Measured::Boxes, &["--plane", "mean"], boxes, mean),
        (
            Measured::Centers,
            &["--plane", "max"],
            whole(0..6),
            brightest,
        ),
        (
            Measured::Boxes,
            &["--plane", "2"],
            single([2, 2, 2, 2]),
            brightest,
        ),
        (Measured::Volumes, &["--plane", "mean"], whole(0..6), mean),
    ];
    for (at, (measured, extra, planes, rule)) in cases.into_iter().enumerate() {
        // Each description with each rule would be forty imports.
        let few = [descriptions[at % descriptions.len()]];
        let described: &[&str] = if at == 0 { &descriptions } else { &few };
        for description in described {
            let extra: Vec<&str> = [&["--margin", "0"][..], extra].concat();
            let files = [
                ("export/Image.csv", IMAGES.as_bytes().to_vec()),
                ("export/Nuclei.csv", table(measured).into_bytes()),
                ("pictures/f1.tif", volume(0, description)),
                ("masks/f1_Nuclei.tiff", label_volume(description, |one| one)),
            ];
            let imported = import(&files, &extra);
            let name = format!("{measured:?} {extra:?} {description}");
            check(&imported, &name, &planes, rule);
            let said = &imported.said;
            assert!(said.contains("the pictures are volumes, as "), "{said}");
            let unused = &imported.report["images"]["pages_unused"];
            assert_eq!(*unused, serde_json::json!([]), "{name}");
            if planes[0].is_none() {
                let why = "4 without: its place along Z was not measured (--plane max";
                assert!(said.contains(why), "{said}");
            }
        }
    }
    // A plan file says the same; and a plane beyond the volume is none.
    let files = |plane: &str| {
        import(
            &[
                ("export/Image.csv", IMAGES.as_bytes().to_vec()),
                ("export/Nuclei.csv", table(Measured::Boxes).into_bytes()),
                ("pictures/f1.tif", volume(0, "")),
            ],
            &["--plane", plane],
        )
    };
    let said = files("6").said;
    assert!(
        said.contains("none of the number 6 (counted from 0)"),
        "{said}"
    );
    let wrong = run(&["import", "x", "--out", "y", "--plane", "middle"]);
    assert!(
        wrong.code != 0 && wrong.err.contains("centre, max, mean"),
        "{}",
        wrong.err
    );
}

#[test]
fn an_outline_is_that_of_its_object_in_its_planes() {
    let with_masks = |measured: Measured, masks: Vec<u8>, extra: &[&str]| {
        import(
            &[
                ("export/Image.csv", IMAGES.as_bytes().to_vec()),
                ("export/Nuclei.csv", table(measured).into_bytes()),
                ("pictures/f1.tif", volume(0, "")),
                ("masks/f1_Nuclei.tiff", masks),
            ],
            extra,
        )
    };
    // Plane 2 has nothing of the second object.
    let imported = with_masks(
        Measured::Boxes,
        label_volume("", |one| one),
        &["--plane", "2"],
    );
    let why = "1 without outline: the planes that its crop shows have nothing of it";
    assert!(imported.said.contains(why), "{}", imported.said);
    assert_eq!(imported.report["outlines_traced"]["Nuclei"], 3);
    // The first two have changed places along Z: what lies over the same pixels is another object.
    for measured in [Measured::Boxes, Measured::Centers] {
        let imported = with_masks(measured, label_volume("", |one| [0, 2, 1, 3, 4][one]), &[]);
        assert_eq!(imported.report["outlines_traced"]["Nuclei"], 2);
        let why = "2 without outline: the part with its number lies elsewhere";
        assert!(imported.said.contains(why), "{}", imported.said);
    }
    for (masks, words) in [
        (
            label_volume("", |one| one % 4 + 1),
            "0 of 4 parts lie where an object was measured",
        ),
        (
            stack(&[labels(1, |one| one)], ""),
            "has one plane; AreaShape_Center_Z says",
        ),
        (
            stack(&[vec![1; SIDE * SIDE], vec![2; SIDE * SIDE]], ""),
            "of 2 parts lie where an object was measured",
        ),
    ] {
        let imported = with_masks(Measured::Boxes, masks, &[]);
        assert!(imported.said.contains(words), "{words}: {}", imported.said);
        assert_eq!(imported.report["outlines_traced"]["Nuclei"], 0, "{words}");
    }
}

#[test]
fn a_volume_may_be_a_file_a_plane() {
    let images = IMAGES.replace("f1.tif", "f1_z00.tif");
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("export/Image.csv".to_owned(), images.into_bytes()),
        (
            "export/Nuclei.csv".to_owned(),
            table(Measured::Boxes).into_bytes(),
        ),
    ];
    for z in 0..DEPTH {
        files.push((
            format!("pictures/f1_z{z:02}.tif"),
            stack(&[plane(0, z)], ""),
        ));
        let mask = stack(&[labels(z, |one| one)], "");
        files.push((format!("masks/f1_z{z:02}_Nuclei.tiff"), mask));
    }
    let imported = |files: &[(String, Vec<u8>)]| {
        let files: Vec<(&str, Vec<u8>)> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.clone()))
            .collect();
        import(&files, &["--margin", "0"])
    };
    check(&imported(&files), "files", &single([1, 4, 2, 4]), brightest);
    let gap: Vec<_> = files
        .iter()
        .filter(|(name, _)| !name.contains("z02.tif"))
        .cloned()
        .collect();
    let broken = imported(&gap);
    assert_eq!(broken.report["rows_with_picture"], 0);
    assert!(
        broken.said.contains("have a gap after number 1"),
        "{}",
        broken.said
    );
    let alone: Vec<_> = files.into_iter().take(3).collect();
    let flat = imported(&alone);
    assert_eq!(flat.report["rows_with_picture"], 0);
    assert!(
        flat.said
            .contains("f1_z00.tif has one plane; AreaShape_Center_Z says"),
        "{}",
        flat.said
    );
}

#[test]
fn volumes_of_channels_and_series_keep_their_places() {
    let image = |first: usize| {
        format!(
            "<Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"2\" SizeZ=\"6\" SizeT=\"1\"><Channel Name=\"DNA\"/><Channel Name=\"ER\"/><TiffData IFD=\"{first}\" PlaneCount=\"12\"/></Pixels></Image>"
        )
    };
    let ome = format!("<OME>{}{}</OME>", image(0), image(12));
    let other = vec![vec![7; SIDE * SIDE]; 12];
    let own: Vec<Vec<u16>> = (0..12).map(|at| plane(at / 6, at % 6)).collect();
    for (columns, places, channels) in [
        ("FileName_raw", "two.ome.tif", vec!["raw_DNA", "raw_ER"]),
        (
            "FileName_DNA,FileName_ER",
            "two.ome.tif,two.ome.tif",
            vec!["DNA", "ER"],
        ),
    ] {
        let of_series = columns.replace("FileName_", "Series_");
        let series = places.replace("two.ome.tif", "1");
        let folders = columns.replace("FileName_", "PathName_");
        let gone = places.replace("two.ome.tif", "/gone");
        let images =
            format!("ImageNumber,{columns},{of_series},{folders}\n1,{places},{series},{gone}\n");
        let imported = import(
            &[
                ("export/Image.csv", images.into_bytes()),
                ("export/Nuclei.csv", table(Measured::Boxes).into_bytes()),
                (
                    "pictures/two.ome.tif",
                    stack(&[other.clone(), own.clone()].concat(), &ome),
                ),
                ("masks/two.ome_Nuclei.tiff", label_volume("", |one| one)),
            ],
            &["--margin", "0", "--checks"],
        );
        assert_eq!(imported.report["channels"], serde_json::json!(channels));
        check(&imported, columns, &single([1, 4, 2, 4]), brightest);
        // Each cell's check is that of its plane.
        let name = format!("QC_FieldBackground_{}", channels[1]);
        let found = runtime().block_on(imported.dataset.read_columns(&[name]));
        let found = numbers_of(&found.expect("a column")[0]).expect("numbers");
        for (background, z) in found.iter().zip([1.0, 4.0, 2.0, 4.0]) {
            let low = 20_000.0 + 2500.0 * z;
            assert!((low..low + 2400.0).contains(background), "{found:?}");
        }
    }
}

#[test]
fn python_reads_the_same_planes() {
    let Some(python) = python_with("lance, pyarrow, tifffile, numpy") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    run_script(&python, "planes.py", &["draw", text(folder.path())]);
    let drawn = std::fs::read_dir(folder.path()).expect("a folder");
    let mut names: Vec<_> = drawn.map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    assert_eq!(names.len(), 6, "{names:?}");
    for case in names {
        let rule = std::fs::read_to_string(case.join("rule")).expect("a rule");
        let path = |name: &str| text(&case.join(name)).to_owned();
        let arguments = [
            "import",
            &path("export"),
            "--out",
            &path("x.lance"),
            "--images",
            &path("pictures"),
            "--plane",
            rule.trim(),
        ];
        println!("{}", run(&arguments).ok().out);
        run_script(&python, "planes.py", &["check", text(&case)]);
    }
}
