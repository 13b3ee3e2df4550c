//! Outlier rules as a tool: whom they find, and the z-scores that say so.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Computed, ComputedColumn, Tool, ToolError, ToolFuture, ToolInput};
use cytolance_explore::{Column, ExploreError, not_used, rule_flag, rule_inputs, z_scores};
use cytolance_export::read_rules;
use cytolance_profile::{
    ColumnInfo, OutlierRule, PublishedRule, Role, ZScope, ZThreshold, published_rules,
};

/// What can be chosen of outlier rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub struct OutlierParameters {
    /// A file of rules; those of `rules`, or else those that coSMicQC ships, where empty.
    pub file: String,
    /// The names of the rules that are used; all where empty.
    pub only: Vec<String>,
    /// Z-scores within each plate.
    pub per_plate: bool,
    /// Z-scores by median and MAD.
    pub robust: bool,
    /// One missing value makes all z-scores of its column unknown.
    pub strict_nulls: bool,
    /// A column of z-scores for each feature of a rule, too.
    pub scores: bool,
    /// Rules, as a session has them.
    pub rules: Vec<OutlierRule>,
}

impl Default for OutlierParameters {
    fn default() -> Self {
        Self {
            file: String::new(),
            only: Vec::new(),
            per_plate: false,
            robust: false,
            strict_nulls: false,
            scores: true,
            rules: Vec::new(),
        }
    }
}

impl OutlierParameters {
    /// This one rule.
    pub fn of_rule(rule: OutlierRule) -> Self {
        Self {
            rules: vec![rule],
            ..Self::default()
        }
    }

    /// As the parameters of a tool in general.
    pub fn table(&self) -> toml::Table {
        toml::Table::try_from(self).unwrap_or_default()
    }

    /// The rules that are meant, as they are to be used, and what of a file was not understood. Reads the file.
    ///
    /// # Errors
    /// [`ToolError::Rules`] for the file; [`ToolError::Parameter`] where there is no rule of a name.
    pub fn chosen(&self) -> Result<(Vec<OutlierRule>, Vec<String>), ToolError> {
        let mut notes = Vec::new();
        let rules = if !self.file.is_empty() {
            let file = read_rules(Path::new(&self.file))?;
            let told = file
                .notes
                .iter()
                .map(|note| format!("{}: {note}", self.file));
            notes.extend(told);
            file.rules
        } else if self.rules.is_empty() {
            published_rules().iter().map(PublishedRule::rule).collect()
        } else {
            self.rules.clone()
        };
        Ok((self.switched(rules)?, notes))
    }

    /// Those of these rules that are meant, with what is switched on.
    ///
    /// # Errors
    /// [`ToolError::Parameter`] where there is no rule of a name.
    pub fn switched(&self, mut rules: Vec<OutlierRule>) -> Result<Vec<OutlierRule>, ToolError> {
        for name in &self.only {
            if !rules.iter().any(|rule| rule.name == *name) {
                let known: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
                return Err(ToolError::Parameter {
                    tool: Outliers::ID,
                    name: "only".to_owned(),
                    reason: format!("there is no rule {name}; there are {}", known.join(", ")),
                });
            }
        }
        if !self.only.is_empty() {
            rules.retain(|rule| self.only.contains(&rule.name));
        }
        for rule in &mut rules {
            if self.per_plate {
                rule.scope = ZScope::Plate;
            }
            rule.robust |= self.robust;
            rule.ignore_nulls &= !self.strict_nulls;
        }
        Ok(rules)
    }
}

/// The rules that can be used on these columns, and what keeps the others from it.
fn usable(rules: Vec<OutlierRule>, columns: &[ColumnInfo]) -> (Vec<OutlierRule>, Vec<String>) {
    let mut notes = Vec::new();
    let fits = |rule: &OutlierRule| {
        let (_, missing) = rule_inputs(rule, columns);
        if !missing.is_empty() {
            notes.push(not_used(rule, &missing));
        } else if rule.thresholds.is_empty() {
            notes.push(format!("{}: not used, it has no thresholds", rule.name));
        } else {
            return true;
        }
        false
    };
    let rules = rules.into_iter().filter(fits).collect();
    (rules, notes)
}

fn none_fits(notes: &[String]) -> ToolError {
    ToolError::Lacking {
        reason: format!("none of the rules can be used: {}", notes.join("; ")),
    }
}

/// Outlier rules as coSMicQC has them.
pub struct Outliers;

impl Outliers {
    /// The word by which it is called.
    pub const ID: &str = "outliers";
}

