//! The columns that a session computes beside the stored ones.

use std::sync::Arc;

use super::SessionError;
use super::error::failed;
use super::session_file::SessionFile;
use crate::explore::{Column, Explorer, rule_columns};
use crate::profile::OutlierRule;

/// Columns that are not stored, and what of the session has become none, in words.
#[derive(Debug, Default)]
pub struct ComputedColumns {
    /// The columns, each once.
    pub columns: Vec<Arc<Column>>,
    /// Rules that find nothing because the dataset lacks their columns.
    pub notes: Vec<String>,
}

impl ComputedColumns {
    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    /// Takes a rule's columns in: those that the explorer has already, as they are.
    async fn add(
        &mut self,
        explorer: &Explorer,
        rule: &OutlierRule,
        with_scores: bool,
    ) -> Result<(), SessionError> {
        let flag = rule.flag_column();
        if self.has(&flag) {
            return Ok(());
        }
        let mut names = vec![flag];
        if with_scores {
            let features = rule.thresholds.iter();
            names.extend(features.map(|threshold| rule.score_column(&threshold.feature)));
        }
        let computed = explorer.computed();
        let known = |name: &String| computed.iter().find(|column| column.name == *name).cloned();
        let made = if let Some(known) = names.iter().map(known).collect::<Option<Vec<_>>>() {
            known
        } else {
            let made = rule_columns(explorer, rule, with_scores)
                .await
                .map_err(failed)?;
            if !made.missing.is_empty() {
                self.notes.push(format!(
                    "the rule {} is left out, because the dataset has no {}",
                    rule.name,
                    made.missing.join(", no ")
                ));
                return Ok(());
            }
            made.into_columns()
        };
        for column in made {
            if !self.has(&column.name) {
                self.columns.push(column);
            }
        }
        Ok(())
    }
}

/// All columns that are not stored: the flags and z-scores that the session has put beside the stored ones, the flags of
/// its other rules, and what the explorer has been given else, such as marks that are not saved.
///
/// # Errors
/// [`SessionError::Run`] where the columns of a rule cannot be read.
pub async fn computed_columns(
    explorer: &Explorer,
    session: &SessionFile,
) -> Result<ComputedColumns, SessionError> {
    let mut found = ComputedColumns::default();
    for rule in &session.rule_columns {
        found.add(explorer, rule, true).await?;
    }
    for rule in &session.rules {
        found.add(explorer, rule, false).await?;
    }
    for column in explorer.computed() {
        if !found.has(&column.name) {
            found.columns.push(column);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::samples::six_cells;
    use crate::profile::ZThreshold;

    fn rule(name: &str, feature: &str, z: f64) -> OutlierRule {
        OutlierRule {
            name: name.to_owned(),
            thresholds: vec![ZThreshold {
                feature: feature.to_owned(),
                z,
            }],
            ..OutlierRule::default()
        }
    }

    #[tokio::test]
    async fn a_session_computes_its_rules_and_keeps_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
        let area = "Cells_AreaShape_Area";
        let session = SessionFile {
            // The rule as it was when its columns were made; since then it is another.
            rule_columns: vec![rule("large", area, 1.0)],
            rules: vec![
                rule("large", area, 9.0),
                rule("small", area, -1.0),
                rule("gone", "Cells_Gone", 1.0),
            ],
            ..SessionFile::default()
        };
        let found = computed_columns(&explorer, &session).await.expect("found");
        let names: Vec<&str> = found.columns.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "cqc.large.is_outlier",
                "cqc.large.Z_Score.Cells_AreaShape_Area",
                "cqc.small.is_outlier"
            ]
        );
        assert!(found.notes[0].contains("gone") && found.notes[0].contains("Cells_Gone"));
        // Areas are 50, 30, 40, nothing, 20, 60: only the last lies more than one standard deviation above.
        let flags = |at: usize| -> Vec<String> {
            let rows = 0..6;
            rows.filter_map(|row| found.columns[at].text(row)).collect()
        };
        assert_eq!(flags(0).iter().filter(|flag| *flag == "true").count(), 1);
        assert_eq!(flags(0)[5], "true");
        // What the explorer has is what the window shows: it is not computed again.
        let shown = Arc::new(Column::of_categories(
            "cqc.small.is_outlier",
            vec![0; 6],
            vec!["shown".to_owned()],
        ));
        let marks = Arc::new(Column::of_floats("marks", vec![1.0; 6]));
        explorer.set_computed(Arc::clone(&shown));
        explorer.set_computed(Arc::clone(&marks));
        let found = computed_columns(&explorer, &session).await.expect("found");
        assert!(Arc::ptr_eq(&found.columns[2], &shown));
        assert!(Arc::ptr_eq(&found.columns[3], &marks));
        assert_eq!(found.columns.len(), 4);
    }
}
