//! Keys, names and rows of an import: what tells plates, wells, tables and objects apart stays what it was.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Float64Array, RecordBatch, StringArray};
use cytolance_export::{Target, write_rules};
use cytolance_profile::{OutlierRule, ZThreshold};
use serde_json::Value;

use crate::support::{open, run, runtime, text, texts_of};

/// A dataset made from files of text, or from what `source` writes, and the report.
pub struct Imported {
    pub folder: tempfile::TempDir,
    pub dataset: PathBuf,
    pub report: Value,
    pub said: String,
}

pub fn import(files: &[(&str, &str)], arguments: &[&str]) -> Imported {
    import_made(arguments, |folder| {
        for (name, content) in files {
            std::fs::write(folder.join(name), content).expect("a file");
        }
        folder.to_path_buf()
    })
}

pub fn import_made(arguments: &[&str], source: impl FnOnce(&Path) -> PathBuf) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("a folder");
    let source = source(&export);
    let dataset = folder.path().join("x.lance");
    let report = folder.path().join("x.json");
    let mut all = vec!["import", text(&source), "--out", text(&dataset)];
    all.extend(["--report", text(&report)]);
    all.extend(arguments);
    let said = run(&all).ok().out;
    let json = std::fs::read_to_string(&report).expect("a report");
    Imported {
        dataset,
        report: serde_json::from_str(&json).expect("JSON"),
        said,
        folder,
    }
}

/// A source that is a database.
pub fn database(sql: &'static str) -> impl FnOnce(&Path) -> PathBuf {
    move |folder| {
        let path = folder.join("x.sqlite");
        rusqlite::Connection::open(&path)
            .and_then(|connection| connection.execute_batch(sql))
            .expect("a database");
        path
    }
}

impl Imported {
    pub fn values(&self, name: &str) -> ArrayRef {
        let names = [name.to_owned()];
        let read = runtime().block_on(open(&self.dataset).read_columns(&names));
        read.expect(name).remove(0)
    }

    /// The values of a column as text, nulls as «-».
    pub fn texts(&self, name: &str) -> Vec<String> {
        let values = self.values(name);
        texts_of(&values)
    }

    /// Rows of the dataset as texts of some columns, sorted.
    pub fn rows(&self, names: &[&str]) -> Vec<String> {
        let columns: Vec<Vec<String>> = names.iter().map(|name| self.texts(name)).collect();
        let mut rows: Vec<String> = (0..columns[0].len())
            .map(|row| {
                let values: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
                values.join(" ")
            })
            .collect();
        rows.sort();
        rows
    }

    pub fn has(&self, name: &str) -> bool {
        open(&self.dataset).column(name).is_some()
    }

    /// Fails unless these words are on the terminal and in the report.
    pub fn says(&self, words: &str) {
        assert!(self.said.contains(words), "{words} in {}", self.said);
        let json = self.report.to_string();
        assert!(json.contains(words), "{words} in {json}");
    }

    pub fn file(&self, table: &str) -> &Value {
        let files = self.report["files"].as_array().expect("files");
        let found = files.iter().find(|file| file["table"] == table);
        found.unwrap_or_else(|| panic!("{table} in {files:?}"))
    }
}

const NUCLEI: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,100\n2,1,101\n";

#[test]
fn names_that_look_like_numbers_stay_names() {
    let image = |plates: [&str; 2], wells: [&str; 2]| {
        format!(
            "ImageNumber,Metadata_Plate,Metadata_Well,MD5Digest_DNA\n1,{},{},593099152306448459505067532106e8\n2,{},{},1e5\n",
            plates[0], wells[0], plates[1], wells[1]
        )
    };
    let cases = [
        (["24E0123", "24E0124"], ["A01", "A02"]),
        // Both would be infinite, and so one plate.
        (["24E0401", "24E0402"], ["1E05", "2E05"]),
        (["1e10", "10000000000"], ["E05", "E06"]),
        (["007", "7"], ["+7", "0x7"]),
        (["24.50E012", "24.5e13"], ["inf", "A01"]),
        (["1.10", "1.1"], ["01", "1"]),
    ];
    for (plates, wells) in cases {
        let image = image(plates, wells);
        let imported = import(&[("Image.csv", &image), ("Nuclei.csv", NUCLEI)], &[]);
        assert_eq!(imported.texts("Metadata_Plate"), plates);
        assert_eq!(imported.texts("Metadata_Well"), wells);
        let digests = imported.texts("Image_MD5Digest_DNA");
        assert_eq!(digests, ["593099152306448459505067532106e8", "1e5"]);
    }
    let imported = import(
        &[
            (
                "Image.csv",
                "ImageNumber,Metadata_Site,Metadata_Dose\n1,1,0.5\n2,2,1e-05\n",
            ),
            ("Nuclei.csv", NUCLEI),
        ],
        &[],
    );
    assert!(imported.values("Metadata_Site").data_type().is_integer());
    assert!(imported.values("Metadata_Dose").data_type().is_floating());
}

