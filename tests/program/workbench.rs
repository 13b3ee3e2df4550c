//! The whole workbench by its accessible names: a rule finds cells, they are looked at, marked and saved, and the others
//! leave as a CSV. Sessions and thumbnails bring it back.

use cytolance::features::rules::RulesState;
use cytolance::shell::{Start, Viewer, Workspace};
use cytolance_profile::OutlierRule;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::{copy_folder, open, plate, run, runtime, text};
use crate::viewer::{settled, viewer};

fn workspace<'a>(harness: &'a Harness<'static, Viewer>) -> &'a Workspace {
    harness.state().state.workspace.as_ref().expect("open")
}

fn rules<'a>(harness: &'a Harness<'static, Viewer>) -> &'a [OutlierRule] {
    &workspace(harness).parts.get::<RulesState>().rules
}

/// Types into whatever has the keyboard, once it has it.
fn say(harness: &mut Harness<'static, Viewer>, words: &str) {
    harness.step();
    harness.step();
    harness.event(egui::Event::Text(words.to_owned()));
    harness.step();
}

/// Runs the command of the palette that these words find.
pub fn command(harness: &mut Harness<'static, Viewer>, words: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    say(harness, words);
    harness.key_press(Key::Enter);
    settled(harness);
}

#[test]
fn merged_cells_are_found_marked_saved_and_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("plate.lance");
    copy_folder(&plate().dataset, &dataset);
    run(&["check", text(&dataset)]).ok();
    let version = open(&dataset).version();
    let mut harness = viewer(Start {
        dataset: Some(text(&dataset).to_owned()),
        ..Start::default()
    });

    // A rule: nuclei of more than one region.
    harness.key_press(Key::O);
    settled(&mut harness);
    harness.get_by_label("New rule").click();
    settled(&mut harness);
    harness.get_by_label("add a feature").click();
    say(&mut harness, "QC_NuclearRegions");
    harness.key_press(Key::Enter);
    settled(&mut harness);
    let rule = rules(&harness)[0].clone();
    assert_eq!(rule.thresholds[0].feature, "QC_NuclearRegions");
    harness.get_by_label("3 of 831 cells");

    // Only what it finds, in the gallery.
    harness.get_by_label("Filter").click();
    settled(&mut harness);
    harness.key_press(Key::G);
    settled(&mut harness);
    let found = workspace(&harness).order.to_vec();
    assert_eq!(found.len(), 3);
    for row in &found {
        harness.get_by_label(&format!("cell {}", row + 1));
    }

    // All of them fail, and that is saved as one version.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settled(&mut harness);
    harness.key_press(Key::Num2);
    settled(&mut harness);
    assert_eq!(workspace(&harness).labels.num_unsaved(), 3);
    // Undone and done again.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    settled(&mut harness);
    assert_eq!(workspace(&harness).labels.num_unsaved(), 0);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    settled(&mut harness);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    settled(&mut harness);
    assert_eq!(workspace(&harness).labels.num_unsaved(), 0);
    let saved = open(&dataset);
    assert_eq!(saved.version(), version + 1);
    let rows = runtime()
        .block_on(saved.matching_rows(
            "Label_QC = 'fail'",
            &std::sync::atomic::AtomicBool::new(false),
        ))
        .expect("rows");
    let mut failed = found.clone();
    failed.sort_unstable();
    assert_eq!(rows.iter().collect::<Vec<u32>>(), failed);

    // The session is kept, for another window.
    command(&mut harness, "Save session");
    let session = folder.path().join("plate.cytolance.toml");
    assert!(session.exists());

    // Everything but those leaves.
    command(&mut harness, "Remove all filters");
    assert_eq!(workspace(&harness).order.len(), 831);
    harness.key_press(Key::Escape);
    settled(&mut harness);
    let file = folder.path().join("kept.csv");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    settled(&mut harness);
    harness.get_by_label("Label_QC = fail (3)");
    harness.get_by_label("all but fail (828)").click();
    settled(&mut harness);
    harness.get_by_label("CSV file").focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    say(&mut harness, text(&file));
    harness.get_by_label("Export").click();
    settled(&mut harness);
    let mut reader = csv::Reader::from_path(&file).expect("a CSV");
    let label = reader
        .headers()
        .expect("a header")
        .iter()
        .position(|name| name == "Label_QC")
        .expect("the label");
    let kept: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(kept.len(), 828);
    assert!(kept.iter().all(|row| row[label].is_empty()));
    drop(harness);

    // A window without a dataset opens the session's, from beside it too, and is where the other one was.
    let moved = folder.path().join("elsewhere");
    std::fs::create_dir(&moved).expect("a folder");
    for name in ["plate.lance", "plate.cytolance.toml"] {
        std::fs::rename(folder.path().join(name), moved.join(name)).expect("moved");
    }
    let mut harness = viewer(Start {
        session: Some(moved.join("plate.cytolance.toml")),
        ..Start::default()
    });
    settled(&mut harness);
    let mut rows = workspace(&harness).order.to_vec();
    rows.sort_unstable();
    assert_eq!(rows, failed, "its filter by the rule is back");
    assert_eq!(rules(&harness), [rule]);

    // The rule again without a window.
    let said = run(&[
        "outliers",
        text(&moved.join("plate.lance")),
        "--session",
        text(&moved.join("plate.cytolance.toml")),
    ])
    .ok()
    .out;
    assert!(
        said.contains("3 of 831 cells, 3 of them among the session's 3"),
        "{said}"
    );

    // A session whose dataset is gone says so.
    std::fs::remove_dir_all(moved.join("plate.lance")).expect("removed");
    let harness = viewer(Start {
        session: Some(moved.join("plate.cytolance.toml")),
        ..Start::default()
    });
    let notices = &harness.state().state.notices;
    assert!(
        notices.iter().any(|notice| notice.is_error
            && notice.text.contains("plate.lance")
            && notice.text.contains("Open the dataset first")),
        "{notices:?}"
    );
}

