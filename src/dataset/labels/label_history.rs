//! The versions of a dataset: who made them, older ones to look at, and going back.

use futures::future::BoxFuture;
use futures::{StreamExt as _, TryStreamExt as _};
use lance::dataset::transaction::{Operation, Transaction};
use serde::Serialize;

use super::label_edit::{AUTHOR, PROGRAM, SaveNote, TIME, WHAT};
use super::label_save::{Attempt, Race, commit};
use crate::handle::short;
use crate::{CellDataset, DatasetError};

/// Versions read at once.
const READ_AT_ONCE: usize = 8;

/// One version of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionInfo {
    /// Its number.
    pub version: u64,
    /// When it was saved, RFC 3339: by the clock of who saved it, or Lance's time of the commit.
    pub time: String,
    /// Who saved it, where that is kept with it.
    pub author: Option<String>,
    /// What was done, in the words of who saved it.
    pub what: Option<String>,
    /// The program that saved it, where that is kept with it.
    pub program: Option<String>,
    /// What was done to the dataset, in a few words.
    pub operation: String,
}

impl CellDataset {
    /// The versions that are there, newest first, also those that came after this one.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when the list or a version cannot be read.
    pub fn versions(&self) -> BoxFuture<'_, Result<Vec<VersionInfo>, DatasetError>> {
        Box::pin(async move {
            let failed = |error: lance::Error| self.read_error("the versions", short(&error));
            let versions = self.inner().versions().await.map_err(failed)?;
            let numbers: Vec<u64> = versions.iter().map(|version| version.version).collect();
            let mut infos: Vec<VersionInfo> = futures::stream::iter(numbers)
                .map(|number| async move {
                    let read = self.inner().read_version_transaction(number).await?;
                    let time = read
                        .timestamp
                        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
                    Ok(info_of(number, time, read.transaction.as_ref()))
                })
                .buffer_unordered(READ_AT_ONCE)
                .try_collect()
                .await
                .map_err(failed)?;
            infos.sort_unstable_by_key(|info| std::cmp::Reverse(info.version));
            Ok(infos)
        })
    }

    /// A version by its number. One that is not the latest is to be looked at only: nothing can be saved to it.
    ///
    /// # Errors
    /// [`DatasetError::Open`] when it is not there, or was cleaned up.
    pub fn at_version(&self, version: u64) -> BoxFuture<'_, Result<Self, DatasetError>> {
        Box::pin(async move {
            let failed = |reason: String| DatasetError::Open {
                uri: self.uri().to_owned(),
                reason: format!("version {version}: {reason}"),
            };
            let latest = self
                .inner()
                .latest_version_id()
                .await
                .map_err(|error| failed(short(&error)))?;
            if version == 0 || version > latest {
                return Err(failed(format!("there are versions 1 to {latest}")));
            }
            let opened = self
                .inner()
                .checkout_version(version)
                .await
                .map_err(|error| failed(short(&error)))?;
            let opened = Self::of(opened, self.uri(), version != latest).await?;
            Ok(opened.seen_as(self))
        })
    }

    /// Makes a version that is as an older one was: rows, columns and labels. What came after it stays in the history.
    ///
    /// # Errors
    /// [`DatasetError::Open`] when there is no such version, [`DatasetError::ReadOnly`], [`DatasetError::Write`].
    pub fn restore<'a>(
        &'a self,
        version: u64,
        note: &'a SaveNote,
    ) -> BoxFuture<'a, Result<Self, DatasetError>> {
        Box::pin(async move {
            // So that a number that is not there is told as such.
            self.at_version(version).await?;
            let mut race = Race::start();
            let mut latest = self.inner().as_ref().clone();
            loop {
                let committed = async {
                    latest.checkout_latest().await?;
                    let latest = std::sync::Arc::new(latest.clone());
                    commit(&latest, Operation::Restore { version }, note).await
                }
                .await;
                match committed {
                    Ok(dataset) => {
                        let restored = Self::of(dataset, self.uri(), false).await?;
                        return Ok(restored.seen_as(self));
                    }
                    Err(error) => match Attempt::of(self.uri(), error) {
                        Attempt::Failed(error) => return Err(error),
                        Attempt::Lost(error) => race.again(self.uri(), &error).await?,
                    },
                }
            }
        })
    }
}

fn info_of(version: u64, time: String, transaction: Option<&Transaction>) -> VersionInfo {
    let property = |key: &str| {
        let properties = transaction?.transaction_properties.as_ref()?;
        properties.get(key).filter(|text| !text.is_empty()).cloned()
    };
    VersionInfo {
        version,
        time: property(TIME).unwrap_or(time),
        author: property(AUTHOR),
        what: property(WHAT),
        program: property(PROGRAM),
        operation: transaction.map_or_else(
            || "unknown".to_owned(),
            |transaction| words_of(&transaction.operation),
        ),
    }
}

/// Lance's operations in a few words.
fn words_of(operation: &Operation) -> String {
    let words = match operation {
        Operation::Append { .. } => "rows added",
        Operation::Overwrite { .. } => "all rows written",
        Operation::DataReplacement { .. } => "values changed",
        Operation::Merge { .. } => "columns added or described",
        Operation::Delete { .. } => "rows deleted",
        Operation::Update { .. } => "rows changed",
        Operation::Rewrite { .. } => "files rewritten, values as before",
        Operation::CreateIndex { .. } => "index",
        Operation::Project { .. } => "columns removed or renamed",
        Operation::UpdateConfig { .. } => "description changed",
        Operation::ReserveFragments { .. } => "room for rows reserved",
        Operation::Restore { version } => return format!("version {version} restored"),
        other => return other.name().to_lowercase(),
    };
    words.to_owned()
}
