//! Unsaved marks on disk, so that a crash costs none: a file of JSON lines beside the settings, one line a step.
//!
//! The first line names the dataset and its version, each line after it the classes of a label or the cells that one
//! step (a mark, an undo) changed. A step counts once its line has its end; a half-written last line is dropped.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::label_edit::{LabelChange, LabelEdit};
use crate::DatasetError;
use cytolance_files::{GrowingFile, stable_key, write_whole};
use cytolance_profile::LabelSpec;

const FORMAT: &str = "cytolance.marks";
/// Lines reach the system at once and the disk after this time at the latest, if more are written; a crash of the
/// program alone loses none.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// Windows on one dataset at the same time, each with a journal of its own.
const MOST_WINDOWS: u32 = 32;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    uri: String,
    version: u64,
}

/// Cells of one step that had the same label and got the same one.
#[derive(Debug, Serialize, Deserialize)]
struct Group {
    before: Option<String>,
    after: Option<String>,
    rows: Vec<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The classes of the marks that follow.
    Label(LabelSpec),
    /// A step.
    Marks { column: String, cells: Vec<Group> },
}

/// What a journal held when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecoveredMarks {
    /// The version of the dataset that the rows are of.
    pub version: u64,
    /// The steps that were not saved, in their order.
    pub steps: Vec<LabelEdit>,
    /// Where lines in the midst of a journal could not be read: a copy of it as it was.
    pub damaged: Option<PathBuf>,
}

impl RecoveredMarks {
    /// What the steps come to.
    pub fn edits(&self) -> Vec<LabelEdit> {
        LabelEdit::net(self.steps.iter().cloned())
    }
}

/// The journal of one window on one dataset. All of it blocks: not for the thread that draws.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    uri: String,
    version: u64,
    /// Labels whose classes are in the file as they are.
    specs: Vec<LabelSpec>,
    synced: Instant,
    /// Bytes of whole lines.
    end: u64,
    /// Whether half a line may stand behind them: the last one did not go in.
    torn: bool,
    // Holds the lock for as long as the journal lives.
    _lock: File,
}

