//! What finished work does to labels.

use super::command::{LabelsEvent, LoadedLabels};
use super::label_column::LabelColumn;
use super::update::{begin_review, change, changed, forget, load};
use super::work::unkept;
use crate::dataset::{LabelEdit, SavedLabels};
use crate::explore::NULL_CODE;
use crate::kernels::RowSet;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use crate::profile::{LabelSpec, counted};

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: LabelsEvent) -> Vec<Job> {
    match event {
        LabelsEvent::Loaded(Ok(mut loaded)) => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            let complaints = std::mem::take(&mut loaded.complaints);
            let (jobs, recovered) = take_in(workspace, loaded);
            for complaint in complaints {
                state.notify(true, complaint);
            }
            if recovered > 0 {
                state.notify(
                    false,
                    format!(
                        "{} of the last run {} not saved; they are back. Ctrl+S saves them.",
                        counted(recovered, "mark"),
                        if recovered == 1 { "was" } else { "were" }
                    ),
                );
            }
            jobs
        }
        LabelsEvent::Loaded(Err(error)) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.loading = false;
            }
            state.notify(true, error);
            Vec::new()
        }
        LabelsEvent::JournalTurned(Err(reason)) => {
            state.notify(true, unkept(&reason));
            Vec::new()
        }
        LabelsEvent::JournalTurned(Ok(())) => {
            state.notify(false, "Marks are kept in case of a crash again.");
            Vec::new()
        }
        LabelsEvent::Saved { edits, outcome } => saved(state, &edits, outcome),
        LabelsEvent::SavedBeside { outcome } => {
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.saving = false;
            }
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
            Vec::new()
        }
        LabelsEvent::HistoryRead(history) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.reading_history = false;
                workspace.labels.history = Some(history);
            }
            Vec::new()
        }
        LabelsEvent::Compared(comparison) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.reading_history = false;
                workspace.labels.comparison = Some(comparison);
            }
            Vec::new()
        }
        LabelsEvent::ReviewFound { kind, queue } => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            workspace.labels.finding = false;
            if queue.is_empty() {
                state.notify(
                    false,
                    "There is no cell to review: all that are shown are marked.",
                );
                return Vec::new();
            }
            begin_review(workspace, kind, queue)
        }
        LabelsEvent::NoReview(error) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.finding = false;
            }
            state.notify(true, error);
            Vec::new()
        }
        LabelsEvent::VersionOpened {
            task,
            outcome,
            newest,
        } => version_opened(state, task, outcome, newest),
        LabelsEvent::FileRead(Ok(edits)) => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            let marks: usize = edits.iter().map(|edit| edit.changes.len()).sum();
            let mut jobs = merge(workspace, &edits);
            let version = workspace.dataset.version();
            jobs.extend(forget(&mut workspace.labels, version));
            state.notify(
                false,
                format!("Read {}; Ctrl+S saves what is new.", counted(marks, "mark")),
            );
            jobs
        }
        LabelsEvent::FileRead(Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
    }
}

fn version_opened(
    state: &mut State,
    task: u64,
    outcome: Result<crate::dataset::CellDataset, String>,
    newest: bool,
) -> Vec<Job> {
    match outcome {
        Err(error) => {
            state.end_task(task);
            state.notify(true, error);
            Vec::new()
        }
        Ok(dataset) => {
            let history = state
                .workspace
                .as_mut()
                .and_then(|workspace| workspace.labels.history.take());
            let channels = state
                .workspace
                .as_ref()
                .map_or_else(Vec::new, |workspace| workspace.channel_infos());
            let version = dataset.version();
            let jobs = crate::model::opening::opened(state, task, dataset, channels);
            if let Some(workspace) = &mut state.workspace {
                workspace.labels.history = history;
                if !newest {
                    workspace.labels.read_only =
                        Some(format!("this is version {version}, not the newest one"));
                }
            }
            jobs
        }
    }
}

/// Takes in stored labels and what a crash has left; says how many marks that were.
fn take_in(workspace: &mut Workspace, loaded: LoadedLabels) -> (Vec<Job>, usize) {
    let labels = &mut workspace.labels;
    labels.loading = false;
    labels.read_only = labels.read_only.take().or(loaded.read_only);
    labels.journal = loaded.journal.or(labels.journal.take());
    for spec in loaded.specs {
        match labels
            .columns
            .iter_mut()
            .find(|label| label.spec.column == spec.column)
        {
            // Own classes that are not saved yet stay.
            Some(label) if label.is_dirty() => {}
            Some(label) => label.spec = spec,
            None => labels.columns.push(LabelColumn::new(spec)),
        }
    }
    if labels.columns.is_empty() {
        labels.columns.push(LabelColumn::new(LabelSpec::quality()));
    }
    let mut jobs = Vec::new();
    for column in &loaded.columns {
        let place = workspace
            .labels
            .columns
            .iter()
            .position(|label| label.spec.column == column.name);
        if let Some(place) = place {
            let _ = change(workspace, place, |label| {
                label.load(column);
                Some(())
            });
            jobs.extend(changed(workspace, place));
        }
    }
    let recovered = loaded.recovered.iter().map(|edit| edit.changes.len()).sum();
    jobs.extend(merge(workspace, &loaded.recovered));
    (jobs, recovered)
}

/// Marks cells as edits say.
fn merge(workspace: &mut Workspace, edits: &[LabelEdit]) -> Vec<Job> {
    let rows = workspace.dataset.num_rows();
    let mut jobs = Vec::new();
    for edit in edits {
        let known = workspace
            .labels
            .columns
            .iter()
            .position(|label| label.spec.column == edit.spec.column);
        let place = known.unwrap_or_else(|| {
            workspace
                .labels
                .columns
                .push(LabelColumn::new(edit.spec.clone()));
            workspace.labels.columns.len() - 1
        });
        let _ = change(workspace, place, |label| {
            for change in &edit.changes {
                let code = match &change.after {
                    Some(name) => label.code_of(name),
                    None => NULL_CODE,
                };
                label.mark(&RowSet::from_rows(rows, [change.row]), code);
            }
            Some(())
        });
        jobs.extend(changed(workspace, place));
    }
    jobs
}

fn saved(state: &mut State, edits: &[LabelEdit], outcome: Result<SavedLabels, String>) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.labels.saving = false;
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
        return crate::model::update::apply(state, crate::model::command::Command::Open(uri));
    }
    let names: Vec<String> = workspace
        .labels
        .columns
        .iter()
        .map(|label| label.spec.column.clone())
        .collect();
    let mut jobs = workspace.rebase(saved.dataset, &names);
    for edit in edits {
        let label = workspace
            .labels
            .columns
            .iter_mut()
            .find(|label| label.spec.column == edit.spec.column);
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
    let labels = &mut workspace.labels;
    labels.history = None;
    let conflicts = saved.conflicts.len();
    labels.conflicts.extend(saved.conflicts);
    jobs.extend(forget(labels, saved.version));
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
