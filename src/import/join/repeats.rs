//! Object sets that an export has twice: one table of them is used.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array as _, ArrayRef, BooleanArray};
use arrow::compute::is_null;
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::{cast, or_kleene};
use arrow::datatypes::DataType;

use super::object_set::{Key, object_numbers};
use crate::columns::unite;
use crate::{FileReport, ImportError, Remark, TableRemark};
use cytolance_sources::{Table, image_keys};

/// Bytes of values that are compared together.
const COMPARED_BYTES: usize = 8 << 20;

/// The tables of an export, each object set once.
pub(crate) struct DistinctSets {
    pub tables: Vec<(String, Table)>,
    /// Tables that are not used because others hold the same objects.
    pub repeated: Vec<FileReport>,
    /// What they say differently.
    pub remarks: Vec<Remark>,
}

impl DistinctSets {
    /// Leaves out tables of objects that another table has, too: of the same name, or of a name that differs by a prefix
    /// where also keys and values are the same. The fuller one is used, of equals the first.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a table cannot be read.
    pub fn new(tables: Vec<(String, Table)>) -> Result<Self, ImportError> {
        let related: HashSet<String> = tables
            .iter()
            .flat_map(|(_, table)| table.names())
            .filter_map(related_object)
            .map(str::to_ascii_lowercase)
            .collect();
        let mut sets = Self {
            tables: Vec::with_capacity(tables.len()),
            repeated: Vec::new(),
            remarks: Vec::new(),
        };
        for (name, table) in tables {
            sets.take(name, table, &related)?;
        }
        Ok(sets)
    }

    /// Takes in a table. `related` are the sets that columns of tables are about: each of them is one of its own.
    fn take(
        &mut self,
        name: String,
        table: Table,
        related: &HashSet<String>,
    ) -> Result<(), ImportError> {
        for at in 0..self.tables.len() {
            let (known, before) = &self.tables[at];
            let same_name = known.eq_ignore_ascii_case(&name);
            let longer = if known.len() > name.len() {
                known
            } else {
                &name
            };
            let is_own = || related.contains(&longer.to_ascii_lowercase());
            let is_alias = is_prefixed(known, &name) || is_prefixed(&name, known);
            if !same_name && (!is_alias || is_own()) {
                continue;
            }
            let is_fuller = |one: &Table, other: &Table| {
                (one.num_rows, one.columns.len()) > (other.num_rows, other.columns.len())
            };
            let later_is_fuller = is_fuller(&table, before);
            let (full, lesser) = if later_is_fuller {
                (&table, before)
            } else {
                (before, &table)
            };
            let difference = difference(full, lesser)?;
            let name = if name.len() < known.len() {
                name.clone()
            } else {
                known.clone()
            };
            let reason = match difference {
                None => format!("it repeats {}, which is used", full.label),
                Some(_) if !same_name => continue,
                Some(difference) => {
                    let remark = TableRemark::SetTwice {
                        object: name.clone(),
                        used: full.label.clone(),
                        other: lesser.label.clone(),
                        difference: difference.clone(),
                    };
                    self.remarks.push(remark.into());
                    format!(
                        "{name} comes twice; {} is used, of which this one differs: {difference}",
                        full.label
                    )
                }
            };
            self.repeated.push(kept_out(lesser, &reason));
            if later_is_fuller {
                self.tables[at].1 = table;
            }
            self.tables[at].0 = name;
            return Ok(());
        }
        self.tables.push((name, table));
        Ok(())
    }
}

/// The object set that a column is about: `Nuclei` of `Parent_Nuclei` and of `Children_Nuclei_Count`.
fn related_object(column: &str) -> Option<&str> {
    let children = || column.strip_prefix("Children_")?.strip_suffix("_Count");
    column.strip_prefix("Parent_").or_else(children)
}

/// Accounts for all rows of a table that is kept out.
fn kept_out(table: &Table, reason: &str) -> FileReport {
    let mut report = FileReport::of_table(table);
    report.not_used = report.rows - report.rejected;
    report.used_as = format!("kept out: {reason}");
    report
}

/// Whether a name is another one behind a prefix: `MyExpt_Cells`.
fn is_prefixed(name: &str, other: &str) -> bool {
    let prefix = name
        .len()
        .checked_sub(other.len())
        .and_then(|start| Some((name.get(..start)?, name.get(start..)?)));
    prefix.is_some_and(|(prefix, rest)| prefix.ends_with('_') && rest.eq_ignore_ascii_case(other))
}

