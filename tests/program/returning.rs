//! The window shows what was asked for: points of new axes, the first row of a new order, and, when a dataset is opened
//! again, what was set up when it was left.

use cytolance::shell::{Axes, Command, SelectMode, SessionCommand, Start, Viewer, Workspace};
use cytolance_profile::Condition;
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::{copy_folder, plate, text};
use crate::viewer::{settled, viewer};

const AREA: &str = "Cells_AreaShape_Area";
const FORM: &str = "Cells_AreaShape_FormFactor";
const DNA: &str = "Nuclei_Intensity_IntegratedIntensity_DNA";

fn on_the_plate() -> Harness<'static, Viewer> {
    viewer(Start {
        dataset: Some(text(&plate().dataset).to_owned()),
        ..Start::default()
    })
}

fn workspace<'a>(harness: &'a Harness<'static, Viewer>) -> &'a Workspace {
    harness.state().state.workspace.as_ref().expect("open")
}

/// Whether the plot shows the axes that are chosen, all of their points and little else.
fn shows_all(harness: &Harness<'static, Viewer>) -> bool {
    let scatter = &workspace(harness).scatter;
    let points = scatter.points.as_ref().expect("points");
    let (view, all) = (
        scatter.view.expect("a view"),
        points.index.bounds().expect("points"),
    );
    let inside = |axis: usize| view.min[axis] <= all.min[axis] && view.max[axis] >= all.max[axis];
    points.axes == scatter.axes
        && inside(0)
        && inside(1)
        && view.width() < all.width() * 1.3
        && view.height() < all.height() * 1.3
        && scatter
            .raster
            .as_ref()
            .is_some_and(|raster| raster.view == view)
}

