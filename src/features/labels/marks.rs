//! Marks of cells, and the steps that can be taken back.

use std::sync::Arc;

use super::state::{LabelsState, MarkStep};
use super::{journal, review};
use crate::model::job::Job;
use crate::model::state::Workspace;
use crate::model::update::look;
use cytolance_explore::NULL_CODE;
use cytolance_kernels::RowSet;

/// Marks the current cell and goes on to the next, or marks the selected ones where there are several.
pub(super) fn mark_current(workspace: &mut Workspace, class: Option<usize>) -> Vec<Job> {
    let reviewing = workspace.parts.get::<LabelsState>().review.is_some();
    if workspace.num_selected > 1 && !reviewing {
        let rows = Arc::clone(&workspace.selection);
        return mark(workspace, &rows, class);
    }
    let Some(row) = workspace.cursor else {
        return Vec::new();
    };
    // The next cell is chosen before a filter hides this one.
    let next = workspace
        .position(row)
        .and_then(|at| workspace.order.get(at + 1));
    let rows = RowSet::from_rows(workspace.dataset.num_rows(), [row]);
    let mut jobs = mark(workspace, &rows, class);
    if reviewing {
        jobs.extend(review::step(workspace, 1));
    } else if let Some(next) = next {
        jobs.extend(look(workspace, next));
    }
    jobs
}

/// Marks rows with a class of the active label, or takes their marks away.
pub(super) fn mark(workspace: &mut Workspace, rows: &RowSet, class: Option<usize>) -> Vec<Job> {
    if workspace.parts.get::<LabelsState>().loading {
        return Vec::new();
    }
    let at = workspace.labels.active;
    let cursor = workspace.cursor;
    let mut changes = Vec::new();
    let mut jobs = workspace.change_label(at, |label| {
        let code = match class {
            Some(class) => label.class_code(class),
            None => Some(NULL_CODE),
        };
        if let Some(code) = code {
            changes = label.mark(rows, code);
        }
        !changes.is_empty()
    });
    if changes.is_empty() {
        return Vec::new();
    }
    jobs.extend(journal::keep(workspace, at, &changes, false));
    let labels = workspace.parts.get_mut::<LabelsState>();
    labels.undo.push(MarkStep {
        column: at,
        changes,
        cursor,
    });
    labels.redo.clear();
    jobs
}

/// Takes the last step back, or does the last one that was taken back again.
pub(super) fn replay(workspace: &mut Workspace, back: bool) -> Vec<Job> {
    let labels = workspace.parts.get_mut::<LabelsState>();
    let step = if back {
        labels.undo.pop()
    } else {
        labels.redo.pop()
    };
    let Some(step) = step else { return Vec::new() };
    let at = step.column;
    let mut jobs = workspace.change_label(at, |label| {
        label.replay(&step.changes, back);
        true
    });
    jobs.extend(journal::keep(workspace, at, &step.changes, back));
    if let Some(row) = step.cursor {
        jobs.extend(look(workspace, row));
        review::find_place(workspace, row);
    }
    let labels = workspace.parts.get_mut::<LabelsState>();
    if back {
        labels.redo.push(step);
    } else {
        labels.undo.push(step);
    }
    jobs
}
