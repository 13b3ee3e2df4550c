//! Writing a dataset so that readers see all of an import or nothing of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use arrow::array::{Array as _, ArrayRef, RecordBatch, RecordBatchIterator, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use lance::Dataset;
use lance::dataset::{InsertBuilder, WriteMode, WriteParams};
use lance_file::version::LanceFileVersion;

use serde::{Deserialize, Serialize};

use super::key_index::index_keys;
use super::{CellDataset, DatasetError, DatasetMetadata, cloud};
use cytolance_files::put_folder;
use cytolance_remote::is_url;

/// Batches under way between the producer and the disk.
const QUEUED_BATCHES: usize = 2;
/// Marks the folder in which a new dataset grows before it gets its name.
const PARTIAL_SUFFIX: &str = ".partial";

/// What happens to what is already at the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteTarget {
    /// Nothing may be there.
    #[default]
    Create,
    /// The rows are added as a new version.
    Append,
    /// The rows become a new version that holds nothing else; without a dataset there it is created.
    Overwrite,
}

/// Bytes of values that the writer may hold back. It keeps up to 8 MiB of every column until a file is closed, so
/// that without a limit a table of thousands of columns would stay in memory until its end.
const HELD_BYTES: usize = 48 << 20;

/// Rows of one data file: as many as fit the bytes held back, in files neither tiny nor endless.
fn rows_per_file(schema: &Schema) -> usize {
    let columns = schema.fields().len().max(1);
    (HELD_BYTES / (8 * columns)).clamp(8 << 10, 1 << 20)
}

/// Takes batches and makes them visible in one commit.
///
/// A new dataset grows under a temporary name beside its own and is renamed when it is complete;
/// an existing one gets a new version. Dropping the sink before [`DatasetSink::finish`] leaves what
/// was there before.
pub struct DatasetSink {
    uri: String,
    schema: Arc<Schema>,
    sender: Option<SyncSender<Result<RecordBatch, ArrowError>>>,
    task: tokio::task::JoinHandle<Result<(), DatasetError>>,
    partial: Option<PathBuf>,
}

