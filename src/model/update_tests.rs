//! What commands do to the state, without a window.

use super::*;
use crate::model::event::Event;
use crate::model::state::Overlay;
use crate::samples::six_cells;

/// The state after opening the dataset of six cells.
async fn opened(folder: &tempfile::TempDir) -> State {
    let mut state = State::default();
    let task = match apply(&mut state, Command::Open(" six.lance ".to_owned())).as_slice() {
        [Job::Open { task, uri }] if uri == "six.lance" => *task,
        jobs => panic!("opening starts {} jobs", jobs.len()),
    };
    assert_eq!(state.tasks.len(), 1);
    let event = Event::Opened {
        task,
        dataset: six_cells(folder).await,
        channels: Vec::new(),
    };
    apply(&mut state, Command::Happened(event.into()));
    assert!(state.tasks.is_empty());
    state
}

fn workspace(state: &State) -> &Workspace {
    state.workspace.as_ref().expect("an open dataset")
}

/// Answers the query that the jobs start with what the explorer finds.
async fn answered(state: &mut State, jobs: Vec<Job>) {
    for job in jobs {
        if let Job::Query { explorer, work } = job {
            let outcome = explorer
                .run(&work.request.query, &work.cancelled, &|_| ())
                .await;
            let event = Event::QueryEnded {
                generation: work.generation,
                outcome: outcome.map_err(|error| error.to_string()),
            };
            apply(state, Command::Happened(event.into()));
        }
    }
}

#[tokio::test]
async fn selections_combine() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = opened(&folder).await;
    let cases: [(Command, &[u32]); 9] = [
        (Command::Select(vec![1, 2], SelectMode::Replace), &[1, 2]),
        (Command::Select(vec![4], SelectMode::Add), &[1, 2, 4]),
        (Command::Select(vec![2, 3], SelectMode::Toggle), &[1, 3, 4]),
        (Command::Select(vec![1], SelectMode::Remove), &[3, 4]),
        (Command::InvertSelection, &[0, 1, 2, 5]),
        (Command::Select(vec![2], SelectMode::Replace), &[2]),
        (Command::SelectTo(5), &[2, 3, 4, 5]),
        (Command::SelectShown, &[0, 1, 2, 3, 4, 5]),
        (Command::ClearSelection, &[]),
    ];
    for (command, rows) in cases {
        let what = format!("{command:?}");
        apply(&mut state, command);
        let selected: Vec<u32> = workspace(&state).selection.iter().collect();
        assert_eq!(selected, rows, "{what}");
        assert_eq!(workspace(&state).num_selected, rows.len(), "{what}");
    }
}

#[tokio::test]
async fn filters_hide_cells_and_steps_follow_the_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = opened(&folder).await;
    let area = "Cells_AreaShape_Area";
    let jobs = apply(&mut state, Command::CycleSort(area.to_owned()));
    answered(&mut state, jobs).await;
    let jobs = apply(
        &mut state,
        Command::AddFilter(Condition::Range {
            column: area.to_owned(),
            min: 25.0,
            max: 55.0,
        }),
    );
    answered(&mut state, jobs).await;
    assert_eq!(workspace(&state).order.to_vec(), [1, 2, 0]);
    // (command, cell that is looked at afterwards)
    let cases = [
        (Command::StepToEnd(false), 1),
        (Command::Step(1), 2),
        (Command::Step(10), 0),
        (Command::Step(-1), 2),
        (Command::Look(99), 2),
        (Command::StepToEnd(true), 0),
    ];
    for (command, row) in cases {
        let what = format!("{command:?}");
        apply(&mut state, command);
        assert_eq!(workspace(&state).cursor, Some(row), "{what}");
    }

    apply(&mut state, Command::Select(vec![5, 2], SelectMode::Replace));
    assert_eq!(workspace(&state).rows_to_export(false).list(), [1, 2, 0]);
    // The hidden cell is still selected, and comes last.
    assert_eq!(workspace(&state).rows_to_export(true).list(), [2, 5]);

    let id = workspace(&state).query.filters[0].id;
    let jobs = apply(&mut state, Command::EnableFilter(id, false));
    answered(&mut state, jobs).await;
    assert_eq!(workspace(&state).order.len(), 6);
    assert_eq!(workspace(&state).query.filters.len(), 1);
    let jobs = apply(&mut state, Command::FilterToSelection);
    answered(&mut state, jobs).await;
    assert_eq!(workspace(&state).order.to_vec(), [2, 5]);
}

#[tokio::test]
async fn a_failed_query_keeps_the_last_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut state = opened(&folder).await;
    let jobs = apply(
        &mut state,
        Command::AddFilter(Condition::Sql {
            text: "no such column".to_owned(),
        }),
    );
    answered(&mut state, jobs).await;
    assert_eq!(workspace(&state).order.len(), 6);
    assert!(workspace(&state).query_error.is_some());
    let jobs = apply(&mut state, Command::ClearFilters);
    answered(&mut state, jobs).await;
    assert!(workspace(&state).query_error.is_none());
}

#[test]
fn without_a_dataset_commands_do_nothing() {
    let mut state = State::default();
    for command in [
        Command::SelectShown,
        Command::Step(1),
        Command::FilterBy("a".to_owned()),
        Command::FilterToSelection,
        Command::Open("  ".to_owned()),
    ] {
        let what = format!("{command:?}");
        assert!(apply(&mut state, command).is_empty(), "{what}");
        assert_eq!(state.overlay, Overlay::None, "{what}");
    }
}