/// Types a column's name into the list that is open and takes it.
fn choose(harness: &mut Harness<'static, Viewer>, column: &str) {
    harness.step();
    harness.step();
    harness.event(egui::Event::Text(column.to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
}

/// Zooms into a corner, far from all points.
fn zoom_away(harness: &mut Harness<'static, Viewer>) {
    let plot = harness.get_by_label("scatter plot").rect();
    harness.hover_at(plot.left_bottom() + egui::vec2(12.0, -12.0));
    harness.step();
    for _ in 0..30 {
        harness.event(egui::Event::Zoom(1.2));
        harness.step();
    }
    settled(harness);
    assert!(!shows_all(harness), "zoomed in");
}

#[test]
fn the_plot_shows_its_points_whichever_way_the_axes_change() {
    let mut harness = on_the_plate();
    settled(&mut harness);
    assert!(shows_all(&harness), "at first");
    // Ranges of 0 to 17,500, 0 to 2,100 and 0 to 1 by turns.
    let axes = |harness: &Harness<'static, Viewer>| workspace(harness).scatter.axes.clone();

    harness
        .get_by_label(&short(&axes(&harness).x.expect("x")))
        .click();
    choose(&mut harness, FORM);
    settled(&mut harness);
    assert_eq!(axes(&harness).x.as_deref(), Some(FORM));
    assert!(shows_all(&harness), "x by its button");

    harness.get_by_label("swap axes").click();
    settled(&mut harness);
    assert_eq!(axes(&harness).y.as_deref(), Some(FORM));
    assert!(shows_all(&harness), "swapped");

    harness.get_by_label("column Area").click_secondary();
    harness.step();
    harness.step();
    harness.get_by_label_contains("Plot as y").click();
    settled(&mut harness);
    assert_eq!(axes(&harness).y.as_deref(), Some(AREA));
    assert!(shows_all(&harness), "y by the menu of a column");

    zoom_away(&mut harness);
    harness.key_press(Key::Num0);
    settled(&mut harness);
    assert!(shows_all(&harness), "key 0");

    zoom_away(&mut harness);
    harness.get_by_label("show all points").click();
    settled(&mut harness);
    assert!(shows_all(&harness), "the button");

    // The palette, a session and whatever else sets the axes come this way.
    zoom_away(&mut harness);
    harness.state_mut().dispatch(Command::SetAxes(Axes {
        x: Some(DNA.to_owned()),
        y: Some(FORM.to_owned()),
        color: None,
    }));
    settled(&mut harness);
    assert!(shows_all(&harness), "both at once");

    // Another colour is no reason to lose the part that is looked at.
    zoom_away(&mut harness);
    let before = workspace(&harness).scatter.view;
    let coloured = Axes {
        color: Some(AREA.to_owned()),
        ..axes(&harness)
    };
    harness.state_mut().dispatch(Command::SetAxes(coloured));
    settled(&mut harness);
    assert_eq!(workspace(&harness).scatter.view, before);
}

/// Letters of a column's name that its button has.
const MOST: usize = 30;

/// A column's name as its button has it.
fn short(name: &str) -> String {
    let length = name.chars().count();
    if length <= MOST {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(length + 1 - MOST).collect();
    format!("…{tail}")
}

#[test]
fn a_new_order_shows_its_first_row() {
    let mut harness = on_the_plate();
    harness.key_press(Key::End);
    settled(&mut harness);
    assert!(harness.query_by_label("row 831").is_some(), "at the end");
    assert!(harness.query_by_label("row 1").is_none());
    harness.get_by_label("column Eccentricity").click();
    settled(&mut harness);
    assert!(
        harness.query_by_label("row 1").is_some(),
        "the first of the new order"
    );
    assert!(harness.query_by_label("row 831").is_none());
    harness.key_press(Key::End);
    settled(&mut harness);
    harness.get_by_label("column Eccentricity").click();
    settled(&mut harness);
    assert!(
        harness.query_by_label("row 1").is_some(),
        "the other way round"
    );
}

fn keeping(folder: &tempfile::TempDir, dataset: Option<&str>) -> Harness<'static, Viewer> {
    viewer(Start {
        dataset: dataset.map(str::to_owned),
        sessions: Some(folder.path().join("sessions")),
        ..Start::default()
    })
}

/// Sets filters, order, axes, a rule and the brightness up.
fn set_up(harness: &mut Harness<'static, Viewer>) {
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::Range {
            column: AREA.to_owned(),
            min: 400.0,
            max: f64::INFINITY,
        }));
    harness
        .state_mut()
        .dispatch(Command::CycleSort(FORM.to_owned()));
    harness.state_mut().dispatch(Command::SetAxes(Axes {
        x: Some(FORM.to_owned()),
        y: Some(AREA.to_owned()),
        color: None,
    }));
    let style = cytolance_imaging::ChannelStyle {
        max: 1234.0,
        ..workspace(harness).channels[0].style
    };
    harness.state_mut().dispatch(Command::SetChannel(0, style));
    settled(harness);
    assert!(workspace(harness).order.len() < 831);
}

fn is_set_up(harness: &Harness<'static, Viewer>) -> bool {
    let open = workspace(harness);
    open.query.filters.len() == 1
        && open.order.len() < 831
        && open
            .query
            .sort
            .as_ref()
            .is_some_and(|sort| sort.column == FORM)
        && open.scatter.axes.x.as_deref() == Some(FORM)
        && open.channels[0].style.max == 1234.0
}

fn said(harness: &Harness<'static, Viewer>) -> Vec<String> {
    let notices = harness.state().state.notices.iter();
    notices.map(|notice| notice.text.clone()).collect()
}

