//! What commands and finished work do to the columns of tools.

use std::sync::Arc;

use toml::Table;

use super::command::{ToolAnswer, ToolsCommand, ToolsEvent, ToolsJob};
use super::state::{Outcome, TOOLS_PANE, ToolDraft, ToolOrder, ToolsState};
use crate::model::job::Job;
use crate::model::state::{Overlay, State, Workspace};
use cytolance_explore::Column;
use cytolance_profile::counted;
use cytolance_session::Application;
use cytolance_tools::{Kept, ToolError, tool};

/// Carries out a command.
pub(super) fn update(state: &mut State, command: ToolsCommand) -> Vec<Job> {
    match command {
        ToolsCommand::Ask(id) => {
            match (tool(id), &mut state.workspace) {
                (Ok(tool), Some(workspace)) => {
                    let draft = Some(ToolDraft::new(tool));
                    workspace.parts.get_mut::<ToolsState>().draft = draft;
                    state.overlay = Overlay::Of(TOOLS_PANE);
                }
                (Err(error), _) => state.notify(true, error.to_string()),
                (_, None) => {}
            }
            Vec::new()
        }
        ToolsCommand::Fill(draft) => {
            if let Some(workspace) = &mut state.workspace {
                workspace.parts.get_mut::<ToolsState>().draft = Some(draft);
            }
            Vec::new()
        }
        ToolsCommand::Run(then) => run(state, then),
        ToolsCommand::Start {
            tool,
            parameters,
            then,
        } => start(state, &tool, parameters, then),
    }
}

/// Starts what the form says; it stays where something in it has to be changed.
fn run(state: &mut State, then: Outcome) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let Some(draft) = workspace.parts.get::<ToolsState>().draft.clone() else {
        return Vec::new();
    };
    match draft.parameters() {
        Ok(parameters) => {
            let jobs = start(state, draft.tool, parameters, then);
            if !jobs.is_empty() {
                state.overlay = Overlay::None;
            }
            jobs
        }
        Err(error) => {
            state.notify(true, error.to_string());
            Vec::new()
        }
    }
}

/// Starts a tool on the open dataset, or says why that cannot be.
pub(crate) fn start(state: &mut State, id: &str, parameters: Table, then: Outcome) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let order = match order(workspace, id, parameters, then) {
        Ok(order) => order,
        Err(error) => {
            state.notify(true, error.to_string());
            return Vec::new();
        }
    };
    // Two versions that are written at once would be in each other's way.
    if then == Outcome::Kept && workspace.parts.is_writing() {
        state.notify(
            true,
            "Something is being saved to this dataset; keep the columns when that is done.",
        );
        return Vec::new();
    }
    let title = tool(id).map_or(id, |tool| tool.title());
    let (task, _) = state.begin_task(title);
    begin(state, task, order).into_iter().collect()
}

/// What is to be computed, with the columns as they are now.
fn order(
    workspace: &Workspace,
    id: &str,
    parameters: Table,
    then: Outcome,
) -> Result<ToolOrder, ToolError> {
    let tool = tool(id)?;
    let needs = tool.needs(&parameters, &workspace.columns)?;
    Ok(ToolOrder {
        stamp: workspace.stamp(needs.iter().map(String::as_str)),
        tool: tool.id(),
        parameters,
        then,
        needs,
    })
}

/// The work of a task.
fn begin(state: &mut State, task: u64, order: ToolOrder) -> Option<Job> {
    let mut tasks = state.tasks.iter();
    let cancelled = tasks.find(|known| known.id == task)?.flag();
    let author = state.settings.author_name();
    let workspace = state.workspace.as_mut()?;
    let tools = workspace.parts.get_mut::<ToolsState>();
    tools.running.retain(|(known, _)| *known != task);
    tools.running.push((task, order.then));
    Some(Job::from(ToolsJob::Compute {
        task,
        cancelled,
        explorer: workspace.explorer.clone(),
        columns: Arc::clone(&workspace.columns),
        order,
        author,
    }))
}

