//! What the screen needs and is not in memory: asked for once, and again where it could not be read.

use super::background::start_query;
use super::job::Job;
use super::state::Workspace;

/// Asks for crops that are not in memory.
pub(super) fn want_pictures(workspace: &mut Workspace, rows: &[u32]) -> Vec<Job> {
    let missing = workspace.pictures.want(rows);
    if missing.is_empty() {
        return Vec::new();
    }
    vec![Job::ReadPictures {
        dataset: workspace.dataset.clone(),
        rows: missing,
        styles: workspace.styles(),
        style_generation: workspace.style_generation,
    }]
}

/// Asks for columns that are not in memory.
pub(super) fn want_columns(workspace: &mut Workspace, names: Vec<String>) -> Vec<Job> {
    let names: Vec<String> = names
        .into_iter()
        .filter(|name| {
            workspace.explorer.cached(name).is_none()
                && !workspace.loading.contains(name)
                && !workspace.unreadable.contains_key(name)
        })
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    workspace.loading.extend(names.iter().cloned());
    vec![Job::ReadColumns {
        explorer: workspace.explorer.clone(),
        names,
    }]
}

/// Tries again to read what could not be read.
pub(super) fn retry_reads(workspace: &mut Workspace) -> Vec<Job> {
    workspace.unreadable.clear();
    workspace.pictures.forget_failures();
    if workspace.query_error.take().is_none() {
        return Vec::new();
    }
    workspace.query_work.invalidate();
    start_query(workspace)
}
