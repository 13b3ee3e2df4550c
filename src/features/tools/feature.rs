//! What the window and sessions know of tools.

use egui::Ui;

use super::show;
use crate::model::action::{Action, action};
use crate::model::command::Command;
use crate::model::feature::{Feature, Offer, PaneId};
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use crate::model::tools::{Outcome, TOOLS_PANE, ToolsCommand, ToolsState, start};
use cytolance_session::{Application, SessionFile};
use cytolance_tools::{Outliers, TOOLS, tool};

/// The feature.
pub struct Tools;

static ACTIONS: &[Action] = &[
    action!(85, "compute-columns" => "Compute columns…", File, None, true, |_| {
        Command::from(ToolsCommand::Ask(Outliers::ID))
    }),
];

/// Whether the dataset can give the columns that a session names.
fn can_compute(workspace: &Workspace, application: &Application) -> Result<(), String> {
    tool(&application.tool)
        .and_then(|tool| tool.needs(&application.parameters, &workspace.columns))
        .map(|_| ())
        .map_err(|error| error.to_string())
}

impl Feature for Tools {
    fn id(&self) -> PaneId {
        TOOLS_PANE
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }

    fn offers(&self, _workspace: &Workspace, words: &[&str]) -> Vec<Offer> {
        TOOLS
            .iter()
            .map(|tool| Offer {
                title: format!("Compute: {}…", tool.title()),
                command: Command::from(ToolsCommand::Ask(tool.id())),
            })
            .filter(|offer| offer.has(words))
            .collect()
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let applied = &workspace.parts.get::<ToolsState>().applied;
        if let Err(error) = session.set_applications(applied) {
            tracing::warn!("{error}");
        }
    }

    fn promises(&self, workspace: &Workspace, session: &SessionFile) -> Vec<String> {
        session
            .applications()
            .unwrap_or_default()
            .into_iter()
            .filter(|application| can_compute(workspace, application).is_ok())
            .flat_map(|application| application.columns)
            .collect()
    }

    fn restore(
        &self,
        state: &mut State,
        session: &SessionFile,
        notes: &mut Vec<String>,
    ) -> Vec<Job> {
        let applications = match session.applications() {
            Ok(applications) => applications,
            Err(note) => {
                notes.push(note);
                return Vec::new();
            }
        };
        let mut jobs = Vec::new();
        for application in applications {
            let Some(workspace) = &state.workspace else {
                break;
            };
            // They may have been computed in the same way before the session was opened.
            let applied = &workspace.parts.get::<ToolsState>().applied;
            if applied.contains(&application) {
                continue;
            }
            if let Err(why) = can_compute(workspace, &application) {
                notes.push(format!(
                    "{} not computed: {why}",
                    application.columns.join(", ")
                ));
                continue;
            }
            let Application {
                tool, parameters, ..
            } = application;
            jobs.extend(start(state, &tool, parameters, Outcome::Restored));
        }
        jobs
    }

    fn overlay(&self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        if let Some(draft) = &workspace.parts.get::<ToolsState>().draft {
            show(ui, workspace, draft, commands);
        }
    }
}
