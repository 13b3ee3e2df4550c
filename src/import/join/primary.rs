//! Which object set rows stand for.

use crate::ImportError;
use cytolance_sources::Table;

/// Whether an object set is called after nuclei.
pub(super) fn is_nuclei(name: &str) -> bool {
    name.to_ascii_lowercase().contains("nucle")
}

/// An object set that rows might stand for.
pub(super) struct Candidate<'a> {
    pub name: &'a str,
    pub table: &'a Table,
}

impl Candidate<'_> {
    fn has_parent(&self, object: &str) -> bool {
        self.table.has(&format!("Parent_{object}"))
    }
}

/// The place of the set that rows stand for: the one that is wanted, else the cells, else the nuclei.
///
/// # Errors
/// [`ImportError`] when the one that is wanted is not there, or none can be told.
pub(super) fn choose_primary(
    sets: &[Candidate<'_>],
    wanted: Option<&str>,
) -> Result<usize, ImportError> {
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
