//! What commands and news do to exports, without a window.

use std::path::PathBuf;

use super::draft::{ExportDraft, Which};
use super::feature::EXPORT;
use super::update::file_dialog;
use super::{ExportCommand, ExportState, OutputEvent, OutputJob};
use crate::model::command::{Command, SelectMode};
use crate::model::envelope::Envelope;
use crate::model::event::Event;
use crate::model::file_dialog::Way;
use crate::model::job::Job;
use crate::model::replace::NotWritten;
use crate::model::state::{Overlay, State};
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use cytolance_export::{FolderUse, Found};
use cytolance_exporters::ExportKind;

fn opened() -> TestRun {
    let mut run = TestRun::of(&[&super::Export]);
    let dataset = run.dataset("a.lance", &[6.0, 5.0, 4.0, 3.0, 2.0, 1.0]);
    run.opened(dataset);
    run.settle();
    run
}

fn send(state: &mut State, command: ExportCommand) -> Vec<Job> {
    apply(state, Command::from(command))
}

fn draft(run: &TestRun) -> &ExportDraft {
    let part = run.workspace().parts.get::<ExportState>();
    part.draft.as_ref().expect("a dialog")
}

#[test]
fn an_export_of_no_cells_is_refused() {
    let mut run = opened();
    let state = &mut run.state;
    apply(state, Command::Select(vec![5], SelectMode::Replace));
    send(state, ExportCommand::Start);
    apply(state, Command::ClearSelection);
    assert!(send(state, ExportCommand::Run).is_empty());
    assert!(
        state
            .notices
            .iter()
            .any(|notice| notice.is_error && notice.text.contains("There are no selected cells"))
    );
    assert!(
        matches!(state.overlay, Overlay::Of(EXPORT)),
        "it stays open"
    );
    assert!(state.tasks.is_empty());
    apply(state, Command::Select(vec![2], SelectMode::Replace));
    assert_eq!(send(state, ExportCommand::Run).len(), 1);
    assert_eq!(state.overlay, Overlay::None);
}

#[test]
fn without_a_dataset_or_a_dialog_nothing_is_written() {
    let mut state = State::default();
    for command in [ExportCommand::Run, ExportCommand::Start] {
        let what = format!("{command:?}");
        assert!(send(&mut state, command).is_empty(), "{what}");
        assert_eq!(state.overlay, Overlay::None, "{what}");
    }
    let mut run = opened();
    for command in [
        ExportCommand::Run,
        ExportCommand::Browse,
        ExportCommand::SetPath("/data/x.csv".to_owned()),
    ] {
        assert!(send(&mut run.state, command).is_empty());
    }
    assert_eq!(run.state.overlay, Overlay::None);
}

#[test]
fn a_dialog_proposes_what_is_written() {
    for kind in ExportKind::all() {
        let face = kind.face();
        let path = PathBuf::from(format!("/data/plate-cells{}", face.suffix));
        let wanted = file_dialog(kind, &path);
        assert_eq!(wanted.file, Some(path.clone()), "{kind:?}");
        let fits = wanted.filters.iter().flat_map(|(_, endings)| endings);
        let fits: Vec<&&str> = fits.collect();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if face.file.folder == FolderUse::Always {
            assert_eq!(wanted.way, Way::Folder, "{kind:?}");
            assert!(fits.is_empty() && ending.is_none(), "{kind:?}");
        } else {
            assert_eq!(wanted.way, Way::Save, "{kind:?}");
            assert!(
                ending.is_some_and(|ending| fits.contains(&&ending)),
                "{kind:?}"
            );
        }
    }
    let wanted = file_dialog(ExportKind::default(), "x.csv".as_ref());
    assert_eq!(wanted.filters, [("CSV", vec!["csv"])]);
}

