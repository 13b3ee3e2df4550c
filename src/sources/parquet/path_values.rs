//! Columns that the folders of a Parquet file say: `plate=P1/part-0.parquet`.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, new_null_array};
use arrow::datatypes::{DataType, Field, Schema};

use super::parquet_table::ParquetStore;
use crate::SourceError;
use crate::joined_rows::JoinedRows;
use crate::table::TableStore;

/// How the programs that write such folders call a missing value.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

/// A column that has one value in all rows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathValue {
    name: String,
    value: Option<String>,
}

/// What the folders of a file say of its rows, the outermost first.
pub(super) fn path_values(path: &Path) -> Vec<PathValue> {
    let folders = path.ancestors().skip(1);
    let mut values: Vec<PathValue> = folders
        .map_while(|folder| {
            let folder = folder.file_name()?.to_str()?;
            let (name, value) = folder.split_once('=')?;
            let value = unescaped(value);
            (!name.is_empty()).then(|| PathValue {
                name: unescaped(name),
                value: (value != MISSING).then_some(value),
            })
        })
        .collect();
    values.reverse();
    values
}

/// A text without its escapes, as `%20`; what is no escape stays.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = others.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The rows of a file with the values that its folders say.
#[derive(Debug)]
pub(super) struct PartitionStore {
    file: ParquetStore,
    /// None of them is a column of the file.
    values: Vec<PathValue>,
}

impl PartitionStore {
    /// A column of the file goes before a folder that is called so.
    pub fn of(file: ParquetStore, mut values: Vec<PathValue>) -> Self {
        values.retain(|value| file.schema().field_with_name(&value.name).is_err());
        Self { file, values }
    }

    /// Its rows, with the further columns behind those of the file.
    pub fn rows(self) -> JoinedRows {
        let own = self.file.schema();
        let further = self.values.iter();
        let fields =
            own.fields().iter().cloned().chain(
                further.map(|value| Arc::new(Field::new(&value.name, DataType::Utf8, true))),
            );
        let fields: Vec<Arc<Field>> = fields.collect();
        JoinedRows {
            schema: Arc::new(Schema::new_with_metadata(fields, own.metadata().clone())),
            num_rows: self.file.num_rows(),
            store: Arc::new(self),
        }
    }
}

impl TableStore for PartitionStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let width = self.file.schema().fields().len();
        let stored: Vec<usize> = columns.iter().copied().filter(|at| *at < width).collect();
        let mut read = if stored.is_empty() {
            Vec::new()
        } else {
            self.file.read(&stored, rows)?
        }
        .into_iter();
        let values = columns.iter().filter_map(|at| match at.checked_sub(width) {
            None => read.next(),
            Some(further) => Some(match &self.values[further].value {
                Some(text) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                    text,
                    rows.len(),
                ))),
                None => new_null_array(&DataType::Utf8, rows.len()),
            }),
        });
        Ok(values.collect())
    }

    fn place(&self, row: u32) -> String {
        self.file.place(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_say_columns() {
        for (path, expected) in [
            ("a/b/x.parquet", vec![]),
            ("out=1/b/x.parquet", vec![]),
            (
                "a/plate=P%201/well=A01/x.parquet",
                vec![("plate", Some("P 1")), ("well", Some("A01"))],
            ),
            (
                "batch=__HIVE_DEFAULT_PARTITION__/100%=5%zz/x.parquet",
                vec![("batch", None), ("100%", Some("5%zz"))],
            ),
        ] {
            let found = path_values(Path::new(path));
            let found: Vec<(&str, Option<&str>)> = found
                .iter()
                .map(|value| (value.name.as_str(), value.value.as_deref()))
                .collect();
            assert_eq!(found, expected, "{path}");
        }
    }
}
