//! The viewer by its accessible names: open, filter, sort, lasso, export, and compare with polars.

use cytolance::shell::{Command, SelectMode, Settings, Start, Viewer, settle};
use cytolance_profile::Condition;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use polars::prelude::{
    ChunkCompareIneq as _, Column, DataFrame, NamedFrom as _, Series, SortMultipleOptions,
};

use crate::support::{open, plate, runtime, text};

pub fn viewer(start: Start) -> Harness<'static, Viewer> {
    let start = Start {
        settings: Some(Settings::default()),
        ..start
    };
    let mut harness = Harness::builder()
        .with_size([1500.0, 940.0])
        .with_step_dt(0.05)
        .build_eframe(|context| Viewer::new(&context.egui_ctx, runtime().handle().clone(), start));
    settle(&mut harness).expect("the screen is complete");
    harness
}

fn on_the_plate() -> Harness<'static, Viewer> {
    viewer(Start {
        dataset: Some(text(&plate().dataset).to_owned()),
        ..Start::default()
    })
}

pub fn settled(harness: &mut Harness<'static, Viewer>) {
    settle(harness).expect("the screen is complete");
}

fn drag(harness: &mut Harness<'static, Viewer>, path: &[Pos2]) {
    let [first, .., last] = path else {
        panic!("too short")
    };
    harness.hover_at(*first);
    harness.step();
    harness.drag_at(*first);
    harness.step();
    for at in path {
        harness.hover_at(*at);
        harness.step();
    }
    harness.drop_at(*last);
    harness.step();
}

/// Columns of the dataset as a polars frame, with the row number.
fn frame(names: &[&str]) -> DataFrame {
    let dataset = open(&plate().dataset);
    let wanted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let arrays = runtime()
        .block_on(dataset.read_columns(&wanted))
        .expect("columns");
    let mut columns: Vec<Column> = names
        .iter()
        .zip(&arrays)
        .map(|(name, array)| {
            let values = cytolance_dataset::numbers_of(array).expect("numbers");
            Series::new((*name).into(), values).into()
        })
        .collect();
    let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
    columns.push(Series::new("row".into(), rows).into());
    DataFrame::new(dataset.num_rows(), columns).expect("a frame")
}

