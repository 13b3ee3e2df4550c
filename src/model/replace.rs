//! Nothing is replaced unasked: what was in the way, and writing again once the user has said so.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::state::{Overlay, State};
use crate::model::update::apply;
use cytolance_export::{ExportError, Found, Target};

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

/// Makes a command, as often as it is asked for.
type CommandMaker = Arc<dyn Fn() -> Command + Send + Sync>;

/// How something is written again in the place of what is there, and what is gone on with otherwise.
#[derive(Clone)]
pub struct Rewrite {
    again: CommandMaker,
    /// A way back, and what it is called.
    back: Option<(&'static str, CommandMaker)>,
}

impl Rewrite {
    /// Written again by a command.
    pub fn new(again: impl Fn() -> Command + Send + Sync + 'static) -> Self {
        Self {
            again: Arc::new(again),
            back: None,
        }
    }

    /// Written again to this path, with the leave to replace.
    pub fn over(path: impl Into<PathBuf>, write: fn(Target) -> Command) -> Self {
        let path = path.into();
        Self::new(move || write(Target::new(&path, true)))
    }

    /// Where nothing is replaced, this is gone on with.
    #[must_use]
    pub fn or(
        self,
        label: &'static str,
        back: impl Fn() -> Command + Send + Sync + 'static,
    ) -> Self {
        Self {
            back: Some((label, Arc::new(back))),
            ..self
        }
    }

    /// What is called how and done where nothing is replaced.
    pub fn back(&self) -> (&'static str, Command) {
        match &self.back {
            Some((label, back)) => (*label, back()),
            None => ("Keep it", Command::SetOverlay(Overlay::None)),
        }
    }
}

impl std::fmt::Debug for Rewrite {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Rewrite")
    }
}

impl PartialEq for Rewrite {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.again, &other.again)
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
    apply(state, (question.again.again)())
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Handle;

    use super::*;
    use crate::model::event::Event;
    use crate::model::failure::{Ending, none};
    use crate::model::feature::{FeatureCommand, FeatureJob};

    /// Something that writes a file.
    #[derive(Debug)]
    struct Write(Target);

    struct WriteJob(Target);

    impl FeatureCommand for Write {
        fn apply(self: Box<Self>, _state: &mut State) -> Vec<Job> {
            vec![Job::from(WriteJob(self.0))]
        }
    }

    impl FeatureJob for WriteJob {
        fn run(self: Box<Self>, _handle: &Handle, _send: &(dyn Fn(Event) + Sync)) {}

        fn ending(&self) -> Ending {
            none()
        }
    }

    #[test]
    fn a_question_is_answered_once_and_for_its_dataset() {
        let mut state = State::default();
        let path = PathBuf::from("/data/plan.toml");
        let exists = || NotWritten::Exists(path.clone(), Found::File);
        let again = || Rewrite::over(&path, |target| Command::from(Write(target)));
        state.not_written(exists(), again());
        assert!(matches!(&state.overlay, Overlay::Replace(question) if question.path == path));
        let jobs = replace(&mut state);
        let Some(WriteJob(target)) = jobs.first().and_then(Job::of) else {
            panic!("{} jobs", jobs.len());
        };
        assert_eq!(*target, Target::new(&path, true));
        assert_eq!(state.overlay, Overlay::None);
        assert!(replace(&mut state).is_empty(), "nothing is asked any more");
        // Something else has been opened while the question stood there.
        state.not_written(exists(), again());
        if let Overlay::Replace(question) = &mut state.overlay {
            question.dataset = Some("/data/plate.lance".to_owned());
        }
        assert!(replace(&mut state).is_empty());
        assert!(state.notices[0].text.contains("left as it is"));
        state.not_written(NotWritten::Failed("disk full".to_owned()), again());
        assert_eq!(state.notices[1].text, "disk full");
    }

    #[test]
    fn what_is_not_replaced_stays_or_another_name_is_chosen() {
        let keep = Rewrite::over("/data/a.csv", |target| Command::from(Write(target)));
        let (label, command) = keep.back();
        assert_eq!(label, "Keep it");
        assert!(matches!(command, Command::SetOverlay(Overlay::None)));
        let other = keep.or("Choose another name", || Command::SetOverlay(Overlay::Open));
        let (label, command) = other.back();
        assert_eq!(label, "Choose another name");
        assert!(matches!(command, Command::SetOverlay(Overlay::Open)));
    }
}
