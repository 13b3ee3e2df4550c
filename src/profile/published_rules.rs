//! The threshold sets that coSMicQC ships.

use super::{OutlierRule, ZThreshold};

/// A threshold set that coSMicQC ships.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PublishedRule {
    /// Its name in coSMicQC's file.
    pub name: &'static str,
    /// What it is meant to find.
    pub about: &'static str,
    /// Features and z-scores.
    thresholds: &'static [(&'static str, f64)],
}

/// Those of coSMicQC 1.1, `qc_nuclei_thresholds_default.yml`, in its order.
const PUBLISHED: [PublishedRule; 3] = [
    PublishedRule {
        name: "small_and_low_formfactor_nuclei",
        about: "small nuclei that are not round: debris and pieces of nuclei",
        thresholds: &[
            ("Nuclei_AreaShape_Area", -1.0),
            ("Nuclei_AreaShape_FormFactor", -1.0),
        ],
    },
    PublishedRule {
        name: "elongated_nuclei",
        about: "very elongated nuclei: squeezed ones and badly segmented ones",
        thresholds: &[("Nuclei_AreaShape_Eccentricity", 2.0)],
    },
    PublishedRule {
        name: "large_nuclei",
        about: "large nuclei that are not round: several that were taken for one",
        thresholds: &[
            ("Nuclei_AreaShape_Area", 2.0),
            ("Nuclei_AreaShape_FormFactor", -2.0),
        ],
    },
];

/// The threshold sets that coSMicQC 1.1 ships, in its order.
pub fn published_rules() -> &'static [PublishedRule] {
    &PUBLISHED
}

impl PublishedRule {
    /// As a rule over the whole dataset.
    pub fn rule(&self) -> OutlierRule {
        OutlierRule {
            name: self.name.to_owned(),
            thresholds: self
                .thresholds
                .iter()
                .map(|(feature, z)| ZThreshold {
                    feature: (*feature).to_owned(),
                    z: *z,
                })
                .collect(),
            ..OutlierRule::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_rules_are_those_of_the_file() {
        let rules: Vec<OutlierRule> = published_rules().iter().map(PublishedRule::rule).collect();
        let lines: Vec<String> = rules
            .iter()
            .flat_map(|rule| {
                let of = |threshold: &ZThreshold| {
                    format!("{} {} {}", rule.name, threshold.feature, threshold.z)
                };
                rule.thresholds.iter().map(of).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(
            lines,
            [
                "small_and_low_formfactor_nuclei Nuclei_AreaShape_Area -1",
                "small_and_low_formfactor_nuclei Nuclei_AreaShape_FormFactor -1",
                "elongated_nuclei Nuclei_AreaShape_Eccentricity 2",
                "large_nuclei Nuclei_AreaShape_Area 2",
                "large_nuclei Nuclei_AreaShape_FormFactor -2",
            ]
        );
    }
}
