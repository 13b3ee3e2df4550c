//! New versions of what a dataset says about itself: rows and columns stay as they are.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use lance::dataset::transaction::{Operation, UpdateMap};

use super::handle::short;
use super::labels::{Attempt, Race, commit};
use super::metadata::{APPROXIMATE, ELLIPSES, IMPORTS, PIXEL_SIZE};
use super::{CellDataset, DatasetError, DatasetMetadata, EllipseColumns, SaveNote};
use cytolance_remote::is_url;

/// Keys of the schema's metadata and what they are to be; `None` takes one away.
type Updates = HashMap<String, Option<String>>;

impl CellDataset {
    /// Takes down what is to be known of rows that are to be appended: of which import they are, and what their ellipses
    /// are made of. A version of its own where that is not said yet, and before the rows: for a moment it is about rows
    /// that are not there, never the other way round.
    ///
    /// # Errors
    /// [`DatasetError::Write`] when the version cannot be written.
    pub(super) async fn with_import(&self, new: &DatasetMetadata) -> Result<Self, DatasetError> {
        let note = SaveNote::now("", "the import of the rows that follow");
        self.update_metadata(&note, |known| {
            let mut updates = ellipse_updates(known, new)?;
            if new.imports.iter().any(|import| is_news(known, import)) {
                let imports: Vec<&serde_json::Value> =
                    known.imports.iter().chain(&new.imports).collect();
                updates.insert(IMPORTS.to_owned(), Some(serde_json::to_string(&imports)?));
            }
            Ok(updates)
        })
        .await
    }

    /// Keeps the edge length of a pixel in micrometres, or that it is not known, as a new version with who and what.
    ///
    /// # Errors
    /// [`DatasetError::Write`] for an older version, a length that is none, or when the version cannot be written.
    pub fn keep_pixel_size<'a>(
        &'a self,
        size: Option<f64>,
        note: &'a SaveNote,
    ) -> BoxFuture<'a, Result<Self, DatasetError>> {
        Box::pin(async move {
            let refused = |reason: &str| DatasetError::Write {
                uri: self.uri().to_owned(),
                reason: reason.to_owned(),
            };
            if self.is_pinned() {
                return Err(refused(
                    "it is an older version, opened to be looked at; open the newest one",
                ));
            }
            if size.is_some_and(|size| !size.is_finite() || size <= 0.0) {
                return Err(refused("a pixel size is a number above 0"));
            }
            let value = size.map(|size| size.to_string());
            self.update_metadata(note, |_| {
                Ok(Updates::from([(PIXEL_SIZE.to_owned(), value.clone())]))
            })
            .await
        })
    }

    /// Makes a version in which the metadata is changed; `change` tells from the newest metadata how. A lost race is run
    /// again. Without a change there is no new version.
    async fn update_metadata(
        &self,
        note: &SaveNote,
        change: impl Fn(&DatasetMetadata) -> serde_json::Result<Updates>,
    ) -> Result<Self, DatasetError> {
        let failed = |reason: String| DatasetError::Write {
            uri: self.uri().to_owned(),
            reason,
        };
        let mut race = Race::start();
        let mut latest = self.inner().as_ref().clone();
        loop {
            latest
                .checkout_latest()
                .await
                .map_err(|error| failed(short(&error)))?;
            let known = DatasetMetadata::from_map(&latest.schema().metadata);
            let updates = change(&known).map_err(|error| failed(error.to_string()))?;
            if updates.is_empty() {
                return Self::of(latest, self.uri(), false).await;
            }
            let operation = Operation::UpdateConfig {
                config_updates: None,
                table_metadata_updates: None,
                schema_metadata_updates: Some(UpdateMap {
                    update_entries: updates.into_iter().map(Into::into).collect(),
                    replace: false,
                }),
                field_metadata_updates: HashMap::new(),
            };
            match commit(&Arc::new(latest.clone()), operation, note).await {
                Ok(dataset) => return Self::of(dataset, self.uri(), false).await,
                Err(error) => match Attempt::of(self.uri(), error) {
                    Attempt::Failed(error) => return Err(error),
                    Attempt::Lost(error) => race.again(self.uri(), &error).await?,
                },
            }
        }
    }
}

/// Whether an import says something of its pictures that the only one that is known does not say, too. Rows of
/// no import that is known are taken for some of that one.
fn is_news(known: &DatasetMetadata, import: &serde_json::Value) -> bool {
    let [only] = known.imports.as_slice() else {
        return true;
    };
    let stores = |import: &serde_json::Value| -> Vec<String> {
        let images = import.get("images").and_then(|images| images.as_array());
        let images = images
            .into_iter()
            .flatten()
            .filter_map(|root| root.as_str());
        let stores = images.filter(|root| is_url(root));
        stores.map(str::to_owned).collect()
    };
    let keys = [
        "illumination",
        "path_choices",
        "path_changes",
        "columns",
        "volumes",
        "flat",
        "plane",
        "offset",
    ];
    keys.iter().any(|key| only.get(key) != import.get(key)) || stores(only) != stores(import)
}

/// What the ellipses of new rows are made of, where that is not said yet.
fn ellipse_updates(known: &DatasetMetadata, new: &DatasetMetadata) -> serde_json::Result<Updates> {
    let added: Vec<&EllipseColumns> = new
        .ellipses
        .iter()
        .filter(|entry| !known.ellipses.contains(entry))
        .collect();
    if added.is_empty() {
        return Ok(Updates::new());
    }
    let mut approximate = known.approximate_outlines.clone();
    for entry in &added {
        if !approximate.contains(&entry.object) {
            approximate.push(entry.object.clone());
        }
    }
    // What is said of fewer rows comes first.
    let ellipses: Vec<&EllipseColumns> = added.into_iter().chain(&known.ellipses).collect();
    Ok(Updates::from([
        (ELLIPSES.to_owned(), Some(serde_json::to_string(&ellipses)?)),
        (
            APPROXIMATE.to_owned(),
            Some(serde_json::to_string(&approximate)?),
        ),
    ]))
}
