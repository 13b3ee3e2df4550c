//! What commands and finished work do to gates.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::command::{GatesCommand, GatesEvent, GatesJob};
use super::state::{CountRequest, GateCounts, GateNode};
use crate::explore::{Explorer, gate_bound};
use crate::model::background::start_query;
use crate::model::command::{Area, Command};
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::selecting::selected;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use crate::plot::simplify_path;
use crate::profile::{Condition, Gate, GateShape, GateTree};

/// Name of the filter that the tree becomes.
const TREE: &str = "gates";

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: GatesCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        GatesCommand::Want => want(workspace),
        GatesCommand::SetDrawing(on) => {
            workspace.gates.drawing = on;
            Vec::new()
        }
        GatesCommand::Draw(area) => {
            let Some(shape) = shape_of(workspace, area) else {
                return Vec::new();
            };
            add(workspace, shape)
        }
        GatesCommand::Add(shape) => add(workspace, shape),
        GatesCommand::Reshape(name, shape) => replace(workspace, &name, |gate| Gate {
            shape,
            ..gate.clone()
        }),
        GatesCommand::Rename(name, new) => {
            let new = new.trim().to_owned();
            if new.is_empty() || new == name {
                return Vec::new();
            }
            if workspace.gates.gate(&new).is_some() {
                state.notify(true, format!("There is a gate «{new}» already."));
                return Vec::new();
            }
            workspace.gates.tree.rename(&name, Some(&new));
            if workspace.gates.hidden.remove(&name) {
                workspace.gates.hidden.insert(new.clone());
            }
            replace(workspace, &name, |gate| Gate {
                name: new,
                ..gate.clone()
            })
        }
        GatesCommand::Remove(name) => {
            workspace.gates.gates.retain(|gate| gate.name != name);
            workspace.gates.tree.rename(&name, None);
            let only = Condition::Gates {
                name: name.clone(),
                tree: Arc::new(GateTree::And(Vec::new())),
            };
            // A filter by this gate alone goes with it.
            workspace.query.filters.retain(|filter| {
                !matches!((&filter.condition, &only),
                    (Condition::Gates { name: own, .. }, Condition::Gates { name, .. })
                        if own == name && workspace.gates.filter != Some(filter.id))
            });
            follow(workspace)
        }
        GatesCommand::Hide(name, hide) => {
            if hide {
                workspace.gates.hidden.insert(name);
            } else {
                workspace.gates.hidden.remove(&name);
            }
            Vec::new()
        }
        GatesCommand::SetTree(tree) => {
            workspace.gates.tree = tree;
            follow(workspace)
        }
        GatesCommand::Filter => filter(state),
        GatesCommand::FilterGate(name) => {
            let condition = workspace.gates.gate(&name).map(|gate| Condition::Gates {
                name: name.clone(),
                tree: Arc::new(GateTree::Gate(Arc::clone(gate))),
            });
            let known = workspace.query.filters.iter().any(|filter| {
                matches!(&filter.condition, Condition::Gates { name: own, .. }
                    if *own == name && workspace.gates.filter != Some(filter.id))
            });
            match condition {
                Some(condition) if !known => apply(state, Command::AddFilter(condition)),
                _ => Vec::new(),
            }
        }
        GatesCommand::Select(name, mode) => {
            let tree = match &name {
                Some(name) => workspace
                    .gates
                    .gate(name)
                    .map(|gate| GateTree::Gate(Arc::clone(gate))),
                None => workspace.gates.tree.resolve(&workspace.gates.gates),
            };
            tree.map(|tree| {
                Job::from(GatesJob::Select {
                    explorer: workspace.explorer.clone(),
                    tree: Arc::new(tree),
                    shown: Arc::clone(&workspace.shown),
                    turn: workspace.selecting.turn(mode),
                })
            })
            .into_iter()
            .collect()
        }
    }
}

/// What was drawn on the plot, as a gate on its axes.
fn shape_of(workspace: &Workspace, area: Area) -> Option<GateShape> {
    let axes = &workspace.scatter.axes;
    let (x, y) = (axes.x.clone()?, axes.y.clone()?);
    Some(match area {
        Area::Box(bounds) => GateShape::Rectangle {
            x,
            y,
            min: bounds.min,
            max: bounds.max,
        },
        Area::Polygon(path) => {
            // A path of a hand has hundreds of points, of which a few can be dragged.
            let view = workspace.scatter.view?;
            let tolerance = [view.width() * 0.012, view.height() * 0.012];
            let points = simplify_path(&path, tolerance);
            if points.len() < 3 {
                return None;
            }
            GateShape::Polygon { x, y, points }
        }
    })
}

fn add(workspace: &mut Workspace, shape: GateShape) -> Vec<Job> {
    let name = workspace.gates.fresh_name("gate 1");
    let name = if name == "gate 1" {
        name
    } else {
        let number = workspace.gates.gates.len() + 1;
        workspace.gates.fresh_name(&format!("gate {number}"))
    };
    workspace.gates.gates.push(Arc::new(Gate {
        name: name.clone(),
        shape,
    }));
    if let GateNode::And(nodes) | GateNode::Or(nodes) = &mut workspace.gates.tree {
        nodes.push(GateNode::Gate(name));
    }
    follow(workspace)
}

