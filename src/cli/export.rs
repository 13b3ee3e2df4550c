//! `cytolance export`.

use tokio::runtime::Runtime;

use super::arguments::ExportArguments;

pub(super) fn run(arguments: &ExportArguments, _runtime: &Runtime) -> Result<(), String> {
    Err(format!("{:?}", arguments))
}