impl Tool for Outliers {
    type Parameters = OutlierParameters;

    fn id(&self) -> &'static str {
        Self::ID
    }

    fn title(&self) -> &'static str {
        "Outlier rules"
    }

    fn about(&self) -> &'static str {
        "Says of every cell whether a rule finds it, and how far its features lie from those of the others (z-scores)."
    }

    fn steps(&self) -> &'static str {
        "rules"
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (
                "file",
                "rules in coSMicQC's YAML; those that coSMicQC ships where empty",
            ),
            ("only", "these rules alone, by their names"),
            ("per_plate", "z-scores within each plate"),
            ("robust", "z-scores by median and MAD"),
            (
                "strict_nulls",
                "one missing value makes all z-scores of its column unknown, as in coSMicQC's identify_outliers",
            ),
            ("scores", "the z-scores as columns, too"),
            ("rules", "rules as a session has them, in TOML"),
        ]
    }

    fn needs(
        &self,
        parameters: &OutlierParameters,
        columns: &[ColumnInfo],
    ) -> Result<Vec<String>, ToolError> {
        if !parameters.file.is_empty() {
            return Ok(Vec::new());
        }
        let (rules, notes) = usable(parameters.chosen()?.0, columns);
        if rules.is_empty() {
            return Err(none_fits(&notes));
        }
        let mut names: Vec<String> = rules
            .iter()
            .flat_map(|rule| rule_inputs(rule, columns).0)
            .collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn compute<'a>(
        &'a self,
        input: &'a ToolInput<'a>,
        parameters: OutlierParameters,
    ) -> ToolFuture<'a> {
        Box::pin(async move {
            let (rules, mut notes) = parameters.chosen()?;
            let (rules, unused) = usable(rules, input.columns);
            notes.extend(unused);
            if rules.is_empty() {
                return Err(none_fits(&notes));
            }
            let mut columns = Vec::new();
            for (at, rule) in rules.iter().enumerate() {
                (input.progress)(at, rules.len());
                if input.cancelled.load(std::sync::atomic::Ordering::Relaxed) {
                    return Err(ToolError::Cancelled);
                }
                columns.extend(scored(input, rule, parameters.scores).await?);
            }
            (input.progress)(rules.len(), rules.len());
            Ok(Computed {
                account: cytolance_profile::counted(rules.len(), "rule"),
                columns,
                notes,
            })
        })
    }
}

/// A rule's answer, and the z-scores of its features.
async fn scored(
    input: &ToolInput<'_>,
    rule: &OutlierRule,
    scores: bool,
) -> Result<Vec<ComputedColumn>, ExploreError> {
    let found = rule_flag(input.explorer, rule).await?;
    let mut made = vec![ComputedColumn {
        column: found.flag,
        meaning: format!(
            "whether the rule {} finds the cell: {}",
            rule.name,
            said(rule)
        ),
    }];
    for threshold in rule.thresholds.iter().filter(|_| scores) {
        let name = rule.score_column(&threshold.feature);
        if made.iter().any(|known| known.column.name == name) {
            continue;
        }
        let Some(scores) = z_scores(rule, &threshold.feature, &found.columns) else {
            continue;
        };
        let scores = Arc::try_unwrap(scores).unwrap_or_else(|scores| (*scores).clone());
        let column = Column::of_floats(&name, scores).with_role(Role::Quality);
        made.push(ComputedColumn {
            column: Arc::new(column),
            meaning: format!(
                "z-score of {} as the rule {} has it, {}",
                threshold.feature,
                rule.name,
                scale_of(rule)
            ),
        });
    }
    Ok(made)
}

/// A rule in words.
fn said(rule: &OutlierRule) -> String {
    let beyond = |threshold: &ZThreshold| {
        let side = if threshold.z > 0.0 { "above" } else { "below" };
        format!("{} {side} {}", threshold.feature, threshold.z)
    };
    let thresholds: Vec<String> = rule.thresholds.iter().map(beyond).collect();
    format!(
        "z-scores of {}, {}",
        thresholds.join(" and "),
        scale_of(rule)
    )
}

/// How a rule's z-scores are taken, in words.
fn scale_of(rule: &OutlierRule) -> String {
    let among = match &rule.scope {
        ZScope::Dataset => "among all cells".to_owned(),
        ZScope::Plate => "within each plate".to_owned(),
        ZScope::Controls { column, values } => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            format!(
                "against the cells whose {column} is {}",
                values.join(" or ")
            )
        }
    };
    if rule.robust {
        format!("{among}, by median and MAD")
    } else {
        among
    }
}
