//! The pane as one of the window's.

use egui::Ui;
use serde::{Deserialize, Serialize};

use super::state::GallerySettings;
use super::{GalleryState, GalleryView, show};
use crate::model::command::Command;
use crate::model::feature::{Face, Feature, PaneId, Place};
use crate::model::job::Job;
use crate::model::parts::Part;
use crate::model::session::{keep, kept};
use crate::model::state::{State, Workspace};
use crate::model::view::PaneView;
use cytolance_session::SessionFile;

/// The feature.
pub struct Gallery;

/// What a session has of it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    #[serde(flatten)]
    settings: GallerySettings,
    captions: Vec<String>,
}

impl Feature for Gallery {
    fn id(&self) -> PaneId {
        PaneId("gallery")
    }

    fn face(&self) -> Option<Face> {
        Some(Face {
            title: "Gallery",
            place: Place::Middle,
        })
    }

    fn save(&self, workspace: &Workspace, session: &mut SessionFile) {
        let kept = Kept {
            settings: workspace.parts.get::<GalleryState>().settings.clone(),
            captions: workspace.captions.clone(),
        };
        keep(session, self.id().0, &kept);
    }

    fn restore(
        &self,
        state: &mut State,
        session: &SessionFile,
        notes: &mut Vec<String>,
    ) -> Vec<Job> {
        if let (Some(workspace), Some(kept)) = (
            &mut state.workspace,
            kept::<Kept>(session, self.id().0, notes),
        ) {
            workspace.parts.get_mut::<GalleryState>().settings = kept.settings;
            workspace.captions = kept.captions;
        }
        Vec::new()
    }

    fn show(
        &self,
        ui: &mut Ui,
        workspace: &Workspace,
        view: &mut PaneView,
        commands: &mut Vec<Command>,
    ) {
        let own = view.parts.get_mut::<GalleryView>();
        show(ui, workspace, own, &mut view.textures, commands);
    }
}

impl Part for GalleryView {}
