//! Jobs that fail inside the program.

use crate::features::gallery::GalleryCommand;
use crate::features::gates::GatesCommand;
use crate::features::labels::{LabelsCommand, ReviewKind, Side};
use crate::features::plate::PlateCommand;
use crate::features::rules::RulesCommand;
use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::failure::{ending, guarded, some};
use crate::model::job::Job;
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use crate::shell::features::FEATURES;
use cytolance_profile::{PublishedRule, published_rules};

#[test]
fn a_request_whose_job_fails_is_ended_and_the_failure_told() {
    let mut run = TestRun::of(FEATURES);
    let dataset = run.dataset("a.lance", &[900.0, 100.0, 500.0, 300.0]);
    run.opened(dataset);
    run.settle();
    let area = "Cells_AreaShape_Area".to_owned();
    let side = |version| Side {
        version,
        column: "Label_QC".to_owned(),
    };
    let commands = [
        Command::CycleSort(area.clone()),
        Command::FilterBy(area.clone()),
        Command::ShowGroups(area.clone(), Some("Metadata_Well".to_owned())),
        Command::WantPictures(vec![0, 1]),
        Command::WantColumns(vec!["Cells_AreaShape_FormFactor".to_owned()]),
        Command::Look(2),
        Command::SetAxes(crate::model::scatter::Axes {
            x: Some("Cells_AreaShape_FormFactor".to_owned()),
            y: Some(area.clone()),
            color: None,
        }),
        Command::from(PlateCommand::Want),
        Command::from(GatesCommand::Want),
        Command::from(GalleryCommand::Want),
        Command::from(RulesCommand::SetAll(
            published_rules()
                .iter()
                .map(PublishedRule::rule)
                .take(1)
                .collect(),
        )),
        Command::from(RulesCommand::Want),
        Command::Select(vec![1], crate::model::command::SelectMode::Replace),
        Command::from(RulesCommand::Suggest),
        Command::from(LabelsCommand::StartReview(ReviewKind::Unmarked)),
        Command::from(LabelsCommand::ReadHistory),
        Command::from(LabelsCommand::Compare(side(1), side(1))),
        Command::from(LabelsCommand::Mark(Some(0))),
        Command::from(LabelsCommand::Save),
        Command::from(crate::features::checks::ChecksCommand::Compute),
        Command::Open("elsewhere.lance".to_owned()),
    ];
    let mut jobs: Vec<Job> = commands
        .into_iter()
        .flat_map(|command| apply(&mut run.state, command))
        .collect();
    assert!(jobs.len() > 12, "{}", jobs.len());
    assert!(run.workspace().is_busy() && !run.state.tasks.is_empty());
    let mut failed = 0;
    while let Some(job) = jobs.pop() {
        let events = std::sync::Mutex::new(Vec::new());
        let send = |event| events.lock().expect("events").push(event);
        guarded(ending(&job), &send, || panic!("job {failed}"));
        failed += 1;
        for event in events.into_inner().expect("events") {
            jobs.extend(apply(&mut run.state, Command::Happened(event.into())));
        }
        assert!(failed < 200, "what failed is not asked for again and again");
    }
    assert!(!run.workspace().is_busy(), "nothing waits for ever");
    assert!(run.state.tasks.is_empty(), "{:?}", run.state.tasks);
    let told = |notice: &crate::model::state::Notice| {
        notice.is_error && notice.text.contains("a fault of the program")
    };
    assert!(run.state.notices.iter().any(told));
}

#[test]
fn what_a_panic_says_reaches_the_message() {
    let events = std::sync::Mutex::new(Vec::new());
    guarded(
        some(|error| Event::CellsCopied(Err(error))),
        &|event| events.lock().expect("events").push(event),
        || {
            let empty: Vec<u32> = Vec::new();
            assert_eq!(empty[std::hint::black_box(3)], 0);
        },
    );
    let events = events.into_inner().expect("events");
    assert!(
        matches!(&events[0], Event::CellsCopied(Err(text)) if text.contains("index out of bounds"))
    );
    assert_eq!(events.len(), 2);
}