#[test]
fn plate_and_well_are_known_by_every_usual_name() {
    let column = |values: [&str; 4]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    for (plate, well) in [
        ("Image_Metadata_Plate", "Image_Metadata_Well"),
        (
            "Metadata_Image_Metadata_Plate",
            "Metadata_Image_Metadata_Well",
        ),
        ("Metadata_Barcode", "Metadata_Well_Position"),
    ] {
        let imported = import_made(&[], |folder| {
            let batch = RecordBatch::try_from_iter([
                (plate, column(["P1", "P1", "P2", "P2"])),
                (well, column(["A01", "B02", "A01", "B02"])),
                (
                    "Nuclei_AreaShape_Area",
                    Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, 4.0])) as ArrayRef,
                ),
            ])
            .expect("a batch");
            let path = folder.join("cells.parquet");
            crate::support::write_parquet(&path, &batch);
            path
        });
        let dataset = open(&imported.dataset);
        assert_eq!(dataset.keys().plate.as_deref(), Some(plate));
        assert_eq!(dataset.keys().mapped_well(), Some(well));
        let page = imported.folder.path().join("r.html");
        run(&["report", text(&imported.dataset), "--out", text(&page)]).ok();
        let page = std::fs::read_to_string(page).expect("a report");
        assert!(!page.contains("no wells"), "{plate}: {page}");
        for words in ["P1", "P2"] {
            assert!(page.contains(words), "{words} with {plate}");
        }
        // Each plate by itself, whatever its column is called.
        let rules = imported.folder.path().join("rules.yml");
        let rule = OutlierRule {
            name: "large".to_owned(),
            thresholds: vec![ZThreshold {
                feature: "Nuclei_AreaShape_Area".to_owned(),
                z: 0.9,
            }],
            ..OutlierRule::default()
        };
        write_rules(&Target::new(&rules, false), &[rule]).expect("written");
        let mut arguments = vec!["outliers", text(&imported.dataset), "--rules", text(&rules)];
        let said = run(&arguments).ok().out;
        assert!(said.contains("large: 1 of 4 cells"), "{said}");
        let flags = imported.folder.path().join("flags.csv");
        arguments.extend(["--per-plate", "--out", text(&flags)]);
        let said = run(&arguments).ok().out;
        assert!(said.contains("large: 2 of 4 cells"), "{said}");
        let flags = std::fs::read_to_string(flags).expect("flags");
        assert!(flags.contains(well) && flags.contains("B02"), "{flags}");
    }
}

