//! Everything that leaves the program is read back: by Python where it is there, and by the program itself.

use std::path::Path;

use crate::support::{plate, python_with, run, run_script, text};

/// Writes every kind of export of the demo plate.
fn export_all(dataset: &Path, folder: &Path) {
    let dataset = text(dataset);
    for file in ["cells.csv", "cells.tsv", "cells.parquet", "cells.lance"] {
        run(&["export", dataset, "--out", text(&folder.join(file))]).ok();
    }
    let chosen = "Metadata_Well = 'B02'";
    let crops = folder.join("crops");
    run(&["crops", dataset, "--out", text(&crops), "--filter", chosen]).ok();
    let outlines = folder.join("outlines.geojson");
    run(&["outlines", dataset, "--out", text(&outlines)]).ok();
    let labels = folder.join("labels");
    run(&[
        "outlines",
        dataset,
        "--out",
        text(&labels),
        "--format",
        "label-tiff",
        "--object",
        "Cells",
    ])
    .ok();
    run(&[
        "report",
        dataset,
        "--out",
        text(&folder.join("report.html")),
    ])
    .ok();
}

#[test]
fn python_reads_every_export() {
    let Some(python) = python_with("lance, pyarrow, tifffile, numpy") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    export_all(&plate().dataset, folder.path());
    run_script(
        &python,
        "check_exports.py",
        &[text(&plate().dataset), text(folder.path())],
    );
}

#[test]
fn figures_are_written_at_their_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = text(&plate().dataset);
    let svg = folder.path().join("montage.svg");
    let png = folder.path().join("montage.png");
    for out in [&svg, &png] {
        run(&[
            "montage",
            dataset,
            "--out",
            text(out),
            "--sample",
            "6",
            "--columns",
            "3",
            "--captions",
            "Metadata_Well",
        ])
        .ok();
    }
    let drawn = std::fs::read_to_string(&svg).expect("a figure");
    assert_eq!(drawn.matches("<image ").count(), 6);
    let picture = image::open(&png).expect("a picture");
    // 3 tiles of 104 points at 96 to the inch, at 300 dots to the inch.
    assert!(picture.width() > 3 * 104 * 300 / 96, "{}", picture.width());
}

#[test]
fn a_session_says_which_cells_leave() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = text(&plate().dataset);
    let session = folder.path().join("qc.cytolance.toml");
    std::fs::write(
        &session,
        "format = \"cytolance-session\"\nformat_version = 1\n\n\
         [[filters]]\nkind = \"one_of\"\ncolumn = \"Metadata_Well\"\nvalues = [\"B02\"]\n\n\
         [[filters]]\nkind = \"range\"\ncolumn = \"Cells_AreaShape_Area\"\nmin = 1000.0\n\n\
         [sort]\ncolumn = \"Cells_AreaShape_Area\"\ndescending = true\n",
    )
    .expect("written");
    let ours = folder.path().join("session.csv");
    run(&[
        "export",
        dataset,
        "--session",
        text(&session),
        "--out",
        text(&ours),
    ])
    .ok();
    let theirs = folder.path().join("filter.csv");
    run(&[
        "export",
        dataset,
        "--filter",
        "Metadata_Well = 'B02' AND Cells_AreaShape_Area >= 1000",
        "--out",
        text(&theirs),
    ])
    .ok();
    let areas = |path: &Path| -> Vec<f64> {
        let mut reader = csv::Reader::from_path(path).expect("a file");
        let at = reader
            .headers()
            .expect("a header")
            .iter()
            .position(|name| name == "Cells_AreaShape_Area")
            .expect("a column");
        reader
            .records()
            .map(|row| row.expect("a row")[at].parse().expect("a number"))
            .collect()
    };
    let (ours, mut theirs) = (areas(&ours), areas(&theirs));
    assert!(ours.len() > 3, "{}", ours.len());
    theirs.sort_by(|a, b| b.total_cmp(a));
    assert_eq!(ours, theirs, "the session's cells, in its order");

    std::fs::write(
        &session,
        "format = \"cytolance-session\"\nformat_version = 99\n",
    )
    .expect("written");
    let out = folder.path().join("no.csv");
    let refused = run(&[
        "export",
        dataset,
        "--session",
        text(&session),
        "--out",
        text(&out),
    ]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("qc.cytolance.toml"), "{}", refused.err);
    assert!(!out.exists(), "nothing is written");
}

#[test]
fn cells_with_cellprofilers_names_are_imported_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("Cells.csv");
    run(&[
        "export",
        text(&plate().dataset),
        "--names",
        "cellprofiler",
        "--out",
        text(&out),
    ])
    .ok();
    let header = std::fs::read_to_string(&out).expect("a file");
    let header = header.lines().next().expect("a header");
    assert!(
        header.contains("ImageNumber") && header.contains("ObjectNumber"),
        "{header}"
    );
    let again = folder.path().join("again.lance");
    run(&["import", text(&out), "--out", text(&again)]).ok();
    assert_eq!(crate::support::open(&again).num_rows(), 831);
}
