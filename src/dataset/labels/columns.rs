//! Label columns: their classes, their values, whether anything can be saved.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array as _, ArrayRef, AsArray as _};
use arrow::datatypes::{DataType, Field};

use super::super::{CellDataset, DatasetError};
use crate::profile::{ColumnKind, LABEL_PREFIX, LabelClass, LabelSpec};

/// Key of a label column's classes in its field metadata, as JSON.
pub(super) const SPEC_KEY: &str = "cytolance:label";
/// Classes told from values; a column with more is no label.
const MOST_CLASSES: usize = 64;
/// Colours of classes that have none, in turn: Okabe and Ito's palette.
const COLORS: [[u8; 3]; 8] = [
    [0, 158, 115],
    [213, 94, 0],
    [240, 228, 66],
    [86, 180, 233],
    [204, 121, 167],
    [230, 159, 0],
    [0, 114, 178],
    [150, 150, 150],
];

/// The field of a label column, with its classes.
pub(super) fn field_of(spec: &LabelSpec) -> Field {
    let classes = serde_json::to_string(spec).unwrap_or_default();
    Field::new(&spec.column, DataType::Utf8, true)
        .with_metadata(HashMap::from([(SPEC_KEY.to_owned(), classes)]))
}

/// Labels as text, whichever type stores them; `None` for pictures and the like.
pub(super) fn texts_of(array: &ArrayRef) -> Option<Vec<Option<String>>> {
    let text = match array.data_type() {
        DataType::Utf8 => std::sync::Arc::clone(array),
        kind if kind.is_nested() => return None,
        _ => arrow::compute::cast(array, &DataType::Utf8).ok()?,
    };
    let text = text.as_string_opt::<i32>()?;
    Some(
        (0..text.len())
            .map(|row| (!text.is_null(row)).then(|| text.value(row).to_owned()))
            .collect(),
    )
}

impl CellDataset {
    /// The label columns with their classes. One without stored classes gets none here; its values become classes when
    /// they are read.
    pub fn label_specs(&self) -> Vec<LabelSpec> {
        self.columns()
            .iter()
            .filter(|column| column.name.starts_with(LABEL_PREFIX))
            .filter(|column| matches!(column.kind, ColumnKind::Text | ColumnKind::Boolean))
            .map(|column| {
                let stored = self
                    .schema()
                    .field_with_name(&column.name)
                    .ok()
                    .and_then(|field| serde_json::from_str(field.metadata().get(SPEC_KEY)?).ok());
                let spec: LabelSpec = stored.unwrap_or_else(|| LabelSpec {
                    column: column.name.clone(),
                    classes: Vec::new(),
                });
                // Whatever the metadata says: the column is the one it stands on.
                LabelSpec {
                    column: column.name.clone(),
                    ..spec
                }
            })
            .collect()
    }

    /// The labels of all rows; `None` where unmarked.
    ///
    /// # Errors
    /// [`DatasetError::Read`] for an unknown column, and for one that holds no labels.
    pub async fn read_labels(&self, column: &str) -> Result<Vec<Option<String>>, DatasetError> {
        let read = self.read_columns(&[column.to_owned()]).await?;
        read.first()
            .and_then(texts_of)
            .ok_or_else(|| DatasetError::Read {
                uri: self.uri().to_owned(),
                what: column.to_owned(),
                reason: "it holds no labels".to_owned(),
            })
    }

    /// Whether a save can succeed: for local datasets, whether files can be made in it. Stores far away are taken to be
    /// writable until a save says otherwise.
    pub async fn is_writable(&self) -> bool {
        if self.uri().contains("://") {
            return true;
        }
        let folder = std::path::Path::new(self.uri()).join("_versions");
        tokio::task::spawn_blocking(move || tempfile::tempfile_in(folder).is_ok())
            .await
            .unwrap_or(false)
    }
}

/// Classes for values that have none yet.
pub(super) fn with_classes_of(mut spec: LabelSpec, values: &[Option<String>]) -> LabelSpec {
    let distinct: BTreeSet<&String> = values.iter().flatten().collect();
    for value in distinct.into_iter().take(MOST_CLASSES) {
        if spec.class(value).is_none() {
            let color = COLORS[spec.classes.len() % COLORS.len()];
            spec.classes.push(LabelClass {
                name: value.clone(),
                color,
            });
        }
    }
    spec
}
