//! Cases for `csv_table.rs`.

use super::*;
use crate::table::floats_of;

fn read(content: &[u8]) -> Result<Vec<(String, Table)>, SourceError> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    read_in(&dir, content)
}

fn read_in(dir: &tempfile::TempDir, content: &[u8]) -> Result<Vec<(String, Table)>, SourceError> {
    let path = dir.path().join("Cells.csv");
    std::fs::write(&path, content).expect("a file");
    let header = CsvHeader::read(&path)?;
    open_csv(&path, &header, |_| true)
}

#[test]
fn damage_is_noted_never_dropped_in_silence() {
    let cases: &[(&[u8], usize, usize, usize)] = &[
        (b"ImageNumber,ObjectNumber\n1,1\n1,2\n", 2, 0, 0),
        (b"\xef\xbb\xbfImageNumber,ObjectNumber\r\n1,1\r\n", 1, 0, 0),
        (b"ImageNumber\tObjectNumber\n1\t1\n", 1, 0, 0),
        (b"ImageNumber,ObjectNumber\n1,1\n1", 1, 1, 1),
        (b"ImageNumber,ObjectNumber\n1,1,1\n\n1,2\n", 1, 1, 0),
        (b"ImageNumber,Metadata_A\n1,caf\xe9\n", 1, 0, 1),
        (b"ImageNumber,ObjectNumber\n", 0, 0, 1),
        (b"ImageNumber,ObjectNumber", 0, 0, 1),
        (b"ImageNumber,Name\n1,\"a\nb\"\n2,\"c\n", 1, 1, 0),
        (b"ImageNumber,Name\r1,a\r2,b\r", 2, 0, 0),
    ];
    for (content, rows, rejected, remarks) in cases {
        let (_, table) = read(content).expect("readable").remove(0);
        let notes = &table.notes;
        let shown = String::from_utf8_lossy(content);
        assert_eq!(table.num_rows, *rows, "{shown}");
        assert_eq!(notes.rejected.len(), *rejected, "{shown}");
        assert_eq!(
            notes.remarks.len(),
            *remarks,
            "{shown}: {:?}",
            notes.remarks
        );
        assert_eq!(notes.rows_in_file, rows + rejected, "{shown}");
        assert_eq!(table.names().next(), Some("ImageNumber"), "{shown}");
    }
}

#[test]
fn an_empty_file_is_an_error_that_names_it() {
    for content in [&b""[..], b"\n\n", b"   ", b",,\n"] {
        let error = read(content).expect_err("no header");
        assert!(error.to_string().contains("Cells.csv is empty"), "{error}");
    }
}

#[test]
fn full_precision_survives() {
    let (_, table) = read(b"A\n0.1\n5.080000000000002\n1e-320\n123456789.123456789\n")
        .expect("readable")
        .remove(0);
    let values = floats_of(table.held("A").expect("held")).expect("numbers");
    assert_eq!(
        values,
        [0.1, 5.080_000_000_000_002, 1e-320, 123_456_789.123_456_79]
    );
}

#[test]
fn rows_are_read_in_any_order() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (_, table) = read_in(&dir, b"A,B\n1,x\n2,\"y\n\"\n3,z\n")
        .expect("readable")
        .remove(0);
    let read = table
        .read(&[1, 0], Some(&[Some(2), None, Some(0), Some(1)]))
        .expect("values");
    let texts: Vec<_> = (0..4)
        .map(|row| crate::table::text_of(&read[0], row))
        .collect();
    assert_eq!(
        texts,
        [
            Some("z".to_owned()),
            None,
            Some("x".to_owned()),
            Some("y\n".to_owned())
        ]
    );
    assert_eq!(
        crate::table::integers_of(&read[1]),
        Some(vec![Some(3), None, Some(1), Some(2)])
    );
}

#[test]
fn two_header_rows_are_several_tables() {
    let content = b"Image,Cells,Cells,Nuclei,Nuclei\nImageNumber,ObjectNumber,AreaShape_Area,AreaShape_Area,Parent_Cells\n1,1,5,3,1\n1,2,nan,4,1\n";
    let tables = read(content).expect("readable");
    let found: Vec<_> = tables
        .iter()
        .map(|(object, table)| (object.as_str(), table.num_rows, table.columns.len()))
        .collect();
    assert_eq!(found, [("Cells", 1, 3), ("Nuclei", 2, 4)]);
    assert_eq!(
        tables[1].1.integers("Parent_Cells"),
        Some(vec![Some(1), Some(1)])
    );
    assert_eq!(
        tables[1].1.integers("ObjectNumber"),
        Some(vec![Some(1), Some(2)])
    );
}

#[test]
fn a_file_that_changes_is_an_error() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("Cells.csv");
    std::fs::write(&path, b"A\n1\n2\n").expect("a file");
    let header = CsvHeader::read(&path).expect("a header");
    let (_, table) = open_csv(&path, &header, |_| false)
        .expect("a table")
        .remove(0);
    std::fs::write(&path, b"A\n1\n2\n3\n").expect("a file");
    let error = table.read(&[0], None).expect_err("changed").to_string();
    assert!(error.contains("changed"), "{error}");
}

/// Thousands of damaged tables: bytes changed, taken away, doubled. Whatever comes out, rows add up and can be read.
///
/// `CYTOLANCE_FUZZ_CASES` says how many.
#[test]
fn damaged_tables_never_panic() {
    let cases: usize = std::env::var("CYTOLANCE_FUZZ_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4_000);
    let sound: [&[u8]; 3] = [
        b"ImageNumber,ObjectNumber,Metadata_Well,AreaShape_Area\n1,1,A01,5.25\n1,2,\"A\"\"02\",nan\n2,1,,1e-7\n",
        b"Image,Cells,Cells,Nuclei\r\nImageNumber,ObjectNumber,AreaShape_Area,Parent_Cells\r\n1,1,2.5,1\r\n1,2,nan,1\r\n",
        b"\xef\xbb\xbfImageNumber\tFileName_DNA\n1\tcaf\xe9.tif\n2\t\"two\nlines.tif\"\n",
    ];
    let mut random = fastrand::Rng::with_seed(4);
    let dir = tempfile::tempdir().expect("a temporary folder");
    for case in 0..cases {
        let mut bytes = sound[case % sound.len()].to_vec();
        for _ in 0..random.usize(1..6) {
            let at = random
                .usize(0..bytes.len().max(1))
                .min(bytes.len().saturating_sub(1));
            match random.u8(0..6) {
                _ if bytes.is_empty() => bytes.push(random.u8(..)),
                0 => bytes[at] = random.u8(..),
                1 => bytes[at] = *random.choice(b"\",\n\r\t;.-e0\0").unwrap_or(&b'"'),
                2 => bytes.truncate(at),
                3 => drop(bytes.remove(at)),
                4 => bytes.insert(at, b'"'),
                _ => bytes.extend_from_within(at..),
            }
        }
        let Ok(tables) = read_in(&dir, &bytes) else {
            continue;
        };
        for (_, table) in tables {
            let shown = String::from_utf8_lossy(&bytes);
            assert_eq!(
                table.notes.rows_in_file,
                table.num_rows + table.notes.rejected.len(),
                "{shown:?}"
            );
            let all: Vec<usize> = (0..table.columns.len()).collect();
            let values = table.read(&all, None).expect("what was found can be read");
            assert!(
                values.iter().all(|values| values.len() == table.num_rows),
                "{shown:?}"
            );
        }
    }
}
