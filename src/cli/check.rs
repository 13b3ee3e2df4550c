//! `cytolance check`: the tool of checks, whose columns are kept.

use tokio::runtime::Runtime;

use super::arguments::CheckArguments;
use super::compute::{Made, kept_in_words};
use super::progress::Progress;
use cytolance_tools::{CheckParameters, Checks, ToolError};

pub(super) fn run(arguments: &CheckArguments, runtime: &Runtime) -> Result<(), String> {
    let text =
        checked(&arguments.dataset, &arguments.only, runtime).map_err(|error| error.to_string())?;
    super::say(&text);
    Ok(())
}

/// Checks a dataset, with progress on standard error, and says what was found.
///
/// # Errors
/// [`ToolError`]; the dataset is then as it was.
pub(super) fn checked(
    dataset: &str,
    only: &[String],
    runtime: &Runtime,
) -> Result<String, ToolError> {
    let parameters = CheckParameters {
        only: only.to_vec(),
    };
    let parameters = toml::Table::try_from(parameters).unwrap_or_default();
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let made = Made::by(&Checks, dataset, &parameters, &progress).await?;
        let kept = made.keep(&parameters).await?;
        Ok(kept_in_words(&kept) + &made.in_words())
    });
    progress.finish();
    outcome
}
