//! What a row is: which tables give rows, what belongs to which row, and what of it is kept.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use cytolance_profile::RowKind;

use crate::keys::{Imported, database, import, import_made};
use crate::support::{open, run, runtime, text};

/// A folder of files, with paths below it.
fn folder_of(
    files: &'static [(&'static str, &'static str)],
) -> impl FnOnce(&Path) -> std::path::PathBuf {
    move |folder| {
        for (name, content) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, content).expect("a file");
        }
        folder.to_path_buf()
    }
}

fn words(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn numbers(values: &[f64]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn write_parquet(path: &Path, columns: &[(&str, ArrayRef)]) {
    let batch = RecordBatch::try_from_iter(columns.to_vec()).expect("a batch");
    crate::support::write_parquet(path, &batch);
}

fn parquet(columns: &[(&str, ArrayRef)], arguments: &[&str]) -> Imported {
    import_made(arguments, |folder| {
        let path = folder.join("profiles.parquet");
        write_parquet(&path, columns);
        path
    })
}

/// The error of an import that must not succeed.
fn refused(source: &Path, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("x.lance");
    let mut all = vec!["import", text(source), "--out", text(&out)];
    all.extend(arguments);
    let refused = run(&all);
    assert_ne!(refused.code, 0, "{}", refused.out);
    assert!(!out.exists());
    refused.err
}

/// Every file's rows are accounted for.
fn sums_match(imported: &Imported) {
    for file in imported.report["files"].as_array().expect("files") {
        let count = |name: &str| file[name].as_u64().expect("a count");
        assert_eq!(
            count("rows"),
            count("imported") + count("rejected") + count("without_parent") + count("not_used"),
            "{file}"
        );
    }
}

#[test]
fn a_table_without_rows_is_no_primary_object() {
    const WORMS: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n1,2,6\n";
    const WELLS: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n";
    for imported in [
        import(&[("Image.csv", "ImageNumber\n1\n"), ("Worms.csv", WORMS), ("Wells.csv", WELLS)], &[]),
        import_made(
            &[],
            database(
                "CREATE TABLE Per_Image (ImageNumber INTEGER); INSERT INTO Per_Image VALUES (1);
                 CREATE TABLE Per_Wells (ImageNumber INTEGER, Wells_Number_Object_Number INTEGER, Wells_AreaShape_Area FLOAT);
                 CREATE TABLE Per_Worms (ImageNumber INTEGER, Worms_Number_Object_Number INTEGER, Worms_AreaShape_Area FLOAT);
                 INSERT INTO Per_Worms VALUES (1,1,5), (1,2,6);",
            ),
        ),
    ] {
        assert_eq!(imported.report["primary"], "Worms");
        assert_eq!(imported.report["rows"], 2);
        imported.says("it is empty");
        sums_match(&imported);
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("Wells.csv"), WELLS).expect("a file");
    let said = refused(folder.path(), &[]);
    assert!(said.contains("it has a header and nothing else"), "{said}");
}

const IMAGE: &str = "ImageNumber,Metadata_Well\n1,A01\n";
const CELLS: &str = "ImageNumber,ObjectNumber,AreaShape_Area,Parent_Nuclei\n1,1,50,1\n1,2,60,2\n";
const NUCLEI: &str = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n1,2,6\n";

#[test]
fn a_set_that_comes_twice_is_used_once() {
    const BOTH: &str = "Image,Cells,Cells,Cells,Nuclei,Nuclei\nImageNumber,ObjectNumber,AreaShape_Area,Parent_Nuclei,ObjectNumber,AreaShape_Area\n1,1,50,1,1,5\n1,2,60,2,2,6\n";
    const OTHER: &str = "Image,Cells,Cells,Cells,Nuclei,Nuclei\nImageNumber,ObjectNumber,AreaShape_Area,Parent_Nuclei,ObjectNumber,AreaShape_Area\n1,1,51,1,1,5\n";
    let single = [
        ("Image.csv", IMAGE),
        ("Cells.csv", CELLS),
        ("Nuclei.csv", NUCLEI),
    ];
    let with = |name: &'static str, content: &'static str| {
        let files = [single.as_slice(), &[(name, content)]].concat();
        import(&files, &[])
    };
    // An import, and whether the tables differ.
    let cases = [
        (with("All.csv", BOTH), false),
        (with("MyExpt_Cells.csv", CELLS), false),
        (with("All.csv", OTHER), true),
        (
            import_made(
                &[],
                database(
                    "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_Metadata_Well TEXT); INSERT INTO Per_Image VALUES (1,'A01');
                     CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT, Cells_Parent_Nuclei INTEGER);
                     INSERT INTO Per_Cells VALUES (1,1,50,1), (1,2,60,2);
                     CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_AreaShape_Area FLOAT);
                     INSERT INTO Per_Nuclei VALUES (1,1,5), (1,2,6);
                     CREATE TABLE Per_Object AS SELECT Per_Cells.*, Nuclei_Number_Object_Number, Nuclei_AreaShape_Area
                         FROM Per_Cells JOIN Per_Nuclei USING (ImageNumber) WHERE Cells_Number_Object_Number = Nuclei_Number_Object_Number;",
                ),
            ),
            false,
        ),
        (
            // The view alone has the cells, and the nuclei once more.
            import_made(
                &[],
                database(
                    "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_Metadata_Well TEXT); INSERT INTO Per_Image VALUES (1,'A01');
                     CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_AreaShape_Area FLOAT);
                     INSERT INTO Per_Nuclei VALUES (1,1,5), (1,2,6);
                     CREATE VIEW Per_Object AS SELECT Per_Nuclei.*, Nuclei_Number_Object_Number AS Cells_Number_Object_Number,
                         10 * Nuclei_AreaShape_Area AS Cells_AreaShape_Area, Nuclei_Number_Object_Number AS Cells_Parent_Nuclei FROM Per_Nuclei;",
                ),
            ),
            false,
        ),
    ];
    for (imported, differ) in cases {
        assert_eq!(
            imported.rows(&["Cells_AreaShape_Area", "Nuclei_AreaShape_Area"]),
            ["50.0 5.0", "60.0 6.0"].map(|row| {
                if imported
                    .values("Nuclei_AreaShape_Area")
                    .data_type()
                    .is_integer()
                {
                    row.replace(".0", "")
                } else {
                    row.to_owned()
                }
            }),
            "{}",
            imported.said
        );
        assert_eq!(
            imported.said.contains("comes twice"),
            differ,
            "{}",
            imported.said
        );
        assert!(imported.said.contains("it repeats"), "{}", imported.said);
        sums_match(&imported);
    }
}

