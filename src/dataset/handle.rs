//! An open dataset: what it holds, its columns, its crops.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use lance::Dataset;
use lance::dataset::ProjectionRequest;
use lance::dataset::builder::DatasetBuilder;

use super::added_columns::role_of;
use super::cloud::{check_scheme, session};
use super::column_kind::{kind_of, type_name};
use super::nested::{NestedColumns, columns_of, flatten, prune, sql_path};
use super::{DatasetError, DatasetMetadata, OutlineSources};
use cytolance_profile::{ColumnInfo, ColumnKind, Columns, KeyColumns, KeyPart};

/// Values of a column in a batch: larger than Lance's usual 8,192, because every batch costs a fixed time.
pub(super) const SCAN_ROWS: usize = 65_536;

/// One version of one dataset. Cheap to clone.
#[derive(Debug, Clone)]
pub struct CellDataset {
    pub(super) inner: Arc<Dataset>,
    uri: String,
    pub(super) schema: Arc<Schema>,
    pub(super) columns: Arc<Columns>,
    /// The columns that are inside of others.
    nested: Arc<NestedColumns>,
    /// The picture column that was chosen, where one was.
    pub(super) picture: Option<String>,
    keys: Arc<KeyColumns>,
    pub(super) metadata: Arc<DatasetMetadata>,
    pub(super) outlines: Arc<OutlineSources>,
    pub(super) num_rows: usize,
    pinned: bool,
}

