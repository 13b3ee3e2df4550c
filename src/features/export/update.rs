//! What commands and finished work do to exports.

use std::path::Path;
use std::sync::Arc;

use super::command::ExportCommand;
use super::draft::{ExportDraft, Which};
use super::feature::{EXPORT, ExportState};
use super::work::{OutputEvent, OutputJob, Plan};
use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::export_rows::ExportRows;
use crate::model::file_dialog::FileDialog;
use crate::model::job::Job;
use crate::model::replace::{NotWritten, Rewrite};
use crate::model::session::session_of;
use crate::model::state::{Overlay, State, Workspace};
use cytolance_export::FolderUse;
use cytolance_export::Target;
use cytolance_exporters::{ExportKind, ExportOptions};
use cytolance_kernels::RowSet;
use cytolance_session::cells_in_words;

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: ExportCommand) -> Vec<Job> {
    match command {
        ExportCommand::Start => open_dialog(state),
        ExportCommand::Edit(draft) => edit(state, *draft),
        ExportCommand::Browse => return browse(state),
        ExportCommand::SetPath(path) => {
            if let Some(draft) = ExportState::open(state).cloned() {
                edit(state, ExportDraft { path, ..draft });
            }
        }
        ExportCommand::Run => {
            if let Some(draft) = ExportState::open(state).cloned() {
                return start(state, draft, false);
            }
        }
        ExportCommand::Replace(draft) => return start(state, *draft, true),
    }
    Vec::new()
}

/// The dialog with these choices.
fn edit(state: &mut State, draft: ExportDraft) {
    if let Some(workspace) = &mut state.workspace {
        workspace.parts.get_mut::<ExportState>().draft = Some(draft);
        state.overlay = Overlay::Of(EXPORT);
    }
}

/// Opens the dialog for what is selected, or else shown.
fn open_dialog(state: &mut State) {
    if let Some(workspace) = &state.workspace {
        let name = workspace.dataset.name();
        let stem = name.strip_suffix(".lance").unwrap_or(name);
        let which = if workspace.num_selected > 0 {
            Which::Selected
        } else {
            Which::Shown
        };
        let draft = ExportDraft::new(which, stem, &workspace.save_folder);
        edit(state, draft);
    }
}

/// Asks for another place with the system's dialog.
fn browse(state: &State) -> Vec<Job> {
    match (ExportState::open(state), &state.workspace) {
        (Some(draft), Some(workspace)) => {
            let path = workspace.save_folder.full_path(&draft.path);
            let dialog = file_dialog(draft.kind, &path);
            vec![dialog.then(|path| Command::from(ExportCommand::SetPath(path)))]
        }
        _ => Vec::new(),
    }
}

/// Asks where an export goes: its kind, and the whole path so far.
pub(super) fn file_dialog(kind: ExportKind, path: &Path) -> FileDialog {
    let file = kind.file();
    let dialog = match file.folder {
        FolderUse::Always => FileDialog::folder("Where the folder of files goes"),
        _ => FileDialog::save("Export cells").kind(kind.face().title, file.endings),
    };
    dialog.proposing(path)
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
    let shown = cells_in_words(&workspace.query, &workspace.dataset);
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

/// Starts an export.
fn start(state: &mut State, draft: ExportDraft, replaces: bool) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    if let Some(problem) = draft.problem(&workspace.save_folder) {
        edit(state, draft);
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
        session: Box::new(session_of(state.features, workspace, &layout)),
    };
    vec![Job::from(OutputJob {
        task,
        cancelled,
        explorer: workspace.explorer.clone(),
        rows,
        plan,
        draft: Box::new(draft),
    })]
}

/// How an export is written in the place of what is there; otherwise the dialog is gone on with.
fn again(draft: Box<ExportDraft>) -> Rewrite {
    let other = draft.clone();
    Rewrite::new(move || Command::from(ExportCommand::Replace(draft.clone())))
        .or("Choose another name", move || {
            Command::from(ExportCommand::Edit(other.clone()))
        })
}

/// What the dialog says, and how the window is set up.
fn options(workspace: &Workspace, draft: &ExportDraft) -> ExportOptions {
    let columns = workspace.table.columns.iter();
    let columns = columns.filter(|_| draft.table_columns);
    let mut captions = workspace.captions.clone();
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
pub(crate) fn happened(state: &mut State, event: OutputEvent) -> Vec<Job> {
    let OutputEvent::Ended {
        task,
        outcome,
        draft,
    } = event;
    let message = match outcome {
        Ok(text) => Some(Ok(text)),
        Err(NotWritten::Failed(text)) => Some(Err(text)),
        Err(why) => {
            state.not_written(why, again(draft));
            None
        }
    };
    crate::model::news::happened(state, Event::TaskEnded { task, message })
}
