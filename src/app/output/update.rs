//! What commands and finished work do to exports.

use std::sync::Arc;

use super::draft::{ExportDraft, ExportRows, Which};
use super::work::{OutputEvent, OutputJob, Plan};
use crate::app::event::Event;
use crate::app::file_dialog::PickPurpose;
use crate::app::job::Job;
use crate::app::replace::{NotWritten, Rewrite};
use crate::app::session::session_of;
use crate::app::state::{Overlay, State, Workspace};
use crate::export::Target;
use crate::exporters::ExportOptions;
use crate::profile::RowSet;
use crate::session::cells_in_words;

/// Opens the dialog for what is selected, or else shown.
pub(in crate::app) fn start_export(state: &mut State) {
    if let Some(workspace) = &state.workspace {
        let name = workspace.dataset.name();
        let stem = name.strip_suffix(".lance").unwrap_or(name);
        let which = if workspace.num_selected > 0 {
            Which::Selected
        } else {
            Which::Shown
        };
        let draft = ExportDraft::new(which, stem, &workspace.save_folder);
        state.overlay = Overlay::Export(draft);
    }
}

/// Asks for another place with the system's dialog.
pub(in crate::app) fn browse(state: &State) -> Vec<Job> {
    match (&state.overlay, &state.workspace) {
        (Overlay::Export(draft), Some(workspace)) => {
            let path = workspace.save_folder.full_path(&draft.path);
            vec![Job::Pick(PickPurpose::Export(draft.kind, path))]
        }
        _ => Vec::new(),
    }
}

/// The rows that are meant.
fn rows_of(workspace: &Workspace, which: Which) -> ExportRows {
    match which {
        Which::Selected => workspace.rows_to_export(true),
        Which::Shown => workspace.rows_to_export(false),
        Which::Class(at) | Which::OutOfClass(at) => {
            let all = workspace.dataset.num_rows();
            let label = workspace.labels.active();
            let code = label.and_then(|label| label.class_code(at));
            let inside = label.zip(code).map_or_else(
                || RowSet::empty(all),
                |(label, code)| {
                    let rows = label.codes().iter().enumerate();
                    let rows = rows.filter(|(_, own)| **own == code);
                    RowSet::from_rows(all, rows.map(|(row, _)| row as u32))
                },
            );
            let mut rows = (*workspace.shown).clone();
            if matches!(which, Which::Class(_)) {
                rows.intersect_with(&inside);
            } else {
                rows.difference_with(&inside);
            }
            ExportRows {
                selection: Some(Arc::new(rows)),
                ..workspace.rows_to_export(false)
            }
        }
    }
}

/// How the cells were chosen, in words.
fn words(workspace: &Workspace, which: Which) -> String {
    let label = workspace.labels.active();
    let shown = cells_in_words(&workspace.query);
    let class = |at: usize, is: &str| {
        label.map_or_else(String::new, |label| {
            let class = label
                .spec
                .classes
                .get(at)
                .map_or("", |class| class.name.as_str());
            format!("{} {is} «{class}»", label.spec.column)
        })
    };
    match which {
        Which::Selected => "selected cells".to_owned(),
        Which::Shown => shown,
        Which::Class(at) => format!("{shown}; {}", class(at, "is")),
        Which::OutOfClass(at) => format!("{shown}; {}", class(at, "is not")),
    }
}

/// Starts what the dialog says.
pub(in crate::app) fn run_export(state: &mut State) -> Vec<Job> {
    match state.overlay.clone() {
        Overlay::Export(draft) => start(state, draft, false),
        _ => Vec::new(),
    }
}

/// Starts an export in the place of what is there.
pub(in crate::app) fn replace_export(state: &mut State, draft: ExportDraft) -> Vec<Job> {
    start(state, draft, true)
}

fn start(state: &mut State, draft: ExportDraft, replaces: bool) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    if let Some(problem) = draft.problem(&workspace.save_folder) {
        state.overlay = Overlay::Export(draft);
        state.notify(true, problem);
        return Vec::new();
    }
    // The report is of what the filters show, whatever was chosen for another kind.
    let which = if draft.kind.face().chooses_cells {
        draft.which
    } else {
        Which::Shown
    };
    let rows = rows_of(workspace, which);
    let none = rows
        .selection
        .as_ref()
        .is_some_and(|rows| rows.count() == 0);
    if none && draft.kind.face().chooses_cells {
        let words = match draft.which {
            Which::Selected => "selected cells".to_owned(),
            which => format!("cells: {}", words(workspace, which)),
        };
        // The dialog stays: the choice is what must change, or the filters.
        state.notify(
            true,
            format!("There are no {words}: choose other cells, or remove the filters."),
        );
        return Vec::new();
    }
    state.overlay = Overlay::None;
    let layout = state.layout.clone();
    let title = format!("Exporting {}", draft.kind.face().title);
    let (task, cancelled) = state.begin_task(title);
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let plan = Plan {
        kind: draft.kind,
        options: options(workspace, &draft),
        target: Target::new(workspace.save_folder.full_path(&draft.path), replaces),
        which: words(workspace, which),
        session: Box::new(session_of(workspace, &layout)),
    };
    vec![Job::Output(OutputJob {
        task,
        cancelled,
        explorer: workspace.explorer.clone(),
        rows,
        plan,
        draft: Box::new(draft),
    })]
}

/// What the dialog says, and how the window is set up.
fn options(workspace: &Workspace, draft: &ExportDraft) -> ExportOptions {
    let columns = workspace.table.columns.iter();
    let columns = columns.filter(|_| draft.table_columns);
    let mut captions = workspace.gallery.settings.captions.clone();
    if captions.is_empty() {
        captions.extend(workspace.dataset.keys().well.clone());
    }
    captions.retain(|name| workspace.column(name).is_some());
    let outlines = workspace.outlines.iter().filter(|outline| outline.visible);
    let label = workspace
        .labels
        .active()
        .filter(|label| workspace.column(&label.spec.column).is_some());
    ExportOptions {
        columns: columns.map(|column| column.name.clone()).collect(),
        captions,
        objects: Some(outlines.map(|outline| outline.object.clone()).collect()),
        class: label.map(|label| label.spec.column.clone()),
        ..draft.options.clone()
    }
}

/// Takes in news.
pub(in crate::app) fn happened(state: &mut State, event: OutputEvent) -> Vec<Job> {
    let event = match event {
        OutputEvent::Progress { task, done, total } => Event::TaskProgress {
            task,
            title: None,
            done,
            total,
        },
        OutputEvent::Ended {
            task,
            outcome,
            draft,
        } => Event::TaskEnded {
            task,
            message: match outcome {
                Ok(text) => Some(Ok(text)),
                Err(NotWritten::Failed(text)) => Some(Err(text)),
                Err(why) => {
                    state.not_written(why, Rewrite::Cells(draft));
                    None
                }
            },
        },
    };
    crate::app::news::happened(state, event)
}
