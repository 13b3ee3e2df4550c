//! `cytolance outliers`.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::OutliersArguments;
use super::cells::{ChosenCells, choose};
use super::export::written;
use super::export_arguments::CellArguments;
use super::out::target;
use super::progress::Progress;
use cytolance_explore::{Explorer, not_used};
use cytolance_export::read_rules;
use cytolance_exporters::{ExportKind, ExportOptions};
use cytolance_kernels::RowSet;
use cytolance_profile::{Condition, OutlierRule, PublishedRule, published_rules};
use cytolance_session::SessionFile;
use cytolance_tools::OutlierParameters;

pub(super) fn run(arguments: &OutliersArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = ExportKind::of_family("outliers").next().unwrap_or_default();
    let out = match &arguments.out {
        Some(path) => Some(target("--out", path, arguments.overwrite, kind.file())?),
        None => None,
    };
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let cells = CellArguments {
            picture: None,
            filter: None,
            session: arguments.session.clone(),
        };
        let chosen = choose(&arguments.dataset, &cells).await?;
        let rules = rules_of(arguments, chosen.session.rules.clone())?;
        let explorer = chosen.explorer.clone();
        let dataset = explorer.dataset().clone();
        let total = dataset.num_rows();
        // Which of them the session's filters and gates leave, where they leave out any.
        let left = (chosen.rows.len() < total)
            .then(|| RowSet::from_rows(total, chosen.rows.iter().copied()));
        let mut used: Vec<OutlierRule> = Vec::new();
        let mut text = String::new();
        for rule in rules {
            let missing: Vec<&str> = rule
                .columns()
                .into_iter()
                .filter(|name| dataset.column(dataset.stored_name(name)).is_none())
                .collect();
            if !missing.is_empty() {
                let _ = writeln!(text, "{}", not_used(&rule, &missing));
                continue;
            }
            text += &outliers(&explorer, &rule, left.as_ref()).await?;
            used.push(rule);
        }
        if used.is_empty() {
            return Err(format!("{text}none of the rules fits {}", dataset.uri()));
        }
        if let Some(out) = out {
            // Every cell is in the file, with the answers of the rules as they were asked.
            let all = ChosenCells {
                rows: (0..total as u32).collect(),
                which: "all cells".to_owned(),
                session: SessionFile {
                    rules: used,
                    ..chosen.session
                },
                explorer: chosen.explorer,
            };
            let options = ExportOptions::default();
            text += &written(all, kind, options, out, &progress).await?;
        }
        Ok(text)
    });
    progress.finish();
    super::say(&outcome?);
    Ok(())
}

/// The rules that the arguments ask for.
fn rules_of(
    arguments: &OutliersArguments,
    of_session: Vec<OutlierRule>,
) -> Result<Vec<OutlierRule>, String> {
    let rules = match (&arguments.rules, &arguments.session) {
        (Some(path), _) => {
            let file = read_rules(path).map_err(|error| error.to_string())?;
            for note in &file.notes {
                eprintln!("{}: {note}", path.display());
            }
            file.rules
        }
        (None, Some(path)) if of_session.is_empty() => {
            return Err(format!(
                "{} has no outlier rules; make some in the window (Outliers) and save the session, or leave --session out",
                path.display()
            ));
        }
        (None, Some(_)) => of_session,
        (None, None) => published_rules().iter().map(PublishedRule::rule).collect(),
    };
    let chosen = OutlierParameters {
        only: arguments.rule.clone(),
        per_plate: arguments.per_plate,
        robust: arguments.robust,
        strict_nulls: arguments.strict_nulls,
        ..OutlierParameters::default()
    };
    chosen.switched(rules).map_err(|error| error.to_string())
}

/// What a rule finds, in words.
async fn outliers(
    explorer: &Explorer,
    rule: &OutlierRule,
    left: Option<&RowSet>,
) -> Result<String, String> {
    let condition = Condition::Outlier {
        rule: Arc::new(rule.clone()),
    };
    let rows = explorer
        .passing(&condition, &AtomicBool::new(false))
        .await
        .map_err(|error| error.to_string())?;
    let total = explorer.dataset().num_rows();
    let rows = rows.map_or_else(|| RowSet::empty(total), |rows| (*rows).clone());
    let mut text = format!("{}: {} of {total} cells", rule.name, rows.count());
    if let Some(left) = left {
        let mut both = rows.clone();
        both.intersect_with(left);
        let _ = write!(
            text,
            ", {} of them among the session's {}",
            both.count(),
            left.count()
        );
    }
    text.push('\n');
    if !rule.ignore_nulls {
        let names: Vec<String> = rule.columns().into_iter().map(str::to_owned).collect();
        let columns = explorer
            .columns(&names)
            .await
            .map_err(|error| error.to_string())?;
        for threshold in &rule.thresholds {
            let column = columns
                .iter()
                .find(|column| column.name == threshold.feature && column.null_count() > 0);
            if let Some(column) = column {
                let _ = writeln!(
                    text,
                    "  {} has {} missing values, which make its z-scores unknown; without --strict-nulls these cells are left out",
                    column.name,
                    column.null_count()
                );
            }
        }
    }
    Ok(text)
}
