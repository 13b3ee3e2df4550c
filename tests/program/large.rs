//! Datasets that are larger than what memory is to hold of them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use cytolance_explore::Explorer;
use cytolance_kernels::RowSet;
use cytolance_profile::{Condition, Filter, Query};

use crate::support::{open, run, runtime, text};

/// A crowd of cells, and where it is.
pub fn crowd(cells: &str, features: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("crowd.lance");
    run(&[
        "demo",
        "--cells",
        cells,
        "--features",
        features,
        "--crops",
        "40",
        "--out",
        text(&path),
    ])
    .ok();
    (folder, path)
}

/// Every kind of condition on columns of the crowd.
fn conditions() -> Vec<Condition> {
    let area = || "Cells_AreaShape_Area".to_owned();
    let well = || "Metadata_Well".to_owned();
    let range = |column: String, min, max| Condition::Range { column, min, max };
    vec![
        range(area(), 4000.0, 6000.0),
        range(area(), f64::NEG_INFINITY, 5000.0),
        range(area(), 5000.5, f64::INFINITY),
        range(area(), 9000.0, 10.0),
        range(area(), f64::NAN, 10.0),
        range(area(), f64::NEG_INFINITY, f64::INFINITY),
        range("Metadata_Site".to_owned(), 2.0, 3.0),
        Condition::OneOf {
            column: well(),
            values: BTreeSet::from(["A01", "P24", "it's not a well"].map(str::to_owned)),
        },
        Condition::OneOf {
            column: "Metadata_Site".to_owned(),
            values: BTreeSet::from(["1".to_owned()]),
        },
        Condition::OneOf {
            column: well(),
            values: BTreeSet::new(),
        },
        Condition::Contains {
            column: "Metadata_Treatment".to_owned(),
            text: "COMPOUND b".to_owned(),
        },
        Condition::Contains {
            column: well(),
            text: String::new(),
        },
        Condition::Equals {
            column: well(),
            text: "B02".to_owned(),
        },
        Condition::Null {
            column: area(),
            null: true,
        },
        Condition::Null {
            column: area(),
            null: false,
        },
        Condition::Null {
            column: well(),
            null: true,
        },
    ]
}

#[test]
fn filters_of_columns_that_do_not_fit_equal_those_in_memory() {
    let (_folder, path) = crowd("12000", "8");
    let dataset = open(&path);
    assert_eq!(dataset.num_rows(), 12_000);
    // Rows and an index on plate, well and site, in one commit each.
    assert_eq!(dataset.version(), 2);
    let never = AtomicBool::new(false);
    let rows_of = |explorer: &Explorer, condition: Condition| -> RowSet {
        let query = Query {
            filters: vec![Filter {
                id: 1,
                condition,
                enabled: true,
            }],
            sort: None,
        };
        let result = runtime()
            .block_on(explorer.run(&query, &never, &|_| ()))
            .expect("an answer");
        assert_eq!(result.order.len(), result.shown.count());
        (*result.shown).clone()
    };
    let roomy = Explorer::new(dataset.clone(), 1 << 26);
    let narrow = Explorer::new(dataset, 1000);
    assert!(roomy.fits() && !narrow.fits());
    let mut sizes = BTreeSet::new();
    for condition in conditions() {
        let what = format!("{condition:?}");
        let expected = rows_of(&roomy, condition.clone());
        let found = rows_of(&narrow, condition);
        assert_eq!(found, expected, "{what}");
        sizes.insert(expected.count());
    }
    assert!(
        sizes.len() > 8,
        "conditions that tell rows apart: {sizes:?}"
    );
    assert_eq!(narrow.cached("Cells_AreaShape_Area").map(|_| ()), None);
}

#[test]
fn a_crowd_has_drawn_cells_first_and_says_when_numbers_make_no_sense() {
    let (_folder, path) = crowd("300", "75");
    let dataset = open(&path);
    let features = dataset
        .columns()
        .iter()
        .filter(|column| column.role == cytolance_profile::Role::Feature)
        .count();
    assert_eq!((dataset.num_rows(), features), (300, 75));
    let pictures = runtime()
        .block_on(dataset.pictures(&[0, 39, 40, 299]))
        .expect("pictures");
    let crops: Vec<bool> = pictures
        .iter()
        .map(|picture| picture.crop.is_some())
        .collect();
    assert_eq!(crops, [true, true, false, false]);
    assert!(!pictures[0].outlines.is_empty());
    for arguments in [
        ["demo", "--cells", "10", "--export", "x"].as_slice(),
        &["demo", "--cells", "10"],
        &["demo", "--cells", "0", "--out", "x.lance"],
        &["demo", "--features", "3", "--out", "x.lance"],
    ] {
        assert_eq!(run(arguments).code, 2, "{arguments:?}");
    }
}
