//! A file that is there whole or not at all.

use std::fs::File;
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PathPersistError, TempPath};

use super::settle::{folder_of, settle_file, settle_folder};

/// How the names of files and folders begin that are not finished.
pub const UNFINISHED: &str = ".cytolance-unfinished";

/// The rights that new files usually have here, or new folders with `folder`, for what grows under a temporary name: what
/// is written is there to be shared.
pub fn usual_rights(temporary: &mut tempfile::Builder<'_, '_>, folder: bool) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if folder { 0o777 } else { 0o666 };
        temporary.permissions(std::fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = (temporary, folder);
}

/// A file beside its place, under a name of its own. Dropped before it is put there, it leaves nothing.
///
/// What is in it is on the disk before it gets its name, so that not even a power cut leaves half of it there.
#[derive(Debug)]
pub struct GrowingFile {
    file: NamedTempFile,
    place: PathBuf,
    settles: bool,
}

impl GrowingFile {
    /// Begins a file, in a folder that is there.
    ///
    /// # Errors
    /// The system's, where the folder cannot be written.
    pub fn begin(place: &Path) -> Result<Self> {
        let mut temporary = tempfile::Builder::new();
        temporary.prefix(UNFINISHED);
        usual_rights(&mut temporary, false);
        Ok(Self {
            file: temporary.tempfile_in(folder_of(place))?,
            place: place.to_path_buf(),
            settles: true,
        })
    }

    /// Leaves it to the folder that it is a part of to wait for the disk ([`super::settle_tree`]): one by one, thousands
    /// of small files take minutes.
    #[must_use]
    pub fn settled_with_its_folder(mut self) -> Self {
        self.settles = false;
        self
    }

    /// A second handle of the file, for a writer that wants to own one.
    ///
    /// # Errors
    /// The system's.
    pub fn reopen(&self) -> Result<File> {
        self.file.reopen()
    }

    /// Puts it in its place, over what is there, and hands out its handle, which is at its end.
    ///
    /// # Errors
    /// The system's; what was there is then as it was.
    pub fn replace(self) -> Result<File> {
        self.settle()?;
        let file = self
            .file
            .persist(&self.place)
            .map_err(|error| error.error)?;
        if self.settles {
            // It is there and whole; when its name is on the disk is no reason to call that failed.
            let _ = settle_folder(folder_of(&self.place));
        }
        Ok(file)
    }

    /// Puts it in its place if that is free; the system decides, in the same step.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where something has come there, which stays; the system's.
    pub fn take_free_place(self) -> Result<()> {
        self.settle()?;
        match self.file.into_temp_path().persist_noclobber(&self.place) {
            Ok(()) => {}
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                return Err(error.error);
            }
            Err(error) => claim(error, &self.place)?,
        }
        if self.settles {
            let _ = settle_folder(folder_of(&self.place));
        }
        Ok(())
    }

    fn settle(&self) -> Result<()> {
        if self.settles {
            settle_file(self.file.as_file())
        } else {
            Ok(())
        }
    }
}

impl Write for GrowingFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

/// Writes bytes as a file, over what is there.
///
/// # Errors
/// The system's; what was there is then as it was.
pub fn write_whole(place: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = GrowingFile::begin(place)?;
    file.write_all(bytes)?;
    file.replace().map(|_| ())
}

/// Where a file system can neither rename without replacing nor link (FAT, some network drives), an empty file takes the
/// name first, which only one can do.
fn claim(refused: PathPersistError, place: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    match options.write(true).create_new(true).open(place) {
        Ok(_) => put_on_claim(refused.path, place),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        Err(_) => Err(refused.error),
    }
}

fn put_on_claim(file: TempPath, place: &Path) -> Result<()> {
    file.persist(place).map_err(|error| {
        // Its own, and empty.
        let _ = std::fs::remove_file(place);
        error.error
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn a_file_replaces_what_is_there_only_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("a.json");
        write_whole(&place, b"first").expect("written");
        let mut file = GrowingFile::begin(&place).expect("begun");
        file.write_all(b"sec").expect("written");
        assert_eq!(std::fs::read(&place).expect("read"), b"first");
        drop(file);
        assert_eq!(names(folder.path()), ["a.json"], "half a file is gone");
        let mut kept = {
            let mut file = GrowingFile::begin(&place).expect("begun");
            file.write_all(b"second").expect("written");
            file.replace().expect("replaced")
        };
        // Whoever goes on writing does so at its end.
        kept.write_all(b", third").expect("written");
        assert_eq!(std::fs::read(&place).expect("read"), b"second, third");
        assert_eq!(names(folder.path()), ["a.json"]);
        assert!(write_whole(&folder.path().join("no/a.json"), b"").is_err());
    }

    #[test]
    fn what_has_come_to_a_free_place_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("a.csv");
        let begun = || GrowingFile::begin(&place).expect("begun");
        // Free when it begins, taken when it ends.
        let file = begun();
        std::fs::write(&place, "somebody else's").expect("written");
        let taken = |error: std::io::Error| error.kind() == ErrorKind::AlreadyExists;
        assert!(taken(file.take_free_place().expect_err("taken")));
        // The same where the file system has no renaming that replaces nothing.
        let refused = || PathPersistError {
            error: ErrorKind::Unsupported.into(),
            path: begun().file.into_temp_path(),
        };
        assert!(taken(claim(refused(), &place).expect_err("taken")));
        let text = std::fs::read_to_string(&place).expect("read");
        assert_eq!(text, "somebody else's");
        let free = folder.path().join("c.csv");
        claim(refused(), &free).expect("its place was free");
        assert_eq!(names(folder.path()), ["a.csv", "c.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let [whole, plain] = ["whole", "plain"].map(|name| folder.path().join(name));
        write_whole(&whole, b"x").expect("written");
        std::fs::write(&plain, b"x").expect("written");
        let mode = |path| std::fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(whole), mode(plain));
    }
}
