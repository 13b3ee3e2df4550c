//! Outlier rules and suggestions: which cells and which features stand out.

mod card;
mod command;
mod pane;
mod state;
mod suggest_pane;
mod update;
mod work;

#[cfg(test)]
mod tests;

pub use command::{RuleUse, RulesCommand};
pub use pane::{RulesView, show};
pub use state::RulesState;
pub(super) use update::{happened, update};
pub(super) use work::run;
pub use work::{RulesEvent, RulesJob};
