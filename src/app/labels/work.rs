//! The work of labels in the background: reading, saving, keeping marks until they are saved.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use super::command::{LabelsEvent, LabelsJob, LoadedLabels};
use super::state::{Comparison, ReviewKind, Side};
use crate::dataset::{
    CellDataset, DatasetError, Journal, LabelEdit, SaveNote, read_side_file, write_side_file,
};
use crate::explore::{Explorer, NULL_CODE, RowOrder};

/// Writes marks to the journal in the order in which they were made, whichever thread brings them first.
pub struct JournalWriter {
    inner: Mutex<Pending>,
}

struct Pending {
    journal: Journal,
    next: u64,
    /// What came before its turn.
    early: BTreeMap<u64, Line>,
}

enum Line {
    Keep(LabelEdit),
    Forget(u64, Vec<LabelEdit>),
}

impl JournalWriter {
    /// `next` is the number of the first line that will come.
    fn new(journal: Journal, next: u64) -> Self {
        Self {
            inner: Mutex::new(Pending {
                journal,
                next,
                early: BTreeMap::new(),
            }),
        }
    }

    fn write(&self, seq: u64, line: Line) {
        let mut pending = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        pending.early.insert(seq, line);
        loop {
            let next = pending.next;
            let Some(line) = pending.early.remove(&next) else {
                break;
            };
            pending.next += 1;
            let written = match line {
                Line::Keep(edit) => pending.journal.append(&edit),
                Line::Forget(version, rest) => pending.journal.clear(version, &rest),
            };
            if let Err(error) = written {
                tracing::warn!("marks cannot be kept in case of a crash: {error}");
            }
        }
    }
}

/// Where journals are.
fn journal_folder() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("cytolance").join("journal"))
}

/// Does a job.
pub(in crate::app) fn run(job: LabelsJob, handle: &Handle, send: &dyn Fn(LabelsEvent)) {
    match job {
        LabelsJob::Load { explorer, recover } => {
            send(LabelsEvent::Loaded(load(handle, &explorer, recover)));
        }
        LabelsJob::Keep { journal, seq, edit } => journal.write(seq, Line::Keep(edit)),
        LabelsJob::Forget {
            journal,
            seq,
            version,
            rest,
        } => journal.write(seq, Line::Forget(version, rest)),
        LabelsJob::Save {
            dataset,
            edits,
            mut note,
            beside,
        } => {
            note = SaveNote::now(&note.author, &note.what);
            if beside {
                let path = side_file(&dataset);
                let outcome = handle
                    .block_on(write_side_file(&path, &dataset, &edits, &note))
                    .map(|()| path)
                    .map_err(|error| error.to_string());
                send(LabelsEvent::SavedBeside { outcome });
                return;
            }
            let outcome = handle
                .block_on(dataset.save_labels(&edits, &note))
                .map_err(|error| error.to_string());
            send(LabelsEvent::Saved { edits, outcome });
        }
        LabelsJob::FindReview { kind, order, codes } => {
            let queue = review_queue(kind, &order, &codes);
            send(LabelsEvent::ReviewFound { kind, queue });
        }
        LabelsJob::ReadHistory(dataset) => {
            let history = handle
                .block_on(dataset.versions())
                .map_err(|error| error.to_string());
            send(LabelsEvent::HistoryRead(history));
        }
        LabelsJob::OpenVersion {
            task,
            dataset,
            version,
        } => {
            let opened = handle.block_on(async {
                match version {
                    Some(version) => dataset.at_version(version).await,
                    None => CellDataset::open(dataset.uri()).await,
                }
            });
            send(LabelsEvent::VersionOpened {
                task,
                outcome: opened.map_err(|error| error.to_string()),
                newest: version.is_none(),
            });
        }
        LabelsJob::Restore {
            task,
            dataset,
            version,
            mut note,
        } => {
            note = SaveNote::now(&note.author, &note.what);
            send(LabelsEvent::VersionOpened {
                task,
                outcome: handle
                    .block_on(dataset.restore(version, &note))
                    .map_err(|error| error.to_string()),
                newest: true,
            });
        }
        LabelsJob::Compare { dataset, sides } => {
            let comparison = compare(handle, &dataset, sides).map_err(|error| error.to_string());
            send(LabelsEvent::Compared(comparison));
        }
        LabelsJob::ReadFile { dataset, path } => {
            let outcome = handle
                .block_on(read_side_file(&path, &dataset))
                .map_err(|error| error.to_string())
                .and_then(|side| match side.gone.len() {
                    0 => Ok(side.edits),
                    gone => Err(format!(
                        "{gone} labelled cells of {} are not in this dataset",
                        path.display()
                    )),
                });
            send(LabelsEvent::FileRead(outcome));
        }
    }
}