/// Takes in news.
pub(super) fn happened(state: &mut State, event: ToolsEvent) -> Vec<Job> {
    let ToolsEvent::Computed {
        task,
        order,
        outcome,
    } = event;
    let Some(workspace) = &mut state.workspace else {
        state.end_task(task);
        return Vec::new();
    };
    let tools = workspace.parts.get_mut::<ToolsState>();
    let asked = tools.running.len();
    tools.running.retain(|(known, _)| *known != task);
    if tools.running.len() == asked {
        // It was taken in before.
        return Vec::new();
    }
    let stamp = workspace.stamp(order.needs.iter().map(String::as_str));
    let is_stale = stamp != order.stamp;
    let answer = match outcome {
        Ok(answer) => answer,
        Err(error) => {
            state.end_task(task);
            state.notify(true, error);
            return Vec::new();
        }
    };
    match answer.kept.clone() {
        None if is_stale => {
            // Made of values that are not there any more.
            let order = ToolOrder { stamp, ..order };
            begin(state, task, order).into_iter().collect()
        }
        None => {
            let then = order.then;
            let (jobs, names) = take_in(workspace, task, order, &answer.columns);
            state.end_task(task);
            let mut lines = answer.notes;
            if then == Outcome::Added && !names.is_empty() {
                lines.insert(0, format!("Added {}", names.join(", ")));
            }
            if !lines.is_empty() {
                state.notify(false, lines.join("\n"));
            }
            jobs
        }
        Some(kept) => {
            let jobs = keep(workspace, kept.clone(), &answer.columns);
            state.end_task(task);
            say_kept(state, &kept, &answer, is_stale);
            jobs
        }
    }
}

/// Puts computed columns into the workspace, but for those that a later task has made. Returns their names, too.
fn take_in(
    workspace: &mut Workspace,
    task: u64,
    order: ToolOrder,
    columns: &[Arc<Column>],
) -> (Vec<Job>, Vec<String>) {
    let tools = workspace.parts.get_mut::<ToolsState>();
    let is_newest = |column: &&Arc<Column>| {
        let made = tools.made.get(&column.name);
        made.is_none_or(|made| *made < task)
    };
    let columns: Vec<Arc<Column>> = columns.iter().filter(is_newest).cloned().collect();
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let Some(first) = columns.first() else {
        return (Vec::new(), names);
    };
    let made = names.iter().map(|name| (name.clone(), task));
    tools.made.extend(made);
    tools.apply(Application {
        tool: order.tool.to_owned(),
        columns: names.clone(),
        parameters: order.parameters,
    });
    let jobs = workspace.set_computed(&columns);
    if order.then == Outcome::Added && workspace.table.position(&first.name).is_none() {
        workspace.table.toggle(&first.info());
    }
    (jobs, names)
}

/// Goes on with the version in which columns are kept.
fn keep(workspace: &mut Workspace, kept: Kept, columns: &[Arc<Column>]) -> Vec<Job> {
    // What is computed under the same name gives way to what is stored; under another one it has the same values.
    let (mut stored, mut shown) = (Vec::new(), Vec::new());
    let computed = workspace.explorer.computed();
    for (column, name) in columns.iter().zip(&kept.names) {
        if column.name == *name {
            workspace.explorer.replace_computed(name, || None);
            stored.push(name.clone());
        } else if computed.iter().any(|known| known.name == column.name) {
            shown.push(Arc::clone(column));
        }
    }
    workspace.parts.get_mut::<ToolsState>().forget(&stored);
    // A version that was saved after it and is shown already holds the columns, too.
    let newest = if kept.dataset.version() < workspace.dataset.version() {
        workspace.dataset.clone()
    } else {
        kept.dataset
    };
    let mut jobs = workspace.rebase(newest, &kept.names);
    jobs.extend(workspace.set_computed(&shown));
    jobs
}

/// What is said of columns that are kept.
fn say_kept(state: &mut State, kept: &Kept, answer: &ToolAnswer, is_stale: bool) {
    let columns = match kept.names.len() {
        1 => "1 column is".to_owned(),
        columns => format!("{} are", counted(columns, "column")),
    };
    let mut text = format!(
        "{columns} in version {} of the dataset now: {}",
        kept.dataset.version(),
        kept.names.join(", ")
    );
    if !answer.account.is_empty() {
        text.push_str(&[" (", &answer.account, ")"].concat());
    }
    for note in &answer.notes {
        text.push('\n');
        text.push_str(note);
    }
    if is_stale {
        text += "\nThe values that they are made of have changed in the meantime: compute them once more.";
    }
    state.notify(is_stale, text);
}
