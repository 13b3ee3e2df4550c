//! An object table of an export: the keys of its rows, and what became of them.

use std::collections::HashMap;

use crate::{FileReport, ImportError};
use cytolance_sources::{ImageKey, SourceError, Table, image_keys};

/// From here on whole numbers among fractions are not exact: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Image and number of an object.
pub(super) type Key = (ImageKey, i64);

/// An object table with its keys and its account.
pub(super) struct ObjectSet {
    pub name: String,
    pub table: Table,
    pub report: FileReport,
    /// Of every row; none where it is rejected.
    pub keys: Vec<Option<Key>>,
    pub row_by_key: HashMap<Key, u32>,
}

impl ObjectSet {
    /// Reads the keys.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a key column is missing.
    pub fn new(name: String, table: Table) -> Result<Self, ImportError> {
        let images = image_keys(&table).ok_or_else(|| missing(&table, "ImageNumber", "image"))?;
        let numbers =
            object_numbers(&table).ok_or_else(|| missing(&table, "ObjectNumber", "object"))?;
        let mut report = FileReport::of_table(&table);
        let mut keys = Vec::with_capacity(table.num_rows);
        let mut row_by_key = HashMap::with_capacity(table.num_rows);
        for row in 0..table.num_rows {
            let key = images[row].zip(numbers[row]);
            match key {
                None => {
                    report.rejected += 1;
                    report.details.push(format!(
                        "{}: {}",
                        table.place(row),
                        why_no_key(&table, row)
                    ));
                    keys.push(None);
                }
                Some(key) if row_by_key.contains_key(&key) => {
                    report.rejected += 1;
                    report.details.push(format!(
                        "{}: object {} of image {} was already there; the first row is kept",
                        table.place(row),
                        key.1,
                        key.0.1
                    ));
                    keys.push(None);
                }
                Some(key) => {
                    row_by_key.insert(key, row as u32);
                    keys.push(Some(key));
                }
            }
        }
        Ok(Self {
            name,
            table,
            report,
            keys,
            row_by_key,
        })
    }

    /// The number of the parent in another set, for every row.
    pub fn parent(&self, object: &str) -> Option<Vec<Option<i64>>> {
        self.table.integers(&format!("Parent_{object}"))
    }

    /// Whether rows name a parent in another set.
    pub fn has_parent(&self, object: &str) -> bool {
        self.table.has(&format!("Parent_{object}"))
    }

    /// The sets that it names as parents.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        let names = self.table.names();
        names.filter_map(|name| name.strip_prefix("Parent_"))
    }

    /// Accounts for all rows of a table that is kept out.
    pub fn kept_out(mut self, reason: &str) -> FileReport {
        self.report.not_used = self.report.rows - self.report.rejected;
        self.report.used_as = format!("kept out: {reason}");
        self.report
    }
}

/// Why a row has no key: what is written there, if it is no whole number.
fn why_no_key(table: &Table, row: usize) -> String {
    let keys = [
        "ImageNumber",
        "ObjectNumber",
        "Number_Object_Number",
        "TableNumber",
    ];
    for key in keys {
        let is_whole = table
            .held(key)
            .is_some_and(|values| values.data_type().is_integer());
        let Some(text) = table.text(key, row).filter(|_| !is_whole) else {
            continue;
        };
        match text.trim().parse::<f64>() {
            Ok(number) if number.fract() != 0.0 => {
                return format!("{key} {text} is no whole number");
            }
            Ok(number) if number.abs() >= EXACT => {
                let short = format!("{number:e}");
                let shown = if short.len() < text.len() && number.abs() > 1e18 {
                    &short
                } else {
                    &text
                };
                return format!("{key} {shown} is too large to be exact");
            }
            Ok(_) => {}
            Err(_) => return format!("{key} {text} is no number"),
        }
    }
    "no image or object number".to_owned()
}

fn missing(table: &Table, column: &str, meaning: &'static str) -> ImportError {
    ImportError::Source(SourceError::MissingColumn {
        path: table.path.clone(),
        column: column.to_owned(),
        meaning,
    })
}

/// Numbers of the objects of a table.
pub(super) fn object_numbers(table: &Table) -> Option<Vec<Option<i64>>> {
    table
        .integers("ObjectNumber")
        .or_else(|| table.integers("Number_Object_Number"))
}
