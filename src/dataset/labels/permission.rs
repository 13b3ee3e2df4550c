//! Whether a dataset can be written to.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use futures::future::BoxFuture;

use crate::{CellDataset, DatasetError};

/// Addresses at which a write was refused since the program started.
static REFUSED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// What stores and file systems say where somebody may not write.
const REFUSALS: [&str; 7] = [
    "permission denied",
    "read-only file",
    "access is denied",
    "accessdenied",
    "access denied",
    "forbidden",
    "unauthorized",
];

impl CellDataset {
    /// Whether labels can be saved: not in an older version that was opened to be looked at, not in a folder where this
    /// user may not create files. A dataset in a store counts as writable until it has refused a write.
    pub fn is_writable(&self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            if self.is_pinned() || was_refused(self.uri()) {
                return false;
            }
            if self.uri().contains("://") {
                return true;
            }
            let folder = Path::new(self.uri()).to_path_buf();
            tokio::task::spawn_blocking(move || {
                ["_versions", "data"].iter().all(|name| {
                    let folder = folder.join(name);
                    // Without a name where the system can: nobody sees it.
                    !folder.exists() || tempfile::tempfile_in(folder).is_ok()
                })
            })
            .await
            .unwrap_or(false)
        })
    }
}

fn was_refused(uri: &str) -> bool {
    REFUSED.lock().is_ok_and(|refused| refused.contains(uri))
}

/// The error of a failed write; one for want of permission is remembered.
pub(super) fn write_failure(uri: &str, error: &lance::Error) -> DatasetError {
    let reason = crate::handle::short(error);
    let lower = error.to_string().to_lowercase();
    if REFUSALS.iter().any(|words| lower.contains(words)) {
        if let Ok(mut refused) = REFUSED.lock() {
            refused.insert(uri.to_owned());
        }
        return DatasetError::ReadOnly {
            uri: uri.to_owned(),
            reason,
        };
    }
    DatasetError::Write {
        uri: uri.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_write_is_remembered() {
        let io = |kind: std::io::ErrorKind| lance::Error::from(std::io::Error::from(kind));
        let cases = [
            ("s3://b/a.lance", std::io::ErrorKind::PermissionDenied, true),
            (
                "s3://b/b.lance",
                std::io::ErrorKind::ReadOnlyFilesystem,
                true,
            ),
            ("s3://b/c.lance", std::io::ErrorKind::StorageFull, false),
        ];
        for (uri, kind, refused) in cases {
            let error = write_failure(uri, &io(kind));
            assert_eq!(
                matches!(error, DatasetError::ReadOnly { .. }),
                refused,
                "{error}"
            );
            assert_eq!(was_refused(uri), refused, "{uri}");
        }
    }
}
