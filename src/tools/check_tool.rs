//! Checks of the segmentation as a tool.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Computed, ComputedColumn, Tool, ToolError, ToolFuture, ToolInput};
use cytolance_explore::Column;
use cytolance_import::compute_checks;
use cytolance_profile::{CHECK_COLUMNS, ColumnInfo, ColumnKind};

/// What can be chosen of the checks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckParameters {
    /// The checks, by their words; all where empty.
    pub only: Vec<String>,
}

/// Checks of the segmentation from pixels and outlines.
pub struct Checks;

impl Checks {
    /// The word by which it is called.
    pub const ID: &str = "checks";
}

impl Tool for Checks {
    type Parameters = CheckParameters;

    fn id(&self) -> &'static str {
        Self::ID
    }

    fn title(&self) -> &'static str {
        "Segmentation checks"
    }

    fn about(&self) -> &'static str {
        "Checks outlines and pictures of every cell: cut off, merged, split, out of focus, saturated."
    }

    fn steps(&self) -> &'static str {
        "fields"
    }

    fn help(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            "only",
            "these checks alone: border, area, parts, solidity, nucleus, share, contact, nuclei, regions, overlap, saturation, focus, background",
        )]
    }

    fn needs(
        &self,
        parameters: &CheckParameters,
        columns: &[ColumnInfo],
    ) -> Result<Vec<String>, ToolError> {
        let is_known = |word: &&String| CHECK_COLUMNS.iter().any(|check| check.word == **word);
        if let Some(word) = parameters.only.iter().find(|word| !is_known(word)) {
            let words: Vec<&str> = CHECK_COLUMNS.iter().map(|check| check.word).collect();
            return Err(ToolError::Parameter {
                tool: Self::ID,
                name: "only".to_owned(),
                reason: format!("there is no check «{word}»; there are {}", words.join(", ")),
            });
        }
        let read = columns.iter().filter(|column| {
            matches!(column.kind, ColumnKind::Outline | ColumnKind::Picture)
                || column.name.ends_with("_AreaShape_Area")
        });
        Ok(read.map(|column| column.name.clone()).collect())
    }

    fn compute<'a>(
        &'a self,
        input: &'a ToolInput<'a>,
        parameters: CheckParameters,
    ) -> ToolFuture<'a> {
        Box::pin(async move {
            let dataset = input.explorer.dataset();
            let only = &parameters.only;
            let checked = compute_checks(dataset, only, input.progress, input.cancelled).await?;
            let columns = checked.columns.into_iter().filter_map(|added| {
                let info = ColumnInfo {
                    kind: match added.values.data_type() {
                        kind if kind.is_integer() => ColumnKind::Integer,
                        kind if kind.is_numeric() => ColumnKind::Float,
                        _ => ColumnKind::Boolean,
                    },
                    role: added.role,
                    arrow_type: added.values.data_type().to_string(),
                    name: added.name,
                };
                Some(ComputedColumn {
                    column: Arc::new(Column::from_arrow(&info, &added.values)?),
                    meaning: added.description,
                })
            });
            Ok(Computed {
                columns: columns.collect(),
                account: format!(
                    "{} of {} fields with source pictures",
                    checked.fields_with_pictures, checked.fields
                ),
                notes: checked.notes,
            })
        })
    }
}
