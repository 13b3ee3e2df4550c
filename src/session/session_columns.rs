//! The columns that a session computes beside the stored ones.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;

use super::error::failed;
use super::session_file::SessionFile;
use super::{Application, SessionError};
use cytolance_explore::{Column, Explorer, rule_flag};
use cytolance_profile::OutlierRule;
use cytolance_tools::{ToolInput, compute, tool};

/// Columns that are not stored, and what of the session has become none, in words.
#[derive(Debug, Default)]
pub struct ComputedColumns {
    /// The columns, each once.
    pub columns: Vec<Arc<Column>>,
    /// Rules and tools that cannot be used because the dataset lacks their columns.
    pub notes: Vec<String>,
}

impl ComputedColumns {
    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.name == name)
    }

    fn take(&mut self, columns: impl IntoIterator<Item = Arc<Column>>) {
        for column in columns {
            if !self.has(&column.name) {
                self.columns.push(column);
            }
        }
    }

    /// Takes in what a tool computes; columns that the explorer has already, as they are.
    async fn apply(&mut self, explorer: &Explorer, application: &Application) {
        let names = &application.columns;
        if let Some(known) = in_memory(explorer, names).filter(|_| !names.is_empty()) {
            self.take(known);
            return;
        }
        let found = match tool(&application.tool) {
            Ok(tool) => {
                let columns = explorer.known_columns();
                let input = ToolInput {
                    explorer,
                    columns: &columns,
                    progress: &|_, _| (),
                    cancelled: &AtomicBool::new(false),
                };
                compute(tool, &input, &application.parameters).await
            }
            Err(error) => Err(error),
        };
        match found {
            Ok(computed) => self.take(computed.columns.into_iter().map(|made| made.column)),
            // Another dataset than the one the session was made on may lack what the tool needs.
            Err(error) => {
                let columns = match names.as_slice() {
                    [] => format!("the columns of {}", application.tool),
                    names => names.join(", "),
                };
                self.notes.push(format!("{columns} left out: {error}"));
            }
        }
    }

    /// Takes a rule's flag in; one that the explorer has already, as it is.
    async fn add(&mut self, explorer: &Explorer, rule: &OutlierRule) -> Result<(), SessionError> {
        let flag = rule.flag_column();
        if self.has(&flag) {
            return Ok(());
        }
        let made = if let Some(known) = in_memory(explorer, &[flag]) {
            known
        } else {
            let made = rule_flag(explorer, rule).await.map_err(failed)?;
            if !made.missing.is_empty() {
                self.notes.push(format!(
                    "the rule {} is left out, because the dataset has no {}",
                    rule.name,
                    made.missing.join(", no ")
                ));
                return Ok(());
            }
            vec![made.flag]
        };
        self.take(made);
        Ok(())
    }
}

/// Columns that the explorer has been given, where it has all of them.
fn in_memory(explorer: &Explorer, names: &[String]) -> Option<Vec<Arc<Column>>> {
    let computed = explorer.computed();
    let known = |name: &String| computed.iter().find(|column| column.name == *name).cloned();
    names.iter().map(known).collect()
}

/// All columns that are not stored: what the tools of the session compute, the flags of
/// its other rules, and what the explorer has been given else, such as marks that are not saved.
///
/// # Errors
/// [`SessionError::Run`] where the columns of a rule cannot be read.
pub fn computed_columns<'a>(
    explorer: &'a Explorer,
    session: &'a SessionFile,
) -> BoxFuture<'a, Result<ComputedColumns, SessionError>> {
    Box::pin(async move {
        let mut found = ComputedColumns::default();
        match session.applications() {
            Ok(applications) => {
                for application in &applications {
                    found.apply(explorer, application).await;
                }
            }
            Err(note) => found.notes.push(note),
        }
        for rule in &session.rules {
            found.add(explorer, rule).await?;
        }
        for column in explorer.computed() {
            if !found.has(&column.name) {
                found.columns.push(column);
            }
        }
        Ok(found)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::six_cells;
    use cytolance_profile::ZThreshold;
    use cytolance_tools::{OutlierParameters, Outliers};

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
        let mut session = SessionFile {
            rules: vec![
                rule("large", area, 9.0),
                rule("small", area, -1.0),
                rule("gone", "Cells_Gone", 1.0),
            ],
            ..SessionFile::default()
        };
        // The rule as it was when its columns were made; since then it is another.
        let parameters = OutlierParameters {
            rules: vec![rule("large", area, 1.0)],
            ..OutlierParameters::default()
        };
        let application = Application {
            tool: Outliers::ID.to_owned(),
            columns: vec!["cqc.large.is_outlier".to_owned()],
            parameters: toml::Table::try_from(parameters).expect("a table"),
        };
        session.set_applications(&[application]).expect("kept");
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
