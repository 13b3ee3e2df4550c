//! Statistics of a feature by the groups of another column: wells, treatments, plates.

use std::sync::Arc;

use crate::model::latest::Latest;
use cytolance_explore::{Explorer, GroupStatistics, group_statistics};
use cytolance_kernels::RowSet;
use cytolance_profile::{ColumnInfo, KeyColumns, KeyPart};

/// What is to be counted.
#[derive(Debug, Clone)]
pub struct GroupRequest {
    /// The feature.
    pub column: String,
    /// The column whose values are the groups.
    pub by: String,
    /// The shown cells.
    pub shown: Arc<RowSet>,
    /// The last change of the values of both columns.
    pub stamp: u64,
}

impl PartialEq for GroupRequest {
    fn eq(&self, other: &Self) -> bool {
        self.column == other.column
            && self.by == other.by
            && Arc::ptr_eq(&self.shown, &other.shown)
            && self.stamp == other.stamp
    }
}

/// Statistics by group, and what they are about.
#[derive(Debug, Default)]
pub struct Groups {
    /// The running and the next count.
    pub work: Latest<GroupRequest>,
    /// The feature and the groups that were asked for.
    pub wanted: Option<(String, String)>,
    /// The last answer, and what it is about.
    pub found: Option<(GroupRequest, Result<Vec<GroupStatistics>, String>)>,
}

/// The column by which cells are grouped at first: the well where there is one.
pub(crate) fn first_grouping(columns: &[ColumnInfo]) -> Option<String> {
    let usable = || columns.iter().filter(|column| column.kind.is_category());
    let keys = KeyColumns::of(columns);
    let names = [
        keys.get(KeyPart::Well),
        Some("Metadata_Treatment"),
        keys.get(KeyPart::Plate),
    ];
    names
        .into_iter()
        .flatten()
        .find_map(|name| usable().find(|column| column.name == name))
        .or_else(|| usable().next())
        .map(|column| column.name.clone())
}

/// Counts.
pub(crate) async fn count_groups(
    explorer: &Explorer,
    request: &GroupRequest,
) -> Result<Vec<GroupStatistics>, String> {
    let names = [request.column.clone(), request.by.clone()];
    let columns = explorer
        .columns(&names)
        .await
        .map_err(|error| error.to_string())?;
    let [values, groups] = columns.as_slice() else {
        return Err("the columns were not read".to_owned());
    };
    group_statistics(values, groups, &request.shown).ok_or_else(|| {
        format!(
            "{} has no numbers, or {} no groups",
            request.column, request.by
        )
    })
}
