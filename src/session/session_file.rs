//! The session file, `NAME.cytolance.toml`: filters, gates, rules, layout, contrast and columns, in words that a person
//! can read and change.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SessionError;
use cytolance_export::{ExportError, Target, write_whole};
use cytolance_imaging::ChannelStyle;
use cytolance_profile::{Gate, LabelSpec, OutlierRule};

/// What the file calls itself.
pub const FORMAT_NAME: &str = "cytolance-session";
/// How its name ends.
pub const SESSION_ENDING: &str = ".cytolance.toml";
/// Version of the format; a reader refuses newer ones.
pub const FORMAT_VERSION: u32 = 1;

/// The dataset that a session was made on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionDataset {
    /// Path or URL.
    pub uri: String,
    /// Its version.
    pub version: u64,
    /// Its rows.
    pub rows: u64,
}

/// A condition of a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SessionCondition {
    /// A number between bounds, both included.
    Range {
        /// Column.
        column: String,
        /// Lower bound; none without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// Upper bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// One of some values.
    OneOf {
        /// Column.
        column: String,
        /// The values.
        values: Vec<String>,
    },
    /// Text that contains something.
    Contains {
        /// Column.
        column: String,
        /// What.
        text: String,
    },
    /// Text that equals something.
    Equals {
        /// Column.
        column: String,
        /// What.
        text: String,
    },
    /// A missing value, or a present one.
    Null {
        /// Column.
        column: String,
        /// Missing.
        null: bool,
    },
    /// Rows that were chosen by hand; they mean something on the same dataset only.
    Rows {
        /// Name of the filter.
        name: String,
        /// The rows as `0-5,8`.
        rows: String,
        /// Rows of the dataset.
        of: u64,
    },
    /// A condition in SQL.
    Sql {
        /// After `WHERE`.
        text: String,
    },
    /// The session's tree of gates.
    Gates {
        /// Name of the filter.
        name: String,
        /// The tree, with its gates.
        tree: cytolance_profile::GateTree,
    },
    /// Outliers by a rule.
    Outlier {
        /// The rule.
        rule: OutlierRule,
    },
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionFilter {
    /// Whether it is switched on.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// What must hold.
    #[serde(flatten)]
    pub condition: SessionCondition,
}

fn yes() -> bool {
    true
}

/// The order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSort {
    /// Column.
    pub column: String,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionColumn {
    /// Its name.
    pub name: String,
    /// Width in points.
    #[serde(default = "width")]
    pub width: f32,
    /// Stays in view when the table scrolls sideways.
    #[serde(default)]
    pub pinned: bool,
}

fn width() -> f32 {
    100.0
}

/// The columns of the scatter plot.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionAxes {
    /// Horizontal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Vertical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Colour; density without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// How a channel is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionChannel {
    /// Its name.
    pub name: String,
    /// How it is shown.
    #[serde(flatten)]
    pub style: ChannelStyle,
}

/// How outlines are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionOutline {
    /// The object set.
    pub object: String,
    /// Whether they are drawn.
    pub visible: bool,
    /// Red, green, blue.
    pub color: [u8; 3],
    /// Width in points.
    pub width: f32,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionFile {
    /// [`FORMAT_NAME`].
    pub format: String,
    /// Version of the format.
    pub format_version: u32,
    /// The program that wrote it.
    pub program: String,
    /// The height of the table's rows.
    pub density: String,
    /// The arrangement of the panes, as the window writes it; the usual one where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub layout: String,
    /// The dataset.
    pub dataset: SessionDataset,
    /// The column whose pictures are shown, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<SessionSort>,
    /// The scatter plot.
    pub axes: SessionAxes,
    /// The filters.
    pub filters: Vec<SessionFilter>,
    /// Gates.
    pub gates: Vec<Gate>,
    /// Outlier rules.
    pub rules: Vec<OutlierRule>,
    /// Label columns and their classes.
    pub labels: Vec<LabelSpec>,
    /// Channels.
    pub channels: Vec<SessionChannel>,
    /// Outlines.
    pub outlines: Vec<SessionOutline>,
    /// The table.
    pub columns: Vec<SessionColumn>,
    /// Settings of the other panes, by pane.
    pub panes: toml::Table,
}

