//! Why a place for pictures cannot be used.

use std::path::PathBuf;

use cytolance_remote::RemoteError;

/// A root that cannot be searched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// The folder does not exist.
    #[error("{path}: there is no such folder", path = .0.display())]
    NoFolder(PathBuf),
    /// It is a file.
    #[error("{path} is a file; give the folder it is in", path = .0.display())]
    NotAFolder(PathBuf),
    /// An object store that cannot be reached or refuses.
    #[error("{url}: {source}")]
    Remote {
        /// The root.
        url: String,
        /// What the store or the network said, and what to do.
        source: RemoteError,
    },
    /// A path change to a place that no root covers.
    #[error("{0} is not below a root that was searched: add it as a root first")]
    OutsideRoots(String),
    /// Cancelled by the user.
    #[error("the search for pictures was cancelled")]
    Cancelled,
}
