//! A Lance table of cells as a source, ours or another's: its rows are as they are, its pictures are copied.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::ArrayRef;

use crate::dataset::CellDataset;
use crate::remote::{block_on, is_url};
use crate::sources::{
    FoundExport, JoinedRows, SourceError, SourceKind, TableStore, find_exports, plain_values,
};

/// Whether a source is a Lance table.
pub(super) fn is_lance(source: &Path) -> bool {
    source.join("_versions").is_dir() || source.to_str().is_some_and(is_url)
}

/// Finds the exports at a source: those of [`find_exports`], or a Lance table on this machine or in a store.
///
/// # Errors
/// [`SourceError`] when there is none.
pub fn find_sources(source: &Path) -> Result<Vec<FoundExport>, SourceError> {
    if !is_lance(source) {
        return find_exports(source);
    }
    let uri = source.to_string_lossy().into_owned();
    let dataset = wait(source, async move { CellDataset::open(&uri).await })?;
    let bytes = dataset.data_bytes().unwrap_or(0);
    let rows = JoinedRows {
        schema: Arc::clone(dataset.schema()),
        num_rows: dataset.num_rows(),
        store: Arc::new(LanceRows {
            path: source.to_path_buf(),
            dataset,
        }),
    };
    Ok(vec![FoundExport::of_rows(
        source.to_path_buf(),
        SourceKind::Lance,
        bytes,
        rows,
    )])
}

/// Rows of one version of a Lance table, which never changes.
#[derive(Debug)]
struct LanceRows {
    path: PathBuf,
    dataset: CellDataset,
}

impl TableStore for LanceRows {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let names: Vec<String> = columns
            .iter()
            .map(|at| self.dataset.schema().field(*at).name().clone())
            .collect();
        let dataset = self.dataset.clone();
        let whole = rows.len() == dataset.num_rows()
            && rows.iter().enumerate().all(|(at, row)| at == *row as usize);
        let rows = rows.to_vec();
        let values = wait(&self.path, async move {
            if whole {
                return dataset.read_columns(&names).await;
            }
            let batch = dataset.take(&rows, &names).await?;
            // Lance gives them in the order of the schema.
            Ok(names
                .iter()
                .filter_map(|name| batch.column_by_name(name).cloned())
                .collect())
        })?;
        values
            .iter()
            .map(plain_values)
            .collect::<Result<_, _>>()
            .map_err(|error| failed(&self.path, &error))
    }

    fn place(&self, row: u32) -> String {
        format!("row {}", u64::from(row) + 1)
    }
}

fn wait<T: Send + 'static>(
    path: &Path,
    future: impl Future<Output = Result<T, crate::dataset::DatasetError>> + Send + 'static,
) -> Result<T, SourceError> {
    block_on(future)
        .map_err(|error| failed(path, &error))?
        .map_err(|error| failed(path, &error))
}

fn failed(path: &Path, reason: &dyn std::fmt::Display) -> SourceError {
    SourceError::Table {
        path: path.to_path_buf(),
        reason: reason.to_string(),
    }
}
