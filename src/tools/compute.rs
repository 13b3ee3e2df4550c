//! Running a tool, and keeping what it has computed.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use futures::future::BoxFuture;
use toml::Table;

use super::{ColumnTool, Computed, ToolError, ToolInput, completed};
use cytolance_dataset::{AddedColumn, CellDataset, ColumnOrigin};
use cytolance_profile::counted;

/// A version of a dataset with computed columns.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The version.
    pub dataset: CellDataset,
    /// The names that the columns have in it, in their order.
    pub names: Vec<String>,
}

/// Computes the columns of a tool; what is not among the parameters is as usual.
///
/// # Errors
/// [`ToolError`]; [`ToolError::Cancelled`] once the input says so.
pub fn compute<'a>(
    tool: &'a dyn ColumnTool,
    input: &'a ToolInput<'a>,
    parameters: &'a Table,
) -> BoxFuture<'a, Result<Computed, ToolError>> {
    Box::pin(async move {
        tool.needs(parameters, input.columns)?;
        let computed = tool.work(input, parameters)?.await?;
        if input.cancelled.load(Ordering::Relaxed) {
            return Err(ToolError::Cancelled);
        }
        let rows = input.explorer.dataset().num_rows();
        let mut names = HashSet::new();
        for made in &computed.columns {
            let column = &made.column;
            let reason = if column.len() != rows {
                format!("with {} values for {rows} rows", column.len())
            } else if !names.insert(&column.name) {
                "twice".to_owned()
            } else {
                continue;
            };
            return Err(ToolError::Misshapen {
                tool: tool.id(),
                column: column.name.clone(),
                reason,
            });
        }
        Ok(computed)
    })
}

/// Keeps what a tool has computed as one new version of the dataset.
///
/// # Errors
/// [`ToolError::Dataset`]; the dataset is then as it was.
pub fn keep<'a>(
    dataset: &'a CellDataset,
    tool: &'a dyn ColumnTool,
    parameters: &'a Table,
    computed: &'a Computed,
    author: &'a str,
) -> BoxFuture<'a, Result<Kept, ToolError>> {
    Box::pin(async move {
        let columns: Vec<AddedColumn> = computed
            .columns
            .iter()
            .map(|made| AddedColumn {
                name: made.column.name.clone(),
                values: made.column.to_arrow().1,
                role: made.column.role,
                description: made.meaning.clone(),
            })
            .collect();
        let parameters = serde_json::to_string(&completed(tool, parameters)?).unwrap_or_default();
        let what = format!("{}: {}", tool.title(), counted(columns.len(), "column"));
        let origin = ColumnOrigin {
            made_by: tool.id(),
            parameters: &parameters,
            author,
            what: &what,
        };
        let (dataset, names) = dataset.keep_columns(columns, origin).await?;
        Ok(Kept { dataset, names })
    })
}
