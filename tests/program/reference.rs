//! Published exports, where this machine has them.

use serde_json::Value;

use crate::support::{open, published, run, runtime, text};

#[test]
fn example_human_has_289_rows() {
    let Some(export) = published("ExampleHuman") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("human.lance");
    let report = folder.path().join("report.json");
    run(&[
        "import",
        text(&export),
        "--out",
        text(&target),
        "--images",
        text(&export),
        "--report",
        text(&report),
    ])
    .ok();
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(report).expect("a report")).expect("JSON");
    assert_eq!(report["rows"], 289);
    assert_eq!(report["rows_with_picture"], 289);
    assert_eq!(report["primary"], "Cells");
    assert_eq!(
        report["channels"],
        serde_json::json!(["DNA", "PH3", "cellbody"])
    );
    assert_eq!(
        report["images"]["not_channels"],
        serde_json::json!(["OrigOverlay"])
    );
    let changes = report["images"]["path_changes"]
        .as_array()
        .expect("changes");
    assert_eq!(changes[0]["recorded"], "/usr/local/src/ExampleHuman/images");
    assert_eq!(changes[0]["files"], 3);
    let kept_out = report["files"]
        .as_array()
        .expect("files")
        .iter()
        .any(|file| {
            file["path"]
                .as_str()
                .is_some_and(|path| path.ends_with("PH3.csv"))
                && file["used_as"]
                    .as_str()
                    .is_some_and(|text| text.contains("its parent is Nuclei"))
        });
    assert!(kept_out, "{report}");
    let dataset = open(&target);
    assert_eq!(dataset.metadata().channels[0].bit_depth, 8);
    let pictures = runtime()
        .block_on(dataset.pictures(&[0, 288]))
        .expect("pictures");
    assert!(
        pictures
            .iter()
            .all(|picture| picture.crop.is_some() && picture.outlines.len() == 3)
    );
    // CellProfiler 4.0 wrote angles in radians. Cell 54 is 38 pixels wide and 22 high, and so is its ellipse.
    let cell = runtime()
        .block_on(dataset.pictures(&[53]))
        .expect("a picture");
    let bounds = cell[0]
        .outlines
        .iter()
        .find(|(object, _)| object == "Cells")
        .and_then(|(_, outline)| outline.bounds())
        .expect("an ellipse");
    let [width, height] = [bounds[2] - bounds[0], bounds[3] - bounds[1]];
    assert!(width > 1.2 * height, "{width} x {height}");
}

/// Imports a published export and returns the report.
fn imported(name: &str, extra: &[&str]) -> Option<(Value, tempfile::TempDir)> {
    let export = published(name)?;
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("out.lance");
    let report = folder.path().join("report.json");
    let mut arguments = vec![
        "import",
        text(&export),
        "--out",
        text(&target),
        "--report",
        text(&report),
    ];
    let masks = export.join("images/outlines");
    if extra.contains(&"--masks") {
        arguments.extend(["--masks", text(&masks)]);
    }
    run(&arguments).ok();
    let report = std::fs::read_to_string(report).expect("a report");
    Some((serde_json::from_str(&report).expect("JSON"), folder))
}

#[test]
fn the_nf1_database_has_242_rows() {
    let Some((report, _folder)) = imported("NF1_SchwannCell_sqlite", &[]) else {
        return;
    };
    assert_eq!(report["rows"], 242);
    let nuclei = report["files"]
        .as_array()
        .expect("files")
        .iter()
        .find(|file| file["table"] == "Per_Nuclei")
        .expect("nuclei");
    assert_eq!(
        (
            &nuclei["rows"],
            &nuclei["imported"],
            &nuclei["without_parent"]
        ),
        (&433.into(), &242.into(), &191.into())
    );
}

#[test]
fn the_jump_outlines_have_the_measured_areas() {
    let Some((report, folder)) = imported("JUMP_BR00117006", &["--masks"]) else {
        return;
    };
    assert_eq!(report["rows"], 5);
    assert_eq!(report["rows_with_picture"], 5);
    for object in ["Cells", "Nuclei"] {
        assert_eq!(report["outlines_traced"][object], 5, "{object}");
        assert_eq!(
            report["areas_agree"][object],
            serde_json::json!([5, 5]),
            "{object}"
        );
        assert_eq!(report["object_pictures"][object]["kinds"]["outlines"], 1);
    }
    let dataset = open(&folder.path().join("out.lance"));
    // Its 7,390 columns, Metadata_Source, the box, the crop and three outlines; keys are not doubled.
    assert!(
        dataset.columns().len() > 7390,
        "{}",
        dataset.columns().len()
    );
    assert!(dataset.column("Metadata_ObjectNumber_1").is_some());
}
