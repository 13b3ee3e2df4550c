//! Rows to export: stored columns, and columns that are only in memory.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema};
use futures::future::BoxFuture;

use super::ExportError;
use super::choice::similar;
use cytolance_dataset::CellDataset;
use cytolance_profile::{ColumnInfo, ColumnKind, Role};

/// Where rows come from. Cheap to clone.
#[derive(Debug, Clone)]
pub struct TableSource {
    dataset: CellDataset,
    /// Columns of all rows that take the place of stored ones, or stand beside them.
    extra: Arc<Vec<(Field, ArrayRef)>>,
}

impl TableSource {
    /// The stored columns alone.
    pub fn new(dataset: CellDataset) -> Self {
        Self {
            dataset,
            extra: Arc::default(),
        }
    }

    /// With columns of all rows that are not stored, or not so: labels that are not saved, computed scores.
    #[must_use]
    pub fn with(self, extra: Vec<(Field, ArrayRef)>) -> Self {
        let rows = self.dataset.num_rows();
        let extra = extra
            .into_iter()
            .filter(|(_, values)| values.len() == rows)
            .collect();
        Self {
            extra: Arc::new(extra),
            ..self
        }
    }

    /// The dataset.
    pub fn dataset(&self) -> &CellDataset {
        &self.dataset
    }

    /// All columns, stored and in memory.
    pub fn columns(&self) -> Vec<ColumnInfo> {
        let mut columns = self.dataset.columns().to_vec();
        for (field, _) in self.extra.iter() {
            if self.dataset.column(field.name()).is_some() {
                continue;
            }
            let kind = match field.data_type() {
                kind if kind.is_integer() => ColumnKind::Integer,
                kind if kind.is_numeric() => ColumnKind::Float,
                kind if kind.is_temporal() => ColumnKind::Time,
                arrow::datatypes::DataType::Boolean => ColumnKind::Boolean,
                _ => ColumnKind::Text,
            };
            columns.push(ColumnInfo {
                name: field.name().clone(),
                kind,
                role: Role::of(field.name(), kind, &[]),
                arrow_type: field.data_type().to_string().to_ascii_lowercase(),
            });
        }
        columns
    }

    /// Columns by the names they have here: the usual names of plate, well and site stand for the dataset's.
    ///
    /// # Errors
    /// [`ExportError::UnknownColumn`] for one that is not there.
    pub fn known(&self, names: &[String]) -> Result<Vec<String>, ExportError> {
        let all = self.columns();
        let find = |name: &String| {
            let mut known = [name.as_str(), self.dataset.stored_name(name)].into_iter();
            known
                .find(|name| all.iter().any(|column| column.name == *name))
                .map(str::to_owned)
                .ok_or_else(|| ExportError::UnknownColumn {
                    name: name.clone(),
                    hint: similar(&all, name),
                })
        };
        names.iter().map(find).collect()
    }

    /// Values of some rows, in the order asked for, columns in the order of `names`.
    ///
    /// # Errors
    /// [`ExportError::Dataset`] when reading fails; [`ExportError::UnknownColumn`].
    pub fn take<'a>(
        &'a self,
        rows: &'a [u32],
        names: &'a [String],
    ) -> BoxFuture<'a, Result<RecordBatch, ExportError>> {
        Box::pin(async move {
            let stored = self.stored(names);
            let read = self.dataset.take(rows, &stored).await?;
            self.together(rows, names, &read)
        })
    }

    /// The same with columns that are inside of others where they are stored: what comes back is these others, with what
    /// was asked for of them.
    ///
    /// # Errors
    /// As those of [`Self::take`].
    pub fn take_as_stored<'a>(
        &'a self,
        rows: &'a [u32],
        names: &'a [String],
    ) -> BoxFuture<'a, Result<RecordBatch, ExportError>> {
        Box::pin(async move {
            let stored = self.stored(names);
            let read = self.dataset.take_as_stored(rows, &stored).await?;
            self.together(rows, &self.outer(names), &read)
        })
    }

    /// The columns that are read from the dataset.
    fn stored(&self, names: &[String]) -> Vec<String> {
        let names = names.iter().filter(|name| self.in_memory(name).is_none());
        names.cloned().collect()
    }

    /// The stored columns that these are or are inside of, each once, in this order.
    pub fn outer(&self, names: &[String]) -> Vec<String> {
        let mut outer: Vec<String> = Vec::new();
        for name in names {
            let is_stored = self.in_memory(name).is_none();
            let name = if is_stored {
                self.dataset.outer_name(name)
            } else {
                name
            };
            if !outer.iter().any(|known| known == name) {
                outer.push(name.to_owned());
            }
        }
        outer
    }

    fn in_memory(&self, name: &str) -> Option<&(Field, ArrayRef)> {
        self.extra.iter().find(|(field, _)| field.name() == name)
    }

    fn together(
        &self,
        rows: &[u32],
        names: &[String],
        read: &RecordBatch,
    ) -> Result<RecordBatch, ExportError> {
        let unknown = |name: &String| ExportError::UnknownColumn {
            name: name.clone(),
            hint: String::new(),
        };
        let places = UInt32Array::from(rows.to_vec());
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for name in names {
            if let Some((field, values)) = self.in_memory(name) {
                let taken = take(values, &places, None).map_err(|_| unknown(name))?;
                fields.push(field.clone());
                arrays.push(taken);
            } else {
                let schema = read.schema();
                let (at, field) = schema.column_with_name(name).ok_or_else(|| unknown(name))?;
                fields.push(field.clone());
                arrays.push(Arc::clone(read.column(at)));
            }
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "what the dataset says of itself is written with the table, not with each batch"
        )]
        let schema = Arc::new(Schema::new(fields));
        RecordBatch::try_new(schema, arrays).map_err(|_| unknown(&names.join(", ")))
    }
}
