//! Damaged and odd tables.

use super::{CELLS, Case, IMAGE, NUCLEI, file, gone};

/// The sound cells with a part of their text replaced.
fn cells(from: &str, to: &str) -> (&'static str, Option<Vec<u8>>) {
    assert!(CELLS.contains(from), "{from}");
    file("Cells.csv", &CELLS.replacen(from, to, 1))
}

fn image(from: &str, to: &str) -> (&'static str, Option<Vec<u8>>) {
    assert!(IMAGE.contains(from), "{from}");
    file("Image.csv", &IMAGE.replacen(from, to, 1))
}

/// A database made by these statements.
fn database(sql: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.sqlite");
    rusqlite::Connection::open(&path)
        .and_then(|connection| connection.execute_batch(sql))
        .expect("a database");
    std::fs::read(path).expect("the database")
}

const PER_IMAGE: &str = "CREATE TABLE Per_Image (ImageNumber INTEGER, Image_FileName_DNA TEXT);
    INSERT INTO Per_Image VALUES (1, 'a.tif');";
const PER_CELLS: &str = "CREATE TABLE Per_Cells (ImageNumber INTEGER, Cells_Number_Object_Number INTEGER, Cells_AreaShape_Area FLOAT);";

pub fn cases() -> Vec<Case> {
    let mut cases = csv_cases();
    cases.extend(key_cases());
    cases.extend(source_cases());
    cases
}

fn csv_cases() -> Vec<Case> {
    let utf16: Vec<u8> = std::iter::once(0xfeff_u16)
        .chain(CELLS.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        Case::report(
            "byte-order mark",
            vec![file("Cells.csv", &format!("\u{feff}{CELLS}"))],
            3,
            3,
            &[],
        ),
        Case::report(
            "tabs",
            vec![file("Cells.csv", &CELLS.replace(',', "\t"))],
            3,
            3,
            &[],
        ),
        Case::report(
            "semicolons",
            vec![file("Cells.csv", &CELLS.replace(',', ";"))],
            3,
            3,
            &[],
        ),
        Case::report(
            "line breaks of the old Macintosh",
            vec![file("Cells.csv", &CELLS.replace('\n', "\r"))],
            3,
            3,
            &[],
        ),
        Case::report(
            "UTF-16",
            vec![("Cells.csv", Some(utf16))],
            3,
            0,
            &["UTF-16", "Cells.csv"],
        ),
        Case::report(
            "a quotation mark that is not closed",
            vec![cells("2,1,1,36", "2,1,1,\"36")],
            2,
            2,
            &["a quotation mark is not closed"],
        ),
        Case::report(
            "a quotation mark within a field",
            vec![cells("2,1,1,36", "2,1,1,3\"6")],
            3,
            3,
            &["3\\\"6"],
        ),
        Case::report(
            "a name twice",
            vec![cells("AreaShape_Area", "Parent_Nuclei")],
            3,
            3,
            &["the header has this name twice"],
        ),
        Case::report(
            "a column without name",
            vec![cells("AreaShape_Area", "")],
            3,
            3,
            &["no name"],
        ),
        Case::report(
            "zero bytes",
            vec![cells("1,1,1,100", "1,1,1,\0\0")],
            3,
            3,
            &["AreaShape_Area"],
        ),
        Case::report(
            "numbers with thousands separators",
            vec![cells("1,1,1,100", "1,1,1,\"1,000\"")],
            3,
            3,
            &["1,000"],
        ),
        Case::report("infinite", vec![cells("1,1,1,100", "1,1,1,inf")], 3, 3, &[]),
        Case::report(
            "blank lines",
            vec![file("Cells.csv", &CELLS.replace('\n', "\n\n"))],
            3,
            3,
            &[],
        ),
        Case::report(
            "a damaged Experiment table",
            vec![file("Experiment.csv", "Key,Value\nCellProfiler_Version")],
            3,
            3,
            &[],
        ),
        Case::report(
            "two header rows with padding",
            vec![
                gone("Nuclei.csv"),
                gone("Cells.csv"),
                file(
                    "All.csv",
                    "Image,Cells,Cells,Cells,Nuclei\nImageNumber,ObjectNumber,AreaShape_Area,Parent_Nuclei,AreaShape_Area\n1,1,5,1,3\n1,2,nan,nan,4\n",
                ),
            ],
            1,
            0,
            &["All.csv: Cells", "neither bounding box nor centre"],
        ),
    ]
}

