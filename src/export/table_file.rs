//! Tables of cells in whichever format: CSV, TSV, Parquet, Lance.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use futures::future::BoxFuture;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::ExportError;
use super::csv_file::write_text;
use super::parquet_types::named_in_parquet;
use super::provenance::Provenance;
use super::table_source::TableSource;
use super::target::{Found, Target};
use super::whole_file::{begin, finish};
use cytolance_dataset::{
    CellDataset, DatasetError, DatasetSink, SOURCE_NAME_KEY, WriteTarget, column_names,
    copied_metadata,
};

/// Rows of a group in a Parquet file.
const GROUP_ROWS: usize = 65_536;
/// Rows with crops that are copied at a time.
const CROP_ROWS: usize = 64;

/// A kind of table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TableFormat {
    /// Values separated by commas.
    #[default]
    Csv,
    /// Values separated by tabs.
    Tsv,
    /// Parquet, compressed.
    Parquet,
    /// A dataset of its own, with crops and outlines.
    Lance,
}

/// How columns are called in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// As in the dataset: pycytominer and CytoTable read these.
    #[default]
    Pycytominer,
    /// `ImageNumber` and `ObjectNumber` as CellProfiler writes them; features keep their object's name.
    CellProfiler,
}

impl Naming {
    /// A column's name in the table.
    pub fn name(self, column: &str) -> &str {
        match (self, column) {
            (Self::CellProfiler, "Metadata_ImageNumber") => "ImageNumber",
            (Self::CellProfiler, "Metadata_ObjectNumber") => "ObjectNumber",
            _ => column,
        }
    }
}

/// What is written how.
#[derive(Debug, Clone)]
pub struct TableRequest<'a> {
    /// The rows, in order.
    pub rows: &'a [u32],
    /// The columns, in order; values only.
    pub columns: &'a [String],
    /// The format.
    pub format: TableFormat,
    /// The names; a dataset keeps its own.
    pub naming: Naming,
    /// What formats that can say so say of where the rows are from.
    pub provenance: Option<&'a Provenance>,
}

impl TableRequest<'_> {
    /// The schema metadata of a table with these columns of the dataset.
    fn metadata(&self, dataset: &CellDataset, columns: &[String]) -> HashMap<String, String> {
        let from = self.provenance.map(Provenance::entry);
        copied_metadata(dataset, columns, from)
    }
}

/// Writes a table, whole or not at all. `progress` hears rows done and rows in all. Returns the number of rows.
///
/// # Errors
/// [`ExportError`]; the target is then as it was.
pub fn export_table<'a>(
    source: &'a TableSource,
    request: &'a TableRequest<'a>,
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<usize, ExportError>> {
    Box::pin(async move {
        match request.format {
            TableFormat::Csv | TableFormat::Tsv => {
                write_text(source, request, target, progress, cancelled).await
            }
            TableFormat::Parquet => {
                write_parquet(source, request, target, progress, cancelled).await
            }
            TableFormat::Lance => write_lance(source, request, target, progress, cancelled).await,
        }
    })
}

/// The batch with the names of the table, with what the dataset says of its columns, and of types that Parquet knows.
fn renamed(
    dataset: &CellDataset,
    batch: &RecordBatch,
    naming: Naming,
) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let values: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .map(named_in_parquet)
        .collect::<Result<_, _>>()?;
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .zip(&values)
        .map(|(field, values)| {
            let field = stored_field(dataset, field).with_name(naming.name(field.name()));
            field.with_data_type(values.data_type().clone())
        })
        .collect();
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    RecordBatch::try_new(Arc::new(schema), values)
}

async fn write_parquet(
    source: &TableSource,
    request: &TableRequest<'_>,
    target: &Target,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &AtomicBool,
) -> Result<usize, ExportError> {
    let wrong = |error: parquet::errors::ParquetError| ExportError::Write {
        path: target.full_path(),
        reason: error.to_string(),
    };
    let file = begin(target)?;
    let writing = file.reopen().map_err(|error| target.failed(&error))?;
    // What the dataset says about itself, as far as it holds without its pictures.
    let mut metadata: Vec<KeyValue> = request
        .metadata(source.dataset(), request.columns)
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    metadata.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(metadata))
        .set_compression(Compression::ZSTD(parquet::basic::ZstdLevel::default()))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .build();
    let mut writer: Option<ArrowWriter<std::fs::File>> = None;
    let mut writing = Some(writing);
    let mut done = 0;
    // At least one, so that an empty table has its columns.
    let mut chunks: Vec<&[u32]> = request.rows.chunks(GROUP_ROWS).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    for chunk in chunks {
        if cancelled.load(Ordering::Relaxed) {
            return Err(ExportError::Cancelled);
        }
        let batch = source.take_as_stored(chunk, request.columns).await?;
        let batch = renamed(source.dataset(), &batch, request.naming)
            .map_err(|error| wrong(error.into()))?;
        if writer.is_none() {
            let file = writing.take().ok_or(ExportError::Cancelled)?;
            let new = ArrowWriter::try_new(file, batch.schema(), Some(properties.clone()));
            writer = Some(new.map_err(wrong)?);
        }
        if let Some(writer) = &mut writer {
            writer.write(&batch).map_err(wrong)?;
        }
        done += batch.num_rows();
        progress(done, request.rows.len());
    }
    if let Some(writer) = writer {
        writer.close().map_err(wrong)?;
    }
    finish(file, target)?;
    Ok(done)
}

