//! What can go wrong while reading an image file, with the file that caused it.

use std::io;
use std::path::PathBuf;

/// An image file that cannot be used; every message names the file.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The file could not be opened or the system failed while reading it.
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        /// The image file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The file ends before its pixels do, as after an interrupted copy.
    #[error("{path} is cut short: {reason}; copy it again", path = path.display())]
    Truncated {
        /// The image file.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// The file contradicts itself or its format.
    #[error("{path} is damaged: {reason}", path = path.display())]
    Decode {
        /// The image file.
        path: PathBuf,
        /// The decoder's words.
        reason: String,
    },
    /// A sound file of a kind that has no single grey plane of 8 or 16 bit.
    #[error("{path} holds {what}: {advice}", path = path.display())]
    Unsupported {
        /// The image file.
        path: PathBuf,
        /// What the file holds.
        what: String,
        /// What the user can do about it.
        advice: &'static str,
    },
    /// Numbers that 16 bit do not hold as they are: somebody must say which range of them matters.
    #[error(
        "{path} holds values from {min} to {max}, which do not fit into 16 bit as they are: choose the range to keep",
        path = path.display()
    )]
    NeedsRange {
        /// The image file.
        path: PathBuf,
        /// Smallest finite value.
        min: f64,
        /// Largest finite value.
        max: f64,
    },
    /// A multi-page file with fewer pages than asked for.
    #[error("{path} has no page {page}: it holds {pages} (pages count from 0)", path = path.display())]
    NoSuchPage {
        /// The image file.
        path: PathBuf,
        /// The zero-based page asked for.
        page: u32,
        /// How many pages there are.
        pages: u32,
    },
    /// A file in which nothing says which pages are of a series.
    #[error(
        "{path} has {pages}, and nothing tells which are of series {series} (counted from 0): {reason}",
        path = path.display(),
        pages = if *pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") }
    )]
    NoSuchSeries {
        /// The image file.
        path: PathBuf,
        /// The zero-based series asked for.
        series: u32,
        /// How many pages there are.
        pages: u32,
        /// What is missing.
        reason: String,
    },
    /// A header that claims more pixels than any field of view has.
    #[error("{path} claims {width} x {height} pixels, more than can be opened", path = path.display())]
    TooLarge {
        /// The image file.
        path: PathBuf,
        /// Claimed width in pixels.
        width: u32,
        /// Claimed height in pixels.
        height: u32,
    },
}