/// What a table says differently from a fuller one; nothing where all its objects are there with the same values.
fn difference(full: &Table, lesser: &Table) -> Result<Option<String>, ImportError> {
    let (Some(full_keys), Some(keys)) = (keys_of(full), keys_of(lesser)) else {
        return Ok(Some("their rows have no numbers".to_owned()));
    };
    // Of rows with the same key the first one is used.
    let at_by_key: HashMap<Key, u32> = full_keys
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(row, key)| Some(((*key)?, row as u32)))
        .collect();
    let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(keys.len());
    let mut others = 0;
    for (row, key) in (0_u32..).zip(&keys) {
        let Some(key) = key else { continue };
        match at_by_key.get(key) {
            Some(at) => pairs.push((*at, row)),
            None => others += 1,
        }
    }
    if others > 0 {
        return Ok(Some(format!(
            "{others} of its objects are not in the other"
        )));
    }
    let common: Vec<(usize, usize)> = (0..lesser.columns.len())
        .filter_map(|own| {
            let name = &lesser.columns[own].name;
            let at = full
                .columns
                .iter()
                .position(|column| column.name == *name)?;
            Some((at, own))
        })
        .collect();
    let (full_columns, own_columns): (Vec<usize>, Vec<usize>) = common.iter().copied().unzip();
    let step = (COMPARED_BYTES / (8 * common.len().max(1))).clamp(64, 65_536);
    for pairs in pairs.chunks(step) {
        let (ours, theirs): (Vec<_>, Vec<_>) = pairs
            .iter()
            .map(|(at, row)| (Some(*at), Some(*row)))
            .unzip();
        let ours = full.read(&full_columns, Some(&ours))?;
        let theirs = lesser.read(&own_columns, Some(&theirs))?;
        for ((ours, theirs), own) in ours.iter().zip(&theirs).zip(&own_columns) {
            let differing = differing(ours, theirs);
            if differing > 0 {
                let name = &lesser.columns[*own].name;
                return Ok(Some(format!("{name} has other values")));
            }
        }
    }
    Ok(None)
}

fn keys_of(table: &Table) -> Option<Vec<Option<Key>>> {
    let images = image_keys(table)?;
    let numbers = object_numbers(table)?;
    let keys = images.into_iter().zip(numbers);
    Some(keys.map(|(image, number)| image.zip(number)).collect())
}

/// Values that are not the same; a missing one is like any other, as two programs may write it differently.
fn differing(one: &ArrayRef, other: &ArrayRef) -> usize {
    let united = unite(one.data_type(), other.data_type());
    let as_united = |values: &ArrayRef| {
        if united == *values.data_type() {
            Some(ArrayRef::clone(values))
        } else {
            cast(values, &united).ok()
        }
    };
    let same = || -> Option<BooleanArray> {
        let (one, other) = (as_united(one)?, as_united(other)?);
        let missing = or_kleene(&is_null(&one).ok()?, &is_null(&other).ok()?).ok()?;
        or_kleene(&missing, &not_distinct(&one, &other).ok()?).ok()
    };
    // Numbers and words of them are compared as words, which need not be spelled alike.
    if united == DataType::Utf8 && one.data_type() != other.data_type() {
        return 0;
    }
    same().map_or(0, |same| same.len() - same.true_count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::join::tests::tables_in;

    #[test]
    fn a_set_that_comes_twice_is_used_once() {
        const FULL: &str = "ImageNumber,ObjectNumber,Area\n1,1,5\n1,2,6\n";
        const LESS: &str = "ImageNumber,ObjectNumber,Area\n1,2,6.0\n";
        const OTHER: &str = "ImageNumber,ObjectNumber,Area\n1,2,7\n";
        const STRANGE: &str = "ImageNumber,ObjectNumber,Area\n9,2,6\n";
        // Names and texts; then the names that are left with their rows, and whether a difference is told.
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, usize)], bool);
        const CHILD: &str = "ImageNumber,ObjectNumber,Parent_X_Cells\n1,1,1\n";
        let cases: [Case; 8] = [
            (
                &[("X_Cells", FULL), ("Cells", FULL), ("Spots", CHILD)],
                &[("X_Cells", 2), ("Cells", 2), ("Spots", 1)],
                false,
            ),
            (&[("Cells", FULL), ("Cells", LESS)], &[("Cells", 2)], false),
            (&[("Cells", LESS), ("cells", FULL)], &[("Cells", 2)], false),
            (
                &[("X_Cells", FULL), ("Cells", FULL)],
                &[("Cells", 2)],
                false,
            ),
            (&[("Cells", FULL), ("Cells", OTHER)], &[("Cells", 2)], true),
            (
                &[("Cells", STRANGE), ("Cells", FULL)],
                &[("Cells", 2)],
                true,
            ),
            (
                &[("Big_Cells", OTHER), ("Cells", FULL)],
                &[("Big_Cells", 1), ("Cells", 2)],
                false,
            ),
            (
                &[("BigCells", FULL), ("Cells", FULL)],
                &[("BigCells", 2), ("Cells", 2)],
                false,
            ),
        ];
        for (files, left, told) in cases {
            let dir = tempfile::tempdir().expect("a temporary folder");
            let distinct = DistinctSets::new(tables_in(dir.path(), files)).expect("read");
            let found: Vec<(&str, usize)> = distinct
                .tables
                .iter()
                .map(|(name, table)| (name.as_str(), table.num_rows))
                .collect();
            assert_eq!(found, left, "{files:?}");
            assert_eq!(distinct.remarks.len(), usize::from(told), "{files:?}");
            assert_eq!(distinct.repeated.len(), files.len() - left.len());
            for file in &distinct.repeated {
                assert_eq!(file.rows, file.not_used + file.rejected);
            }
        }
    }
}