fn key_cases() -> Vec<Case> {
    vec![
        Case::report(
            "an image number that is text",
            vec![cells("2,1,1,36", "two,1,1,36")],
            2,
            2,
            &["no image or object number", "two"],
        ),
        Case::report(
            "an object number with a fraction",
            vec![cells("2,1,1,36", "2,1.5,1,36")],
            2,
            2,
            &["ObjectNumber 1.5 is no whole number"],
        ),
        Case::report(
            "an absurd image number",
            vec![cells("2,1,1,36", "1e300,1,1,36")],
            2,
            2,
            &["ImageNumber 1e300 is too large to be exact"],
        ),
        Case::error(
            "image numbers that are all text",
            vec![file(
                "Cells.csv",
                "ImageNumber,ObjectNumber\none,1\ntwo,1\n",
            )],
            &[
                "Cells.csv has no usable row",
                "line 2: ImageNumber one is no number",
            ],
        ),
        Case::report(
            "an object twice",
            vec![cells("1,2,2,64", "1,1,2,64")],
            2,
            2,
            &["was already there"],
        ),
        Case::report(
            "an image twice",
            vec![image("2,b.tif", "1,b.tif")],
            3,
            2,
            &["image number 1 was already there"],
        ),
        Case::report(
            "a nucleus without a cell",
            vec![file("Nuclei.csv", &format!("{NUCLEI}2,2,9\n"))],
            3,
            3,
            &["\"without_parent\": 1"],
        ),
        Case::report(
            "a cell without a nucleus",
            vec![cells("2,1,1,36", "2,1,0,36")],
            3,
            3,
            &["\"Nuclei\": 1"],
        ),
        Case::report(
            "a nucleus of two cells",
            vec![cells("1,2,2,64", "1,2,1,64")],
            3,
            3,
            &["\"without_parent\": 1"],
        ),
        Case::report(
            "a parent that is not there",
            vec![cells("2,1,1,36", "2,1,99,36")],
            3,
            3,
            &["\"Nuclei\": 1"],
        ),
        Case::report(
            "a parent that is no number",
            vec![cells("2,1,1,36", "2,1,x,36")],
            3,
            3,
            &["Parent_Nuclei"],
        ),
        Case::report(
            "no parent column",
            vec![cells("Parent_Nuclei", "Something")],
            3,
            3,
            &["kept out", "it has no parent column"],
        ),
        Case::report(
            "an image set without files",
            vec![image("2,b.tif", "2,")],
            3,
            2,
            &["has no file name for channel DNA"],
        ),
        Case::report(
            "an image set that is missing",
            vec![image("2,b.tif,/gone,255,A02\n", "")],
            3,
            2,
            &["is not in the Image table"],
        ),
        Case::report(
            "an Image table without rows",
            vec![file("Image.csv", "ImageNumber,FileName_DNA\n")],
            3,
            0,
            &["no complete row"],
        ),
        Case::report(
            "an empty Image table",
            vec![file("Image.csv", "")],
            3,
            0,
            &["there is no Image table", "empty"],
        ),
        Case::report(
            "a second Image table",
            vec![file("Old_Image.csv", IMAGE)],
            3,
            3,
            &["Old_Image.csv"],
        ),
        Case::report(
            "a box that is not a number",
            vec![cells("36,30,30,36,36", "36,nan,30,36,36")],
            3,
            2,
            &["its bounding box is missing"],
        ),
        Case::report(
            "an infinite box",
            vec![cells("36,30,30,36,36", "36,30,30,inf,36")],
            3,
            2,
            &["its bounding box is missing"],
        ),
        Case::report(
            "a box beyond the field",
            vec![cells("36,30,30,36,36", "36,30,30,36,66")],
            3,
            2,
            &["is not inside the picture"],
        ),
        Case::report(
            "a box of absurd size",
            vec![cells("36,30,30,36,36", "36,0,0,1e18,1e18")],
            3,
            2,
            &["is not inside the picture"],
        ),
        Case::report(
            "a box that is turned round",
            vec![cells("36,30,30,36,36", "36,36,36,30,30")],
            3,
            2,
            &["bounding box"],
        ),
        Case::error(
            "two sets that may both be meant",
            vec![
                gone("Cells.csv"),
                gone("Nuclei.csv"),
                file("Spots.csv", NUCLEI),
                file("Dots.csv", NUCLEI),
            ],
            &["Dots, Spots", "--primary"],
        ),
        Case::error(
            "an unknown primary object",
            vec![],
            &["Spots", "Cells, Nuclei"],
        )
        .with(&["--primary", "Spots"]),
    ]
}

