//! Where the panes are, and what they remember between frames.

use egui::{RichText, Ui, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, Tile, TileId, Tiles, Tree,
    UiResponse,
};

use crate::model::command::Command;
use crate::model::feature::{Feature, PaneId, Place};
use crate::model::state::Workspace;
use crate::model::view::PaneView;
use crate::shell::features::{FEATURES, feature_named};
use cytolance_widgets::tokens;

/// The arrangement, which the user may change by dragging tabs.
pub struct Layout {
    tree: Tree<String>,
}

impl Default for Layout {
    fn default() -> Self {
        Self::new()
    }
}

impl Layout {
    /// Filters at the left, table over plot in the middle, inspector at the right.
    pub fn new() -> Self {
        let mut tiles = Tiles::default();
        let mut tabs = |place: Place| {
            let own = FEATURES
                .iter()
                .filter(|feature| feature.face().is_some_and(|face| face.place == place));
            let panes: Vec<TileId> = own
                .map(|feature| tiles.insert_pane(feature.id().0.to_owned()))
                .collect();
            tiles.insert_tab_tile(panes)
        };
        let filters = tabs(Place::Left);
        let table = tabs(Place::Middle);
        let plot = tabs(Place::Below);
        let inspector = tabs(Place::Right);
        let middle = split(
            &mut tiles,
            LinearDir::Vertical,
            &[(table, 0.58), (plot, 0.42)],
        );
        let root = split(
            &mut tiles,
            LinearDir::Horizontal,
            &[(filters, 0.19), (middle, 0.56), (inspector, 0.25)],
        );
        Self {
            tree: Tree::new(egui::Id::unique("panes"), root, tiles),
        }
    }

    /// The arrangement as text for a session.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.tree).unwrap_or_default()
    }

    /// The arrangement of a session; `None` where it is damaged or shows no table and no inspector.
    pub fn from_text(text: &str) -> Option<Self> {
        let tree: Tree<String> = serde_json::from_str(text).ok()?;
        let shows = |wanted: PaneId| tree.tiles.iter().any(|(_, tile)| is_pane(tile, wanted));
        (shows(PaneId("table")) && shows(PaneId("inspector"))).then_some(Self { tree })
    }

    /// Brings a pane to the front.
    pub fn activate(&mut self, pane: PaneId) {
        self.tree.make_active(|_, tile| is_pane(tile, pane));
    }
}

fn is_pane(tile: &Tile<String>, wanted: PaneId) -> bool {
    matches!(tile, Tile::Pane(pane) if *pane == wanted.0)
}

fn split(tiles: &mut Tiles<String>, direction: LinearDir, children: &[(TileId, f32)]) -> TileId {
    let mut linear = Linear::new(direction, children.iter().map(|(id, _)| *id).collect());
    for (id, share) in children {
        linear.shares.set_share(*id, *share);
    }
    tiles.insert_container(Container::Linear(linear))
}

struct Panes<'a> {
    workspace: &'a Workspace,
    view: &'a mut PaneView,
    commands: &'a mut Vec<Command>,
}

impl Behavior<String> for Panes<'_> {
    fn tab_title_for_pane(&mut self, pane: &String) -> WidgetText {
        let title = feature_named(pane).and_then(Feature::face);
        let title = title.map_or(pane.as_str(), |face| face.title);
        RichText::new(title)
            .font(cytolance_widgets::medium_font(13.0))
            .into()
    }

    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut String) -> UiResponse {
        let fill = tokens(ui).panel;
        ui.painter().rect_filled(ui.max_rect(), 0.0, fill);
        match feature_named(pane) {
            Some(feature) => feature.show(ui, self.workspace, self.view, self.commands),
            None => {
                ui.label(format!("This version has no pane called {pane}."));
            }
        }
        UiResponse::None
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        30.0
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        1.0
    }

    fn tab_bar_color(&self, visuals: &egui::Visuals) -> egui::Color32 {
        visuals.panel_fill
    }
}

/// Shows all panes of a dataset.
pub fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    layout: &mut Layout,
    view: &mut PaneView,
    commands: &mut Vec<Command>,
) {
    layout.tree.ui(
        &mut Panes {
            workspace,
            view,
            commands,
        },
        ui,
    );
}
