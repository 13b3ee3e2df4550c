//! The gates of a session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::latest::Latest;
use crate::model::parts::Part;
use cytolance_profile::{Condition, Filter, Gate, GateShape, GateTree};

/// Name of the filter that the tree becomes.
pub(super) const TREE: &str = "gates";

/// The gates combined, by their names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateNode {
    /// A gate.
    Gate(String),
    /// Cells that are in all of these.
    And(Vec<Self>),
    /// Cells that are in any of these.
    Or(Vec<Self>),
    /// Cells that are not in this.
    Not(Box<Self>),
}

impl Default for GateNode {
    fn default() -> Self {
        Self::And(Vec::new())
    }
}

impl GateNode {
    /// The tree with the gates themselves; a name that is gone is left out, and so is a group of nothing.
    pub fn resolve(&self, gates: &[Arc<Gate>]) -> Option<GateTree> {
        let all = |nodes: &[Self]| {
            let found: Vec<GateTree> = nodes
                .iter()
                .filter_map(|node| node.resolve(gates))
                .collect();
            (!found.is_empty()).then_some(found)
        };
        Some(match self {
            Self::Gate(name) => {
                GateTree::Gate(Arc::clone(gates.iter().find(|gate| gate.name == *name)?))
            }
            Self::And(nodes) => GateTree::And(all(nodes)?),
            Self::Or(nodes) => GateTree::Or(all(nodes)?),
            Self::Not(node) => GateTree::Not(Box::new(node.resolve(gates)?)),
        })
    }

    /// Gives a gate another name, or takes it out.
    pub fn rename(&mut self, name: &str, new: Option<&str>) {
        match self {
            Self::Gate(known) => {
                if let (true, Some(new)) = (known == name, new) {
                    new.clone_into(known);
                }
            }
            Self::And(nodes) | Self::Or(nodes) => {
                if new.is_none() {
                    nodes.retain(|node| !node.is_only(name));
                }
                for node in nodes {
                    node.rename(name, new);
                }
            }
            Self::Not(node) => node.rename(name, new),
        }
    }

    fn is_only(&self, name: &str) -> bool {
        match self {
            Self::Gate(known) => known == name,
            Self::Not(node) => node.is_only(name),
            _ => false,
        }
    }

    /// The node at a path of places.
    pub fn at_mut(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else {
            return Some(self);
        };
        match self {
            Self::Gate(_) => None,
            Self::And(nodes) | Self::Or(nodes) => nodes.get_mut(*first)?.at_mut(rest),
            Self::Not(node) => node.at_mut(rest),
        }
    }

    /// Takes away the node at a path.
    pub fn remove(&mut self, path: &[usize]) {
        let Some((last, parent)) = path.split_last() else {
            *self = Self::default();
            return;
        };
        match self.at_mut(parent) {
            Some(Self::And(nodes) | Self::Or(nodes)) if *last < nodes.len() => {
                nodes.remove(*last);
            }
            Some(Self::Not(_)) => self.remove(parent),
            _ => {}
        }
    }

    /// Whether nothing is combined.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::And(nodes) | Self::Or(nodes) if nodes.is_empty())
    }
}

/// What is counted.
#[derive(Clone)]
pub struct CountRequest {
    /// The gates.
    pub gates: Vec<Arc<Gate>>,
    /// Them combined.
    pub tree: Option<GateTree>,
    /// Changes of computed columns so far.
    pub values: u64,
}

impl PartialEq for CountRequest {
    fn eq(&self, other: &Self) -> bool {
        self.gates == other.gates && self.tree == other.tree && self.values == other.values
    }
}

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct GateCounts {
    /// Cells in each gate, or why it holds none.
    pub gates: BTreeMap<String, Result<usize, String>>,
    /// Cells in the tree.
    pub tree: Option<usize>,
    /// Values of quantile gates.
    pub bounds: BTreeMap<String, f64>,
}

/// Gates.
#[derive(Default)]
pub struct GatesState {
    /// The gates, in the order in which they were made.
    pub gates: Vec<Arc<Gate>>,
    /// Them combined.
    pub tree: GateNode,
    /// Whether what is drawn on the plot becomes a gate.
    pub drawing: bool,
    /// Gates that are not shown in plots.
    pub hidden: BTreeSet<String>,
    /// The filter that the tree has become.
    pub filter: Option<u64>,
    /// Cells in the gates.
    pub counts: GateCounts,
    /// The running and the next count.
    pub work: Latest<CountRequest>,
}

impl Part for GatesState {
    fn is_busy(&self) -> bool {
        self.work.is_running()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.work.abandon();
        Vec::new()
    }
}

impl GatesState {
    /// Them combined, with the gates themselves.
    pub fn resolved(&self) -> Option<GateTree> {
        self.tree.resolve(&self.gates)
    }

    /// The gate of a name.
    pub fn gate(&self, name: &str) -> Option<&Arc<Gate>> {
        self.gates.iter().find(|gate| gate.name == name)
    }

    /// Whether a filter is one by this gate alone, not the tree's, which may have the same name.
    pub fn is_filter_of(&self, filter: &Filter, gate: &str) -> bool {
        let by = matches!(&filter.condition, Condition::Gates { name, .. } if name == gate);
        by && self.filter != Some(filter.id)
    }

    /// A name that no gate has.
    pub fn fresh_name(&self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 2;
        while self.gate(&name).is_some() {
            name = format!("{wanted} {number}");
            number += 1;
        }
        name
    }

    /// Values that gates set on a column, with their names.
    pub fn thresholds_on(&self, column: &str) -> Vec<(String, f64)> {
        self.gates
            .iter()
            .filter_map(|gate| match &gate.shape {
                GateShape::Threshold {
                    column: own, value, ..
                } if own == column => Some((gate.name.clone(), *value)),
                GateShape::Quantile { column: own, .. } if own == column => {
                    Some((gate.name.clone(), *self.counts.bounds.get(&gate.name)?))
                }
                _ => None,
            })
            .collect()
    }
}
