//! Whatever computes columns of a dataset: one trait and one list.
//!
//! To add a tool, write a file here that implements [`Tool`] for a unit struct, and put it into [`TOOLS`]. It then has,
//! without another line:
//! - `cytolance compute TOOL DATASET`, with its parameters as `--set key=value` (their types, defaults and errors come from
//!   its struct of parameters), a place in `--list`, progress, `--out` for a table and `--keep` for a version of the dataset;
//! - in the window a palette entry and a form among «Compute columns…», work in the background with progress and a way out,
//!   columns that filters, order, plots, plates and exports use like stored ones, and "Keep in the dataset";
//! - columns that are kept with what they say, what has computed them with which parameters, and who asked for it; what was
//!   measured or labelled is not replaced;
//! - an entry in sessions, so that an opened session computes the columns anew where they are not kept.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod check_tool;
mod compute;
mod error;
mod outlier_tool;
mod parameters;

#[cfg(test)]
#[path = "../dataset/samples.rs"]
pub mod samples;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use check_tool::{CheckParameters, Checks};
pub use compute::{Kept, compute, keep};
pub use error::ToolError;
pub use outlier_tool::{OutlierParameters, Outliers};
pub use parameters::{Parameter, assigned, completed, parameters_of, written};

use cytolance_explore::{Column, Explorer};
use cytolance_profile::ColumnInfo;

/// All tools.
pub static TOOLS: &[&dyn ColumnTool] = &[&Outliers, &Checks];

/// The tool of this name.
///
/// # Errors
/// [`ToolError::UnknownTool`], which names all that there are.
pub fn tool(id: &str) -> Result<&'static dyn ColumnTool, ToolError> {
    let mut tools = TOOLS.iter().copied();
    tools
        .find(|tool| tool.id() == id)
        .ok_or_else(|| ToolError::UnknownTool {
            id: id.to_owned(),
            known: TOOLS.iter().map(|tool| tool.id()).collect(),
        })
}

/// What a tool is given.
pub struct ToolInput<'a> {
    /// The dataset and its columns, computed ones included.
    pub explorer: &'a Explorer,
    /// Which columns there are.
    pub columns: &'a [ColumnInfo],
    /// Hears steps done and steps in all.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Set by who does not want the columns any more.
    pub cancelled: &'a AtomicBool,
}

/// What a tool has computed.
#[derive(Debug, Clone, Default)]
pub struct Computed {
    /// The columns, a value for every row of the dataset.
    pub columns: Vec<ComputedColumn>,
    /// What was done, in a few words: `24 of 24 fields with source pictures`. Empty where there is nothing to say.
    pub account: String,
    /// What could not be told, a sentence each.
    pub notes: Vec<String>,
}

/// A column that a tool has computed; its role says what it means in a profile.
#[derive(Debug, Clone)]
pub struct ComputedColumn {
    /// The column.
    pub column: Arc<Column>,
    /// What it says, in a sentence.
    pub meaning: String,
}

/// The work of a tool.
pub type ToolFuture<'a> = BoxFuture<'a, Result<Computed, ToolError>>;

/// What a tool is and does: this is what a file of a tool writes.
pub trait Tool: Sync {
    /// What can be chosen. Every field has a default and a form in TOML.
    type Parameters: Serialize + DeserializeOwned + Default;

    /// The word by which it is called on the command line and in sessions.
    fn id(&self) -> &'static str;

    /// Its name in the window.
    fn title(&self) -> &'static str;

    /// What it computes, in a sentence.
    fn about(&self) -> &'static str;

    /// What its progress counts.
    fn steps(&self) -> &'static str;

    /// What each parameter does, by the name of its field.
    fn help(&self) -> &'static [(&'static str, &'static str)];

    /// The columns that it reads, as far as that can be said without reading a file.
    ///
    /// # Errors
    /// What is lacking where it cannot be used on a dataset of these columns, or with these parameters.
    fn needs(
        &self,
        parameters: &Self::Parameters,
        columns: &[ColumnInfo],
    ) -> Result<Vec<String>, ToolError>;

    /// Computes.
    fn compute<'a>(
        &'a self,
        input: &'a ToolInput<'a>,
        parameters: Self::Parameters,
    ) -> ToolFuture<'a>;
}

/// A [`Tool`] whose parameters are a table in TOML, so that all of them can be in one list.
pub trait ColumnTool: Sync {
    /// The word by which it is called on the command line and in sessions.
    fn id(&self) -> &'static str;

    /// Its name in the window.
    fn title(&self) -> &'static str;

    /// What it computes, in a sentence.
    fn about(&self) -> &'static str;

    /// What its progress counts.
    fn steps(&self) -> &'static str;

    /// What each parameter does, by its name.
    fn help(&self) -> &'static [(&'static str, &'static str)];

    /// All parameters as they are where nothing is said.
    fn defaults(&self) -> toml::Table;

    /// The columns that it reads, as far as that can be said without reading a file.
    ///
    /// # Errors
    /// [`ToolError`] where the parameters are not understood, or something is lacking in these columns.
    fn needs(
        &self,
        parameters: &toml::Table,
        columns: &[ColumnInfo],
    ) -> Result<Vec<String>, ToolError>;

    /// Computes.
    ///
    /// # Errors
    /// [`ToolError::Parameter`] where the parameters are not understood.
    fn work<'a>(
        &'a self,
        input: &'a ToolInput<'a>,
        parameters: &toml::Table,
    ) -> Result<ToolFuture<'a>, ToolError>;
}

impl<T: Tool> ColumnTool for T {
    fn id(&self) -> &'static str {
        Tool::id(self)
    }

    fn title(&self) -> &'static str {
        Tool::title(self)
    }

    fn about(&self) -> &'static str {
        Tool::about(self)
    }

    fn steps(&self) -> &'static str {
        Tool::steps(self)
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        Tool::help(self)
    }

    fn defaults(&self) -> toml::Table {
        toml::Table::try_from(T::Parameters::default()).unwrap_or_default()
    }

    fn needs(
        &self,
        parameters: &toml::Table,
        columns: &[ColumnInfo],
    ) -> Result<Vec<String>, ToolError> {
        Tool::needs(self, &typed(self, parameters)?, columns)
    }

    fn work<'a>(
        &'a self,
        input: &'a ToolInput<'a>,
        parameters: &toml::Table,
    ) -> Result<ToolFuture<'a>, ToolError> {
        Ok(Tool::compute(self, input, typed(self, parameters)?))
    }
}

/// A table as the parameters of a tool.
fn typed<T: Tool>(tool: &T, table: &toml::Table) -> Result<T::Parameters, ToolError> {
    let table = completed(tool, table)?;
    table.try_into().map_err(|error| ToolError::Parameters {
        tool: Tool::id(tool),
        reason: error.to_string(),
    })
}
