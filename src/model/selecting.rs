//! Selecting: what new rows do to the selection, in the order in which they were asked for.

use std::collections::BTreeMap;

use crate::model::command::SelectMode;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use cytolance_kernels::RowSet;

/// The place of a selection among all that were asked for, and what it does with the old one.
#[derive(Debug, Clone)]
pub struct SelectTurn {
    number: u64,
    mode: SelectMode,
}

/// Finding rows takes its time, and what was asked for later may be found earlier: it waits for its turn.
#[derive(Debug, Default)]
pub struct SelectionOrder {
    /// The number of the next one asked for.
    next: u64,
    /// The first that has not been done.
    waits_for: u64,
    /// Those that have come too early.
    early: BTreeMap<u64, (SelectMode, Option<RowSet>)>,
}

impl SelectionOrder {
    /// A selection is asked for.
    pub fn turn(&mut self, mode: SelectMode) -> SelectTurn {
        self.next += 1;
        SelectTurn {
            number: self.next - 1,
            mode,
        }
    }

    /// The selection is another one now: what was asked for before is void.
    pub fn start_over(&mut self) {
        self.waits_for = self.next;
        self.early.clear();
    }

    /// Its rows are found, or none could be. Returns what is to be done now, in order.
    fn arrived(&mut self, turn: &SelectTurn, rows: Option<RowSet>) -> Vec<(SelectMode, RowSet)> {
        if turn.number < self.waits_for {
            return Vec::new();
        }
        // What takes the place of everything need not wait for what comes before it.
        if turn.mode == SelectMode::Replace && rows.is_some() {
            self.waits_for = turn.number;
            self.early = self.early.split_off(&turn.number);
        }
        self.early.insert(turn.number, (turn.mode, rows));
        let mut now = Vec::new();
        while let Some((mode, rows)) = self.early.remove(&self.waits_for) {
            self.waits_for += 1;
            now.extend(rows.map(|rows| (mode, rows)));
        }
        now
    }
}

/// The rows of a selection that was asked for are found; `None` where they could not be.
pub(crate) fn select_in_turn(
    workspace: &mut Workspace,
    turn: &SelectTurn,
    rows: Option<RowSet>,
) -> Vec<Job> {
    for (mode, rows) in workspace.selecting.arrived(turn, rows) {
        let selection = combined(&workspace.selection, rows, mode);
        workspace.keep_selection(selection);
    }
    Vec::new()
}

/// What came of a selection that was asked for; why it could not be is said.
pub(crate) fn selected(
    state: &mut State,
    turn: &SelectTurn,
    outcome: Result<RowSet, String>,
) -> Vec<Job> {
    let rows = outcome.map_err(|error| state.notify(true, error)).ok();
    let workspace = state.workspace.as_mut();
    workspace.map_or_else(Vec::new, |workspace| select_in_turn(workspace, turn, rows))
}

/// Selects rows now.
pub(crate) fn select(workspace: &mut Workspace, rows: RowSet, mode: SelectMode) -> Vec<Job> {
    let turn = workspace.selecting.turn(mode);
    select_in_turn(workspace, &turn, Some(rows))
}

fn combined(old: &RowSet, new: RowSet, mode: SelectMode) -> RowSet {
    match mode {
        SelectMode::Replace => new,
        SelectMode::Add => {
            let mut all = old.clone();
            all.union_with(&new);
            all
        }
        SelectMode::Remove => {
            let mut rest = old.clone();
            rest.difference_with(&new);
            rest
        }
        SelectMode::Toggle => {
            let mut kept = old.clone();
            kept.difference_with(&new);
            let mut added = new;
            added.difference_with(old);
            kept.union_with(&added);
            kept
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_combine_the_selection_with_new_rows() {
        let set = |rows: &[u32]| RowSet::from_rows(6, rows.iter().copied());
        let cases: [(SelectMode, &[u32]); 4] = [
            (SelectMode::Replace, &[2, 3]),
            (SelectMode::Add, &[1, 2, 3]),
            (SelectMode::Remove, &[1]),
            (SelectMode::Toggle, &[1, 3]),
        ];
        for (mode, rows) in cases {
            assert_eq!(
                combined(&set(&[1, 2]), set(&[2, 3]), mode),
                set(rows),
                "{mode:?}"
            );
        }
    }

    #[test]
    fn selections_are_done_in_the_order_in_which_they_were_asked_for() {
        use SelectMode::{Add, Replace};
        /// Modes as asked for, places in the order of arrival, and what each arrival does.
        type Case<'a> = (&'a [SelectMode], &'a [usize], &'a [&'a [u32]]);
        let cases: [Case<'_>; 4] = [
            (&[Add, Add], &[0, 1], &[&[0], &[1]]),
            (&[Add, Add, Add], &[2, 1, 0], &[&[], &[], &[0, 1, 2]]),
            // The newest one that replaces all makes the ones before it void.
            (&[Replace, Add, Replace], &[2, 0, 1], &[&[2], &[], &[]]),
            (&[Add, Replace, Add], &[2, 1, 0], &[&[], &[1, 2], &[]]),
        ];
        for (modes, arrivals, done) in cases {
            let mut order = SelectionOrder::default();
            let turns: Vec<SelectTurn> = modes.iter().map(|mode| order.turn(*mode)).collect();
            for (place, done) in arrivals.iter().zip(done) {
                let rows = RowSet::from_rows(4, [*place as u32]);
                let now = order.arrived(&turns[*place], Some(rows));
                let now: Vec<u32> = now.iter().flat_map(|(_, rows)| rows.iter()).collect();
                assert_eq!(now, *done, "{modes:?} {arrivals:?}");
            }
        }
        // What could not be found keeps nothing waiting.
        let mut order = SelectionOrder::default();
        let [first, second] = [Replace, Add].map(|mode| order.turn(mode));
        assert!(order.arrived(&second, Some(RowSet::full(1))).is_empty());
        assert_eq!(order.arrived(&first, None).len(), 1);
    }

    #[test]
    fn what_came_before_another_selection_is_void() {
        let mut order = SelectionOrder::default();
        let [first, second] = [SelectMode::Add; 2].map(|mode| order.turn(mode));
        assert!(order.arrived(&second, Some(RowSet::full(1))).is_empty());
        order.start_over();
        assert!(order.arrived(&first, Some(RowSet::full(1))).is_empty());
        let third = order.turn(SelectMode::Add);
        assert_eq!(order.arrived(&third, Some(RowSet::full(1))).len(), 1);
    }
}
