//! What commands do to labels. Pure, as all of `apply`.

use std::sync::Arc;

use super::command::{LabelsCommand, LabelsJob};
use super::label_column::{LabelColumn, MarkChange};
use super::state::{LabelsState, MarkStep, Review, ReviewKind};
use crate::dataset::{LabelChange, LabelEdit, SaveNote};
use crate::explore::NULL_CODE;
use crate::kernels::RowSet;
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::scatter::Axes;
use crate::model::state::{State, Workspace};
use crate::model::update::{apply, look};
use crate::profile::{Condition, LABEL_PREFIX, LabelSpec};

/// Reads the labels of a dataset that was just opened.
pub(crate) fn opened(workspace: &mut Workspace, recover: bool) -> Vec<Job> {
    load(workspace, recover)
}

pub(super) fn load(workspace: &mut Workspace, recover: bool) -> Vec<Job> {
    workspace.labels.loading = true;
    vec![Job::from(LabelsJob::Load {
        explorer: workspace.explorer.clone(),
        recover,
    })]
}

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: LabelsCommand) -> Vec<Job> {
    match command {
        LabelsCommand::SetAuthor(author) => {
            author.trim().clone_into(&mut state.settings.author);
            return vec![Job::SaveSettings(state.settings.clone())];
        }
        LabelsCommand::OpenVersion(version) => return open_version(state, version),
        LabelsCommand::Restore(version) => {
            let note = note(state, format!("back to version {version}"));
            let (task, _) = state.begin_opening(format!("Going back to version {version}"));
            return match &state.workspace {
                Some(workspace) => vec![Job::from(LabelsJob::Restore {
                    task,
                    dataset: workspace.dataset.clone(),
                    version,
                    note,
                })],
                None => Vec::new(),
            };
        }
        LabelsCommand::Save => return save(state),
        LabelsCommand::AddColumn(name) => return add_column(state, &name),
        LabelsCommand::Filter(class) => return filter(state, class),
        LabelsCommand::ColorPlot => {
            let axes = state.workspace.as_ref().and_then(|workspace| {
                Some(Axes {
                    color: Some(workspace.labels.active()?.spec.column.clone()),
                    ..workspace.scatter.axes.clone()
                })
            });
            return match axes {
                Some(axes) => {
                    let mut jobs = show_column(state);
                    jobs.extend(apply(state, Command::SetAxes(axes)));
                    jobs
                }
                None => Vec::new(),
            };
        }
        _ => {}
    }
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        LabelsCommand::Mark(class) => mark_current(workspace, class),
        LabelsCommand::MarkRows(rows, class) => mark(workspace, &rows, class),
        LabelsCommand::Undo => replay(workspace, true),
        LabelsCommand::Redo => replay(workspace, false),
        LabelsCommand::SetActive(at) => {
            workspace.labels.active = at.min(workspace.labels.columns.len().saturating_sub(1));
            Vec::new()
        }
        LabelsCommand::AddClass(name) => {
            let name = name.trim();
            if let Some(label) = active_mut(&mut workspace.labels).filter(|_| !name.is_empty()) {
                label.add_class(name);
            }
            Vec::new()
        }
        LabelsCommand::SetColor(at, color) => {
            if let Some(label) = active_mut(&mut workspace.labels) {
                label.set_color(at, color);
            }
            Vec::new()
        }
        LabelsCommand::StartReview(kind) => find_review(workspace, kind),
        LabelsCommand::StepReview(by) => step_review(workspace, by),
        LabelsCommand::EndReview => {
            workspace.labels.review = None;
            Vec::new()
        }
        LabelsCommand::ReadHistory => {
            workspace.labels.reading_history = true;
            vec![Job::from(LabelsJob::ReadHistory(workspace.dataset.clone()))]
        }
        LabelsCommand::Compare(a, b) => {
            workspace.labels.reading_history = true;
            vec![Job::from(LabelsJob::Compare {
                dataset: workspace.dataset.clone(),
                sides: [a, b],
            })]
        }
        LabelsCommand::SelectDifferences => {
            if let Some(Ok(comparison)) = &workspace.labels.comparison {
                let rows = comparison.agreement.differing.iter().copied();
                let rows = RowSet::from_rows(workspace.dataset.num_rows(), rows);
                workspace.set_selection(rows);
            }
            Vec::new()
        }
        LabelsCommand::Settle { at, mine } => settle(workspace, at, mine),
        LabelsCommand::MergeFile(path) => vec![Job::from(LabelsJob::ReadFile {
            dataset: workspace.dataset.clone(),
            path,
        })],
        LabelsCommand::SetAuthor(_)
        | LabelsCommand::OpenVersion(_)
        | LabelsCommand::Restore(_)
        | LabelsCommand::Save
        | LabelsCommand::AddColumn(_)
        | LabelsCommand::Filter(_)
        | LabelsCommand::ColorPlot => Vec::new(),
    }
}

