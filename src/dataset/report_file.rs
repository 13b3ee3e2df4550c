//! Reports of imports, kept with the dataset: `_cytolance/reports/v3-plate-7.json` inside its folder.
//!
//! Lance leaves files alone that it does not know, and they travel with the folder when it is copied.

use futures::future::BoxFuture;

use super::{CellDataset, DatasetError};

/// The folder within the dataset.
const FOLDER: [&str; 2] = ["_cytolance", "reports"];

impl CellDataset {
    /// Keeps the report of the import that made this version. `source` becomes part of the name.
    ///
    /// # Errors
    /// [`DatasetError::Write`] when it cannot be written; the dataset itself is complete all the same.
    pub fn keep_report<'a>(
        &'a self,
        source: &'a str,
        text: &'a str,
    ) -> BoxFuture<'a, Result<(), DatasetError>> {
        Box::pin(async move {
            let plain: String = source
                .chars()
                .map(|letter| {
                    if letter.is_alphanumeric() || "-_.".contains(letter) {
                        letter
                    } else {
                        '_'
                    }
                })
                .take(80)
                .collect();
            let name = format!("v{}-{plain}.json", self.version());
            let failed = |error: lance::Error| DatasetError::Write {
                uri: self.uri().to_owned(),
                reason: format!("the report {name}: {error}"),
            };
            let store = self.inner().object_store(None).await.map_err(failed)?;
            let path = FOLDER
                .iter()
                .fold(self.inner().branch_location().path, |path, part| {
                    path.join(*part)
                })
                .join(name.as_str());
            store.put(&path, text.as_bytes()).await.map_err(failed)?;
            Ok(())
        })
    }

    /// Names of the reports that are kept, newest first; none where there is no such folder.
    pub fn report_names(&self) -> BoxFuture<'_, Vec<String>> {
        Box::pin(async move {
            let Ok(store) = self.inner().object_store(None).await else {
                return Vec::new();
            };
            let folder = FOLDER
                .iter()
                .fold(self.inner().branch_location().path, |path, part| {
                    path.join(*part)
                });
            let mut names = store.read_dir(folder).await.unwrap_or_default();
            let version = |name: &String| -> u64 {
                name.trim_start_matches('v')
                    .split('-')
                    .next()
                    .and_then(|number| number.parse().ok())
                    .unwrap_or(0)
            };
            names.sort_by_key(|name| std::cmp::Reverse(version(name)));
            names
        })
    }

    /// A report by its name.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when it is not there or cannot be read.
    pub fn report<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, DatasetError>> {
        Box::pin(async move {
            let failed = |reason: String| DatasetError::Read {
                uri: self.uri().to_owned(),
                what: format!("the report {name}"),
                reason,
            };
            let store = self
                .inner()
                .object_store(None)
                .await
                .map_err(|error| failed(error.to_string()))?;
            let path = FOLDER
                .iter()
                .fold(self.inner().branch_location().path, |path, part| {
                    path.join(*part)
                })
                .join(name);
            let bytes = store
                .read_one_all(&path)
                .await
                .map_err(|error| failed(error.to_string()))?;
            String::from_utf8(bytes.to_vec()).map_err(|error| failed(error.to_string()))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::samples::six_cells;

    #[tokio::test]
    async fn reports_travel_with_the_dataset() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        assert!(dataset.report_names().await.is_empty());
        dataset
            .keep_report("plate 7/a", "{\"rows\": 6}")
            .await
            .expect("kept");
        assert_eq!(dataset.report_names().await, ["v1-plate_7_a.json"]);
        let text = dataset.report("v1-plate_7_a.json").await.expect("read");
        assert_eq!(text, "{\"rows\": 6}");
        assert!(dataset.report("v2.json").await.is_err());
        let again = crate::CellDataset::open(dataset.uri())
            .await
            .expect("it still opens");
        assert_eq!(again.num_rows(), 6);
    }
}