#[test]
fn filter_sort_lasso_and_export_agree_with_polars() {
    let mut harness = on_the_plate();
    // A filter by typing a column's name.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    harness.step();
    harness.step();
    harness.event(egui::Event::Text("Cells AreaShape_Area".to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
    settled(&mut harness);
    let shown = |harness: &Harness<'static, Viewer>| {
        harness
            .state()
            .state
            .workspace
            .as_ref()
            .expect("open")
            .order
            .len()
    };
    assert_eq!(shown(&harness), 831, "a new filter keeps everything");
    // The slider's lower handle, a third of the way up.
    let handle = harness.get_by_label("Area minimum handle").rect().center();
    let end = harness.get_by_label("Area maximum handle").rect().center();
    let to = Pos2::new(handle.x + (end.x - handle.x) * 0.33, handle.y);
    drag(
        &mut harness,
        &[handle, Pos2::new(handle.x + 8.0, handle.y), to],
    );
    settled(&mut harness);
    let filtered = shown(&harness);
    assert!(filtered > 20 && filtered < 831, "{filtered}");
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    let Condition::Range { min, max, column } = workspace.query.filters[0].condition.clone() else {
        panic!("not a range")
    };
    assert_eq!(column, "Cells_AreaShape_Area");
    assert!(min.is_finite() && max.is_infinite());
    // Sorted by a header: ascending, then descending.
    for descending in [false, true] {
        harness.get_by_label("column Eccentricity").click();
        settled(&mut harness);
        let sort = harness
            .state()
            .state
            .workspace
            .as_ref()
            .expect("open")
            .query
            .sort
            .clone()
            .expect("sorted");
        assert_eq!(
            (sort.column.as_str(), sort.descending),
            ("Cells_AreaShape_Eccentricity", descending)
        );
    }
    // A lasso around the middle of the plot.
    harness.get_by_label("tool lasso").click();
    settled(&mut harness);
    let plot = harness.get_by_label("scatter plot").rect();
    let view = harness
        .state()
        .state
        .workspace
        .as_ref()
        .expect("open")
        .scatter
        .view
        .expect("a view");
    let area = plot.shrink2(plot.size() * 0.2);
    let corners = [
        area.left_top(),
        area.right_top(),
        area.right_bottom(),
        area.left_bottom(),
    ];
    let path: Vec<Pos2> = corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .flat_map(|(from, to)| (0..8).map(|step| from.lerp(*to, step as f32 / 8.0)))
        .collect();
    drag(&mut harness, &path);
    settled(&mut harness);
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    let num_selected = workspace.num_selected;
    assert!(
        num_selected > 5 && num_selected < filtered,
        "{num_selected} of {filtered}"
    );
    // Export of the selection.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("selected.csv");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    harness.step();
    harness.step();
    harness.get_by_label("CSV file").focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text(text(&file).to_owned()));
    harness.step();
    harness.get_by_label("Export").click();
    settled(&mut harness);
    // The same from the dataset with polars: filter, box, sort.
    let at = |pixel: f32, low: f32, high: f32, axis: usize| {
        let share = f64::from((pixel - low) / (high - low));
        view.min[axis] + share * (view.max[axis] - view.min[axis])
    };
    let [x, y] = [
        "Cells_AreaShape_Area",
        "Nuclei_Intensity_IntegratedIntensity_DNA",
    ];
    let table = frame(&[x, y, "Cells_AreaShape_Eccentricity"]);
    let values = |name: &str| {
        table
            .column(name)
            .expect("a column")
            .f64()
            .expect("floats")
            .clone()
    };
    // Screens count down, plots up.
    let mask = values(x).gt_eq(min)
        & values(x).gt_eq(at(area.left(), plot.left(), plot.right(), 0))
        & values(x).lt_eq(at(area.right(), plot.left(), plot.right(), 0))
        & values(y).gt_eq(at(area.bottom(), plot.bottom(), plot.top(), 1))
        & values(y).lt_eq(at(area.top(), plot.bottom(), plot.top(), 1));
    let options = SortMultipleOptions::default()
        .with_order_descending(true)
        .with_nulls_last(true)
        .with_maintain_order(true);
    let expected = table
        .filter(&mask)
        .and_then(|found| found.sort(["Cells_AreaShape_Eccentricity"], options))
        .expect("a frame");
    assert_eq!(expected.height(), num_selected, "rows in the lasso");
    let mut reader = csv::Reader::from_path(&file).expect("a CSV");
    let header = reader.headers().expect("a header").clone();
    let place = |name: &str| {
        header
            .iter()
            .position(|known| known == name)
            .expect("a column")
    };
    assert!(header[0].starts_with("Metadata_"), "keys first");
    let records: Vec<csv::StringRecord> = reader
        .records()
        .map(|record| record.expect("a row"))
        .collect();
    assert_eq!(records.len(), num_selected);
    for name in [x, y, "Cells_AreaShape_Eccentricity"] {
        let column = expected
            .column(name)
            .expect("a column")
            .f64()
            .expect("floats");
        for (row, record) in records.iter().enumerate() {
            let written: f64 = record[place(name)].parse().expect("a number");
            assert_eq!(
                Some(written.to_bits()),
                column.get(row).map(f64::to_bits),
                "{name}, row {row}"
            );
        }
    }
}

