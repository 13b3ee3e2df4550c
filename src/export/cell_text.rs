//! Values of cells as text: what files are named by, and what stands beside pictures and outlines.

use std::sync::atomic::{AtomicBool, Ordering};

use super::ExportError;
use super::table_source::TableSource;
use cytolance_dataset::{CellDataset, shown_text};
use cytolance_profile::KeyPart;

/// Number of keys by which files are named and pictures described.
pub(super) const KEYS: usize = 6;

/// Plate, well, site, image, object and source, by the names that the dataset has for them.
pub(super) fn keys_of(dataset: &CellDataset) -> [String; KEYS] {
    let [plate, well, site] =
        KeyPart::ALL.map(|part| dataset.keys().get(part).unwrap_or(part.column()));
    [
        plate,
        well,
        site,
        "Metadata_ImageNumber",
        "Metadata_ObjectNumber",
        "Metadata_Source",
    ]
    .map(str::to_owned)
}

/// Values of some columns by row, as text; columns that are not there are empty.
pub(super) async fn texts(
    source: &TableSource,
    rows: &[u32],
    names: &[String],
) -> Result<Vec<Vec<String>>, ExportError> {
    let columns = source.columns();
    let known: Vec<String> = names
        .iter()
        .filter(|name| columns.iter().any(|column| column.name == **name))
        .cloned()
        .collect();
    if rows.is_empty() || known.is_empty() {
        return Ok(vec![vec![String::new(); names.len()]; rows.len()]);
    }
    let batch = source.take(rows, &known).await?;
    Ok((0..rows.len())
        .map(|row| {
            names
                .iter()
                .map(|name| {
                    batch
                        .column_by_name(name)
                        .map_or_else(String::new, |array| {
                            shown_text(array, row).unwrap_or_default()
                        })
                })
                .collect()
        })
        .collect())
}

/// Ends an export that is no longer wanted.
pub(super) fn stopped(cancelled: &AtomicBool) -> Result<(), ExportError> {
    if cancelled.load(Ordering::Relaxed) {
        return Err(ExportError::Cancelled);
    }
    Ok(())
}
