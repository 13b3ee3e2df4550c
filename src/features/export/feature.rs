//! The dialog as one of the window's.

use egui::{Key, Ui};

use super::draft::ExportDraft;
use super::{ExportCommand, show};
use crate::model::action::{Action, action, ctrl};
use crate::model::command::Command;
use crate::model::feature::{Feature, PaneId};
use crate::model::parts::Part;
use crate::model::state::{State, Workspace};

/// Its name.
pub(super) const EXPORT: PaneId = PaneId("export");

/// The feature.
pub struct Export;

/// What the dialog says.
#[derive(Default)]
pub struct ExportState {
    /// The choices, since the dialog was opened first.
    pub draft: Option<ExportDraft>,
}

impl Part for ExportState {}

impl ExportState {
    /// The choices, while the dialog is open.
    pub(super) fn open(state: &State) -> Option<&ExportDraft> {
        let workspace = state.workspace.as_ref()?;
        let is_open = state.overlay == crate::model::state::Overlay::Of(EXPORT);
        let draft = workspace.parts.get::<Self>().draft.as_ref();
        draft.filter(|_| is_open)
    }
}

static ACTIONS: &[Action] = &[
    action!(30, "export-cells" => "Export cells…", File, Some(ctrl(Key::E)), true, |_| {
        Command::from(ExportCommand::Start)
    }),
];

impl Feature for Export {
    fn id(&self) -> PaneId {
        EXPORT
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }

    fn overlay(&self, ui: &mut Ui, workspace: &Workspace, commands: &mut Vec<Command>) {
        if let Some(draft) = &workspace.parts.get::<ExportState>().draft {
            show(ui, workspace, draft, commands);
        }
    }
}