impl Default for SessionFile {
    fn default() -> Self {
        Self {
            format: FORMAT_NAME.to_owned(),
            format_version: FORMAT_VERSION,
            program: concat!("cytolance ", env!("CARGO_PKG_VERSION")).to_owned(),
            density: String::new(),
            layout: String::new(),
            dataset: SessionDataset::default(),
            picture: None,
            sort: None,
            axes: SessionAxes::default(),
            filters: Vec::new(),
            gates: Vec::new(),
            rules: Vec::new(),
            labels: Vec::new(),
            channels: Vec::new(),
            outlines: Vec::new(),
            columns: Vec::new(),
            panes: toml::Table::new(),
        }
    }
}

impl SessionFile {
    /// Reads a session.
    ///
    /// # Errors
    /// [`SessionError`] where there is no file, where it is no session, and where a newer program wrote it.
    pub fn read(path: &Path) -> Result<Self, SessionError> {
        let text = std::fs::read_to_string(path).map_err(|error| SessionError::Read {
            path: path.to_path_buf(),
            reason: error.to_string(),
        })?;
        Self::parse(&text, path)
    }

    /// Reads the text of a session; `path` is for the messages.
    ///
    /// # Errors
    /// As those of [`Self::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, SessionError> {
        let format = |reason: String| SessionError::Format {
            path: path.to_path_buf(),
            reason,
        };
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| format(error.to_string()))?;
        if table.get("format").and_then(toml::Value::as_str) != Some(FORMAT_NAME) {
            return Err(format(format!(
                "it does not say format = \"{FORMAT_NAME}\""
            )));
        }
        let found = table
            .get("format_version")
            .and_then(toml::Value::as_integer)
            .unwrap_or(1);
        if found > i64::from(FORMAT_VERSION) {
            return Err(SessionError::TooNew {
                path: path.to_path_buf(),
                found: u32::try_from(found).unwrap_or(u32::MAX),
                known: FORMAT_VERSION,
            });
        }
        Self::deserialize(table).map_err(|error| format(error.to_string()))
    }

    /// The session as text.
    ///
    /// # Errors
    /// [`SessionError::Write`] where a value has no form in TOML.
    pub fn to_text(&self) -> Result<String, SessionError> {
        toml::to_string_pretty(self).map_err(|error| SessionError::Write {
            path: PathBuf::new(),
            reason: error.to_string(),
        })
    }

    /// Writes the session, whole or not at all, in the place of what is there.
    ///
    /// # Errors
    /// [`SessionError::Write`].
    pub fn write(&self, path: &Path) -> Result<(), SessionError> {
        self.write_to(&Target::new(path, true))
    }

    /// The same where something may be there that is not to be replaced.
    ///
    /// # Errors
    /// [`SessionError::Exists`], [`SessionError::Write`].
    pub fn write_to(&self, target: &Target) -> Result<(), SessionError> {
        let failed = |reason: String| SessionError::Write {
            path: target.full_path(),
            reason,
        };
        let text = self.to_text().map_err(|error| failed(error.to_string()))?;
        // With the rights that new files have here: a session is there to be shared.
        write_whole(target, text.as_bytes()).map_err(|error| match error {
            ExportError::Write { path, reason } => SessionError::Write { path, reason },
            ExportError::Exists { path, found } => SessionError::Exists { path, found },
            other => failed(other.to_string()),
        })
    }
}

