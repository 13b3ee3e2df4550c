//! What commands and finished work do to the pixel size.

use super::command::{PixelSizeCommand, PixelSizeEvent, PixelSizeJob};
use super::feature::{PIXEL_SIZE, PixelSizeState};
use crate::model::job::Job;
use crate::model::state::{Overlay, State};

/// A size in words.
pub(super) fn said(size: Option<f64>) -> String {
    match size {
        Some(size) => format!("a pixel is {size} \u{b5}m"),
        None => "the pixel size is not known".to_owned(),
    }
}

/// The micrometres that a text says; nothing where it is empty.
///
/// # Errors
/// What it has to be.
pub(super) fn size_of(text: &str) -> Result<Option<f64>, &'static str> {
    let text = text.trim().replace(',', ".");
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(size) if size.is_finite() && size > 0.0 => Ok(Some(size)),
        _ => Err("A pixel size is a number of micrometres above 0, such as 0.65."),
    }
}

/// Carries out a command.
pub(super) fn update(state: &mut State, command: PixelSizeCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        PixelSizeCommand::Ask => {
            let known = workspace.dataset.metadata().pixel_size_um;
            let text = known.map_or_else(String::new, |size| size.to_string());
            workspace.parts.get_mut::<PixelSizeState>().text = text;
            state.overlay = Overlay::Of(PIXEL_SIZE);
            Vec::new()
        }
        PixelSizeCommand::Fill(text) => {
            workspace.parts.get_mut::<PixelSizeState>().text = text;
            Vec::new()
        }
        PixelSizeCommand::Keep => keep(state).into_iter().collect(),
    }
}

/// Starts to write what the dialog says.
fn keep(state: &mut State) -> Option<Job> {
    let workspace = state.workspace.as_ref()?;
    let size = size_of(&workspace.parts.get::<PixelSizeState>().text).ok()?;
    if workspace.dataset.metadata().pixel_size_um == size {
        state.overlay = Overlay::None;
        return None;
    }
    if workspace.parts.is_writing() {
        let text =
            "Something is being saved to this dataset; say the pixel size when that is done.";
        state.notify(true, text);
        return None;
    }
    state.overlay = Overlay::None;
    let (task, _) = state.begin_task("Pixel size");
    let author = state.settings.author_name();
    let workspace = state.workspace.as_mut()?;
    workspace.parts.get_mut::<PixelSizeState>().task = Some(task);
    Some(Job::from(PixelSizeJob {
        task,
        dataset: workspace.dataset.clone(),
        size,
        author,
    }))
}

/// Goes on with the version that says it.
pub(super) fn happened(state: &mut State, event: PixelSizeEvent) -> Vec<Job> {
    state.end_task(event.task);
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    let known = &mut workspace.parts.get_mut::<PixelSizeState>().task;
    if *known == Some(event.task) {
        *known = None;
    }
    let dataset = match event.outcome {
        Ok(dataset) => dataset,
        Err(error) => {
            state.notify(true, error);
            return Vec::new();
        }
    };
    let (size, version) = (said(dataset.metadata().pixel_size_um), dataset.version());
    // A version that was saved after it and is shown already says it, too.
    let newest = if version < workspace.dataset.version() {
        workspace.dataset.clone()
    } else {
        dataset
    };
    let jobs = workspace.rebase(newest, &[]);
    let text =
        format!("In version {version} of the dataset {size}. The history goes back to before.");
    state.notify(false, text);
    jobs
}
