//! Marks become a version of the dataset, and what somebody else has marked otherwise is settled.

use std::path::PathBuf;

use super::command::LabelsJob;
use super::journal::forget;
use super::load::load;
use super::state::LabelsState;
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use cytolance_dataset::{LabelEdit, SaveNote, SavedLabels};
use cytolance_explore::NULL_CODE;
use cytolance_kernels::RowSet;
use cytolance_profile::counted;

/// Who and what; the job adds when.
pub(super) fn note(state: &State, what: String) -> SaveNote {
    SaveNote {
        author: state.settings.author_name(),
        time: String::new(),
        what,
    }
}

/// Writes all marks into the dataset, or beside it.
pub(super) fn save(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let is_written = workspace.parts.is_writing();
    let labels = workspace.parts.get_mut::<LabelsState>();
    let edits = labels.edits(&workspace.labels);
    let (nothing, saving) = (edits.is_empty(), labels.saving);
    if nothing {
        state.notify(false, "There are no marks to save.");
        return Vec::new();
    }
    if is_written {
        if !saving {
            state.notify(
                false,
                "Columns are being kept in the dataset: save the marks once they are there.",
            );
        }
        return Vec::new();
    }
    labels.saving = true;
    let dataset = workspace.dataset.clone();
    let beside = labels.read_only.is_some();
    let what: Vec<String> = edits
        .iter()
        .map(|edit| format!("{} marks in {}", edit.changes.len(), edit.spec.column))
        .collect();
    let note = note(state, what.join(", "));
    vec![Job::from(LabelsJob::Save {
        dataset,
        edits,
        note,
        beside,
    })]
}

/// A save has ended.
pub(super) fn saved(
    state: &mut State,
    edits: &[LabelEdit],
    outcome: Result<SavedLabels, String>,
) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.parts.get_mut::<LabelsState>().saving = false;
    let saved = match outcome {
        Ok(saved) => saved,
        Err(error) => {
            state.notify(
                true,
                format!("{error}. The marks are kept; try again later."),
            );
            return Vec::new();
        }
    };
    if saved.rows_moved || saved.dataset.num_rows() != workspace.dataset.num_rows() {
        // Somebody appended or removed cells: nothing in memory fits any more.
        let text = "The dataset has other rows now; it was opened again.";
        let uri = saved.dataset.uri().to_owned();
        state.notify(false, text);
        return apply(state, Command::Open(uri));
    }
    let columns = workspace.labels.columns.iter();
    let names: Vec<String> = columns.map(|label| label.spec.column.clone()).collect();
    let mut jobs = workspace.rebase(saved.dataset, &names);
    for edit in edits {
        let place = workspace.labels.place(&edit.spec.column);
        let label = place.and_then(|at| workspace.labels.columns.get_mut(at));
        let Some(label) = label else { continue };
        label.spec_stored();
        for change in &edit.changes {
            let theirs = saved
                .conflicts
                .iter()
                .find(|conflict| conflict.row == change.row && conflict.column == edit.spec.column)
                .map(|conflict| conflict.theirs.clone());
            let stored = theirs.unwrap_or_else(|| change.after.clone());
            let code = match stored {
                Some(name) => label.code_of(&name),
                None => NULL_CODE,
            };
            label.stored(change.row, code);
        }
    }
    let labels = workspace.parts.get_mut::<LabelsState>();
    labels.history = None;
    let conflicts = saved.conflicts.len();
    labels.conflicts.extend(saved.conflicts);
    jobs.extend(forget(workspace, saved.version));
    if saved.merged_versions > 0 {
        jobs.extend(load(workspace, false));
    }
    let version = saved.version;
    let written = saved.written;
    let mut text = format!("Saved {} as version {version}.", counted(written, "mark"));
    if saved.merged_versions > 0 {
        text.push_str(" Marks of others that came in between are kept.");
    }
    if conflicts > 0 {
        text =
            format!("{text} {conflicts} cells were marked otherwise by somebody else: see Labels.");
    }
    state.notify(conflicts > 0, text);
    jobs
}

/// Says where marks were written beside the dataset, or why not.
pub(super) fn tell_beside(state: &mut State, outcome: Result<PathBuf, String>) {
    match outcome {
        Ok(path) => {
            let text = format!(
                "The dataset cannot be written, so the marks are in {}. They can be merged later (Labels, merge a file).",
                path.display()
            );
            state.notify(false, text);
        }
        Err(error) => state.notify(true, error),
    }
}

/// Says how a save of a dataset that is open no more has ended.
pub(super) fn tell_late(state: &mut State, outcome: Result<SavedLabels, String>) {
    match outcome {
        Ok(saved) => {
            let marks = counted(saved.written, "mark");
            let name = saved.dataset.name();
            let text = format!("Saved {marks} of {name} as version {}.", saved.version);
            state.notify(false, text);
        }
        Err(error) => state.notify(
            true,
            format!("{error}. The marks are kept, and come back with their dataset."),
        ),
    }
}

/// Settles a cell that somebody else marked otherwise, or all of them.
pub(super) fn settle(workspace: &mut Workspace, at: Option<usize>, mine: bool) -> Vec<Job> {
    let conflicts = &mut workspace.parts.get_mut::<LabelsState>().conflicts;
    let settled: Vec<_> = match at {
        Some(at) if at < conflicts.len() => vec![conflicts.remove(at)],
        Some(_) => return Vec::new(),
        None => std::mem::take(conflicts),
    };
    let rows = workspace.dataset.num_rows();
    let mut jobs = Vec::new();
    for conflict in settled {
        let place = workspace.labels.place(&conflict.column);
        let Some(place) = place.filter(|_| !mine) else {
            continue;
        };
        jobs.extend(workspace.change_label(place, |label| {
            let code = match &conflict.theirs {
                Some(name) => label.code_of(name),
                None => NULL_CODE,
            };
            label.mark(&RowSet::from_rows(rows, [conflict.row]), code);
            true
        }));
    }
    let version = workspace.dataset.version();
    jobs.extend(forget(workspace, version));
    jobs
}