/// Changes a gate wherever it is used.
fn replace(workspace: &mut Workspace, name: &str, change: impl FnOnce(&Gate) -> Gate) -> Vec<Job> {
    let Some(place) = workspace
        .gates
        .gates
        .iter()
        .position(|gate| gate.name == name)
    else {
        return Vec::new();
    };
    let changed = Arc::new(change(&workspace.gates.gates[place]));
    workspace.gates.gates[place] = Arc::clone(&changed);
    let tree_filter = workspace.gates.filter;
    for filter in &mut workspace.query.filters {
        if let Condition::Gates { name: own, tree } = &mut filter.condition
            && own == name
            && tree_filter != Some(filter.id)
        {
            changed.name.clone_into(own);
            *tree = Arc::new(GateTree::Gate(Arc::clone(&changed)));
        }
    }
    follow(workspace)
}

/// The tree's filter follows the gates.
fn follow(workspace: &mut Workspace) -> Vec<Job> {
    let tree = workspace
        .gates
        .tree
        .resolve(&workspace.gates.gates)
        .unwrap_or(GateTree::And(Vec::new()));
    let id = workspace.gates.filter;
    for filter in &mut workspace.query.filters {
        if Some(filter.id) == id {
            filter.condition = Condition::Gates {
                name: TREE.to_owned(),
                tree: Arc::new(tree.clone()),
            };
        }
    }
    start_query(workspace)
}

fn filter(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let known = workspace
        .query
        .filters
        .iter()
        .any(|filter| Some(filter.id) == workspace.gates.filter);
    if known {
        return Vec::new();
    }
    let Some(tree) = workspace.gates.tree.resolve(&workspace.gates.gates) else {
        return Vec::new();
    };
    let condition = Condition::Gates {
        name: TREE.to_owned(),
        tree: Arc::new(tree),
    };
    let jobs = apply(state, Command::AddFilter(condition));
    if let Some(workspace) = &mut state.workspace {
        workspace.gates.filter = workspace.query.filters.last().map(|filter| filter.id);
    }
    jobs
}

fn want(workspace: &mut Workspace) -> Vec<Job> {
    if workspace.gates.gates.is_empty() {
        return Vec::new();
    }
    let request = CountRequest {
        gates: workspace.gates.gates.clone(),
        tree: workspace.gates.tree.resolve(&workspace.gates.gates),
        values: workspace.values_generation,
    };
    let work = workspace.gates.work.ask(request);
    work.map(|work| job(workspace, work)).into_iter().collect()
}

fn job(workspace: &Workspace, work: Started<CountRequest>) -> Job {
    Job::from(GatesJob::Count {
        explorer: workspace.explorer.clone(),
        work,
    })
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: GatesEvent) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match event {
        GatesEvent::Counted { generation, counts } => {
            let (current, next) = workspace.gates.work.end(generation);
            // What was cancelled has counted nothing.
            if current {
                workspace.gates.counts = counts;
            }
            next.map(|work| job(workspace, work)).into_iter().collect()
        }
        GatesEvent::Found { outcome, turn } => selected(state, &turn, outcome),
    }
}

/// Does its work.
pub(crate) fn run(job: GatesJob, handle: &Handle, send: &dyn Fn(GatesEvent)) {
    match job {
        GatesJob::Count { explorer, work } => {
            let counts = count(handle, &explorer, &work.request, &work.cancelled);
            send(GatesEvent::Counted {
                generation: work.generation,
                counts,
            });
        }
        GatesJob::Select {
            explorer,
            tree,
            shown,
            turn,
        } => {
            let condition = Condition::Gates {
                name: String::new(),
                tree,
            };
            let found = handle.block_on(explorer.passing(&condition, &AtomicBool::new(false)));
            let outcome = match found {
                Ok(Some(rows)) => {
                    let mut rows = (*rows).clone();
                    rows.intersect_with(&shown);
                    Ok(rows)
                }
                Ok(None) => Ok((*shown).clone()),
                Err(error) => Err(error.to_string()),
            };
            send(GatesEvent::Found { outcome, turn });
        }
    }
}

fn count(
    handle: &Handle,
    explorer: &Explorer,
    request: &CountRequest,
    cancelled: &AtomicBool,
) -> GateCounts {
    let mut counts = GateCounts::default();
    let passing = |tree: GateTree| {
        let condition = Condition::Gates {
            name: String::new(),
            tree: Arc::new(tree),
        };
        handle
            .block_on(explorer.passing(&condition, cancelled))
            .map(|rows| rows.map_or(explorer.dataset().num_rows(), |rows| rows.count()))
            .map_err(|error| error.to_string())
    };
    for gate in &request.gates {
        if let GateShape::Quantile { column, share, .. } = &gate.shape {
            let columns = handle.block_on(explorer.columns(std::slice::from_ref(column)));
            let bound = columns
                .ok()
                .and_then(|columns| gate_bound(column, *share, &columns));
            if let Some(bound) = bound {
                counts.bounds.insert(gate.name.clone(), bound);
            }
        }
        let found = passing(GateTree::Gate(Arc::clone(gate)));
        counts.gates.insert(gate.name.clone(), found);
    }
    counts.tree = request.tree.clone().and_then(|tree| passing(tree).ok());
    counts
}
