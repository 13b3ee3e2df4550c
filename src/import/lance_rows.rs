//! A Lance table of cells as a source, ours or another's: its rows are as they are, its pictures are copied.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::ArrayRef;

use cytolance_dataset::CellDataset;
use cytolance_remote::{block_on, is_url};
use cytolance_sources::{
    Findings, Format, FormatFace, FoundExport, JoinedRows, SourceError, SourceKind, TableStore,
    plain_values,
};

/// A Lance table on this machine or in a store.
#[derive(Debug)]
pub(super) struct LanceFormat;

const FACE: FormatFace = FormatFace {
    word: "lance",
    name: "Lance",
    label: "Lance table",
    title: "Lance table of cells",
    written: "one row a cell, with its crops and outlines where it has them; also in a store, by its URL",
    given: "Lance table",
    expected: "a Lance table of cells",
    // A folder of its own kind, in which nobody puts pictures.
    endings: &[],
    companions: &[],
    signature: b"",
    pictures_beside: false,
};

impl Format for LanceFormat {
    fn face(&self) -> &'static FormatFace {
        &FACE
    }

    fn find_source(&self, source: &Path) -> Option<Result<Findings, SourceError>> {
        is_lance(source).then(|| self.find_file(source))
    }

    fn find_file(&self, path: &Path) -> Result<Findings, SourceError> {
        let uri = path.to_string_lossy().into_owned();
        let dataset = wait(path, async move { CellDataset::open(&uri).await })?;
        let bytes = dataset.data_bytes().unwrap_or(0);
        let rows = JoinedRows {
            schema: Arc::clone(dataset.schema()),
            num_rows: dataset.num_rows(),
            store: Arc::new(LanceRows {
                path: path.to_path_buf(),
                dataset,
            }),
        };
        let kind = SourceKind::of(&Self);
        Ok(FoundExport::new(path.to_path_buf(), kind, bytes, Arc::new(rows)).into())
    }
}

fn is_lance(source: &Path) -> bool {
    source.join("_versions").is_dir() || source.to_str().is_some_and(is_url)
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
            .map_err(|error| SourceError::unreadable(&self.path, error))
    }

    fn place(&self, row: u32) -> String {
        format!("row {}", u64::from(row) + 1)
    }
}

fn wait<T: Send + 'static>(
    path: &Path,
    future: impl Future<Output = Result<T, cytolance_dataset::DatasetError>> + Send + 'static,
) -> Result<T, SourceError> {
    block_on(future)
        .map_err(|error| SourceError::unreadable(path, error))?
        .map_err(|error| SourceError::unreadable(path, error))
}
