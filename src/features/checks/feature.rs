//! What the window offers of it.

use super::ChecksCommand;
use crate::model::action::{Action, action};
use crate::model::command::Command;
use crate::model::feature::{Feature, PaneId};

/// The feature.
pub struct Checks;

static ACTIONS: &[Action] = &[
    action!(80, "check-the-segmentation" => "Check the segmentation", File, None, true, |_| {
        Command::from(ChecksCommand::Compute)
    }),
];

impl Feature for Checks {
    fn id(&self) -> PaneId {
        PaneId("checks")
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }
}
