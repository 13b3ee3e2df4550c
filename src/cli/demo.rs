//! `cytolance demo`: the synthetic plate as an export, as a dataset, in the viewer.

use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;

use super::arguments::DemoArguments;
use super::import::import_with_progress;
use super::progress::Progress;
use crate::dataset::WriteTarget;
use crate::demo::{DemoPlate, write_export};
use crate::import::{CropRule, ImportOptions};

pub(super) fn run(arguments: &DemoArguments, runtime: &Runtime) -> Result<(), String> {
    if let Some(folder) = &arguments.export {
        write_plate(folder)?;
        super::say(&format!("export    {}\n", folder.display()));
    }
    if let Some(dataset) = &arguments.out {
        let dataset_uri = dataset.to_string_lossy().into_owned();
        if let Some(folder) = &arguments.export {
            import_plate(folder, &dataset_uri, WriteTarget::Create, runtime)?;
        } else {
            let folder =
                tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
            write_plate(folder.path())?;
            import_plate(folder.path(), &dataset_uri, WriteTarget::Create, runtime)?;
        }
        super::say(&format!("dataset   {}\n", dataset.display()));
    }
    Ok(())
}

fn write_plate(folder: &Path) -> Result<(), String> {
    let progress = Progress::new();
    let outcome = write_export(
        &DemoPlate::default(),
        folder,
        &|done, total| progress.say("drawing the demo plate", done, total),
        &|| false,
    );
    progress.finish();
    outcome.map(|_| ()).map_err(|error| error.to_string())
}

fn import_plate(
    folder: &Path,
    dataset: &str,
    target: WriteTarget,
    runtime: &Runtime,
) -> Result<(), String> {
    import_with_progress(&plate_import(folder, dataset, target), runtime).map(|_| ())
}

/// The import of the demo plate, like that of any other export.
fn plate_import(folder: &Path, dataset: &str, target: WriteTarget) -> ImportOptions {
    ImportOptions {
        source: folder.to_path_buf(),
        dataset: dataset.to_owned(),
        target,
        images: vec![folder.join("images")],
        masks: vec![folder.join("masks")],
        primary: None,
        complete: false,
        crop: CropRule::Margin(12),
    }
}

#[allow(dead_code)]
fn unused() -> PathBuf {
    PathBuf::new()
}
