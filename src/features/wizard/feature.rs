//! The page as one of the window's.

use egui::{Key, Ui};

use super::{FolderKind, Step, Wizard, WizardCommand, WizardView, show};
use crate::model::action::{Action, action, ctrl_shift};
use crate::model::command::Command;
use crate::model::dropping::DropPlace;
use crate::model::feature::{Feature, PaneId};
use crate::model::parts::Part;
use crate::model::state::State;
use crate::model::view::PaneView;

/// Its name.
pub(super) const WIZARD: PaneId = PaneId("wizard");

/// The feature.
pub struct ImportWizard;

static ACTIONS: &[Action] = &[
    action!(40, "import-an-export" => "Import an export…",
        File,
        Some(ctrl_shift(Key::I)),
        false,
        |_| Command::from(WizardCommand::Show)
    ),
    action!(90, "import-report" => "Import report", File, None, true, |_| {
        Command::from(WizardCommand::ShowReport {
            uri: None,
            name: None,
        })
    }),
];

impl Feature for ImportWizard {
    fn id(&self) -> PaneId {
        WIZARD
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }

    fn drop_place(&self, state: &State) -> Option<DropPlace> {
        let import = |path| Command::from(WizardCommand::ImportFrom(path));
        let step = state.parts.get::<Wizard>().step;
        let (hint, command): (_, fn(String) -> Command) = match (state.page, step) {
            (Some(WIZARD), Step::Pictures) => ("to look for pictures in this folder", |path| {
                Command::from(WizardCommand::AddFolder(FolderKind::Images, path))
            }),
            (Some(WIZARD), Step::Outlines) => ("to look for masks in this folder", |path| {
                Command::from(WizardCommand::AddFolder(FolderKind::Masks, path))
            }),
            (Some(_), _) => ("to import", import),
            (None, _) => ("to import an export", import),
        };
        Some(DropPlace { hint, command })
    }

    fn page(&self, ui: &mut Ui, state: &State, view: &mut PaneView, commands: &mut Vec<Command>) {
        let open = state.workspace.as_ref().map(|open| open.dataset.uri());
        let own = view.pages.get_mut::<WizardView>();
        show(ui, state.parts.get(), open, own, commands);
    }
}

impl Part for Wizard {
    fn is_busy(&self) -> bool {
        self.is_working()
    }
}

impl Part for WizardView {}