impl CellDataset {
    /// Opens the latest version at a path or URL. Reads the manifest and nothing else.
    ///
    /// # Errors
    /// [`DatasetError::Open`] when there is nothing there or it is no Lance dataset.
    pub fn open(uri: &str) -> BoxFuture<'_, Result<Self, DatasetError>> {
        Box::pin(async move { Self::open_version(uri, None).await })
    }

    /// The same for one version, the latest without a number.
    pub(super) async fn open_version(
        uri: &str,
        version: Option<u64>,
    ) -> Result<Self, DatasetError> {
        let open_error = |reason: String| DatasetError::Open {
            uri: uri.to_owned(),
            reason,
        };
        check_scheme(uri).map_err(open_error)?;
        if !uri.contains("://") {
            let path = Path::new(uri);
            if !path.exists() {
                return Err(open_error("there is no such file or folder".to_owned()));
            }
            if !path.join("_versions").is_dir() {
                return Err(open_error(
                    "it has no _versions folder, so it is not a Lance dataset; a CellProfiler export has to be imported first".to_owned(),
                ));
            }
        }
        let mut builder = DatasetBuilder::from_uri(uri).with_session(session());
        if let Some(version) = version {
            builder = builder.with_version(version);
        }
        let dataset = builder
            .load()
            .await
            .map_err(|error| open_error(short(&error)))?;
        Self::of(dataset, uri, false).await
    }

    /// A version that Lance has opened. `pinned` ones are looked at and not written to.
    ///
    /// # Errors
    /// [`DatasetError::Open`] when its rows cannot be counted, [`DatasetError::TooManyRows`].
    pub(super) async fn of(
        dataset: Dataset,
        uri: &str,
        pinned: bool,
    ) -> Result<Self, DatasetError> {
        let num_rows = dataset
            .count_rows(None)
            .await
            .map_err(|error| DatasetError::Open {
                uri: uri.to_owned(),
                reason: short(&error),
            })?;
        if u32::try_from(num_rows).is_err() {
            return Err(DatasetError::TooManyRows {
                uri: uri.to_owned(),
                rows: num_rows,
            });
        }
        let schema = Arc::new(Schema::from(dataset.schema()));
        let metadata = DatasetMetadata::from_map(&schema.metadata);
        let (fields, nested) = columns_of(&schema);
        let columns: Columns = fields
            .into_iter()
            .map(|(name, field)| {
                let kind = kind_of(&field);
                ColumnInfo {
                    name,
                    kind,
                    role: role_of(&field, kind, &metadata.objects),
                    arrow_type: type_name(&field, kind),
                }
            })
            .collect();
        Ok(Self {
            inner: Arc::new(dataset),
            uri: uri.to_owned(),
            outlines: Arc::new(OutlineSources::new(&schema, &metadata)),
            schema,
            keys: Arc::new(KeyColumns::of(&columns)),
            columns: Arc::new(columns),
            nested: Arc::new(nested),
            picture: None,
            metadata: Arc::new(metadata),
            num_rows,
            pinned,
        })
    }

    /// Path or URL it was opened from.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Last part of the address.
    pub fn name(&self) -> &str {
        self.uri
            .trim_end_matches(['/', '\\'])
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(&self.uri)
    }

    /// Number of cells.
    pub fn num_rows(&self) -> usize {
        self.num_rows
    }

    /// Version of the dataset, counted by Lance.
    pub fn version(&self) -> u64 {
        self.inner.version().version
    }

    /// Whether this is an older version, opened to be looked at.
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// The columns in stored order.
    pub fn columns(&self) -> &Arc<Columns> {
        &self.columns
    }

    /// The columns of plate, well and site.
    pub fn keys(&self) -> &KeyColumns {
        &self.keys
    }

    /// The name of a column here: where there is no `Metadata_Plate`, it stands for the column of plates, and so for well
    /// and site.
    pub fn stored_name<'a>(&'a self, name: &'a str) -> &'a str {
        if self.column(name).is_some() {
            return name;
        }
        let part = KeyPart::ALL.into_iter().find(|part| part.column() == name);
        part.and_then(|part| self.keys.get(part)).unwrap_or(name)
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.named(name)
    }

    /// The Arrow type of a column's values.
    pub fn data_type(&self, name: &str) -> Option<&DataType> {
        self.field(name).ok().map(Field::data_type)
    }

    /// A column's name in SQL.
    pub fn sql_name(&self, name: &str) -> String {
        match self.nested.get(name) {
            Some(inside) => sql_path(&inside.path),
            None => sql_path(std::slice::from_ref(&name.to_owned())),
        }
    }

    /// The stored column that a column is, or is inside of.
    pub fn outer_name<'a>(&'a self, name: &'a str) -> &'a str {
        let inside = self.nested.get(name);
        inside
            .and_then(|inside| inside.path.first())
            .map_or(name, String::as_str)
    }

    /// The Arrow schema with its metadata.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What the dataset says about itself.
    pub fn metadata(&self) -> &DatasetMetadata {
        &self.metadata
    }

    /// Bytes of what Lance keeps in memory of the dataset's files and indices.
    pub fn cached_bytes(&self) -> usize {
        self.inner.session().size_bytes() as usize
    }

    /// Size of all data files in bytes, where Lance knows it.
    pub fn data_bytes(&self) -> Option<u64> {
        let mut total = 0;
        for fragment in self.inner.manifest().fragments.iter() {
            for file in &fragment.files {
                total += file.file_size_bytes.get().map(std::num::NonZero::get)?;
            }
        }
        Some(total)
    }

    /// Reads whole columns, in the order of `names`. One request costs about as much as one column.
    ///
    /// # Errors
    /// [`DatasetError::Read`] for an unknown column or when reading fails.
    pub fn read_columns<'a>(
        &'a self,
        names: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<ArrayRef>, DatasetError>> {
        Box::pin(async move {
            let mut batches: Vec<RecordBatch> = Vec::new();
            self.scan_columns(names, &mut |batch| {
                batches.push(batch.clone());
                true
            })
            .await?;
            let mut columns = Vec::with_capacity(names.len());
            for name in names {
                let parts: Vec<&dyn Array> = batches
                    .iter()
                    .filter_map(|batch| batch.column_by_name(name).map(AsRef::as_ref))
                    .collect();
                let column = match parts.as_slice() {
                    [] => arrow::array::new_empty_array(self.field(name)?.data_type()),
                    parts => {
                        concat(parts).map_err(|error| self.read_error(name, error.to_string()))?
                    }
                };
                columns.push(column);
            }
            Ok(columns)
        })
    }

    /// Hands out whole columns batch by batch, in stored order, for as long as `visit` answers true.
    ///
    /// # Errors
    /// [`DatasetError::Read`] for an unknown column or when reading fails.
    pub fn scan_columns<'a>(
        &'a self,
        names: &'a [String],
        visit: &'a mut (dyn FnMut(&RecordBatch) -> bool + Send + 'a),
    ) -> BoxFuture<'a, Result<(), DatasetError>> {
        Box::pin(async move {
            let read_error = |reason: String| self.read_error(&names.join(", "), reason);
            let mut scanner = self.inner.scan();
            scanner
                .project_with_schema(&self.projection(names)?)
                .map_err(|error| read_error(short(&error)))?
                .scan_in_order(true);
            let is_heavy = |name: &String| {
                self.column(name).is_some_and(|column| {
                    matches!(
                        column.kind,
                        ColumnKind::Picture
                            | ColumnKind::Outline
                            | ColumnKind::List
                            | ColumnKind::Bytes
                            | ColumnKind::Other
                    )
                })
            };
            if names.iter().any(is_heavy) {
                // The default of 8,192 rows a batch would be most of a gigabyte of crops.
                scanner.batch_size(64);
            } else {
                scanner.batch_size(SCAN_ROWS);
            }
            let mut stream = scanner
                .try_into_stream()
                .await
                .map_err(|error| read_error(short(&error)))?;
            while let Some(batch) = stream
                .try_next()
                .await
                .map_err(|error| read_error(short(&error)))?
            {
                if !visit(&self.flat(batch, names)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Values of some rows, in the order asked for.
    ///
    /// # Errors
    /// [`DatasetError::Read`] for an unknown column or when reading fails.
    pub fn take<'a>(
        &'a self,
        rows: &'a [u32],
        names: &'a [String],
    ) -> BoxFuture<'a, Result<RecordBatch, DatasetError>> {
        Box::pin(async move {
            let flat = |batch| self.flat(batch, names);
            self.take_where(rows, names, &flat).await
        })
    }

    async fn take_where(
        &self,
        rows: &[u32],
        names: &[String],
        form: &(dyn Fn(RecordBatch) -> Result<RecordBatch, DatasetError> + Sync),
    ) -> Result<RecordBatch, DatasetError> {
        if names.is_empty() {
            // Lance finds no file for no column; whoever has all columns in memory asks so.
            let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
            let none = Arc::new(Schema::empty());
            return RecordBatch::try_new_with_options(none, Vec::new(), &options)
                .map_err(|error| self.read_error("no column", error.to_string()));
        }
        let (sorted, order) = sorted_rows(rows);
        let projection = ProjectionRequest::from_schema(self.projection(names)?);
        let batch = self
            .inner
            .take(&sorted, projection)
            .await
            .map_err(|error| self.read_error(&names.join(", "), short(&error)))?;
        let batch = form(batch)?;
        let in_order = order
            .iter()
            .enumerate()
            .all(|(at, place)| at as u64 == *place);
        if in_order && sorted.len() == rows.len() {
            return Ok(batch);
        }
        let indices = arrow::array::UInt64Array::from(order);
        arrow::compute::take_record_batch(&batch, &indices)
            .map_err(|error| self.read_error(&names.join(", "), error.to_string()))
    }

    /// Some rows as they are stored, in the order asked for: columns that are inside of others stay there, beside those
    /// of the others' columns that are asked for, too.
    ///
    /// # Errors
    /// [`DatasetError::Read`] for an unknown column or when reading fails.
    pub fn take_as_stored<'a>(
        &'a self,
        rows: &'a [u32],
        names: &'a [String],
    ) -> BoxFuture<'a, Result<RecordBatch, DatasetError>> {
        Box::pin(async move { self.take_where(rows, names, &|batch| Ok(batch)).await })
    }

    /// The Arrow field of a column, or of a stored one that is shown as several.
    pub(super) fn field(&self, name: &str) -> Result<&Field, DatasetError> {
        if let Some(inside) = self.nested.get(name) {
            return Ok(&inside.field);
        }
        self.schema
            .field_with_name(name)
            .map_err(|_| self.read_error(name, "there is no such column".to_owned()))
    }

    /// What was read as the columns that were asked for.
    pub(super) fn flat(
        &self,
        batch: RecordBatch,
        names: &[String],
    ) -> Result<RecordBatch, DatasetError> {
        if !names.iter().any(|name| self.nested.contains_key(name)) {
            return Ok(batch);
        }
        flatten(&batch, names, &self.nested)
            .map_err(|error| self.read_error(&names.join(", "), error.to_string()))
    }

    pub(super) fn inner(&self) -> &Arc<Dataset> {
        &self.inner
    }

    pub(super) fn projection(
        &self,
        names: &[String],
    ) -> Result<lance::datatypes::Schema, DatasetError> {
        for name in names {
            self.field(name)?;
        }
        // By fields, so that dots and spaces in names need no quoting.
        let mut schema = self.inner.schema().clone();
        let paths: Vec<&[String]> = names
            .iter()
            .map(|name| match self.nested.get(name) {
                Some(inside) => inside.path.as_slice(),
                None => std::slice::from_ref(name),
            })
            .collect();
        prune(&mut schema.fields, &paths);
        Ok(schema)
    }

    pub(super) fn read_error(&self, what: &str, reason: String) -> DatasetError {
        DatasetError::Read {
            uri: self.uri.clone(),
            what: what.to_owned(),
            reason,
        }
    }
}