fn source_cases() -> Vec<Case> {
    let cells_rows = "INSERT INTO Per_Cells VALUES (1, 1, 5.5), (1, 2, 6.5);";
    let only = |sql: &str| {
        vec![
            gone("Cells.csv"),
            gone("Nuclei.csv"),
            gone("Image.csv"),
            ("x.sqlite", Some(database(sql))),
        ]
    };
    let cut = |bytes: Vec<u8>| Some(bytes[..bytes.len() / 3].to_vec());
    vec![
        Case::error("a source that is not there", vec![], &["gone.csv"])
            .with(&["--source", "gone.csv"]),
        Case::error(
            "a pipeline as source",
            vec![file("x.cppipe", "CellProfiler Pipeline")],
            &["x.cppipe", "choose the folder"],
        )
        .with(&["--source", "x.cppipe"]),
        Case::error(
            "a picture as source",
            vec![],
            &["a.tif", "neither SQLite nor Parquet"],
        )
        .with(&["--source", "a.tif"]),
        Case::report(
            "a database",
            only(&format!("{PER_IMAGE}{PER_CELLS}{cells_rows}")),
            2,
            0,
            &["neither bounding box nor centre"],
        ),
        Case::error(
            "CSV and a database side by side",
            vec![(
                "x.sqlite",
                Some(database(&format!("{PER_IMAGE}{PER_CELLS}{cells_rows}"))),
            )],
            &["several kinds of export", "x.sqlite", "--kind csv"],
        ),
        Case::error(
            "a database without objects",
            only(PER_IMAGE),
            &["x.sqlite", "no table of objects"],
        ),
        Case::error(
            "a database without rows",
            only(&format!("{PER_IMAGE}{PER_CELLS}")),
            &["no usable row"],
        ),
        Case::error(
            "a database of two experiments",
            only("CREATE TABLE A_Per_Image (ImageNumber); CREATE TABLE B_Per_Image (ImageNumber);"),
            &["A_Per_Image", "B_Per_Image"],
        ),
        Case::error(
            "a truncated database",
            vec![
                gone("Cells.csv"),
                gone("Nuclei.csv"),
                gone("Image.csv"),
                (
                    "x.sqlite",
                    cut(database(&format!("{PER_IMAGE}{PER_CELLS}{cells_rows}"))),
                ),
            ],
            &["x.sqlite"],
        ),
        Case::report(
            "text and repeated keys in a database",
            only(&format!(
                "{PER_IMAGE}{PER_CELLS}{cells_rows} INSERT INTO Per_Cells VALUES (1, 2, 'oops'), (1, NULL, 1.0);"
            )),
            2,
            0,
            &["oops", "was already there", "no image or object number"],
        ),
        Case::error(
            "Parquet that is cut",
            vec![("x.parquet", Some(b"PAR1 and then nothing".to_vec()))],
            &["x.parquet"],
        )
        .with(&["--source", "x.parquet"]),
    ]
}
