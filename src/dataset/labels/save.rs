//! Saving marks: one version each, merged cell by cell with what others saved in the meantime.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use lance::Dataset;
use lance::dataset::CommitBuilder;
use lance::dataset::transaction::{Operation, Transaction, UpdateMode, UpdatedFragmentOffsets};

use super::super::added_columns::{add_transaction, with_properties};
use super::super::{CellDataset, DatasetError};
use super::columns::{SPEC_KEY, field_of, texts_of, with_classes_of};
use super::history::properties_of;
use super::rows::addresses;
use super::{LabelConflict, LabelEdit, SaveNote, SavedLabels};
use crate::profile::LabelSpec;

/// How long a save tries while others save, too.
const PATIENCE: Duration = Duration::from_secs(60);
/// Waits between two tries, in milliseconds; the first one, and the longest.
const WAITS: [u64; 2] = [5, 400];
/// Lance's column of addresses.
const ADDRESS: &str = "_rowaddr";

/// The labels of one column that are to be written, by row of the newest version.
type Writes = BTreeMap<u32, Option<String>>;

/// What is to be written into the newest version.
struct Merged {
    columns: Vec<(LabelSpec, Writes)>,
    conflicts: Vec<LabelConflict>,
}

impl CellDataset {
    /// Saves marks as one new version on top of the newest one. The first save of a label column adds it; where one save
    /// adds a column and changes another, or changes the classes of one that is there, it takes two versions.
    ///
    /// A cell whose label is neither the one the person saw nor the one to be saved was labelled by somebody else in
    /// the meantime: their label stays, and the cell is among the conflicts. Saves of others at the same moment are waited
    /// for, a minute at most.
    ///
    /// # Errors
    /// [`DatasetError::Write`] where the dataset cannot be written, or rows cannot be found again.
    pub async fn save_labels(
        &self,
        edits: &[LabelEdit],
        note: &SaveNote,
    ) -> Result<SavedLabels, DatasetError> {
        let begin = Instant::now();
        let mut tries = 0_u32;
        loop {
            let newest = Self::open(self.uri()).await?;
            let merged_versions = newest.version().saturating_sub(self.version()) as usize;
            let merged = self.merge(&newest, edits).await?;
            let written = merged.columns.iter().map(|(_, writes)| writes.len()).sum();
            match newest.write_labels(&merged.columns, note).await {
                Ok(dataset) => {
                    return Ok(SavedLabels {
                        version: dataset.version(),
                        dataset,
                        written,
                        merged_versions,
                        conflicts: merged.conflicts,
                    });
                }
                Err(error) if is_contention(&error) && begin.elapsed() < PATIENCE => {
                    let longest = (WAITS[0] << tries.min(7)).min(WAITS[1]);
                    let wait = fastrand::u64(WAITS[0]..=longest.max(WAITS[0]));
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                    tries += 1;
                }
                Err(error) => {
                    return Err(DatasetError::Write {
                        uri: self.uri().to_owned(),
                        reason: super::super::handle::short(&error),
                    });
                }
            }
        }
    }

    /// What of the edits is still to be written, and where others decided otherwise.
    async fn merge(&self, newest: &Self, edits: &[LabelEdit]) -> Result<Merged, DatasetError> {
        let mut merged = Merged {
            columns: Vec::new(),
            conflicts: Vec::new(),
        };
        for edit in edits {
            let rows: Vec<u32> = edit.changes.iter().map(|change| change.row).collect();
            let places = self.places_in(newest, &rows).await?;
            let there: Vec<u32> = places.iter().flatten().copied().collect();
            let stored = newest.labels_of(&edit.spec.column, &there).await?;
            let mut stored: HashMap<u32, Option<String>> =
                there.iter().copied().zip(stored).collect();
            let mut writes = Writes::new();
            for (change, place) in edit.changes.iter().zip(places) {
                let conflict = |theirs| LabelConflict {
                    column: edit.spec.column.clone(),
                    row: change.row,
                    before: change.before.clone(),
                    mine: change.after.clone(),
                    theirs,
                };
                let Some(place) = place else {
                    // Somebody deleted the cell.
                    merged.conflicts.push(conflict(None));
                    continue;
                };
                let theirs = stored.get(&place).cloned().flatten();
                if theirs == change.after {
                    continue;
                }
                if theirs != change.before {
                    merged.conflicts.push(conflict(theirs));
                    continue;
                }
                writes.insert(place, change.after.clone());
                stored.insert(place, change.after.clone());
            }
            merged.columns.push((edit.spec.clone(), writes));
        }
        Ok(merged)
    }

