//! One row for every primary object, its compartments attached.

mod attach;
mod object_set;
mod pair;
mod primary;
mod repeats;

use std::collections::HashMap;

use self::attach::{NoCompartment, PrimaryRows};
use self::object_set::{Key, ObjectSet, object_numbers};
use self::primary::is_nuclei;
use super::{FileReport, ImportError};
use cytolance_profile::counted;
use cytolance_sources::{ImageKey, Table};

pub use pair::PairReport;
pub(super) use primary::choose_primary;
pub(super) use repeats::DistinctSets;

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
    /// Account of every object file: the primary one, the compartments in their order, then those that are kept out.
    pub files: Vec<FileReport>,
    /// Object sets that are no compartments because a primary object has several, with the reason.
    pub several: Vec<(String, String)>,
    /// What is known of sets that only numbers and places relate to the primary one.
    pub pairs: Vec<PairReport>,
}

impl Joined {
    /// Takes a compartment out again, for this reason.
    pub(super) fn keep_out(&mut self, name: &str, reason: &str) {
        let mut compartments = self.compartments.iter();
        let Some(at) = compartments.position(|compartment| compartment.name == name) else {
            return;
        };
        self.compartments.remove(at);
        // Rows that were joined before have one file together.
        if self.files.len() > at + 1 {
            let mut file = self.files.remove(at + 1);
            file.imported = 0;
            file.without_parent = 0;
            file.not_used = file.rows - file.rejected;
            file.used_as = format!("kept out: {reason}");
            self.files.push(file);
        }
    }

    /// Drops the rows that lack a compartment: one of their own, or one of these, which other parts have. The report of
    /// the primary table accounts for them.
    pub(super) fn drop_incomplete(&mut self, all: &[String]) {
        let names = || {
            self.compartments
                .iter()
                .map(|compartment| &compartment.name)
        };
        let lacks_one = all.iter().any(|name| !names().any(|own| own == name));
        let has_all = |at: usize| {
            let mut compartments = self.compartments.iter();
            !lacks_one && compartments.all(|compartment| compartment.rows[at].is_some())
        };
        let keep: Vec<bool> = (0..self.rows.len()).map(has_all).collect();
        let dropped = keep.iter().filter(|keep| !**keep).count();
        if dropped == 0 {
            return;
        }
        retain(&mut self.rows, &keep);
        retain(&mut self.images, &keep);
        retain(&mut self.object_numbers, &keep);
        for compartment in &mut self.compartments {
            retain(&mut compartment.rows, &keep);
        }
        if let Some(counts) = &mut self.nuclei_counts {
            retain(counts, &keep);
        }
        let primary = &mut self.files[0];
        primary.imported -= dropped;
        primary.not_used += dropped;
        primary.details.push(format!(
            "{dropped} rows left out because a compartment is missing (--complete)"
        ));
        self.account();
    }

    /// Accounts for the rows of the compartments. With several cells naming one nucleus, or rows dropped, the rest is
    /// not used.
    fn account(&mut self) {
        let reports = self.files.iter_mut().skip(1);
        for (compartment, report) in self.compartments.iter().zip(reports) {
            let mut used: Vec<u32> = compartment.rows.iter().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            report.imported = used.len();
            let rest = report.rows - report.rejected - report.without_parent;
            report.not_used = rest.saturating_sub(report.imported);
        }
    }
}

/// Joins the object tables within their images.
///
/// The primary object is the one asked for; else the cells, that is the set whose parent the nuclei
/// are and which the cytoplasm names as its parent; else the one that is called cells, else the
/// nuclei, else the only set. Sets named by `pairs` are joined by number and place where no parent says more.
///
/// # Errors
/// [`ImportError`] when the primary object is unknown or ambiguous, a key column is missing, or no row is left.
pub fn join_objects(
    tables: Vec<(String, Table)>,
    primary: Option<&str>,
    pairs: &[String],
) -> Result<Joined, ImportError> {
    let name = choose_primary(&[&tables], primary)?;
    let mut sets = Vec::new();
    let mut chosen = None;
    for (own, table) in tables {
        let is_chosen = own == name && chosen.is_none();
        let set = ObjectSet::new(own, table)?;
        if is_chosen {
            chosen = Some(set);
        } else {
            sets.push(set);
        }
    }
    let Some(mut primary) = chosen else {
        return Err(ImportError::AmbiguousPrimary { choices: name });
    };
    let mut order: Vec<(Key, u32)> = primary
        .keys
        .iter()
        .enumerate()
        .filter_map(|(row, key)| key.map(|key| (key, row as u32)))
        .collect();
    order.sort_by_key(|((image, _), row)| (*image, *row));
    if order.is_empty() {
        return Err(no_rows(&primary));
    }
    // The cytoplasm says which nucleus is meant where a cell has several, so children come first.
    sets.sort_by_key(|set| {
        (
            !set.has_parent(&primary.name),
            is_nuclei(&set.name),
            set.name.clone(),
        )
    });
    let mut primary_rows = PrimaryRows::new(&primary, &order, pairs);
    let mut attached: Vec<(Compartment, FileReport)> = Vec::new();
    let mut kept_out = Vec::new();
    let mut several = Vec::new();
    for mut set in sets {
        match primary_rows.attach(&mut set)? {
            Ok(rows) => {
                "compartment".clone_into(&mut set.report.used_as);
                let (name, table) = (set.name, set.table);
                attached.push((Compartment { name, table, rows }, set.report));
            }
            Err(NoCompartment { reason, is_several }) => {
                if is_several {
                    several.push((set.name.clone(), reason.clone()));
                }
                kept_out.push(set.kept_out(&reason));
            }
        }
    }
    let (nuclei_counts, pairs) = (primary_rows.nuclei_counts, primary_rows.pairs);
    attached
        .sort_by_key(|(compartment, _)| (!is_nuclei(&compartment.name), compartment.name.clone()));
    "primary".clone_into(&mut primary.report.used_as);
    primary.report.imported = order.len();
    let mut files = vec![primary.report];
    let mut compartments = Vec::new();
    for (compartment, report) in attached {
        files.push(report);
        compartments.push(compartment);
    }
    files.extend(kept_out);
    let mut joined = Joined {
        primary: primary.name,
        table: primary.table,
        images: order.iter().map(|((image, _), _)| *image).collect(),
        object_numbers: order.iter().map(|((_, object), _)| *object).collect(),
        rows: order.into_iter().map(|(_, row)| row).collect(),
        compartments,
        nuclei_counts,
        files,
        several,
        pairs,
    };
    joined.account();
    Ok(joined)
}

fn no_rows(primary: &ObjectSet) -> ImportError {
    let report = &primary.report;
    ImportError::NoRows {
        path: primary.table.path.clone(),
        reason: if report.rows == 0 {
            "it has a header and nothing else".to_owned()
        } else {
            let first = report.details.first();
            let first = first.map_or_else(String::new, |line| format!("; {line}"));
            format!(
                "{} of {} {} rejected{first}",
                report.rejected,
                counted(report.rows, "row"),
                if report.rows == 1 { "was" } else { "were" }
            )
        },
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
    let chosen = choose_primary(&[&tables], primary)?;
    let at = tables.iter().position(|(name, _)| *name == chosen);
    let (primary, table) = tables.remove(at.unwrap_or(0));
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
        several: Vec::new(),
        pairs: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
