//! Outlier rules in coSMicQC's YAML files.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::ExportError;
use super::file_kind::FileKind;
use super::target::Target;
use super::whole_file::write_whole;
use cytolance_profile::{OutlierRule, ZScope, ZThreshold};

/// A file of rules that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RuleFileError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The file is not one of rules.
    #[error("{path} is no file of outlier rules: {reason}", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A rule that coSMicQC could not read.
    #[error("the rule {name} cannot be saved: {reason}")]
    Rule {
        /// The rule.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// The file is not written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// What a file of rules holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleFile {
    /// The rules, in the file's order.
    pub rules: Vec<OutlierRule>,
    /// What in it means nothing to this program, or not what it seems: to be told.
    pub notes: Vec<String>,
}

/// Reads a YAML file of threshold sets: `thresholds: {set: {feature: number}}`, and under `cytolance:` by set what
/// coSMicQC does not have.
///
/// # Errors
/// [`RuleFileError`] where the file cannot be read or a threshold is no number.
pub fn read_rules(path: &Path) -> Result<RuleFile, RuleFileError> {
    let text = std::fs::read_to_string(path).map_err(|error| RuleFileError::Read {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })?;
    parse_rules(&text).map_err(|reason| RuleFileError::Malformed {
        path: path.to_path_buf(),
        reason,
    })
}

/// The rules in a text as [`read_rules`] reads it from a file.
///
/// # Errors
/// What is wrong, and where.
pub fn parse_rules(text: &str) -> Result<RuleFile, String> {
    let document: Document = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    let Some(sets) = document.thresholds else {
        return Err("it has no key `thresholds`".to_owned());
    };
    let mut notes: Vec<String> = document
        .unknown
        .keys()
        .map(|key| format!("the key {key} means nothing to Cytolance and was not used"))
        .collect();
    let mut rules = Vec::with_capacity(sets.len());
    for (name, thresholds) in sets {
        let thresholds: Vec<ZThreshold> = thresholds
            .into_iter()
            .map(|(feature, z)| ZThreshold { feature, z })
            .collect();
        if let Some(bad) = thresholds.iter().find(|threshold| !threshold.z.is_finite()) {
            return Err(format!(
                "the threshold of {} in {name} is {}, not a number",
                bad.feature, bad.z
            ));
        }
        if thresholds.is_empty() {
            notes.push(format!(
                "the set {name} has no thresholds and finds nothing"
            ));
        }
        rules.push(OutlierRule {
            name,
            thresholds,
            ..OutlierRule::default()
        });
    }
    for (name, options) in document.cytolance {
        match rules.iter_mut().find(|rule| rule.name == name) {
            Some(rule) => options.apply_to(rule),
            None => notes.push(format!(
                "there are options for {name}, which is no set of the file; they were not used"
            )),
        }
    }
    Ok(RuleFile { rules, notes })
}

/// Writes rules so that coSMicQC reads the same sets of thresholds; what it does not have stands under `cytolance:`.
///
/// # Errors
/// [`RuleFileError`]; the file is then as it was.
pub fn write_rules(target: &Target, rules: &[OutlierRule]) -> Result<(), RuleFileError> {
    let text = rules_text(rules)?;
    FileKind::RULES.check(target.path())?;
    Ok(write_whole(target, text.as_bytes())?)
}

/// The text of a file of rules.
///
/// # Errors
/// [`RuleFileError::Rule`] for a rule without a name or thresholds, with a feature named twice or a threshold that is not
/// finite, and for two rules of one name.
pub fn rules_text(rules: &[OutlierRule]) -> Result<String, RuleFileError> {
    let mut sets = Ordered::with_capacity(rules.len());
    let mut options = Ordered::new();
    for (at, rule) in rules.iter().enumerate() {
        let refused = |reason: String| RuleFileError::Rule {
            name: rule.name.clone(),
            reason,
        };
        if rule.name.trim().is_empty() {
            return Err(refused("it has no name".to_owned()));
        }
        if rules.iter().take(at).any(|other| other.name == rule.name) {
            return Err(refused("another rule has the same name".to_owned()));
        }
        if rule.thresholds.is_empty() {
            return Err(refused("it has no thresholds".to_owned()));
        }
        for (at, threshold) in rule.thresholds.iter().enumerate() {
            let mut before = rule.thresholds.iter().take(at);
            if before.any(|other| other.feature == threshold.feature) {
                return Err(refused(format!(
                    "{} has two thresholds, and coSMicQC's files have one a feature",
                    threshold.feature
                )));
            }
            if !threshold.z.is_finite() {
                return Err(refused(format!(
                    "the threshold of {} is {}",
                    threshold.feature, threshold.z
                )));
            }
        }
        let thresholds: Ordered<f64> = rule
            .thresholds
            .iter()
            .map(|threshold| (threshold.feature.clone(), threshold.z))
            .collect();
        sets.insert(rule.name.clone(), thresholds);
        let own = Options::of(rule);
        if own != Options::default() {
            options.insert(rule.name.clone(), own);
        }
    }
    let document = Written {
        thresholds: sets,
        cytolance: options,
    };
    serde_saphyr::to_string(&document).map_err(|error| RuleFileError::Rule {
        name: String::new(),
        reason: error.to_string(),
    })
}

/// What coSMicQC does not have; only what differs from a rule without options is written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<ZScope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    robust: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignore_nulls: Option<bool>,
}