    /// Labels of some rows; all unmarked where the column is not there yet.
    async fn labels_of(
        &self,
        column: &str,
        rows: &[u32],
    ) -> Result<Vec<Option<String>>, DatasetError> {
        if self.column(column).is_none() || rows.is_empty() {
            return Ok(vec![None; rows.len()]);
        }
        let batch = self.take(rows, &[column.to_owned()]).await?;
        let texts = batch.column_by_name(column).and_then(texts_of);
        texts.ok_or_else(|| DatasetError::Read {
            uri: self.uri().to_owned(),
            what: column.to_owned(),
            reason: "it holds no labels".to_owned(),
        })
    }

    async fn write_labels(
        &self,
        columns: &[(LabelSpec, Writes)],
        note: &SaveNote,
    ) -> lance::Result<Self> {
        let properties = properties_of(note);
        let mut dataset = Arc::clone(self.inner());
        let (known, new): (Vec<_>, Vec<_>) = columns
            .iter()
            .partition(|(spec, _)| dataset.schema().field(&spec.column).is_some());
        if !new.is_empty() {
            let transaction = add_columns(&dataset, self.num_rows(), &new, &properties).await?;
            dataset = Arc::new(CommitBuilder::new(dataset).execute(transaction).await?);
        }
        let changed: Vec<_> = known
            .into_iter()
            .filter(|(_, writes)| !writes.is_empty())
            .collect();
        if !changed.is_empty() {
            let transaction = rewrite_columns(&dataset, &changed, &properties).await?;
            dataset = Arc::new(CommitBuilder::new(dataset).execute(transaction).await?);
        }
        store_classes(&dataset, columns).await?;
        Self::open(self.uri())
            .await
            .map_err(|error| lance::Error::invalid_input(error.to_string()))
    }
}

/// Whether somebody else committed at the same moment.
fn is_contention(error: &lance::Error) -> bool {
    matches!(
        error,
        lance::Error::CommitConflict { .. }
            | lance::Error::RetryableCommitConflict { .. }
            | lance::Error::IncompatibleTransaction { .. }
            | lance::Error::TooMuchWriteContention { .. }
    )
}

async fn add_columns(
    dataset: &Dataset,
    rows: usize,
    columns: &[&(LabelSpec, Writes)],
    properties: &[(String, String)],
) -> lance::Result<Transaction> {
    let columns = columns
        .iter()
        .map(|(spec, writes)| {
            let values: StringArray = (0..rows as u32)
                .map(|row| writes.get(&row).and_then(Option::as_deref))
                .collect();
            let texts: Vec<Option<String>> = writes.values().cloned().collect();
            let spec = with_classes_of(spec.clone(), &texts);
            (field_of(&spec), Arc::new(values) as ArrayRef)
        })
        .collect();
    add_transaction(dataset, columns, properties).await
}