impl Journal {
    /// Opens the journal of a dataset in a folder, which is made where it is not there, and hands out what an earlier
    /// run has left in it. `version` is that of the dataset as it is open now.
    ///
    /// Two windows on one dataset have a journal each. What a second one left when both crashed comes back, too, after
    /// the first one's steps, unless its rows are of another version: then with the next journal that has none.
    ///
    /// # Errors
    /// [`DatasetError::LabelFile`] when the folder or the file cannot be written.
    pub fn open(
        folder: &Path,
        uri: &str,
        version: u64,
    ) -> Result<(Self, RecoveredMarks), DatasetError> {
        std::fs::create_dir_all(folder).map_err(|error| file_error(folder, &error))?;
        let uri = absolute(uri);
        let stem = file_stem(&uri);
        for window in 0..MOST_WINDOWS {
            let path = folder.join(format!("{stem}-{window}.jsonl"));
            let lock_path = path.with_extension("lock");
            let lock = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&lock_path)
                .map_err(|error| file_error(&lock_path, &error))?;
            match lock.try_lock() {
                Ok(()) => {
                    let (mut journal, mut found) = Self::open_file(path, lock, uri, version)?;
                    for other in window + 1..MOST_WINDOWS {
                        journal.adopt(&folder.join(format!("{stem}-{other}.jsonl")), &mut found)?;
                    }
                    return Ok((journal, found));
                }
                // Another window.
                Err(std::fs::TryLockError::WouldBlock) => {}
                Err(std::fs::TryLockError::Error(error)) => {
                    return Err(file_error(&lock_path, &error));
                }
            }
        }
        Err(DatasetError::LabelFile {
            path: folder.to_path_buf(),
            reason: format!("{MOST_WINDOWS} windows have {uri} open already; close some"),
        })
    }

    fn open_file(
        path: PathBuf,
        lock: File,
        uri: String,
        version: u64,
    ) -> Result<(Self, RecoveredMarks), DatasetError> {
        let failed = |error: std::io::Error| file_error(&path, &error);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let Parsed {
            header,
            mut recovered,
            specs,
            good,
            broken,
        } = parse(&bytes);
        if broken {
            let copy = path.with_extension("damaged");
            write_whole(&copy, &bytes).map_err(failed)?;
            recovered.damaged = Some(copy);
        }
        let mut journal = Self {
            file,
            uri,
            version: header.as_ref().map_or(version, |header| header.version),
            specs,
            synced: Instant::now(),
            end: good as u64,
            torn: false,
            _lock: lock,
            path,
        };
        if recovered.steps.is_empty() {
            // Nothing to keep: the journal is about the version that is open now.
            journal.clear(version, &[])?;
            recovered.version = version;
        } else {
            journal.cut(good as u64)?;
        }
        Ok((journal, recovered))
    }

    /// Takes over what another window has left that is no longer open.
    fn adopt(&mut self, other: &Path, found: &mut RecoveredMarks) -> Result<(), DatasetError> {
        if !other.exists() {
            return Ok(());
        }
        let failed = |error: std::io::Error| file_error(other, &error);
        let lock = File::open(other.with_extension("lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        let parsed = parse(&std::fs::read(other).map_err(failed)?);
        let left = parsed.recovered;
        let fits = found.steps.is_empty() || left.version == found.version;
        if parsed.broken || !left.steps.is_empty() && !fits {
            return Ok(());
        }
        if !left.steps.is_empty() {
            found.version = left.version;
            found.steps.extend(left.steps);
            self.clear(found.version, &found.steps)?;
        }
        std::fs::remove_file(other).map_err(failed)
    }

    /// The version that the rows of the steps are of.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a step. When this returns, a crash of the program does not lose it any more.
    ///
    /// # Errors
    /// [`DatasetError::LabelFile`] when the disk is full or gone.
    pub fn append(&mut self, step: &LabelEdit) -> Result<(), DatasetError> {
        let mut text = Vec::new();
        let is_known = self.specs.contains(&step.spec);
        if !is_known {
            self.push(&mut text, &Line::Label(step.spec.clone()))?;
        }
        self.push(&mut text, &line_of(step))?;
        // Half of a line that did not go in whole would hide all that come after it.
        if self.torn {
            self.cut(self.end)?;
        }
        self.torn = true;
        self.file
            .write_all(&text)
            .map_err(|error| file_error(&self.path, &error))?;
        self.torn = false;
        self.end += text.len() as u64;
        if !is_known {
            self.specs.retain(|spec| spec.column != step.spec.column);
            self.specs.push(step.spec.clone());
        }
        if self.synced.elapsed() >= SYNC_EVERY {
            self.sync()?;
        }
        Ok(())
    }

    /// Waits until everything is on the disk, so that not even a power cut loses it.
    ///
    /// # Errors
    /// [`DatasetError::LabelFile`] when the disk is full or gone.
    pub fn sync(&mut self) -> Result<(), DatasetError> {
        self.synced = Instant::now();
        self.file
            .sync_data()
            .map_err(|error| file_error(&self.path, &error))
    }

    /// Begins anew after a save that made `version`, with the steps that are not in it: those made while it was being
    /// saved, and conflicts. The old journal is there until the new one is.
    ///
    /// # Errors
    /// [`DatasetError::LabelFile`] when it cannot be written; the old one is then as it was.
    pub fn clear(&mut self, version: u64, unsaved: &[LabelEdit]) -> Result<(), DatasetError> {
        let mut text = Vec::new();
        let header = Header {
            format: FORMAT.to_owned(),
            uri: self.uri.clone(),
            version,
        };
        self.push(&mut text, &header)?;
        let mut specs: Vec<LabelSpec> = Vec::new();
        for step in unsaved {
            if !specs.contains(&step.spec) {
                self.push(&mut text, &Line::Label(step.spec.clone()))?;
                specs.retain(|spec| spec.column != step.spec.column);
                specs.push(step.spec.clone());
            }
            self.push(&mut text, &line_of(step))?;
        }
        let replace = || -> std::io::Result<File> {
            let mut new = GrowingFile::begin(&self.path)?;
            new.write_all(&text)?;
            new.replace()
        };
        self.file = replace().map_err(|error| file_error(&self.path, &error))?;
        self.end = text.len() as u64;
        self.version = version;
        self.torn = false;
        self.specs = specs;
        self.synced = Instant::now();
        Ok(())
    }

    /// Drops what comes after the last whole line and goes there.
    fn cut(&mut self, good: u64) -> Result<(), DatasetError> {
        self.file
            .set_len(good)
            .and_then(|()| self.file.seek(SeekFrom::Start(good)))
            .map_err(|error| file_error(&self.path, &error))?;
        (self.end, self.torn) = (good, false);
        Ok(())
    }

    fn push(&self, text: &mut Vec<u8>, line: &impl Serialize) -> Result<(), DatasetError> {
        serde_json::to_writer(&mut *text, line)
            .map_err(|error| file_error(&self.path, &error.into()))?;
        text.push(b'\n');
        Ok(())
    }
}

/// A step with its cells in groups: thousands that were selected and marked at once are one.
fn line_of(step: &LabelEdit) -> Line {
    let mut cells: Vec<Group> = Vec::new();
    for change in &step.changes {
        let same =
            |group: &&mut Group| group.before == change.before && group.after == change.after;
        match cells.iter_mut().find(same) {
            Some(group) => group.rows.push(change.row),
            None => cells.push(Group {
                before: change.before.clone(),
                after: change.after.clone(),
                rows: vec![change.row],
            }),
        }
    }
    Line::Marks {
        column: step.spec.column.clone(),
        cells,
    }
}

struct Parsed {
    header: Option<Header>,
    recovered: RecoveredMarks,
    specs: Vec<LabelSpec>,
    /// Bytes of whole lines.
    good: usize,
    /// Whether anything but a half-written last line could not be read.
    broken: bool,
}

fn parse(bytes: &[u8]) -> Parsed {
    let mut parsed = Parsed {
        header: None,
        recovered: RecoveredMarks::default(),
        specs: Vec::new(),
        good: 0,
        broken: false,
    };
    let mut rest = bytes;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let line = &rest[..end];
        let understood = if parsed.header.is_some() {
            take_line(line, &mut parsed)
        } else {
            parsed.header = serde_json::from_slice::<Header>(line)
                .ok()
                .filter(|header| header.format == FORMAT);
            parsed.header.is_some()
        };
        if !understood {
            parsed.broken = true;
            break;
        }
        rest = &rest[end + 1..];
        parsed.good = bytes.len() - rest.len();
    }
    parsed.recovered.version = parsed.header.as_ref().map_or(0, |header| header.version);
    parsed
}

