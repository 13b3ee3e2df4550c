//! Nothing is replaced unasked: what was in the way, and writing again once the user has said so.

use std::path::PathBuf;

use egui::{Label, RichText, Ui};

use crate::export::{ExportError, Found, Target};
use crate::features::charts::ChartsCommand;
use crate::features::export::ExportDraft;
use crate::features::rules::RulesCommand;
use crate::features::wizard::WizardCommand;
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::session::SessionCommand;
use crate::model::state::{Overlay, State};
use crate::model::update::apply;
use crate::widgets::{heading, primary_button, tokens};

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotWritten {
    /// Something is there that the user has not given up.
    Exists(PathBuf, Found),
    /// Anything else, in words.
    Failed(String),
}

impl From<ExportError> for NotWritten {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Exists { path, found } => Self::Exists(path, found),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// What is written again in the place of what is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Rewrite {
    /// An export of cells.
    Cells(Box<ExportDraft>),
    /// The chart.
    Chart(PathBuf),
    /// The scatter plot.
    Scatter(PathBuf),
    /// The outlier rules.
    Rules(PathBuf),
    /// The plan of an import.
    Plan(PathBuf),
    /// The report of an import.
    Report(PathBuf),
    /// The session.
    Session(PathBuf),
}

impl Rewrite {
    fn command(self) -> Command {
        let over = |path: PathBuf| Target::new(path, true);
        match self {
            Self::Cells(draft) => Command::ReplaceExport(draft),
            Self::Chart(path) => Command::from(ChartsCommand::Save(over(path))),
            Self::Scatter(path) => Command::from(ChartsCommand::SaveScatter(over(path))),
            Self::Rules(path) => Command::from(RulesCommand::Save(over(path))),
            Self::Plan(path) => Command::from(WizardCommand::SavePlan(over(path))),
            Self::Report(path) => Command::from(WizardCommand::SaveReport(over(path))),
            Self::Session(path) => Command::from(SessionCommand::Replace(path)),
        }
    }
}

/// What the user is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplaceQuestion {
    /// What is there.
    pub path: PathBuf,
    /// Of which kind it is.
    pub found: Found,
    /// What was to be written.
    pub again: Rewrite,
    /// The dataset that was open then.
    dataset: Option<String>,
}

impl State {
    fn dataset_uri(&self) -> Option<String> {
        let workspace = self.workspace.as_ref()?;
        Some(workspace.dataset.uri().to_owned())
    }

    /// Asks whether what is in the way may be replaced, or says what else went wrong.
    pub(crate) fn not_written(&mut self, why: NotWritten, again: Rewrite) {
        match why {
            NotWritten::Exists(path, found) => {
                self.overlay = Overlay::Replace(Box::new(ReplaceQuestion {
                    path,
                    found,
                    again,
                    dataset: self.dataset_uri(),
                }));
            }
            NotWritten::Failed(text) => self.notify(true, text),
        }
    }
}

/// The user has said yes.
pub(crate) fn replace(state: &mut State) -> Vec<Job> {
    let Overlay::Replace(question) = std::mem::take(&mut state.overlay) else {
        return Vec::new();
    };
    if question.dataset != state.dataset_uri() {
        state.notify(
            true,
            format!(
                "Another dataset is open now, so {} was left as it is.",
                question.path.display()
            ),
        );
        return Vec::new();
    }
    apply(state, question.again.command())
}

/// The question.
pub(crate) fn show(ui: &mut Ui, question: &ReplaceQuestion, commands: &mut Vec<Command>) {
    heading(ui, "Replace it?");
    let is_dataset = question
        .path
        .extension()
        .is_some_and(|ending| ending == "lance");
    let text = match question.found {
        Found::File => "This file is there already:",
        Found::Folder if is_dataset => {
            "This dataset is there already. The cells would become a new version of it; the old one stays in its history:"
        }
        Found::Folder => {
            "This folder is there already and holds something. Files of the same names would be replaced, others stay:"
        }
    };
    ui.label(text);
    ui.add_space(4.0);
    ui.add(
        Label::new(RichText::new(question.path.to_string_lossy()).monospace())
            .wrap()
            .selectable(true),
    );
    ui.add_space(4.0);
    ui.label(RichText::new("Nothing was written so far.").color(tokens(ui).text_weak));
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let other = match &question.again {
            Rewrite::Cells(_) => "Choose another name",
            _ => "Keep it",
        };
        // What changes nothing is the one that Enter and the eye find first.
        if ui.add(primary_button(ui, other)).clicked() {
            commands.push(Command::SetOverlay(match &question.again {
                Rewrite::Cells(draft) => Overlay::Export((**draft).clone()),
                _ => Overlay::None,
            }));
        }
        if ui.button("Replace").clicked() {
            commands.push(Command::Replace);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_once_and_for_its_dataset() {
        let mut state = State::default();
        let path = PathBuf::from("/data/plan.toml");
        let exists = || NotWritten::Exists(path.clone(), Found::File);
        state.not_written(exists(), Rewrite::Plan(path.clone()));
        assert!(matches!(&state.overlay, Overlay::Replace(question) if question.path == path));
        let jobs = replace(&mut state);
        let Some(crate::features::wizard::WizardJob::SavePlan(_, target)) =
            jobs.first().and_then(Job::of)
        else {
            panic!("{} jobs", jobs.len());
        };
        assert_eq!(*target, Target::new(&path, true));
        assert_eq!(state.overlay, Overlay::None);
        assert!(replace(&mut state).is_empty(), "nothing is asked any more");
        // Something else has been opened while the question stood there.
        state.not_written(exists(), Rewrite::Plan(path.clone()));
        if let Overlay::Replace(question) = &mut state.overlay {
            question.dataset = Some("/data/plate.lance".to_owned());
        }
        assert!(replace(&mut state).is_empty());
        assert!(state.notices[0].text.contains("left as it is"));
        state.not_written(
            NotWritten::Failed("disk full".to_owned()),
            Rewrite::Plan(path),
        );
        assert_eq!(state.notices[1].text, "disk full");
    }
}
