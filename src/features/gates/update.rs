//! What commands and finished work do to gates.

use std::sync::Arc;

use super::command::{GatesCommand, GatesEvent, GatesJob};
use super::state::{CountRequest, GateNode, GatesState, TREE};
use crate::model::background::start_query;
use crate::model::command::{Area, Command};
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::selecting::selected;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use cytolance_plot::simplify_path;
use cytolance_profile::{Condition, Gate, GateShape, GateTree};

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: GatesCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let gates = workspace.parts.get_mut::<GatesState>();
    match command {
        GatesCommand::Want => want(workspace),
        GatesCommand::SetDrawing(on) => {
            gates.drawing = on;
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
            if gates.gate(&new).is_some() {
                state.notify(true, format!("There is a gate «{new}» already."));
                return Vec::new();
            }
            gates.tree.rename(&name, Some(&new));
            if gates.hidden.remove(&name) {
                gates.hidden.insert(new.clone());
            }
            replace(workspace, &name, |gate| Gate {
                name: new,
                ..gate.clone()
            })
        }
        GatesCommand::Remove(name) => {
            gates.gates.retain(|gate| gate.name != name);
            gates.tree.rename(&name, None);
            // A filter by this gate alone goes with it.
            workspace
                .query
                .filters
                .retain(|filter| !gates.is_filter_of(filter, &name));
            follow(workspace)
        }
        GatesCommand::Hide(name, hide) => {
            if hide {
                gates.hidden.insert(name);
            } else {
                gates.hidden.remove(&name);
            }
            Vec::new()
        }
        GatesCommand::SetTree(tree) => {
            gates.tree = tree;
            follow(workspace)
        }
        GatesCommand::Filter => filter(state),
        GatesCommand::FilterGate(name) => {
            let condition = gates.gate(&name).map(|gate| Condition::Gates {
                name: name.clone(),
                tree: Arc::new(GateTree::Gate(Arc::clone(gate))),
            });
            let mut filters = workspace.query.filters.iter();
            let known = filters.any(|filter| gates.is_filter_of(filter, &name));
            match condition {
                Some(condition) if !known => apply(state, Command::AddFilter(condition)),
                _ => Vec::new(),
            }
        }
        GatesCommand::Select(name, mode) => {
            let tree = match &name {
                Some(name) => gates
                    .gate(name)
                    .map(|gate| GateTree::Gate(Arc::clone(gate))),
                None => gates.resolved(),
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
    let gates = workspace.parts.get_mut::<GatesState>();
    let name = gates.fresh_name("gate 1");
    let name = if name == "gate 1" {
        name
    } else {
        let number = gates.gates.len() + 1;
        gates.fresh_name(&format!("gate {number}"))
    };
    gates.gates.push(Arc::new(Gate {
        name: name.clone(),
        shape,
    }));
    if let GateNode::And(nodes) | GateNode::Or(nodes) = &mut gates.tree {
        nodes.push(GateNode::Gate(name));
    }
    follow(workspace)
}

/// Changes a gate wherever it is used.
fn replace(workspace: &mut Workspace, name: &str, change: impl FnOnce(&Gate) -> Gate) -> Vec<Job> {
    let gates = workspace.parts.get_mut::<GatesState>();
    let Some(place) = gates.gates.iter().position(|gate| gate.name == name) else {
        return Vec::new();
    };
    let changed = Arc::new(change(&gates.gates[place]));
    gates.gates[place] = Arc::clone(&changed);
    for filter in &mut workspace.query.filters {
        if gates.is_filter_of(filter, name) {
            filter.condition = Condition::Gates {
                name: changed.name.clone(),
                tree: Arc::new(GateTree::Gate(Arc::clone(&changed))),
            };
        }
    }
    follow(workspace)
}

/// The tree's filter follows the gates.
fn follow(workspace: &mut Workspace) -> Vec<Job> {
    let gates = workspace.parts.get::<GatesState>();
    let tree = gates.resolved().unwrap_or(GateTree::And(Vec::new()));
    let mut filters = workspace.query.filters.iter_mut();
    if let Some(filter) = filters.find(|filter| Some(filter.id) == gates.filter) {
        filter.condition = Condition::Gates {
            name: TREE.to_owned(),
            tree: Arc::new(tree),
        };
    }
    start_query(workspace)
}

fn filter(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let gates = workspace.parts.get::<GatesState>();
    let mut filters = workspace.query.filters.iter();
    if filters.any(|filter| Some(filter.id) == gates.filter) {
        return Vec::new();
    }
    let Some(tree) = gates.resolved() else {
        return Vec::new();
    };
    let condition = Condition::Gates {
        name: TREE.to_owned(),
        tree: Arc::new(tree),
    };
    let jobs = apply(state, Command::AddFilter(condition));
    if let Some(workspace) = &mut state.workspace {
        let added = workspace.query.filters.last().map(|filter| filter.id);
        workspace.parts.get_mut::<GatesState>().filter = added;
    }
    jobs
}

fn want(workspace: &mut Workspace) -> Vec<Job> {
    let gates = workspace.parts.get_mut::<GatesState>();
    if gates.gates.is_empty() {
        return Vec::new();
    }
    let request = CountRequest {
        gates: gates.gates.clone(),
        tree: gates.resolved(),
        values: workspace.values_generation,
    };
    let work = gates.work.ask(request);
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
            let gates = workspace.parts.get_mut::<GatesState>();
            let (current, next) = gates.work.end(generation);
            // What was cancelled has counted nothing.
            if current {
                gates.counts = counts;
            }
            next.map(|work| job(workspace, work)).into_iter().collect()
        }
        GatesEvent::Found { outcome, turn } => selected(state, &turn, outcome),
    }
}
