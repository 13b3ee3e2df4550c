//! What outlier rules say of cells.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use cytolance_explore::{not_used, rule_flag};
use cytolance_export::{ExportError, FileKind, cell_columns, export_flags};
use cytolance_kernels::RowSet;
use cytolance_profile::{OutlierRule, PublishedRule, published_rules};

/// Keys and yes or no by rule.
pub(super) struct OutlierFlags;

pub(super) static OUTLIERS: OutlierFlags = OutlierFlags;

static FACE: Face = Face {
    id: "outliers",
    title: "outliers by rule (CSV)",
    place: "CSV file",
    hint: "Rows, keys, and true or false for each outlier rule; for coSMicQC's published rules where there are none of your own.",
    family: "outliers",
    suffix: "-outliers.csv",
    file: FileKind::file("the cells of rules are written as", &["csv"]),
    needs: Needs::Cells,
    settings: &[],
    chooses_cells: true,
};

impl Exporter for OutlierFlags {
    fn face(&self) -> &'static Face {
        &FACE
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let (request, explorer) = (job.request, job.explorer);
            let dataset = explorer.dataset();
            let mut rules: Vec<OutlierRule> = request.session.rules.clone();
            let (mut flags, mut notes) = (Vec::<(String, RowSet)>::new(), Vec::new());
            if rules.is_empty() {
                rules = published_rules().iter().map(PublishedRule::rule).collect();
                notes.push("no rules are set up: those that coSMicQC ships were used".to_owned());
            }
            for rule in rules {
                let found = rule_flag(explorer, &rule)
                    .await
                    .map_err(|error| ExportError::Refused(error.to_string()))?;
                if found.missing.is_empty() {
                    flags.push((rule.name, found.rows));
                } else {
                    notes.push(not_used(&rule, &found.missing));
                }
            }
            if flags.is_empty() {
                notes.push(format!("none of the rules fits {}", dataset.uri()));
                return Err(ExportError::Refused(notes.join("; ")));
            }
            let keys = cell_columns(dataset);
            let rows = export_flags(
                &job.source,
                &request.rows,
                (&keys, &flags),
                &request.target,
                job.progress,
                job.cancelled,
            )
            .await?;
            let mut columns = keys;
            columns.extend(flags.into_iter().map(|(name, _)| name));
            Ok(Written {
                columns,
                notes,
                ..Written::of(rows, "cells")
            })
        })
    }
}
