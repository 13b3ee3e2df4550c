//! One row for every primary object, its compartments attached.

use std::collections::{BTreeMap, HashMap};

use super::{FileReport, ImportError};
use crate::cellprofiler::{ReadNotes, SourceError, Table};

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
    /// Image number of every joined row.
    pub image_numbers: Vec<i64>,
    /// Object number of every joined row.
    pub object_numbers: Vec<i64>,
    /// Compartments in the order nuclei, then others by name.
    pub compartments: Vec<Compartment>,
    /// Nuclei of each row, where some cell has more than one.
    pub nuclei_counts: Option<Vec<i64>>,
    /// Account of every object file.
    pub files: Vec<FileReport>,
}

type Key = (i64, i64);

struct ObjectSet {
    name: String,
    table: Table,
    report: FileReport,
    keys: Vec<Option<Key>>,
    row_by_key: HashMap<Key, u32>,
}

impl ObjectSet {
    fn new(name: String, table: Table, notes: ReadNotes) -> Result<Self, ImportError> {
        let images = table
            .integers("ImageNumber")
            .ok_or_else(|| missing(&table, "ImageNumber", "image"))?;
        let numbers = table
            .integers("ObjectNumber")
            .or_else(|| table.integers("Number_Object_Number"))
            .ok_or_else(|| missing(&table, "ObjectNumber", "object"))?;
        let mut report = FileReport {
            path: table.path.clone(),
            rows: notes.rows_in_file,
            rejected: notes.rejected.len(),
            notes,
            ..FileReport::default()
        };
        let mut keys = Vec::with_capacity(table.num_rows);
        let mut row_by_key = HashMap::with_capacity(table.num_rows);
        for row in 0..table.num_rows {
            let line = table.lines[row];
            let key = images[row].zip(numbers[row]);
            match key {
                None => {
                    report.rejected += 1;
                    report
                        .details
                        .push(format!("line {line}: no image or object number"));
                    keys.push(None);
                }
                Some(key) if row_by_key.contains_key(&key) => {
                    report.rejected += 1;
                    report.details.push(format!("line {line}: object {} of image {} was already there; the first row is kept", key.1, key.0));
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
        self.table.column(&format!("Parent_{object}")).is_some()
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
    tables: Vec<(String, Table, ReadNotes)>,
    primary: Option<&str>,
    complete: bool,
) -> Result<Joined, ImportError> {
    let mut sets = Vec::new();
    for (name, table, notes) in tables {
        sets.push(ObjectSet::new(name, table, notes)?);
    }
    let primary_at = choose_primary(&sets, primary)?;
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
            let numbers = set.table.integers("ObjectNumber");
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
        image_numbers: order.iter().map(|((image, _), _)| *image).collect(),
        object_numbers: order.iter().map(|((_, object), _)| *object).collect(),
        rows: order.into_iter().map(|(_, row)| row).collect(),
        compartments: attached,
        nuclei_counts,
        files,
    })
}

fn is_nuclei(name: &str) -> bool {
    name.to_ascii_lowercase().contains("nucle")
}

fn choose_primary(sets: &[ObjectSet], wanted: Option<&str>) -> Result<usize, ImportError> {
    let choices = || {
        sets.iter()
            .map(|set| set.name.clone())
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
                tertiary.has_parent(&sets[*cell].name)
                    && sets.iter().any(|nucleus| {
                        nucleus.name != sets[*cell].name
                            && tertiary.has_parent(&nucleus.name)
                            && (sets[*cell].has_parent(&nucleus.name)
                                || nucleus.has_parent(&sets[*cell].name))
                            && !is_nuclei(&sets[*cell].name)
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
mod tests {
    use super::*;
    use crate::cellprofiler::read_csv;

    fn tables(files: &[(&str, &str)]) -> Vec<(String, Table, ReadNotes)> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        files
            .iter()
            .map(|(name, content)| {
                let path = dir.path().join(format!("{name}.csv"));
                std::fs::write(&path, content).expect("a file");
                let (table, notes) = read_csv(&path).expect("readable");
                ((*name).to_owned(), table, notes)
            })
            .collect()
    }

    const NUCLEI: &str = "ImageNumber,ObjectNumber\n1,1\n1,2\n1,3\n";
    const CELLS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei\n1,1,2\n1,2,1\n1,3,0\n";
    const CYTOPLASM: &str =
        "ImageNumber,ObjectNumber,Parent_Cells,Parent_Nuclei\n1,1,1,2\n1,2,2,1\n1,3,9,9\n";
    const SPOTS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei\n1,1,1\n1,2,1\n";

    fn sums_match(joined: &Joined) {
        for file in &joined.files {
            assert_eq!(
                file.rows,
                file.imported + file.rejected + file.without_parent + file.not_used,
                "{file:?}"
            );
        }
    }

    #[test]
    fn one_row_for_every_primary_object() {
        type Case<'a> = (
            &'a [(&'a str, &'a str)],
            Option<&'a str>,
            &'a str,
            usize,
            &'a [&'a str],
        );
        let cases: &[Case] = &[
            (
                &[
                    ("Cells", CELLS),
                    ("Cytoplasm", CYTOPLASM),
                    ("Nuclei", NUCLEI),
                    ("Spots", SPOTS),
                ],
                None,
                "Cells",
                3,
                &["Nuclei", "Cytoplasm"],
            ),
            (
                &[("Cells", CELLS), ("Nuclei", NUCLEI)],
                None,
                "Cells",
                3,
                &["Nuclei"],
            ),
            (
                &[("Nuclei", NUCLEI), ("Spots", SPOTS)],
                None,
                "Nuclei",
                3,
                &[],
            ),
            (&[("Cells", CELLS)], None, "Cells", 3, &[]),
            (
                &[("Cells", CELLS), ("Nuclei", NUCLEI)],
                Some("nuclei"),
                "Nuclei",
                3,
                &["Cells"],
            ),
        ];
        for (files, wanted, primary, rows, compartments) in cases {
            let joined = join_objects(tables(files), *wanted, false).expect("joined");
            let names: Vec<_> = joined
                .compartments
                .iter()
                .map(|compartment| compartment.name.as_str())
                .collect();
            assert_eq!(
                (joined.primary.as_str(), joined.rows.len(), names.as_slice()),
                (*primary, *rows, *compartments)
            );
            sums_match(&joined);
        }
    }

    #[test]
    fn parents_join_within_the_image_and_absent_ones_are_null() {
        let files = [
            ("Cells", CELLS),
            ("Cytoplasm", CYTOPLASM),
            ("Nuclei", NUCLEI),
        ];
        let joined = join_objects(tables(&files), None, false).expect("joined");
        assert_eq!(joined.compartments[0].rows, [Some(1), Some(0), None]);
        assert_eq!(joined.compartments[1].rows, [Some(0), Some(1), None]);
        assert_eq!(
            joined
                .files
                .iter()
                .map(|file| file.without_parent)
                .sum::<usize>(),
            2
        );
        let complete = join_objects(tables(&files), None, true).expect("joined");
        assert_eq!(complete.rows.len(), 2);
        sums_match(&complete);
    }

    #[test]
    fn several_nuclei_take_the_one_that_the_cytoplasm_names() {
        let nuclei = "ImageNumber,ObjectNumber,Parent_Cells\n1,1,1\n1,2,1\n";
        let cells = "ImageNumber,ObjectNumber\n1,1\n";
        let cytoplasm = "ImageNumber,ObjectNumber,Parent_Cells,Parent_Nuclei\n1,1,1,2\n";
        let joined = join_objects(
            tables(&[
                ("Cells", cells),
                ("Nuclei", nuclei),
                ("Cytoplasm", cytoplasm),
            ]),
            None,
            false,
        )
        .expect("joined");
        assert_eq!(joined.compartments[0].rows, [Some(1)]);
        assert_eq!(joined.nuclei_counts, Some(vec![2]));
        sums_match(&joined);
    }

    #[test]
    fn repeated_keys_keep_their_first_row() {
        let joined = join_objects(
            tables(&[("Cells", "ImageNumber,ObjectNumber\n1,1\n1,1\n1,\n2,1\n")]),
            None,
            false,
        )
        .expect("joined");
        assert_eq!(joined.rows, [0, 3]);
        assert_eq!(joined.files[0].rejected, 2);
        sums_match(&joined);
    }

    #[test]
    fn an_unclear_primary_is_an_error_with_the_choices() {
        let error = join_objects(tables(&[("A", NUCLEI), ("B", NUCLEI)]), None, false)
            .expect_err("ambiguous")
            .to_string();
        assert!(
            error.contains("A, B") && error.contains("--primary"),
            "{error}"
        );
    }
}
