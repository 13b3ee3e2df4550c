//! Parquet tables of `CytoTable` and pycytominer: one row a cell, all objects side by side.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::concat_batches;
use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
    RowSelector,
};

use super::path_values::{PartitionStore, path_values};
use crate::joined_rows::plain_values;
use crate::table::TableStore;
use crate::{Cause, Export, SourceError};

/// Opens a Parquet file as an Image table and one table an object, all with the same rows.
///
/// # Errors
/// [`SourceError`] when it cannot be read or no column is named after an object.
pub(super) fn open_parquet(path: &Path, name: String) -> Result<Export, SourceError> {
    let store = ParquetStore::open(path)?;
    let rows = PartitionStore::of(store, path_values(path)).rows();
    rows.open(path, name)
}

/// Rows of a Parquet file.
#[derive(Debug)]
pub(super) struct ParquetStore {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    schema: Arc<Schema>,
    modified: Option<SystemTime>,
}

impl ParquetStore {
    /// Reads the footer.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let file = File::open(path).map_err(|error| SourceError::unreadable(path, error))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|error| SourceError::unreadable(path, error))?;
        let schema = Arc::clone(metadata.schema());
        Ok(Self {
            path: path.to_path_buf(),
            metadata,
            schema,
            modified: modified(&file),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The columns with their metadata.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Number of rows.
    pub fn num_rows(&self) -> usize {
        let rows = self.metadata.metadata().file_metadata().num_rows();
        usize::try_from(rows).unwrap_or(0)
    }

    fn failed(&self, cause: impl Into<Cause>) -> SourceError {
        SourceError::unreadable(&self.path, cause)
    }
}

fn modified(file: &File) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}

impl TableStore for ParquetStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let file =
            File::open(&self.path).map_err(|error| SourceError::unreadable(&self.path, error))?;
        if modified(&file) != self.modified {
            return Err(SourceError::Changed {
                path: self.path.clone(),
            });
        }
        let mut sorted: Vec<u32> = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_row_selection(selection(&sorted))
            .with_batch_size(sorted.len().clamp(1, 65_536))
            .build()
            .map_err(|error| self.failed(error))?;
        let batches: Vec<RecordBatch> = reader
            .collect::<Result<_, _>>()
            .map_err(|error| self.failed(error))?;
        let mut projected: Vec<usize> = columns.to_vec();
        projected.sort_unstable();
        let fields: Vec<_> = projected
            .iter()
            .map(|at| self.schema.field(*at).clone())
            .collect();
        let none = || {
            let metadata = self.schema.metadata().clone();
            Arc::new(Schema::new_with_metadata(fields, metadata))
        };
        let schema = batches.first().map_or_else(none, RecordBatch::schema);
        let batch = concat_batches(&schema, &batches).map_err(|error| self.failed(error))?;
        if batch.num_rows() != sorted.len() {
            return Err(SourceError::unusable(
                &self.path,
                format!(
                    "it has fewer rows than its footer says ({} of {} read)",
                    batch.num_rows(),
                    sorted.len()
                ),
            ));
        }
        let places: Option<UInt32Array> = (sorted != rows).then(|| {
            rows.iter()
                .map(|row| sorted.binary_search(row).ok().map(|at| at as u32))
                .collect()
        });
        columns
            .iter()
            .map(|column| {
                let at = projected.binary_search(column).unwrap_or(0);
                let plain = plain_values(batch.column(at))?;
                match &places {
                    Some(places) => arrow::compute::take(&plain, places, None),
                    None => Ok(plain),
                }
            })
            .collect::<Result<_, _>>()
            .map_err(|error| self.failed(error))
    }

    fn place(&self, row: u32) -> String {
        format!("row {}", u64::from(row) + 1)
    }
}

fn selection(rows: &[u32]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 0;
    for run in rows.chunk_by(|a, b| *b == *a + 1) {
        let first = run[0] as usize;
        if first > next {
            selectors.push(RowSelector::skip(first - next));
        }
        selectors.push(RowSelector::select(run.len()));
        next = first + run.len();
    }
    RowSelection::from(selectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{floats_of, text_of};
    use arrow::array::{
        Array as _, DictionaryArray, Float64Array, Int32Array, LargeStringArray, UInt64Array,
    };
    use arrow::datatypes::Int32Type;
    use parquet::arrow::ArrowWriter;

    fn parquet(columns: Vec<(&str, ArrayRef)>) -> (tempfile::TempDir, PathBuf) {
        let batch = RecordBatch::try_from_iter(columns).expect("a batch");
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("x.parquet");
        let file = File::create(&path).expect("a file");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        (dir, path)
    }

    #[test]
    fn joined_tables_are_split_by_object_and_keep_every_row() {
        let wells: DictionaryArray<Int32Type> = ["A01", "A01", "B02"].into_iter().collect();
        let (_dir, path) = parquet(vec![
            ("Metadata_Well", Arc::new(wells)),
            (
                "Metadata_ImageNumber",
                Arc::new(Int32Array::from(vec![1, 1, 2])),
            ),
            (
                "Image_FileName_DNA",
                Arc::new(LargeStringArray::from(vec!["a.tif", "a.tif", "b.tif"])),
            ),
            (
                "Cells_AreaShape_Area",
                Arc::new(Float64Array::from(vec![1.5, f64::NAN, 3.5])),
            ),
            (
                "Nuclei_AreaShape_Area",
                Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0])),
            ),
            (
                "Metadata_Id",
                Arc::new(UInt64Array::from(vec![u64::MAX, 1, 2])),
            ),
        ]);
        let export = open_parquet(&path, String::new()).expect("an export");
        let names: Vec<_> = export
            .objects
            .iter()
            .map(|(name, table)| (name.as_str(), table.num_rows))
            .collect();
        assert_eq!(names, [("Cells", 3), ("Nuclei", 3)]);
        let values = export.objects[0]
            .1
            .read(&[0], Some(&[Some(2), Some(1), None, Some(0)]))
            .expect("values");
        let numbers = floats_of(&values[0]).expect("numbers");
        assert_eq!((numbers[0], numbers[3]), (3.5, 1.5));
        assert_eq!(values[0].null_count(), 2);
        let image = export.image.expect("an image table");
        assert_eq!(
            image.columns[2].output.as_deref(),
            Some("Image_FileName_DNA")
        );
        let texts = image.read(&[0, 3], None).expect("values");
        assert_eq!(text_of(&texts[0], 2).as_deref(), Some("B02"));
        assert_eq!(
            text_of(&texts[1], 0).as_deref(),
            Some("18446744073709551615")
        );
    }

    #[test]
    fn what_is_no_table_of_cells_says_why() {
        let (_dir, path) = parquet(vec![("a", Arc::new(Int32Array::from(vec![1])))]);
        let error = open_parquet(&path, String::new()).expect_err("no cells");
        assert!(
            error.to_string().contains("Cells_AreaShape_Area"),
            "{error}"
        );
        let dir = tempfile::tempdir().expect("a temporary folder");
        let cut = dir.path().join("cut.parquet");
        std::fs::write(&cut, b"PAR1 and then nothing").expect("a file");
        let error = open_parquet(&cut, String::new())
            .expect_err("cut")
            .to_string();
        assert!(error.contains("cut.parquet"), "{error}");
    }
}
