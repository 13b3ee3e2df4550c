//! Label columns as they are stored: their values and their classes.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};
use futures::future::BoxFuture;

use crate::{CellDataset, DatasetError};
use cytolance_profile::{ColumnKind, LABEL_PREFIX, LabelClass, LabelSpec};

/// Key of a label's classes in the metadata of its field: a JSON list of names and colours.
pub(super) const CLASSES_KEY: &str = "cytolance:label";
/// Colours of classes that have none, in turn: Okabe and Ito's, which people with any colour vision tell apart.
const COLORS: [[u8; 3]; 7] = [
    [0, 158, 115],
    [213, 94, 0],
    [240, 228, 66],
    [86, 180, 233],
    [204, 121, 167],
    [230, 159, 0],
    [0, 114, 178],
];
/// More different values than this are no classes.
const MOST_CLASSES: usize = 100;

/// The labels of all rows, a number each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelValues {
    /// The values that occur, in order of appearance.
    pub names: Vec<String>,
    /// The place in `names` of each row's label; [`LabelValues::NONE`] where there is none.
    pub codes: Vec<u32>,
}

impl LabelValues {
    /// Stands for no label.
    pub const NONE: u32 = u32::MAX;

    /// The label of a row.
    pub fn get(&self, row: u32) -> Option<&str> {
        let code = *self.codes.get(row as usize)?;
        self.names.get(code as usize).map(String::as_str)
    }
}

impl CellDataset {
    /// The labels of all rows; none for all where the column is not there yet.
    ///
    /// # Errors
    /// [`DatasetError::Label`] when the column holds something else than texts or true and false,
    /// [`DatasetError::Read`] when reading fails.
    pub fn read_labels<'a>(
        &'a self,
        column: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Option<String>>, DatasetError>> {
        Box::pin(async move {
            let values = self.read_label_codes(column).await?;
            Ok((0..values.codes.len() as u32)
                .map(|row| values.get(row).map(str::to_owned))
                .collect())
        })
    }

    /// The labels of all rows as numbers, which is what ten million rows fit into.
    ///
    /// # Errors
    /// As [`CellDataset::read_labels`].
    pub fn read_label_codes<'a>(
        &'a self,
        column: &'a str,
    ) -> BoxFuture<'a, Result<LabelValues, DatasetError>> {
        Box::pin(async move {
            let mut values = LabelValues {
                names: Vec::new(),
                codes: Vec::with_capacity(self.num_rows()),
            };
            if self.column(column).is_none() {
                values.codes = vec![LabelValues::NONE; self.num_rows()];
                return Ok(values);
            }
            check_type(self.field(column)?)?;
            let mut places: HashMap<String, u32> = HashMap::new();
            let mut failure = None;
            self.scan_columns(
                &[column.to_owned()],
                &mut |batch| match texts_of(batch.column(0)) {
                    Ok(texts) => {
                        for text in texts.as_string::<i32>() {
                            let code = match text {
                                None => LabelValues::NONE,
                                Some(text) => places.get(text).copied().unwrap_or_else(|| {
                                    let code = values.names.len() as u32;
                                    places.insert(text.to_owned(), code);
                                    values.names.push(text.to_owned());
                                    code
                                }),
                            };
                            values.codes.push(code);
                        }
                        true
                    }
                    Err(error) => {
                        failure = Some(error.to_string());
                        false
                    }
                },
            )
            .await?;
            match failure {
                Some(reason) => Err(self.read_error(column, reason)),
                None => Ok(values),
            }
        })
    }

    /// The label columns with the classes that are stored with them, in stored order. A column of true and false has
    /// these; one that a stranger's tool has written has none: [`CellDataset::read_label_specs`] gets them from its
    /// values.
    pub fn label_specs(&self) -> Vec<LabelSpec> {
        self.columns()
            .iter()
            .filter(|column| {
                column.name.starts_with(LABEL_PREFIX)
                    && matches!(column.kind, ColumnKind::Text | ColumnKind::Boolean)
            })
            .map(|column| LabelSpec {
                column: column.name.clone(),
                classes: self.label_classes(&column.name),
            })
            .collect()
    }

    /// As [`CellDataset::label_specs`]; classes that are not stored are the values that occur, with colours in turn.
    /// Values that are no class of a column that has some are added to it.
    ///
    /// # Errors
    /// [`DatasetError::Label`] for a column with more than a hundred different values, [`DatasetError::Read`].
    pub fn read_label_specs(&self) -> BoxFuture<'_, Result<Vec<LabelSpec>, DatasetError>> {
        Box::pin(async move {
            let mut specs = self.label_specs();
            for spec in &mut specs {
                let values = self.read_label_codes(&spec.column).await?;
                let found: BTreeSet<String> = values.names.into_iter().collect();
                let unknown: Vec<String> = found
                    .into_iter()
                    .filter(|name| spec.class(name).is_none())
                    .collect();
                if unknown.len() > MOST_CLASSES {
                    return Err(DatasetError::Label {
                        column: spec.column.clone(),
                        reason: format!(
                            "it has {} different values: it is a text, not a label",
                            unknown.len()
                        ),
                    });
                }
                spec.classes.extend(colored(&unknown, spec.classes.len()));
            }
            Ok(specs)
        })
    }

    /// The classes of a column as stored with it; none where nothing is.
    pub(super) fn label_classes(&self, column: &str) -> Vec<LabelClass> {
        let Ok(field) = self.field(column) else {
            return Vec::new();
        };
        let stored = field
            .metadata()
            .get(CLASSES_KEY)
            .and_then(|text| serde_json::from_str(text).ok());
        match (stored, field.data_type()) {
            (Some(classes), _) => classes,
            (None, DataType::Boolean) => colored(&["true".to_owned(), "false".to_owned()], 0),
            _ => Vec::new(),
        }
    }
}