#[test]
fn padding_is_no_object() {
    let padded = "CREATE TABLE Per_Image (ImageNumber INTEGER);
        INSERT INTO Per_Image VALUES (1);
        CREATE TABLE Per_Object (ImageNumber INTEGER, ObjectNumber INTEGER, Nuclei_Number_Object_Number INTEGER,
            Nuclei_AreaShape_Area FLOAT, Speckles_Number_Object_Number INTEGER, Speckles_AreaShape_Area FLOAT);
        INSERT INTO Per_Object VALUES (1,1,1,51,1,6), (1,2,2,0,2,7), (1,3,0,0,3,8), (1,4,NULL,NULL,4,9), (1,5,0,3.5,5,9);";
    let csv = "Image,Nuclei,Nuclei,Nuclei,Speckles,Speckles\n\
        ImageNumber,ObjectNumber,Number_Object_Number,AreaShape_Area,Number_Object_Number,AreaShape_Area\n\
        1,1,1,51,1,6\n1,2,2,0,2,7\n1,3,0,0.0,3,8\n1,4,,nan,4,9\n1,5,0,3.5,5,9\n";
    let own_numbers = "Image,Nuclei,Nuclei,Speckles,Speckles\n\
        ImageNumber,ObjectNumber,AreaShape_Area,ObjectNumber,AreaShape_Area\n\
        1,1,51,1,6\n1,2,0,2,7\n1,0,0.0,3,8\n1,,nan,4,9\n1,0,3.5,5,9\n";
    let files = |objects| {
        import(
            &[("Image.csv", "ImageNumber\n1\n"), ("Objects.csv", objects)],
            &["--primary", "Nuclei"],
        )
    };
    for (imported, table) in [
        (
            import_made(&["--primary", "Nuclei"], database(padded)),
            "Per_Object: Nuclei",
        ),
        (files(csv), "Objects.csv: Nuclei"),
        (files(own_numbers), "Objects.csv: Nuclei"),
    ] {
        // An object without area is one, and so is what was measured without a number.
        let areas: Vec<f64> = imported
            .texts("Nuclei_AreaShape_Area")
            .iter()
            .map(|text| text.parse().expect("an area"))
            .collect();
        assert_eq!(areas, [51.0, 0.0, 3.5], "{table}");
        imported.says("2 padding rows");
        let file = imported.file(table);
        assert_eq!(file["notes"]["padding"], 2, "{file}");
        let count = |name: &str| file[name].as_u64().expect("a count");
        assert_eq!(count("rows"), 3, "{file}");
        assert_eq!(
            count("rows"),
            count("imported") + count("rejected") + count("without_parent") + count("not_used"),
            "{file}"
        );
    }
    let unnumbered = "CREATE TABLE Per_Object (ImageNumber INTEGER, ObjectNumber INTEGER, Nuclei_AreaShape_Area FLOAT, Speckles_AreaShape_Area FLOAT);
        INSERT INTO Per_Object VALUES (1,1,5,6), (1,2,0,7);";
    let imported = import_made(&["--primary", "Nuclei"], database(unnumbered));
    assert_eq!(imported.report["rows"], 2);
    imported.says("1 row of zeros alone");
}

#[test]
fn tables_that_contradict_each_other_are_named() {
    let image = "ImageNumber,Metadata_Well,Metadata_Site,Metadata_Plate\n1,A01,1,P1\n4,,2,P1\n";
    let nuclei = "ImageNumber,ObjectNumber,Metadata_Well,Metadata_Site,Metadata_Plate\n\
        1,1,C05,01,P1\n1,2,C05,01,P1\n2,1,C06,3,P2\n3,1,C07,4,P2\n4,1,C08,2,P1\n";
    let imported = import(&[("Image.csv", image), ("Nuclei.csv", nuclei)], &[]);
    assert_eq!(
        imported.texts("Metadata_Well"),
        ["A01", "A01", "C06", "C07", "C08"]
    );
    assert_eq!(
        imported.texts("Metadata_Plate"),
        ["P1", "P1", "P2", "P2", "P1"]
    );
    imported.says(
        "Metadata_Well of Image.csv (A01) and of Nuclei.csv (C05) contradict each other in 1 of 1 image: are they of one run? The value of Image.csv is kept",
    );
    // 1 and 01 are one site, and equal plates are no news.
    assert_eq!(imported.said.matches("contradict each other").count(), 1);

    // Where the Image table says it of every image, the other table's spelling changes no type.
    let image = "ImageNumber,Metadata_Site\n1,1\n2,2\n";
    let nuclei = "ImageNumber,ObjectNumber,Metadata_Site\n1,1,01\n2,1,s2\n";
    let imported = import(&[("Image.csv", image), ("Nuclei.csv", nuclei)], &[]);
    assert!(imported.values("Metadata_Site").data_type().is_integer());
    imported.says("Metadata_Site of Image.csv (2) and of Nuclei.csv (s2) contradict each other in 1 of 2 images");

    // Without an Image table, the object tables are held against each other.
    let cells = "ImageNumber,ObjectNumber,Metadata_Well,Parent_Nuclei\n1,1,A01,1\n2,1,,1\n";
    let nuclei = "ImageNumber,ObjectNumber,Metadata_Well\n1,1,B01\n2,1,B02\n";
    let imported = import(&[("Cells.csv", cells), ("Nuclei.csv", nuclei)], &[]);
    assert_eq!(imported.texts("Metadata_Well"), ["A01", "B02"]);
    imported.says("Metadata_Well of Cells.csv (A01) and of Nuclei.csv (B01) contradict each other in 1 of 1 image");
}

