//! What can go wrong while the plate is written: only the file system and the user's cancel button.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why the demo export was not written completely.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The plate description cannot be drawn.
    #[error("a demo plate needs at least one well, one field and fields of 96 to 8192 pixels")]
    Plate,
    /// A folder or table could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An image could not be written.
    #[error("cannot write the image {}: {source}", path.display())]
    Tiff {
        /// The file.
        path: PathBuf,
        /// What the encoder said.
        source: tiff::TiffError,
    },
    /// A table could not be written.
    #[error("cannot write the table {}: {source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        source: csv::Error,
    },
    /// The caller asked to stop; the files written so far remain.
    #[error("cancelled before the demo plate in {} was complete", dir.display())]
    Cancelled {
        /// The folder of the export.
        dir: PathBuf,
    },
}

impl DemoError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(super) fn tiff(path: &Path) -> impl Fn(tiff::TiffError) -> Self {
        let path = path.to_owned();
        move |source| Self::Tiff {
            path: path.clone(),
            source,
        }
    }

    pub(super) fn csv(path: &Path) -> impl Fn(csv::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Csv {
            path: path.clone(),
            source,
        }
    }
}
