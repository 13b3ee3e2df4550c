//! The import wizard with the mouse: from a folder to an open dataset, and what happens on the way.

use cytolance::features::wizard::{Run, Step, Wizard, WizardCommand};
use cytolance::shell::{Command, Settings, Start, State, Viewer, settle};
use cytolance_import::CropRule;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use crate::support::{copy_folder, leftovers, open, plate, run, runtime, text};
use crate::volumes::write_volume;

fn viewer() -> Harness<'static, Viewer> {
    let start = Start {
        settings: Some(Settings::default()),
        ..Start::default()
    };
    let mut harness = Harness::builder()
        .with_size([1500.0, 940.0])
        .with_step_dt(0.05)
        .build_eframe(|context| Viewer::new(&context.egui_ctx, runtime().handle().clone(), start));
    settled(&mut harness);
    harness
}

fn settled(harness: &mut Harness<'static, Viewer>) {
    settle(harness).expect("the screen is complete");
}

fn click(harness: &mut Harness<'static, Viewer>, label: &str) {
    harness.get_by_label(label).click();
    harness.step();
    settled(harness);
    // Whoever hears the screen has to be told what each field is.
    harness.check_accessibility();
}

/// Writes into the field of this name, in place of what is there.
fn fill(harness: &mut Harness<'static, Viewer>, label: &str, content: &str) {
    harness.get_by_label(label).focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text(content.to_owned()));
    harness.step();
    settled(harness);
}

fn import_wizard(state: &State) -> &Wizard {
    state.parts.get()
}

fn is_visible(state: &State) -> bool {
    state.page.is_some()
}

/// The wizard on the demo plate's export.
fn on_the_export() -> Harness<'static, Viewer> {
    let mut harness = viewer();
    click(&mut harness, "Import an export…");
    harness.get_by_label("Drop a folder or a file here");
    fill(&mut harness, "Path", text(&plate().export));
    click(&mut harness, "Look");
    harness
}

fn rows_planned(harness: &Harness<'static, Viewer>) -> usize {
    let wizard = import_wizard(&harness.state().state);
    wizard.preview().expect("a plan").rows
}

#[test]
fn planes_are_asked_for_where_pictures_are_volumes() {
    let folder = tempfile::tempdir().expect("a folder");
    write_volume(folder.path());
    let mut harness = viewer();
    click(&mut harness, "Import an export…");
    fill(&mut harness, "Path", text(folder.path()));
    click(&mut harness, "Look");
    click(&mut harness, "Next");
    click(&mut harness, "Next");
    harness.get_by_label("Volumes");
    harness.get_by_label_contains("AreaShape_Center_Z says that the pictures have several planes");
    let mut choices = harness.query_all_by_label_contains("Crops show");
    assert!(choices.next().is_some());
    let mut flat = on_the_export();
    click(&mut flat, "Next");
    click(&mut flat, "Next");
    assert!(flat.query_by_label("Volumes").is_none());
}

#[test]
fn five_steps_lead_from_a_folder_to_its_dataset() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("wizard.lance");
    let mut harness = on_the_export();
    harness.get_by_label("What it holds");
    assert_eq!(rows_planned(&harness), 831);
    // Cells: the rows that lack a partner are said, and can be left out.
    click(&mut harness, "Next");
    assert!(
        harness
            .query_by_label_contains("joins of 831 Cells")
            .is_some()
    );
    click(&mut harness, "Complete cells only");
    let complete = rows_planned(&harness);
    assert!(complete > 800 && complete < 831, "{complete}");
    fill(&mut harness, "Search columns", "nuclei eccentricity");
    assert!(harness.query_by_label("AreaShape_Eccentricity").is_some());
    // Pictures: found by themselves; a channel gets another name.
    click(&mut harness, "Next");
    let preview = import_wizard(&harness.state().state)
        .preview()
        .expect("a plan");
    assert_eq!(preview.images_found, preview.images.expected);
    let examples = harness.query_all_by_label_contains("example image");
    assert_eq!(examples.count(), 3);
    fill(&mut harness, "name of ER", "Reticulum");
    click(&mut harness, "channel RNA");
    let wizard = import_wizard(&harness.state().state);
    assert_eq!(wizard.preview().expect("a plan").channels.len(), 4);
    // Outlines: the folder beside is offered.
    click(&mut harness, "Next");
    harness.get_by_label_contains("Use ").click();
    harness.step();
    settled(&mut harness);
    let wizard = import_wizard(&harness.state().state);
    let objects = &wizard.preview().expect("a plan").objects;
    assert!(objects.iter().all(|object| object.traced));
    let examples = &wizard.examples.as_ref().expect("examples").examples;
    let (agree, compared) = examples.areas_agree["Cells"];
    assert!(compared > 0 && agree == compared);
    // Import.
    click(&mut harness, "Next");
    fill(&mut harness, "Dataset", text(&dataset));
    assert!(import_wizard(&harness.state().state).is_ready());
    // All the way back and forth, nothing is lost.
    let before = import_wizard(&harness.state().state).options.clone();
    for _ in 0..4 {
        click(&mut harness, "Back");
    }
    assert_eq!(import_wizard(&harness.state().state).step, Step::Source);
    click(&mut harness, "step 5 Import");
    assert_eq!(import_wizard(&harness.state().state).options, before);
    click(&mut harness, &format!("Import {complete} cells"));
    harness.get_by_label_contains(&format!("{complete} cells imported"));
    click(&mut harness, "Save report");
    let report = folder.path().join("wizard-report.txt");
    let report = std::fs::read_to_string(report).expect("the report");
    assert!(report.contains("within 2 %"), "{report}");
    click(&mut harness, "Open the dataset");
    // The report stays with the dataset.
    harness
        .state_mut()
        .dispatch(Command::from(WizardCommand::ShowReport {
            uri: None,
            name: None,
        }));
    settled(&mut harness);
    harness.get_by_label_contains(&format!("{complete} cells imported"));
    assert!(harness.query_by_label("step 5 Import").is_none());
    click(&mut harness, "Open the dataset");
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert_eq!(workspace.dataset.num_rows(), complete);
    assert!(!is_visible(&harness.state().state));
    let written = open(&dataset);
    assert_eq!(written.num_rows(), complete);
    let names: Vec<&str> = written
        .metadata()
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(names, ["AGP", "DNA", "Reticulum", "Mito"]);
    assert!(written.metadata().approximate_outlines.is_empty());
}

