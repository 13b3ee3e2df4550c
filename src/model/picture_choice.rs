//! Which of several picture columns is shown.

use crate::model::background::read_field;
use crate::model::job::Job;
use crate::model::pictures::PictureCache;
use crate::model::state::{State, Workspace, channels_of};
use cytolance_dataset::ChannelInfo;
use cytolance_profile::Role;
use cytolance_session::SessionChannel;

/// Asks for the pictures of a column; `styles` are how its channels are to be shown, as far as that is known.
pub(crate) fn choose_pictures(
    workspace: &mut Workspace,
    column: &str,
    styles: &[SessionChannel],
) -> Result<Option<Job>, String> {
    if workspace.dataset.picture_column() == Some(column) {
        // One that was asked for and is not there yet is not wanted any more.
        workspace.pictures_wanted = None;
        return Ok(None);
    }
    let dataset = workspace.dataset.with_picture(column);
    let dataset = dataset.map_err(|error| error.to_string())?;
    workspace.pictures_wanted = Some(column.to_owned());
    Ok(Some(Job::ReadChannels {
        dataset,
        column: column.to_owned(),
        styles: styles.to_vec(),
    }))
}

/// The picture column after the one that is shown.
pub(crate) fn next_pictures(workspace: &Workspace) -> Option<String> {
    let columns = workspace.dataset.picture_columns();
    let shown = workspace.dataset.picture_column()?;
    let at = columns.iter().position(|column| *column == shown)?;
    let next = columns.get((at + 1) % columns.len())?;
    (*next != shown).then(|| (*next).to_owned())
}

/// Shows the pictures of a column whose channels are known now, if it is the one asked for last.
pub(crate) fn channels_read(
    state: &mut State,
    column: &str,
    styles: &[SessionChannel],
    outcome: Result<Vec<ChannelInfo>, String>,
) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    if workspace.pictures_wanted.as_deref() != Some(column) {
        return Vec::new();
    }
    workspace.pictures_wanted = None;
    let chosen = outcome.and_then(|channels| {
        let dataset = workspace.dataset.with_picture(column);
        Ok((dataset.map_err(|error| error.to_string())?, channels))
    });
    match chosen {
        Ok((dataset, channels)) => show(workspace, dataset, channels, styles),
        Err(error) => {
            state.notify(true, error);
            Vec::new()
        }
    }
}

fn show(
    workspace: &mut Workspace,
    dataset: cytolance_dataset::CellDataset,
    channels: Vec<ChannelInfo>,
    styles: &[SessionChannel],
) -> Vec<Job> {
    let mut jobs = workspace.rebase_to(dataset, &[]);
    workspace.channels = channels_of(channels);
    for known in styles {
        let mut channels = workspace.channels.iter_mut();
        if let Some(channel) = channels.find(|channel| channel.info.name == known.name) {
            channel.style = known.style;
        }
    }
    // What was read, drawn or measured of the other column is not of this one.
    workspace.style_generation += 1;
    workspace.pictures_since = workspace.style_generation;
    workspace.pictures = PictureCache::default();
    workspace.source_pictures = None;
    workspace.field_work.invalidate();
    jobs.push(Job::FindContrast {
        dataset: workspace.dataset.clone(),
        channels: workspace.channels.len(),
        pictures: workspace.pictures_since,
    });
    if let Some(work) = workspace
        .cursor
        .and_then(|row| workspace.field_work.ask(row))
    {
        jobs.push(read_field(workspace, work));
    }
    jobs
}

/// Whether there is a choice.
pub fn has_choice(workspace: &Workspace) -> bool {
    let pictures = workspace.columns.iter();
    pictures
        .filter(|column| column.role == Role::Picture)
        .nth(1)
        .is_some()
}
