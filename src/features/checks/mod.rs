//! Checks of the segmentation as a task of the window: a tool whose columns are always kept.

mod feature;
use toml::Table;

use crate::model::feature::FeatureCommand;
use crate::model::job::Job;
use crate::model::state::State;
use crate::model::tools::{Outcome, start};

#[cfg(test)]
mod tests;

pub use feature::Checks;

/// What can be asked.
#[derive(Debug)]
pub enum ChecksCommand {
    /// Computes and saves all checks.
    Compute,
}

impl FeatureCommand for ChecksCommand {
    fn apply(self: Box<Self>, state: &mut State) -> Vec<Job> {
        let Self::Compute = *self;
        start(
            state,
            cytolance_tools::Checks::ID,
            Table::new(),
            Outcome::Kept,
        )
    }
}
