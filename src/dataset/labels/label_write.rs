//! New data of label columns, a file a fragment: nothing else of the dataset is read or written.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchIterator, StringArray};
use arrow::array::{StringBuilder, new_null_array};
use arrow::compute::{cast, concat};
use arrow::datatypes::{DataType, Field, Schema as ArrowSchema};
use arrow::error::ArrowError;
use futures::{StreamExt as _, TryStreamExt as _};
use lance::Dataset;
use lance::dataset::NewColumnTransform;
use lance::dataset::fragment::FileFragment;
use lance::dataset::transaction::{DataReplacementGroup, Operation};
use lance::datatypes::Schema;

use super::label_column::{CLASSES_KEY, texts_of, type_of};
use super::label_edit::{LabelChange, LabelConflict, LabelEdit};
use super::label_merge::{Verdict, verdict};
use cytolance_profile::LabelClass;

/// Values read at a time.
const READ_ROWS: u32 = 1 << 16;
/// How Lance stores the texts: as numbers into a list of those that occur, also where most rows have none, and
/// compressed. Otherwise every version takes four bytes for every row without a label.
const ENCODING: [(&str, &str); 2] = [
    ("lance-encoding:dict-size-ratio", "1.0"),
    ("lance-encoding:compression", "zstd"),
];
/// Lance's number of a field whose values in a file are no longer those of the dataset.
const TOMBSTONE: i32 = -2;

/// One cell to be marked, with its row in the latest version.
#[derive(Clone, Copy)]
pub(super) struct MarkedCell<'a> {
    /// Place of the column among the edits.
    pub column: usize,
    /// The decision.
    pub change: &'a LabelChange,
    /// Where the cell is now.
    pub row: u32,
}

/// A label column of a save.
pub(super) struct SavedColumn<'a> {
    /// What is wanted of it.
    pub edit: &'a LabelEdit,
    /// Whether the latest version has it.
    pub exists: bool,
    /// Classes to store with it, where these change; always for a column that does not exist.
    pub classes: Option<Vec<LabelClass>>,
}

/// What a save comes to, before it is committed.
pub(super) struct Staged {
    /// The commit; none where there is nothing to write.
    pub operation: Option<Operation>,
    /// Cells that have, or will have, the label that was asked for.
    pub written: usize,
    /// Cells that are left alone.
    pub conflicts: Vec<LabelConflict>,
}

