//! Cases for `database.rs`.

use super::super::layout::TableChoice;
use super::*;
use crate::table::{floats_of, text_of};

fn database(sql: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("x.sqlite");
    Connection::open(&path)
        .and_then(|connection| connection.execute_batch(sql))
        .expect("a database");
    (dir, path)
}

fn open(path: &Path) -> Result<Export, SourceError> {
    let layout = DatabaseLayout::read(path, &TableChoice::All)?;
    open_database(path, &layout, String::new())
}

const IMAGE: &str = "CREATE TABLE MyPer_Image (ImageNumber INTEGER, Image_FileName_DNA TEXT, Image_Thumbnail_DNA BLOB);
    INSERT INTO MyPer_Image VALUES (1, 'a.tif', x'00ff');";

#[test]
fn layouts_are_told_by_names_and_columns() {
    let cases: &[(&str, &[(&str, usize)])] = &[
        (
            "CREATE TABLE MyPer_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT);
             INSERT INTO MyPer_Cells VALUES (1, 1, 5.5), (1, 2, NULL);
             CREATE TABLE MyPer_Nuclei (ImageNumber INTEGER, Nuclei_Number_Object_Number INTEGER, Nuclei_Parent_Cells INTEGER);
             INSERT INTO MyPer_Nuclei VALUES (1, 1, 2);
             CREATE VIEW MyPer_Object AS SELECT * FROM MyPer_Cells;
             CREATE TABLE MyPer_Relationships (ImageNumber INTEGER);",
            &[("Cells", 2), ("Nuclei", 1)],
        ),
        (
            "CREATE TABLE MyPer_Object (ImageNumber INTEGER, ObjectNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT, Nuclei_Number_Object_Number INTEGER, Nuclei_Parent_Cells INTEGER);
             INSERT INTO MyPer_Object VALUES (1, 1, 1, 5.5, 1, 1), (1, 2, NULL, NULL, 2, 1);",
            &[("Cells", 1), ("Nuclei", 2)],
        ),
        (
            "CREATE TABLE t (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT);
             INSERT INTO t VALUES (1, 1, 5.5), (1, 2, 3.0);
             CREATE VIEW MyPer_Cells AS SELECT * FROM t; ALTER TABLE t RENAME TO relationship_t;",
            &[("Cells", 2)],
        ),
        (
            "CREATE TABLE Cells (TableNumber INTEGER, ImageNumber INTEGER, Cells_ObjectNumber INTEGER, Cells_AreaShape_Area FLOAT);
             INSERT INTO Cells VALUES (7, 1, 1, 5.5), (8, 1, 1, 6.5);",
            &[("Cells", 2)],
        ),
    ];
    for (sql, expected) in cases {
        let (_dir, path) = database(&format!("{IMAGE}{sql}"));
        let export = open(&path).expect("an export");
        let found: Vec<_> = export
            .objects
            .iter()
            .map(|(name, table)| (name.as_str(), table.num_rows))
            .collect();
        assert_eq!(found, *expected, "{sql}");
        let image = export.image.expect("an image table");
        assert_eq!(image.text("FileName_DNA", 0).as_deref(), Some("a.tif"));
        assert_eq!(image.notes.columns_left_out.len(), 1);
    }
}

