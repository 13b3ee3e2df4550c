//! The rules of a workspace and what they have found.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::latest::Latest;
use crate::model::parts::Part;
use crate::model::state::Workspace;
use crate::model::tools::ToolsState;
use cytolance_explore::{Column, FeatureScores, Suggestions};
use cytolance_kernels::RowSet;
use cytolance_profile::{Columns, OutlierRule};
use cytolance_tools::{OutlierParameters, Outliers};

/// What is known of outlier rules in the workspace.
#[derive(Default)]
pub struct RulesState {
    /// The rules; names are unique. They are what a session keeps.
    pub rules: Vec<OutlierRule>,
    /// The rule whose thresholds are shown.
    pub open: Option<String>,
    /// What rules have found last, by name.
    pub results: HashMap<String, RuleResult>,
    /// The running and the next count.
    pub work: Latest<RuleRequest>,
    /// The task that looks for telling features.
    pub suggesting: Option<u64>,
    /// The features that set a selection apart.
    pub suggestions: Option<FoundFeatures>,
}

/// The features that set a selection apart.
#[derive(Debug, Clone)]
pub struct FoundFeatures {
    /// The selection.
    pub selection: Arc<RowSet>,
    /// The cells that were shown.
    pub shown: Arc<RowSet>,
    /// The features, or why there are none.
    pub outcome: Result<Arc<Suggestions>, String>,
}

/// What a rule is to be counted in.
#[derive(Clone)]
pub struct RuleRequest {
    /// The rule.
    pub rule: OutlierRule,
    /// The columns there are.
    pub columns: Arc<Columns>,
    /// Those of its columns that are computed.
    pub computed: Vec<Arc<Column>>,
    /// The shown cells.
    pub shown: Arc<RowSet>,
}

impl PartialEq for RuleRequest {
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule
            && Arc::ptr_eq(&self.columns, &other.columns)
            && Arc::ptr_eq(&self.shown, &other.shown)
            && self.computed.len() == other.computed.len()
            && self
                .computed
                .iter()
                .zip(&other.computed)
                .all(|(one, other)| Arc::ptr_eq(one, other))
    }
}

/// A rule's answer and what it answers.
#[derive(Clone)]
pub struct RuleResult {
    /// The question.
    pub request: RuleRequest,
    /// The answer, or why there is none.
    pub outcome: Result<Arc<RuleFound>, String>,
}

/// What a rule has found.
#[derive(Debug)]
pub struct RuleFound {
    /// The outliers among all cells.
    pub rows: Arc<RowSet>,
    /// Their number.
    pub count: usize,
    /// Those of them that are shown.
    pub shown: usize,
    /// By threshold: the feature's z-scores and the cells beyond this threshold alone.
    pub features: Vec<Option<Scored>>,
    /// Columns that the rule names and the dataset does not have, or not as numbers.
    pub missing: Vec<String>,
}

/// A feature's z-scores, and the cells beyond its threshold alone.
pub(super) type Scored = (Arc<FeatureScores>, usize);

impl RuleResult {
    /// What was found of a feature: by its name, because thresholds may have been added or removed since.
    pub(super) fn scored(&self, feature: &str) -> Option<&Scored> {
        let mut thresholds = self.request.rule.thresholds.iter();
        let at = thresholds.position(|threshold| threshold.feature == feature)?;
        self.outcome.as_ref().ok()?.features.get(at)?.as_ref()
    }
}

impl Part for RulesState {
    fn is_busy(&self) -> bool {
        self.work.is_running() || self.suggesting.is_some()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.work.abandon();
        self.suggesting.into_iter().collect()
    }
}

impl RulesState {
    /// A rule.
    pub fn rule(&self, name: &str) -> Option<&OutlierRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// What a rule has found last.
    pub fn found(&self, name: &str) -> Option<&RuleFound> {
        let outcome = self.results.get(name)?.outcome.as_ref();
        outcome.ok().map(Arc::as_ref)
    }

    /// A name that no other rule has, as near to the wanted one as can be.
    pub(super) fn free_name(&self, wanted: &str, but: Option<&str>) -> String {
        let wanted = match wanted.trim() {
            "" => "rule",
            name => name,
        };
        let is_free = |name: &str| but == Some(name) || self.rule(name).is_none();
        if is_free(wanted) {
            return wanted.to_owned();
        }
        let mut number = 2_usize;
        loop {
            let name = format!("{wanted}_{number}");
            if is_free(&name) {
                return name;
            }
            number += 1;
        }
    }
}

/// The rule of this name whose columns are in the workspace, as it was then.
pub(super) fn added(workspace: &Workspace, name: &str) -> Option<OutlierRule> {
    let applied = &workspace.parts.get::<ToolsState>().applied;
    // The newest first.
    applied
        .iter()
        .rev()
        .filter(|application| application.tool == Outliers::ID)
        .filter_map(|application| application.parameters.clone().try_into().ok())
        .flat_map(|parameters: OutlierParameters| parameters.rules)
        .find(|rule| rule.name == name)
}

/// The question about a rule as things are now.
pub(super) fn request(workspace: &Workspace, rule: &OutlierRule) -> RuleRequest {
    let names = rule.columns();
    let mut computed = workspace.explorer.computed();
    computed.retain(|column| names.contains(column.name.as_str()));
    RuleRequest {
        rule: rule.clone(),
        columns: Arc::clone(&workspace.columns),
        computed,
        shown: Arc::clone(&workspace.shown),
    }
}

/// The most urgent question that has no answer yet: the open rule's, then that of the first one.
pub(super) fn unanswered(workspace: &Workspace) -> Option<RuleRequest> {
    let state = workspace.parts.get::<RulesState>();
    let open = state.open.as_ref().and_then(|name| state.rule(name));
    open.into_iter()
        .chain(&state.rules)
        .map(|rule| request(workspace, rule))
        .find(|request| {
            let known = state.results.get(&request.rule.name);
            known.is_none_or(|known| known.request != *request)
        })
}
