//! Cells as a table for the clipboard: separated by tabs, as Excel pastes it.

use tokio::runtime::Handle;

use crate::dataset::CellDataset;
use crate::explore::{Column, Explorer};
use crate::model::export_rows::ExportRows;
use crate::model::job::Job;
use crate::model::state::State;

/// Cells copied at most: more belong into a file.
const MOST_CELLS: usize = 100_000;

/// Starts copying the selected cells, or the current one, with the columns of the table.
pub(crate) fn copy_cells(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let rows = if workspace.num_selected > 0 {
        workspace.rows_to_export(true)
    } else {
        let Some(row) = workspace.cursor else {
            return Vec::new();
        };
        let all = workspace.dataset.num_rows();
        let only = crate::profile::RowSet::from_rows(all, [row]);
        ExportRows {
            selection: Some(std::sync::Arc::new(only)),
            ..workspace.rows_to_export(false)
        }
    };
    if workspace.num_selected > MOST_CELLS {
        let text = format!(
            "{} cells are too many for the clipboard; export them (Ctrl+E).",
            workspace.num_selected
        );
        state.notify(true, text);
        return Vec::new();
    }
    vec![Job::CopyCells {
        dataset: workspace.dataset.clone(),
        explorer: workspace.explorer.clone(),
        rows,
        columns: workspace
            .table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect(),
    }]
}

/// The table with a header, and how many cells it holds.
pub(crate) fn table(
    handle: &Handle,
    dataset: &CellDataset,
    explorer: &Explorer,
    rows: &ExportRows,
    names: &[String],
) -> Result<(usize, String), String> {
    let rows = rows.list();
    let stored: Vec<String> = names
        .iter()
        .filter(|name| explorer.cached(name).is_none())
        .cloned()
        .collect();
    // What is not in memory is read for these rows alone.
    let batch = handle
        .block_on(dataset.take(&rows, &stored))
        .map_err(|error| error.to_string())?;
    let taken: Vec<Column> = stored
        .iter()
        .filter_map(|name| Column::from_arrow(dataset.column(name)?, batch.column_by_name(name)?))
        .collect();
    let mut text = names.join("\t");
    text.push('\n');
    for (at, row) in rows.iter().enumerate() {
        for (place, name) in names.iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            let value = match taken.iter().find(|column| column.name == *name) {
                Some(column) => column.text(at as u32),
                None => explorer.cached(name).and_then(|column| column.text(*row)),
            };
            // A tab or a line break within a value would be a cell or a row of its own.
            text.push_str(&value.unwrap_or_default().replace(['\t', '\n', '\r'], " "));
        }
        text.push('\n');
    }
    Ok((rows.len(), text))
}
