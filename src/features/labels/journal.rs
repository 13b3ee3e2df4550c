//! Lines of the journal: marks are kept in case the program ends before they are saved.

use std::sync::Arc;

use super::command::LabelsJob;
use super::state::LabelsState;
use crate::model::job::Job;
use crate::model::labels::MarkChange;
use crate::model::state::Workspace;
use cytolance_dataset::{LabelChange, LabelEdit};

/// Keeps a step that was done, or taken back.
pub(super) fn keep(
    workspace: &mut Workspace,
    at: usize,
    changes: &[MarkChange],
    back: bool,
) -> Option<Job> {
    let labels = workspace.parts.get_mut::<LabelsState>();
    let journal = Arc::clone(labels.journal.as_ref()?);
    let label = workspace.labels.columns.get(at)?;
    let text = |code: u32| label.name(code).map(str::to_owned);
    let edit = LabelEdit {
        spec: label.spec.clone(),
        changes: changes
            .iter()
            .map(|change| {
                let after = if back { change.before } else { change.after };
                // What is stored, not what was marked last: that is what a save compares with.
                let stored = label.unsaved().get(&change.row).copied();
                LabelChange {
                    row: change.row,
                    before: text(stored.unwrap_or(after)),
                    after: text(after),
                }
            })
            .collect(),
    };
    labels.journal_seq += 1;
    Some(Job::from(LabelsJob::Keep {
        journal,
        seq: labels.journal_seq,
        edit,
    }))
}

/// The journal then holds what is not saved, and nothing else.
pub(super) fn forget(workspace: &mut Workspace, version: u64) -> Option<Job> {
    let labels = workspace.parts.get_mut::<LabelsState>();
    let journal = Arc::clone(labels.journal.as_ref()?);
    labels.journal_seq += 1;
    Some(Job::from(LabelsJob::Forget {
        journal,
        seq: labels.journal_seq,
        version,
        rest: labels.edits(&workspace.labels),
    }))
}
