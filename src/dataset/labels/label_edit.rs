//! What is to be saved, and what became of it.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::{CellDataset, DatasetError};
use cytolance_profile::{LABEL_PREFIX, LabelSpec};

/// Longest name of a class, in bytes: it is stored once a cell.
const LONGEST_CLASS: usize = 200;
/// Who saved a version.
pub(crate) const AUTHOR: &str = "cytolance:author";
/// When, by the clock of who saved it.
pub(super) const TIME: &str = "cytolance:time";
/// What was done.
pub(crate) const WHAT: &str = "cytolance:what";
/// Program and version.
pub(super) const PROGRAM: &str = "cytolance:program";

/// One decision: what a row's label was when the person saw it, and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelChange {
    /// Offset of the row in the version that the person saw.
    pub row: u32,
    /// The label they saw; none where there was none.
    pub before: Option<String>,
    /// The label it is to have; none to take it away.
    pub after: Option<String>,
}

/// The decisions about one label column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelEdit {
    /// The column and its classes. Classes that are new or have another colour are saved, too.
    pub spec: LabelSpec,
    /// The decisions, in the order they were made.
    pub changes: Vec<LabelChange>,
}

impl LabelEdit {
    /// Edits in the order they were made as one edit a column: of a row marked several times what it was at first and
    /// what it is to be in the end. Rows that end as they began are left out. Rows ascend.
    pub fn net(edits: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut net = collapsed(edits);
        for edit in &mut net {
            edit.changes.retain(|change| change.before != change.after);
        }
        net
    }
}

/// The rows that edits are about, ascending, each once.
pub(super) fn edited_rows(edits: &[LabelEdit]) -> Vec<u32> {
    let changes = edits.iter().flat_map(|edit| &edit.changes);
    let mut rows: Vec<u32> = changes.map(|change| change.row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// One edit a column, one change a row, rows ascending.
pub(super) fn collapsed(edits: impl IntoIterator<Item = LabelEdit>) -> Vec<LabelEdit> {
    let mut columns: Vec<LabelEdit> = Vec::new();
    for edit in edits {
        match columns
            .iter_mut()
            .find(|known| known.spec.column == edit.spec.column)
        {
            Some(known) => {
                known.spec = edit.spec;
                known.changes.extend(edit.changes);
            }
            None => columns.push(edit),
        }
    }
    for column in &mut columns {
        // Stable: changes of one row stay in the order they were made.
        column.changes.sort_by_key(|change| change.row);
        column.changes.dedup_by(|later, first| {
            let same = later.row == first.row;
            if same {
                first.after = later.after.take();
            }
            same
        });
    }
    columns
}

/// Who saves, when, and what: kept with the version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveNote {
    /// The person.
    pub author: String,
    /// RFC 3339.
    pub time: String,
    /// In a few words.
    pub what: String,
}

impl SaveNote {
    /// A note of this moment.
    pub fn now(author: &str, what: &str) -> Self {
        Self {
            author: author.to_owned(),
            time: chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            what: what.to_owned(),
        }
    }

    /// As properties of a transaction.
    pub(super) fn properties(&self) -> HashMap<String, String> {
        HashMap::from([
            (AUTHOR.to_owned(), self.author.clone()),
            (TIME.to_owned(), self.time.clone()),
            (WHAT.to_owned(), self.what.clone()),
            (
                PROGRAM.to_owned(),
                format!("cytolance {}", env!("CARGO_PKG_VERSION")),
            ),
        ])
    }
}

/// A cell that somebody else has decided otherwise in the meantime. Theirs is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelConflict {
    /// The label column.
    pub column: String,
    /// The row: in the saved version for a conflict, in the version that was seen for a cell that is gone.
    pub row: u32,
    /// What both saw.
    pub before: Option<String>,
    /// What was to be saved.
    pub mine: Option<String>,
    /// What is stored.
    pub theirs: Option<String>,
}

/// What a save did.
#[derive(Debug, Clone)]
pub struct SavedLabels {
    /// The dataset as it is now.
    pub dataset: CellDataset,
    /// Its version. Where there was nothing to write, it is the latest one that was there.
    pub version: u64,
    /// Cells that now have the label that was asked for, counted a column.
    pub written: usize,
    /// Versions of others that came in between.
    pub merged_versions: usize,
    /// Whether rows are in other places than in the version that was seen.
    pub rows_moved: bool,
    /// Cells that somebody else had decided otherwise. They are as those left them.
    pub conflicts: Vec<LabelConflict>,
    /// Marks of cells that are no longer in the dataset.
    pub gone: Vec<LabelConflict>,
}