#[test]
fn numbers_pair_where_places_are_the_same_and_by_choice_alone() {
    const PLACED: &str = "ImageNumber,ObjectNumber,AreaShape_Area,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y\n1,1,50,0,0,10,10\n1,2,60,20,0,30,10\n";
    const INSIDE: &str = "ImageNumber,ObjectNumber,AreaShape_Area,Location_Center_X,Location_Center_Y\n1,1,5,4,4\n1,2,6,25,4\n";
    const SWAPPED: &str = "ImageNumber,ObjectNumber,AreaShape_Area,Location_Center_X,Location_Center_Y\n1,1,5,25,4\n1,2,6,4,4\n";
    let with = |nuclei: &'static str, arguments: &[&str]| {
        import(
            &[
                ("Image.csv", IMAGE),
                ("Cells.csv", PLACED),
                ("Nuclei.csv", nuclei),
            ],
            arguments,
        )
    };
    let imported = with(INSIDE, &[]);
    assert!(!imported.has("Nuclei_AreaShape_Area"));
    imported.says("2 of 2 Nuclei have the number of one of the Cells and lie at its place: --pair Nuclei joins them");
    assert_eq!(imported.report["pairs"][0]["placed"], 2);

    let imported = with(INSIDE, &["--pair", "Nuclei"]);
    assert_eq!(imported.texts("Nuclei_AreaShape_Area"), ["5", "6"]);
    assert_eq!(imported.report["pairs"][0]["joined"], true);
    sums_match(&imported);

    // The same numbers at other places are other objects.
    for (arguments, told) in [(&[][..], false), (&["--pair", "Nuclei"], true)] {
        let imported = with(SWAPPED, arguments);
        assert!(!imported.has("Nuclei_AreaShape_Area"));
        assert!(
            !imported.said.contains("--pair Nuclei joins them"),
            "{}",
            imported.said
        );
        assert_eq!(
            imported.said.contains("0 of 2 Nuclei"),
            told,
            "{}",
            imported.said
        );
        sums_match(&imported);
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("Cells.csv"), CELLS).expect("a file");
    let said = refused(folder.path(), &["--pair", "Worms"]);
    assert!(said.contains("no object set Worms"), "{said}");

    let imported = import_made(
        &["--pair", "nuclei"],
        database(
            "CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT, Cells_AreaShape_Center_X FLOAT, Cells_AreaShape_Center_Y FLOAT);
             INSERT INTO Per_Cells VALUES (1,1,314,10,10), (1,2,314,50,10);
             CREATE TABLE Per_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_AreaShape_Area FLOAT, Nuclei_AreaShape_Center_X FLOAT, Nuclei_AreaShape_Center_Y FLOAT);
             INSERT INTO Per_Nuclei VALUES (1,1,20,12,10), (1,2,30,90,10);",
        ),
    );
    assert_eq!(imported.texts("Nuclei_AreaShape_Area"), ["20.0", "-"]);
    assert_eq!(imported.report["rows_without_compartment"]["Nuclei"], 1);
    sums_match(&imported);
}

