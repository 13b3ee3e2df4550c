//! The first pass over a table of a database: types, and which rows hold an object.

use std::path::Path;

use arrow::datatypes::DataType;
use rusqlite::types::ValueRef;

use super::super::layout::DatabaseTable;
use super::{connect, select};
use crate::SourceError;
use crate::padding::{Content, ObjectRows};
use crate::text_column::{ColumnCounts, ColumnDecision};
use crate::written::is_descriptive;

/// What the first pass over a table finds.
pub(super) struct TableScan {
    pub num_rows: usize,
    pub row_ids: Vec<i64>,
    pub types: Vec<DataType>,
    pub decisions: Vec<ColumnDecision>,
    pub has_blobs: Vec<bool>,
    /// Rows in which each object set has an object, where there are several.
    pub object_rows: Vec<ObjectRows>,
}

/// Looks at every value of a table. `split` says the object and the feature of each column.
///
/// # Errors
/// [`SourceError`] when the table cannot be read.
pub(super) fn scan(
    path: &Path,
    table: &DatabaseTable,
    split: &[Option<(&str, &str)>],
    objects: &[String],
) -> Result<TableScan, SourceError> {
    let connection = connect(path)?;
    let width = table.columns.len();
    let owner: Vec<Option<usize>> = split
        .iter()
        .map(|split| {
            let (object, _) = (*split)?;
            objects.iter().position(|name| name == object)
        })
        .collect();
    let descriptive: Vec<bool> = table
        .columns
        .iter()
        .map(|name| is_descriptive(name))
        .collect();
    let mut counts = vec![ColumnCounts::default(); width];
    let mut scan = TableScan {
        num_rows: 0,
        row_ids: Vec::new(),
        types: Vec::new(),
        decisions: Vec::new(),
        has_blobs: vec![false; width],
        object_rows: objects
            .iter()
            .map(|object| {
                let of_object = split.iter().flatten().filter(|(owner, _)| owner == object);
                ObjectRows::new(of_object.map(|(_, feature)| *feature))
            })
            .collect(),
    };
    let mut contents = vec![Content::default(); objects.len()];
    let mut statement = connection
        .prepare(&select(table, 0..width, ""))
        .map_err(|error| SourceError::unreadable(path, error))?;
    let mut rows = statement
        .query([])
        .map_err(|error| SourceError::unreadable(path, error))?;
    while let Some(row) = rows
        .next()
        .map_err(|error| SourceError::unreadable(path, error))?
    {
        let number = u32::try_from(scan.num_rows).map_err(|_| {
            let reason = format!("{} has more than four billion rows", table.name);
            SourceError::unusable(path, reason)
        })?;
        if !table.unnumbered {
            scan.row_ids.push(
                row.get(0)
                    .map_err(|error| SourceError::unreadable(path, error))?,
            );
        }
        contents.fill(Content::default());
        for at in 0..width {
            let value = row
                .get_ref(at + 1)
                .map_err(|error| SourceError::unreadable(path, error))?;
            let content = match value {
                ValueRef::Null => {
                    counts[at].nulls += 1;
                    Content::Nothing
                }
                ValueRef::Integer(value) => {
                    counts[at].add_integer(value);
                    Content::of_number(value as f64)
                }
                ValueRef::Real(value) => {
                    counts[at].add_float(value, descriptive[at]);
                    Content::of_number(value)
                }
                ValueRef::Text(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    counts[at].add(number, &text, descriptive[at]);
                    Content::of_text(&text)
                }
                ValueRef::Blob(bytes) => {
                    scan.has_blobs[at] = true;
                    counts[at].add_blob(bytes.len());
                    Content::Something
                }
            };
            if let Some(owner) = owner[at] {
                contents[owner] = contents[owner].max(content);
            }
        }
        if objects.len() > 1 {
            for (rows, content) in scan.object_rows.iter_mut().zip(&contents) {
                rows.take(number, *content);
            }
        }
        scan.num_rows += 1;
    }
    for (counts, name) in counts.into_iter().zip(&table.columns) {
        let decision = counts.decide(name, |row| u64::from(row) + 1);
        scan.types.push(decision.data_type.clone());
        scan.decisions.push(decision);
    }
    Ok(scan)
}
