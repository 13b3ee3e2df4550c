//! The rows of one object set for the rows of the primary one, by what relates the two.

use std::collections::HashMap;

use super::PairReport;
use super::object_set::{Key, ObjectSet, object_numbers};
use super::pair::Pairs;
use super::primary::is_nuclei;
use crate::ImportError;

/// Why an object set is no compartment.
pub(super) struct NoCompartment {
    pub reason: String,
    /// A primary object has several.
    pub is_several: bool,
}

impl NoCompartment {
    fn unrelated(reason: String) -> Self {
        Self {
            reason,
            is_several: false,
        }
    }
}

/// Rows of an object set for the joined rows; or why it is no compartment.
pub(super) type Attached = Result<Vec<Option<u32>>, NoCompartment>;

/// The joined rows, to which one object set after the other is attached.
pub(super) struct PrimaryRows<'a> {
    primary: &'a ObjectSet,
    /// Key and row of the primary object of every joined row.
    order: &'a [(Key, u32)],
    /// The joined row of every row of the primary table.
    at_by_row: HashMap<u32, usize>,
    /// Numbers of objects of other sets that compartments name for joined rows, as the cytoplasm does of the nuclei.
    named: HashMap<String, HashMap<usize, i64>>,
    /// Nuclei of each row, where some row has several.
    pub nuclei_counts: Option<Vec<i64>>,
    /// Sets that are joined by number and place where no parent says more.
    wanted_pairs: &'a [String],
    /// What is known of sets that only numbers and places relate to the primary one.
    pub pairs: Vec<PairReport>,
}

impl<'a> PrimaryRows<'a> {
    /// Joined rows in this order, without any compartment.
    pub fn new(primary: &'a ObjectSet, order: &'a [(Key, u32)], pairs: &'a [String]) -> Self {
        let rows = order.iter().enumerate();
        Self {
            primary,
            order,
            at_by_row: rows.map(|(at, (_, row))| (*row, at)).collect(),
            named: HashMap::new(),
            nuclei_counts: None,
            wanted_pairs: pairs,
            pairs: Vec::new(),
        }
    }

    /// Finds the rows of a set: its parent is the primary one, or the primary one's parent is it, or a compartment
    /// names it. Sets whose parent is the primary one come first, for they name others. Where nothing relates it, its
    /// rows may be told by number and place, if that is wanted.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a table cannot be read.
    pub fn attach(&mut self, set: &mut ObjectSet) -> Result<Attached, ImportError> {
        if let Some(parents) = set.parent(&self.primary.name) {
            return Ok(self.attach_children(set, &parents));
        }
        if let Some(parents) = self.primary.parent(&set.name) {
            let order = self.order;
            return Ok(Ok(self.attach_numbers(set, |at| {
                let (_, row) = order[at];
                parents[row as usize].filter(|number| *number != 0)
            })));
        }
        if let Some(named) = self.named.get(&set.name) {
            return Ok(Ok(self.attach_numbers(set, |at| named.get(&at).copied())));
        }
        self.attach_pairs(set)
    }

    /// A set that nothing relates to the primary one but numbers, which are believed where the objects lie at the same
    /// place, and only if that is wanted.
    fn attach_pairs(&mut self, set: &mut ObjectSet) -> Result<Attached, ImportError> {
        let parents: Vec<&str> = set.parents().collect();
        let primary = &self.primary.name;
        let reason = if set.table.num_rows == 0 {
            return Ok(Err(NoCompartment::unrelated(
                "it is empty: it has a header and no row".to_owned(),
            )));
        } else if parents.is_empty() {
            format!(
                "it has no parent column, so nothing says which of the {primary} a row belongs to"
            )
        } else {
            format!("its parent is {}, not {primary}", parents.join(" and "))
        };
        let Pairs { rows, mut report } = Pairs::new(self.primary, self.order, set)?;
        let mut wanted = self.wanted_pairs.iter();
        report.wanted = wanted.any(|name| name.eq_ignore_ascii_case(&set.name));
        report.joined = report.wanted && report.placed > 0;
        let attached = if report.joined {
            set.report.without_parent = report.objects - report.placed;
            Ok(rows)
        } else {
            Err(NoCompartment::unrelated(reason))
        };
        self.pairs.push(report);
        Ok(attached)
    }

    /// A set whose rows name a primary object as their parent. Of several nuclei of a cell the one that another
    /// compartment names is taken, else the first; of other sets there may be one a cell.
    fn attach_children(&mut self, set: &mut ObjectSet, parents: &[Option<i64>]) -> Attached {
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.order.len()];
        let mut without_parent = 0;
        for (row, key) in set.keys.iter().enumerate() {
            let Some((image, _)) = key else { continue };
            let parent =
                parents[row].and_then(|parent| self.primary.row_by_key.get(&(*image, parent)));
            match parent.and_then(|row| self.at_by_row.get(row)) {
                Some(at) => children[*at].push(row as u32),
                None => without_parent += 1,
            }
        }
        let several = children.iter().filter(|rows| rows.len() > 1).count();
        let primary = &self.primary.name;
        if several > 0 && !is_nuclei(&set.name) {
            return Err(NoCompartment {
                reason: format!("{several} {primary} have more than one, so it is no compartment"),
                is_several: true,
            });
        }
        set.report.without_parent += without_parent;
        let numbers = object_numbers(&set.table);
        let number_of = |row: &u32| numbers.as_ref().and_then(|numbers| numbers[*row as usize]);
        let named = self.named.get(&set.name);
        let mut rows = Vec::with_capacity(children.len());
        for (at, own) in children.iter().enumerate() {
            let wanted = named.and_then(|named| named.get(&at)).copied();
            let is_named = |row: &&u32| wanted.is_some() && number_of(row) == wanted;
            let chosen = own
                .iter()
                .find(is_named)
                .or_else(|| own.iter().min_by_key(|row| number_of(row)));
            rows.push(chosen.copied());
            set.report.not_used += own.len().saturating_sub(1);
        }
        if several > 0 {
            self.nuclei_counts = Some(children.iter().map(|rows| rows.len() as i64).collect());
            set.report.details.push(format!(
                "{several} {primary} have several {}; the one that the cytoplasm names is taken, else the first",
                set.name
            ));
        }
        self.take_names(set, &rows);
        Ok(rows)
    }

    /// Keeps what a compartment says about third sets.
    fn take_names(&mut self, set: &ObjectSet, rows: &[Option<u32>]) {
        for other in set.parents().filter(|name| *name != self.primary.name) {
            let Some(numbers) = set.parent(other) else {
                continue;
            };
            let named = self.named.entry(other.to_owned()).or_default();
            for (at, row) in rows.iter().enumerate() {
                if let Some(number) = row.and_then(|row| numbers[row as usize]) {
                    named.insert(at, number);
                }
            }
        }
    }

    /// A set whose objects are named by their numbers, one for every joined row.
    fn attach_numbers(
        &self,
        set: &mut ObjectSet,
        number_of: impl Fn(usize) -> Option<i64>,
    ) -> Vec<Option<u32>> {
        let mut used = vec![false; set.table.num_rows];
        let mut rows = vec![None; self.order.len()];
        for (at, ((image, _), _)) in self.order.iter().enumerate() {
            let number = number_of(at);
            if let Some(found) = number.and_then(|number| set.row_by_key.get(&(*image, number))) {
                rows[at] = Some(*found);
                used[*found as usize] = true;
            }
        }
        let keys = set.keys.iter().zip(&used);
        set.report.without_parent = keys.filter(|(key, used)| key.is_some() && !**used).count();
        rows
    }
}
