//! What every tool of the list has to hold, and what the tools themselves say.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use toml::{Table, Value};

use super::*;
use crate::samples::{cells_of, six_cells};
use cytolance_dataset::CellDataset;
use cytolance_profile::{OutlierRule, Role, ZThreshold};

const AREA: &str = "Cells_AreaShape_Area";

fn input<'a>(
    explorer: &'a Explorer,
    columns: &'a [ColumnInfo],
    cancelled: &'a AtomicBool,
) -> ToolInput<'a> {
    ToolInput {
        explorer,
        columns,
        progress: &|_, _| (),
        cancelled,
    }
}

fn large() -> OutlierRule {
    OutlierRule {
        name: "large".to_owned(),
        thresholds: vec![ZThreshold {
            feature: AREA.to_owned(),
            z: 1.0,
        }],
        ..OutlierRule::default()
    }
}

#[test]
fn every_tool_says_what_it_is_and_its_parameters_read_back() {
    let mut ids: Vec<&str> = TOOLS.iter().map(|tool| tool.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), TOOLS.len(), "a name means one tool");
    for each in TOOLS {
        let id = each.id();
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase()), "{id}");
        assert!(
            each.about().ends_with('.') && !each.title().is_empty(),
            "{id}"
        );
        assert_eq!(tool(id).expect("found").id(), id);
        let mut helped: Vec<&str> = each.help().iter().map(|(name, _)| *name).collect();
        helped.sort_unstable();
        let defaults = each.defaults();
        assert!(
            helped.iter().eq(defaults.keys()),
            "{id}: {helped:?}, {defaults}"
        );
        // What is told as the default is understood as it.
        let mut read = Table::new();
        for parameter in parameters_of(*each) {
            let assignment = format!("{}={}", parameter.name, parameter.default);
            assigned(*each, &mut read, &assignment).expect(&assignment);
        }
        assert_eq!(read, defaults, "{id}");
        assert_eq!(completed(*each, &Table::new()).expect("defaults"), defaults);
    }
}

/// A parameter and its value, or what the error says.
type Read<'a> = Result<(&'a str, Value), &'a str>;
/// Columns, or what the error says.
type Needs<'a> = Result<&'a [&'a str], &'a str>;

#[test]
fn parameters_are_read_by_their_kinds() {
    let texts =
        |values: &[&str]| Value::Array(values.iter().map(|text| Value::from(*text)).collect());
    let cases: [(&str, Read); 11] = [
        ("file=a=b.yml", Ok(("file", Value::from("a=b.yml")))),
        (" robust = yes ", Ok(("robust", Value::from(true)))),
        ("scores=false", Ok(("scores", Value::from(false)))),
        ("only=a, b", Ok(("only", texts(&["a", "b"])))),
        ("only=[\"a,b\"]", Ok(("only", texts(&["a,b"])))),
        ("only=", Ok(("only", texts(&[])))),
        ("robust=perhaps", Err("neither true nor false")),
        ("only=[a", Err("only")),
        ("robust", Err("name=value")),
        ("z=1", Err("has no parameter z; it has file")),
        (
            "rules=[3]",
            Ok(("rules", Value::Array(vec![Value::from(3)]))),
        ),
    ];
    for (assignment, expected) in cases {
        let mut parameters = Table::new();
        match (assigned(&Outliers, &mut parameters, assignment), expected) {
            (Ok(()), Ok((name, value))) => {
                assert_eq!(parameters.get(name), Some(&value), "{assignment}");
            }
            (Err(error), Err(words)) => {
                assert!(error.to_string().contains(words), "{error}");
            }
            (found, expected) => panic!("{assignment}: {found:?}, not {expected:?}"),
        }
    }
    // What is a list, but not one of rules.
    let parameters = Table::from_iter([("rules".to_owned(), Value::Array(vec![Value::from(3)]))]);
    let error = ColumnTool::needs(&Outliers, &parameters, &[]).expect_err("no rules");
    assert!(error.to_string().contains("outliers"), "{error}");
}

#[tokio::test]
async fn what_a_tool_needs_is_told_before_it_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = six_cells(&folder).await;
    let columns = dataset.columns();
    let rule = OutlierParameters::of_rule(large()).table();
    let mut elsewhere = OutlierParameters::of_rule(large());
    elsewhere.rules[0].thresholds[0].feature = "Nowhere".to_owned();
    let words = |words: &[&str]| {
        let words = words.iter().map(|word| Value::from(*word)).collect();
        Table::from_iter([("only".to_owned(), Value::Array(words))])
    };
    let cases: [(&dyn ColumnTool, Table, Needs); 5] = [
        (&Outliers, rule, Ok(&[AREA])),
        (&Outliers, elsewhere.table(), Err("no Nowhere")),
        (
            &Outliers,
            words(&["nothing"]),
            Err("there is no rule nothing"),
        ),
        (&Checks, words(&["border"]), Ok(&[AREA])),
        (
            &Checks,
            words(&["nonsense"]),
            Err("there is no check «nonsense»; there are border"),
        ),
    ];
    for (tool, parameters, expected) in cases {
        match (tool.needs(&parameters, columns), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(error), Err(words)) => assert!(error.to_string().contains(words), "{error}"),
            (found, expected) => panic!("{}: {found:?}, not {expected:?}", tool.id()),
        }
    }
}

