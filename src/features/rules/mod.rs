//! Outlier rules and suggestions: which cells and which features stand out.

mod binding;
mod card;
mod command;
mod feature;
mod pane;
mod state;
mod suggest_pane;
mod update;
mod work;

#[cfg(test)]
mod tests;

pub use command::{RuleUse, RulesCommand};
pub use feature::Rules;
pub use pane::{RulesView, show};
pub use state::RulesState;
pub(crate) use update::{happened, update};
pub(crate) use work::run;
pub use work::{RulesEvent, RulesJob};