/// Beside a local dataset where its folder can be written, else in the settings' folder.
fn side_file(dataset: &CellDataset) -> PathBuf {
    let name = format!("{}.labels.jsonl", dataset.name());
    let local = std::path::Path::new(dataset.uri());
    let beside = local
        .parent()
        .filter(|folder| !dataset.uri().contains("://") && tempfile::tempfile_in(folder).is_ok());
    let folder = beside.map(std::path::Path::to_path_buf).or_else(|| {
        let folder = dirs::config_dir()?.join("cytolance").join("labels");
        std::fs::create_dir_all(&folder).ok()?;
        Some(folder)
    });
    folder.unwrap_or_default().join(name)
}

fn load(handle: &Handle, explorer: &Explorer, recover: bool) -> Result<LoadedLabels, String> {
    let dataset = explorer.dataset();
    let specs = handle
        .block_on(dataset.read_label_specs())
        .map_err(|error| error.to_string())?;
    let names: Vec<String> = specs.iter().map(|spec| spec.column.clone()).collect();
    let columns = handle
        // Not the marks in memory, which may stand in the place of what somebody else has stored.
        .block_on(explorer.stored(&names))
        .map_err(|error| error.to_string())?;
    let writable = handle.block_on(dataset.is_writable());
    let (mut journal, mut recovered) = (None, Vec::new());
    if let Some(folder) = journal_folder().filter(|_| recover) {
        match Journal::open(&folder, dataset.uri(), dataset.version()) {
            Ok((opened, left)) => {
                journal = Some(Arc::new(JournalWriter::new(opened, 1)));
                recovered = left.edits();
            }
            Err(error) => tracing::warn!("no journal of marks: {error}"),
        }
    }
    let rows = dataset.num_rows() as u32;
    for edit in &mut recovered {
        edit.changes.retain(|change| change.row < rows);
    }
    Ok(LoadedLabels {
        specs,
        columns,
        recovered,
        read_only: (!writable).then(|| "nothing can be written into it".to_owned()),
        journal,
    })
}

/// The cells of a review, in order.
fn review_queue(kind: ReviewKind, order: &RowOrder, codes: &[u32]) -> Vec<u32> {
    let mut rows = order.to_vec();
    match kind {
        ReviewKind::Shown => {}
        ReviewKind::Unmarked => {
            rows.retain(|row| {
                codes
                    .get(*row as usize)
                    .is_none_or(|code| *code == NULL_CODE)
            });
        }
        ReviewKind::Sample { count, seed } => {
            let mut random = fastrand::Rng::with_seed(seed);
            let count = count.min(rows.len());
            for at in 0..count {
                let other = random.usize(at..rows.len());
                rows.swap(at, other);
            }
            rows.truncate(count);
        }
    }
    rows
}

fn compare(
    handle: &Handle,
    dataset: &CellDataset,
    sides: [Side; 2],
) -> Result<Comparison, DatasetError> {
    let [first, second] = &sides;
    let agreement = handle.block_on(async {
        let at = |version: u64| async move {
            if version == dataset.version() {
                Ok(dataset.clone())
            } else {
                dataset.at_version(version).await
            }
        };
        let (earlier, later) = (at(first.version).await?, at(second.version).await?);
        later
            .compare_labels(&earlier, &first.column, &second.column)
            .await
    })?;
    Ok(Comparison { sides, agreement })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::RowSet;

    #[test]
    fn reviews_walk_through_the_right_cells() {
        let order = RowOrder::stored(Arc::new(RowSet::from_rows(8, [1, 2, 4, 5, 7])));
        let codes = [NULL_CODE, 0, NULL_CODE, 0, NULL_CODE, 1, 0, NULL_CODE];
        let queue = |kind| review_queue(kind, &order, &codes);
        assert_eq!(queue(ReviewKind::Shown), [1, 2, 4, 5, 7]);
        assert_eq!(queue(ReviewKind::Unmarked), [2, 4, 7]);
        assert_eq!(review_queue(ReviewKind::Unmarked, &order, &[]).len(), 5);
        let sample = |count, seed| queue(ReviewKind::Sample { count, seed });
        assert_eq!(sample(3, 7), sample(3, 7), "the same seed, the same cells");
        let mut all = sample(99, 1);
        all.sort_unstable();
        assert_eq!(all, [1, 2, 4, 5, 7]);
    }
}
