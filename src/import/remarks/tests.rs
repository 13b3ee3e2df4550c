//! Cases for remarks: their words, and what of them a kept report holds.

use std::path::PathBuf;

use super::*;
use crate::{ImportReport, KeptReport};

fn remarks() -> Vec<Remark> {
    let path = || PathBuf::from("/data/x");
    vec![
        SourceRemark::Padding { rows: 1 }.into(),
        TableRemark::NoImageNumber { path: path() }.into(),
        ColumnRemark::AbsentInParts {
            columns: (0..22).map(|at| format!("c{at}")).collect(),
        }
        .into(),
        PictureRemark::NoPictures {
            of: vec!["DNA".to_owned()],
            channels: vec!["Actin".to_owned(), "ER".to_owned()],
        }
        .into(),
        OutlineRemark::FieldsWithoutMask {
            without: 2,
            fields: 3,
            object: "Nuclei".to_owned(),
            traced: true,
        }
        .into(),
        LaterRemark::NothingToCheck {
            reason: "no crops".to_owned(),
        }
        .into(),
    ]
}

#[test]
fn remarks_read_as_sentences() {
    let texts: Vec<String> = remarks().iter().map(ToString::to_string).collect();
    assert!(texts[0].starts_with("1 padding row: "), "{}", texts[0]);
    assert_eq!(
        texts[1],
        "/data/x has no usable ImageNumber, so its values are not joined"
    );
    assert!(texts[2].ends_with("c18, c19 and 2 more"), "{}", texts[2]);
    assert_eq!(
        texts[3],
        "no picture was found of DNA: the crops have the channels Actin, ER"
    );
    assert_eq!(
        texts[4],
        "2 of 3 fields have no Nuclei mask; their Nuclei outlines are null, not ellipses"
    );
    assert_eq!(texts[5], "nothing to check: no crops");
}

#[test]
fn a_kept_report_keeps_words_and_topics() {
    let report = ImportReport {
        remarks: remarks(),
        ..ImportReport::default()
    };
    let json = serde_json::json!(KeptReport::of(&report));
    let texts: Vec<String> = report.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(json["report"]["remarks"], serde_json::json!(texts));
    assert_eq!(
        json["report"]["remark_topics"],
        serde_json::json!([
            "rows",
            "tables",
            "columns",
            "pictures",
            "outlines",
            "afterwards"
        ])
    );
    let kept: KeptReport = serde_json::from_value(json.clone()).expect("a report");
    for (kept, remark) in kept.report.remarks.iter().zip(&report.remarks) {
        assert_eq!(kept.to_string(), remark.to_string());
        assert_eq!(kept.topic(), remark.topic());
    }
    assert_eq!(serde_json::json!(KeptReport::of(&kept.report)), json);
}

#[test]
fn reports_of_earlier_versions_are_read() {
    let json = r#"{
        "remarks": ["a", "b"],
        "files": [{"notes": {
            "rows_in_file": 2, "unit": "line", "rejected": [], "coerced": [], "num_coerced": 0,
            "mixed": [], "columns_left_out": [], "remarks": ["c"]
        }}]
    }"#;
    let report: ImportReport = serde_json::from_str(json).expect("a report");
    let texts: Vec<String> = report.remarks.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["a", "b"]);
    assert_eq!(report.remarks[0].topic(), RemarkTopic::Other);
    assert_eq!(report.files[0].notes.remarks[0].to_string(), "c");
}