impl DatasetSink {
    /// Checks the target and starts the writer.
    ///
    /// `properties` are kept with the transaction: who wrote what.
    ///
    /// # Errors
    /// [`DatasetError::Exists`] for `Create` on something; [`DatasetError::Mismatch`] when rows to
    /// append have columns that the dataset has not, or of another type.
    pub fn open(
        uri: &str,
        target: WriteTarget,
        schema: Arc<Schema>,
        properties: HashMap<String, String>,
    ) -> BoxFuture<'_, Result<Self, DatasetError>> {
        Box::pin(async move {
            let refused = |reason| DatasetError::Write {
                uri: uri.to_owned(),
                reason,
            };
            cloud::check_scheme(uri).map_err(refused)?;
            let opened = CellDataset::open(uri).await;
            let local = (!uri.contains("://")).then(|| PathBuf::from(uri));
            let occupied = opened.is_ok()
                || local.as_deref().is_some_and(is_occupied)
                || is_url(uri) && cloud::is_occupied(uri).await.map_err(refused)?;
            let existing = match (opened, occupied) {
                // It is there and does not open: that it is no dataset would be the wrong thing to say.
                (Err(error), true) if target == WriteTarget::Append => return Err(error),
                (opened, _) => opened.ok(),
            };
            let mut params = WriteParams {
                mode: WriteMode::Create,
                data_storage_version: Some(LanceFileVersion::V2_2),
                transaction_properties: Some(Arc::new(properties)),
                skip_auto_cleanup: true,
                max_rows_per_file: rows_per_file(&schema),
                session: Some(cloud::session()),
                ..WriteParams::default()
            };
            let mut partial = None;
            let mut schema = schema;
            let destination: Destination = match (target, existing) {
                (WriteTarget::Create, _) if occupied => {
                    return Err(DatasetError::Exists {
                        uri: uri.to_owned(),
                    });
                }
                (WriteTarget::Append, Some(dataset)) => {
                    check_appended(&dataset, &schema)?;
                    let new = DatasetMetadata::from_map(schema.metadata());
                    let dataset = dataset.with_import(&new).await?;
                    schema = Arc::clone(dataset.schema());
                    params.mode = WriteMode::Append;
                    Destination::Existing(Arc::clone(dataset.inner()))
                }
                (WriteTarget::Append, None) => {
                    return Err(DatasetError::Open {
                        uri: uri.to_owned(),
                        reason:
                            "there is no dataset to append to; leave out --append to create one"
                                .to_owned(),
                    });
                }
                (WriteTarget::Overwrite, Some(dataset)) => {
                    params.mode = WriteMode::Overwrite;
                    Destination::Existing(Arc::clone(dataset.inner()))
                }
                (WriteTarget::Overwrite, None) if occupied => {
                    return Err(DatasetError::Write {
                        uri: uri.to_owned(),
                        reason:
                            "what is there is not a dataset, so it is not replaced; remove it first"
                                .to_owned(),
                    });
                }
                (WriteTarget::Create | WriteTarget::Overwrite, _) => match &local {
                    Some(path) => {
                        let folder = partial_path(path);
                        remove_leftovers(path, &folder)
                            .map_err(|error| write_error(uri, &error))?;
                        partial = Some(folder.clone());
                        Destination::New(folder.to_string_lossy().into_owned())
                    }
                    None => Destination::New(uri.to_owned()),
                },
            };
            let (sender, receiver) = sync_channel(QUEUED_BATCHES);
            let task = tokio::spawn(write(
                uri.to_owned(),
                destination,
                params,
                Arc::clone(&schema),
                receiver,
            ));
            Ok(Self {
                uri: uri.to_owned(),
                schema,
                sender: Some(sender),
                task,
                partial,
            })
        })
    }

    /// The queue for batches; sending blocks while the disk is behind, and fails once the writer has ended.
    pub fn queue(&self) -> Option<BatchQueue> {
        Some(BatchQueue {
            sender: self.sender.clone()?,
            schema: Arc::clone(&self.schema),
        })
    }

    /// Waits for the writer and makes the rows visible. All queues must have been dropped.
    ///
    /// # Errors
    /// [`DatasetError::Write`] when writing or the commit failed.
    pub fn finish(mut self) -> BoxFuture<'static, Result<CellDataset, DatasetError>> {
        Box::pin(async move {
            self.sender = None;
            (&mut self.task)
                .await
                .map_err(|error| DatasetError::Write {
                    uri: self.uri.clone(),
                    reason: error.to_string(),
                })??;
            if let Some(partial) = self.partial.clone() {
                let place = PathBuf::from(&self.uri);
                tokio::task::spawn_blocking(move || put_folder(&partial, &place))
                    .await
                    .map_err(std::io::Error::other)
                    .flatten()
                    .map_err(|error| write_error(&self.uri, &error))?;
                self.partial = None;
            }
            CellDataset::open(&self.uri).await
        })
    }

    /// Gives up: nothing becomes visible.
    pub fn abort(mut self) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Some(sender) = self.sender.take() {
                // The writer sees an error instead of an end and so does not commit.
                let _ = tokio::task::spawn_blocking(move || {
                    sender.send(Err(ArrowError::ComputeError(
                        "the import was cancelled".to_owned(),
                    )))
                })
                .await;
            }
            let _ = (&mut self.task).await;
        })
    }
}

impl Drop for DatasetSink {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(partial) = self.partial.take() {
            // Best effort: the next import removes what is left.
            let _ = std::fs::remove_dir_all(partial);
        }
    }
}

/// The sending side of a [`DatasetSink`].
#[derive(Clone)]
pub struct BatchQueue {
    sender: SyncSender<Result<RecordBatch, ArrowError>>,
    schema: Arc<Schema>,
}

impl BatchQueue {
    /// Hands a batch to the writer; false once the writer has ended.
    ///
    /// # Errors
    /// Arrow's, when a value of the batch does not fit the dataset's column.
    pub fn send(&self, batch: &RecordBatch) -> Result<bool, ArrowError> {
        let batch = conform(batch, &self.schema)?;
        Ok(self.sender.send(Ok(batch)).is_ok())
    }

    /// Tells the writer to give up, so that nothing is committed.
    pub fn cancel(&self, reason: &str) {
        let _ = self
            .sender
            .send(Err(ArrowError::ComputeError(reason.to_owned())));
    }
}

enum Destination {
    Existing(Arc<Dataset>),
    New(String),
}