#[test]
fn tables_made_by_hand_are_known_by_their_keys() {
    let cases = [
        // As pandas writes CSV files into a database.
        (
            "CREATE TABLE Image (\"index\" INTEGER, ImageNumber INTEGER, FileName_DNA TEXT); INSERT INTO Image VALUES (0, 1, 'a.tif');
             CREATE TABLE Nuclei (\"index\" INTEGER, ImageNumber TEXT, ObjectNumber TEXT, AreaShape_Area TEXT);
             INSERT INTO Nuclei VALUES (0, '1', '1', '5.5'), (1, '1', '2', '6.5');",
            "Nuclei",
        ),
        (
            "CREATE TABLE images (imagenumber INTEGER, FileName_DNA TEXT); INSERT INTO images VALUES (1, 'a.tif');
             CREATE TABLE nuclei (imagenumber INTEGER, number_object_number INTEGER, AreaShape_Area REAL);
             INSERT INTO nuclei VALUES (1, 1, 5.5), (1, 2, 6.5);",
            "nuclei",
        ),
        (
            "CREATE TABLE fields (ImageNumber INTEGER, FileName_DNA TEXT); INSERT INTO fields VALUES (1, 'a.tif');
             CREATE TABLE MyExpt_Per_Nuclei (ImageNumber INTEGER, ObjectNumber INTEGER, AreaShape_Area REAL);
             INSERT INTO MyExpt_Per_Nuclei VALUES (1, 1, 5.5), (1, 2, 6.5);",
            "Nuclei",
        ),
    ];
    for (sql, object) in cases {
        let (_dir, path) = database(sql);
        let export = open(&path).expect("an export");
        let [(name, table)] = export.objects.as_slice() else {
            panic!("{sql}: {:?}", export.objects);
        };
        assert_eq!(name, object, "{sql}");
        let keys = crate::image_keys(table).expect("keys");
        assert_eq!(keys, [Some((0, 1)), Some((0, 1))], "{sql}");
        let area = table
            .columns
            .iter()
            .position(|column| column.name == "AreaShape_Area");
        let values = table.read(&[area.expect("areas")], None).expect("values");
        assert_eq!(floats_of(&values[0]), Some(vec![5.5, 6.5]), "{sql}");
        let image = export.image.expect("an image table");
        assert_eq!(image.text("FileName_DNA", 0).as_deref(), Some("a.tif"));
        assert_eq!(crate::image_keys(&image), Some(vec![Some((0, 1))]), "{sql}");
    }
}

#[test]
fn text_in_a_numeric_column_is_reported_with_its_row() {
    let (_dir, path) = database(
        "CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT, Cells_Note TEXT);
         INSERT INTO Per_Cells VALUES (1, 1, 5.5, 'x'), (1, 2, 'oops', 'y'), (1, 3, 'nan', NULL), (1, 4, '2.5', '3');",
    );
    let export = open(&path).expect("an export");
    let (_, table) = &export.objects[0];
    assert_eq!(table.notes.num_coerced, 1);
    assert_eq!(
        (
            table.notes.coerced[0].line,
            table.notes.coerced[0].text.as_str()
        ),
        (2, "oops")
    );
    let values = table
        .read(&[2, 3], Some(&[Some(3), Some(0), None, Some(1), Some(2)]))
        .expect("values");
    let numbers = floats_of(&values[0]).expect("numbers");
    assert_eq!(numbers[..2], [2.5, 5.5]);
    assert!(numbers[2..].iter().all(|number| number.is_nan()));
    assert_eq!(text_of(&values[1], 0).as_deref(), Some("3"));
}

#[test]
fn what_is_no_export_says_why() {
    let cases = [
        ("CREATE TABLE a (b INTEGER);", "no table of objects"),
        (
            "CREATE TABLE plates (b INTEGER); CREATE TABLE wells (b);",
            "plates, wells (no ImageNumber column)",
        ),
        (
            "CREATE TABLE Per_Image (ImageNumber); INSERT INTO Per_Image VALUES (1), (2);",
            "Per_Image (an Image table of 2 image sets)",
        ),
        ("", "no table at all"),
        (
            "CREATE TABLE A_Per_Image (ImageNumber); CREATE TABLE B_Per_Image (ImageNumber);",
            "A_Per_Image",
        ),
    ];
    for (sql, words) in cases {
        let (_dir, path) = database(sql);
        let error = open(&path).expect_err("no export").to_string();
        assert!(error.contains(words), "{error}");
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("x.sqlite");
    std::fs::write(&path, b"SQLite format 3\0and then nothing").expect("a file");
    assert!(open(&path).is_err());
}
