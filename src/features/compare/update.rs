//! What commands and finished work do to the comparison.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::state::{
    CompareCommand, CompareEvent, CompareJob, CompareState, Compared, MOST_PINS, Sides,
};
use crate::model::event::Event;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use cytolance_explore::{comparable_features, differences, suggest};
use cytolance_kernels::RowSet;

/// Seed of the samples: the same comparison gives the same answer.
const SEED: u64 = 1;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: CompareCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let compare = workspace.parts.get_mut::<CompareState>();
    match command {
        CompareCommand::Pin(rows) => {
            pin(&mut compare.pins, &rows);
            return start_pins(state);
        }
        CompareCommand::TogglePin => {
            let Some(row) = workspace.cursor else {
                return Vec::new();
            };
            if compare.pins.contains(&row) {
                compare.pins.retain(|pinned| *pinned != row);
            } else {
                pin(&mut compare.pins, &[row]);
            }
            return start_pins(state);
        }
        CompareCommand::PinSelection => {
            let pins = in_order(workspace);
            workspace.parts.get_mut::<CompareState>().pins = pins;
            return start_pins(state);
        }
        CompareCommand::Unpin(row) => {
            compare.pins.retain(|pinned| *pinned != row);
            return start_pins(state);
        }
        CompareCommand::Clear => {
            compare.pins.clear();
            compare.found = None;
        }
        CompareCommand::Remember(second) => {
            compare.groups[usize::from(second)] = Some(Arc::clone(&workspace.selection));
            return start_groups(state);
        }
        CompareCommand::Select(second) => {
            if let Some(rows) = compare.groups[usize::from(second)].clone() {
                workspace.set_selection((*rows).clone());
            }
        }
        CompareCommand::CompareGroups => return start_groups(state),
        CompareCommand::ComparePins => return start_pins(state),
    }
    Vec::new()
}

fn compare(state: &mut State) -> Option<&mut CompareState> {
    let workspace = state.workspace.as_mut()?;
    Some(workspace.parts.get_mut())
}

/// The first selected cells in the table's order; those that the filters hide come last.
fn in_order(workspace: &Workspace) -> Vec<u32> {
    let mut hidden = (*workspace.selection).clone();
    hidden.difference_with(&workspace.shown);
    let mut rows: Vec<u32> = Vec::new();
    for at in 0..workspace.order.len() {
        if rows.len() == MOST_PINS || at > 100_000 {
            break;
        }
        let row = workspace.order.get(at);
        rows.extend(row.filter(|row| workspace.selection.contains(*row)));
    }
    // A selection far down the table, then those that are hidden: each once.
    if rows.is_empty() {
        pin_more(&mut rows, workspace.selection.iter());
    }
    pin_more(&mut rows, hidden.iter());
    rows
}

/// Pins as long as there is room.
fn pin_more(pins: &mut Vec<u32>, rows: impl Iterator<Item = u32>) {
    for row in rows {
        if pins.len() >= MOST_PINS {
            return;
        }
        if !pins.contains(&row) {
            pins.push(row);
        }
    }
}

/// The oldest ones make room.
fn pin(pins: &mut Vec<u32>, rows: &[u32]) {
    for row in rows {
        if !pins.contains(row) {
            pins.push(*row);
        }
    }
    let extra = pins.len().saturating_sub(MOST_PINS);
    pins.drain(..extra);
}

fn start_pins(state: &mut State) -> Vec<Job> {
    let Some(compare) = compare(state) else {
        return Vec::new();
    };
    if compare.pins.len() < 2 {
        compare.found = None;
        return Vec::new();
    }
    let pins = compare.pins.clone();
    start(state, Sides::Cells(pins))
}

fn start_groups(state: &mut State) -> Vec<Job> {
    match compare(state).map(|compare| compare.groups.clone()) {
        Some([Some(a), Some(b)]) => start(state, Sides::Groups(a, b)),
        _ => Vec::new(),
    }
}

fn start(state: &mut State, sides: Sides) -> Vec<Job> {
    let running = compare(state).and_then(|compare| compare.running);
    for task in state.tasks.iter().filter(|task| Some(task.id) == running) {
        task.cancel();
    }
    let (task, cancelled) = state.begin_task("Comparing features");
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.parts.get_mut::<CompareState>().running = Some(task);
    vec![Job::from(CompareJob::Compare {
        task,
        cancelled,
        explorer: workspace.explorer.clone(),
        sides,
        shown: Arc::clone(&workspace.shown),
    })]
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: CompareEvent) -> Vec<Job> {
    let CompareEvent::Compared { task, outcome } = event;
    state.end_task(task);
    if let Some(compare) = compare(state).filter(|known| known.running == Some(task)) {
        compare.running = None;
        compare.found = Some(outcome);
    }
    Vec::new()
}

/// Does its work.
pub(crate) fn run(job: CompareJob, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
    let CompareJob::Compare {
        task,
        cancelled,
        explorer,
        sides,
        shown,
    } = job;
    let names = comparable_features(explorer.dataset().columns());
    let progress = |done, total| send(Event::progress(task, done, total));
    let outcome = match sides {
        Sides::Cells(rows) => handle
            .block_on(differences(
                &explorer, &names, &rows, &shown, SEED, &cancelled, &progress,
            ))
            .map(|found| Compared::Cells(rows, found)),
        Sides::Groups(a, b) => {
            let mut both = (*a).clone();
            both.union_with(&b);
            handle
                .block_on(suggest(
                    &explorer,
                    &names,
                    &only(&a, &b),
                    &both,
                    SEED,
                    &cancelled,
                    &progress,
                ))
                .map(Compared::Groups)
        }
    };
    let compared = CompareEvent::Compared {
        task,
        outcome: outcome.map_err(|error| error.to_string()),
    };
    send(compared.into());
}

/// The cells of the first group; those in both count to the second.
fn only(a: &RowSet, b: &RowSet) -> RowSet {
    let mut only = a.clone();
    only.difference_with(b);
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::Command;
    use crate::model::test_run::TestRun;
    use cytolance_explore::RowOrder;

    #[test]
    fn selected_cells_that_are_hidden_are_pinned_once() {
        let mut run = TestRun::new();
        let dataset = run.dataset("a.lance", &[1.0, 2.0, 3.0, 4.0]);
        run.opened(dataset);
        run.settle();
        // The selection; the cells that are shown; the pins.
        let cases: [(&[u32], &[u32], &[u32]); 3] = [
            (&[0, 1, 3], &[2], &[0, 1, 3]),
            (&[0, 1, 3], &[1, 2], &[1, 0, 3]),
            (&[0, 1], &[0, 1, 2, 3], &[0, 1]),
        ];
        for (selected, shown, pins) in cases {
            let workspace = run.state.workspace.as_mut().expect("an open dataset");
            workspace.set_selection(RowSet::from_rows(4, selected.iter().copied()));
            workspace.shown = Arc::new(RowSet::from_rows(4, shown.iter().copied()));
            workspace.order = RowOrder::stored(Arc::clone(&workspace.shown));
            run.apply(Command::from(CompareCommand::PinSelection));
            assert_eq!(
                run.workspace().parts.get::<CompareState>().pins,
                pins,
                "{selected:?}"
            );
        }
    }

    #[test]
    fn the_oldest_pins_make_room() {
        let mut pins = vec![1, 2];
        pin(&mut pins, &[2, 3]);
        assert_eq!(pins, [1, 2, 3]);
        pin(&mut pins, &[4, 5, 6, 7, 8, 9]);
        assert_eq!(pins, [2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
