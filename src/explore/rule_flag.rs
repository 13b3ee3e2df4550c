//! What an outlier rule says of every cell, as the column that coSMicQC would add.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Column, ExploreError, Explorer};
use cytolance_kernels::RowSet;
use cytolance_profile::{ColumnInfo, OutlierRule, Role, ZScope};

/// The columns that a rule names: those that there are, and those that there are not, or not as numbers.
pub fn rule_inputs(rule: &OutlierRule, columns: &[ColumnInfo]) -> (Vec<String>, Vec<String>) {
    let is_feature = |name: &str| {
        let mut thresholds = rule.thresholds.iter();
        thresholds.any(|threshold| threshold.feature == name)
    };
    let is_there = |name: &&str| {
        let column = columns.iter().find(|column| {
            column.name == **name || (*name == ZScope::PLATE && rule.scope.is_told_by(&column.name))
        });
        column.is_some_and(|column| {
            column.kind.is_number() || (column.kind.is_category() && !is_feature(name))
        })
    };
    let (there, missing): (Vec<&str>, Vec<&str>) = rule.columns().into_iter().partition(is_there);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    (owned(there), owned(missing))
}

/// Why a rule is left out, for a person.
pub fn not_used(rule: &OutlierRule, missing: &[impl AsRef<str>]) -> String {
    let missing: Vec<&str> = missing.iter().map(AsRef::as_ref).collect();
    format!(
        "{}: not used, the dataset has no {}",
        rule.name,
        missing.join(", no ")
    )
}

/// A rule's answer.
#[derive(Debug)]
pub struct RuleFlag {
    /// The cells that it finds.
    pub rows: RowSet,
    /// Yes or no of every cell.
    pub flag: Arc<Column>,
    /// The columns that it is made of.
    pub columns: Vec<Arc<Column>>,
    /// Columns that it names and that there are not; then it finds nothing.
    pub missing: Vec<String>,
}

/// What a rule says of every cell.
///
/// # Errors
/// [`ExploreError`] where its columns cannot be read.
pub fn rule_flag<'a>(
    explorer: &'a Explorer,
    rule: &'a OutlierRule,
) -> BoxFuture<'a, Result<RuleFlag, ExploreError>> {
    Box::pin(async move {
        let (there, missing) = rule_inputs(rule, &explorer.known_columns());
        let columns = explorer.columns(&there).await?;
        let len = explorer.dataset().num_rows();
        let rows = if missing.is_empty() {
            explorer.z_scores().account(rule, &columns, len).rows
        } else {
            RowSet::empty(len)
        };
        let flag = Column::of_flags(&rule.flag_column(), &rows).with_role(Role::Quality);
        Ok(RuleFlag {
            rows,
            flag: Arc::new(flag),
            columns,
            missing,
        })
    })
}