/// A field of labels that says their classes.
pub fn with_classes(field: Field, classes: &[LabelClass]) -> Field {
    let Ok(text) = serde_json::to_string(classes) else {
        return field;
    };
    let mut metadata = field.metadata().clone();
    metadata.insert(CLASSES_KEY.to_owned(), text);
    field.with_metadata(metadata)
}

/// Classes of these names, with colours in turn from the `first`.
pub(super) fn colored(names: &[String], first: usize) -> Vec<LabelClass> {
    names
        .iter()
        .enumerate()
        .map(|(at, name)| LabelClass {
            name: name.clone(),
            color: COLORS[(first + at) % COLORS.len()],
        })
        .collect()
}

/// How a new column of these classes is stored.
pub(super) fn type_of(spec: &LabelSpec) -> DataType {
    let names: BTreeSet<&str> = spec.classes.iter().map(|c| c.name.as_str()).collect();
    if names == BTreeSet::from(["true", "false"]) {
        DataType::Boolean
    } else {
        DataType::Utf8
    }
}

/// Labels are texts, in any of Arrow's ways, or true and false.
pub(super) fn check_type(field: &Field) -> Result<(), DatasetError> {
    let fits = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => true,
        DataType::Dictionary(_, value) => {
            matches!(**value, DataType::Utf8 | DataType::LargeUtf8)
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(DatasetError::Label {
        column: field.name().clone(),
        reason: format!(
            "it is stored as {}, but labels are texts or true and false; use another name",
            field.data_type()
        ),
    })
}

/// The values as UTF-8 texts.
pub(super) fn texts_of(array: &ArrayRef) -> Result<ArrayRef, arrow::error::ArrowError> {
    if array.data_type() == &DataType::Utf8 {
        return Ok(array.clone());
    }
    cast(array, &DataType::Utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn true_and_false_are_stored_as_such() {
        let cases: [(&[&str], DataType); 4] = [
            (&["false", "true"], DataType::Boolean),
            (&["true"], DataType::Utf8),
            (&["true", "false", "maybe"], DataType::Utf8),
            (&[], DataType::Utf8),
        ];
        for (names, wanted) in cases {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let spec = LabelSpec {
                column: "Label_a".to_owned(),
                classes: colored(&names, 0),
            };
            assert_eq!(type_of(&spec), wanted, "{names:?}");
        }
    }

    #[test]
    fn numbers_are_no_labels() {
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        for (data_type, good) in [
            (DataType::Utf8, true),
            (dictionary, true),
            (DataType::Boolean, true),
            (DataType::Int64, false),
        ] {
            let field = Field::new("Label_a", data_type.clone(), true);
            assert_eq!(check_type(&field).is_ok(), good, "{data_type}");
        }
    }
}