/// Numbers of a column as f64, NaN where missing; `None` for other kinds.
pub fn numbers_of(array: &ArrayRef) -> Option<Vec<f64>> {
    let floats = match array.data_type() {
        DataType::Float64 => Arc::clone(array),
        kind if kind.is_numeric() => arrow::compute::cast(array, &DataType::Float64).ok()?,
        _ => return None,
    };
    let floats = floats.as_primitive_opt::<Float64Type>()?;
    Some(match floats.nulls() {
        None => floats.values().to_vec(),
        Some(_) => floats
            .iter()
            .map(|value| value.unwrap_or(f64::NAN))
            .collect(),
    })
}

/// Ascending distinct rows, and for every row asked for its place among them.
pub(super) fn sorted_rows(rows: &[u32]) -> (Vec<u64>, Vec<u64>) {
    let mut sorted: Vec<u64> = rows.iter().map(|row| u64::from(*row)).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let order = rows
        .iter()
        .map(|row| sorted.binary_search(&u64::from(*row)).unwrap_or_default() as u64)
        .collect();
    (sorted, order)
}

/// Lance's messages end in a source location that helps nobody who reads them.
pub(super) fn short(error: &lance::Error) -> String {
    let text = error.to_string();
    let end = text
        .find(", /")
        .or_else(|| text.find(", rust/"))
        .unwrap_or(text.len());
    text[..end]
        .trim_start_matches("LanceError(IO): ")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_for_the_take_and_put_back() {
        let (sorted, order) = sorted_rows(&[7, 3, 7, 1]);
        assert_eq!(sorted, [1, 3, 7]);
        assert_eq!(order, [2, 1, 2, 0]);
    }
}
