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
}
