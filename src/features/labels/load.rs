//! Stored labels, and marks that come from elsewhere: from a run that ended before it saved them, or from a file.

use super::command::{LabelsJob, LoadedLabels};
use super::journal::forget;
use super::state::LabelsState;
use crate::model::job::Job;
use crate::model::labels::LabelColumn;
use crate::model::state::{State, Workspace};
use cytolance_dataset::LabelEdit;
use cytolance_explore::NULL_CODE;
use cytolance_kernels::RowSet;
use cytolance_profile::{LabelSpec, counted};

/// Reads the stored labels; with `recover` the marks that were not saved, too.
pub(super) fn load(workspace: &mut Workspace, recover: bool) -> Vec<Job> {
    workspace.parts.get_mut::<LabelsState>().loading = true;
    vec![Job::from(LabelsJob::Load {
        explorer: workspace.explorer.clone(),
        recover,
    })]
}

/// Takes in stored labels and what a crash has left; says how many marks that were.
pub(super) fn take_in(workspace: &mut Workspace, loaded: LoadedLabels) -> (Vec<Job>, usize) {
    let state = workspace.parts.get_mut::<LabelsState>();
    state.loading = false;
    state.read_only = state.read_only.take().or(loaded.read_only);
    state.journal = loaded.journal.or(state.journal.take());
    let labels = &mut workspace.labels;
    for spec in loaded.specs {
        let known = labels.place(&spec.column);
        match known.and_then(|at| labels.columns.get_mut(at)) {
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
        if let Some(place) = workspace.labels.place(&column.name) {
            jobs.extend(workspace.change_label(place, |label| {
                label.load(column);
                true
            }));
        }
    }
    let recovered = loaded.recovered.iter().map(|edit| edit.changes.len()).sum();
    jobs.extend(merge(workspace, &loaded.recovered));
    (jobs, recovered)
}

/// Takes in the marks of a side file.
pub(super) fn take_file(state: &mut State, edits: &[LabelEdit]) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let marks: usize = edits.iter().map(|edit| edit.changes.len()).sum();
    let mut jobs = merge(workspace, edits);
    let version = workspace.dataset.version();
    jobs.extend(forget(workspace, version));
    state.notify(
        false,
        format!("Read {}; Ctrl+S saves what is new.", counted(marks, "mark")),
    );
    jobs
}

/// Marks cells as edits say.
fn merge(workspace: &mut Workspace, edits: &[LabelEdit]) -> Vec<Job> {
    let rows = workspace.dataset.num_rows();
    let mut jobs = Vec::new();
    for edit in edits {
        let labels = &mut workspace.labels;
        let place = labels.place(&edit.spec.column).unwrap_or_else(|| {
            labels.columns.push(LabelColumn::new(edit.spec.clone()));
            labels.columns.len() - 1
        });
        jobs.extend(workspace.change_label(place, |label| {
            for change in &edit.changes {
                let code = match &change.after {
                    Some(name) => label.code_of(name),
                    None => NULL_CODE,
                };
                label.mark(&RowSet::from_rows(rows, [change.row]), code);
            }
            true
        }));
    }
    jobs
}
