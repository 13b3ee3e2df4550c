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

/// The files of a folder and below it, by their names, with what is in them.
fn contents(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside");
                found.insert(text(name).to_owned(), std::fs::read(&path).expect("read"));
            }
        }
    }
    found
}

#[test]
fn nothing_is_replaced_unasked() {
    let dataset = text(&plate().dataset);
    let filter = ["--filter", "Metadata_Well = 'B03'"];
    let columns = ["--columns", "Cells_AreaShape_Area"];
    let labels = ["--format", "label-tiff", "--object", "Cells"];
    // Command, name, what else is asked for.
    let cases: [(&str, &str, Vec<&str>); 10] = [
        ("export", "cells.csv", [filter, columns].concat()),
        ("export", "cells.tsv", [filter, columns].concat()),
        ("export", "cells.parquet", [filter, columns].concat()),
        ("export", "cells.lance", [filter, columns].concat()),
        ("montage", "cells.svg", vec!["--sample", "2"]),
        ("crops", "crops", filter.to_vec()),
        ("outlines", "cells.geojson", filter.to_vec()),
        ("outlines", "fields", filter.to_vec()),
        ("outlines", "labels", [&filter[..], &labels[..]].concat()),
        ("outliers", "flags.csv", Vec::new()),
    ];
    for (command, name, more) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join(name);
        let run_in = |extra: &[&str]| {
            // Named without a folder, as one types it; what is said is the whole path.
            let mut arguments = vec![command, dataset, "--out", name];
            arguments.extend(&more);
            arguments.extend(extra);
            let output = crate::support::program(&arguments)
                .current_dir(folder.path())
                .output()
                .expect("the program starts");
            let said = [output.stdout, output.stderr].concat();
            (
                output.status.success(),
                String::from_utf8_lossy(&said).into_owned(),
            )
        };
        let (ok, said) = run_in(&[]);
        assert!(ok && said.contains(text(&target)), "{name}: {said}");
        let json = folder.path().join(format!("{name}.json"));
        let from: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&json).expect("where it is from")).expect("JSON");
        assert_eq!(from["dataset"], dataset, "{name}");
        assert!(from["written"].as_u64().is_some_and(|cells| cells > 0));
        let before = contents(folder.path());
        assert!(
            !before.keys().any(|file| file.contains(".cytolance")),
            "nothing unfinished is left: {:?}",
            before.keys()
        );
        let (ok, said) = run_in(&[]);
        assert!(!ok, "{name} is refused");
        for words in [text(&target), "--overwrite", "--out"] {
            assert!(said.contains(words), "{name}: {said}");
        }
        assert!(contents(folder.path()) == before, "{name} is as it was");
        // The file of where it came from is a file as well.
        if target.is_file() {
            std::fs::remove_file(&target).expect("removed");
            let (ok, said) = run_in(&[]);
            assert!(!ok && said.contains(text(&json)), "{name}: {said}");
            assert!(!target.exists());
        } else if name != "cells.lance" {
            std::fs::write(target.join("mine.txt"), "mine").expect("written");
        }
        let (ok, said) = run_in(&["--overwrite"]);
        assert!(ok && said.contains(text(&target)), "{name}: {said}");
        if target.join("mine.txt").exists() {
            assert!(said.contains("was there before"), "{name}: {said}");
        }
        for file in before
            .keys()
            .filter(|file| !file.starts_with("cells.lance"))
        {
            assert!(folder.path().join(file).exists(), "{name}: {file}");
        }
    }
}

#[test]
fn names_that_say_another_format_are_refused() {
    let dataset = text(&plate().dataset);
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        (
            "export",
            "x.xlsx",
            ".csv, .tsv, .txt, .parquet, .pq or .lance",
        ),
        ("export", "cells", ".csv"),
        ("montage", "x.pdf", ".svg or .png"),
        ("crops", "x.tif", "without .tif"),
        ("outlines", "x.csv", ".geojson"),
        ("report", "x.pdf", ".html"),
        ("outliers", "x.parquet", ".csv"),
    ];
    for (command, name, words) in cases {
        let path = folder.path().join(name);
        let refused = run(&[command, dataset, "--out", text(&path)]);
        assert_eq!(refused.code, 1, "{command} {name}");
        assert!(
            refused.err.contains(words) && refused.err.contains(name),
            "{}",
            refused.err
        );
    }
    let picture = folder.path().join("x.svg");
    let refused = run(&["view", dataset, "--screenshot", text(&picture)]);
    assert!(refused.code == 1 && refused.err.contains(".png"));
    let names = ["--names", "cellprofiler"];
    let copy = folder.path().join("x.lance");
    let refused = run(&[&["export", dataset, "--out", text(&copy)][..], &names[..]].concat());
    assert!(refused.code == 1 && refused.err.contains("keeps the names"));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}
