//! The outliers that a rule finds are those that coSMicQC finds in the same table.
//!
//! Needs `CYTOLANCE_QC_PYTHON`, an interpreter with cosmicqc 1.1.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use cytolance_explore::{Column, Explorer, outlier_rows};
use cytolance_export::{Target, write_rules};
use cytolance_profile::{OutlierRule, PublishedRule, ZScope, ZThreshold, published_rules};
use serde_json::Value;

use crate::support::{open, plate, project, published, run, runtime, text};

fn qc_python() -> Option<String> {
    let python = std::env::var("CYTOLANCE_QC_PYTHON").ok();
    if python.is_none() {
        eprintln!("skipped: CYTOLANCE_QC_PYTHON does not name an interpreter with cosmicqc");
    }
    python
}

/// What coSMicQC's script says of a table.
fn cosmicqc(python: &str, table: &Path, rules: Option<&Path>) -> Value {
    let script = project().join("benches/peers/cosmicqc_outliers.py");
    let output = Command::new(python)
        .arg(script)
        .arg(table)
        .args(rules)
        .output()
        .expect("Python starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Columns of numbers as a table that pandas reads back to the last bit.
fn write_table(columns: &[Arc<Column>], path: &Path) {
    let mut out = csv::Writer::from_path(path).expect("a file");
    out.write_record(columns.iter().map(|column| column.name.as_str()))
        .expect("a header");
    for row in 0..columns[0].len() as u32 {
        let values = columns.iter().map(|column| {
            column
                .number(row)
                .map_or(String::new(), |value| value.to_string())
        });
        out.write_record(values).expect("a row");
    }
    out.flush().expect("a table");
}

/// Every seventh value of the first column and every eleventh of the second is taken away.
fn with_gaps(columns: &[Arc<Column>]) -> Vec<Arc<Column>> {
    let gap = |column: &Arc<Column>, every: usize| {
        let mut values = (*column.numbers().expect("numbers")).clone();
        values
            .iter_mut()
            .step_by(every)
            .for_each(|value| *value = f64::NAN);
        Arc::new(Column::of_floats(&column.name, values))
    };
    let mut gapped = columns.to_vec();
    for (at, every) in [(0, 7), (1, 11)] {
        if let Some(column) = gapped.get_mut(at) {
            *column = gap(column, every);
        }
    }
    gapped
}

/// The published rules, and some of many features with low thresholds, one with options that coSMicQC does not know.
fn rules(columns: &[Arc<Column>]) -> Vec<OutlierRule> {
    let mut rules: Vec<OutlierRule> = published_rules().iter().map(PublishedRule::rule).collect();
    for (at, z) in [(0, 0.5), (1, -0.5), (2, 1.0), (3, -1.0), (4, 0.0)] {
        let features = columns.iter().skip(at).step_by(5).take(1 + at % 3);
        let thresholds: Vec<ZThreshold> = features
            .map(|column| ZThreshold {
                feature: column.name.clone(),
                z,
            })
            .collect();
        if !thresholds.is_empty() {
            rules.push(OutlierRule {
                name: format!("ours: {at}"),
                thresholds,
                ..OutlierRule::default()
            });
        }
    }
    rules
}

fn compare(python: &str, what: &str, columns: &[Arc<Column>], folder: &Path) {
    let (table, file) = (folder.join("table.csv"), folder.join("rules.yml"));
    let rules = rules(columns);
    let mut saved = rules.clone();
    saved[0].robust = true;
    saved[0].scope = ZScope::Plate;
    write_rules(&Target::new(&file, true), &saved).expect("a file of rules");
    let mut compared = 0;
    for (gaps, columns) in [("", columns.to_vec()), (" with gaps", with_gaps(columns))] {
        write_table(&columns, &table);
        let shipped = cosmicqc(python, &table, None);
        let theirs = cosmicqc(python, &table, Some(&file));
        let names: BTreeSet<&String> = shipped.as_object().expect("rules").keys().collect();
        let ours: BTreeSet<&str> = published_rules().iter().map(|rule| rule.name).collect();
        assert!(names.iter().map(|name| name.as_str()).eq(ours), "{names:?}");
        for rule in &rules {
            let answer = &theirs[&rule.name];
            let lacks = |threshold: &ZThreshold| {
                !columns
                    .iter()
                    .any(|column| column.name == threshold.feature)
            };
            assert_eq!(
                answer["missing"].is_array(),
                rule.thresholds.iter().any(lacks),
                "{what}, {}: {answer}",
                rule.name
            );
            if answer["missing"].is_array() {
                println!("{what}{gaps}\t{}\tfeatures are missing", rule.name);
                continue;
            }
            if names.contains(&rule.name) {
                assert_eq!(answer, &shipped[&rule.name], "our file of the same rule");
            }
            for (ignore_nulls, function) in [(false, "identify"), (true, "find")] {
                let rule = OutlierRule {
                    ignore_nulls,
                    ..rule.clone()
                };
                let found = outlier_rows(&rule, &columns, columns[0].len());
                let found: Vec<u64> = found.iter().map(u64::from).collect();
                let theirs: Vec<u64> = answer[function]
                    .as_array()
                    .expect("rows")
                    .iter()
                    .map(|row| row.as_u64().expect("a row"))
                    .collect();
                println!(
                    "{what}{gaps}\t{}\t{function}_outliers\t{}\t{}\t{}",
                    rule.name,
                    theirs.len(),
                    found.len(),
                    if theirs == found {
                        "equal"
                    } else {
                        "DIFFERENT"
                    }
                );
                assert_eq!(found, theirs, "{what}{gaps}, {}, {function}", rule.name);
                compared += 1;
            }
        }
    }
    assert!(compared >= 10, "{what}: {compared}");
}

/// The features of the published rules and some more.
fn features(dataset: &Path) -> Vec<Arc<Column>> {
    let dataset = open(dataset);
    let explorer = Explorer::new(dataset.clone(), 1 << 30);
    let mut names: Vec<String> = [
        "Nuclei_AreaShape_Area",
        "Nuclei_AreaShape_FormFactor",
        "Nuclei_AreaShape_Eccentricity",
    ]
    .into_iter()
    .filter(|name| dataset.column(name).is_some())
    .map(str::to_owned)
    .collect();
    let more = dataset.columns().iter().filter(|column| {
        let wanted = ["AreaShape", "Intensity"]
            .iter()
            .any(|group| column.name.contains(group));
        wanted && column.kind.is_number() && !names.contains(&column.name)
    });
    let more: Vec<String> = more.take(40).map(|column| column.name.clone()).collect();
    names.extend(more);
    runtime()
        .block_on(explorer.columns(&names))
        .expect("columns")
}

fn imported(name: &str, folder: &Path) -> Option<PathBuf> {
    let export = published(name)?;
    let target = folder.join(format!("{name}.lance"));
    run(&["import", text(&export), "--out", text(&target)]).ok();
    Some(target)
}

#[test]
fn outliers_are_those_of_cosmicqc() {
    let Some(python) = qc_python() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut datasets = vec![("demo plate", Some(plate().dataset.clone()))];
    for name in ["JUMP_BR00117006", "NF1_SchwannCell_sqlite"] {
        datasets.push((name, imported(name, folder.path())));
    }
    for (what, dataset) in datasets {
        if let Some(dataset) = dataset {
            compare(&python, what, &features(&dataset), folder.path());
        }
    }
}

#[test]
fn the_command_counts_and_writes_outliers() {
    let dataset = &plate().dataset;
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("rows.csv");
    let said = run(&["outliers", text(dataset), "--out", text(&out)])
        .ok()
        .out;
    let mut reader = csv::Reader::from_path(&out).expect("a file");
    let header = reader.headers().expect("a header").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(records.len(), 831);
    for rule in published_rules() {
        let at = header
            .iter()
            .position(|name| name == rule.name)
            .expect("a column");
        let flagged = records.iter().filter(|row| &row[at] == "true").count();
        assert!(
            said.contains(&format!("{}: {flagged} of 831 cells", rule.name)),
            "{said}"
        );
        assert!(flagged > 0 || rule.name == "large_nuclei", "{said}");
    }
    let refused = run(&["outliers", text(dataset), "--rule", "nothing"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("large_nuclei"), "{}", refused.err);
    let file = folder.path().join("rules.yml");
    std::fs::write(&file, "thresholds: {mine: {Cells_Gone: 1}}").expect("written");
    let refused = run(&["outliers", text(dataset), "--rules", text(&file)]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("Cells_Gone"), "{}", refused.err);
}
