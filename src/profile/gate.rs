//! Gates: named areas of plots and thresholds, and trees that combine them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Which side of a bound belongs to a gate. The bound itself does, either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Smaller values.
    Below,
    /// Larger values.
    Above,
}

/// What lies in a gate. A missing value is in none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "shape")]
pub enum GateShape {
    /// A box in the plane of two columns; its edges belong to it.
    Rectangle {
        /// Horizontal column.
        x: String,
        /// Vertical column.
        y: String,
        /// Smallest x and y.
        min: [f64; 2],
        /// Largest x and y.
        max: [f64; 2],
    },
    /// A closed path in the plane of two columns; the last point is joined to the first.
    Polygon {
        /// Horizontal column.
        x: String,
        /// Vertical column.
        y: String,
        /// Corners.
        points: Vec<[f64; 2]>,
    },
    /// One side of a value.
    Threshold {
        /// Column.
        column: String,
        /// Which side.
        side: Side,
        /// The value.
        value: f64,
    },
    /// One side of a quantile of all cells of the dataset.
    Quantile {
        /// Column.
        column: String,
        /// Which side.
        side: Side,
        /// The share of cells below the bound, 0 to 1.
        share: f64,
    },
}

impl GateShape {
    /// The columns it looks at: horizontal and vertical, or one.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Rectangle { x, y, .. } | Self::Polygon { x, y, .. } => vec![x, y],
            Self::Threshold { column, .. } | Self::Quantile { column, .. } => vec![column],
        }
    }
}

/// A gate with its name, which is unique among the gates of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// What lies in it.
    #[serde(flatten)]
    pub shape: GateShape,
}

/// Gates combined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateTree {
    /// One gate.
    Gate(Arc<Gate>),
    /// Cells that are in all of these; every cell where there are none.
    And(Vec<Self>),
    /// Cells that are in any of these.
    Or(Vec<Self>),
    /// Cells that are not in this; those with a missing value are in neither.
    Not(Box<Self>),
}

impl GateTree {
    /// All columns that its gates look at.
    pub fn columns(&self) -> BTreeSet<&str> {
        match self {
            Self::Gate(gate) => gate.shape.columns().into_iter().collect(),
            Self::And(trees) | Self::Or(trees) => trees.iter().flat_map(Self::columns).collect(),
            Self::Not(tree) => tree.columns(),
        }
    }
}
