//! `cytolance check`.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::CheckArguments;
use super::progress::Progress;
use crate::app::Settings;
use crate::dataset::CellDataset;
use crate::import::save_checks;

pub(super) fn run(arguments: &CheckArguments, runtime: &Runtime) -> Result<(), String> {
    let progress = Progress::new();
    let say = |done, total| progress.say("fields", done, total);
    let author = Settings::load().author_name();
    let outcome = runtime.block_on(async {
        let dataset = CellDataset::open(&arguments.dataset)
            .await
            .map_err(|error| error.to_string())?;
        save_checks(
            &dataset,
            &arguments.only,
            &author,
            &say,
            &AtomicBool::new(false),
        )
        .await
        .map_err(|error| error.to_string())
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
    super::say(&text);
    Ok(())
}