#[test]
fn where_one_left_is_where_one_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = text(&plate().dataset).to_owned();
    // Another dataset to go to in between.
    let other = folder.path().join("other.lance");
    copy_folder(&plate().dataset, &other);

    // By quitting.
    let mut harness = keeping(&folder, Some(&demo));
    assert!(!is_set_up(&harness));
    set_up(&mut harness);
    harness.state_mut().leave();
    drop(harness);
    let mut harness = keeping(&folder, Some(&demo));
    assert!(is_set_up(&harness), "after quitting");
    let back = said(&harness);
    assert!(
        back.iter()
            .any(|text| text.contains("Back where you left: 1 filter")),
        "{back:?}"
    );
    assert!(
        !back.iter().any(|text| text.contains("unexpectedly")),
        "{back:?}"
    );

    // By opening another dataset, by closing, and by opening the same one again.
    for (how, commands) in [
        (
            "another",
            vec![
                Command::Open(text(&other).to_owned()),
                Command::Open(demo.clone()),
            ],
        ),
        (
            "closing",
            vec![Command::CloseDataset, Command::Open(demo.clone())],
        ),
        ("the same", vec![Command::Open(demo.clone())]),
    ] {
        for command in commands {
            harness.state_mut().dispatch(command);
            settled(&mut harness);
        }
        assert!(is_set_up(&harness), "{how}");
        let back = said(&harness);
        assert!(
            !back.iter().any(|text| text.contains("unexpectedly")),
            "{how}: {back:?}"
        );
    }

    // Everything can be taken away at once.
    harness
        .state_mut()
        .dispatch(Command::from(SessionCommand::StartAfresh));
    settled(&mut harness);
    let open = workspace(&harness);
    assert!(open.query.filters.is_empty() && open.query.sort.is_none());
    assert_eq!(open.order.len(), 831);
    assert_ne!(open.channels[0].style.max, 1234.0);
}

#[test]
fn a_crash_is_told_after_a_crash_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = text(&plate().dataset).to_owned();
    let mut harness = keeping(&folder, Some(&demo));
    set_up(&mut harness);
    harness
        .state_mut()
        .dispatch(Command::from(SessionCommand::Keep));
    settled(&mut harness);
    // The window goes without a word, as in a crash.
    drop(harness);
    let mut harness = keeping(&folder, Some(&demo));
    assert!(is_set_up(&harness));
    let back = said(&harness);
    assert!(
        back.iter().any(|text| text.contains("ended unexpectedly")),
        "{back:?}"
    );
    harness.state_mut().leave();
    drop(harness);
    let harness = keeping(&folder, Some(&demo));
    assert!(is_set_up(&harness));
    let back = said(&harness);
    assert!(
        !back.iter().any(|text| text.contains("unexpectedly")),
        "{back:?}"
    );
}

#[test]
fn what_the_command_line_asks_for_comes_before_what_was_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = text(&plate().dataset).to_owned();
    let mut harness = keeping(&folder, Some(&demo));
    set_up(&mut harness);
    harness.state_mut().leave();
    drop(harness);
    let harness = viewer(Start {
        dataset: Some(demo),
        sessions: Some(folder.path().join("sessions")),
        filter: Some("Metadata_Site = 1".to_owned()),
        ..Start::default()
    });
    let filters = &workspace(&harness).query.filters;
    assert!(
        matches!(filters.as_slice(), [only] if matches!(only.condition, Condition::Sql { .. }))
    );
}

#[test]
fn good_news_is_in_the_status_bar_and_errors_stay() {
    let mut harness = on_the_plate();
    harness
        .state_mut()
        .state
        .notify(false, "12 cells are copied");
    harness.step();
    harness.step();
    let bar = harness.get_by_label("12 cells are copied").rect();
    assert!(bar.bottom() > 900.0, "below all panes: {bar:?}");
    harness.state_mut().state.notify(true, "no such file");
    harness.step();
    harness.step();
    assert!(harness.query_by_label("no such file").is_some());
}

#[test]
fn copying_takes_the_selected_cells() {
    let mut harness = on_the_plate();
    harness
        .state_mut()
        .dispatch(Command::Select(vec![1, 2], SelectMode::Replace));
    settled(&mut harness);
    // What the system makes of Ctrl+C.
    harness.event(egui::Event::Copy);
    settled(&mut harness);
    let text = said(&harness);
    assert!(
        text.iter().any(|text| text.contains("Copied 2 cells")),
        "{text:?}"
    );
    // In a dialog it is the text's.
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::E);
    harness.step();
    harness.step();
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
    settled(&mut harness);
    assert_eq!(workspace(&harness).num_selected, 2);
}