/// Compares the cells with what is stored and writes the new data of those fragments in which something changes.
/// `cells` ascend by row.
///
/// Values alone are a `DataReplacement`, which Lance puts beside whatever else was committed meanwhile and refuses where
/// somebody replaced the same column of the same fragment. New columns and classes change the schema, too, and so are
/// a `Merge`.
pub(super) async fn stage(
    dataset: &Dataset,
    columns: &[SavedColumn<'_>],
    cells: &[MarkedCell<'_>],
) -> lance::Result<Staged> {
    let mut staged = Staged {
        operation: None,
        written: 0,
        conflicts: Vec::new(),
    };
    let mut fragments = dataset.get_fragments();
    let mut replacements: Vec<DataReplacementGroup> = Vec::new();
    let structural = columns.iter().any(|column| column.classes.is_some());
    let stored = stored_schema(dataset, columns);
    let mut rest = cells;
    let mut first_row = 0_u64;
    for fragment in &mut fragments {
        if rest.is_empty() {
            break;
        }
        let rows = fragment.count_rows(None).await? as u64;
        let count = rest.partition_point(|cell| u64::from(cell.row) < first_row + rows);
        let (here, later) = rest.split_at(count);
        rest = later;
        let place = Place {
            fragment,
            first_row,
            rows: rows as usize,
        };
        first_row += rows;
        if here.is_empty() {
            continue;
        }
        let Some(values) = new_values(&place, &stored, columns, here, &mut staged).await? else {
            continue;
        };
        if !values.stored.is_empty() {
            let batch = RecordBatch::try_new(Arc::new(ArrowSchema::from(&stored)), values.stored)?;
            let data = futures::stream::iter([Ok(batch)]);
            let replacement = fragment.write_columns(data, &stored).await?;
            if structural {
                *fragment = replaced(dataset, fragment, &replacement);
            } else {
                replacements.push(replacement);
            }
        }
        if !values.added.is_empty() {
            let schema = Arc::new(new_columns(columns));
            let batch = RecordBatch::try_new(Arc::clone(&schema), values.added)?;
            let reader = RecordBatchIterator::new([Ok(batch)], schema);
            let (metadata, _) = fragment
                .add_columns(NewColumnTransform::Reader(Box::new(reader)), None, None)
                .await?;
            *fragment = FileFragment::new(Arc::new(dataset.clone()), metadata);
        }
    }
    staged.operation = if structural {
        Some(Operation::Merge {
            fragments: fragments.iter().map(|f| f.metadata().clone()).collect(),
            schema: new_schema(dataset, columns)?,
            preserves_nullability: true,
        })
    } else if replacements.is_empty() {
        None
    } else {
        Some(Operation::DataReplacement { replacements })
    };
    Ok(staged)
}

/// The fields of the columns that are there, in the dataset's order and with its numbers of them.
fn stored_schema(dataset: &Dataset, columns: &[SavedColumn<'_>]) -> Schema {
    let mut schema = dataset.schema().clone();
    schema.fields.retain(|field| {
        columns
            .iter()
            .any(|column| column.exists && column.edit.spec.column == field.name)
    });
    schema
}

/// The Arrow fields of the columns that are not there yet, in the order of the edits.
fn new_fields(columns: &[SavedColumn<'_>]) -> Vec<Field> {
    columns
        .iter()
        .filter(|column| !column.exists)
        .map(|column| {
            let spec = &column.edit.spec;
            Field::new(&spec.column, type_of(spec), true).with_metadata(encoding())
        })
        .collect()
}

fn encoding() -> HashMap<String, String> {
    ENCODING
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// The new columns; the dataset's metadata are its own.
#[expect(
    clippy::disallowed_methods,
    reason = "columns that are new say nothing yet"
)]
fn new_columns(columns: &[SavedColumn<'_>]) -> ArrowSchema {
    ArrowSchema::new(new_fields(columns))
}

/// The dataset's schema with new columns and classes.
fn new_schema(dataset: &Dataset, columns: &[SavedColumn<'_>]) -> lance::Result<Schema> {
    let mut schema = dataset.schema().merge(&new_columns(columns))?;
    // As the writer of the columns counts, so that schema and files have the same numbers.
    schema.try_set_field_id(Some(dataset.manifest().max_field_id()))?;
    for column in columns {
        let Some(classes) = &column.classes else {
            continue;
        };
        let text = serde_json::to_string(classes)
            .map_err(|error| lance::Error::invalid_input(error.to_string()))?;
        let mut fields = schema.fields.iter_mut();
        if let Some(field) = fields.find(|field| field.name == column.edit.spec.column) {
            field.metadata.insert(CLASSES_KEY.to_owned(), text);
            field.metadata.extend(encoding());
        }
    }
    Ok(schema)
}

/// The fragment with a new file for some of its columns, as Lance itself replaces them.
fn replaced(
    dataset: &Dataset,
    fragment: &FileFragment,
    replacement: &DataReplacementGroup,
) -> FileFragment {
    let mut metadata = fragment.metadata().clone();
    let new = &replacement.1;
    for file in &mut metadata.files {
        let fields: Vec<i32> = file
            .fields
            .iter()
            .map(|field| {
                if new.fields.contains(field) {
                    TOMBSTONE
                } else {
                    *field
                }
            })
            .collect();
        file.fields = fields.into();
    }
    metadata
        .files
        .retain(|file| file.fields.iter().any(|field| *field != TOMBSTONE));
    metadata.files.push(new.clone());
    FileFragment::new(Arc::new(dataset.clone()), metadata)
}

/// A fragment among the rows of the dataset.
struct Place<'a> {
    fragment: &'a FileFragment,
    first_row: u64,
    rows: usize,
}

/// New values of a fragment's label columns.
struct NewValues {
    /// Of the columns that are there, in stored order: a value for every row that was ever written, deleted ones
    /// included.
    stored: Vec<ArrayRef>,
    /// Of those that are not, in the order of the edits: a value for every row that is left.
    added: Vec<ArrayRef>,
}

/// Merges a fragment's cells; none where nothing changes.
async fn new_values(
    place: &Place<'_>,
    stored: &Schema,
    columns: &[SavedColumn<'_>],
    cells: &[MarkedCell<'_>],
    staged: &mut Staged,
) -> lance::Result<Option<NewValues>> {
    let written_rows = place.fragment.physical_rows().await?;
    // Where the rows that are left lie among those that were written.
    let left: Option<Vec<u32>> = place.fragment.get_deletion_vector().await?.map(|deleted| {
        (0..written_rows as u32)
            .filter(|row| !deleted.contains(*row))
            .collect()
    });
    let texts = if stored.fields.is_empty() {
        HashMap::new()
    } else {
        read_texts(place.fragment, stored, written_rows).await?
    };
    let mut changed = false;
    let mut new_texts: HashMap<&str, StringArray> = HashMap::new();
    for (at, column) in columns.iter().enumerate() {
        let name = column.edit.spec.column.as_str();
        let old = texts.get(name);
        let mut patches: Vec<(usize, Option<&str>)> = Vec::new();
        for cell in cells.iter().filter(|cell| cell.column == at) {
            let offset = (u64::from(cell.row) - place.first_row) as usize;
            let offset = match (&left, old) {
                (Some(left), Some(_)) => left.get(offset).map_or(offset, |row| *row as usize),
                _ => offset,
            };
            let current = old
                .filter(|old| !old.is_null(offset))
                .map(|old| old.value(offset));
            let change = cell.change;
            let after = change.after.as_deref();
            match verdict(current, change.before.as_deref(), after) {
                Verdict::Write => {
                    patches.push((offset, after));
                    staged.written += 1;
                }
                Verdict::Stands => staged.written += 1,
                Verdict::Conflict => staged.conflicts.push(LabelConflict {
                    column: name.to_owned(),
                    row: cell.row,
                    before: change.before.clone(),
                    mine: change.after.clone(),
                    theirs: current.map(str::to_owned),
                }),
            }
        }
        changed |= !patches.is_empty();
        let empty;
        let old = if let Some(old) = old {
            old
        } else {
            empty = StringArray::new_null(place.rows);
            &empty
        };
        new_texts.insert(name, patched(old, &patches)?);
    }
    if !changed {
        return Ok(None);
    }
    let typed = |name: &str, data_type: &DataType, rows: usize| -> Result<ArrayRef, ArrowError> {
        match new_texts.get(name) {
            Some(texts) => cast(texts, data_type),
            None => Ok(new_null_array(data_type, rows)),
        }
    };
    let values = NewValues {
        stored: stored
            .fields
            .iter()
            .map(|field| typed(&field.name, &field.data_type(), written_rows))
            .collect::<Result<_, _>>()?,
        added: new_fields(columns)
            .iter()
            .map(|field| typed(field.name(), field.data_type(), place.rows))
            .collect::<Result<_, _>>()?,
    };
    Ok(Some(values))
}

/// The stored labels of every row that was ever written to the fragment.
async fn read_texts(
    fragment: &FileFragment,
    stored: &Schema,
    rows: usize,
) -> lance::Result<HashMap<String, StringArray>> {
    let batches: Vec<RecordBatch> = fragment
        .read_physical_slice(0..rows as u64, stored, READ_ROWS)
        .await?
        .buffered(2)
        .try_collect()
        .await?;
    let mut texts = HashMap::new();
    for field in &stored.fields {
        let parts: Vec<ArrayRef> = batches
            .iter()
            .filter_map(|batch| batch.column_by_name(&field.name))
            .map(texts_of)
            .collect::<Result<_, _>>()?;
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        let whole = if parts.is_empty() {
            new_null_array(&DataType::Utf8, rows)
        } else {
            concat(&parts)?
        };
        texts.insert(field.name.clone(), whole.as_string::<i32>().clone());
    }
    Ok(texts)
}

/// The texts with some replaced; `patches` ascend.
fn patched(
    old: &StringArray,
    patches: &[(usize, Option<&str>)],
) -> Result<StringArray, ArrowError> {
    let mut new = StringBuilder::with_capacity(old.len(), old.value_data().len());
    let mut next = 0;
    for (row, text) in patches {
        // Whole stretches are copied at once.
        if *row > next {
            new.append_array(&old.slice(next, row - next))?;
        }
        new.append_option(*text);
        next = row + 1;
    }
    if next < old.len() {
        new.append_array(&old.slice(next, old.len() - next))?;
    }
    Ok(new.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Patches<'a> = &'a [(usize, Option<&'a str>)];

    #[test]
    fn patches_leave_the_rest_as_it_was() {
        let old = StringArray::from(vec![Some("a"), None, Some("c"), Some("d"), None]);
        let cases: [(Patches<'_>, [Option<&str>; 5]); 4] = [
            (&[], [Some("a"), None, Some("c"), Some("d"), None]),
            (
                &[(0, None), (1, Some("x")), (4, Some("y"))],
                [None, Some("x"), Some("c"), Some("d"), Some("y")],
            ),
            (
                &[(2, Some("long"))],
                [Some("a"), None, Some("long"), Some("d"), None],
            ),
            (
                &[(3, None), (4, None)],
                [Some("a"), None, Some("c"), None, None],
            ),
        ];
        for (patches, wanted) in cases {
            let new = patched(&old, patches).expect("patched");
            assert_eq!(new.iter().collect::<Vec<_>>(), wanted, "{patches:?}");
        }
    }
}
