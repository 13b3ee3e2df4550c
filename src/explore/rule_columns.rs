//! What an outlier rule says of every cell, as columns that coSMicQC would add.

use std::sync::Arc;

use super::{Column, ExploreError, Explorer, z_scores};
use crate::profile::{ColumnInfo, OutlierRule, RowSet, ZScope};

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

/// A rule's answer.
#[derive(Debug)]
pub struct RuleColumns {
    /// The cells that it finds.
    pub rows: RowSet,
    /// Yes or no of every cell.
    pub flag: Arc<Column>,
    /// The z-scores of its features.
    pub scores: Vec<Arc<Column>>,
    /// Columns that it names and that there are not; then it finds nothing.
    pub missing: Vec<String>,
}

impl RuleColumns {
    /// All of them, the flag first.
    pub fn into_columns(self) -> Vec<Arc<Column>> {
        let mut columns = vec![self.flag];
        columns.extend(self.scores);
        columns
    }
}

/// What a rule says of every cell; `with_scores`, the z-scores behind it, too.
///
/// # Errors
/// [`ExploreError`] where its columns cannot be read.
pub async fn rule_columns(
    explorer: &Explorer,
    rule: &OutlierRule,
    with_scores: bool,
) -> Result<RuleColumns, ExploreError> {
    let dataset = explorer.dataset();
    let mut infos = (**dataset.columns()).clone();
    infos.extend(explorer.computed().iter().map(|column| column.info()));
    let (there, missing) = rule_inputs(rule, &infos);
    let columns = explorer.columns(&there).await?;
    let len = dataset.num_rows();
    let rows = if missing.is_empty() {
        explorer.z_scores().account(rule, &columns, len).rows
    } else {
        RowSet::empty(len)
    };
    let codes: Vec<u32> = (0..len as u32)
        .map(|row| u32::from(rows.contains(row)))
        .collect();
    let answers = vec!["false".to_owned(), "true".to_owned()];
    let flag = Arc::new(Column::of_categories(&rule.flag_column(), codes, answers));
    let mut scores: Vec<Arc<Column>> = Vec::new();
    let wanted = rule.thresholds.iter().filter(|_| with_scores);
    for threshold in wanted {
        let name = rule.score_column(&threshold.feature);
        let known = scores.iter().any(|column| column.name == name);
        if let Some(values) = z_scores(rule, &threshold.feature, &columns).filter(|_| !known) {
            let values = Arc::try_unwrap(values).unwrap_or_else(|values| (*values).clone());
            scores.push(Arc::new(Column::of_floats(&name, values)));
        }
    }
    Ok(RuleColumns {
        rows,
        flag,
        scores,
        missing,
    })
}