#[test]
fn the_first_part_does_not_decide_for_all() {
    // The first well has no cells, the second no cytoplasm, and the first nuclei were never measured.
    let source = || {
        folder_of(&[
            ("A01/Image.csv", "ImageNumber,Metadata_Well\n1,A01\n"),
            (
                "A01/Nuclei.csv",
                "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n",
            ),
            (
                "A02/Image.csv",
                "ImageNumber,Metadata_Well,Metadata_Site\n1,A02,\n",
            ),
            (
                "A02/Cells.csv",
                "ImageNumber,ObjectNumber,Parent_Nuclei,Children_Spots_Count,Metadata_Batch\n1,1,1,nan,\n",
            ),
            (
                "A02/Nuclei.csv",
                "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,nan\n",
            ),
            (
                "A02/Spots.csv",
                "ImageNumber,ObjectNumber,Parent_Cells\n1,1,1\n",
            ),
            (
                "A03/Image.csv",
                "ImageNumber,Metadata_Well,Metadata_Site\n1,A03,3\n",
            ),
            (
                "A03/Cells.csv",
                "ImageNumber,ObjectNumber,Parent_Nuclei,Children_Spots_Count,Metadata_Batch\n1,1,1,2,7\n1,2,2,3,7\n",
            ),
            (
                "A03/Nuclei.csv",
                "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,7\n1,2,8\n",
            ),
            (
                "A03/Cytoplasm.csv",
                "ImageNumber,ObjectNumber,Parent_Cells,AreaShape_Area\n1,1,1,40\n1,2,2,41\n",
            ),
            (
                "A03/Spots.csv",
                "ImageNumber,ObjectNumber,Parent_Cells\n1,1,1\n1,2,1\n",
            ),
        ])
    };
    let imported = import_made(&[], source());
    assert_eq!(imported.report["primary"], "Cells");
    assert_eq!(
        imported.rows(&[
            "Metadata_Well",
            "Cells_Parent_Nuclei",
            "Nuclei_AreaShape_Area",
            "Cytoplasm_AreaShape_Area"
        ]),
        ["A02 1 - -", "A03 1 7 40", "A03 2 8 41"]
    );
    imported.says("it has no Cells, so its 1 Nuclei are not imported");
    assert_eq!(imported.report["rows_without_compartment"]["Cytoplasm"], 1);
    // Spots are no compartment in one well, so in none.
    assert!(!imported.has("Spots_Parent_Cells"), "{}", imported.said);
    imported.says("1 Cells have more than one");
    // Columns that are empty in one well have the type of the others.
    for name in [
        "Metadata_Site",
        "Metadata_Batch",
        "Cells_Children_Spots_Count",
        "Nuclei_AreaShape_Area",
    ] {
        assert!(imported.values(name).data_type().is_integer(), "{name}");
    }
    assert!(
        !imported.said.contains("text in another"),
        "{}",
        imported.said
    );
    sums_match(&imported);

    let imported = import_made(&["--complete"], source());
    assert_eq!(imported.report["rows"], 2);
    imported.says("none of its rows has every compartment");
    sums_match(&imported);
}

#[test]
fn rows_of_images_that_the_image_table_lacks_are_counted() {
    let cells = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n2,1,6\n2,2,7\n3,1,8\n";
    let imported = import(&[("Image.csv", IMAGE), ("Cells.csv", cells)], &[]);
    imported.says("3 rows of 2 images have no row in");
    let cells = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n";
    let imported = import(&[("Image.csv", IMAGE), ("Cells.csv", cells)], &[]);
    assert!(
        !imported.said.contains("have no row in"),
        "{}",
        imported.said
    );
}

