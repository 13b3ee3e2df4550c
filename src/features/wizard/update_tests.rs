//! What commands do to the wizard, without a window and without a file.

use super::*;
use crate::features::wizard::command::WizardEvent;
use crate::features::wizard::failure::Failure;
use crate::features::wizard::state::{Done, Found, Planned, Target};
use crate::import::{ChannelChoice, ImportPreview, ImportReport};
use crate::model::event::Event;

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
        objects: Vec::new(),
        tables: Vec::new(),
        files: Vec::new(),
        parts: 1,
        fields: 2,
        channels: vec![crate::dataset::ChannelInfo::new("DNA", [0, 0, 255], 16)],
        channel_sources: vec!["DNA".to_owned()],
        images: crate::import::ImageReport::default(),
        names: None,
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
    let mut state = State::default();
    let jobs = send(
        &mut state,
        WizardCommand::ImportFrom(" /data/plate ".to_owned()),
    );
    let Some(WizardJob::Find(work)) = only(&jobs) else {
        panic!("looking starts one job");
    };
    assert!(state.wizard.visible && work.request == "/data/plate");
    let found = Found {
        source: "/data/plate".into(),
        exports: Vec::new(),
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
    assert!(!state.wizard.is_reachable(Step::Cells));
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
    let mut options = state.wizard.options.clone();
    change(&mut options);
    WizardCommand::SetOptions(Box::new(options))
}

#[test]
fn only_what_decides_the_plan_starts_a_new_one() {
    let mut state = on_a_source();
    assert!(!state.wizard.is_working());
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
        state.wizard.channel_color("DNA"),
        crate::imaging::default_channel_color("ER", 0),
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
    assert!(state.wizard.planned.is_some(), "the old one stays");
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
    assert!(state.wizard.failure.is_none(), "stale results are dropped");
    assert!(plan_of(&jobs).is_none(), "what is wanted is on the screen");
    assert!(!state.wizard.planning.is_running());
}

#[test]
fn steps_are_reached_in_order_and_back_keeps_everything() {
    let mut state = on_a_source();
    for step in Step::ALL {
        send(&mut state, WizardCommand::GoTo(step));
        assert_eq!(state.wizard.step, step);
    }
    let crop = with(&state, |options| {
        options.crop = crate::import::CropRule::Square(64);
    });
    send(&mut state, crop);
    let before = state.wizard.options.clone();
    send(&mut state, WizardCommand::GoTo(Step::Cells));
    send(&mut state, WizardCommand::Close);
    send(&mut state, WizardCommand::Show);
    assert_eq!(state.wizard.options, before);
    assert_eq!(state.wizard.step, Step::Cells);
    assert_eq!(state.wizard.furthest, Step::Import);
    // The same source looked at again keeps the choices as well; another one does not.
    let jobs = send(
        &mut state,
        WizardCommand::ImportFrom("/data/plate".to_owned()),
    );
    assert!(matches!(only(&jobs), Some(WizardJob::Find(_))));
    send(&mut state, WizardCommand::Reset);
    assert!(state.wizard.planned.is_none() && state.wizard.options == ImportOptions::default());
    assert!(state.wizard.visible, "begins anew, on the screen");
}

#[test]
fn what_is_dropped_goes_where_it_belongs() {
    let mut state = State::default();
    let jobs = apply(&mut state, Command::Dropped("/data/x.lance/".to_owned()));
    assert!(matches!(jobs.as_slice(), [Job::Open { .. }]));
    assert!(!state.wizard.visible);
    let jobs = apply(&mut state, Command::Dropped("/data/x.sqlite".to_owned()));
    assert!(matches!(only(&jobs), Some(WizardJob::Find(_))));
    let mut state = on_a_source();
    for (step, images, masks) in [(Step::Pictures, 1, 0), (Step::Outlines, 1, 1)] {
        send(&mut state, WizardCommand::GoTo(step));
        apply(&mut state, Command::Dropped("/data/more".to_owned()));
        assert_eq!(state.wizard.options.images.len(), images);
        assert_eq!(state.wizard.options.masks.len(), masks);
    }
}

#[test]
fn an_import_runs_ends_and_can_be_cancelled() {
    let mut state = on_a_source();
    send(&mut state, WizardCommand::GoTo(Step::Import));
    let occupied = with(&state, |options| {
        options.target = crate::dataset::WriteTarget::Append;
    });
    send(&mut state, occupied);
    assert!(
        send(&mut state, WizardCommand::Run).is_empty(),
        "nothing to add to"
    );
    let create = with(&state, |options| {
        options.target = crate::dataset::WriteTarget::Create;
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
        assert!(!state.wizard.is_reachable(Step::Source), "while it runs");
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
            assert!(state.wizard.is_importing());
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
        assert_eq!(matches!(state.wizard.run, Run::Cancelled), cancel);
        assert_eq!(state.notices.len(), usize::from(!cancel));
    }
    send(&mut state, WizardCommand::Show);
    assert!(matches!(state.wizard.run, Run::Done(_)), "the report waits");
    send(&mut state, WizardCommand::Close);
    assert!(matches!(state.wizard.run, Run::None), "then it begins anew");
}
