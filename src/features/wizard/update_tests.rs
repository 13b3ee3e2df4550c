//! What commands do to the wizard, without a window and without a file.

use std::path::PathBuf;

use super::*;
use crate::features::wizard::ImportWizard;
use crate::features::wizard::command::WizardEvent;
use crate::features::wizard::failure::Failure;
use crate::features::wizard::state::{Done, Found, Planned, Target};
use crate::model::event::Event;
use crate::model::replace::NotWritten;
use crate::model::update::apply;
use cytolance_export::Found as SomethingFound;
use cytolance_import::{ChannelChoice, ImportPreview, ImportReport};

fn wizard(state: &State) -> &Wizard {
    state.parts.get()
}

fn visible(state: &State) -> bool {
    state.page == Some(WIZARD)
}

fn send(state: &mut State, command: WizardCommand) -> Vec<Job> {
    apply(state, Command::from(command))
}

fn tell(state: &mut State, event: WizardEvent) -> Vec<Job> {
    apply(state, Command::Happened(Event::from(event).into()))
}

fn preview() -> ImportPreview {
    ImportPreview {
        rows: 7,
        columns: 20,
        primary: "Cells".to_owned(),
        rows_are: cytolance_profile::RowKind::Objects,
        objects: Vec::new(),
        pairs: Vec::new(),
        tables: Vec::new(),
        files: Vec::new(),
        parts: 1,
        fields: 2,
        channels: vec![cytolance_dataset::ChannelInfo::new("DNA", [0, 0, 255], 16)],
        channel_sources: vec!["DNA".to_owned()],
        images: cytolance_import::ImageReport::default(),
        pixel_size: cytolance_import::PixelSize::default(),
        names: None,
        volumes: None,
        images_found: 2,
        ignored: Vec::new(),
        remarks: Vec::new(),
        masks_failed: Vec::new(),
        value_bytes: 1000,
    }
}

fn planned() -> Planned {
    Planned {
        plan: None,
        preview: Arc::new(preview()),
        columns: Arc::default(),
        account: Arc::default(),
        seconds: 0.1,
    }
}

/// The job, where there is one and no other.
fn only(jobs: &[Job]) -> Option<&WizardJob> {
    match jobs {
        [job] => job.of(),
        _ => None,
    }
}

/// The generation of a plan that was started.
fn plan_of(jobs: &[Job]) -> Option<u64> {
    jobs.iter().find_map(|job| match job.of() {
        Some(WizardJob::Plan(work)) => Some(work.generation),
        _ => None,
    })
}

fn target_of(jobs: &[Job]) -> Option<u64> {
    jobs.iter().find_map(|job| match job.of() {
        Some(WizardJob::CheckTarget(work)) => Some(work.generation),
        _ => None,
    })
}

/// A wizard on a source whose plan is there.
fn on_a_source() -> State {
    let mut state = State::of(&[&ImportWizard]);
    let jobs = send(
        &mut state,
        WizardCommand::ImportFrom(" /data/plate ".to_owned()),
    );
    let Some(WizardJob::Find(work)) = only(&jobs) else {
        panic!("looking starts one job");
    };
    assert!(visible(&state) && work.request == "/data/plate");
    let found = Found {
        source: "/data/plate".into(),
        exports: Vec::new(),
        left_alone: Vec::new(),
        mask_folders: Vec::new(),
    };
    let jobs = tell(
        &mut state,
        WizardEvent::Found {
            generation: work.generation,
            outcome: Ok((found, "/data/plate.lance".to_owned())),
        },
    );
    let target = target_of(&jobs).expect("the address is looked at");
    let plan = plan_of(&jobs).expect("a plan");
    assert!(!wizard(&state).is_reachable(Step::Cells));
    tell(
        &mut state,
        WizardEvent::Planned {
            generation: plan,
            outcome: Ok(planned()),
        },
    );
    tell(
        &mut state,
        WizardEvent::TargetChecked {
            generation: target,
            target: Target::Free,
        },
    );
    state
}

fn with(state: &State, change: impl FnOnce(&mut ImportOptions)) -> WizardCommand {
    let mut options = wizard(state).options.clone();
    change(&mut options);
    WizardCommand::SetOptions(Box::new(options))
}