fn take_line(line: &[u8], parsed: &mut Parsed) -> bool {
    match serde_json::from_slice(line) {
        Ok(Line::Label(spec)) => {
            parsed.specs.retain(|known| known.column != spec.column);
            parsed.specs.push(spec);
            true
        }
        Ok(Line::Marks { column, cells }) => {
            let Some(spec) = parsed.specs.iter().find(|spec| spec.column == column) else {
                return false;
            };
            let changes = cells
                .into_iter()
                .flat_map(|group| {
                    group.rows.into_iter().map(move |row| LabelChange {
                        row,
                        before: group.before.clone(),
                        after: group.after.clone(),
                    })
                })
                .collect();
            parsed.recovered.steps.push(LabelEdit {
                spec: spec.clone(),
                changes,
            });
            true
        }
        Err(_) => false,
    }
}

/// One dataset has one name, from whichever folder it is opened.
fn absolute(uri: &str) -> String {
    if uri.contains("://") {
        return uri.trim_end_matches('/').to_owned();
    }
    std::fs::canonicalize(uri).map_or_else(|_| uri.to_owned(), |path| path.to_string_lossy().into())
}

/// Part of the dataset's name, for people, and a number of its whole address.
fn file_stem(uri: &str) -> String {
    let name: String = uri
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .take(40)
        .collect();
    format!("{name}-{:016x}", stable_key(uri))
}

fn file_error(path: &Path, error: &std::io::Error) -> DatasetError {
    DatasetError::LabelFile {
        path: path.to_path_buf(),
        reason: format!("unsaved marks cannot be kept here: {error}"),
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