async fn write(
    uri: String,
    destination: Destination,
    params: WriteParams,
    schema: Arc<Schema>,
    receiver: Receiver<Result<RecordBatch, ArrowError>>,
) -> Result<(), DatasetError> {
    let reader = RecordBatchIterator::new(receiver, schema);
    let reader: Box<dyn arrow::array::RecordBatchReader + Send> = Box::new(reader);
    let written = match &destination {
        Destination::Existing(dataset) => {
            InsertBuilder::new(Arc::clone(dataset))
                .with_params(&params)
                .execute_stream(reader)
                .await
        }
        Destination::New(address) => {
            InsertBuilder::new(address)
                .with_params(&params)
                .execute_stream(reader)
                .await
        }
    };
    let dataset = written.map_err(|error| DatasetError::Write {
        uri: uri.clone(),
        reason: error.to_string(),
    })?;
    if let Err(error) = index_keys(dataset).await {
        // Of two who append at once one may lose the race for the index. Its rows are there and found by a scan.
        tracing::warn!("{uri}: no index on plate, well and site: {error}");
    }
    Ok(())
}

fn write_error(uri: &str, error: &std::io::Error) -> DatasetError {
    DatasetError::Write {
        uri: uri.to_owned(),
        reason: error.to_string(),
    }
}

/// An empty folder is free; anything else is not.
fn is_occupied(path: &Path) -> bool {
    match std::fs::read_dir(path) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => path.exists(),
    }
}

fn partial_path(path: &Path) -> PathBuf {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    path.with_file_name(format!(".{name}.{}{PARTIAL_SUFFIX}", std::process::id()))
}

