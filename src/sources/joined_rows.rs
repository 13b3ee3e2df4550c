//! Rows that were joined before they came to us: one a cell, all objects side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray as _, BooleanArray};
use arrow::compute::{CastOptions, cast_with_options, nullif};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Schema};

use super::export::{StoredColumns, is_join_key};
use super::features::{object_names, split_object};
use super::profile_rows::ProfileRows;
use super::table::TableStore;
use super::text_size::TextSize;
use super::{Export, ReadNotes, Relations, SourceError, SourceRemark, Table, TableColumn};
use cytolance_profile::RowKind;

/// The object that rows stand for where no column is named after one.
const UNNAMED_OBJECT: &str = "Cells";
/// Rows in which long texts are looked for.
const LOOKED_AT: usize = 16;
/// What a dataset of ours says of its rows.
const ROWS_ARE: &str = "cytolance:rows_are";
/// What a dataset of ours is known by.
const FORMAT: &str = "cytolance:format";

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
        let notes = ReadNotes {
            rows_in_file: self.num_rows,
            unit: "row".into(),
            ..ReadNotes::default()
        };
        self.open_noted(path, name, &notes)
    }

    /// The same with what was noted while the source was read.
    ///
    /// # Errors
    /// As of [`JoinedRows::open`].
    pub(super) fn open_noted(
        &self,
        path: &Path,
        name: String,
        notes: &ReadNotes,
    ) -> Result<Export, SourceError> {
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
        let mut notes = notes.clone();
        let left_out = self.long_texts(path, &mut notes)?;
        let mut image_columns = Vec::new();
        let mut columns_of: Vec<Vec<TableColumn>> = vec![Vec::new(); objects.len()];
        for (place, field) in fields.iter().enumerate() {
            let plain = plain_type(field.data_type());
            let Some(data_type) = plain.filter(|_| !left_out.contains(&place)) else {
                continue;
            };
            let column = |feature: &str, output: Option<String>| TableColumn {
                name: feature.to_owned(),
                data_type: data_type.clone(),
                output,
                is_filled: true,
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
        let label = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let table = |columns, label: String, notes: ReadNotes| {
            Table::new(
                path.to_path_buf(),
                label,
                columns,
                Ok(self.num_rows),
                notes,
                Arc::clone(&self.store),
                is_join_key,
            )
        };
        let bare = || ReadNotes {
            rows_in_file: notes.rows_in_file,
            unit: notes.unit.clone(),
            rejected: notes.rejected.clone(),
            ..ReadNotes::default()
        };
        let image = table(image_columns, label.clone(), bare())?;
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
                            is_filled: true,
                            place: *place,
                        })
                        .collect(),
                    label.clone(),
                    bare(),
                )?,
            }),
        };
        let objects: Vec<(String, Table)> = objects
            .into_iter()
            .zip(columns_of)
            .map(|(object, columns)| {
                // One file is accounted for, with all notes, whichever object its rows stand for.
                let table = table(columns, format!("{label}: {object}"), notes.clone())?;
                Ok((object, table))
            })
            .collect::<Result<_, SourceError>>()?;
        let has_pictures = others
            .iter()
            .any(|at| *fields[*at].data_type() != DataType::Null);
        let relations = self.relations(path, &image, &objects, has_pictures, &mut remarks)?;
        Ok(Export {
            path: path.to_path_buf(),
            name,
            image: Some(image),
            objects,
            relations,
            stored,
            metadata: self.schema.metadata().clone(),
            experiment: BTreeMap::new(),
            ignored: Vec::new(),
            remarks,
        })
    }

    /// The places of text columns with values that are too long for rows, looked for in some rows.
    fn long_texts(&self, path: &Path, notes: &mut ReadNotes) -> Result<Vec<usize>, SourceError> {
        let fields = self.schema.fields();
        let mut columns: Vec<usize> = (0..fields.len())
            .filter(|at| is_text(fields[*at].data_type()))
            .collect();
        let step = (self.num_rows / LOOKED_AT).max(1);
        let rows: Vec<u32> = (0..self.num_rows as u32).step_by(step).collect();
        if columns.is_empty() || rows.is_empty() {
            return Ok(Vec::new());
        }
        let values = self.store.read(&columns, &rows)?;
        let mut sizes = Vec::new();
        for values in &values {
            let mut size = TextSize::default();
            let lengths = arrow::compute::kernels::length::length(values)
                .map_err(|error| SourceError::unreadable(path, error))?;
            if let Some(lengths) = lengths.as_primitive_opt::<Int32Type>() {
                let lengths = lengths.iter().flatten();
                lengths.for_each(|length| size.take(length as usize));
            }
            sizes.push(size);
        }
        let mut sizes = sizes.into_iter();
        columns.retain(|at| {
            let size = sizes.next().unwrap_or_default();
            if size.is_long() {
                let name = fields[*at].name();
                notes
                    .columns_left_out
                    .push(format!("{name}: {}", size.longest_in_words()));
            }
            size.is_long()
        });
        Ok(columns)
    }

    /// Whether the rows are cells or profiles: what the source itself says, else what its columns tell.
    fn relations(
        &self,
        path: &Path,
        image: &Table,
        objects: &[(String, Table)],
        has_pictures: bool,
        remarks: &mut Vec<SourceRemark>,
    ) -> Result<Relations, SourceError> {
        let path = path.to_path_buf();
        let metadata = self.schema.metadata();
        let said = metadata.get(ROWS_ARE).map(|word| RowKind::of_word(word));
        if let Some(kind) = said.filter(|kind| kind.is_profile()) {
            return Ok(Relations::Profiles(kind));
        }
        let is_ours = metadata.contains_key(FORMAT);
        let fields = self.schema.fields();
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let told = if is_ours || has_pictures {
            None
        } else {
            ProfileRows::tell(image, &names, objects)?
        };
        let (remark, relations) = match told {
            Some(ProfileRows { kind, by }) => (
                SourceRemark::Profiles {
                    path,
                    kind,
                    rows: self.num_rows,
                    by,
                },
                Relations::Profiles(kind),
            ),
            None => (SourceRemark::JoinedBefore { path }, Relations::SameRow),
        };
        remarks.push(remark);
        Ok(relations)
    }
}

/// Whether values are written texts.
fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
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
