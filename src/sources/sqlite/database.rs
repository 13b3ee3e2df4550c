//! ExportToDatabase: SQLite files, with the relations that they do not declare.
//!
//! Types in such a file are affinities: nothing stops text in a numeric column. Every value is looked at.

mod scan;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::DataType;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use self::scan::{TableScan, scan};
use super::layout::{DatabaseLayout, DatabaseTable};
use crate::export::is_join_key;
use crate::features::split_object;
use crate::spelling::{image_prefix, respelled};
use crate::table::{MemoryStore, TableStore};
use crate::text_column::ColumnBuilder;
use crate::{
    Export, IgnoredFile, ReadNotes, Relations, SourceError, SourceRemark, Table, TableColumn,
};

/// Opens the tables of a database.
///
/// # Errors
/// [`SourceError`] when a table cannot be read.
pub(super) fn open_database(
    path: &Path,
    layout: &DatabaseLayout,
    name: String,
) -> Result<Export, SourceError> {
    let image = match &layout.image {
        Some(table) => {
            let prefix = image_prefix(table.columns.iter().map(String::as_str));
            open_table(path, table, &[prefix], |_| true)?.pop()
        }
        None => None,
    };
    let mut objects = Vec::new();
    for (names, table) in &layout.objects {
        objects.extend(open_table(path, table, names, is_join_key)?);
    }
    Ok(Export {
        path: path.to_path_buf(),
        name,
        image: image.map(|(_, table)| table),
        objects,
        relations: Relations::Parents,
        stored: None,
        metadata: HashMap::new(),
        experiment: layout
            .experiment
            .as_ref()
            .map(|table| experiment_of(path, table))
            .transpose()?
            .unwrap_or_default(),
        ignored: layout
            .ignored
            .iter()
            .map(|(table, reason)| IgnoredFile {
                path: path.join(table),
                reason: reason.clone(),
            })
            .collect(),
        remarks: Vec::new(),
    })
}

/// The first row of the experiment table as names and values.
fn experiment_of(
    path: &Path,
    table: &DatabaseTable,
) -> Result<BTreeMap<String, String>, SourceError> {
    let connection = connect(path)?;
    let mut values = BTreeMap::new();
    let sql = format!("SELECT * FROM {} LIMIT 1", quoted(&table.name));
    let mut statement = connection
        .prepare(&sql)
        .map_err(|error| SourceError::unreadable(path, error))?;
    let mut rows = statement
        .query([])
        .map_err(|error| SourceError::unreadable(path, error))?;
    if let Some(row) = rows
        .next()
        .map_err(|error| SourceError::unreadable(path, error))?
    {
        for (at, name) in table.columns.iter().enumerate() {
            let text = match row
                .get_ref(at)
                .map_err(|error| SourceError::unreadable(path, error))?
            {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    String::from_utf8_lossy(bytes).into_owned()
                }
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Null => continue,
            };
            values.insert(name.clone(), text);
        }
    }
    Ok(values)
}

/// Reads a table's types; one table an object where its columns are named after several.
fn open_table(
    path: &Path,
    table: &DatabaseTable,
    objects: &[String],
    hold: impl Fn(&str) -> bool + Copy,
) -> Result<Vec<(String, Table)>, SourceError> {
    let split: Vec<Option<(&str, &str)>> = table
        .columns
        .iter()
        .map(|name| split_object(name, objects))
        .collect();
    let grouped = objects.len() > 1;
    let scan = scan(path, table, &split, objects)?;
    let label = table.name.clone();
    let store: Arc<dyn TableStore> = if table.unnumbered {
        let all: Vec<u32> = (0..scan.num_rows as u32).collect();
        let store = DatabaseStore::new(path, table, &scan);
        // What is too long for rows is not held either.
        let is_short = |at: &usize| !scan.has_blobs[*at] && !scan.decisions[*at].size.is_long();
        let columns: Vec<usize> = (0..table.columns.len()).filter(is_short).collect();
        let mut read = store.read(&columns, &all)?.into_iter();
        Arc::new(MemoryStore {
            columns: (0..table.columns.len())
                .map(|at| {
                    if columns.contains(&at) {
                        read.next()
                    } else {
                        None
                    }
                })
                .map(|values| values.unwrap_or_else(|| new_null_array(&DataType::Null, all.len())))
                .collect(),
            path: path.to_path_buf(),
        })
    } else {
        Arc::new(DatabaseStore::new(path, table, &scan))
    };
    objects
        .iter()
        .enumerate()
        .map(|(number, object)| {
            let mut notes = ReadNotes {
                rows_in_file: scan.num_rows,
                unit: "row".into(),
                ..ReadNotes::default()
            };
            let mut columns = Vec::new();
            for (at, name) in table.columns.iter().enumerate() {
                let feature = match split[at] {
                    Some((owner, feature)) if owner == object => feature,
                    Some(_) => continue,
                    None => name,
                };
                if scan.has_blobs[at] {
                    let size = scan.decisions[at].size.in_words();
                    notes.columns_left_out.push(format!(
                        "{name}: binary values, such as thumbnails ({size})"
                    ));
                    continue;
                }
                if scan.decisions[at].size.is_long() {
                    let size = scan.decisions[at].size.in_words();
                    notes
                        .columns_left_out
                        .push(format!("{name}: long texts ({size})"));
                    continue;
                }
                notes.take_decision(name, &scan.decisions[at]);
                columns.push(TableColumn {
                    name: feature.to_owned(),
                    data_type: scan.types[at].clone(),
                    output: None,
                    is_filled: scan.decisions[at].is_filled,
                    place: at,
                });
            }
            for (at, key) in respelled_columns(&columns) {
                notes.remarks.push(SourceRemark::Respelled {
                    column: table.columns[columns[at].place].clone(),
                    key,
                });
                key.clone_into(&mut columns[at].name);
            }
            let rows = if grouped {
                let rows = &scan.object_rows[number];
                rows.note(&mut notes);
                notes.rows_in_file = rows.rows.len();
                Err(Arc::from(rows.rows.as_slice()))
            } else {
                Ok(scan.num_rows)
            };
            let label = if grouped {
                format!("{label}: {object}")
            } else {
                label.clone()
            };
            let table = Table::new(
                path.to_path_buf(),
                label,
                columns,
                rows,
                notes,
                Arc::clone(&store),
                hold,
            )?;
            Ok((object.clone(), table))
        })
        .collect()
}