type Columns = Vec<(&'static str, ArrayRef)>;

/// What the metadata says of rows.
fn rows_are(imported: &Imported) -> RowKind {
    open(&imported.dataset).metadata().rows_are
}

#[test]
fn profiles_of_wells_are_not_called_cells() {
    let plate = || words(&["P1", "P1", "P1", "P2"]);
    let area = || numbers(&[0.5, -0.25, 1.5, 2.5]);
    let wells: Columns = vec![
        ("Metadata_Plate", plate()),
        ("Metadata_Well", words(&["A01", "A02", "B01", "A01"])),
        ("Metadata_broad_sample", words(&["x", "x", "y", "x"])),
        (
            "Metadata_Object_Count",
            Arc::new(Int64Array::from(vec![40, 50, 60, 70])),
        ),
        ("Cells_AreaShape_Area", area()),
        // The mean of numbers is none.
        (
            "Cells_Number_Object_Number",
            numbers(&[20.5, 25.5, 30.5, 35.5]),
        ),
        ("Nuclei_Intensity_MeanIntensity_DNA", area()),
    ];
    let sites: Columns = vec![
        ("Metadata_Plate", plate()),
        ("Metadata_Well", words(&["A01", "A01", "B01", "A01"])),
        (
            "Metadata_Site",
            Arc::new(Int64Array::from(vec![1, 2, 1, 1])),
        ),
        ("Cells_AreaShape_Area", area()),
    ];
    let treatments: Columns = vec![
        ("Metadata_broad_sample", words(&["x", "x", "y", "z"])),
        ("Metadata_mg_per_ml", numbers(&[0.1, 0.2, 0.1, 0.1])),
        ("Cells_AreaShape_Area", area()),
    ];
    let cells: Columns = vec![
        ("Metadata_Plate", words(&["P1", "P1", "P1", "P1"])),
        ("Metadata_Well", words(&["A01", "A01", "B01", "B01"])),
        ("Metadata_broad_sample", words(&["x", "x", "y", "y"])),
        ("Cells_AreaShape_Area", area()),
    ];
    let numbered: Columns = vec![
        ("Metadata_Well", words(&["A01", "A02", "B01", "B02"])),
        (
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from(vec![1, 1, 1, 1])),
        ),
        ("Cells_AreaShape_Area", area()),
    ];
    let counted: Columns = vec![
        ("Metadata_Well", words(&["A01", "A02", "B01", "B02"])),
        ("Cells_Number_Object_Number", numbers(&[1.0, 2.0, 3.0, 1.0])),
        ("Cells_AreaShape_Area", area()),
    ];
    for (columns, kind, said) in [
        (wells.clone(), RowKind::Wells, "4 well profiles from"),
        (sites, RowKind::Sites, "4 site profiles from"),
        (treatments, RowKind::Treatments, "4 treatment profiles from"),
        (cells, RowKind::Objects, "4 Cells rows from"),
        (numbered, RowKind::Objects, "4 Cells rows from"),
        (counted, RowKind::Objects, "4 Cells rows from"),
    ] {
        let imported = parquet(&columns, &[]);
        assert_eq!(rows_are(&imported), kind);
        assert!(imported.said.contains(said), "{}", imported.said);
        assert_eq!(
            imported.said.contains("not cells"),
            kind.is_profile(),
            "{}",
            imported.said
        );
        // No numbers are made up.
        assert_eq!(imported.has("Metadata_ImageNumber"), !kind.is_profile());
        assert_eq!(imported.has("Metadata_ObjectNumber"), !kind.is_profile());
        assert_eq!(
            imported.texts("Cells_AreaShape_Area"),
            ["0.5", "-0.25", "1.5", "2.5"]
        );
        let metadata = open(&imported.dataset).metadata().clone();
        assert_eq!(
            metadata.primary_object.as_deref(),
            Some(kind.object().unwrap_or("Cells"))
        );
        sums_match(&imported);
    }

    // A CSV file, its copy as a dataset, and a copy of that are profiles, too.
    let csv = import_made(&[], |folder| {
        let path = folder.join("normalized.csv");
        let text = "Metadata_Plate,Metadata_Well,Metadata_Dose,Cells_AreaShape_Area\n1001,A01,0.5,1.5\n1001,A02,,2.5\n";
        std::fs::write(&path, text).expect("a file");
        path
    });
    assert_eq!(rows_are(&csv), RowKind::Wells);
    assert_eq!(
        csv.rows(&["Metadata_Well", "Metadata_Dose", "Cells_AreaShape_Area"]),
        ["A01 0.5 1.5", "A02 - 2.5"]
    );
    let again = csv.folder.path().join("again.lance");
    run(&["import", text(&csv.dataset), "--out", text(&again)]).ok();
    assert_eq!(open(&again).metadata().rows_are, RowKind::Wells);
    let info = run(&["info", text(&again)]).ok().out;
    assert!(info.contains("2 well profiles"), "{info}");
    let page = csv.folder.path().join("r.html");
    run(&["report", text(&csv.dataset), "--out", text(&page)]).ok();
    let page = std::fs::read_to_string(page).expect("a report");
    assert!(!page.contains("no wells"), "{page}");

    // Cells do not come to wells, nor wells to cells.
    let more = csv.folder.path().join("more");
    std::fs::create_dir(&more).expect("a folder");
    std::fs::write(more.join("Cells.csv"), CELLS).expect("a file");
    let refused = run(&[
        "import",
        text(&more),
        "--append",
        "--out",
        text(&csv.dataset),
    ]);
    assert_ne!(refused.code, 0);
    assert!(
        refused
            .err
            .contains("its rows are well profiles, the new ones are cells"),
        "{}",
        refused.err
    );

    // Stages of one profile are not counted together; beside cells, profiles are left out.
    let folder = tempfile::tempdir().expect("a folder");
    write_parquet(&folder.path().join("normalized.parquet"), &wells);
    write_parquet(&folder.path().join("feature_select.parquet"), &wells[..5]);
    let said = self::refused(folder.path(), &[]);
    assert!(said.contains("profiles of the same wells"), "{said}");
    let mixed = import_made(&[], |folder| {
        write_parquet(&folder.join("a_normalized.parquet"), &wells);
        write_parquet(
            &folder.join("cells.parquet"),
            &[
                ("Metadata_Well", words(&["A01", "A01"])),
                (
                    "Metadata_ImageNumber",
                    Arc::new(Int64Array::from(vec![1, 1])),
                ),
                ("Cells_AreaShape_Area", numbers(&[10.0, 11.0])),
            ],
        );
        folder.to_path_buf()
    });
    assert_eq!(mixed.report["rows"], 2);
    mixed.says("it holds well profiles, the others cells");
}

