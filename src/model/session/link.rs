//! The window's state as a session, and back.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::background::{start_points, start_query};
use crate::model::feature::Feature;
use crate::model::job::Job;
use crate::model::picture_choice::{choose_pictures, has_choice};
use crate::model::scatter::Axes;
use crate::model::state::{State, Workspace};
use crate::model::table::{Density, TableColumn};
use cytolance_session::{SessionChannel, SessionDataset, SessionFile, SessionOutline};

/// What is set up now.
pub(crate) fn session_of(
    features: &[&dyn Feature],
    workspace: &Workspace,
    layout: &str,
) -> SessionFile {
    let rows = workspace.dataset.num_rows();
    let mut session = SessionFile {
        dataset: SessionDataset {
            uri: workspace.dataset.uri().to_owned(),
            version: workspace.dataset.version(),
            rows: rows as u64,
        },
        picture: workspace
            .dataset
            .picture_column()
            .filter(|_| has_choice(workspace))
            .map(str::to_owned),
        density: density_word(workspace.table.density).to_owned(),
        layout: layout.to_owned(),
        axes: workspace.scatter.axes.clone(),
        channels: workspace
            .channels
            .iter()
            .map(|channel| SessionChannel {
                name: channel.info.name.clone(),
                style: channel.style,
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
        columns: workspace.table.columns.clone(),
        ..SessionFile::default()
    };
    session.set_query(&workspace.query, rows);
    for feature in features {
        feature.save(workspace, &mut session);
    }
    session
}

/// Keeps the settings of a pane under its name.
pub(crate) fn keep(session: &mut SessionFile, pane: &str, settings: &impl Serialize) {
    match toml::Value::try_from(settings) {
        Ok(value) => {
            session.panes.insert(pane.to_owned(), value);
        }
        Err(error) => tracing::warn!("the settings of {pane} are not kept: {error}"),
    }
}

/// The settings of a pane; `None` where the session has none, or damaged ones.
pub(crate) fn kept<T: DeserializeOwned>(
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
pub(crate) fn take_up(state: &mut State, session: &SessionFile) -> (Vec<Job>, Vec<String>) {
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
    let features = state.features.iter();
    let promised: Vec<String> = features
        .flat_map(|feature| feature.promises(workspace, session))
        .collect();
    let has = |name: &str| columns.has(name) || promised.iter().any(|promised| promised == name);
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
            width: column.width.clamp(40.0, 800.0),
            ..column.clone()
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
    let mut jobs = Vec::new();
    let mut others = false;
    if let Some(column) = &session.picture {
        match choose_pictures(workspace, column, &session.channels) {
            Ok(job) => {
                // The channels are those of pictures that are not shown yet.
                others = job.is_some();
                jobs.extend(job);
            }
            Err(error) => notes.push(error),
        }
    }
    for known in session.channels.iter().filter(|_| !others) {
        let channel = workspace
            .channels
            .iter_mut()
            .find(|channel| channel.info.name == known.name);
        match channel {
            Some(channel) => channel.style = known.style,
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
    jobs.extend(start_query(workspace));
    jobs.extend(start_points(workspace));
    for feature in state.features {
        jobs.extend(feature.restore(state, session, &mut notes));
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
