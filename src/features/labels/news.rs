//! What finished work does to labels.

use super::command::LabelsEvent;
use super::state::LabelsState;
use super::work::unkept;
use super::{load, review, save, versions};
use crate::model::job::Job;
use crate::model::state::State;
use cytolance_profile::counted;

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: LabelsEvent) -> Vec<Job> {
    match event {
        LabelsEvent::Loaded(Ok(mut loaded)) => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            let complaints = std::mem::take(&mut loaded.complaints);
            let (jobs, recovered) = load::take_in(workspace, loaded);
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
                workspace.parts.get_mut::<LabelsState>().loading = false;
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
        LabelsEvent::Saved { edits, outcome } => save::saved(state, &edits, outcome),
        LabelsEvent::SavedBeside { outcome } => {
            if let Some(workspace) = &mut state.workspace {
                workspace.parts.get_mut::<LabelsState>().saving = false;
            }
            save::tell_beside(state, outcome);
            Vec::new()
        }
        LabelsEvent::HistoryRead(history) => {
            if let Some(workspace) = &mut state.workspace {
                let labels = workspace.parts.get_mut::<LabelsState>();
                labels.reading_history = false;
                labels.history = Some(history);
            }
            Vec::new()
        }
        LabelsEvent::Compared(comparison) => {
            if let Some(workspace) = &mut state.workspace {
                let labels = workspace.parts.get_mut::<LabelsState>();
                labels.reading_history = false;
                labels.comparison = Some(comparison);
            }
            Vec::new()
        }
        LabelsEvent::ReviewFound { kind, queue } => {
            let Some(workspace) = &mut state.workspace else {
                return Vec::new();
            };
            workspace.parts.get_mut::<LabelsState>().finding = false;
            if queue.is_empty() {
                state.notify(
                    false,
                    "There is no cell to review: all that are shown are marked.",
                );
                return Vec::new();
            }
            review::begin(workspace, kind, queue)
        }
        LabelsEvent::NoReview(error) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.parts.get_mut::<LabelsState>().finding = false;
            }
            state.notify(true, error);
            Vec::new()
        }
        LabelsEvent::VersionOpened {
            task,
            outcome,
            newest,
        } => versions::opened(state, task, outcome, newest),
        LabelsEvent::FileRead(Ok(edits)) => load::take_file(state, &edits),
        LabelsEvent::FileRead(Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
    }
}
