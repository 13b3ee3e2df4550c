//! What can be asked of the outlier rules.

use std::path::PathBuf;

use crate::model::command::SelectMode;
use cytolance_export::Target;
use cytolance_profile::OutlierRule;

/// What is done with the cells that a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleUse {
    /// They are selected.
    Select(SelectMode),
    /// Only they are shown; the filter follows the rule.
    Filter,
    /// The rule's z-scores and its answer become columns.
    AddColumns,
    /// These columns are kept in the dataset.
    Keep,
}

/// What can be asked of the outlier rules.
#[derive(Debug, Clone)]
pub enum RulesCommand {
    /// The pane is visible: all rules' counts.
    Want,
    /// Adds a rule, under another name where its own is taken.
    Add(OutlierRule),
    /// Puts a rule in the place of the one of this name; filters by it follow.
    Edit(String, OutlierRule),
    /// Adds a copy of a rule.
    Duplicate(String),
    /// Deletes a rule. Filters by it stay as they are.
    Delete(String),
    /// Shows the thresholds of this rule, or of none.
    Open(Option<String>),
    /// Replaces all rules, as a session does; filters by rules of the same name follow.
    SetAll(Vec<OutlierRule>),
    /// Asks for a file to read rules from with the system's dialog.
    BrowseLoad,
    /// Asks for a file to write the rules to with the system's dialog, which proposes this one.
    BrowseSave(PathBuf),
    /// Reads rules from coSMicQC's YAML; those of a known name take its place.
    Load(String),
    /// Writes all rules as coSMicQC's YAML.
    Save(Target),
    /// Does something with the cells that a rule finds.
    Use(String, RuleUse),
    /// Looks for the features that set the selection apart from the other shown cells.
    Suggest,
}
