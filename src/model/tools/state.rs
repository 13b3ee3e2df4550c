//! Tools that are at work, and those whose columns are in the workspace.

use std::collections::HashMap;

use toml::Table;

use crate::model::feature::PaneId;
use crate::model::parts::Part;
use cytolance_session::Application;
use cytolance_tools::{ColumnTool, ToolError, assigned, parameters_of, tool};

/// The name of what shows the form.
pub const TOOLS_PANE: PaneId = PaneId("tools");

/// What becomes of computed columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They stand beside the stored ones as long as the dataset is open, and the first one is shown in the table.
    Added,
    /// The same, as a session says; the table stays as it is.
    Restored,
    /// They are kept in the dataset, as a version.
    Kept,
}

/// What a tool is to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolOrder {
    /// The tool.
    pub tool: &'static str,
    /// Its parameters that are not as usual.
    pub parameters: Table,
    /// What becomes of the columns.
    pub then: Outcome,
    /// The columns that are read for it, as far as that is known.
    pub needs: Vec<String>,
    /// The last change of their values when it was begun.
    pub stamp: u64,
}

/// What is known of tools in the workspace.
#[derive(Debug, Default)]
pub struct ToolsState {
    /// Those whose columns are computed and not kept, in the order of their answers.
    pub applied: Vec<Application>,
    /// The form that is filled in.
    pub draft: Option<ToolDraft>,
    /// Tasks at work, and what becomes of their columns.
    pub(super) running: Vec<(u64, Outcome)>,
    /// The task that has made a column, the newest one of each.
    pub(super) made: HashMap<String, u64>,
}

impl ToolsState {
    /// Takes down what has made columns; they are no other's any more.
    pub(super) fn apply(&mut self, application: Application) {
        self.forget(&application.columns);
        self.applied.push(application);
    }

    /// Columns that are not computed any more.
    pub(super) fn forget(&mut self, columns: &[String]) {
        for known in &mut self.applied {
            known.columns.retain(|column| !columns.contains(column));
        }
        self.applied.retain(|known| !known.columns.is_empty());
    }
}

impl Part for ToolsState {
    fn is_busy(&self) -> bool {
        let mut running = self.running.iter();
        running.any(|(_, then)| *then != Outcome::Kept)
    }

    fn is_writing(&self) -> bool {
        let mut running = self.running.iter();
        running.any(|(_, then)| *then == Outcome::Kept)
    }

    fn leave(&mut self) -> Vec<u64> {
        // What is to be kept is waited for, whatever is open.
        let shown = self.running.iter();
        let shown = shown.filter(|(_, then)| *then != Outcome::Kept);
        shown.map(|(task, _)| *task).collect()
    }
}

/// The form of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolDraft {
    /// The tool.
    pub tool: &'static str,
    /// Parameters by name, as they are typed.
    pub texts: Vec<(String, String)>,
}

impl ToolDraft {
    /// Everything as usual.
    pub fn new(tool: &dyn ColumnTool) -> Self {
        let parameters = parameters_of(tool).into_iter();
        Self {
            tool: tool.id(),
            texts: parameters
                .map(|parameter| (parameter.name, parameter.default))
                .collect(),
        }
    }

    /// What is not as usual.
    ///
    /// # Errors
    /// [`ToolError`] where something that is typed has no meaning.
    pub fn parameters(&self) -> Result<Table, ToolError> {
        let tool = tool(self.tool)?;
        let usual = Self::new(tool);
        let mut parameters = Table::new();
        for (text, usual) in self.texts.iter().zip(&usual.texts) {
            if text != usual {
                assigned(tool, &mut parameters, &format!("{}={}", text.0, text.1))?;
            }
        }
        Ok(parameters)
    }
}