#[test]
fn only_what_decides_the_plan_starts_a_new_one() {
    let mut state = on_a_source();
    assert!(!wizard(&state).is_working());
    let rename = with(&state, |options| {
        options.channels = vec![ChannelChoice {
            channel: "DNA".to_owned(),
            name: Some("ER".to_owned()),
            color: None,
            skip: false,
        }];
    });
    assert!(plan_of(&send(&mut state, rename)).is_none(), "a name");
    assert_eq!(
        wizard(&state).channel_color("DNA"),
        cytolance_imaging::default_channel_color("ER", 0),
        "called by its stain"
    );
    let move_it = with(&state, |options| options.dataset = "/x.lance".to_owned());
    let jobs = send(&mut state, move_it);
    assert!(plan_of(&jobs).is_none() && target_of(&jobs).is_some());
    let complete = with(&state, |options| options.complete = true);
    let first = plan_of(&send(&mut state, complete)).expect("another plan");
    // Back and forth while it runs: the result that comes is of the last choice.
    let back = with(&state, |options| options.complete = false);
    assert!(plan_of(&send(&mut state, back)).is_none(), "waits");
    assert!(wizard(&state).planned.is_some(), "the old one stays");
    let jobs = tell(
        &mut state,
        WizardEvent::Planned {
            generation: first,
            outcome: Err(Failure {
                text: "stale".to_owned(),
                objects: Vec::new(),
                step: Step::Source,
            }),
        },
    );
    assert!(
        wizard(&state).failure.is_none(),
        "stale results are dropped"
    );
    assert!(plan_of(&jobs).is_none(), "what is wanted is on the screen");
    assert!(!wizard(&state).planning.is_running());
}

#[test]
fn steps_are_reached_in_order_and_back_keeps_everything() {
    let mut state = on_a_source();
    for step in Step::ALL {
        send(&mut state, WizardCommand::GoTo(step));
        assert_eq!(wizard(&state).step, step);
    }
    let crop = with(&state, |options| {
        options.crop = cytolance_import::CropRule::Square(64);
    });
    send(&mut state, crop);
    let before = wizard(&state).options.clone();
    send(&mut state, WizardCommand::GoTo(Step::Cells));
    send(&mut state, WizardCommand::Close);
    send(&mut state, WizardCommand::Show);
    assert_eq!(wizard(&state).options, before);
    assert_eq!(wizard(&state).step, Step::Cells);
    assert_eq!(wizard(&state).furthest, Step::Import);
    // The same source looked at again keeps the choices as well; another one does not.
    let jobs = send(
        &mut state,
        WizardCommand::ImportFrom("/data/plate".to_owned()),
    );
    assert!(matches!(only(&jobs), Some(WizardJob::Find(_))));
    send(&mut state, WizardCommand::Reset);
    assert!(wizard(&state).planned.is_none() && wizard(&state).options == ImportOptions::default());
    assert!(visible(&state), "begins anew, on the screen");
}

#[test]
fn what_is_dropped_goes_where_it_belongs() {
    let mut state = State::of(&[&ImportWizard]);
    let jobs = apply(&mut state, Command::Dropped("/data/x.lance/".to_owned()));
    assert!(matches!(jobs.as_slice(), [Job::Open { .. }]));
    assert!(!visible(&state));
    let jobs = apply(&mut state, Command::Dropped("/data/x.sqlite".to_owned()));
    assert!(matches!(only(&jobs), Some(WizardJob::Find(_))));
    let mut state = on_a_source();
    for (step, images, masks) in [(Step::Pictures, 1, 0), (Step::Outlines, 1, 1)] {
        send(&mut state, WizardCommand::GoTo(step));
        apply(&mut state, Command::Dropped("/data/more".to_owned()));
        assert_eq!(wizard(&state).options.images.len(), images);
        assert_eq!(wizard(&state).options.masks.len(), masks);
    }
}