fn active_mut(labels: &mut LabelsState) -> Option<&mut LabelColumn> {
    labels.columns.get_mut(labels.active)
}

/// Who and what; the job adds when.
fn note(state: &State, what: String) -> SaveNote {
    SaveNote {
        author: state.settings.author_name(),
        time: String::new(),
        what,
    }
}

fn open_version(state: &mut State, version: u64) -> Vec<Job> {
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
    let newest = workspace.labels.history.as_ref().is_some_and(|history| {
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

fn save(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let edits = workspace.labels.edits();
    let nothing = edits.is_empty();
    if nothing || workspace.labels.saving {
        if nothing {
            state.notify(false, "There are no marks to save.");
        }
        return Vec::new();
    }
    workspace.labels.saving = true;
    let dataset = workspace.dataset.clone();
    let beside = workspace.labels.read_only.is_some();
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

fn add_column(state: &mut State, name: &str) -> Vec<Job> {
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
    show_column(state)
}

/// Shows the active label in the table and to filters and plots, even where nothing is marked in it yet.
fn show_column(state: &mut State) -> Vec<Job> {
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

fn filter(state: &mut State, class: Option<usize>) -> Vec<Job> {
    let mut jobs = show_column(state);
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

fn mark_current(workspace: &mut Workspace, class: Option<usize>) -> Vec<Job> {
    let reviewing = workspace.labels.review.is_some();
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
        jobs.extend(step_review(workspace, 1));
    } else if let Some(next) = next {
        jobs.extend(look(workspace, next));
    }
    jobs
}

fn mark(workspace: &mut Workspace, rows: &RowSet, class: Option<usize>) -> Vec<Job> {
    if workspace.labels.loading || workspace.labels.columns.is_empty() {
        return Vec::new();
    }
    let at = workspace.labels.active;
    let cursor = workspace.cursor;
    let changes = change(workspace, at, |label| {
        let code = match class {
            Some(class) => label.class_code(class)?,
            None => NULL_CODE,
        };
        Some(label.mark(rows, code))
    });
    let Some(changes) = changes.filter(|changes| !changes.is_empty()) else {
        return Vec::new();
    };
    let mut jobs = changed(workspace, at);
    jobs.extend(keep(&mut workspace.labels, at, &changes, false));
    workspace.labels.undo.push(MarkStep {
        column: at,
        changes,
        cursor,
    });
    workspace.labels.redo.clear();
    jobs
}

fn replay(workspace: &mut Workspace, back: bool) -> Vec<Job> {
    let labels = &mut workspace.labels;
    let step = if back {
        labels.undo.pop()
    } else {
        labels.redo.pop()
    };
    let Some(step) = step else { return Vec::new() };
    let at = step.column;
    let _ = change(workspace, at, |label| {
        label.replay(&step.changes, back);
        Some(())
    });
    let mut jobs = changed(workspace, at);
    jobs.extend(keep(&mut workspace.labels, at, &step.changes, back));
    if let Some(row) = step.cursor {
        jobs.extend(look(workspace, row));
        if let Some(review) = &mut workspace.labels.review
            && let Some(place) = review.queue.iter().position(|queued| *queued == row)
        {
            review.at = place;
        }
    }
    if back {
        workspace.labels.redo.push(step);
    } else {
        workspace.labels.undo.push(step);
    }
    jobs
}

/// Changes a label column and gives the explorer its new values; [`changed`] tells everybody else. For so long nobody
/// else is given the old ones, so that they need not be copied.
pub(super) fn change<T>(
    workspace: &mut Workspace,
    at: usize,
    change: impl FnOnce(&mut LabelColumn) -> Option<T>,
) -> Option<T> {
    let rows = workspace.dataset.num_rows();
    let label = workspace.labels.columns.get_mut(at)?;
    let name = label.spec.column.clone();
    let mut done = None;
    workspace.explorer.replace_computed(&name, || {
        done = change(label);
        Some(Arc::new(label.column(rows)))
    });
    done
}

/// The values of a label column are others: whatever shows them follows.
pub(super) fn changed(workspace: &mut Workspace, at: usize) -> Vec<Job> {
    match workspace.labels.columns.get(at) {
        Some(label) => {
            let name = label.spec.column.clone();
            workspace.took_computed(&[name])
        }
        None => Vec::new(),
    }
}

/// Keeps a step in the journal.
fn keep(labels: &mut LabelsState, at: usize, changes: &[MarkChange], back: bool) -> Option<Job> {
    let journal = labels.journal.clone()?;
    let label = labels.columns.get(at)?;
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
pub(super) fn forget(labels: &mut LabelsState, version: u64) -> Option<Job> {
    let journal = labels.journal.clone()?;
    labels.journal_seq += 1;
    Some(Job::from(LabelsJob::Forget {
        journal,
        seq: labels.journal_seq,
        version,
        rest: labels.edits(),
    }))
}

fn find_review(workspace: &mut Workspace, kind: ReviewKind) -> Vec<Job> {
    let Some(label) = workspace.labels.active() else {
        return Vec::new();
    };
    let codes = Arc::clone(label.codes());
    workspace.labels.finding = true;
    vec![Job::from(LabelsJob::FindReview {
        kind,
        order: workspace.order.clone(),
        codes,
    })]
}

/// Begins the walk through the cells that were found.
pub(super) fn begin_review(
    workspace: &mut Workspace,
    kind: ReviewKind,
    queue: Vec<u32>,
) -> Vec<Job> {
    let review = Review {
        kind,
        queue: Arc::new(queue),
        at: 0,
    };
    let first = review.row();
    workspace.labels.review = Some(review);
    match first {
        Some(row) => look(workspace, row),
        None => Vec::new(),
    }
}

fn step_review(workspace: &mut Workspace, by: i64) -> Vec<Job> {
    let Some(review) = &mut workspace.labels.review else {
        return Vec::new();
    };
    review.at = review
        .at
        .saturating_add_signed(by as isize)
        .min(review.queue.len());
    match review.row() {
        Some(row) => look(workspace, row),
        None => Vec::new(),
    }
}

fn settle(workspace: &mut Workspace, at: Option<usize>, mine: bool) -> Vec<Job> {
    let labels = &mut workspace.labels;
    let settled: Vec<_> = match at {
        Some(at) if at < labels.conflicts.len() => vec![labels.conflicts.remove(at)],
        Some(_) => return Vec::new(),
        None => std::mem::take(&mut labels.conflicts),
    };
    let rows = workspace.dataset.num_rows();
    let mut jobs = Vec::new();
    for conflict in settled {
        let place = workspace
            .labels
            .columns
            .iter()
            .position(|label| label.spec.column == conflict.column);
        let Some(place) = place.filter(|_| !mine) else {
            continue;
        };
        let _ = change(workspace, place, |label| {
            let code = match &conflict.theirs {
                Some(name) => label.code_of(name),
                None => NULL_CODE,
            };
            label.mark(&RowSet::from_rows(rows, [conflict.row]), code);
            Some(())
        });
        jobs.extend(changed(workspace, place));
    }
    let version = workspace.dataset.version();
    jobs.extend(forget(&mut workspace.labels, version));
    jobs
}
