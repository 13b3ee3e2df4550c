//! Versions of the dataset: another one is opened, or becomes the newest again.

use super::command::LabelsJob;
use super::save::note;
use super::state::LabelsState;
use crate::model::job::Job;
use crate::model::state::State;
use cytolance_dataset::CellDataset;

/// Opens another version.
pub(super) fn open(state: &mut State, version: u64) -> Vec<Job> {
    let dirty = state
        .workspace
        .as_ref()
        .is_some_and(|workspace| workspace.labels.is_dirty());
    if dirty {
        state.notify(true, "Save the marks first (Ctrl+S), or undo them.");
        return Vec::new();
    }
    let (task, _) = state.begin_opening(format!("Opening version {version}"));
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let history = &workspace.parts.get::<LabelsState>().history;
    let newest = history.as_ref().is_some_and(|history| {
        history
            .as_ref()
            .is_ok_and(|all| all.first().is_some_and(|newest| newest.version == version))
    });
    vec![Job::from(LabelsJob::OpenVersion {
        task,
        dataset: workspace.dataset.clone(),
        version: (!newest).then_some(version),
    })]
}

/// Makes another version the newest one.
pub(super) fn restore(state: &mut State, version: u64) -> Vec<Job> {
    let note = note(state, format!("back to version {version}"));
    let (task, _) = state.begin_opening(format!("Going back to version {version}"));
    match &state.workspace {
        Some(workspace) => vec![Job::from(LabelsJob::Restore {
            task,
            dataset: workspace.dataset.clone(),
            version,
            note,
        })],
        None => Vec::new(),
    }
}

/// Shows the version that a task has opened.
pub(super) fn opened(
    state: &mut State,
    task: u64,
    outcome: Result<CellDataset, String>,
    newest: bool,
) -> Vec<Job> {
    let dataset = match outcome {
        Ok(dataset) => dataset,
        Err(error) => {
            state.end_task(task);
            state.notify(true, error);
            return Vec::new();
        }
    };
    let history = state
        .workspace
        .as_mut()
        .and_then(|workspace| workspace.parts.get_mut::<LabelsState>().history.take());
    let channels = state
        .workspace
        .as_ref()
        .map_or_else(Vec::new, |workspace| workspace.channel_infos());
    let version = dataset.version();
    let jobs = crate::model::opening::opened(state, task, dataset, channels);
    if let Some(workspace) = &mut state.workspace {
        let labels = workspace.parts.get_mut::<LabelsState>();
        labels.history = history;
        if !newest {
            labels.read_only = Some(format!("this is version {version}, not the newest one"));
        }
    }
    jobs
}