/// Keys among columns that are spelled otherwise.
fn respelled_columns(columns: &[TableColumn]) -> Vec<(usize, &'static str)> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    respelled(&names)
}

/// `SELECT` of the row number and some columns.
fn select(
    table: &DatabaseTable,
    columns: impl IntoIterator<Item = usize>,
    condition: &str,
) -> String {
    let mut sql = if table.unnumbered {
        "SELECT 0".to_owned()
    } else {
        "SELECT rowid".to_owned()
    };
    for at in columns {
        sql.push_str(", ");
        sql.push_str(&quoted(&table.columns[at]));
    }
    sql.push_str(" FROM ");
    sql.push_str(&quoted(&table.name));
    sql.push_str(condition);
    if !table.unnumbered {
        sql.push_str(" ORDER BY rowid");
    }
    sql
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn columns_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    names.collect()
}

pub(super) fn connect(path: &Path) -> Result<Connection, SourceError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
        .and_then(|connection| {
            // Opening reads nothing: this does.
            connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))?;
            Ok(connection)
        })
        .map_err(|error| SourceError::unreadable(path, error))
}

/// Rows of a table by their row numbers.
struct DatabaseStore {
    path: PathBuf,
    table: DatabaseTable,
    row_ids: Vec<i64>,
    num_rows: usize,
    types: Vec<DataType>,
    /// Connections that nobody uses at the moment: opening one reads the whole schema.
    idle: Mutex<Vec<Connection>>,
}

impl std::fmt::Debug for DatabaseStore {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("DatabaseStore")
            .field("path", &self.path)
            .field("table", &self.table.name)
            .finish_non_exhaustive()
    }
}

impl DatabaseStore {
    fn new(path: &Path, table: &DatabaseTable, scan: &TableScan) -> Self {
        Self {
            path: path.to_path_buf(),
            table: table.clone(),
            row_ids: scan.row_ids.clone(),
            num_rows: scan.num_rows,
            types: scan.types.clone(),
            idle: Mutex::default(),
        }
    }

    fn read_with(
        &self,
        connection: &Connection,
        columns: &[usize],
        rows: &[u32],
    ) -> Result<Vec<ArrayRef>, SourceError> {
        let failed = |error: rusqlite::Error| SourceError::unreadable(&self.path, error);
        let changed = || SourceError::Changed {
            path: self.path.clone(),
        };
        let mut builders: Vec<ColumnBuilder> = columns
            .iter()
            .map(|at| ColumnBuilder::new(&self.types[*at], rows.len()))
            .collect();
        let condition = if self.table.unnumbered {
            ""
        } else {
            " WHERE rowid BETWEEN ?1 AND ?2"
        };
        let sql = select(&self.table, columns.iter().copied(), condition);
        let mut statement = connection.prepare_cached(&sql).map_err(failed)?;
        let mut at = 0;
        while at < rows.len() {
            let mut end = at + 1;
            while end < rows.len() && rows[end] == rows[end - 1] + 1 {
                end += 1;
            }
            let mut found = if self.table.unnumbered {
                statement.query([])
            } else {
                let id = |row: u32| self.row_ids[row as usize];
                statement.query([id(rows[at]), id(rows[end - 1])])
            }
            .map_err(failed)?;
            for _ in at..end {
                let row = found.next().map_err(failed)?.ok_or_else(changed)?;
                append(row, &mut builders).map_err(failed)?;
            }
            if found.next().map_err(failed)?.is_some() {
                return Err(changed());
            }
            at = end;
        }
        Ok(builders.iter_mut().map(ColumnBuilder::finish).collect())
    }
}

fn append(row: &Row<'_>, builders: &mut [ColumnBuilder]) -> rusqlite::Result<()> {
    for (at, builder) in builders.iter_mut().enumerate() {
        match row.get_ref(at + 1)? {
            ValueRef::Null | ValueRef::Blob(_) => builder.append_null(),
            ValueRef::Integer(number) => builder.append_integer(number),
            ValueRef::Real(number) => builder.append_float(number),
            ValueRef::Text(bytes) => builder.append(&String::from_utf8_lossy(bytes)),
        }
    }
    Ok(())
}

impl TableStore for DatabaseStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        debug_assert!(!self.table.unnumbered || rows.len() == self.num_rows);
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path)?,
        };
        let values = self.read_with(&connection, columns, rows);
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(connection);
        values
    }

    fn place(&self, row: u32) -> String {
        format!("row {}", u64::from(row) + 1)
    }
}

#[cfg(test)]
mod tests;
