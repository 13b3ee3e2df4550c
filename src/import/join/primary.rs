//! Which object set rows stand for.

use crate::ImportError;
use cytolance_sources::Table;

/// Whether an object set is called after nuclei.
pub(super) fn is_nuclei(name: &str) -> bool {
    name.to_ascii_lowercase().contains("nucle")
}

/// An object set that rows might stand for, in all parts of an import that have it.
struct Candidate<'a> {
    name: &'a str,
    tables: Vec<&'a Table>,
}

impl Candidate<'_> {
    fn has_parent(&self, object: &str) -> bool {
        let parent = format!("Parent_{object}");
        self.tables.iter().any(|table| table.has(&parent))
    }

    fn filled_tables(&self) -> usize {
        let tables = self.tables.iter();
        tables.filter(|table| table.num_rows > 0).count()
    }
}

/// The set that rows stand for in all parts of an import, of which each is a list of tables: the one that is wanted, else
/// the cells, else the nuclei. No row stands for an object of an empty table, unless that is wanted.
///
/// # Errors
/// [`ImportError`] when the one that is wanted is not there, or none can be told.
pub(crate) fn choose_primary(
    parts: &[&[(String, Table)]],
    wanted: Option<&str>,
) -> Result<String, ImportError> {
    let mut sets: Vec<Candidate<'_>> = Vec::new();
    for (name, table) in parts.iter().copied().flatten() {
        match sets.iter_mut().find(|set| set.name == name) {
            Some(set) => set.tables.push(table),
            None => sets.push(Candidate {
                name,
                tables: vec![table],
            }),
        }
    }
    if let Some(wanted) = wanted {
        let mut found = sets.iter().filter(|set| set.name == wanted);
        let alike = || {
            sets.iter()
                .find(|set| set.name.eq_ignore_ascii_case(wanted))
        };
        return found
            .next()
            .or_else(alike)
            .map(|set| set.name.to_owned())
            .ok_or_else(|| ImportError::UnknownPrimary {
                name: wanted.to_owned(),
                choices: choices(&sets),
            });
    }
    if sets.iter().any(|set| set.filled_tables() > 0) {
        sets.retain(|set| set.filled_tables() > 0);
    }
    if let Some(at) = likely(&sets) {
        return Ok(sets[at].name.to_owned());
    }
    // What is in most parts tells more than what lies beside them in one.
    let most = sets.iter().map(Candidate::filled_tables).max().unwrap_or(0);
    let all = choices(&sets);
    sets.retain(|set| set.filled_tables() == most);
    likely(&sets)
        .map(|at| sets[at].name.to_owned())
        .ok_or(ImportError::AmbiguousPrimary { choices: all })
}

fn choices(sets: &[Candidate<'_>]) -> String {
    let names: Vec<&str> = sets.iter().map(|set| set.name).collect();
    names.join(", ")
}

/// The place of the set that is the cells by its relations, else by its name; else of the nuclei; or of the only one.
fn likely(sets: &[Candidate<'_>]) -> Option<usize> {
    if sets.len() == 1 {
        return Some(0);
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
        return Some(*only);
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
}
