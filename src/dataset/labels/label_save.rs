//! Saving labels: one new version, merged with whatever others saved in the meantime.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use lance::Dataset;
use lance::dataset::CommitBuilder;
use lance::dataset::transaction::{Operation, TransactionBuilder};

use super::label_column::check_type;
use super::label_edit::{LabelConflict, LabelEdit, SaveNote, SavedLabels, checked, edited_rows};
use super::label_merge::merged_classes;
use super::label_write::{MarkedCell, SavedColumn, stage};
use super::permission::write_failure;
use super::row_match::{RowMap, map_rows};
use crate::{CellDataset, DatasetError};

/// Lost races after which a save gives up.
const ATTEMPTS: u32 = 50;
/// Time after which it does so.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest pause after the first lost race; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// Longest pause of all.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

impl CellDataset {
    /// Saves decisions about this version as one new version on top of the latest one. Only the label columns of the
    /// fragments in which something changes are written; rows keep their order.
    ///
    /// What others saved meanwhile is merged cell by cell: a cell that still has the label that was seen is written,
    /// one that somebody decided otherwise is left as it is and reported as a conflict. Cells are found by their rows
    /// while nothing was deleted or reordered, else by `Metadata_Source`, `Metadata_ImageNumber` and
    /// `Metadata_ObjectNumber`. A lost race is run again, for up to 30 seconds. Where every cell already is as it is to
    /// be, there is no new version.
    ///
    /// # Errors
    /// [`DatasetError::Label`] for a name, class, row or column type that cannot be; [`DatasetError::ReadOnly`] where
    /// this user may not write; [`DatasetError::Write`] when writing fails, cells cannot be found again, or others kept
    /// writing. Nothing is saved then.
    pub fn save_labels<'a>(
        &'a self,
        edits: &'a [LabelEdit],
        note: &'a SaveNote,
    ) -> BoxFuture<'a, Result<SavedLabels, DatasetError>> {
        Box::pin(async move {
            let edits = checked(self, edits)?;
            if self.is_pinned() {
                return Err(DatasetError::Write {
                    uri: self.uri().to_owned(),
                    reason: format!(
                        "version {} is an older one; open the latest to mark cells, or restore this one first",
                        self.version()
                    ),
                });
            }
            let mut race = Race::start();
            let mut latest = self.inner().as_ref().clone();
            loop {
                latest
                    .checkout_latest()
                    .await
                    .map_err(|error| write_failure(self.uri(), &error))?;
                let now = Self::of(latest.clone(), self.uri(), false)
                    .await?
                    .seen_as(self);
                match self.try_save(&now, &edits, note).await {
                    Ok(saved) => return Ok(saved),
                    Err(Attempt::Failed(error)) => return Err(error),
                    Err(Attempt::Lost(error)) => race.again(self.uri(), &error).await?,
                }
            }
        })
    }

    async fn try_save(
        &self,
        now: &Self,
        edits: &[LabelEdit],
        note: &SaveNote,
    ) -> Result<SavedLabels, Attempt> {
        let columns = self.columns_to_save(now, edits)?;
        let rows = edited_rows(edits);
        let places = map_rows(self, now, &rows).await?;
        let mut gone = Vec::new();
        let mut cells = Vec::new();
        for (column, edit) in edits.iter().enumerate() {
            for change in &edit.changes {
                match places.get(change.row) {
                    Some(row) => cells.push(MarkedCell {
                        column,
                        change,
                        row,
                    }),
                    None => gone.push(LabelConflict {
                        column: edit.spec.column.clone(),
                        row: change.row,
                        before: change.before.clone(),
                        mine: change.after.clone(),
                        theirs: None,
                    }),
                }
            }
        }
        cells.sort_by_key(|cell| cell.row);
        let staged = stage(now.inner(), &columns, &cells)
            .await
            .map_err(|error| Attempt::of(self.uri(), error))?;
        let dataset = match staged.operation {
            None => now.clone(),
            Some(operation) => {
                let committed = commit(now.inner(), operation, note)
                    .await
                    .map_err(|error| Attempt::of(self.uri(), error))?;
                Self::of(committed, self.uri(), false).await?.seen_as(self)
            }
        };
        let version = dataset.version();
        let own = u64::from(version > now.version());
        Ok(SavedLabels {
            merged_versions: version.saturating_sub(self.version() + own) as usize,
            version,
            dataset,
            written: staged.written,
            rows_moved: matches!(places, RowMap::Moved(_)),
            conflicts: staged.conflicts,
            gone,
        })
    }

    fn columns_to_save<'a>(
        &self,
        now: &Self,
        edits: &'a [LabelEdit],
    ) -> Result<Vec<SavedColumn<'a>>, DatasetError> {
        edits
            .iter()
            .map(|edit| {
                let name = &edit.spec.column;
                let exists = now.column(name).is_some();
                if exists {
                    check_type(now.field(name)?)?;
                }
                let classes = if exists {
                    merged_classes(
                        &self.label_classes(name),
                        &now.label_classes(name),
                        &edit.spec,
                    )
                } else {
                    Some(edit.spec.classes.clone())
                };
                Ok(SavedColumn {
                    edit,
                    exists,
                    classes,
                })
            })
            .collect()
    }
}

/// Why an attempt to commit ended.
pub(crate) enum Attempt {
    /// Somebody else was faster.
    Lost(lance::Error),
    /// It would fail again.
    Failed(DatasetError),
}

impl Attempt {
    /// Sorts Lance's error.
    pub fn of(uri: &str, error: lance::Error) -> Self {
        let lost = matches!(
            error,
            lance::Error::CommitConflict { .. }
                | lance::Error::RetryableCommitConflict { .. }
                | lance::Error::IncompatibleTransaction { .. }
                | lance::Error::TooMuchWriteContention { .. }
        );
        // Of a commit that may or may not be there the next attempt finds out: cells that are as wanted are not
        // written again.
        if lost || error.is_commit_status_unknown() {
            Self::Lost(error)
        } else {
            Self::Failed(write_failure(uri, &error))
        }
    }
}

impl From<DatasetError> for Attempt {
    fn from(error: DatasetError) -> Self {
        Self::Failed(error)
    }
}

/// Attempts against others who write at the same time.
pub(crate) struct Race {
    started: Instant,
    lost: u32,
}

impl Race {
    /// The first attempt.
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
            lost: 0,
        }
    }

    /// Waits a random while before the next attempt.
    ///
    /// # Errors
    /// [`DatasetError::Write`] once it has tried often or long enough.
    pub(crate) async fn again(
        &mut self,
        uri: &str,
        error: &lance::Error,
    ) -> Result<(), DatasetError> {
        self.lost += 1;
        if self.lost >= ATTEMPTS || self.started.elapsed() >= PATIENCE {
            return Err(DatasetError::Write {
                uri: uri.to_owned(),
                reason: format!(
                    "others kept writing to it during {} attempts ({}); try again",
                    self.lost,
                    crate::handle::short(error)
                ),
            });
        }
        let longest = LONGEST_PAUSE.min(FIRST_PAUSE * (1 << self.lost.min(10)));
        tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
        Ok(())
    }
}

/// One new version with who, when and what.
pub(crate) async fn commit(
    dataset: &Arc<Dataset>,
    operation: Operation,
    note: &SaveNote,
) -> lance::Result<Dataset> {
    let transaction = TransactionBuilder::new(dataset.version().version, operation)
        .transaction_properties(Some(Arc::new(note.properties())))
        .build();
    CommitBuilder::new(Arc::clone(dataset))
        .with_skip_auto_cleanup(true)
        .execute(transaction)
        .await
}
