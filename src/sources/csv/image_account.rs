//! What an Image table says of a run: how many image sets and objects, and which modules failed.

use std::path::Path;

use super::csv_header::CsvHeader;
use super::csv_table::open_csv;
use crate::image_set::{MODULE_ERROR, module_errors};
use crate::{SourceError, Table, floats_of};

/// How the numbers of objects are called.
const COUNT: &str = "Count_";

/// An Image table in a few words, for one that nothing is imported of; `why` is part of the sentence.
pub(super) fn image_account(path: &Path, why: &str) -> String {
    words_of(path, why).unwrap_or_else(|error| {
        let reason = error.reason();
        format!("an Image table that cannot be read ({reason}), {why}")
    })
}

fn words_of(path: &Path, why: &str) -> Result<String, SourceError> {
    let hold = |name: &str| name.starts_with(COUNT) || name.starts_with(MODULE_ERROR);
    let tables = open_csv(path, &CsvHeader::read(path)?, hold)?;
    let Some((_, table)) = tables.first() else {
        return Ok(format!("an Image table, {why}"));
    };
    let plural = if table.num_rows == 1 { "" } else { "s" };
    let mut facts: Vec<String> = Vec::new();
    for name in table.names().filter(|name| name.starts_with(COUNT)) {
        let sum: f64 = values(table, name).filter(|value| value.is_finite()).sum();
        facts.push(format!("{name} {sum}"));
    }
    facts.extend(
        module_errors(table).map(|(module, images)| format!("errors of {module} in {images}")),
    );
    let facts = match facts.as_slice() {
        [] => String::new(),
        facts => format!(" ({})", facts.join(", ")),
    };
    Ok(format!(
        "an Image table of {} image set{plural}, {why}{facts}",
        table.num_rows
    ))
}

/// The numbers of a column that is held.
fn values(table: &Table, name: &str) -> impl Iterator<Item = f64> + use<> {
    let values = table.held(name).and_then(floats_of);
    values.unwrap_or_default().into_iter()
}