/// A field as the dataset has it, with what it says of its pictures, outlines and classes; where a column that is only in
/// memory has taken its place, with what that says.
fn stored_field(dataset: &CellDataset, field: &Field) -> Field {
    match dataset.schema().field_with_name(field.name()) {
        Ok(stored) if stored.data_type() == field.data_type() => {
            let mut metadata = stored.metadata().clone();
            metadata.extend(field.metadata().clone());
            field.clone().with_metadata(metadata)
        }
        _ => field.clone(),
    }
}

/// Whether a path leads to the dataset itself.
fn is_itself(dataset: &CellDataset, target: &Target) -> bool {
    if dataset.uri().contains("://") || target.is_url() {
        return dataset.uri().trim_end_matches('/') == target.path().to_string_lossy();
    }
    let place = |path: &Path| std::fs::canonicalize(path).ok();
    let own = place(Path::new(dataset.uri()));
    own.is_some() && own == place(target.path())
}

/// A dataset with the rows, their crops and their outlines, and all that the one they are from says about itself.
async fn write_lance(
    source: &TableSource,
    request: &TableRequest<'_>,
    target: &Target,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &AtomicBool,
) -> Result<usize, ExportError> {
    let dataset = source.dataset();
    if is_itself(dataset, target) {
        return Err(ExportError::Itself {
            path: target.full_path(),
        });
    }
    target.check()?;
    let mut names = request.columns.to_vec();
    let pictures = dataset.picture_columns().into_iter().map(str::to_owned);
    // Outlines may be columns of measurements, which were perhaps not asked for.
    for name in pictures.chain(dataset.outline_columns()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let metadata = request.metadata(dataset, &names);
    // Columns of rules have dots in their names, which a dataset cannot keep.
    let outer = source.outer(&names);
    let wanted: Vec<&str> = outer.iter().map(String::as_str).collect();
    let kept: HashMap<&str, String> = wanted
        .iter()
        .copied()
        .zip(column_names(&wanted, &[]))
        .collect();
    let wrong = |reason: String| ExportError::Write {
        path: target.full_path(),
        reason,
    };
    let plain = |batch: RecordBatch| {
        let fields: Vec<Field> = batch
            .schema()
            .fields()
            .iter()
            .map(|field| match kept.get(field.name().as_str()) {
                Some(name) if name != field.name() => {
                    let mut metadata = field.metadata().clone();
                    metadata.insert(SOURCE_NAME_KEY.to_owned(), field.name().clone());
                    let field = stored_field(dataset, field).with_name(name);
                    field.with_metadata(metadata)
                }
                _ => stored_field(dataset, field),
            })
            .collect();
        // How outlines are made that are not stored is said there.
        let schema = Schema::new_with_metadata(fields, metadata.clone());
        RecordBatch::try_new(Arc::new(schema), batch.columns().to_vec())
            .map_err(|error| wrong(error.to_string()))
    };
    let first = plain(
        source
            .take_as_stored(&request.rows[..request.rows.len().min(1)], &names)
            .await?,
    )?;
    let uri = target.path().to_string_lossy();
    let write = if target.replaces() {
        WriteTarget::Overwrite
    } else {
        WriteTarget::Create
    };
    let note = HashMap::from([
        (
            "cytolance:program".to_owned(),
            concat!("cytolance ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        (
            "cytolance:what".to_owned(),
            format!(
                "export of version {} of {}",
                dataset.version(),
                dataset.uri()
            ),
        ),
    ]);
    let taken = |error: DatasetError| match error {
        DatasetError::Exists { .. } => target.taken(Found::Folder),
        error => ExportError::Dataset(error),
    };
    let sink = DatasetSink::open(&uri, write, first.schema(), note)
        .await
        .map_err(taken)?;
    let queue = sink
        .queue()
        .ok_or_else(|| wrong("the dataset takes no rows".to_owned()))?;
    let mut done = 0;
    for chunk in request.rows.chunks(CROP_ROWS) {
        if cancelled.load(Ordering::Relaxed) {
            queue.cancel("cancelled");
            drop(queue);
            sink.abort().await;
            return Err(ExportError::Cancelled);
        }
        let batch = plain(source.take_as_stored(chunk, &names).await?)?;
        let rows = batch.num_rows();
        // The queue waits where the disk is slower.
        let sending = queue.clone();
        let sent = tokio::task::spawn_blocking(move || sending.send(&batch)).await;
        let kept = sent
            .map_err(|error| wrong(error.to_string()))?
            .map_err(|error| wrong(error.to_string()))?;
        if !kept {
            break;
        }
        done += rows;
        progress(done, request.rows.len());
    }
    drop(queue);
    sink.finish().await?;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array as _, StringArray};
    use arrow::datatypes::DataType;

    use super::*;
    use crate::samples::six_cells;
    use cytolance_dataset::CellDataset;

    #[tokio::test(flavor = "multi_thread")]
    async fn every_format_holds_the_same_rows() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let labels: ArrayRef = Arc::new(StringArray::from(vec![
            Some("pass"),
            None,
            Some("a\tb, \"c\""),
            None,
            None,
            Some("fail"),
        ]));
        let flag = Field::new("cqc.small.is_outlier", DataType::Utf8, true);
        let source = TableSource::new(dataset).with(vec![
            (
                Field::new("Label_QC", DataType::Utf8, true),
                Arc::clone(&labels),
            ),
            (flag, labels),
        ]);
        let columns: Vec<String> = ["Metadata_ObjectNumber", "Cells_AreaShape_Area", "Label_QC"]
            .map(str::to_owned)
            .to_vec();
        let write = |name: &'static str, format, naming| {
            let target = folder.path().join(name);
            let (source, columns) = (source.clone(), columns.clone());
            async move {
                let request = TableRequest {
                    rows: &[5, 2, 3],
                    columns: &columns,
                    format,
                    naming,
                    provenance: None,
                };
                let done = export_table(
                    &source,
                    &request,
                    &Target::new(&target, false),
                    &|_, _| (),
                    &AtomicBool::new(false),
                )
                .await
                .expect("written");
                assert_eq!(done, 3, "{name}");
                target
            }
        };
        let csv = write("x.csv", TableFormat::Csv, Naming::Pycytominer).await;
        assert_eq!(
            std::fs::read_to_string(csv).expect("read"),
            "Metadata_ObjectNumber,Cells_AreaShape_Area,Label_QC\n6,60.0,fail\n3,40.0,\"a\tb, \"\"c\"\"\"\n4,,\n"
        );
        let tsv = write("x.tsv", TableFormat::Tsv, Naming::CellProfiler).await;
        assert_eq!(
            std::fs::read_to_string(tsv).expect("read"),
            "ObjectNumber\tCells_AreaShape_Area\tLabel_QC\n6\t60.0\tfail\n3\t40.0\t\"a\tb, \"\"c\"\"\"\n4\t\t\n"
        );
        let parquet = write("x.parquet", TableFormat::Parquet, Naming::Pycytominer).await;
        let file = std::fs::File::open(parquet).expect("open");
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
            .expect("Parquet")
            .build()
            .expect("a reader");
        let batches: Vec<RecordBatch> = reader.map(|batch| batch.expect("a batch")).collect();
        assert_eq!(batches[0].num_rows(), 3);
        assert_eq!(batches[0].column(1).null_count(), 1);
        let lance = write("x.lance", TableFormat::Lance, Naming::Pycytominer).await;
        let copy = CellDataset::open(&lance.to_string_lossy())
            .await
            .expect("a dataset");
        assert_eq!((copy.num_rows(), copy.columns().len()), (3, 3));
        // A dataset cannot keep the names of rules' columns.
        let names = ["cqc.small.is_outlier".to_owned()];
        let request = TableRequest {
            rows: &[5, 2],
            columns: &names,
            format: TableFormat::Lance,
            naming: Naming::Pycytominer,
            provenance: None,
        };
        let target = Target::new(folder.path().join("rules.lance"), false);
        let never = AtomicBool::new(false);
        export_table(&source, &request, &target, &|_, _| (), &never)
            .await
            .expect("written");
        let copy = CellDataset::open(&target.path().to_string_lossy())
            .await
            .expect("a dataset");
        let field = copy.schema().field(0).clone();
        assert_eq!(field.name(), "cqc_small_is_outlier");
        assert_eq!(field.metadata()[SOURCE_NAME_KEY], names[0]);
    }
}
