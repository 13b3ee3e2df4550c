//! Label columns: new ones, and the active one in table, filters and plot.

use std::sync::Arc;

use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::labels::LabelColumn;
use crate::model::scatter::Axes;
use crate::model::state::State;
use crate::model::update::apply;
use cytolance_profile::{Condition, LABEL_PREFIX, LabelSpec};

/// A new label column, which is the active one then.
pub(super) fn add(state: &mut State, name: &str) -> Vec<Job> {
    let plain: String = name
        .trim()
        .trim_start_matches(LABEL_PREFIX)
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .collect();
    let column = format!("{LABEL_PREFIX}{plain}");
    let problem = match &state.workspace {
        _ if plain.is_empty() => Some("A label needs a name.".to_owned()),
        Some(workspace) if workspace.labels.column(&column).is_some() => {
            Some(format!("There is a label {column} already."))
        }
        _ => None,
    };
    if let Some(problem) = problem {
        state.notify(true, problem);
        return Vec::new();
    }
    if let Some(workspace) = &mut state.workspace {
        let spec = LabelSpec {
            column,
            ..LabelSpec::quality()
        };
        workspace.labels.columns.push(LabelColumn::new(spec));
        workspace.labels.active = workspace.labels.columns.len() - 1;
    }
    show(state)
}

/// Shows the active label in the table and to filters and plots, even where nothing is marked in it yet.
fn show(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let rows = workspace.dataset.num_rows();
    let Some(label) = workspace.labels.active() else {
        return Vec::new();
    };
    if workspace.column(&label.spec.column).is_some() {
        return Vec::new();
    }
    let column = Arc::new(label.column(rows));
    workspace.set_computed(&[column])
}

/// Shows only cells of a class, or the unmarked ones.
pub(super) fn filter(state: &mut State, class: Option<usize>) -> Vec<Job> {
    let mut jobs = show(state);
    let condition = state.workspace.as_ref().and_then(|workspace| {
        let spec = &workspace.labels.active()?.spec;
        Some(match class {
            Some(at) => Condition::OneOf {
                column: spec.column.clone(),
                values: [spec.classes.get(at)?.name.clone()].into(),
            },
            None => Condition::Null {
                column: spec.column.clone(),
                null: true,
            },
        })
    });
    if let Some(condition) = condition {
        jobs.extend(apply(state, Command::AddFilter(condition)));
    }
    jobs
}

/// Colours the plot by the active label.
pub(super) fn color_plot(state: &mut State) -> Vec<Job> {
    let axes = state.workspace.as_ref().and_then(|workspace| {
        Some(Axes {
            color: Some(workspace.labels.active()?.spec.column.clone()),
            ..workspace.scatter.axes.clone()
        })
    });
    let Some(axes) = axes else { return Vec::new() };
    let mut jobs = show(state);
    jobs.extend(apply(state, Command::SetAxes(axes)));
    jobs
}
