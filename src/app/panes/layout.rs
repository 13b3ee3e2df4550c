//! Where the panes are, and what they remember between frames.

use egui::{RichText, Ui, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, TileId, Tiles, Tree, UiResponse,
};

use super::{filters, inspector, plot, table};
use crate::app::command::Command;
use crate::app::overlays::OverlayTexts;
use crate::app::state::Workspace;
use crate::app::textures::Textures;
use crate::widgets::{GridState, tokens};

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// Filters.
    Filters,
    /// The table.
    Table,
    /// The scatter plot.
    Scatter,
    /// One cell.
    Inspector,
}

/// What panes remember that is nobody else's business.
#[derive(Default)]
pub struct PaneView {
    /// Composited crops.
    pub textures: Textures,
    /// Scroll position of the table.
    pub grid: GridState,
    /// Cursor that the table has scrolled to.
    pub scrolled_to: Option<u32>,
    /// The plot's picture: its number and texture.
    pub plot_texture: Option<(u64, egui::TextureHandle)>,
    /// The path of a lasso or the corners of a box being drawn, in plot coordinates.
    pub drawing: Vec<[f64; 2]>,
    /// The part of the plane that the plot shows.
    pub plot_view: Option<crate::plot::Bounds>,
    /// Search text of the inspector's features.
    pub feature_search: String,
    /// Search texts of filters with many values, by filter.
    pub filter_search: std::collections::HashMap<u64, String>,
    /// Texts of the palette and the dialogs.
    pub overlay: OverlayTexts,
}

impl PaneView {
    /// Forgets what belongs to the previous dataset.
    pub fn forget_dataset(&mut self) {
        *self = Self::default();
    }
}

/// The arrangement, which the user may change by dragging tabs.
pub struct Layout {
    tree: Tree<Pane>,
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
        let [filters, table, plot, inspector] =
            [Pane::Filters, Pane::Table, Pane::Scatter, Pane::Inspector]
                .map(|pane| tiles.insert_pane(pane));
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
}

fn split(tiles: &mut Tiles<Pane>, direction: LinearDir, children: &[(TileId, f32)]) -> TileId {
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

impl Behavior<Pane> for Panes<'_> {
    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let title = match pane {
            Pane::Filters => "Filters",
            Pane::Table => "Table",
            Pane::Scatter => "Scatter",
            Pane::Inspector => "Inspector",
        };
        RichText::new(title)
            .font(crate::widgets::medium_font(13.0))
            .into()
    }

    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let fill = tokens(ui).panel;
        ui.painter().rect_filled(ui.max_rect(), 0.0, fill);
        match pane {
            Pane::Filters => filters::show(ui, self.workspace, self.view, self.commands),
            Pane::Table => table::show(ui, self.workspace, self.view, self.commands),
            Pane::Scatter => plot::show(ui, self.workspace, self.view, self.commands),
            Pane::Inspector => inspector::show(ui, self.workspace, self.view, self.commands),
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
