//! Walks through cells.

use std::sync::Arc;

use super::command::LabelsJob;
use super::state::{LabelsState, Review, ReviewKind};
use crate::model::job::Job;
use crate::model::state::Workspace;
use crate::model::update::look;

/// Looks for the cells of one.
pub(super) fn find(workspace: &mut Workspace, kind: ReviewKind) -> Vec<Job> {
    let Some(label) = workspace.labels.active() else {
        return Vec::new();
    };
    let codes = Arc::clone(label.codes());
    workspace.parts.get_mut::<LabelsState>().finding = true;
    vec![Job::from(LabelsJob::FindReview {
        kind,
        order: workspace.order.clone(),
        codes,
    })]
}

/// Begins with the cells that were found.
pub(super) fn begin(workspace: &mut Workspace, kind: ReviewKind, queue: Vec<u32>) -> Vec<Job> {
    let review = Review {
        kind,
        queue: Arc::new(queue),
        at: 0,
    };
    let first = review.row();
    workspace.parts.get_mut::<LabelsState>().review = Some(review);
    match first {
        Some(row) => look(workspace, row),
        None => Vec::new(),
    }
}

/// Goes on, or back.
pub(super) fn step(workspace: &mut Workspace, by: i64) -> Vec<Job> {
    let Some(review) = &mut workspace.parts.get_mut::<LabelsState>().review else {
        return Vec::new();
    };
    review.at = review
        .at
        .saturating_add_signed(by as isize)
        .min(review.queue.len());
    match review.row() {
        Some(row) => look(workspace, row),
        None => Vec::new(),
    }
}

/// Goes to where a cell is in it, if it is.
pub(super) fn find_place(workspace: &mut Workspace, row: u32) {
    if let Some(review) = &mut workspace.parts.get_mut::<LabelsState>().review
        && let Some(place) = review.queue.iter().position(|queued| *queued == row)
    {
        review.at = place;
    }
}
