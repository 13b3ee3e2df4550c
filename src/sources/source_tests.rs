//! Tests of `source.rs`.

use super::super::{CsvFormat, ParquetFormat, SqliteFormat};
use super::*;

const FORMATS: &[&dyn Format] = &[&CsvFormat, &SqliteFormat, &ParquetFormat];

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
    dir
}

const OBJECT: &[u8] = b"ImageNumber,ObjectNumber\n1,1\n";

#[test]
fn folders_of_exports_are_found_with_their_names() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["Cells.csv"], &[""]),
        (&["out/Cells.csv"], &[""]),
        (&["a/Cells.csv", "b/Cells.csv"], &["a", "b"]),
        (
            &["P1/A01-1/Cells.csv", "P1/A01-2/Cells.csv"],
            &["P1/A01-1", "P1/A01-2"],
        ),
        (&["Cells.csv", "x.lance/Cells.csv", ".git/Cells.csv"], &[""]),
    ];
    for (files, names) in cases {
        let files: Vec<(&str, &[u8])> = files.iter().map(|name| (*name, OBJECT)).collect();
        let dir = folder(&files);
        let found = find_exports(FORMATS, dir.path()).expect("exports").exports;
        let found: Vec<&str> = found.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(found, *names, "{files:?}");
    }
}

#[test]
fn what_cannot_be_imported_says_why() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("a.csv", b"x,y\n1,2\n", "no CellProfiler export"),
        ("a.csv", b"", "empty"),
        ("a.cppipe", b"CellProfiler Pipeline", "choose the folder"),
        ("a.h5", b"\x89HDF\r\n", "ExportToSpreadsheet"),
        ("a.bin", b"123", "neither SQLite"),
        ("a.sqlite", b"SQLite format 3\0", "a.sqlite"),
        ("a.parquet", b"PAR1", "a.parquet"),
    ];
    for (name, content, words) in cases {
        let dir = folder(&[(name, content)]);
        let error = find_exports(FORMATS, &dir.path().join(name))
            .and_then(|found| found.exports[0].open())
            .expect_err("no export")
            .to_string();
        assert!(error.contains(words), "{name}: {error}");
    }
    let dir = folder(&[]);
    assert!(find_exports(FORMATS, dir.path()).is_err());
    let error = find_exports(FORMATS, &dir.path().join("gone")).expect_err("nothing there");
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
    let kind = cause.map(std::io::Error::kind);
    assert_eq!(kind, Some(std::io::ErrorKind::NotFound), "{error}");
}

#[test]
fn files_beside_an_export_that_cannot_be_read_are_named() {
    for good in [("Cells.csv", OBJECT), ("a.parquet", b"PAR1".as_slice())] {
        let dir = folder(&[good, ("b.sqlite", b"SQLite format 3\0"), ("c.db", b"x")]);
        let found = find_exports(FORMATS, dir.path()).expect("exports");
        let ignored: Vec<_> = found
            .left_alone
            .iter()
            .filter_map(|file| file.path.file_name())
            .collect();
        assert_eq!(ignored, ["b.sqlite", "c.db"], "{good:?}");
    }
}

#[test]
fn what_was_looked_for_is_named() {
    let dir = folder(&[("notes.md", b"x")]);
    let error = find_exports(FORMATS, dir.path()).expect_err("no export");
    let error = error.to_string();
    for format in FORMATS {
        assert!(error.contains(format.face().expected), "{error}");
    }
    let found = find_exports(FORMATS, folder(&[("Cells.csv", OBJECT)]).path()).expect("an export");
    let kind = SourceKind::of(&ParquetFormat);
    let error = of_one_kind(found, Some(kind), dir.path()).expect_err("none of this kind");
    assert!(error.to_string().contains("expected a Parquet table"));
}
