//! The work of labels in the background: reading, saving, keeping marks until they are saved.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use super::command::{LabelsEvent, LabelsJob, LoadedLabels};
use super::state::{Comparison, ReviewKind, Side};
use cytolance_dataset::{
    CellDataset, DatasetError, Journal, LabelEdit, SaveNote, read_side_file, write_side_file,
};
use cytolance_explore::{Explorer, NULL_CODE, RowOrder};

/// Writes marks to the journal in the order in which they were made, whichever thread brings them first.
pub struct JournalWriter {
    inner: Mutex<Pending>,
}

struct Pending {
    journal: Journal,
    next: u64,
    /// What came before its turn.
    early: BTreeMap<u64, Line>,
    /// What could not be written yet, in its order.
    unwritten: VecDeque<Line>,
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
                unwritten: VecDeque::new(),
            }),
        }
    }

    /// Writes a line when its turn has come, after those that could not be written before. Says when that begins to fail,
    /// with the reason, and when all is written again.
    fn write(&self, seq: u64, line: Line) -> Option<Result<(), String>> {
        let mut pending = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let failed_before = !pending.unwritten.is_empty();
        pending.early.insert(seq, line);
        loop {
            let next = pending.next;
            let Some(line) = pending.early.remove(&next) else {
                break;
            };
            pending.next += 1;
            if matches!(line, Line::Forget(..)) {
                // It holds all that is not saved.
                pending.unwritten.clear();
            }
            pending.unwritten.push_back(line);
        }
        let mut failure = None;
        while let Some(line) = pending.unwritten.pop_front() {
            let written = match &line {
                Line::Keep(edit) => pending.journal.append(edit),
                Line::Forget(version, rest) => pending.journal.clear(*version, rest),
            };
            if let Err(error) = written {
                pending.unwritten.push_front(line);
                failure = Some(error.to_string());
                break;
            }
        }
        match (failed_before, failure) {
            (false, Some(reason)) => Some(Err(reason)),
            (true, None) => Some(Ok(())),
            (true, Some(_)) | (false, None) => None,
        }
    }
}

/// Where journals are.
fn journal_folder() -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("cytolance").join("journal"))
}

/// Does a job.
pub(crate) fn run(job: LabelsJob, handle: &Handle, send: &dyn Fn(LabelsEvent)) {
    match job {
        LabelsJob::Load { explorer, recover } => {
            send(LabelsEvent::Loaded(load(handle, &explorer, recover)));
        }
        LabelsJob::Keep { journal, seq, edit } => {
            let turned = journal.write(seq, Line::Keep(edit));
            if let Some(turned) = turned {
                send(LabelsEvent::JournalTurned(turned));
            }
        }
        LabelsJob::Forget {
            journal,
            seq,
            version,
            rest,
        } => {
            let turned = journal.write(seq, Line::Forget(version, rest));
            if let Some(turned) = turned {
                send(LabelsEvent::JournalTurned(turned));
            }
        }
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
    let (mut journal, mut recovered, mut complaints) = (None, Vec::new(), Vec::new());
    if let Some(folder) = journal_folder().filter(|_| recover) {
        match Journal::open(&folder, dataset.uri(), dataset.version()) {
            Ok((opened, left)) => {
                journal = Some(Arc::new(JournalWriter::new(opened, 1)));
                recovered = left.edits();
                if let Some(copy) = &left.damaged {
                    complaints.push(format!(
                        "Some marks of the last run could not be read back; the file as it was is {}.",
                        copy.display()
                    ));
                }
            }
            Err(error) => complaints.push(unkept(&error.to_string())),
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
        complaints,
    })
}

/// That marks do not survive a crash.
pub(super) fn unkept(reason: &str) -> String {
    format!(
        "Marks that are not saved would be lost if the program crashed now: {reason}. Saving them (Ctrl+S) is safe."
    )
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
    use std::path::Path;

    use super::*;
    use cytolance_dataset::LabelChange;
    use cytolance_kernels::RowSet;
    use cytolance_profile::LabelSpec;

    fn mark(row: u32) -> Line {
        Line::Keep(LabelEdit {
            spec: LabelSpec::quality(),
            changes: vec![LabelChange {
                row,
                before: None,
                after: Some("pass".to_owned()),
            }],
        })
    }

    fn found(folder: &Path) -> Vec<u32> {
        let (_, found) = Journal::open(folder, "a.lance", 1).expect("opened");
        let changes = found.steps.iter().flat_map(|step| &step.changes);
        changes.map(|change| change.row).collect()
    }

    /// The folder of the journal is gone, as an unmounted disk is; then it is there again.
    #[test]
    fn marks_that_cannot_be_kept_are_said_once_and_kept_as_soon_as_they_can_be() {
        let root = tempfile::tempdir().expect("a folder");
        let [folder, away] = ["journal", "away"].map(|name| root.path().join(name));
        let (journal, _) = Journal::open(&folder, "a.lance", 1).expect("opened");
        let writer = JournalWriter::new(journal, 1);
        assert_eq!(writer.write(1, mark(1)), None);
        std::fs::rename(&folder, &away).expect("moved");
        let forget = Line::Forget(1, Vec::new());
        let said = writer.write(2, forget).expect("said").expect_err("failed");
        assert!(
            said.contains("a.lance") || said.contains("journal"),
            "{said}"
        );
        assert_eq!(writer.write(4, mark(4)), None, "not its turn");
        assert_eq!(writer.write(3, mark(3)), None, "said once");
        std::fs::rename(&away, &folder).expect("moved back");
        assert_eq!(writer.write(5, mark(5)), Some(Ok(())));
        assert_eq!(writer.write(6, mark(6)), None);
        drop(writer);
        assert_eq!(found(&folder), [3, 4, 5, 6]);
    }

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
