//! Cells as a table for the clipboard: separated by tabs, as Excel pastes it.

use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::datatypes::{DataType, Float64Type};
use tokio::runtime::Handle;

use crate::model::export_rows::ExportRows;
use crate::model::job::Job;
use crate::model::state::State;
use cytolance_dataset::{CellDataset, exact_text, shown_text};
use cytolance_explore::{Column, Explorer};
use cytolance_profile::{TableStyle, table_text};

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
        let only = cytolance_kernels::RowSet::from_rows(all, [row]);
        ExportRows {
            selection: Some(Arc::new(only)),
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

/// A column that is copied.
enum Copied {
    /// In memory, with all rows.
    Held(Arc<Column>),
    /// Read for the copied rows alone.
    Taken(ArrayRef),
    /// It holds no values.
    Nothing,
}

/// A value as a table has it: to the last digit, but for bytes, which no table holds.
fn copied_text(values: &ArrayRef, row: usize) -> Option<String> {
    match values.data_type() {
        kind if kind.is_floating() => {
            let floats = arrow::compute::cast(values, &DataType::Float64).ok()?;
            let floats = floats.as_primitive_opt::<Float64Type>()?;
            let value = floats.is_valid(row).then(|| floats.value(row));
            value
                .filter(|value| !value.is_nan())
                .map(|value| value.to_string())
        }
        kind if kind.is_nested() => exact_text(values, row),
        _ => shown_text(values, row),
    }
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
    // Asked once: what is in memory now may have had to go when the others are read.
    let held: Vec<Option<Arc<Column>>> = names.iter().map(|name| explorer.cached(name)).collect();
    let stored: Vec<String> = names
        .iter()
        .zip(&held)
        .filter(|(_, held)| held.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    // What is not in memory is read for these rows alone.
    let batch = handle
        .block_on(dataset.take(&rows, &stored))
        .map_err(|error| error.to_string())?;
    // Each column once: with thousands, looking for them in every row would be what takes the time.
    let columns: Vec<Copied> = names
        .iter()
        .zip(held)
        .map(|(name, held)| match held {
            Some(column) => Copied::Held(column),
            None => dataset
                .column(name)
                .filter(|info| info.kind.is_shown())
                .and_then(|_| batch.column_by_name(name))
                .map_or(Copied::Nothing, |values| Copied::Taken(Arc::clone(values))),
        })
        .collect();
    let header = names.to_vec();
    let lines = rows.iter().enumerate().map(|(at, row)| {
        let value = |column: &Copied| match column {
            Copied::Held(column) => column.text(*row),
            Copied::Taken(values) => copied_text(values, at),
            Copied::Nothing => None,
        };
        let values = columns.iter().map(value).map(Option::unwrap_or_default);
        values.collect::<Vec<String>>()
    });
    let text = table_text(TableStyle::Tabs, std::iter::once(header).chain(lines));
    Ok((rows.len(), text))
}
