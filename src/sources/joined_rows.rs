//! Rows that were joined before they came to us: one a cell, all objects side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, BooleanArray};
use arrow::compute::{CastOptions, cast_with_options, nullif};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Schema};

use super::export::{StoredColumns, is_join_key};
use super::features::{object_names, split_object};
use super::table::TableStore;
use super::{Export, ReadNotes, Relations, SourceError, SourceRemark, Table, TableColumn};

/// The object that rows stand for where no column is named after one.
const UNNAMED_OBJECT: &str = "Cells";

/// A table in which every row is a cell.
#[derive(Debug, Clone)]
pub struct JoinedRows {
    /// Its columns, with their metadata.
    pub schema: Arc<Schema>,
    /// Number of rows.
    pub num_rows: usize,
    /// Where the values are. The places of columns are those of the schema; see [`plain_values`] for their types.
    pub store: Arc<dyn TableStore>,
}

impl JoinedRows {
    /// Takes it apart into an Image table, one table an object, and what is neither number nor text; all have
    /// the same rows.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read, has too many rows, or is no table of cells.
    pub fn open(&self, path: &Path, name: String) -> Result<Export, SourceError> {
        let failed = |reason: &str| SourceError::unusable(path, reason);
        if u32::try_from(self.num_rows).is_err() {
            return Err(failed("more than four billion rows"));
        }
        let fields = self.schema.fields();
        let mut remarks = Vec::new();
        let mut objects = object_names(fields.iter().map(|field| field.name().as_str()));
        let others: Vec<usize> = (0..fields.len())
            .filter(|at| plain_type(fields[*at].data_type()).is_none())
            .collect();
        if objects.is_empty() {
            if others
                .iter()
                .all(|at| *fields[*at].data_type() == DataType::Null)
            {
                return Err(failed(
                    "no column is named after an object and a measurement (such as Cells_AreaShape_Area), so it is no table of cells",
                ));
            }
            remarks.push(SourceRemark::UnnamedObject {
                path: path.to_path_buf(),
            });
            objects.push(UNNAMED_OBJECT.to_owned());
        }
        let mut image_columns = Vec::new();
        let mut columns_of: Vec<Vec<TableColumn>> = vec![Vec::new(); objects.len()];
        for (place, field) in fields.iter().enumerate() {
            let Some(data_type) = plain_type(field.data_type()) else {
                continue;
            };
            let column = |feature: &str, output: Option<String>| TableColumn {
                name: feature.to_owned(),
                data_type: data_type.clone(),
                output,
                place,
            };
            if let Some((object, feature)) = split_object(field.name(), &objects) {
                let at = objects.iter().position(|name| name == object).unwrap_or(0);
                columns_of[at].push(column(feature, None));
            } else {
                let feature = field.name().strip_prefix("Image_").unwrap_or(field.name());
                image_columns.push(column(feature, Some(field.name().clone())));
            }
        }
        remarks.push(SourceRemark::JoinedBefore {
            path: path.to_path_buf(),
        });
        let label = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let table = |columns, label: String| {
            Table::new(
                path.to_path_buf(),
                label,
                columns,
                Ok(self.num_rows),
                ReadNotes {
                    rows_in_file: self.num_rows,
                    unit: "row".into(),
                    ..ReadNotes::default()
                },
                Arc::clone(&self.store),
                is_join_key,
            )
        };
        let image = table(image_columns, label.clone())?;
        let stored = match others.as_slice() {
            [] => None,
            others => Some(StoredColumns {
                fields: others
                    .iter()
                    .map(|at| fields[*at].as_ref().clone())
                    .collect(),
                table: table(
                    others
                        .iter()
                        .map(|place| TableColumn {
                            name: fields[*place].name().clone(),
                            data_type: fields[*place].data_type().clone(),
                            output: None,
                            place: *place,
                        })
                        .collect(),
                    label.clone(),
                )?,
            }),
        };
        let objects = objects
            .into_iter()
            .zip(columns_of)
            .map(|(object, columns)| {
                let table = table(columns, format!("{label}: {object}"))?;
                Ok((object, table))
            })
            .collect::<Result<_, SourceError>>()?;
        Ok(Export {
            path: path.to_path_buf(),
            name,
            image: Some(image),
            objects,
            relations: Relations::SameRow,
            stored,
            metadata: self.schema.metadata().clone(),
            experiment: BTreeMap::new(),
            ignored: Vec::new(),
            remarks,
        })
    }
}

/// The type a column has in the dataset; `None` where it holds neither numbers nor text.
fn plain_type(data_type: &DataType) -> Option<DataType> {
    Some(match data_type {
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => DataType::Int64,
        // Beyond 2^63 an unsigned number has no place among the integers; as text nothing is lost.
        DataType::UInt64
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Timestamp(..)
        | DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Decimal128(..) => DataType::Utf8,
        DataType::Float16 | DataType::Float32 => DataType::Float32,
        DataType::Float64 => DataType::Float64,
        DataType::Boolean => DataType::Boolean,
        DataType::Dictionary(_, values) => plain_type(values)?,
        _ => return None,
    })
}

/// Values in the type that they have in the dataset; a NaN is a null. What is neither number nor text stays as it is.
///
/// # Errors
/// Arrow's, when a value does not fit its type.
pub fn plain_values(values: &ArrayRef) -> Result<ArrayRef, arrow::error::ArrowError> {
    let Some(wanted) = plain_type(values.data_type()) else {
        return Ok(Arc::clone(values));
    };
    let options = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let plain = if *values.data_type() == wanted {
        Arc::clone(values)
    } else {
        cast_with_options(values, &wanted, &options)?
    };
    let nan: Option<BooleanArray> = match plain.data_type() {
        DataType::Float64 => Some(
            plain
                .as_primitive::<Float64Type>()
                .iter()
                .map(|value| value.map(f64::is_nan))
                .collect(),
        ),
        DataType::Float32 => Some(
            plain
                .as_primitive::<Float32Type>()
                .iter()
                .map(|value| value.map(f32::is_nan))
                .collect(),
        ),
        _ => None,
    };
    match nan {
        Some(nan) if nan.true_count() > 0 => nullif(&plain, &nan),
        _ => Ok(plain),
    }
}