#[test]
fn a_cancelled_import_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("wizard.lance");
    let mut harness = on_the_export();
    click(&mut harness, "step 5 Import");
    fill(&mut harness, "Dataset", text(&dataset));
    harness.get_by_label("Import 831 cells").click();
    harness.step();
    harness.step();
    harness.get_by_label("Cancel import").click();
    harness.step();
    settled(&mut harness);
    let wizard = import_wizard(&harness.state().state);
    assert!(matches!(wizard.run, Run::Cancelled));
    assert_eq!(leftovers(folder.path()), Vec::<String>::new());
    // What was chosen is still there, and a second try works.
    harness.get_by_label_contains("Nothing was written");
    click(&mut harness, "Import 831 cells");
    assert_eq!(open(&dataset).num_rows(), 831);
    click(&mut harness, "Import another");
    harness.get_by_label("Drop a folder or a file here");
}

#[test]
fn errors_stand_where_they_arise() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut harness = viewer();
    let path = text(folder.path()).to_owned();
    harness.state_mut().dispatch(Command::Dropped(path));
    settled(&mut harness);
    assert!(
        harness
            .query_by_label_contains("No CellProfiler export found")
            .is_some()
    );
    assert!(!import_wizard(&harness.state().state).is_reachable(Step::Cells));
    fill(&mut harness, "Path", "/nowhere/at all");
    click(&mut harness, "Look");
    assert!(harness.query_by_label_contains("/nowhere/at all").is_some());
    // A folder that is not there any more is said on its page, and can be taken away again.
    let mut harness = on_the_export();
    click(&mut harness, "step 3 Pictures");
    fill(&mut harness, "Folder", "/nowhere/pictures");
    click(&mut harness, "Add");
    assert!(
        harness
            .query_by_label_contains("There is no folder /nowhere/pictures")
            .is_some()
    );
    assert!(!import_wizard(&harness.state().state).is_ready());
    click(&mut harness, "remove folder /nowhere/pictures");
    assert!(import_wizard(&harness.state().state).failure.is_none());
    // A name that is taken.
    click(&mut harness, "step 5 Import");
    fill(&mut harness, "Dataset", text(&plate().dataset));
    assert!(
        harness
            .query_by_label_contains("has this name already")
            .is_some()
    );
    assert!(!import_wizard(&harness.state().state).is_ready());
    click(&mut harness, "Replace a dataset");
    assert!(import_wizard(&harness.state().state).is_ready());
}

#[test]
fn the_wizard_keeps_the_open_dataset_and_its_own_choices() {
    let mut harness = viewer();
    let dataset = text(&plate().dataset).to_owned();
    harness.state_mut().dispatch(Command::Open(dataset));
    settled(&mut harness);
    let export = text(&plate().export).to_owned();
    harness.state_mut().dispatch(Command::Dropped(export));
    settled(&mut harness);
    click(&mut harness, "step 5 Import");
    click(&mut harness, "A square of");
    assert!(matches!(
        import_wizard(&harness.state().state).options.crop,
        CropRule::Square(128)
    ));
    let selected = |harness: &Harness<'static, Viewer>| {
        let workspace = harness.state().state.workspace.as_ref();
        workspace.expect("open").num_selected
    };
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    settled(&mut harness);
    assert_eq!(selected(&harness), 0, "what is not seen is not changed");
    click(&mut harness, "close the wizard");
    assert!(harness.query_by_label("row 1").is_some());
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::I);
    settled(&mut harness);
    let wizard = import_wizard(&harness.state().state);
    assert!(is_visible(&harness.state().state) && wizard.step == Step::Import);
    assert!(matches!(wizard.options.crop, CropRule::Square(128)));
    // A dropped dataset is opened, whatever is on the screen.
    let dataset = text(&plate().dataset).to_owned();
    harness.state_mut().dispatch(Command::Dropped(dataset));
    settled(&mut harness);
    assert!(!is_visible(&harness.state().state));
}