#[test]
fn an_import_runs_ends_and_can_be_cancelled() {
    let mut state = on_a_source();
    send(&mut state, WizardCommand::GoTo(Step::Import));
    let occupied = with(&state, |options| {
        options.target = cytolance_dataset::WriteTarget::Append;
    });
    send(&mut state, occupied);
    assert!(
        send(&mut state, WizardCommand::Run).is_empty(),
        "nothing to add to"
    );
    let create = with(&state, |options| {
        options.target = cytolance_dataset::WriteTarget::Create;
    });
    send(&mut state, create);
    for cancel in [true, false] {
        let jobs = send(&mut state, WizardCommand::Run);
        let Some(WizardJob::Run {
            task, cancelled, ..
        }) = only(&jobs)
        else {
            panic!("one import");
        };
        assert_eq!(state.tasks.len(), 1);
        assert!(!wizard(&state).is_reachable(Step::Source), "while it runs");
        tell(
            &mut state,
            WizardEvent::Progress {
                task: *task,
                progress: ImportProgress::Fields(1, 2),
                seconds: 2.0,
                stage_seconds: 1.0,
            },
        );
        assert_eq!((state.tasks[0].done, state.tasks[0].total), (1, 2));
        let outcome = if cancel {
            send(&mut state, WizardCommand::CancelRun);
            assert!(cancelled.load(std::sync::atomic::Ordering::Relaxed));
            Err(None)
        } else {
            // Closed, it goes on and tells when it is done.
            send(&mut state, WizardCommand::Close);
            assert!(wizard(&state).is_importing());
            let report = ImportReport {
                rows: 7,
                ..ImportReport::default()
            };
            Ok(Arc::new(Done::new(report, None)))
        };
        let jobs = tell(
            &mut state,
            WizardEvent::Ended {
                task: *task,
                outcome,
            },
        );
        assert!(state.tasks.is_empty());
        let target = target_of(&jobs).expect("looks again what is there");
        tell(
            &mut state,
            WizardEvent::TargetChecked {
                generation: target,
                target: Target::Free,
            },
        );
        assert_eq!(matches!(wizard(&state).run, Run::Cancelled), cancel);
        assert_eq!(state.notices.len(), usize::from(!cancel));
    }
    send(&mut state, WizardCommand::Show);
    assert!(
        matches!(wizard(&state).run, Run::Done(_)),
        "the report waits"
    );
    send(&mut state, WizardCommand::Close);
    assert!(
        matches!(wizard(&state).run, Run::None),
        "then it begins anew"
    );
}

#[test]
fn what_hangs_over_the_window_is_told_where_it_goes() {
    let mut state = on_a_source();
    let cases = [
        (Step::Source, "Drop to import"),
        (Step::Pictures, "Drop to look for pictures in this folder"),
        (Step::Outlines, "Drop to look for masks in this folder"),
    ];
    for (step, hint) in cases {
        send(&mut state, WizardCommand::GoTo(step));
        assert_eq!(crate::model::dropping::hint(&state), hint);
    }
    send(&mut state, WizardCommand::Close);
    assert_eq!(
        crate::model::dropping::hint(&state),
        "Drop to open a dataset or a session, or to import an export"
    );
}

#[test]
fn a_plan_or_report_that_is_there_is_replaced_once_the_user_has_said_so() {
    let path = PathBuf::from("/data/plan.toml");
    let exists = || NotWritten::Exists(path.clone(), SomethingFound::File);
    let mut state = on_a_source();
    tell(
        &mut state,
        WizardEvent::PlanSaved(path.clone(), Err(exists())),
    );
    assert!(matches!(state.overlay, Overlay::Replace(_)));
    let jobs = apply(&mut state, Command::Replace);
    let Some(WizardJob::SavePlan(_, target)) = only(&jobs) else {
        panic!("the plan");
    };
    assert_eq!(*target, SaveTarget::new(&path, true));
    assert!(apply(&mut state, Command::Replace).is_empty(), "once");
    let done = Arc::new(Done::new(ImportReport::default(), None));
    tell(&mut state, WizardEvent::ReportRead(Ok(done)));
    assert!(visible(&state));
    tell(
        &mut state,
        WizardEvent::ReportSaved(path.clone(), Err(exists())),
    );
    let jobs = apply(&mut state, Command::Replace);
    let Some(WizardJob::SaveReport(_, target)) = only(&jobs) else {
        panic!("the report");
    };
    assert_eq!(*target, SaveTarget::new(&path, true));
}

#[test]
fn a_path_from_a_dialog_goes_where_it_was_asked_for() {
    let mut state = on_a_source();
    let recorded = PathDraft {
        recorded: "/gone".to_owned(),
        found: String::new(),
    };
    let mut asked = send(&mut state, WizardCommand::Pick(WizardPick::ChangedFolder));
    // What is typed while the dialog is open stays.
    send(&mut state, WizardCommand::SetDraft(recorded));
    let Some(Job::Pick(pick)) = asked.pop() else {
        panic!("a dialog");
    };
    let event = Event::Picked(Box::new((pick.then)("/here".to_owned())));
    apply(&mut state, Command::Happened(event.into()));
    let draft = &wizard(&state).draft;
    assert_eq!(
        (draft.recorded.as_str(), draft.found.as_str()),
        ("/gone", "/here")
    );
}
