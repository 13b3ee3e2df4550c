//! The list of exporters is told apart by its words and names, and each writes by the one way.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::samples::six_cells;
use cytolance_explore::Explorer;
use cytolance_export::{ExportError, FolderUse, Target};
use cytolance_profile::{OutlierRule, ZThreshold};
use cytolance_session::SessionFile;

#[test]
fn each_has_its_word_and_a_name_that_fits() {
    let mut words = HashSet::new();
    for kind in ExportKind::all() {
        let face = kind.face();
        assert!(
            words.insert(face.id) && words.insert(face.title),
            "{kind:?}"
        );
        assert_eq!(ExportKind::by_id(face.id), Some(kind));
        let proposed = format!("cells{}", face.suffix);
        let path = Path::new(&proposed);
        face.file.check(path).expect("its own name");
        assert_eq!(
            face.file.is_folder(path),
            face.file.folder == FolderUse::Always,
            "{kind:?}"
        );
    }
    assert_eq!(ExportKind::default().face().id, "csv");
    assert_eq!(ExportKind::by_id("xlsx"), None);
}

#[test]
fn the_ending_says_what_is_written() {
    let cases = [
        ("x.csv", "csv"),
        ("x.TXT", "tsv"),
        ("x.pq", "parquet"),
        ("s3://bucket/x.lance", "lance"),
        ("x.svg", "montage"),
        ("x.geojson", "geojson"),
        ("x.htm", "report"),
    ];
    for (name, id) in cases {
        let kind = ExportKind::by_name(Path::new(name)).expect("known");
        assert_eq!(kind.face().id, id, "{name}");
        kind.file().check(Path::new(name)).expect("its own name");
    }
    for name in ["x.xlsx", "cells", "csv"] {
        let error = ExportKind::by_name(Path::new(name)).expect_err("unknown");
        let text = error.to_string();
        for words in [
            name,
            "tables as .csv, .tsv, .txt, .parquet, .pq or .lance",
            "figures as .svg or .png",
            "(ome-tiff, png, label-tiff, outliers)",
        ] {
            assert!(text.contains(words), "{text}");
        }
    }
}

#[test]
fn names_that_say_something_else_are_refused() {
    let cases = [
        ("csv", "x.csv", None),
        ("csv", "x.parquet", Some("a CSV file's name ends in .csv")),
        ("csv", "s3://bucket/x.csv", Some("on this machine")),
        ("parquet", "x.Parquet", None),
        ("lance", "s3://bucket/x.lance", None),
        ("montage", "x.png", None),
        ("montage", "x.csv", Some(".svg or .png")),
        ("geojson", "2024.05.01-outlines", None),
        ("geojson", "x.tif", Some(".geojson or .json")),
        ("label-tiff", "x.tif", Some("without .tif")),
        ("ome-tiff", "plate-1.2", None),
        ("png", "x.png", Some("without .png")),
        ("report", "x.pdf", Some(".html or .htm")),
        ("outliers", "x.parquet", Some(".csv")),
    ];
    for (id, name, words) in cases {
        let kind = ExportKind::by_id(id).expect("an exporter");
        match (kind.file().check(Path::new(name)), words) {
            (Ok(()), None) => {}
            (Err(error), Some(words)) => {
                let text = error.to_string();
                assert!(text.contains(words) && text.contains(name), "{text}");
            }
            (checked, _) => panic!("{kind:?} {name}: {checked:?}"),
        }
    }
}

#[test]
fn settings_that_were_changed_are_known() {
    assert_eq!(ExportOptions::default().changed(), []);
    let options = ExportOptions {
        across: 3,
        objects: Some(Vec::new()),
        ..ExportOptions::default()
    };
    assert_eq!(options.changed(), [Setting::Across, Setting::Objects]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_written_with_its_provenance_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    let explorer = Explorer::new(dataset, 1 << 20);
    let session = SessionFile {
        rules: vec![OutlierRule {
            name: "small".to_owned(),
            thresholds: vec![ZThreshold {
                feature: "Cells_AreaShape_Area".to_owned(),
                z: -1.0,
            }],
            ..OutlierRule::default()
        }],
        ..SessionFile::default()
    };
    let never = AtomicBool::new(false);
    for kind in ExportKind::all() {
        let face = kind.face();
        let path = folder.path().join(format!("cells{}", face.suffix));
        let request = ExportRequest {
            kind,
            rows: vec![4, 0],
            which: "two".to_owned(),
            options: ExportOptions::default(),
            session: session.clone(),
            target: Target::new(&path, false),
        };
        let outcome = run_export(&explorer, &request, &|_, _| (), &never).await;
        let beside = folder.path().join(format!("cells{}.json", face.suffix));
        if face.needs != Needs::Cells {
            let Err(ExportError::Refused(why)) = outcome else {
                panic!("{kind:?}: there is nothing to write")
            };
            assert!(why.contains("the dataset has no") && why.contains(face.title));
            assert!(!path.exists() && !beside.exists(), "{kind:?}");
            continue;
        }
        let done = outcome.expect("written");
        assert!(path.exists() && done.at == path, "{kind:?}");
        let text = std::fs::read_to_string(&beside).expect("where it is from");
        let from: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(from["which"], "two");
        assert_eq!(from["written"], 2, "{kind:?}");
        assert_eq!(from["session"]["rules"][0]["name"], "small");
        if face.settings.contains(&Setting::Columns) {
            let columns = from["columns"].as_array().expect("columns");
            let flag = serde_json::json!("cqc.small.is_outlier");
            assert!(columns.contains(&flag), "{kind:?}: rules go along");
        }
        // Once more, it is there already.
        let again = run_export(&explorer, &request, &|_, _| (), &never).await;
        assert!(matches!(again, Err(ExportError::Exists { .. })), "{kind:?}");
    }
    let csv = std::fs::read_to_string(folder.path().join("cells.csv")).expect("a table");
    assert_eq!(
        csv,
        "Metadata_Well,Metadata_ObjectNumber,Cells_AreaShape_Area,cqc.small.is_outlier\n\
         B02,5,20.0,true\nA01,1,50.0,false\n"
    );
    let flags = std::fs::read_to_string(folder.path().join("cells-outliers.csv")).expect("flags");
    assert_eq!(
        flags,
        "row,Metadata_Well,Metadata_ObjectNumber,small\n4,B02,5,true\n0,A01,1,false\n"
    );
}
