//! The tools whose columns stand beside the stored ones, as a session keeps them.

use serde::{Deserialize, Serialize};
use toml::Table;

use super::session_file::SessionFile;

/// The name of their section among those of the panes.
const SECTION: &str = "tools";

/// Columns of a tool, and how to compute them anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The tool.
    pub tool: String,
    /// The columns.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Its parameters that are not as usual.
    #[serde(default)]
    pub parameters: Table,
}

impl SessionFile {
    /// The tools that were applied, in their order.
    ///
    /// # Errors
    /// Why what the session says of them is not understood, in words.
    pub fn applications(&self) -> Result<Vec<Application>, String> {
        let Some(kept) = self.panes.get(SECTION) else {
            return Ok(Vec::new());
        };
        kept.clone()
            .try_into()
            .map_err(|error| format!("the settings of tools are not understood: {error}"))
    }

    /// Keeps the tools that were applied.
    ///
    /// # Errors
    /// Why they cannot be kept, in words.
    pub fn set_applications(&mut self, applied: &[Application]) -> Result<(), String> {
        if applied.is_empty() {
            return Ok(());
        }
        let value = toml::Value::try_from(applied)
            .map_err(|error| format!("the settings of tools are not kept: {error}"))?;
        self.panes.insert(SECTION.to_owned(), value);
        Ok(())
    }
}
