//! The work of labels in the background: reading, saving, keeping marks until they are saved.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use super::command::{LabelsEvent, LabelsJob, LoadedLabels};
use super::state::{Comparison, ReviewKind, Side};
use crate::dataset::{
    CellDataset, DatasetError, Journal, LabelEdit, read_side_file, write_side_file,
};
use crate::explore::{Explorer, NULL_CODE, RowOrder};
use crate::profile::Agreement;

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
    Forget(Vec<LabelEdit>),
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
                Line::Forget(rest) => pending.journal.clear().and_then(|()| {
                    rest.iter()
                        .try_for_each(|edit| pending.journal.append(edit))
                }),
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
        LabelsJob::Forget { journal, seq, rest } => journal.write(seq, Line::Forget(rest)),
        LabelsJob::Save {
            dataset,
            edits,
            mut note,
            beside,
        } => {
            note.time = now();
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
            note.time = now();
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
                .map_err(|error| error.to_string());
            send(LabelsEvent::FileRead(outcome));
        }
    }
}

fn now() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
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
    let specs = dataset.label_specs();
    let names: Vec<String> = specs.iter().map(|spec| spec.column.clone()).collect();
    let columns = handle
        .block_on(explorer.columns(&names))
        .map_err(|error| error.to_string())?;
    let writable = handle.block_on(dataset.is_writable());
    let (mut journal, mut recovered) = (None, Vec::new());
    if let Some(folder) = journal_folder().filter(|_| recover) {
        match Journal::open(&folder, dataset.uri()) {
            Ok((opened, edits)) => {
                journal = Some(Arc::new(JournalWriter::new(opened, 1)));
                recovered = edits;
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
    let read = |side: &Side| {
        handle.block_on(async {
            if side.version == dataset.version() {
                return dataset.read_labels(&side.column).await;
            }
            let other = dataset.at_version(side.version).await?;
            if other.column(&side.column).is_none() {
                // Before the first mark there was no such column.
                return Ok(vec![None; other.num_rows()]);
            }
            other.read_labels(&side.column).await
        })
    };
    let (a, b) = (read(&sides[0])?, read(&sides[1])?);
    Ok(Comparison {
        agreement: Agreement::of(&a, &b),
        sides,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::RowSet;

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
