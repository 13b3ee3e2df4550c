//! Which cells a headless command is about: all, those of a condition, those of a session.

use std::sync::atomic::AtomicBool;

use super::export_arguments::{CellArguments, SomeArguments};
use cytolance_dataset::CellDataset;
use cytolance_explore::Explorer;
use cytolance_session::{
    SessionCondition, SessionFile, SessionFilter, cells_in_words, computed_columns,
};

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

/// Opens the dataset and finds the cells. What of the session does not fit the dataset is said on standard error.
pub(super) async fn choose(uri: &str, arguments: &CellArguments) -> Result<ChosenCells, String> {
    let dataset = CellDataset::open(uri)
        .await
        .map_err(|error| error.to_string())?;
    let mut session = match &arguments.session {
        Some(path) => SessionFile::read(path).map_err(|error| error.to_string())?,
        None => SessionFile::default(),
    };
    let mut dataset = dataset;
    match (&arguments.picture, &session.picture) {
        (Some(column), _) => {
            dataset = dataset
                .with_picture(column)
                .map_err(|error| error.to_string())?;
            if session.picture.as_ref() != Some(column) {
                // The session's channels are those of other pictures.
                session.channels.clear();
            }
            session.picture = Some(column.clone());
        }
        (None, Some(column)) => match dataset.with_picture(column) {
            Ok(chosen) => dataset = chosen,
            Err(error) => eprintln!("note: {error}"),
        },
        (None, None) => {}
    }
    let explorer = Explorer::new(dataset.clone(), COLUMN_BYTES);
    // As one of the session's filters, whatever is made of it hears of this one, too.
    session
        .filters
        .extend(arguments.filter.as_ref().map(|text| SessionFilter {
            enabled: true,
            condition: SessionCondition::Sql { text: text.clone() },
        }));
    let is_stored = |name: &str| dataset.column(name).is_some();
    let asked = session.query(&|_| true, dataset.num_rows()).query;
    if !asked.columns().iter().all(|name| is_stored(name)) {
        // Filters or the order may be about what the session's rules say.
        let computed = computed_columns(&explorer, &session)
            .await
            .map_err(|error| error.to_string())?;
        for column in computed.columns {
            explorer.set_computed(column);
        }
    }
    let has = |name: &str| is_stored(name) || explorer.cached(name).is_some();
    let found = session.query(&has, dataset.num_rows());
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    let result = explorer
        .run(&found.query, &AtomicBool::new(false), &|_| ())
        .await
        .map_err(|error| error.to_string())?;
    Ok(ChosenCells {
        rows: result.order.to_vec(),
        explorer,
        which: cells_in_words(&found.query, &dataset),
        session,
    })
}

impl ChosenCells {
    /// Leaves some of the cells alone.
    pub fn leave(&mut self, some: &SomeArguments) -> Result<(), String> {
        if !some.rows.is_empty() {
            let last = self.explorer.dataset().num_rows();
            if let Some(row) = some.rows.iter().find(|row| **row as usize >= last) {
                return Err(format!("there is no row {row}: the dataset has {last}"));
            }
            self.rows.clone_from(&some.rows);
            "rows chosen by their numbers".clone_into(&mut self.which);
        }
        if let Some(sample) = some.sample {
            let mut random = fastrand::Rng::with_seed(some.seed);
            random.shuffle(&mut self.rows);
            self.rows.truncate(sample);
            self.which = format!(
                "{}, {sample} of them at random (seed {})",
                self.which, some.seed
            );
        }
        Ok(())
    }
}
