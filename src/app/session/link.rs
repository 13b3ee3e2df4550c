//! The window's state as a session, and back.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::background::{start_points, start_query};
use crate::app::gates::{GateNode, GatesState};
use crate::app::job::Job;
use crate::app::rules::RulesCommand;
use crate::app::scatter::Axes;
use crate::app::state::{State, Workspace};
use crate::app::table::{Density, TableColumn};
use crate::profile::Condition;
use crate::session::{
    SessionAxes, SessionChannel, SessionColumn, SessionDataset, SessionFile, SessionOutline,
};

/// What is set up now.
pub(in crate::app) fn session_of(workspace: &Workspace, layout: &str) -> SessionFile {
    let rows = workspace.dataset.num_rows();
    let mut session = SessionFile {
        dataset: SessionDataset {
            uri: workspace.dataset.uri().to_owned(),
            version: workspace.dataset.version(),
            rows: rows as u64,
        },
        density: density_word(workspace.table.density).to_owned(),
        layout: layout.to_owned(),
        axes: SessionAxes {
            x: workspace.scatter.axes.x.clone(),
            y: workspace.scatter.axes.y.clone(),
            color: workspace.scatter.axes.color.clone(),
        },
        labels: workspace
            .labels
            .columns
            .iter()
            .map(|label| label.spec.clone())
            .collect(),
        channels: workspace
            .channels
            .iter()
            .map(|channel| SessionChannel {
                name: channel.info.name.clone(),
                visible: channel.style.visible,
                color: channel.style.color,
                min: channel.style.min,
                max: channel.style.max,
                gamma: channel.style.gamma,
            })
            .collect(),
        outlines: workspace
            .outlines
            .iter()
            .map(|outline| SessionOutline {
                object: outline.object.clone(),
                visible: outline.visible,
                color: outline.color,
                width: outline.width,
            })
            .collect(),
        columns: workspace
            .table
            .columns
            .iter()
            .map(|column| SessionColumn {
                name: column.name.clone(),
                width: column.width,
                pinned: column.pinned,
            })
            .collect(),
        ..SessionFile::default()
    };
    session.set_query(&workspace.query, rows);
    session.gates = workspace
        .gates
        .gates
        .iter()
        .map(|gate| (**gate).clone())
        .collect();
    session.rules.clone_from(&workspace.rules.rules);
    session.rule_columns.clone_from(&workspace.rules.added);
    keep(&mut session, "gallery", &workspace.gallery.settings);
    keep(&mut session, "plate", &workspace.plate.settings);
    keep(&mut session, "charts", &workspace.charts.settings);
    keep(&mut session, "gates", &GatesPane::of(&workspace.gates));
    session
}

/// What the gates' pane keeps beside the gates.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct GatesPane {
    tree: GateNode,
    hidden: Vec<String>,
}

impl GatesPane {
    fn of(gates: &GatesState) -> Self {
        Self {
            tree: gates.tree.clone(),
            hidden: gates.hidden.iter().cloned().collect(),
        }
    }
}

/// Keeps the settings of a pane under its name.
fn keep(session: &mut SessionFile, pane: &str, settings: &impl Serialize) {
    match toml::Value::try_from(settings) {
        Ok(value) => {
            session.panes.insert(pane.to_owned(), value);
        }
        Err(error) => tracing::warn!("the settings of {pane} are not kept: {error}"),
    }
}

/// The settings of a pane; `None` where the session has none, or damaged ones.
fn kept<T: DeserializeOwned>(
    session: &SessionFile,
    pane: &str,
    notes: &mut Vec<String>,
) -> Option<T> {
    let value = session.panes.get(pane)?.clone();
    value
        .try_into()
        .inspect_err(|error| {
            notes.push(format!(
                "the settings of {pane} are not understood: {error}"
            ));
        })
        .ok()
}