#[test]
fn long_texts_are_left_out_and_named() {
    let long = "iVBORw0KGgo".repeat(2000);
    let image =
        format!("ImageNumber,Metadata_Well,Thumbnail_DNA,ImageSet_ImageSet\n1,A01,{long},b'x'\n");
    let cells = format!(
        "ImageNumber,ObjectNumber,AreaShape_Area,Note\n1,1,5,short\n1,2,6,\"{}\"\n",
        long.replace('k', "\n")
    );
    let files = import(&[("Image.csv", &image), ("Cells.csv", &cells)], &[]);
    for words in [
        "Thumbnail_DNA: long texts (1 value of up to 22 kB",
        "ImageSet_ImageSet: a binary blob",
        "Note: long texts",
    ] {
        files.says(words);
    }
    let sql = format!(
        "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_Metadata_Well TEXT, Image_Thumbnail_DNA TEXT, Image_Thumbnail_ER BLOB);
         INSERT INTO Per_Image VALUES (1,'A01','{long}',x'00ff');
         CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT);
         INSERT INTO Per_Cells VALUES (1,1,5), (1,2,6);"
    );
    let sqlite = import_made(&[], |folder| {
        let path = folder.join("x.sqlite");
        rusqlite::Connection::open(&path)
            .and_then(|connection| connection.execute_batch(&sql))
            .expect("a database");
        path
    });
    sqlite.says("Image_Thumbnail_DNA: long texts (1 value of up to 22 kB");
    sqlite.says("Image_Thumbnail_ER: binary values, such as thumbnails (1 value of up to 2 bytes");
    let joined = parquet(
        &[
            ("Metadata_Well", words(&["A01", "A01"])),
            ("Metadata_Pipeline", words(&[&long, &long])),
            ("Cells_AreaShape_Area", numbers(&[5.0, 6.0])),
        ],
        &[],
    );
    joined.says("Metadata_Pipeline: texts of 22 kB and more");
    for imported in [files, sqlite, joined] {
        assert_eq!(imported.rows(&["Metadata_Well"]), ["A01", "A01"]);
        let columns = open(&imported.dataset)
            .columns()
            .iter()
            .map(|column| column.name.clone())
            .collect::<Vec<_>>();
        for word in ["Thumbnail", "ImageSet", "Note", "Pipeline"] {
            assert!(
                !columns.iter().any(|name| name.contains(word)),
                "{columns:?}"
            );
        }
    }
}

