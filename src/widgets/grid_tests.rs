//! The table as a user has it: clicks, drags, the wheel.

use egui::{Event, Id, Modifiers, MouseWheelUnit, Pos2, TouchPhase, Vec2, pos2, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::*;

const NUM_ROWS: u64 = 1_000_000_000_000;

#[derive(Default)]
struct Table {
    columns: Vec<GridColumn>,
    state: GridState,
    events: Vec<GridEvent>,
    last: GridOutput,
    painted: usize,
}

fn column(title: &str, width: f32) -> GridColumn {
    GridColumn {
        title: title.to_owned(),
        subtitle: String::new(),
        tooltip: String::new(),
        width,
        pinned: false,
        numeric: false,
        sort: None,
        movable: true,
    }
}

fn show(ui: &mut egui::Ui, table: &mut Table) {
    let selected = |row: u64| row == 2;
    let view = GridView {
        id: Id::unique("test table"),
        columns: &table.columns,
        num_rows: NUM_ROWS,
        row_height: 24.0,
        selected: &selected,
        cursor: Some(1),
    };
    let mut painted = 0;
    let output = view.show(ui, &mut table.state, &mut |ui, rect, row, column| {
        painted += 1;
        paint_text(ui, rect, &format!("{row}/{column}"));
    });
    table.painted = painted;
    table.events.extend(output.events.iter().copied());
    table.last = output;
}

fn harness(num_columns: usize) -> Harness<'static, Table> {
    let columns = (0..num_columns)
        .map(|index| GridColumn {
            pinned: index == 0,
            ..column(&format!("C{index}"), 100.0)
        })
        .collect();
    let table = Table {
        columns,
        ..Table::default()
    };
    Harness::builder()
        .with_size([600.0, 400.0])
        // Short enough for two clicks to be a double click.
        .with_step_dt(0.05)
        .with_max_steps(20)
        .with_context_setup(install)
        .build_ui_state(show, table)
}

fn drag(harness: &mut Harness<'_, Table>, from: Pos2, by: Vec2) {
    harness.drag_at(from);
    harness.run();
    for step in 1..=4 {
        harness.hover_at(from + by * (step as f32 / 4.0));
        harness.run();
    }
    harness.drop_at(from + by);
    harness.run();
}

#[test]
fn only_cells_in_view_are_painted() {
    let harness = harness(4000);
    let table = harness.state();
    assert!(table.last.visible_rows.end < 20, "{:?}", table.last);
    assert!(table.last.visible_columns.len() <= 7, "{:?}", table.last);
    assert!(table.painted <= 7 * 20, "{}", table.painted);
    assert_eq!(table.last.visible_columns.first(), Some(&0));
}

#[test]
fn headers_and_rows_are_clicked_by_name() {
    let mut harness = harness(4);
    harness.get_by_label("column C2").click();
    harness.run();
    assert_eq!(harness.state().events, [GridEvent::HeaderClicked(2)]);

    harness.state_mut().events.clear();
    harness
        .get_by_label("row 3")
        .click_modifiers(Modifiers::COMMAND);
    harness.run();
    let [GridEvent::RowClicked { row: 2, modifiers }] = harness.state().events[..] else {
        panic!("{:?}", harness.state().events);
    };
    assert!(modifiers.command);

    harness.state_mut().events.clear();
    harness.get_by_label("row 5").click();
    harness.get_by_label("row 5").click();
    harness.run();
    let events = &harness.state().events;
    assert!(
        events.contains(&GridEvent::RowDoubleClicked(4)),
        "{events:?}"
    );
    assert_eq!(harness.state().last.hovered_row, Some(4));
    harness.get_by_label("table");
}

#[test]
fn edges_are_dragged_to_resize() {
    let mut harness = harness(4);
    let rect = harness.get_by_label("column C2").rect();
    let cases = [(35.0, 135.0), (-200.0, 40.0)];
    for (by, expected) in cases {
        harness.state_mut().events.clear();
        drag(&mut harness, rect.right_center(), vec2(by, 0.0));
        let event = harness.state().events.last().copied();
        let expected = GridEvent::Resized {
            column: 2,
            width: expected,
        };
        assert_eq!(event, Some(expected), "{:?}", harness.state().events);
    }
}

#[test]
fn headers_are_dragged_to_move() {
    let mut harness = harness(5);
    let rect = harness.get_by_label("column C1").rect();
    drag(&mut harness, rect.center(), vec2(170.0, 0.0));
    let expected = GridEvent::Move { from: 1, to: 2 };
    assert_eq!(harness.state().events, [expected]);
}

#[test]
fn the_menu_of_a_header_hides_and_pins() {
    let mut harness = harness(4);
    let cases = [
        ("Hide", GridEvent::Hide(2)),
        (
            "Pin to the left",
            GridEvent::Pin {
                column: 2,
                pinned: true,
            },
        ),
        (
            "Sort descending",
            GridEvent::HeaderMenu {
                column: 2,
                action: HeaderAction::SortDescending,
            },
        ),
    ];
    for (text, expected) in cases {
        harness.state_mut().events.clear();
        harness.get_by_label("column C2").click_secondary();
        harness.run();
        harness.get_by_label_contains(text).click();
        harness.run();
        assert_eq!(harness.state().events, [expected]);
    }
}

#[test]
fn the_wheel_scrolls_both_ways_and_exactly() {
    let mut harness = harness(50);
    harness.state_mut().state.scroll_to(NUM_ROWS / 2);
    harness.run();
    let before = harness.state().state.clone();
    harness.hover_at(pos2(300.0, 200.0));
    harness.run();
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: vec2(-30.0, -50.0),
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::default(),
    });
    harness.run_steps(12);
    let after = harness.state().state.clone();
    let rows = (after.top_row - before.top_row) as f32;
    let moved = rows * 24.0 + after.offset - before.offset;
    assert!((moved - 50.0).abs() < 0.1, "{moved}");
    assert!((after.scroll_x - 30.0).abs() < 0.1, "{after:?}");
}

#[test]
fn asked_for_rows_and_columns_come_into_view() {
    let mut harness = harness(50);
    for row in [NUM_ROWS - 1, 0, 123_456_789_012, u64::MAX] {
        harness.state_mut().state.scroll_to(row);
        harness.run();
        let shown = harness.state().last.visible_rows.clone();
        assert!(shown.contains(&row.min(NUM_ROWS - 1)), "{row} {shown:?}");
    }
    harness.state_mut().state.scroll_to_column(40);
    harness.run();
    assert!(harness.state().last.visible_columns.contains(&40));
}

#[test]
fn the_scroll_bar_is_dragged_to_the_end() {
    let mut harness = harness(50);
    let bar = harness.get_by_label("scroll rows").rect();
    let top = bar.center_top() + vec2(0.0, 8.0);
    // A press alone moves nothing.
    drag(&mut harness, top, Vec2::ZERO);
    assert_eq!(harness.state().state.top_row, 0);
    drag(&mut harness, top, vec2(0.0, 150.0));
    let middle = harness.state().state.top_row;
    assert!(
        middle > NUM_ROWS / 3 && middle < NUM_ROWS / 3 * 2,
        "{middle}"
    );
    harness.state_mut().state.scroll_to(0);
    harness.run();
    drag(&mut harness, top, vec2(0.0, 900.0));
    assert_eq!(harness.state().last.visible_rows.end, NUM_ROWS);
}