/// Sets everything up as a session says; returns the work and what could not be done, in words.
pub(super) fn take_up(state: &mut State, session: &SessionFile) -> (Vec<Job>, Vec<String>) {
    if !session.layout.is_empty() {
        state.wanted_layout = Some(session.layout.clone());
    }
    // Filters get numbers of their own, so that widgets of the old ones forget what they knew.
    let first_id = state.fresh_ids(session.filters.len() as u64 + 1);
    let Some(workspace) = &mut state.workspace else {
        return (Vec::new(), Vec::new());
    };
    let rows = workspace.dataset.num_rows();
    let columns = std::sync::Arc::clone(&workspace.columns);
    let has = |name: &str| columns.iter().any(|column| column.name == name);
    let mut found = session.query(&has, rows);
    for filter in &mut found.query.filters {
        filter.id += first_id;
    }
    workspace.query = found.query;
    workspace.summaries.clear();
    let mut notes = found.notes;
    let shown: Vec<TableColumn> = session
        .columns
        .iter()
        .filter(|column| has(&column.name))
        .map(|column| TableColumn {
            name: column.name.clone(),
            width: column.width.clamp(40.0, 800.0),
            pinned: column.pinned,
        })
        .collect();
    let missing = session.columns.len() - shown.len();
    if missing > 0 {
        notes.push(format!(
            "{missing} columns of the table are not in this dataset"
        ));
    }
    if !shown.is_empty() {
        workspace.table.columns = shown;
    }
    if let Some(density) = density_of(&session.density) {
        workspace.table.density = density;
    }
    let axis = |name: &Option<String>| name.clone().filter(|name| has(name));
    let axes = Axes {
        x: axis(&session.axes.x).or_else(|| workspace.scatter.axes.x.clone()),
        y: axis(&session.axes.y).or_else(|| workspace.scatter.axes.y.clone()),
        color: axis(&session.axes.color),
    };
    workspace.scatter.set_axes(axes);
    for known in &session.channels {
        let channel = workspace
            .channels
            .iter_mut()
            .find(|channel| channel.info.name == known.name);
        match channel {
            Some(channel) => {
                channel.style.visible = known.visible;
                channel.style.color = known.color;
                channel.style.min = known.min;
                channel.style.max = known.max;
                channel.style.gamma = known.gamma;
            }
            None => notes.push(format!("there is no channel {}", known.name)),
        }
    }
    for known in &session.outlines {
        for outline in &mut workspace.outlines {
            if outline.object == known.object {
                outline.visible = known.visible;
                outline.color = known.color;
                outline.width = known.width.clamp(0.5, 8.0);
            }
        }
    }
    workspace.style_generation += 1;
    workspace.gates.gates = session.gates.iter().cloned().map(Arc::new).collect();
    workspace.gates.filter = workspace
        .query
        .filters
        .iter()
        .find(
            |filter| matches!(&filter.condition, Condition::Gates { name, .. } if name == "gates"),
        )
        .map(|filter| filter.id);
    if let Some(pane) = kept::<GatesPane>(session, "gates", &mut notes) {
        workspace.gates.tree = pane.tree;
        workspace.gates.hidden = pane.hidden.into_iter().collect();
    }
    if let Some(settings) = kept(session, "gallery", &mut notes) {
        workspace.gallery.settings = settings;
    }
    if let Some(settings) = kept(session, "plate", &mut notes) {
        workspace.plate.settings = settings;
    }
    if let Some(settings) = kept(session, "charts", &mut notes) {
        workspace.charts.settings = settings;
    }
    let mut jobs = start_query(workspace);
    jobs.extend(start_points(workspace));
    if !session.rules.is_empty() {
        let rules = RulesCommand::SetAll(session.rules.clone());
        jobs.extend(crate::app::rules::update(state, rules));
    }
    (jobs, notes)
}

fn density_word(density: Density) -> &'static str {
    match density {
        Density::Compact => "compact",
        Density::Medium => "medium",
        Density::Large => "large",
    }
}

fn density_of(word: &str) -> Option<Density> {
    Density::ALL
        .into_iter()
        .find(|density| density_word(*density) == word)
}
