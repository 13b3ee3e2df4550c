//! The viewer on a dataset whose columns are too large to be read for the table alone.

use std::path::Path;

use cytolance::shell::{Command, Start, Viewer, settle};
use cytolance_profile::Condition;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::large::crowd;
use crate::support::{open, runtime, text};
use crate::viewer::viewer;

const AREA: &str = "Cells_AreaShape_Area";
/// A column that the plot does not show and so does not read.
const SHAPE: &str = "Cells_AreaShape_FormFactor";

fn opened(path: &Path, table_budget: Option<usize>) -> Harness<'static, Viewer> {
    viewer(Start {
        dataset: Some(text(path).to_owned()),
        table_budget,
        ..Start::default()
    })
}

#[test]
fn only_the_rows_in_view_are_read() {
    let (_folder, path) = crowd("12000", "10");
    let dataset = open(&path);
    // As if the dataset were a thousand times as large.
    let mut harness = opened(&path, Some(0));
    let workspace = |harness: &Harness<'static, Viewer>| -> String {
        let workspace = harness.state().state.workspace.as_ref().expect("open");
        assert!(!workspace.reads_whole_columns());
        assert!(
            workspace.unreadable.is_empty(),
            "{:?}",
            workspace.unreadable
        );
        let row = workspace.cursor.expect("a cell");
        format!("{row} {:?}", workspace.cells.get(SHAPE, row))
    };
    let stored = |row: u32| -> String {
        let batch = runtime()
            .block_on(dataset.take(&[row], &[SHAPE.to_owned()]))
            .expect("a value");
        match cytolance_dataset::numbers_of(batch.column(0)).expect("numbers")[0] {
            value if value.is_nan() => format!("{row} Some(Null)"),
            value => format!("{row} Some(Number({value:?}))"),
        }
    };
    assert_eq!(workspace(&harness), stored(0));
    harness.key_press(Key::End);
    settle(&mut harness).expect("the screen is complete");
    assert_eq!(workspace(&harness), stored(11_999));

    // Under a filter and in another order the positions are those of the shown cells.
    for command in [
        Command::AddFilter(Condition::Range {
            column: AREA.to_owned(),
            min: 4000.0,
            max: 8000.0,
        }),
        Command::CycleSort("Nuclei_AreaShape_Area".to_owned()),
        Command::StepToEnd(false),
    ] {
        harness.state_mut().dispatch(command);
        settle(&mut harness).expect("the screen is complete");
    }
    let first = workspace(&harness);
    let row: u32 = first
        .split(' ')
        .next()
        .and_then(|row| row.parse().ok())
        .expect("a row");
    assert_eq!(first, stored(row));
    let state = harness.state().state.workspace.as_ref().expect("open");
    assert_eq!(state.order.get(0), Some(row));
    assert_eq!(state.order.get(state.order.len()), None);

    harness.key_press(Key::F12);
    settle(&mut harness).expect("the screen is complete");
    harness.get_by_label("frame, 99 %");
    harness.get_by_label("last gesture");
    harness.key_press(Key::F12);
    settle(&mut harness).expect("the screen is complete");
    assert!(harness.query_by_label("last gesture").is_none());
}

#[test]
fn statistics_by_well_follow_the_filters() {
    let (_folder, path) = crowd("3000", "10");
    let mut harness = opened(&path, None);
    let show = |harness: &mut Harness<'static, Viewer>, by: Option<&str>| {
        harness
            .state_mut()
            .dispatch(Command::ShowGroups(AREA.to_owned(), by.map(str::to_owned)));
        settle(harness).expect("the screen is complete");
    };
    show(&mut harness, None);
    harness.get_by_label("median");
    harness.get_by_label("A01");
    show(&mut harness, Some("Metadata_Treatment"));
    harness.get_by_label_contains("3 groups of 3,000 shown cells");
    harness.get_by_label("Compound A");
    harness.key_press_modifiers(Modifiers::NONE, Key::Escape);
    settle(&mut harness).expect("the screen is complete");
    assert!(harness.query_by_label("Compound A").is_none());
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::Equals {
            column: "Metadata_Treatment".to_owned(),
            text: "DMSO".to_owned(),
        }));
    settle(&mut harness).expect("the screen is complete");
    show(&mut harness, Some("Metadata_Treatment"));
    harness.get_by_label_contains("1 group of");
    let groups = &harness
        .state()
        .state
        .workspace
        .as_ref()
        .expect("open")
        .groups;
    let (_, found) = groups.found.as_ref().expect("statistics");
    let found = found.as_ref().expect("groups");
    assert!(found[0].name == "DMSO" && found[0].median > 100.0 && found[0].mad > 0.0);
}

#[test]
fn nothing_is_waited_for_that_nobody_answers() {
    let (_folder, path) = crowd("100", "8");
    let mut harness = opened(&path, None);
    // No filter is there to be removed, and no dataset to be opened.
    harness.state_mut().dispatch(Command::ClearFilters);
    settle(&mut harness).expect("the screen is complete");
    harness.state_mut().dispatch(Command::ClearFilters);
    harness
        .state_mut()
        .dispatch(Command::Open("nowhere.lance".to_owned()));
    settle(&mut harness).expect("the screen is complete");
    std::thread::sleep(std::time::Duration::from_millis(2200));
    harness.step();
    assert!(harness.query_by_label_contains("waiting for").is_none());
}
