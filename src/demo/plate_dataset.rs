//! The demo plate on disk: drawn as an export, imported like any other.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

use super::{DemoPlate, write_export};
use cytolance_dataset::{CellDataset, WriteTarget};
use cytolance_import::{ImportOptions, ImportProgress, run_import, save_checks};

/// What hears the progress: what is done, steps done, steps in all.
pub type DemoProgress<'a> = dyn Fn(&str, usize, usize) + Sync + 'a;

/// Where the demo plate's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFiles {
    /// The export: tables, `images` and `masks`.
    pub export: PathBuf,
    /// The dataset.
    pub dataset: PathBuf,
}

impl DemoFiles {
    /// The place in the user's cache, one a program version: a newer one may draw another plate.
    pub fn default_place() -> Self {
        let folder = dirs::cache_dir()
            .unwrap_or_else(std::env::temp_dir)
            .join("cytolance")
            .join(concat!("demo-", env!("CARGO_PKG_VERSION"), "-checked"));
        Self {
            export: folder.join("export"),
            dataset: folder.join("demo-plate.lance"),
        }
    }

    /// Draws and imports the plate unless it is there, and returns the dataset's path.
    ///
    /// # Errors
    /// A sentence that says which file cannot be written.
    pub fn prepare(
        &self,
        handle: &Handle,
        progress: &DemoProgress,
        cancelled: &AtomicBool,
    ) -> Result<String, String> {
        let uri = self.dataset.to_string_lossy().into_owned();
        if self.export.is_dir() && handle.block_on(CellDataset::open(&uri)).is_ok() {
            return Ok(uri);
        }
        draw_plate(&DemoPlate::default(), &self.export, progress, cancelled)?;
        import_plate(
            &self.export,
            &uri,
            WriteTarget::Overwrite,
            handle,
            progress,
            cancelled,
        )?;
        let checked = handle.block_on(async {
            let dataset = CellDataset::open(&uri).await?;
            let say = |done, total| progress("Checking its segmentation", done, total);
            save_checks(&dataset, "Cytolance", &say, cancelled).await
        });
        checked.map_err(|error| error.to_string())?;
        Ok(uri)
    }
}

/// Writes a plate as a `CellProfiler` export.
///
/// # Errors
/// A sentence that says which file cannot be written.
pub fn draw_plate(
    plate: &DemoPlate,
    folder: &Path,
    progress: &DemoProgress,
    cancelled: &AtomicBool,
) -> Result<(), String> {
    write_export(
        plate,
        folder,
        &|done, total| progress("Drawing the demo plate", done, total),
        &|| cancelled.load(Ordering::Relaxed),
    )
    .map(|_| ())
    .map_err(|error| error.to_string())
}

/// Imports a plate's export.
///
/// # Errors
/// That of the import.
pub fn import_plate(
    export: &Path,
    dataset: &str,
    target: WriteTarget,
    handle: &Handle,
    progress: &DemoProgress,
    cancelled: &AtomicBool,
) -> Result<(), String> {
    let options = ImportOptions {
        source: export.to_path_buf(),
        dataset: dataset.to_owned(),
        target,
        images: vec![export.join("images")],
        masks: vec![export.join("masks")],
        ..ImportOptions::default()
    };
    let say = |step: ImportProgress| match step {
        ImportProgress::Reading => progress("Reading its tables", 0, 0),
        ImportProgress::Fields(done, total) => {
            progress("Importing its fields of view", done, total);
        }
        ImportProgress::Committing => progress("Finishing the dataset", 0, 0),
    };
    run_import(&options, handle, &say, cancelled)
        .map(|_| ())
        .map_err(|error| error.to_string())
}