#[test]
fn names_of_columns_that_are_taken_are_replaced_and_named() {
    let imported = parquet(
        &[
            ("Metadata_Source", words(&["broad", "broad"])),
            ("Metadata_Well", words(&["A01", "A01"])),
            ("metadata_well", words(&["B01", "B02"])),
            (" Metadata_Batch", words(&["b1", "b2"])),
            ("_score", numbers(&[0.5, 1.5])),
            ("Metadata_Dose \u{b5}M", numbers(&[1.0, 2.0])),
            ("Metadata_a\tb", numbers(&[3.0, 4.0])),
            ("Cells_AreaShape_Area", numbers(&[5.0, 6.0])),
        ],
        &[],
    );
    imported.says("Metadata_Source is Metadata_Source_2");
    imported.says("metadata_well is metadata_well_2");
    imported.says("_score is source_score");
    for (name, value) in [
        ("Metadata_Source_2", "broad"),
        ("Metadata_Well", "A01"),
        ("metadata_well_2", "B01"),
        ("Metadata_Batch", "b1"),
        ("source_score", "0.5"),
        ("Metadata_Dose \u{b5}M", "1.0"),
        ("Metadata_a_b", "3.0"),
    ] {
        assert_eq!(imported.texts(name)[0], value, "{name}");
        let filter = format!("`{name}` IS NOT NULL");
        let target = imported.folder.path().join(format!("{}.csv", name.len()));
        run(&[
            "export",
            text(&imported.dataset),
            "--filter",
            &filter,
            "--out",
            text(&target),
            "--overwrite",
        ])
        .ok();
        let lines = std::fs::read_to_string(target)
            .expect("a table")
            .lines()
            .count();
        assert_eq!(lines, 3, "{filter}");
    }
}

#[test]
fn values_that_are_no_numbers_are_named() {
    let cells = "ImageNumber;ObjectNumber;AreaShape_Area;AreaShape_Solidity;Intensity_MeanIntensity_DNA\n1;1;50,5;#N/A;1e400\n1;2;1.234,5;0.5;-inf\n1;3;7,5;inf;2.5\n";
    let imported = import(&[("Cells.csv", cells)], &[]);
    imported.says("numbers with commas («50,5») are not read as numbers in AreaShape_Area");
    assert_eq!(
        imported.texts("Cells_AreaShape_Area"),
        ["50,5", "1.234,5", "7,5"]
    );
    assert_eq!(
        imported.texts("Cells_AreaShape_Solidity"),
        ["-", "0.5", "inf"]
    );
    assert_eq!(
        imported.texts("Cells_Intensity_MeanIntensity_DNA"),
        ["-", "-inf", "2.5"]
    );
    let said = &imported.said;
    assert!(said.contains("«1e400» became null"), "{said}");
    assert_eq!(
        imported.report["files"][0]["notes"]["coerced"][0]["text"],
        "1e400"
    );

    // A database that has turned names into numbers.
    let imported = import_made(
        &[],
        database(
            "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_Metadata_Plate INTEGER);
             INSERT INTO Per_Image VALUES (1,'24E0123'), (2,'24E0401');
             CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT);
             INSERT INTO Per_Cells VALUES (1,1,5), (2,1,6);",
        ),
    );
    imported.says("Image_Metadata_Plate: 2 names are stored as numbers");

    // Plates that come to others of another kind.
    let image = "ImageNumber,Metadata_Plate\n1,1001\n";
    let imported = import(&[("Image.csv", image), ("Nuclei.csv", NUCLEI)], &[]);
    let more = imported.folder.path().join("more");
    std::fs::create_dir(&more).expect("a folder");
    std::fs::write(
        more.join("Image.csv"),
        "ImageNumber,Metadata_Plate\n1,007\n",
    )
    .expect("a file");
    std::fs::write(more.join("Nuclei.csv"), NUCLEI).expect("a file");
    let target = text(&imported.dataset);
    let refused = run(&["import", text(&more), "--append", "--out", target]);
    assert_ne!(refused.code, 0);
    let words =
        "its column Metadata_Plate holds whole numbers, and «007» of the new rows is none of these";
    assert!(refused.err.contains(words), "{}", refused.err);
    assert!(!refused.err.contains("Cast"), "{}", refused.err);
    let rows =
        runtime().block_on(open(&imported.dataset).read_columns(&["Metadata_Plate".to_owned()]));
    assert_eq!(rows.expect("rows")[0].len(), 2);
}