#[test]
fn a_folder_of_files_goes_into_the_chosen_one_or_is_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("empty")).expect("a folder");
    std::fs::create_dir(at("full")).expect("a folder");
    std::fs::write(at("full/mine.txt"), "mine").expect("written");
    let crops = ExportKind::by_id("ome-tiff").expect("an exporter");
    let wanted = file_dialog(crops, "/data/plate-crops".as_ref());
    assert_eq!(wanted.chosen(&at("full")), at("full/plate-crops"));
    for name in ["empty", "new"] {
        assert_eq!(wanted.chosen(&at(name)), at(name));
    }
    // A dataset that is opened is the folder that was chosen.
    let wanted = crate::model::file_dialog::FileDialog::folder("A dataset");
    assert_eq!(wanted.chosen(&at("full")), at("full"));
    let wanted = file_dialog(ExportKind::default(), "/data/x.csv".as_ref());
    assert_eq!(wanted.chosen(&at("y.csv")), at("y.csv"));
}

#[test]
fn the_path_of_the_file_dialog_is_the_draft_s_while_the_dialog_is_open() {
    let mut run = opened();
    run.apply(Command::from(ExportCommand::Start));
    assert_eq!(draft(&run).which, Which::Shown);
    let mut jobs = send(&mut run.state, ExportCommand::Browse);
    let Some(Job::Pick(pick)) = jobs.pop() else {
        panic!("a file dialog");
    };
    let picked = Event::Picked(Box::new((pick.then)("/data/mine.csv".to_owned())));
    run.apply(Command::Happened(picked.into()));
    assert_eq!(draft(&run).path, "/data/mine.csv");
    run.apply(Command::SetOverlay(Overlay::None));
    run.apply(Command::from(ExportCommand::SetPath(
        "/late.csv".to_owned(),
    )));
    assert_eq!(run.state.overlay, Overlay::None, "closed, it stays so");
    assert_eq!(draft(&run).path, "/data/mine.csv");
}

/// The job of an export that was started.
fn started(run: &mut TestRun) -> OutputJob {
    send(&mut run.state, ExportCommand::Start);
    let mut jobs = send(&mut run.state, ExportCommand::Run);
    let Some(Job::Feature(job)) = jobs.pop() else {
        panic!("an export");
    };
    assert_eq!(run.state.tasks.len(), 1);
    let job: Box<dyn std::any::Any> = job;
    *job.downcast().expect("an export")
}

fn in_the_way(job: &OutputJob) -> OutputEvent {
    OutputEvent::Ended {
        task: job.task,
        outcome: Err(NotWritten::Exists("/data/x.csv".into(), Found::File)),
        draft: job.draft.clone(),
    }
}

#[test]
fn what_is_in_the_way_is_replaced_or_gets_another_name() {
    for replaces in [true, false] {
        let mut run = opened();
        let job = started(&mut run);
        let news = Event::from(in_the_way(&job));
        run.apply(Command::Happened(news.into()));
        assert!(run.state.tasks.is_empty());
        let Overlay::Replace(question) = run.state.overlay.clone() else {
            panic!("a question");
        };
        if replaces {
            let jobs = apply(&mut run.state, Command::Replace);
            let again = jobs.first().and_then(Job::of::<OutputJob>);
            assert!(again.expect("an export").plan.target.replaces());
            assert_eq!(run.state.overlay, Overlay::None);
        } else {
            let (label, back) = question.again.back();
            assert_eq!(label, "Choose another name");
            run.apply(back);
            assert_eq!(run.state.overlay, Overlay::Of(EXPORT));
            assert_eq!(*draft(&run), *job.draft);
        }
    }
}

#[test]
fn an_export_of_a_dataset_that_was_left_is_told_and_asks_nothing() {
    let mut run = opened();
    let job = started(&mut run);
    let workspace = run.state.workspace_id();
    let other = run.dataset("b.lance", &[1.0, 2.0]);
    run.opened(other);
    run.settle();
    let mut tell = |event: Event| {
        run.apply(Command::Happened(Envelope { workspace, event }));
        let task = run.state.tasks.first().map(|task| (task.done, task.total));
        (task, run.state.overlay.clone(), run.state.notices.len())
    };
    let progress = Event::progress(job.task, 1, 2);
    assert_eq!(tell(progress), (Some((1, 2)), Overlay::None, 0));
    assert_eq!(tell(in_the_way(&job).into()), (None, Overlay::None, 1));
    // Once more, as a job that failed after its answer does.
    assert_eq!(tell(in_the_way(&job).into()).0, None);
    assert!(run.state.notices[0].text.contains("left as it is"));
}