#[test]
fn names_that_cannot_be_kept_are_replaced_and_named() {
    let image = "ImageNumber,FileName_DNA.raw,Metadata_Dose.uM,Metadata_Dose_uM,Metadata_A`b\n1,f1.tif,0.5,2,x\n";
    let worms = "ImageNumber,ObjectNumber,AreaShape_Area,Intensity_MeanIntensity_DNA.raw,Location_Center_X,Location_Center_Y,AreaShape_MajorAxisLength,AreaShape_MinorAxisLength,AreaShape_Orientation\n1,1,50,0.25,10,10,9,7,0\n";
    let imported = import(&[("Image.csv", image), ("Worms.big.csv", worms)], &[]);
    assert_eq!(imported.texts("Metadata_Dose_uM"), ["2"]);
    assert_eq!(imported.texts("Metadata_Dose_uM_2"), ["0.5"]);
    assert_eq!(imported.texts("Metadata_A_b"), ["x"]);
    assert_eq!(imported.texts("Image_FileName_DNA_raw"), ["f1.tif"]);
    imported.says("Metadata_Dose.uM is Metadata_Dose_uM_2");
    assert_eq!(
        imported.report["renamed_columns"]["Metadata_A`b"],
        "Metadata_A_b"
    );
    assert_eq!(imported.report["channels"][0], "DNA_raw");
    let dataset = open(&imported.dataset);
    let field = dataset.schema().field_with_name("Metadata_A_b");
    let metadata = field.expect("the column").metadata();
    assert_eq!(metadata["cytolance:source_name"], "Metadata_A`b");
    // Channels and objects are called in columns as they are called in the dataset.
    for object in dataset.metadata().objects.clone() {
        let area = format!("{object}_AreaShape_Area");
        assert!(dataset.column(&area).is_some(), "{area}");
        assert!(!object.contains('.'), "{object}");
    }

    // Rows that are added find the column of their own name, or it is said that they do not.
    let more = imported.folder.path().join("more");
    std::fs::create_dir(&more).expect("a folder");
    let image = "ImageNumber,FileName_DNA.raw,Metadata_Dose.uM,Metadata_A_b\n1,f1.tif,0.75,y\n";
    std::fs::write(more.join("Image.csv"), image).expect("a file");
    std::fs::write(more.join("Worms.big.csv"), worms).expect("a file");
    let target = text(&imported.dataset);
    let said = run(&["import", text(&more), "--append", "--out", target]).ok();
    assert_eq!(imported.texts("Metadata_Dose_uM_2"), ["0.5", "0.75"]);
    assert_eq!(imported.texts("Metadata_Dose_uM"), ["2", "-"]);
    let words = "Metadata_A_b of the new rows goes into the column Metadata_A_b, which holds Metadata_A`b of the rows before";
    assert!(said.out.contains(words), "{}", said.out);
    assert_eq!(said.out.matches("goes into the column").count(), 1);

    let batch = RecordBatch::try_from_iter([
        (
            "Metadata_Dose.uM",
            Arc::new(Float64Array::from(vec![0.5])) as ArrayRef,
        ),
        ("", Arc::new(Float64Array::from(vec![1.5])) as ArrayRef),
        (
            "Nuclei_Texture.1_Contrast",
            Arc::new(Float64Array::from(vec![2.5])) as ArrayRef,
        ),
        (
            "Nuclei_AreaShape_Area",
            Arc::new(Float64Array::from(vec![3.5])) as ArrayRef,
        ),
        (
            "_rowid",
            Arc::new(Float64Array::from(vec![4.5])) as ArrayRef,
        ),
    ])
    .expect("a batch");
    let imported = import_made(&[], |folder| {
        let path = folder.join("cells.parquet");
        crate::support::write_parquet(&path, &batch);
        path
    });
    for (name, value) in [
        ("Metadata_Dose_uM", "0.5"),
        ("unnamed", "1.5"),
        ("Nuclei_Texture_1_Contrast", "2.5"),
        ("source_rowid", "4.5"),
    ] {
        assert_eq!(imported.texts(name), [value], "{name}");
    }
    let imported = import_made(
        &[],
        database(
            "CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, \"Nuclei_AreaShape_Area.um\" FLOAT);
             INSERT INTO Per_Nuclei VALUES (1, 1, 5.5);",
        ),
    );
    assert_eq!(imported.texts("Nuclei_AreaShape_Area_um"), ["5.5"]);
}

