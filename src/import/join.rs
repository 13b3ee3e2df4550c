//! One row for every primary object, its compartments attached.

use std::collections::{BTreeMap, HashMap};

use super::{FileReport, ImportError};
use crate::sources::{ImageKey, SourceError, Table, image_keys};

/// An object set attached to the primary one.
#[derive(Debug)]
pub struct Compartment {
    /// Object name.
    pub name: String,
    /// Its table.
    pub table: Table,
    /// Row of the table for every joined row.
    pub rows: Vec<Option<u32>>,
}

/// The joined tables.
#[derive(Debug)]
pub struct Joined {
    /// Primary object name.
    pub primary: String,
    /// Its table.
    pub table: Table,
    /// Row of the primary table for every joined row, sorted by image number, then file order.
    pub rows: Vec<u32>,
    /// Image of every joined row.
    pub images: Vec<ImageKey>,
    /// Object number of every joined row.
    pub object_numbers: Vec<i64>,
    /// Compartments in the order nuclei, then others by name.
    pub compartments: Vec<Compartment>,
    /// Nuclei of each row, where some cell has more than one.
    pub nuclei_counts: Option<Vec<i64>>,
    /// Account of every object file.
    pub files: Vec<FileReport>,
}

type Key = (ImageKey, i64);

struct ObjectSet {
    name: String,
    table: Table,
    report: FileReport,
    keys: Vec<Option<Key>>,
    row_by_key: HashMap<Key, u32>,
}

