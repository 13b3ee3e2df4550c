//! `cytolance check`.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::CheckArguments;
use super::progress::Progress;
use crate::dataset::CellDataset;
use crate::import::{CheckError, save_checks};
use crate::shell::Settings;

pub(super) fn run(arguments: &CheckArguments, runtime: &Runtime) -> Result<(), String> {
    let text =
        checked(&arguments.dataset, &arguments.only, runtime).map_err(|error| error.to_string())?;
    super::say(&text);
    Ok(())
}

/// Checks a dataset, with progress on standard error, and says what was found.
///
/// # Errors
/// [`CheckError`]; the dataset is then as it was.
pub(super) fn checked(
    dataset: &str,
    only: &[String],
    runtime: &Runtime,
) -> Result<String, CheckError> {
    let progress = Progress::new();
    let say = |done, total| progress.say("fields", done, total);
    let author = Settings::peek().author_name();
    let outcome = runtime.block_on(async {
        let dataset = CellDataset::open(dataset).await?;
        save_checks(&dataset, only, &author, &say, &AtomicBool::new(false)).await
    });
    progress.finish();
    let summary = outcome?;
    let mut text = format!(
        "{} columns in version {}: {}\n{} of {} fields with source pictures\n",
        summary.columns.len(),
        summary.dataset.version(),
        summary.columns.join(", "),
        summary.fields_with_pictures,
        summary.fields
    );
    for note in &summary.notes {
        text.push_str(note);
        text.push('\n');
    }
    Ok(text)
}