#[test]
fn nothing_to_check_takes_nothing_away() {
    let image = "ImageNumber,FileName_DNA,PathName_DNA\n1,f1.tif,/gone\n2,f2.tif,/gone\n";
    let imported = import(
        &[("Image.csv", image), ("Nuclei.csv", NUCLEI)],
        &["--checks"],
    );
    assert_eq!(imported.report["rows"], 2);
    imported.says("nothing to check");
    // There are no outlines at all, so none are approximate.
    assert!(!imported.said.contains("ellipses"), "{}", imported.said);
    let dataset = open(&imported.dataset);
    assert!(dataset.metadata().approximate_outlines.is_empty());
}

#[test]
fn tables_of_a_database_are_told_apart_by_digests() {
    let imported = import_made(
        &[],
        database(
            "CREATE TABLE Image (TableNumber TEXT, ImageNumber INTEGER, Image_Metadata_Well TEXT);
             INSERT INTO Image VALUES ('dd77885d07028e67', 1, 'A01'), ('1e5', 1, 'B02');
             CREATE TABLE Cells (TableNumber TEXT, ImageNumber INTEGER, ObjectNumber INTEGER, Cells_AreaShape_Area REAL, Cells_Parent_Nuclei INTEGER);
             INSERT INTO Cells VALUES ('dd77885d07028e67',1,1,101,1), ('dd77885d07028e67',1,2,102,2), ('1e5',1,1,201,1), ('1e5',1,2,202,2), ('1e5',1,3,203,3);
             CREATE TABLE Nuclei (TableNumber TEXT, ImageNumber INTEGER, ObjectNumber INTEGER, Nuclei_AreaShape_Area REAL);
             INSERT INTO Nuclei VALUES ('dd77885d07028e67',1,1,11), ('dd77885d07028e67',1,2,12), ('1e5',1,1,21), ('1e5',1,2,22), ('1e5',1,3,23);",
        ),
    );
    assert_eq!(
        imported.rows(&[
            "Metadata_Well",
            "Cells_AreaShape_Area",
            "Nuclei_AreaShape_Area",
            "Metadata_TableNumber"
        ]),
        [
            "A01 101.0 11.0 dd77885d07028e67",
            "A01 102.0 12.0 dd77885d07028e67",
            "B02 201.0 21.0 1e5",
            "B02 202.0 22.0 1e5",
            "B02 203.0 23.0 1e5",
        ]
    );
}

#[test]
fn an_image_table_in_lower_case_is_one() {
    let imported = import_made(
        &[],
        database(
            "CREATE TABLE image (TableNumber TEXT, ImageNumber INTEGER, image_Metadata_Barcode TEXT, image_Metadata_Well TEXT, image_FileName_DNA TEXT);
             INSERT INTO image VALUES ('aa01', 1, '1E05', 'A01', 'g1.tif'), ('bb02', 2, '2E05', 'A01', 'g2.tif');
             CREATE TABLE Cells (TableNumber TEXT, ImageNumber INTEGER, ObjectNumber INTEGER, Cells_AreaShape_Area REAL);
             INSERT INTO Cells VALUES ('aa01', 1, 1, 101), ('bb02', 2, 1, 102);",
        ),
    );
    assert_eq!(
        imported.rows(&["Metadata_Barcode", "Metadata_Well", "Image_FileName_DNA"]),
        ["1E05 A01 g1.tif", "2E05 A01 g2.tif"]
    );
    assert!(!imported.has("Image_image_Metadata_Well"));
    assert_eq!(imported.report["images"]["expected"], 2);
}
