//! What commands do to labels. Pure, as all of `apply`.

use super::command::{LabelsCommand, LabelsJob};
use super::state::LabelsState;
use super::{columns, marks, review, save, versions};
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use cytolance_kernels::RowSet;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: LabelsCommand) -> Vec<Job> {
    match command {
        LabelsCommand::SetAuthor(author) => {
            author.trim().clone_into(&mut state.settings.author);
            vec![Job::SaveSettings(state.settings.clone())]
        }
        LabelsCommand::OpenVersion(version) => versions::open(state, version),
        LabelsCommand::Restore(version) => versions::restore(state, version),
        LabelsCommand::Save => save::save(state),
        LabelsCommand::AddColumn(name) => columns::add(state, &name),
        LabelsCommand::Filter(class) => columns::filter(state, class),
        LabelsCommand::ColorPlot => columns::color_plot(state),
        other => match &mut state.workspace {
            Some(workspace) => update_open(workspace, other),
            None => Vec::new(),
        },
    }
}

/// The commands that change nothing but the open dataset's labels.
fn update_open(workspace: &mut Workspace, command: LabelsCommand) -> Vec<Job> {
    let state = workspace.parts.get_mut::<LabelsState>();
    match command {
        LabelsCommand::Mark(class) => marks::mark_current(workspace, class),
        LabelsCommand::MarkRows(rows, class) => marks::mark(workspace, &rows, class),
        LabelsCommand::Undo => marks::replay(workspace, true),
        LabelsCommand::Redo => marks::replay(workspace, false),
        LabelsCommand::SetActive(at) => {
            workspace.labels.active = at.min(workspace.labels.columns.len().saturating_sub(1));
            Vec::new()
        }
        LabelsCommand::AddClass(name) => {
            let name = name.trim();
            if let Some(label) = workspace.labels.active_mut().filter(|_| !name.is_empty()) {
                label.add_class(name);
            }
            Vec::new()
        }
        LabelsCommand::SetColor(at, color) => {
            if let Some(label) = workspace.labels.active_mut() {
                label.set_color(at, color);
            }
            Vec::new()
        }
        LabelsCommand::StartReview(kind) => review::find(workspace, kind),
        LabelsCommand::StepReview(by) => review::step(workspace, by),
        LabelsCommand::EndReview => {
            state.review = None;
            Vec::new()
        }
        LabelsCommand::ReadHistory => {
            state.reading_history = true;
            vec![Job::from(LabelsJob::ReadHistory(workspace.dataset.clone()))]
        }
        LabelsCommand::Compare(a, b) => {
            state.reading_history = true;
            vec![Job::from(LabelsJob::Compare {
                dataset: workspace.dataset.clone(),
                sides: [a, b],
            })]
        }
        LabelsCommand::SelectDifferences => {
            if let Some(Ok(comparison)) = &state.comparison {
                let rows = comparison.agreement.differing.iter().copied();
                let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows);
                workspace.set_selection(rows);
            }
            Vec::new()
        }
        LabelsCommand::Settle { at, mine } => save::settle(workspace, at, mine),
        LabelsCommand::MergeFile(path) => vec![Job::from(LabelsJob::ReadFile {
            dataset: workspace.dataset.clone(),
            path,
        })],
        // The others were handled before.
        _ => Vec::new(),
    }
}
