//! The checks of the segmentation find what the demo plate has planted.

use std::collections::BTreeSet;

use cytolance_demo::{DemoPlate, write_export};

use crate::support::{copy_folder, open, plate, run, runtime, text};

/// A planted kind, the column that tells of it, and how.
struct Finder {
    kinds: &'static [&'static str],
    /// Any of these.
    columns: &'static [&'static str],
    finds: fn(f64) -> bool,
    /// How many of the planted ones must be found, at least.
    at_least: f64,
    /// Found cells that are not of this kind, at most.
    false_at_most: usize,
}

#[test]
fn planted_cases_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("plate.lance");
    copy_folder(&plate().dataset, &dataset);
    let said = run(&["check", text(&dataset)]).ok().out;
    assert!(said.contains("24 of 24 fields"), "{said}");
    let truth = write_export(
        &DemoPlate::default(),
        &folder.path().join("export"),
        &|_, _| {},
        &|| false,
    )
    .expect("the plate");
    let opened = open(&dataset);
    let read = |name: &str| -> Vec<f64> {
        let columns = runtime()
            .block_on(opened.read_columns(&[name.to_owned()]))
            .expect("a column");
        cytolance_dataset::numbers_of(&columns[0]).expect("numbers")
    };
    let keys: Vec<(i64, i64)> = read("Metadata_ImageNumber")
        .into_iter()
        .zip(read("Metadata_ObjectNumber"))
        .map(|(image, object)| (image as i64, object as i64))
        .collect();
    let finders = finders();
    println!("planted                    by                   found missed false");
    for finder in &finders {
        let planted: BTreeSet<(i64, i64)> = keys
            .iter()
            .filter(|(image, object)| {
                truth.cases.iter().any(|case| {
                    finder.kinds.contains(&case.kind)
                        && case.image_number == *image
                        && case.object_number.is_none_or(|number| number == *object)
                })
            })
            .copied()
            .collect();
        let values: Vec<Vec<f64>> = finder.columns.iter().map(|name| read(name)).collect();
        let flagged: BTreeSet<(i64, i64)> = keys
            .iter()
            .enumerate()
            .filter(|(at, _)| values.iter().any(|values| (finder.finds)(values[*at])))
            .map(|(_, key)| *key)
            .collect();
        let found = planted.intersection(&flagged).count();
        let wrong = flagged.difference(&planted).count();
        println!(
            "{:<26} {:<20} {found:>5} {:>6} {wrong:>5}",
            finder.kinds.join(", "),
            finder.columns[0],
            planted.len() - found
        );
        assert!(!planted.is_empty(), "{:?}", finder.kinds);
        assert!(
            found as f64 >= finder.at_least * planted.len() as f64,
            "{}: {found} of {}",
            finder.kinds.join(", "),
            planted.len()
        );
        assert!(wrong <= finder.false_at_most, "{:?}: {wrong}", finder.kinds);
    }
    // Twice is a version more, with the same columns.
    run(&["check", text(&dataset), "--only", "overlap"]).ok();
    assert_eq!(
        open(&dataset).columns().len(),
        opened.columns().len(),
        "columns are replaced"
    );
    let refused = run(&["check", text(&dataset), "--only", "luck"]);
    assert_ne!(refused.code, 0);
    assert!(refused.err.contains("saturation"), "{}", refused.err);
}

fn finders() -> [Finder; 6] {
    [
        Finder {
            kinds: &["merged_cells", "two_nuclei"],
            columns: &["QC_NuclearRegions"],
            finds: |value| value >= 2.0,
            at_least: 1.0,
            false_at_most: 0,
        },
        Finder {
            kinds: &["missing_nucleus"],
            columns: &["QC_NucleiInCell"],
            finds: |value| value < 1.0,
            at_least: 1.0,
            false_at_most: 0,
        },
        Finder {
            kinds: &["saturated_cell"],
            columns: &[
                "QC_Saturated_AGP",
                "QC_Saturated_DNA",
                "QC_Saturated_ER",
                "QC_Saturated_Mito",
                "QC_Saturated_RNA",
            ],
            finds: |value| value > 0.01,
            at_least: 1.0,
            false_at_most: 0,
        },
        Finder {
            kinds: &["out_of_focus_field"],
            columns: &["QC_FieldFocus_DNA"],
            finds: |value| value < 0.004,
            at_least: 1.0,
            false_at_most: 0,
        },
        Finder {
            kinds: &["split_cell"],
            columns: &["QC_NucleusContact"],
            finds: |value| value > 0.1,
            at_least: 1.0,
            false_at_most: 0,
        },
        Finder {
            kinds: &["debris"],
            columns: &["QC_NucleusShare"],
            finds: |value| value > 0.9,
            at_least: 1.0,
            false_at_most: 0,
        },
    ]
}