impl Options {
    fn of(rule: &OutlierRule) -> Self {
        let usual = OutlierRule::default();
        Self {
            scope: (rule.scope != usual.scope).then(|| rule.scope.clone()),
            robust: (rule.robust != usual.robust).then_some(rule.robust),
            ignore_nulls: (rule.ignore_nulls != usual.ignore_nulls).then_some(rule.ignore_nulls),
        }
    }

    fn apply_to(self, rule: &mut OutlierRule) {
        rule.scope = self.scope.unwrap_or_default();
        rule.robust = self.robust.unwrap_or(rule.robust);
        rule.ignore_nulls = self.ignore_nulls.unwrap_or(rule.ignore_nulls);
    }
}

/// A mapping whose order is kept.
type Ordered<V> = IndexMap<String, V>;

#[derive(Serialize)]
struct Written {
    thresholds: Ordered<Ordered<f64>>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    cytolance: Ordered<Options>,
}

/// A file as it is read.
#[derive(Deserialize)]
struct Document {
    thresholds: Option<Ordered<Ordered<f64>>>,
    #[serde(default)]
    cytolance: Ordered<Options>,
    /// For which CellProfiler the sets were made: coSMicQC's own file says it and nobody reads it.
    #[serde(default, rename = "versions")]
    _versions: IgnoredAny,
    /// Keys that mean nothing.
    #[serde(flatten)]
    unknown: Ordered<IgnoredAny>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use cytolance_profile::{PublishedRule, published_rules};

    /// As coSMicQC ships it.
    const PUBLISHED: &str = r#"# defines threshold sets
versions:
  cellprofiler: ">=4.2.4"
thresholds:
  # small nuclei
  small_and_low_formfactor_nuclei:
    Nuclei_AreaShape_Area: -1
    Nuclei_AreaShape_FormFactor: -1
  elongated_nuclei:
    Nuclei_AreaShape_Eccentricity: 2
  large_nuclei:
    Nuclei_AreaShape_Area: 2
    Nuclei_AreaShape_FormFactor: -2
"#;

    #[test]
    fn the_published_file_holds_the_published_rules() {
        let file = parse_rules(PUBLISHED).expect("rules");
        let rules: Vec<OutlierRule> = published_rules().iter().map(PublishedRule::rule).collect();
        assert_eq!(file.rules, rules);
        assert!(file.notes.is_empty(), "{:?}", file.notes);
    }

    #[test]
    fn rules_come_back_as_they_were_saved() {
        let threshold = |feature: &str, z| ZThreshold {
            feature: feature.to_owned(),
            z,
        };
        let rules = vec![
            OutlierRule {
                name: "zz: 'merged', \"two\"".to_owned(),
                thresholds: vec![threshold("b: #1", 2.5), threshold("a", -0.1)],
                scope: ZScope::Controls {
                    column: "Metadata_Treatment".to_owned(),
                    values: BTreeSet::from(["DMSO".to_owned(), "yes".to_owned(), "1".to_owned()]),
                },
                robust: true,
                ignore_nulls: false,
            },
            OutlierRule {
                name: "1".to_owned(),
                thresholds: vec![threshold("a", 1e-7), threshold("true", 0.0)],
                scope: ZScope::Plate,
                ..OutlierRule::default()
            },
            OutlierRule {
                name: "plain".to_owned(),
                thresholds: vec![threshold("a", 3.0)],
                ..OutlierRule::default()
            },
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("rules.yml");
        write_rules(&Target::new(&path, false), &rules).expect("written");
        let file = read_rules(&path).expect("read");
        assert_eq!(file.rules, rules, "{}", rules_text(&rules).expect("text"));
        assert!(file.notes.is_empty());
        let plain = rules_text(&rules[2..]).expect("text");
        assert!(!plain.contains("cytolance"), "{plain}");
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let noted = parse_rules(
            "thresholds: {a: {x: 1}, b: {}}\ntitle: mine\ncytolance: {c: {robust: true}}",
        )
        .expect("rules");
        assert_eq!(noted.rules.len(), 2);
        let notes = noted.notes.join("\n");
        for word in ["title", "the set b", "options for c"] {
            assert!(notes.contains(word), "{notes}");
        }
        let cases = [
            ("{}", "thresholds"),
            ("threshold: {a: {x: 1}}", "thresholds"),
            ("thresholds: {a: {x: high}}", "high"),
            ("thresholds: {a: {x: .nan}}", "x in a"),
            ("thresholds: {a: {x: 1, x: 2}}", "x"),
            (
                "thresholds: {a: {x: 1}}\ncytolance: {a: {robus: true}}",
                "robus",
            ),
            ("thresholds: [1]", "mapping"),
            ("thresholds: {a: {x: 1}", ""),
        ];
        for (text, word) in cases {
            let error = parse_rules(text).expect_err(text);
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn rules_that_cosmicqc_cannot_read_are_not_saved() {
        let rule = |name: &str, features: &[(&str, f64)]| OutlierRule {
            name: name.to_owned(),
            thresholds: features
                .iter()
                .map(|(feature, z)| ZThreshold {
                    feature: (*feature).to_owned(),
                    z: *z,
                })
                .collect(),
            ..OutlierRule::default()
        };
        let good = rule("good", &[("a", 1.0)]);
        let cases = [
            (vec![rule(" ", &[("a", 1.0)])], "no name"),
            (vec![rule("r", &[])], "no thresholds"),
            (vec![rule("r", &[("a", 1.0), ("a", 2.0)])], "two thresholds"),
            (vec![rule("r", &[("a", f64::INFINITY)])], "inf"),
            (vec![good.clone(), good], "same name"),
        ];
        for (rules, word) in cases {
            let error = rules_text(&rules).expect_err(word).to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
