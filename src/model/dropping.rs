//! Files and folders that are dropped on the window.

use super::command::Command;
use super::job::Job;
use super::session::SessionCommand;
use super::state::State;
use super::update::apply;
use cytolance_session::SESSION_ENDING;

/// What a feature does with a file or folder that is dropped on the window.
pub struct DropPlace {
    /// What for, in words that follow «Drop».
    pub hint: &'static str,
    /// What is done with its path.
    pub command: fn(String) -> Command,
}

fn place(state: &State) -> Option<DropPlace> {
    let mut features = state.features.iter();
    features.find_map(|feature| feature.drop_place(state))
}

/// What is said while something hangs over the window.
pub(crate) fn hint(state: &State) -> String {
    let place = place(state).map(|place| place.hint);
    match (state.page, place) {
        (Some(_), Some(hint)) => format!("Drop {hint}"),
        (_, Some(hint)) => format!("Drop to open a dataset or a session, or {hint}"),
        (_, None) => "Drop to open a dataset or a session".to_owned(),
    }
}

/// A dataset or a session is opened, anything else is for the feature that takes it.
pub(crate) fn dropped(state: &mut State, path: String) -> Vec<Job> {
    let bare = path.trim_end_matches(['/', '\\']);
    let ends_with = |ending: &str| bare.to_lowercase().ends_with(ending);
    let command = if ends_with(".lance") {
        Command::Open(path)
    } else if ends_with(SESSION_ENDING) {
        Command::from(SessionCommand::Open(Some(path.into())))
    } else {
        match place(state) {
            Some(place) => (place.command)(path),
            None => return Vec::new(),
        }
    };
    apply(state, command)
}
