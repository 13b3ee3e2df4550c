//! Which cells a headless command is about: all, those of a condition, those of a session.

use std::sync::atomic::AtomicBool;

use super::arguments::CellArguments;
use crate::dataset::CellDataset;
use crate::explore::Explorer;
use crate::profile::{Condition, Filter, Role};
use crate::session::{SessionFile, words_of};

/// Bytes of columns kept in memory.
pub(super) const COLUMN_BYTES: usize = 512 << 20;

/// The cells, and how they were chosen.
pub(super) struct ChosenCells {
    /// The dataset and its columns.
    pub explorer: Explorer,
    /// The rows in order.
    pub rows: Vec<u32>,
    /// How they were chosen, in words.
    pub which: String,
    /// The session, or an empty one.
    pub session: SessionFile,
}

/// The columns that say which cell a row is of.
pub(super) fn keys_of(dataset: &CellDataset) -> Vec<String> {
    let columns = dataset.columns().iter();
    columns
        .filter(|column| {
            column.role == Role::Metadata || dataset.keys().names().any(|key| key == column.name)
        })
        .filter(|column| column.kind.is_number() || column.kind.is_category())
        .map(|column| column.name.clone())
        .collect()
}

/// Opens the dataset and finds the cells. What of the session does not fit the dataset is said on standard error.
pub(super) async fn choose(uri: &str, arguments: &CellArguments) -> Result<ChosenCells, String> {
    let dataset = CellDataset::open(uri)
        .await
        .map_err(|error| error.to_string())?;
    let explorer = Explorer::new(dataset.clone(), COLUMN_BYTES);
    let session = match &arguments.session {
        Some(path) => SessionFile::read(path).map_err(|error| error.to_string())?,
        None => SessionFile::default(),
    };
    let has = |name: &str| dataset.column(name).is_some();
    let mut found = session.query(&has, dataset.num_rows());
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    if let Some(text) = &arguments.filter {
        found.query.filters.push(Filter {
            id: 0,
            condition: Condition::Sql { text: text.clone() },
            enabled: true,
        });
    }
    let words: Vec<String> = found
        .query
        .active()
        .map(|filter| words_of(&filter.condition))
        .collect();
    let result = explorer
        .run(&found.query, &AtomicBool::new(false), &|_| ())
        .await
        .map_err(|error| error.to_string())?;
    Ok(ChosenCells {
        rows: result.order.to_vec(),
        explorer,
        which: if words.is_empty() {
            "all cells".to_owned()
        } else {
            words.join("; ")
        },
        session,
    })
}
