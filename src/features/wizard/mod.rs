//! The import wizard: five steps from an export to a dataset, in a page of its own.

mod account;
mod binding;
mod cells_step;
mod channels;
mod command;
mod examples;
mod failure;
mod feature;
mod import_step;
mod joins;
mod news;
mod outlines_step;
mod page;
mod pictures_step;
mod pieces;
mod progress_page;
mod report_outlines;
mod report_page;
mod source_step;
mod state;
mod update;
mod words;
mod work;

pub use command::{FolderKind, WizardCommand, WizardEvent, WizardJob, WizardPick};
pub(crate) use failure::Failure;
pub use feature::ImportWizard;
pub(crate) use news::happened;
pub(crate) use page::{WizardView, show};
pub(crate) use state::Target;
pub use state::{Run, Step, Wizard};
pub(crate) use update::update;
pub(crate) use work::run;
