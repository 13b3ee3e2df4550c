//! One row for every primary object, its compartments attached.

mod attach;
mod object_set;
mod primary;

use std::collections::HashMap;

use self::attach::PrimaryRows;
use self::object_set::{Key, ObjectSet, object_numbers};
use self::primary::{Candidate, choose_primary, is_nuclei};
use super::{FileReport, ImportError};
use cytolance_profile::counted;
use cytolance_sources::{ImageKey, Table};

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
            reason: why_none(&primary.report),
        });
    }
    // The cytoplasm says which nucleus is meant where a cell has several, so children come first.
    sets.sort_by_key(|set| {
        (
            !set.has_parent(&primary.name),
            is_nuclei(&set.name),
            set.name.clone(),
        )
    });
    let mut primary_rows = PrimaryRows::new(&primary, &order);
    let mut attached: Vec<(Compartment, FileReport)> = Vec::new();
    let mut kept_out = Vec::new();
    for mut set in sets {
        match primary_rows.attach(&mut set) {
            Ok(rows) => {
                "compartment".clone_into(&mut set.report.used_as);
                let (name, table) = (set.name, set.table);
                attached.push((Compartment { name, table, rows }, set.report));
            }
            Err(reason) => kept_out.push(set.kept_out(&reason)),
        }
    }
    let mut nuclei_counts = primary_rows.nuclei_counts;
    attached
        .sort_by_key(|(compartment, _)| (!is_nuclei(&compartment.name), compartment.name.clone()));
    if complete {
        let counts = nuclei_counts.as_mut();
        drop_incomplete(&mut order, &mut attached, counts, &mut primary.report);
    }
    "primary".clone_into(&mut primary.report.used_as);
    primary.report.imported = order.len();
    let mut files = vec![primary.report];
    let mut compartments = Vec::new();
    for (compartment, mut report) in attached {
        let mut used: Vec<u32> = compartment.rows.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        report.imported = used.len();
        // With several cells naming one nucleus, or rows dropped, the rest is accounted as not used.
        let rest = report.rows - report.rejected - report.without_parent;
        report.not_used = rest.saturating_sub(report.imported);
        files.push(report);
        compartments.push(compartment);
    }
    files.extend(kept_out);
    Ok(Joined {
        primary: primary.name,
        table: primary.table,
        images: order.iter().map(|((image, _), _)| *image).collect(),
        object_numbers: order.iter().map(|((_, object), _)| *object).collect(),
        rows: order.into_iter().map(|(_, row)| row).collect(),
        compartments,
        nuclei_counts,
        files,
    })
}

/// Why no row of a table is left.
fn why_none(report: &FileReport) -> String {
    if report.rows == 0 {
        return "it has a header and nothing else".to_owned();
    }
    let first = report.details.first();
    let first = first.map_or_else(String::new, |line| format!("; {line}"));
    format!(
        "rejected are {} of {}{first}",
        report.rejected,
        counted(report.rows, "row")
    )
}

/// Drops the rows that lack a compartment, and accounts for them in the report of the primary table.
fn drop_incomplete(
    order: &mut Vec<(Key, u32)>,
    attached: &mut [(Compartment, FileReport)],
    nuclei_counts: Option<&mut Vec<i64>>,
    primary: &mut FileReport,
) {
    let has_all = |at: usize| {
        let mut compartments = attached.iter().map(|(compartment, _)| compartment);
        compartments.all(|compartment| compartment.rows[at].is_some())
    };
    let keep: Vec<bool> = (0..order.len()).map(has_all).collect();
    let dropped = keep.iter().filter(|keep| !**keep).count();
    primary.not_used += dropped;
    if dropped > 0 {
        primary.details.push(format!(
            "{} left out because a compartment is missing (--complete)",
            counted(dropped, "row")
        ));
    }
    retain(order, &keep);
    for (compartment, _) in attached {
        retain(&mut compartment.rows, &keep);
    }
    if let Some(counts) = nuclei_counts {
        retain(counts, &keep);
    }
}

/// Leaves those values whose places are kept.
fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut keep = keep.iter();
    values.retain(|_| keep.next() == Some(&true));
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

#[cfg(test)]
mod tests;
