//! Gates in a session.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::state::{GateNode, GatesState, TREE};
use crate::model::session::{keep, kept};
use crate::model::state::{State, Workspace};
use cytolance_profile::Condition;
use cytolance_session::SessionFile;

/// What the gates' pane keeps beside the gates.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct GatesPane {
    tree: GateNode,
    hidden: Vec<String>,
}

/// The name of its settings.
const PANE: &str = "gates";

/// Puts the gates into a session.
pub(super) fn save(workspace: &Workspace, session: &mut SessionFile) {
    let gates = workspace.parts.get::<GatesState>();
    session.gates = gates.gates.iter().map(|gate| (**gate).clone()).collect();
    let pane = GatesPane {
        tree: gates.tree.clone(),
        hidden: gates.hidden.iter().cloned().collect(),
    };
    keep(session, PANE, &pane);
}

/// Takes them up; the filters are taken up already.
pub(super) fn restore(state: &mut State, session: &SessionFile, notes: &mut Vec<String>) {
    let Some(workspace) = &mut state.workspace else {
        return;
    };
    let gates = workspace.parts.get_mut::<GatesState>();
    gates.gates = session.gates.iter().cloned().map(Arc::new).collect();
    let mut filters = workspace.query.filters.iter();
    let tree = filters
        .find(|filter| matches!(&filter.condition, Condition::Gates { name, .. } if name == TREE));
    gates.filter = tree.map(|filter| filter.id);
    if let Some(pane) = kept::<GatesPane>(session, PANE, notes) {
        gates.tree = pane.tree;
        gates.hidden = pane.hidden.into_iter().collect();
    }
}
