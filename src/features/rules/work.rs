//! What is done for outlier rules in the background.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

use super::state::{RuleFound, RuleRequest};
use crate::model::command::SelectMode;
use crate::model::event::Event;
use crate::model::latest::Started;
use crate::model::replace::NotWritten;
use cytolance_explore::rule_inputs;
use cytolance_explore::{Explorer, Suggestions, comparable_features, suggest};
use cytolance_export::{RuleFile, RuleFileError, Target, read_rules, write_rules};
use cytolance_kernels::RowSet;
use cytolance_profile::{Columns, OutlierRule};

/// Samples of large selections are always the same.
const SEED: u64 = 1;

/// Work for outlier rules.
pub enum RulesJob {
    /// Counts what a rule finds.
    Count {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<RuleRequest>,
    },
    /// Finds the cells of a rule to select them.
    Find {
        /// Columns.
        explorer: Explorer,
        /// The rule and the columns there are.
        request: RuleRequest,
        /// How the selection changes.
        mode: SelectMode,
    },
    /// Reads rules.
    Load(PathBuf),
    /// Writes rules.
    Save(Target, Vec<OutlierRule>),
    /// Looks for telling features.
    Suggest {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
        /// Columns.
        explorer: Explorer,
        /// Which.
        columns: Arc<Columns>,
        /// The cells.
        selection: Arc<RowSet>,
        /// Compared with the others among these.
        shown: Arc<RowSet>,
    },
}

/// News of outlier rules.
pub enum RulesEvent {
    /// What a rule finds.
    Counted {
        /// Which request.
        generation: u64,
        /// What was asked for.
        request: RuleRequest,
        /// The answer, or why there is none.
        outcome: Result<Arc<RuleFound>, String>,
    },
    /// The cells of a rule.
    Found {
        /// The cells, or why not.
        outcome: Result<RowSet, String>,
        /// How the selection changes.
        mode: SelectMode,
    },
    /// Rules were read, or why not.
    Loaded(PathBuf, Result<RuleFile, String>),
    /// Rules were written, or why not.
    Saved(PathBuf, Result<usize, NotWritten>),
    /// The features that set a selection apart; `None` where it was cancelled.
    Suggested {
        /// Its task.
        task: u64,
        /// The selection.
        selection: Arc<RowSet>,
        /// The cells that were shown.
        shown: Arc<RowSet>,
        /// The features, or why there are none.
        outcome: Option<Result<Arc<Suggestions>, String>>,
    },
}

/// Does the work.
pub(crate) fn run(job: RulesJob, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
    let answer = |event: RulesEvent| send(event.into());
    match job {
        RulesJob::Count { explorer, work } => {
            let outcome = count(&explorer, &work.request, handle);
            answer(RulesEvent::Counted {
                generation: work.generation,
                request: work.request,
                outcome: outcome.map(Arc::new),
            });
        }
        RulesJob::Find {
            explorer,
            request,
            mode,
        } => {
            let outcome = usable(count(&explorer, &request, handle))
                .map(|found| Arc::try_unwrap(found.rows).unwrap_or_else(|rows| (*rows).clone()));
            answer(RulesEvent::Found { outcome, mode });
        }
        RulesJob::Load(path) => {
            let outcome = read_rules(&path).map_err(|error| error.to_string());
            answer(RulesEvent::Loaded(path, outcome));
        }
        RulesJob::Save(target, rules) => {
            let outcome = write(&target, &rules);
            answer(RulesEvent::Saved(target.full_path(), outcome));
        }
        RulesJob::Suggest {
            task,
            cancelled,
            explorer,
            columns,
            selection,
            shown,
        } => {
            let names = comparable_features(&columns);
            let progress = |done, total| send(Event::progress(task, done, total));
            let outcome = handle.block_on(suggest(
                &explorer, &names, &selection, &shown, SEED, &cancelled, &progress,
            ));
            let outcome = outcome.map(Arc::new).map_err(|error| error.to_string());
            answer(RulesEvent::Suggested {
                task,
                selection,
                shown,
                outcome: (!cancelled.load(Ordering::Relaxed)).then_some(outcome),
            });
        }
    }
}

fn write(target: &Target, rules: &[OutlierRule]) -> Result<usize, NotWritten> {
    match write_rules(target, rules) {
        Ok(()) => Ok(rules.len()),
        Err(RuleFileError::Export(error)) => Err(error.into()),
        Err(error) => Err(NotWritten::Failed(error.to_string())),
    }
}

fn count(explorer: &Explorer, request: &RuleRequest, handle: &Handle) -> Result<RuleFound, String> {
    let (there, missing) = rule_inputs(&request.rule, &request.columns);
    let columns = handle
        .block_on(explorer.columns(&there))
        .map_err(|error| error.to_string())?;
    let len = explorer.dataset().num_rows();
    let account = explorer.z_scores().account(&request.rule, &columns, len);
    let mut shown = account.rows.clone();
    shown.intersect_with(&request.shown);
    Ok(RuleFound {
        count: account.rows.count(),
        shown: shown.count(),
        rows: Arc::new(account.rows),
        features: account.features,
        missing,
    })
}

/// What a rule has found, unless it cannot find anything.
fn usable(found: Result<RuleFound, String>) -> Result<RuleFound, String> {
    let found = found?;
    if found.missing.is_empty() {
        return Ok(found);
    }
    Err(format!(
        "the dataset has no {}, so the rule finds nothing",
        found.missing.join(", no ")
    ))
}
