//! Python reads the dataset with no help of ours. Needs an interpreter with pylance, pyarrow, tifffile and numpy.

use std::path::Path;

use crate::support::{plate, published, python_with, run, run_script, text};

const NEEDED: &str = "lance, pyarrow, tifffile, numpy";

fn check(python: &str, dataset: &Path, export: &Path, images: &Path) {
    let arguments = [
        text(dataset),
        "--export",
        text(export),
        "--images",
        text(images),
    ];
    run_script(python, "check_dataset.py", &arguments);
}

#[test]
fn python_reads_the_demo_plate() {
    let Some(python) = python_with(NEEDED) else {
        return;
    };
    let plate = plate();
    check(
        &python,
        &plate.dataset,
        &plate.export,
        &plate.export.join("images"),
    );
}

#[test]
fn python_reads_example_human() {
    let (Some(python), Some(export)) = (python_with(NEEDED), published("ExampleHuman")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("human.lance");
    run(&["import", text(&export), "--out", text(&target)]).ok();
    check(&python, &target, &export, &export);
}