#[test]
fn clicks_and_keys_move_the_one_selection() {
    let mut harness = on_the_plate();
    let state = |harness: &Harness<'static, Viewer>| {
        let workspace = harness.state().state.workspace.as_ref().expect("open");
        (workspace.cursor, workspace.num_selected)
    };
    assert_eq!(state(&harness), (Some(0), 0));
    harness.get_by_label("row 3").click();
    settled(&mut harness);
    assert_eq!(state(&harness), (Some(2), 1));
    harness
        .get_by_label("row 1")
        .click_modifiers(Modifiers::COMMAND);
    settled(&mut harness);
    assert_eq!(state(&harness), (Some(0), 2));
    harness
        .get_by_label("row 4")
        .click_modifiers(Modifiers::SHIFT);
    settled(&mut harness);
    assert_eq!(
        state(&harness),
        (Some(3), 4),
        "from the last clicked row to this one"
    );
    for (key, cursor) in [
        (Key::ArrowDown, 4),
        (Key::ArrowUp, 3),
        (Key::End, 830),
        (Key::PageUp, 820),
        (Key::Home, 0),
    ] {
        harness.key_press(key);
        settled(&mut harness);
        assert_eq!(state(&harness).0, Some(cursor), "{key:?}");
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settled(&mut harness);
    assert_eq!(state(&harness).1, 831);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::I);
    settled(&mut harness);
    assert_eq!(state(&harness).1, 0);
}

#[test]
fn filters_combine_and_can_be_switched_off() {
    let mut harness = on_the_plate();
    let shown = |harness: &Harness<'static, Viewer>| {
        harness
            .state()
            .state
            .workspace
            .as_ref()
            .expect("open")
            .order
            .len()
    };
    let all = shown(&harness);
    harness
        .state_mut()
        .dispatch(Command::FilterBy("Metadata_Well".to_owned()));
    settled(&mut harness);
    harness.get_by_label("B03").click();
    settled(&mut harness);
    let well = shown(&harness);
    assert!(well > 10 && well < all / 4);
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::Sql {
            text: "Metadata_Site = 1".to_owned(),
        }));
    settled(&mut harness);
    let site = shown(&harness);
    assert!(site > 5 && site < well);
    harness.get_by_label("toggle filter SQL").click();
    settled(&mut harness);
    assert_eq!(shown(&harness), well, "switched off, not lost");
    harness.get_by_label("toggle filter SQL").click();
    settled(&mut harness);
    assert_eq!(shown(&harness), site);
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::Sql {
            text: "Nonsense = 1".to_owned(),
        }));
    settled(&mut harness);
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert!(
        workspace
            .query_error
            .as_ref()
            .is_some_and(|error| error.contains("Nonsense"))
    );
    assert_eq!(
        workspace.order.len(),
        site,
        "a failed query leaves what was shown"
    );
    harness.state_mut().dispatch(Command::ClearFilters);
    settled(&mut harness);
    assert_eq!(shown(&harness), all);
}

#[test]
fn an_empty_result_says_what_to_do() {
    let mut harness = on_the_plate();
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::Sql {
            text: "Metadata_Site > 99".to_owned(),
        }));
    settled(&mut harness);
    harness.get_by_label("No cell passes the filters");
    harness.get_by_label("Remove all filters").click();
    settled(&mut harness);
    assert!(
        harness
            .query_by_label("No cell passes the filters")
            .is_none()
    );
}

#[test]
fn the_start_page_and_errors_are_kind() {
    let mut harness = viewer(Start::default());
    harness.get_by_label("Open the demo plate");
    harness
        .state_mut()
        .dispatch(Command::Open("/nowhere/x.lance".to_owned()));
    settled(&mut harness);
    assert!(harness.query_by_label_contains("no such file").is_some());
    harness.get_by_label("dismiss message").click();
    harness.step();
    harness.step();
    assert!(harness.query_by_label_contains("no such file").is_none());
}

#[test]
fn the_palette_runs_commands_by_name() {
    let mut harness = on_the_plate();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.step();
    harness.step();
    harness.event(egui::Event::Text("select shown".to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
    settled(&mut harness);
    assert_eq!(
        harness
            .state()
            .state
            .workspace
            .as_ref()
            .expect("open")
            .num_selected,
        831
    );
    harness
        .state_mut()
        .dispatch(Command::Select(vec![1, 2], SelectMode::Replace));
    harness.state_mut().dispatch(Command::FilterToSelection);
    settled(&mut harness);
    assert_eq!(
        harness
            .state()
            .state
            .workspace
            .as_ref()
            .expect("open")
            .order
            .len(),
        2
    );
}
