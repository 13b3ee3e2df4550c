//! Which planes of a volume a crop shows.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which planes of a volume the crop of an object shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "PlaneWord", into = "String")]
pub enum PlaneRule {
    /// The one in which the object's centre lies.
    #[default]
    Centre,
    /// The brightest value at each place, of the planes that the object reaches through.
    Max,
    /// The mean value at each place, of the same planes.
    Mean,
    /// The one of this number, counted from 0 as `Center_Z` is.
    At(u32),
}

/// How a plan file may say it.
#[derive(Deserialize)]
#[serde(untagged)]
enum PlaneWord {
    Word(String),
    Number(u32),
}

/// Where an object lies along Z, as far as that was measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Depth {
    pub center: Option<f64>,
    /// The first plane, and the one behind the last.
    pub bounds: Option<[f64; 2]>,
}

impl PlaneRule {
    /// Whether nothing was asked for.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The planes that show an object of a volume of so many.
    ///
    /// # Errors
    /// A reason for the report.
    pub(super) fn planes(self, depth: Depth, planes: u32) -> Result<Range<u32>, String> {
        let outside = |what: &str| format!("its {what} along Z is not inside the {planes} planes");
        let bounds = match depth.bounds {
            Some([low, high]) if low < high && low >= 0.0 && high <= f64::from(planes) => {
                Some(low as u32..high as u32)
            }
            Some(_) => return Err(outside("bounding box")),
            None => None,
        };
        match self {
            Self::Centre => {
                let middle = depth
                    .bounds
                    .map(|[low, high]| f64::midpoint(low, high - 1.0));
                let center = depth.center.or(middle).ok_or(
                    "its place along Z was not measured (--plane max, mean or a number needs none)",
                )?;
                let center = center.round();
                if center < 0.0 || center >= f64::from(planes) {
                    return Err(outside("centre"));
                }
                let plane = center as u32;
                let plane = match bounds {
                    Some(bounds) => plane.clamp(bounds.start, bounds.end - 1),
                    None => plane,
                };
                Ok(plane..plane + 1)
            }
            Self::Max | Self::Mean => Ok(bounds.unwrap_or(0..planes)),
            Self::At(plane) if plane < planes => Ok(plane..plane + 1),
            Self::At(plane) => Err(format!(
                "its volume has {planes} planes, and none of the number {plane} (counted from 0)"
            )),
        }
    }
}

impl fmt::Display for PlaneRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Centre => out.write_str("centre"),
            Self::Max => out.write_str("max"),
            Self::Mean => out.write_str("mean"),
            Self::At(plane) => write!(out, "{plane}"),
        }
    }
}

impl FromStr for PlaneRule {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.trim() {
            "centre" | "center" => Ok(Self::Centre),
            "max" => Ok(Self::Max),
            "mean" => Ok(Self::Mean),
            number => number.parse().map(Self::At).map_err(|_| {
                format!("«{word}» is no plane: write centre, max, mean or a number, counted from 0")
            }),
        }
    }
}

impl TryFrom<PlaneWord> for PlaneRule {
    type Error = String;

    fn try_from(word: PlaneWord) -> Result<Self, String> {
        match word {
            PlaneWord::Word(word) => word.parse(),
            PlaneWord::Number(number) => Ok(Self::At(number)),
        }
    }
}

impl From<PlaneRule> for String {
    fn from(rule: PlaneRule) -> Self {
        rule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule, where an object lies, and its planes of six or words of the reason.
    type Case<'a> = (PlaneRule, Depth, Result<Range<u32>, &'a str>);

    #[test]
    fn a_rule_says_planes_or_why_not() {
        let depth = |center: Option<f64>, bounds| Depth { center, bounds };
        let wide = Some([1.0, 5.0]);
        let cases: [Case; 14] = [
            (PlaneRule::Centre, depth(Some(2.6), wide), Ok(3..4)),
            (PlaneRule::Centre, depth(Some(2.6), None), Ok(3..4)),
            (PlaneRule::Centre, depth(Some(4.6), wide), Ok(4..5)),
            (PlaneRule::Centre, depth(None, wide), Ok(3..4)),
            (
                PlaneRule::Centre,
                depth(None, None),
                Err("was not measured"),
            ),
            (
                PlaneRule::Centre,
                depth(Some(5.6), None),
                Err("centre along Z"),
            ),
            (
                PlaneRule::Centre,
                depth(Some(-1.0), None),
                Err("centre along Z"),
            ),
            (PlaneRule::Max, depth(Some(2.0), wide), Ok(1..5)),
            (PlaneRule::Mean, depth(Some(2.0), None), Ok(0..6)),
            (
                PlaneRule::Mean,
                depth(None, Some([1.0, 7.0])),
                Err("bounding box"),
            ),
            (
                PlaneRule::Max,
                depth(None, Some([3.0, 3.0])),
                Err("bounding box"),
            ),
            (PlaneRule::At(5), depth(None, None), Ok(5..6)),
            (PlaneRule::At(0), depth(Some(9.0), None), Ok(0..1)),
            (PlaneRule::At(6), depth(None, None), Err("6 planes")),
        ];
        for (rule, depth, expected) in cases {
            let found = rule.planes(depth, 6);
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(*found, expected, "{rule} {depth:?}"),
                (Err(reason), Err(words)) => assert!(reason.contains(words), "{reason}"),
                _ => panic!("{rule} {depth:?}: {found:?}"),
            }
        }
        for word in ["centre", "max", "mean", "12"] {
            assert_eq!(word.parse::<PlaneRule>().expect(word).to_string(), word);
        }
        assert_eq!("center".parse(), Ok(PlaneRule::Centre));
        assert!("middle".parse::<PlaneRule>().is_err());
    }
}
