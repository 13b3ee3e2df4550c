//! Marks that are not saved yet, in a file that survives a crash: a JSON object a line.

use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::LabelEdit;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    uri: String,
}

const FORMAT: &str = "cytolance-marks-1";

/// The journal of one dataset.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    uri: String,
    file: Option<File>,
}

impl Journal {
    /// The journal of a dataset in a folder, and the marks that an earlier run has left in it. A last line that was cut
    /// short, and whatever follows it, is left out.
    ///
    /// # Errors
    /// Those of reading and of making the folder.
    pub fn open(folder: &Path, uri: &str) -> std::io::Result<(Self, Vec<LabelEdit>)> {
        std::fs::create_dir_all(folder)?;
        let mut hasher = DefaultHasher::new();
        uri.hash(&mut hasher);
        let path = folder.join(format!("{:016x}.jsonl", hasher.finish()));
        let left = match File::open(&path) {
            Ok(file) => read(file, uri),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut journal = Self {
            path,
            uri: uri.to_owned(),
            file: None,
        };
        if !left.is_empty() {
            // Written anew, so that what follows does not stand behind a line that was cut short.
            journal.begin()?;
            for edit in &left {
                journal.append(edit)?;
            }
        }
        Ok((journal, left))
    }

    fn begin(&mut self) -> std::io::Result<&mut File> {
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(&self.path)?;
        let header = Header {
            format: FORMAT.to_owned(),
            uri: self.uri.clone(),
        };
        write_line(&mut file, &header)?;
        Ok(self.file.insert(file))
    }

    /// Writes down a step; the system has it when this returns.
    ///
    /// # Errors
    /// Those of writing.
    pub fn append(&mut self, edit: &LabelEdit) -> std::io::Result<()> {
        let file = match self.file.as_mut() {
            Some(file) => file,
            None => self.begin()?,
        };
        write_line(file, edit)
    }

    /// Everything is saved: forgets all.
    ///
    /// # Errors
    /// Those of removing the file.
    pub fn clear(&mut self) -> std::io::Result<()> {
        self.file = None;
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn write_line(file: &mut File, value: &impl Serialize) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    // One call, so that a crash leaves at most one line cut short.
    file.write_all(&line)
}

fn read(file: File, uri: &str) -> Vec<LabelEdit> {
    let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
    let header = lines
        .next()
        .and_then(|line| serde_json::from_slice::<Header>(&line).ok());
    // Another dataset whose address has the same hash is not this one.
    if header.is_none_or(|header| header.uri != uri || header.format != FORMAT) {
        return Vec::new();
    }
    lines
        .map_while(|line| serde_json::from_slice(&line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::LabelChange;
    use crate::profile::LabelSpec;

    #[test]
    fn whatever_is_cut_off_the_whole_lines_come_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let edit = |row: u32| LabelEdit {
            spec: LabelSpec::quality(),
            changes: vec![LabelChange {
                row,
                before: None,
                after: Some("päss".to_owned()),
            }],
        };
        let (mut journal, left) = Journal::open(folder.path(), "x.lance").expect("open");
        assert!(left.is_empty());
        for row in 0..3 {
            journal.append(&edit(row)).expect("written");
        }
        let path = journal.path.clone();
        drop(journal);
        let whole = std::fs::read(&path).expect("read");
        let ends: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] == b'\n').collect();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("cut");
            let (_, left) = Journal::open(folder.path(), "x.lance").expect("open");
            // A line without its end is whole when all its bytes are there.
            let complete = ends.iter().filter(|end| cut >= **end).count();
            let expected: Vec<LabelEdit> =
                (0..complete.saturating_sub(1) as u32).map(edit).collect();
            assert_eq!(left, expected, "cut at {cut}");
        }
        let (mut journal, left) = Journal::open(folder.path(), "x.lance").expect("open");
        assert_eq!(left.len(), 3);
        let (_, other) = Journal::open(folder.path(), "y.lance").expect("open");
        assert!(other.is_empty());
        journal.clear().expect("cleared");
        assert!(!path.exists());
    }
}