/// Where the session of a local dataset lies: `plate-7.cytolance.toml` beside `plate-7.lance`; `None` for URLs.
pub fn path_beside(uri: &str) -> Option<PathBuf> {
    if uri.contains("://") {
        return None;
    }
    let plain = uri.trim_end_matches(['/', '\\']);
    let stem = plain.strip_suffix(".lance").unwrap_or(plain);
    Some(PathBuf::from(format!("{stem}{SESSION_ENDING}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use cytolance_profile::{GateShape, GateTree, Side, ZScope, ZThreshold};

    fn everything() -> SessionFile {
        let gate = Gate {
            name: "large".to_owned(),
            shape: GateShape::Polygon {
                x: "a".to_owned(),
                y: "b".to_owned(),
                points: vec![[0.0, 0.5], [1.0, 2.0], [3.0, -1e-300]],
            },
        };
        let bound = Gate {
            name: "bright".to_owned(),
            shape: GateShape::Quantile {
                column: "c".to_owned(),
                side: Side::Above,
                share: 0.95,
            },
        };
        let rule = OutlierRule {
            name: "debris".to_owned(),
            thresholds: vec![ZThreshold {
                feature: "Nuclei_AreaShape_Area".to_owned(),
                z: -1.5,
            }],
            scope: ZScope::Controls {
                column: "Metadata_Treatment".to_owned(),
                values: BTreeSet::from(["DMSO".to_owned()]),
            },
            robust: true,
            ignore_nulls: true,
        };
        let tree = GateTree::And(vec![
            GateTree::Gate(Arc::new(gate.clone())),
            GateTree::Not(Box::new(GateTree::Or(vec![GateTree::Gate(Arc::new(
                bound.clone(),
            ))]))),
        ]);
        let on = |condition| SessionFilter {
            enabled: true,
            condition,
        };
        SessionFile {
            filters: vec![
                on(SessionCondition::Range {
                    column: "a".to_owned(),
                    min: Some(0.1),
                    max: None,
                }),
                SessionFilter {
                    enabled: false,
                    condition: SessionCondition::OneOf {
                        column: "Metadata_Well".to_owned(),
                        values: vec!["A01".to_owned(), "Ü\"1".to_owned()],
                    },
                },
                on(SessionCondition::Gates {
                    name: "gates".to_owned(),
                    tree,
                }),
                on(SessionCondition::Outlier { rule: rule.clone() }),
                on(SessionCondition::Rows {
                    name: "lasso".to_owned(),
                    rows: "0-5,8".to_owned(),
                    of: 100,
                }),
                on(SessionCondition::Sql {
                    text: "a > 3 -- 'x'".to_owned(),
                }),
            ],
            gates: vec![gate, bound],
            rules: vec![rule],
            labels: vec![LabelSpec::quality()],
            sort: Some(SessionSort {
                column: "a".to_owned(),
                descending: true,
            }),
            columns: vec![SessionColumn {
                name: "a".to_owned(),
                width: 80.0,
                pinned: true,
            }],
            channels: vec![SessionChannel {
                name: "DNA".to_owned(),
                style: ChannelStyle {
                    visible: true,
                    color: [1, 2, 3],
                    min: 0.0,
                    max: 4095.5,
                    gamma: 0.7,
                },
            }],
            ..SessionFile::default()
        }
    }

    #[test]
    fn everything_reads_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.cytolance.toml");
        let session = everything();
        session.write(&path).expect("written");
        assert_eq!(SessionFile::read(&path).expect("read"), session);
        let few =
            format!("format = \"{FORMAT_NAME}\"\n[[filters]]\nkind = \"sql\"\ntext = \"a > 1\"\n");
        let read = SessionFile::parse(&few, &path).expect("read");
        assert!(read.filters[0].enabled, "what is not said is as usual");
    }

    /// The file is as version 1 wrote it, and stays as it is. A new version of the format adds one.
    #[test]
    fn a_session_of_version_1_says_what_it_said() {
        let text = include_str!("../../tests/data/session-1.cytolance.toml");
        let read = SessionFile::parse(text, Path::new("1")).expect("read");
        let panes: Vec<&String> = read.panes.keys().collect();
        assert_eq!(panes, ["charts", "gallery", "gates", "plate"]);
        let expected = SessionFile {
            program: "cytolance 0.1.0".to_owned(),
            density: "medium".to_owned(),
            layout: "LAYOUT".to_owned(),
            dataset: SessionDataset {
                uri: "/data/a.lance".to_owned(),
                version: 3,
                rows: 100,
            },
            axes: SessionAxes {
                x: Some("a".to_owned()),
                y: Some("b".to_owned()),
                color: Some("Metadata_Well".to_owned()),
            },
            outlines: vec![SessionOutline {
                object: "Nuclei".to_owned(),
                visible: false,
                color: [4, 5, 6],
                width: 2.5,
            }],
            panes: read.panes.clone(),
            ..everything()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn what_is_no_session_says_so() {
        let path = Path::new("x.toml");
        let cases = [
            ("", "format"),
            ("a = ", "x.toml"),
            (
                "format = \"cytolance-session\"\nformat_version = 99",
                "newer",
            ),
            ("format = \"cytolance-session\"\nfilters = 3", "x.toml"),
            (
                "format = \"cytolance-session\"\n[[filters]]\nkind = \"nonsense\"",
                "nonsense",
            ),
        ];
        for (text, word) in cases {
            let error = SessionFile::parse(text, path).expect_err(text).to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
        assert!(SessionFile::read(Path::new("/nowhere/x")).is_err());
    }

    #[test]
    fn sessions_lie_beside_local_datasets() {
        let beside = |uri| path_beside(uri).map(|path| path.to_string_lossy().into_owned());
        assert_eq!(
            beside("/a/b.lance/").as_deref(),
            Some("/a/b.cytolance.toml")
        );
        assert_eq!(beside("b").as_deref(), Some("b.cytolance.toml"));
        assert_eq!(beside("s3://x/b.lance"), None);
    }
}