#[test]
fn several_kinds_of_export_are_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["Cells.csv", "Nuclei.csv", "Cytoplasm.csv", "Image.csv"] {
        std::fs::copy(plate().export.join(name), folder.path().join(name)).expect("a copy");
    }
    let table = arrow::array::RecordBatch::try_from_iter([(
        "Cells_AreaShape_Area",
        std::sync::Arc::new(arrow::array::Float64Array::from(vec![1.0, 2.0]))
            as arrow::array::ArrayRef,
    )])
    .expect("a batch");
    crate::support::write_parquet(&folder.path().join("cells.parquet"), &table);
    let mut harness = viewer();
    click(&mut harness, "Import an export…");
    fill(&mut harness, "Path", text(folder.path()));
    click(&mut harness, "Look");
    harness.get_by_label_contains("Which one is meant?");
    assert!(import_wizard(&harness.state().state).planned.is_none());
    for (kind, rows) in [("CSV files:", 831), ("Parquet table:", 2)] {
        harness.get_by_label_contains(kind).click();
        harness.step();
        settled(&mut harness);
        assert_eq!(rows_planned(&harness), rows, "{kind}");
    }
    let command = import_wizard(&harness.state().state).options.command_line();
    assert!(command.is_some_and(|command| command.contains("--kind parquet")));
}

/// The report of an import whose masks could not all be used says so in the window, as on the terminal.
#[test]
fn the_report_says_which_outlines_are_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let masks = folder.path().join("masks");
    copy_folder(&plate().export.join("masks"), &masks);
    let broken: Vec<_> = std::fs::read_dir(&masks)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| text(path).contains("Cells"))
        .collect();
    let damaged = &broken[..broken.len() / 2];
    for path in damaged {
        std::fs::write(path, "no picture").expect("a file");
    }
    let dataset = folder.path().join("x.lance");
    let said = run(&[
        "import",
        text(&plate().export),
        "--out",
        text(&dataset),
        "--masks",
        text(&masks),
    ])
    .ok()
    .out;
    assert!(
        said.contains("without outline: its mask cannot be used"),
        "{said}"
    );
    let mut harness = viewer();
    harness
        .state_mut()
        .dispatch(Command::from(WizardCommand::ShowReport {
            uri: Some(text(&dataset).to_owned()),
            name: None,
        }));
    settled(&mut harness);
    for words in [
        "of 831 Cells have an outline traced from masks",
        "without outline: its mask cannot be used",
        &format!("{} masks were not used", damaged.len()),
        text(&damaged[0]),
    ] {
        let mut found = harness.query_all_by_label_contains(words);
        assert!(found.next().is_some(), "{words}");
    }
    let whole = harness.query_by_label_contains("every row and every column is there");
    assert!(whole.is_none(), "{said}");
}

#[test]
fn the_first_step_says_what_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    };
    put("a/Image.csv", "ImageNumber,Count_Worms\n1,4\n2,5\n");
    let look = || {
        let mut harness = viewer();
        click(&mut harness, "Import an export…");
        fill(&mut harness, "Path", text(folder.path()));
        click(&mut harness, "Look");
        harness
    };
    let says = |harness: &Harness<'static, Viewer>, words: &str| {
        harness.query_by_label_contains(words).is_some()
    };
    // Nothing to import: what is there instead.
    let harness = look();
    let words = "an Image table of 2 image sets, no object table beside it (Count_Worms 9)";
    assert!(says(&harness, words));
    // No plan yet: what is left alone is listed all the same.
    let worms = "ImageNumber,ObjectNumber,AreaShape_Area\n1,1,5\n";
    put("b/Worms.csv", worms);
    put("b/Wells.csv", worms);
    let mut harness = look();
    assert!(says(&harness, "Which object should one row stand for?"));
    click(&mut harness, "Files and tables left alone (1)");
    assert!(says(&harness, words));
    // With a plan it is part of the account.
    std::fs::remove_file(folder.path().join("b/Wells.csv")).expect("a file");
    let mut harness = look();
    harness.get_by_label("What it holds");
    click(&mut harness, "Files and tables left alone (1)");
    assert!(says(&harness, words));
}