/// Removes the unfinished folders of earlier, killed imports to the same name, and an empty target.
fn remove_leftovers(path: &Path, own: &Path) -> std::io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&parent)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let prefix = format!(".{name}.");
    for entry in std::fs::read_dir(&parent)? {
        let entry = entry?;
        let found = entry.file_name().to_string_lossy().into_owned();
        let owner = found
            .strip_prefix(&prefix)
            .and_then(|rest| rest.strip_suffix(PARTIAL_SUFFIX))
            .and_then(|pid| pid.parse::<u32>().ok());
        if let Some(owner) = owner
            && (entry.path() == own || !is_running(owner))
        {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    if path.is_dir() {
        std::fs::remove_dir(path)?;
    }
    Ok(())
}

/// Whether a process of this number lives; where that cannot be told, yes.
fn is_running(pid: u32) -> bool {
    let processes = Path::new("/proc");
    if pid == std::process::id() {
        return false;
    }
    !processes.join("self").exists() || processes.join(pid.to_string()).exists()
}

/// Makes sure that every column of rows to append has its place in the dataset.
fn check_appended(dataset: &CellDataset, new: &Schema) -> Result<(), DatasetError> {
    let mismatch = |reason: String| DatasetError::Mismatch {
        uri: dataset.uri().to_owned(),
        reason,
    };
    let mut unknown = Vec::new();
    for field in new.fields() {
        match dataset.schema().field_with_name(field.name()) {
            Err(_) => unknown.push(field.name().as_str()),
            Ok(old)
                if old.data_type() == field.data_type()
                    || is_castable(field.data_type(), old.data_type()) => {}
            Ok(old) => {
                return Err(mismatch(format!(
                    "column {} is {} there and {} here",
                    field.name(),
                    old.data_type(),
                    field.data_type()
                )));
            }
        }
    }
    if !unknown.is_empty() {
        let more = unknown.len().saturating_sub(8);
        unknown.truncate(8);
        let tail = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        return Err(mismatch(format!(
            "it has no column {}{tail}; import these rows into a dataset of their own",
            unknown.join(", ")
        )));
    }
    let channels = DatasetMetadata::from_map(new.metadata()).channels;
    if channels.len() != dataset.metadata().channels.len() {
        return Err(mismatch(format!(
            "its crops have {} channels and the new ones {}",
            dataset.metadata().channels.len(),
            channels.len()
        )));
    }
    Ok(())
}

fn is_castable(from: &DataType, to: &DataType) -> bool {
    matches!(
        (from, to),
        (DataType::Int64, DataType::Float64 | DataType::Utf8)
            | (DataType::Float64, DataType::Int64 | DataType::Utf8)
            // A column without a single value has no type of its own; values that do not fit are refused later.
            | (DataType::Utf8, DataType::Int64 | DataType::Float64)
    )
}

/// Says which value of a column has no place in the dataset's.
fn misfit(field: &Field, column: &ArrayRef, back: &ArrayRef) -> String {
    let word = |values: &ArrayRef, row: usize| array_value_to_string(values, row).ok();
    let differs = |row: &usize| {
        column.is_null(*row) != back.is_null(*row) || word(column, *row) != word(back, *row)
    };
    let value = (0..column.len())
        .find(differs)
        .and_then(|row| word(column, row))
        .unwrap_or_default();
    let kind = |data_type: &DataType| match data_type {
        DataType::Int64 => "whole numbers",
        data_type if data_type.is_numeric() => "numbers",
        _ => "text",
    };
    format!(
        "its column {} holds {}, and «{value}» of the new rows is none of these: import them into a dataset of their own",
        field.name(),
        kind(field.data_type())
    )
}

/// The batch with the columns of `schema`, in its order: cast where no value changes, null where absent.
fn conform(batch: &RecordBatch, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    if batch.schema().fields() == schema.fields() {
        return RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec());
    }
    let options = CastOptions {
        // What does not fit becomes a null, which differs from what was there.
        safe: true,
        ..CastOptions::default()
    };
    let columns: Result<Vec<ArrayRef>, ArrowError> = schema
        .fields()
        .iter()
        .map(|field| {
            let Some(column) = batch.column_by_name(field.name()) else {
                return Ok(new_null_array(field.data_type(), batch.num_rows()));
            };
            if column.data_type() == field.data_type() {
                return Ok(Arc::clone(column));
            }
            let cast = cast_with_options(column, field.data_type(), &options)?;
            let back = cast_with_options(&cast, column.data_type(), &options)?;
            if &back == column {
                Ok(cast)
            } else {
                Err(ArrowError::CastError(misfit(field, column, &back)))
            }
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, Int64Array, StringArray};
    use arrow::datatypes::Field;

    fn batch(column: ArrayRef) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable([("a", column, true)]).expect("a batch")
    }

    fn schema(data_type: DataType) -> Arc<Schema> {
        Arc::new(Schema::new(vec![
            Field::new("a", data_type, true),
            Field::new("b", DataType::Int64, true),
        ]))
    }

    #[test]
    fn values_change_their_type_only_where_nothing_is_lost() {
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), None]));
        let wholes: ArrayRef = Arc::new(Float64Array::from(vec![Some(2.0), None]));
        let words: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
        let cases = [
            (Arc::clone(&ints), DataType::Float64, true),
            (floats, DataType::Int64, false),
            (wholes, DataType::Int64, true),
            (words, DataType::Float64, false),
        ];
        for (column, data_type, fits) in cases {
            let result = conform(&batch(Arc::clone(&column)), &schema(data_type.clone()));
            assert_eq!(result.is_ok(), fits, "{column:?} as {data_type}");
            if let Ok(result) = result {
                assert_eq!(result.num_columns(), 2);
                assert_eq!(result.column(1).null_count(), 2);
            }
        }
    }

    fn one_column(values: Vec<i64>) -> RecordBatch {
        batch(Arc::new(Int64Array::from(values)))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_dataset_appears_whole_or_not_at_all() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("x.lance");
        let uri = path.to_string_lossy().into_owned();
        let rows = one_column(vec![1, 2, 3]);
        let open = |target| DatasetSink::open(&uri, target, rows.schema(), HashMap::new());

        let sink = open(WriteTarget::Create).await.expect("a sink");
        sink.queue().expect("a queue").send(&rows).expect("sent");
        assert!(!path.exists(), "nothing is visible before the end");
        sink.abort().await;
        assert!(!path.exists(), "an aborted import leaves nothing");
        assert_eq!(
            std::fs::read_dir(dir.path()).expect("readable").count(),
            0,
            "not even its temporary folder"
        );

        let sink = open(WriteTarget::Create).await.expect("a sink");
        sink.queue().expect("a queue").send(&rows).expect("sent");
        assert_eq!(sink.finish().await.expect("written").num_rows(), 3);

        assert!(matches!(
            open(WriteTarget::Create).await.err(),
            Some(DatasetError::Exists { .. })
        ));

        let sink = open(WriteTarget::Append).await.expect("a sink");
        sink.queue().expect("a queue").send(&rows).expect("sent");
        let appended = sink.finish().await.expect("written");
        assert_eq!((appended.num_rows(), appended.version()), (6, 2));

        let sink = open(WriteTarget::Append).await.expect("a sink");
        sink.queue().expect("a queue").cancel("stop");
        assert!(sink.finish().await.is_err());
        let reopened = CellDataset::open(&uri).await.expect("still there");
        assert_eq!((reopened.num_rows(), reopened.version()), (6, 2));

        let sink = open(WriteTarget::Overwrite).await.expect("a sink");
        sink.queue()
            .expect("a queue")
            .send(&one_column(vec![9]))
            .expect("sent");
        assert_eq!(sink.finish().await.expect("written").num_rows(), 1);
    }
}