/// Rewrites the label columns of the fragments that hold changed rows; all else stays in its files.
async fn rewrite_columns(
    dataset: &Dataset,
    columns: &[&(LabelSpec, Writes)],
    properties: &[(String, String)],
) -> lance::Result<Transaction> {
    // By fragment and column, so that every row in a batch has a value of its own.
    let mut fragments: HashMap<u64, lance_fragment::Changed> = HashMap::new();
    for (spec, writes) in columns {
        let rows: Vec<u64> = writes.keys().map(|row| u64::from(*row)).collect();
        for (address, value) in addresses(dataset, &rows)
            .await?
            .into_iter()
            .zip(writes.values())
        {
            let changed = fragments.entry(address >> 32).or_default();
            changed
                .entry(spec.column.clone())
                .or_default()
                .push((address, value.clone()));
        }
    }
    let (mut updated, mut fields, mut offsets) = (Vec::new(), Vec::new(), HashMap::new());
    for (id, changed) in fragments {
        let mut metadata = None;
        for (column, values) in changed {
            let mut fragment = dataset
                .get_fragment(id as usize)
                .ok_or_else(|| lance::Error::invalid_input(format!("fragment {id} is gone")))?;
            if let Some(metadata) = metadata.take() {
                fragment = lance::dataset::fragment::FileFragment::new(
                    Arc::new(dataset.clone()),
                    metadata,
                );
            }
            let result = fragment
                .update_columns_with_offsets(reader(&column, values)?, ADDRESS, ADDRESS)
                .await?;
            for field in result.fields_modified {
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
            offsets
                .entry(id)
                .and_modify(|known| *known |= &result.matched_offsets)
                .or_insert(result.matched_offsets);
            metadata = Some(result.fragment);
        }
        updated.extend(metadata);
    }
    let operation = Operation::Update {
        removed_fragment_ids: Vec::new(),
        updated_fragments: updated,
        new_fragments: Vec::new(),
        fields_modified: fields,
        compacted_sstables: Vec::new(),
        fields_for_preserving_frag_bitmap: Vec::new(),
        update_mode: Some(UpdateMode::RewriteColumns),
        inserted_rows_filter: None,
        updated_fragment_offsets: Some(UpdatedFragmentOffsets(offsets)),
    };
    Ok(with_properties(dataset, operation, properties))
}

mod lance_fragment {
    use std::collections::BTreeMap;

    /// Addresses and labels by column, of one fragment.
    pub type Changed = BTreeMap<String, Vec<(u64, Option<String>)>>;
}

fn reader(
    column: &str,
    values: Vec<(u64, Option<String>)>,
) -> lance::Result<impl arrow::array::RecordBatchReader + Send + 'static> {
    let (rows, labels): (Vec<u64>, Vec<Option<String>>) = values.into_iter().unzip();
    let schema = Arc::new(Schema::new(vec![
        Field::new(ADDRESS, DataType::UInt64, true),
        Field::new(column, DataType::Utf8, true),
    ]));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        vec![
            Arc::new(UInt64Array::from(rows)),
            Arc::new(StringArray::from(labels)),
        ],
    )
    .map_err(|error| lance::Error::invalid_input(error.to_string()))?;
    Ok(RecordBatchIterator::new([Ok(batch)], schema))
}

/// Keeps classes that are others than the stored ones.
async fn store_classes(dataset: &Dataset, columns: &[(LabelSpec, Writes)]) -> lance::Result<()> {
    let schema = Schema::from(dataset.schema());
    let changed: Vec<(&str, String)> = columns
        .iter()
        .filter_map(|(spec, _)| {
            let field = schema.field_with_name(&spec.column).ok()?;
            let classes = serde_json::to_string(spec).ok()?;
            let stored = field.metadata().get(SPEC_KEY);
            // A column that was just added has at least these.
            let holds_all = stored
                .and_then(|stored| serde_json::from_str::<LabelSpec>(stored).ok())
                .is_some_and(|stored| {
                    spec.classes
                        .iter()
                        .all(|class| stored.classes.contains(class))
                });
            (!holds_all).then_some((spec.column.as_str(), classes))
        })
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut dataset = dataset.clone();
    let mut update = dataset.update_field_metadata();
    for (column, classes) in &changed {
        update = update.update(*column, [(SPEC_KEY, classes.as_str())])?;
    }
    update.await?;
    Ok(())
}