#[tokio::test]
async fn rules_are_computed_and_kept_with_what_they_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let columns = explorer.known_columns();
    let never = AtomicBool::new(false);
    let mut parameters = OutlierParameters::of_rule(large());
    let mut lacking = large();
    lacking.name = "lacking".to_owned();
    lacking.thresholds[0].feature = "Nowhere".to_owned();
    parameters.rules.push(lacking);
    let parameters = parameters.table();
    let computed = compute(&Outliers, &input(&explorer, &columns, &never), &parameters)
        .await
        .expect("computed");
    let names: Vec<&str> = computed
        .columns
        .iter()
        .map(|made| made.column.name.as_str())
        .collect();
    let score = format!("cqc.large.Z_Score.{AREA}");
    assert_eq!(names, ["cqc.large.is_outlier", score.as_str()]);
    assert_eq!(
        computed.notes,
        ["lacking: not used, the dataset has no Nowhere"]
    );
    let kept = keep(explorer.dataset(), &Outliers, &parameters, &computed, "Ada")
        .await
        .expect("kept");
    let stored = [
        "cqc_large_is_outlier".to_owned(),
        format!("cqc_large_Z_Score_{AREA}"),
    ];
    assert_eq!(kept.names, stored);
    // Opened again it says all of it.
    let opened = CellDataset::open(explorer.dataset().uri())
        .await
        .expect("open");
    let read = Explorer::new(opened.clone(), 1 << 20);
    let read = read.columns(&stored).await.expect("read");
    for ((made, column), name) in computed.columns.iter().zip(&read).zip(&stored) {
        assert_eq!(made.column.kind, column.kind);
        for row in 0..6 {
            assert_eq!(made.column.text(row), column.text(row), "{name}, {row}");
        }
        assert_eq!(opened.description(name), Some(made.meaning.as_str()));
        assert!(made.meaning.contains(AREA), "{}", made.meaning);
        let (tool, said) = opened.made_by(name).expect("its tool");
        assert_eq!(tool, Outliers::ID);
        let said: serde_json::Value = serde_json::from_str(said).expect("JSON");
        assert_eq!(said["rules"][0]["name"], "large");
        assert_eq!(said["scores"], true, "what is as usual is told, too");
        assert_eq!(opened.column(name).expect("a column").role, Role::Quality);
    }
    assert_eq!(read[0].text(5).as_deref(), Some("true"));
    assert_eq!(read[0].text(0).as_deref(), Some("false"));
}