#[test]
fn a_session_and_the_command_lines_filter_both_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = folder.path().join("one-well.cytolance.toml");
    let said = format!(
        "format = \"cytolance-session\"\nformat_version = 1\n\n\
         [dataset]\nuri = '{}'\nversion = 1\nrows = 831\n\n\
         [[filters]]\nkind = \"one_of\"\ncolumn = \"Metadata_Well\"\nvalues = [\"B02\"]\n\n\
         [sort]\ncolumn = \"Cells_AreaShape_Area\"\ndescending = true\n",
        text(&plate().dataset)
    );
    std::fs::write(&session, said).expect("written");
    let filter = "Cells_AreaShape_Area >= 1000";
    let rows = |sql: &str| {
        let never = std::sync::atomic::AtomicBool::new(false);
        let dataset = open(&plate().dataset);
        let rows = runtime().block_on(dataset.matching_rows(sql, &never));
        rows.expect("rows").iter().collect::<Vec<u32>>()
    };
    let well = rows("Metadata_Well = 'B02'");
    let both = rows("Metadata_Well = 'B02' AND Cells_AreaShape_Area >= 1000");
    assert!(!both.is_empty() && both.len() < well.len());
    let picked = both[0];
    let channels = |dataset: &cytolance_dataset::CellDataset| {
        runtime().block_on(dataset.channels()).expect("channels")
    };
    // The dataset is open before the session is read, or named by the session and opened after it.
    let open_already = {
        let dataset = open(&plate().dataset);
        let channels = channels(&dataset);
        Start {
            opened: Some((dataset, channels)),
            ..Start::default()
        }
    };
    for start in [open_already, Start::default()] {
        let mut harness = viewer(Start {
            session: Some(session.clone()),
            filter: Some(filter.to_owned()),
            select: vec![picked],
            ..start
        });
        settled(&mut harness);
        let workspace = workspace(&harness);
        let mut shown = workspace.order.to_vec();
        shown.sort_unstable();
        assert_eq!(shown, both);
        assert_eq!(workspace.query.filters.len(), 2, "{:?}", workspace.query);
        assert!(workspace.query.sort.is_some(), "the session's order");
        assert_eq!(workspace.selection.iter().collect::<Vec<u32>>(), [picked]);
        assert_eq!(workspace.cursor, Some(picked));
        // A session that is opened by hand says everything itself.
        let again = cytolance::shell::SessionCommand::Open(Some(session.clone()));
        harness
            .state_mut()
            .dispatch(cytolance::shell::Command::from(again));
        settled(&mut harness);
        let mut shown = self::workspace(&harness).order.to_vec();
        shown.sort_unstable();
        assert_eq!(shown, well);
    }
}

/// Puts a text in the place of what a field holds.
fn fill(harness: &mut Harness<'static, Viewer>, field: &str, words: &str) {
    harness.get_by_label(field).focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    say(harness, words);
}

/// The text of the newest message.
fn message(harness: &Harness<'static, Viewer>) -> String {
    let notices = &harness.state().state.notices;
    notices.last().expect("a message").text.clone()
}