/// The edits as [`collapsed`], once it is sure that they can be stored in the dataset.
pub(super) fn checked(
    dataset: &CellDataset,
    edits: &[LabelEdit],
) -> Result<Vec<LabelEdit>, DatasetError> {
    let edits = collapsed(edits.iter().cloned());
    for edit in &edits {
        let refused = |reason: String| DatasetError::Label {
            column: edit.spec.column.clone(),
            reason,
        };
        check_spec(&edit.spec).map_err(refused)?;
        let names: HashSet<&str> = edit.spec.classes.iter().map(|c| c.name.as_str()).collect();
        for change in &edit.changes {
            if change.row as usize >= dataset.num_rows() {
                return Err(refused(format!(
                    "row {} is not in the dataset, which has {} rows",
                    change.row,
                    dataset.num_rows()
                )));
            }
            if let Some(after) = &change.after
                && !names.contains(after.as_str())
            {
                return Err(refused(format!(
                    "«{after}» (row {}) is none of its classes: {}",
                    change.row,
                    class_list(&edit.spec)
                )));
            }
        }
    }
    Ok(edits)
}

fn class_list(spec: &LabelSpec) -> String {
    let names: Vec<&str> = spec.classes.iter().map(|c| c.name.as_str()).collect();
    names.join(", ")
}

/// A sentence where the column's name or a class cannot be stored.
fn check_spec(spec: &LabelSpec) -> Result<(), String> {
    let rest = spec.column.strip_prefix(LABEL_PREFIX).unwrap_or_default();
    let plain = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    if rest.is_empty() || !rest.chars().all(plain) {
        return Err(format!(
            "its name must be {LABEL_PREFIX} and then letters, digits, _ and - only"
        ));
    }
    let mut seen = HashSet::new();
    for class in &spec.classes {
        if class.name.is_empty() || class.name.trim() != class.name {
            return Err(format!(
                "the class «{}» is empty or begins or ends with a space",
                class.name
            ));
        }
        if class.name.len() > LONGEST_CLASS {
            return Err(format!(
                "the class «{}» is longer than {LONGEST_CLASS} bytes",
                class.name
            ));
        }
        if !seen.insert(&class.name) {
            return Err(format!("the class «{}» is there twice", class.name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(row: u32, before: Option<&str>, after: Option<&str>) -> LabelChange {
        LabelChange {
            row,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
    }

    #[test]
    fn of_several_marks_of_a_row_first_and_last_count() {
        let edit = |changes| LabelEdit {
            spec: LabelSpec::quality(),
            changes,
        };
        let net = LabelEdit::net([
            edit(vec![
                change(7, None, Some("pass")),
                change(3, Some("fail"), Some("pass")),
                change(9, None, Some("unsure")),
            ]),
            edit(vec![
                change(7, Some("pass"), Some("fail")),
                change(9, Some("unsure"), None),
            ]),
        ]);
        assert_eq!(net.len(), 1);
        assert_eq!(
            net[0].changes,
            [
                change(3, Some("fail"), Some("pass")),
                change(7, None, Some("fail"))
            ]
        );
    }

    #[test]
    fn names_that_cannot_be_stored_are_refused() {
        let class = |name: &str| cytolance_profile::LabelClass {
            name: name.to_owned(),
            color: [1, 2, 3],
        };
        let cases = [
            ("Label_QC", vec!["pass"], true),
            ("Label_Über-2", vec!["gut"], true),
            ("Label_", vec!["pass"], false),
            ("QC", vec!["pass"], false),
            ("Label_a.b", vec!["pass"], false),
            ("Label_a`b", vec!["pass"], false),
            ("Label_QC", vec!["pass", "pass"], false),
            ("Label_QC", vec![" pass"], false),
            ("Label_QC", vec![""], false),
        ];
        for (column, classes, good) in cases {
            let spec = LabelSpec {
                column: column.to_owned(),
                classes: classes.iter().map(|name| class(name)).collect(),
            };
            assert_eq!(check_spec(&spec).is_ok(), good, "{column} {classes:?}");
        }
    }
}