impl ObjectSet {
    fn new(name: String, table: Table) -> Result<Self, ImportError> {
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
                    report
                        .details
                        .push(format!("{}: no image or object number", table.place(row)));
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

    fn parent(&self, object: &str) -> Option<Vec<Option<i64>>> {
        self.table.integers(&format!("Parent_{object}"))
    }

    fn has_parent(&self, object: &str) -> bool {
        self.table.has(&format!("Parent_{object}"))
    }

    /// Accounts for all rows of a table that is kept out.
    fn kept_out(mut self, reason: &str) -> FileReport {
        self.report.not_used = self.report.rows - self.report.rejected;
        self.report.used_as = format!("kept out: {reason}");
        self.report
    }
}

fn missing(table: &Table, column: &str, meaning: &'static str) -> ImportError {
    ImportError::Source(SourceError::MissingColumn {
        path: table.path.clone(),
        column: column.to_owned(),
        meaning,
    })
}

/// Joins the object tables within their images.
///
/// The primary object is the one asked for; else the cells, that is the set whose parent the nuclei
/// are and which the cytoplasm names as its parent; else the one that is called cells, else the
/// nuclei, else the only set. `complete` drops rows that lack a compartment.
///
/// # Errors
/// [`ImportError`] when the primary object is unknown or ambiguous, a key column is missing, or no row is left.
pub fn join_objects(
    tables: Vec<(String, Table)>,
    primary: Option<&str>,
    complete: bool,
) -> Result<Joined, ImportError> {
    let mut sets = Vec::new();
    for (name, table) in tables {
        sets.push(ObjectSet::new(name, table)?);
    }
    let candidates: Vec<Candidate> = sets
        .iter()
        .map(|set| Candidate {
            name: &set.name,
            table: &set.table,
        })
        .collect();
    let primary_at = choose_primary(&candidates, primary)?;
    let mut primary = sets.remove(primary_at);
    let mut order: Vec<(Key, u32)> = primary
        .keys
        .iter()
        .enumerate()
        .filter_map(|(row, key)| key.map(|key| (key, row as u32)))
        .collect();
    order.sort_by_key(|((image, _), row)| (*image, *row));
    if order.is_empty() {
        return Err(ImportError::NoRows {
            path: primary.table.path.clone(),
            reason: format!(
                "{} of {} rows were rejected",
                primary.report.rejected, primary.report.rows
            ),
        });
    }

    let mut compartments: Vec<(Compartment, FileReport)> = Vec::new();
    let mut kept_out = Vec::new();
    let mut nuclei_counts = None;
    // The cytoplasm says which nucleus is meant where a cell has several, so children come first.
    sets.sort_by_key(|set| {
        (
            !set.has_parent(&primary.name),
            is_nuclei(&set.name),
            set.name.clone(),
        )
    });
    let mut named_nuclei: BTreeMap<String, HashMap<u32, i64>> = BTreeMap::new();
    for mut set in sets {
        let mut rows = vec![None; order.len()];
        if let Some(parents) = set.parent(&primary.name) {
            let at_by_row: HashMap<u32, usize> = order
                .iter()
                .enumerate()
                .map(|(at, (_, row))| (*row, at))
                .collect();
            let mut children: Vec<Vec<u32>> = vec![Vec::new(); order.len()];
            for (row, key) in set.keys.iter().enumerate() {
                let Some((image, _)) = key else { continue };
                let parent =
                    parents[row].and_then(|parent| primary.row_by_key.get(&(*image, parent)));
                match parent.and_then(|row| at_by_row.get(row)) {
                    Some(at) => children[*at].push(row as u32),
                    None => set.report.without_parent += 1,
                }
            }
            let several = children.iter().filter(|rows| rows.len() > 1).count();
            if several > 0 && !is_nuclei(&set.name) {
                set.report.without_parent = 0;
                kept_out.push(set.kept_out(&format!(
                    "{several} {} have more than one, so it is no compartment",
                    primary.name
                )));
                continue;
            }
            let numbers = object_numbers(&set.table);
            let named = named_nuclei.get(&set.name);
            for (at, rows_of_cell) in children.iter().enumerate() {
                let wanted = named.and_then(|named| named.get(&(at as u32)));
                let chosen = rows_of_cell
                    .iter()
                    .find(|row| {
                        wanted.is_some()
                            && numbers.as_ref().and_then(|numbers| numbers[**row as usize])
                                == wanted.copied()
                    })
                    .or_else(|| {
                        rows_of_cell.iter().min_by_key(|row| {
                            numbers.as_ref().and_then(|numbers| numbers[**row as usize])
                        })
                    });
                rows[at] = chosen.copied();
                set.report.not_used += rows_of_cell.len().saturating_sub(1);
            }
            if several > 0 {
                nuclei_counts = Some(children.iter().map(|rows| rows.len() as i64).collect());
                set.report.details.push(format!("{several} {} have several {}; the one that the cytoplasm names is taken, else the first", primary.name, set.name));
            }
            // What this compartment says about a third set, as the cytoplasm does about the nuclei.
            for column in set
                .table
                .names()
                .filter_map(|name| name.strip_prefix("Parent_"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
            {
                if column != primary.name
                    && let Some(values) = set.parent(&column)
                {
                    let entry = named_nuclei.entry(column).or_default();
                    for (at, row) in rows.iter().enumerate() {
                        if let Some(number) = row.and_then(|row: u32| values[row as usize]) {
                            entry.insert(at as u32, number);
                        }
                    }
                }
            }
        } else if let Some(parents) = primary.parent(&set.name) {
            let mut used = vec![false; set.table.num_rows];
            for (at, ((image, _), row)) in order.iter().enumerate() {
                let number = parents[*row as usize].filter(|number| *number != 0);
                if let Some(found) = number.and_then(|number| set.row_by_key.get(&(*image, number)))
                {
                    rows[at] = Some(*found);
                    used[*found as usize] = true;
                }
            }
            let free = set
                .keys
                .iter()
                .zip(&used)
                .filter(|(key, used)| key.is_some() && !**used)
                .count();
            set.report.without_parent = free;
        } else if let Some(named) = named_nuclei.get(&set.name).cloned() {
            let mut used = vec![false; set.table.num_rows];
            for (at, ((image, _), _)) in order.iter().enumerate() {
                if let Some(found) = named
                    .get(&(at as u32))
                    .and_then(|number| set.row_by_key.get(&(*image, *number)))
                {
                    rows[at] = Some(*found);
                    used[*found as usize] = true;
                }
            }
            set.report.without_parent = set
                .keys
                .iter()
                .zip(&used)
                .filter(|(key, used)| key.is_some() && !**used)
                .count();
        } else {
            let parents: Vec<&str> = set
                .table
                .names()
                .filter_map(|name| name.strip_prefix("Parent_"))
                .collect();
            let reason = if parents.is_empty() {
                format!(
                    "it has no parent column, so nothing says which of the {} a row belongs to",
                    primary.name
                )
            } else {
                format!(
                    "its parent is {}, not {}",
                    parents.join(" and "),
                    primary.name
                )
            };
            kept_out.push(set.kept_out(&reason));
            continue;
        }
        "compartment".clone_into(&mut set.report.used_as);
        compartments.push((
            Compartment {
                name: set.name,
                table: set.table,
                rows,
            },
            set.report,
        ));
    }
    compartments
        .sort_by_key(|(compartment, _)| (!is_nuclei(&compartment.name), compartment.name.clone()));

    if complete {
        let keep: Vec<bool> = (0..order.len())
            .map(|at| {
                compartments
                    .iter()
                    .all(|(compartment, _)| compartment.rows[at].is_some())
            })
            .collect();
        let dropped = keep.iter().filter(|keep| !**keep).count();
        primary.report.not_used += dropped;
        if dropped > 0 {
            primary.report.details.push(format!(
                "{dropped} rows left out because a compartment is missing (--complete)"
            ));
        }
        let mut at = 0..;
        order.retain(|_| at.next().is_some_and(|at: usize| keep[at]));
        for (compartment, report) in &mut compartments {
            let before = compartment.rows.iter().flatten().count();
            let mut at = 0..;
            compartment
                .rows
                .retain(|_| at.next().is_some_and(|at: usize| keep[at]));
            report.not_used += before - compartment.rows.iter().flatten().count();
        }
        if let Some(counts) = &mut nuclei_counts {
            let mut at = 0..;
            Vec::retain(counts, |_: &i64| {
                at.next().is_some_and(|at: usize| keep[at])
            });
        }
    }
    "primary".clone_into(&mut primary.report.used_as);
    primary.report.imported = order.len();
    let mut files = vec![primary.report];
    let mut attached = Vec::new();
    for (compartment, mut report) in compartments {
        let mut used: Vec<u32> = compartment.rows.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        report.imported = used.len();
        // With several cells naming one nucleus, or rows dropped, the rest is accounted as not used.
        let rest = report.rows - report.rejected - report.without_parent;
        report.not_used = rest.saturating_sub(report.imported);
        files.push(report);
        attached.push(compartment);
    }
    files.extend(kept_out);
    Ok(Joined {
        primary: primary.name,
        table: primary.table,
        images: order.iter().map(|((image, _), _)| *image).collect(),
        object_numbers: order.iter().map(|((_, object), _)| *object).collect(),
        rows: order.into_iter().map(|(_, row)| row).collect(),
        compartments: attached,
        nuclei_counts,
        files,
    })
}

/// Numbers of the objects of a table.
fn object_numbers(table: &Table) -> Option<Vec<Option<i64>>> {
    table
        .integers("ObjectNumber")
        .or_else(|| table.integers("Number_Object_Number"))
}

/// Tables whose rows were joined before: row by row, nothing is left out.
///
/// `image` says the image of every row, `numbers` the cell's number where the tables say it.
///
/// # Errors
/// [`ImportError`] when the primary object is unknown or ambiguous, or there is no row.
pub fn join_rows(
    mut tables: Vec<(String, Table)>,
    images: &[ImageKey],
    numbers: Option<&[Option<i64>]>,
    primary: Option<&str>,
) -> Result<Joined, ImportError> {
    let candidates: Vec<Candidate> = tables
        .iter()
        .map(|(name, table)| Candidate { name, table })
        .collect();
    let (primary, table) = tables.remove(choose_primary(&candidates, primary)?);
    let mut order: Vec<u32> = (0..table.num_rows as u32).collect();
    if order.is_empty() {
        return Err(ImportError::NoRows {
            path: table.path.clone(),
            reason: "it is empty".to_owned(),
        });
    }
    order.sort_by_key(|row| images[*row as usize]);
    let own = object_numbers(&table);
    let mut running: HashMap<ImageKey, i64> = HashMap::new();
    let object_numbers = order
        .iter()
        .map(|row| {
            let row = *row as usize;
            let count = running.entry(images[row]).or_default();
            *count += 1;
            own.as_deref()
                .or(numbers)
                .and_then(|numbers| numbers[row])
                .unwrap_or(*count)
        })
        .collect();
    let mut report = FileReport::of_table(&table);
    "joined table".clone_into(&mut report.used_as);
    report.imported = order.len();
    tables.sort_by_key(|(name, _)| (!is_nuclei(name), name.clone()));
    Ok(Joined {
        primary,
        images: order.iter().map(|row| images[*row as usize]).collect(),
        object_numbers,
        compartments: tables
            .into_iter()
            .map(|(name, table)| Compartment {
                name,
                table,
                rows: order.iter().copied().map(Some).collect(),
            })
            .collect(),
        table,
        rows: order,
        nuclei_counts: None,
        files: vec![report],
    })
}

fn is_nuclei(name: &str) -> bool {
    name.to_ascii_lowercase().contains("nucle")
}

/// An object set that rows might stand for.
struct Candidate<'a> {
    name: &'a str,
    table: &'a Table,
}

impl Candidate<'_> {
    fn has_parent(&self, object: &str) -> bool {
        self.table.has(&format!("Parent_{object}"))
    }
}

fn choose_primary(sets: &[Candidate<'_>], wanted: Option<&str>) -> Result<usize, ImportError> {
    let choices = || {
        sets.iter()
            .map(|set| set.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(wanted) = wanted {
        return sets
            .iter()
            .position(|set| set.name == wanted)
            .or_else(|| {
                sets.iter()
                    .position(|set| set.name.eq_ignore_ascii_case(wanted))
            })
            .ok_or_else(|| ImportError::UnknownPrimary {
                name: wanted.to_owned(),
                choices: choices(),
            });
    }
    if sets.len() == 1 {
        return Ok(0);
    }
    // The cytoplasm is what has two parents of which one is the parent of the other.
    let middle: Vec<usize> = (0..sets.len())
        .filter(|cell| {
            sets.iter().any(|tertiary| {
                tertiary.has_parent(sets[*cell].name)
                    && sets.iter().any(|nucleus| {
                        nucleus.name != sets[*cell].name
                            && tertiary.has_parent(nucleus.name)
                            && (sets[*cell].has_parent(nucleus.name)
                                || nucleus.has_parent(sets[*cell].name))
                            && !is_nuclei(sets[*cell].name)
                    })
            })
        })
        .collect();
    if let [only] = middle.as_slice() {
        return Ok(*only);
    }
    let named = |test: &dyn Fn(&str) -> bool| {
        let found: Vec<usize> = (0..sets.len())
            .filter(|at| test(&sets[*at].name.to_ascii_lowercase()))
            .collect();
        match found.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    };
    named(&|name| name == "cells")
        .or_else(|| named(&|name| name.contains("cell") && !name.contains("nucle")))
        .or_else(|| named(&|name| name == "nuclei"))
        .or_else(|| named(&|name| name.contains("nucle")))
        .ok_or_else(|| ImportError::AmbiguousPrimary { choices: choices() })
}

#[cfg(test)]
mod tests;