#[tokio::test]
async fn rules_come_from_a_file_and_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = cells_of(&folder, "a.lance", &[900.0, 100.0, 500.0, 300.0]).await;
    let explorer = Explorer::new(dataset, 1 << 20);
    let columns = explorer.known_columns();
    let never = AtomicBool::new(false);
    let path = folder.path().join("rules.yml");
    std::fs::write(
        &path,
        format!("thresholds:\n  large:\n    {AREA}: 1.0\n  small:\n    {AREA}: -1.0\n"),
    )
    .expect("a file");
    let path = path.to_str().expect("UTF-8");
    let mut parameters = Table::new();
    for assignment in [&format!("file={path}"), "only=small", "scores=no"] {
        assigned(&Outliers, &mut parameters, assignment).expect(assignment);
    }
    let computed = compute(&Outliers, &input(&explorer, &columns, &never), &parameters)
        .await
        .expect("computed");
    assert_eq!(computed.columns.len(), 1);
    assert_eq!(computed.columns[0].column.name, "cqc.small.is_outlier");
    assert_eq!(computed.columns[0].column.text(1).as_deref(), Some("true"));
    assert!(Path::new(path).is_file());
    assigned(&Outliers, &mut parameters, "file=/nowhere/rules.yml").expect("a file");
    let error = compute(&Outliers, &input(&explorer, &columns, &never), &parameters)
        .await
        .expect_err("no file");
    assert!(error.to_string().contains("/nowhere/rules.yml"), "{error}");
}

#[tokio::test]
async fn what_is_cancelled_gives_no_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let columns = explorer.known_columns();
    let stopped = AtomicBool::new(true);
    let rule = OutlierParameters::of_rule(large()).table();
    let cases: [(&dyn ColumnTool, Table); 2] = [(&Outliers, rule), (&Checks, Table::new())];
    for (tool, parameters) in cases {
        let outcome = compute(tool, &input(&explorer, &columns, &stopped), &parameters).await;
        let error = outcome.expect_err("cancelled").to_string();
        assert!(error.contains("cancelled"), "{}: {error}", tool.id());
    }
}

/// A tool that is wrong.
struct Short;

impl Tool for Short {
    type Parameters = CheckParameters;

    fn id(&self) -> &'static str {
        "short"
    }
    fn title(&self) -> &'static str {
        "Short"
    }
    fn about(&self) -> &'static str {
        "Makes columns that are too short."
    }
    fn steps(&self) -> &'static str {
        "cells"
    }
    fn help(&self) -> &'static [(&'static str, &'static str)] {
        &[("only", "nothing")]
    }
    fn needs(&self, _: &CheckParameters, _: &[ColumnInfo]) -> Result<Vec<String>, ToolError> {
        Ok(Vec::new())
    }
    fn compute<'a>(&'a self, _: &'a ToolInput<'a>, parameters: CheckParameters) -> ToolFuture<'a> {
        let values = vec![1.0; if parameters.only.is_empty() { 5 } else { 6 }];
        let names = ["x", "x"].into_iter();
        let columns = names.map(|name| ComputedColumn {
            column: Arc::new(Column::of_floats(name, values.clone())),
            meaning: String::new(),
        });
        let columns = columns.collect();
        Box::pin(async move {
            Ok(Computed {
                columns,
                ..Computed::default()
            })
        })
    }
}

#[tokio::test]
async fn columns_that_do_not_fit_the_dataset_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let never = AtomicBool::new(false);
    let input = input(&explorer, &[], &never);
    let error = compute(&Short, &input, &Table::new())
        .await
        .expect_err("short");
    assert!(error.to_string().contains("5 values for 6 rows"), "{error}");
    let mut parameters = Table::new();
    assigned(&Short, &mut parameters, "only=x").expect("a word");
    let error = compute(&Short, &input, &parameters)
        .await
        .expect_err("twice");
    assert!(error.to_string().contains("x twice"), "{error}");
}
