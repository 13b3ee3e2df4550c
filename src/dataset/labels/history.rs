//! The versions of a dataset: who saved what and when, older ones, and the way back.

use std::collections::HashMap;
use std::sync::Arc;

use lance::dataset::CommitBuilder;
use lance::dataset::transaction::Operation;

use super::super::added_columns::{PROGRAM_KEY, with_properties};
use super::super::{CellDataset, DatasetError};
use super::SaveNote;

/// Keys of a version's properties.
const AUTHOR_KEY: &str = "cytolance:author";
const TIME_KEY: &str = "cytolance:time";
const WHAT_KEY: &str = "cytolance:what";
/// Versions listed; of more the newest.
const MOST_VERSIONS: usize = 500;

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its number.
    pub version: u64,
    /// When it was written, as RFC 3339 in UTC.
    pub time: String,
    /// Who wrote it, where it says so.
    pub author: Option<String>,
    /// What was done, in words.
    pub what: String,
    /// The program that wrote it, where it says so.
    pub program: Option<String>,
}

/// A note as properties of a version.
pub(super) fn properties_of(note: &SaveNote) -> Vec<(String, String)> {
    [
        (AUTHOR_KEY, &note.author),
        (TIME_KEY, &note.time),
        (WHAT_KEY, &note.what),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(key, value)| (key.to_owned(), value.clone()))
    .collect()
}

impl CellDataset {
    /// The versions, the newest first; of very many the newest 500.
    ///
    /// # Errors
    /// [`DatasetError::Read`].
    pub async fn versions(&self) -> Result<Vec<VersionInfo>, DatasetError> {
        let failed = |error: lance::Error| DatasetError::Read {
            uri: self.uri().to_owned(),
            what: "the versions".to_owned(),
            reason: super::super::handle::short(&error),
        };
        let mut versions = self.inner().versions().await.map_err(failed)?;
        versions.sort_by_key(|version| std::cmp::Reverse(version.version));
        versions.truncate(MOST_VERSIONS);
        let mut found = Vec::with_capacity(versions.len());
        for version in versions {
            // A version whose transaction was cleaned up still has its number and its time.
            let transaction = self
                .inner()
                .read_transaction_by_version(version.version)
                .await
                .ok()
                .flatten();
            let properties: HashMap<String, String> = transaction
                .as_ref()
                .and_then(|transaction| transaction.transaction_properties.as_deref().cloned())
                .unwrap_or_default();
            let operation = transaction
                .as_ref()
                .map(|transaction| words_of(&transaction.operation).to_owned());
            found.push(VersionInfo {
                version: version.version,
                time: version
                    .timestamp
                    .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
                author: properties.get(AUTHOR_KEY).cloned(),
                what: properties
                    .get(WHAT_KEY)
                    .cloned()
                    .or(operation)
                    .unwrap_or_default(),
                program: properties.get(PROGRAM_KEY).cloned(),
            });
        }
        Ok(found)
    }

    /// An older version, to be read.
    ///
    /// # Errors
    /// [`DatasetError::Open`] where there is no such version any more.
    pub async fn at_version(&self, version: u64) -> Result<Self, DatasetError> {
        Self::open_version(self.uri(), Some(version)).await
    }

    /// Makes an older version the newest one again, as a version of its own: the ones in between stay in the history.
    ///
    /// # Errors
    /// [`DatasetError::Write`] where there is no such version or nothing can be written.
    pub async fn restore(&self, version: u64, note: &SaveNote) -> Result<Self, DatasetError> {
        let failed = |error: lance::Error| DatasetError::Write {
            uri: self.uri().to_owned(),
            reason: super::super::handle::short(&error),
        };
        // An older version must be there before anything is written.
        self.at_version(version).await?;
        let newest = Self::open(self.uri()).await?;
        let operation = Operation::Restore { version };
        let transaction = with_properties(newest.inner(), operation, &properties_of(note));
        CommitBuilder::new(Arc::clone(newest.inner()))
            .execute(transaction)
            .await
            .map_err(failed)?;
        Self::open(self.uri()).await
    }
}

fn words_of(operation: &Operation) -> &'static str {
    match operation {
        Operation::Append { .. } => "cells added",
        Operation::Overwrite { .. } => "written anew",
        Operation::CreateIndex { .. } => "index on plate, well and site",
        Operation::Merge { .. } => "columns added",
        Operation::Update { .. } => "values changed",
        Operation::Project { .. } => "columns removed or renamed",
        Operation::UpdateConfig { .. } => "descriptions changed",
        Operation::Restore { .. } => "an older version restored",
        Operation::Delete { .. } => "cells deleted",
        Operation::Rewrite { .. } => "files put together",
        _ => "changed",
    }
}
