//! Values that change: computed columns come and are replaced, and another version of the dataset is gone on with.
//!
//! The one door for it: whatever shows or is made of such values follows from here, and requests carry the number of the
//! last change of the columns they read ([`Workspace::stamp`]), so that answers of before are told from those of after.

use std::sync::Arc;

use crate::model::background::{
    read_values, start_groups, start_points, start_query, start_summaries,
};
use crate::model::job::Job;
use crate::model::labels::LabelColumn;
use crate::model::state::Workspace;
use cytolance_dataset::CellDataset;
use cytolance_explore::Column;
use cytolance_profile::{Columns, Condition, Query};

impl Workspace {
    /// The number of the last change of any of these columns; 0 where their values are those that were opened.
    pub fn stamp<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> u64 {
        let numbers = names.into_iter().filter_map(|name| self.changes.get(name));
        numbers.copied().max().unwrap_or(0)
    }

    /// The same of all columns that a query reads, filters that are switched off included.
    pub fn query_stamp(&self, query: &Query) -> u64 {
        let columns = query
            .filters
            .iter()
            .flat_map(|filter| filter.condition.columns())
            .chain(query.sort.iter().map(|sort| sort.column.as_str()));
        let stored = query
            .filters
            .iter()
            .any(|filter| matches!(filter.condition, Condition::Sql { .. }));
        // An SQL condition may be about any stored column.
        self.stamp(columns)
            .max(if stored { self.rebased } else { 0 })
    }

    /// Puts computed columns beside the stored ones, or in the place of those of their names.
    pub fn set_computed(&mut self, columns: &[Arc<Column>]) -> Vec<Job> {
        for column in columns {
            self.explorer.set_computed(Arc::clone(column));
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        self.took_computed(&names)
    }

    /// Changes the marks of the label column at a place of the list; `change` says whether any are others then. For so
    /// long nobody else is given the old ones, so that they need not be copied.
    pub(crate) fn change_label(
        &mut self,
        at: usize,
        change: impl FnOnce(&mut LabelColumn) -> bool,
    ) -> Vec<Job> {
        let rows = self.dataset.num_rows();
        let Some(label) = self.labels.columns.get_mut(at) else {
            return Vec::new();
        };
        let name = label.spec.column.clone();
        let mut changed = false;
        self.explorer.replace_computed(&name, || {
            changed = change(label);
            Some(Arc::new(label.column(rows)))
        });
        if changed {
            self.took_computed(&[name])
        } else {
            Vec::new()
        }
    }

    /// The explorer was given other computed columns of these names.
    fn took_computed(&mut self, names: &[String]) -> Vec<Job> {
        for name in names {
            if self.column(name).is_none()
                && let Some(column) = self.explorer.cached(name)
            {
                Arc::make_mut(&mut self.columns).push(column.info());
            }
        }
        self.values_changed(names)
    }

    /// Goes on with another version of the dataset, whose rows are the same; `changed` are the columns whose values
    /// may differ.
    pub fn rebase(&mut self, dataset: CellDataset, changed: &[String]) -> Vec<Job> {
        // Another picture column may have been chosen since the version was asked for.
        let shown = self.dataset.picture_column();
        let same = shown.and_then(|column| dataset.with_picture(column).ok());
        self.rebase_to(same.unwrap_or(dataset), changed)
    }

    /// The same with the pictures of the column that the dataset says.
    pub(crate) fn rebase_to(&mut self, dataset: CellDataset, changed: &[String]) -> Vec<Job> {
        self.explorer = self.explorer.rebased(dataset.clone(), changed);
        let mut columns = Columns::clone(dataset.columns());
        for column in self.explorer.computed() {
            if dataset.column(&column.name).is_none() {
                columns.push(column.info());
            }
        }
        self.columns = Arc::new(columns);
        self.dataset = dataset;
        self.rebased = self.values_generation + 1;
        let mut jobs = self.values_changed(changed);
        // The inspector shows what is stored.
        self.values_work.invalidate();
        if let Some(work) = self.cursor.and_then(|row| self.values_work.ask(row)) {
            jobs.push(read_values(self, work));
        }
        jobs
    }

    /// The values of columns are others: what was read of them is forgotten, and filters, order, histograms, groups and
    /// the plot that use them are computed anew. Panes that ask in every frame see it by `values_generation`.
    fn values_changed(&mut self, names: &[String]) -> Vec<Job> {
        self.values_generation += 1;
        for name in names {
            self.changes.insert(name.clone(), self.values_generation);
            self.unreadable.remove(name);
            self.cells.forget(name);
        }
        let now = self.values_generation;
        let mut jobs = Vec::new();
        if self.query_stamp(&self.query) == now {
            jobs.extend(start_query(self));
            jobs.extend(start_summaries(self));
        }
        let axes = &self.scatter.axes;
        let axes = [&axes.x, &axes.y, &axes.color].into_iter().flatten();
        if self.stamp(axes.map(String::as_str)) == now {
            jobs.extend(start_points(self));
        }
        if let Some((column, by)) = &self.groups.wanted
            && self.stamp([column.as_str(), by.as_str()]) == now
        {
            jobs.extend(start_groups(self));
        }
        jobs
    }
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