#[test]
fn exports_go_beside_the_dataset_and_replace_nothing_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("plate.lance");
    copy_folder(&plate().dataset, &dataset);
    let mut harness = viewer(Start {
        dataset: Some(text(&dataset).to_owned()),
        filter: Some("Metadata_Well = 'B02'".to_owned()),
        ..Start::default()
    });
    let export = |harness: &mut Harness<'static, Viewer>| {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
        settled(harness);
    };
    let click = |harness: &mut Harness<'static, Viewer>, label: &str| {
        harness.get_by_label(label).click();
        settled(harness);
    };
    // Nothing is typed: it lies beside the dataset, and the message says where.
    let file = folder.path().join("plate-cells.csv");
    export(&mut harness);
    click(&mut harness, "Export");
    assert!(
        message(&harness).contains(text(&file)),
        "{}",
        message(&harness)
    );
    let json = folder.path().join("plate-cells.csv.json");
    assert!(file.exists() && json.exists());
    // Once more: a question, and nothing has happened yet.
    let mine = b"mine".to_vec();
    std::fs::write(&file, &mine).expect("written");
    export(&mut harness);
    click(&mut harness, "Export");
    harness.get_by_label("Replace it?");
    harness.get_by_label(text(&file));
    click(&mut harness, "Choose another name");
    assert_eq!(std::fs::read(&file).expect("read"), mine);
    // A name without a folder is shown with its whole path.
    fill(&mut harness, "CSV file", "other.csv");
    let other = folder.path().join("other.csv");
    harness.get_by_label(&format!("Writes {}", other.display()));
    click(&mut harness, "Export");
    assert!(other.exists());
    // Another format's name cannot be exported to.
    export(&mut harness);
    fill(&mut harness, "CSV file", "cells.xlsx");
    harness.get_by_label_contains("a CSV file's name ends in .csv");
    click(&mut harness, "Export");
    assert!(!folder.path().join("cells.xlsx").exists());
    // Yes is yes.
    fill(&mut harness, "CSV file", text(&file));
    click(&mut harness, "Export");
    click(&mut harness, "Replace");
    assert_ne!(std::fs::read(&file).expect("read"), mine);
    // A folder that holds something, too.
    export(&mut harness);
    click(&mut harness, "crops as PNG");
    click(&mut harness, "Export");
    let crops = folder.path().join("plate-cells-png");
    assert!(
        message(&harness).contains(text(&crops)),
        "{}",
        message(&harness)
    );
    std::fs::write(crops.join("mine.txt"), &mine).expect("written");
    export(&mut harness);
    click(&mut harness, "crops as PNG");
    click(&mut harness, "Export");
    harness.get_by_label_contains("Files of the same names would be replaced");
    click(&mut harness, "Replace");
    assert!(message(&harness).contains("another file that was there before stays"));
    assert_eq!(std::fs::read(crops.join("mine.txt")).expect("read"), mine);

    // The chart.
    let chart = folder.path().join("plate-chart.svg");
    let save = |harness: &mut Harness<'static, Viewer>| {
        let path = cytolance_export::Target::new(&chart, false);
        harness
            .state_mut()
            .dispatch(cytolance::shell::Command::from(
                cytolance::features::charts::ChartsCommand::SaveScatter(path),
            ));
        settled(harness);
    };
    save(&mut harness);
    assert!(
        message(&harness).contains(text(&chart)),
        "{}",
        message(&harness)
    );
    std::fs::write(&chart, &mine).expect("written");
    save(&mut harness);
    click(&mut harness, "Keep it");
    assert_eq!(std::fs::read(&chart).expect("read"), mine);
    save(&mut harness);
    click(&mut harness, "Replace");
    assert_ne!(std::fs::read(&chart).expect("read"), mine);

    // A session that this window knows is written again and again; somebody else's is asked for.
    let session = folder.path().join("plate.cytolance.toml");
    std::fs::write(&session, &mine).expect("written");
    command(&mut harness, "Save session");
    click(&mut harness, "Keep it");
    assert_eq!(std::fs::read(&session).expect("read"), mine);
    command(&mut harness, "Save session");
    click(&mut harness, "Replace");
    assert_ne!(std::fs::read(&session).expect("read"), mine);
    command(&mut harness, "Save session");
    assert!(harness.query_by_label("Replace it?").is_none());
    assert!(
        message(&harness).contains(text(&session)),
        "{}",
        message(&harness)
    );
}
