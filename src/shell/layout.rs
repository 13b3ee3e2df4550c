//! Where the panes are, and what they remember between frames.

use egui::{RichText, Ui, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, Tile, TileId, Tiles, Tree,
    UiResponse,
};

use serde::{Deserialize, Serialize};

use crate::features::{
    charts, compare, field, filters, gallery, gates, inspector, labels, plate, rules, scatter,
    table,
};
use crate::model::command::Command;
use crate::model::state::Workspace;
use crate::model::textures::Textures;
use crate::shell::overlays::OverlayTexts;
use crate::widgets::{GridState, tokens};

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// Filters.
    Filters,
    /// The table.
    Table,
    /// The scatter plot.
    Scatter,
    /// One cell.
    Inspector,
    /// The gallery: the shown cells as a grid of crops.
    Gallery,
    /// The plate: wells as a heat map, with sites inside them.
    Plate,
    /// Charts beside the scatter plot: histogram, box, violin, distribution, correlation.
    Charts,
    /// The field of view of the current cell, with the outlines of all its cells.
    Field,
    /// Cells side by side, and the features that differ most between them.
    Compare,
    /// Outlier rules and suggestions: which cells and which features stand out.
    Rules,
    /// Gates: named areas of plots and thresholds, combined with and, or, not.
    Gates,
    /// Labels: what a person decides of each cell, review, saving, history.
    Labels,
}

/// What panes remember that is nobody else's business.
#[derive(Default)]
pub struct PaneView {
    /// Composited crops.
    pub textures: Textures,
    /// When tasks began, for how long they will take.
    pub task_times: crate::model::task::TaskTimes,
    /// Scroll position of the table.
    pub grid: GridState,
    /// Cursor that the table has scrolled to.
    pub scrolled_to: Option<u32>,
    /// The order in which the table was shown last.
    pub sorted_by: Option<crate::profile::Sort>,
    /// The plot's picture: its number and texture.
    pub plot_texture: Option<(u64, egui::TextureHandle)>,
    /// The path of a lasso or the corners of a box being drawn, in plot coordinates.
    pub drawing: Vec<[f64; 2]>,
    /// The part of the plane that the plot shows.
    pub plot_view: Option<crate::plot::Bounds>,
    /// The inspector's features.
    pub features: inspector::FeatureList,
    /// Search texts of filters with many values, by filter.
    pub filter_search: std::collections::HashMap<u64, String>,
    /// The gallery: the shown cells as a grid of crops.
    pub gallery: gallery::GalleryView,
    /// The plate: wells as a heat map, with sites inside them.
    pub plate: plate::PlateView,
    /// Charts beside the scatter plot: histogram, box, violin, distribution, correlation.
    /// The field of view of the current cell, with the outlines of all its cells.
    pub field: field::FieldView,
    /// Cells side by side, and the features that differ most between them.
    pub compare: compare::CompareView,
    /// Outlier rules and suggestions: which cells and which features stand out.
    pub rules: rules::RulesView,
    /// Gates: named areas of plots and thresholds, combined with and, or, not.
    pub gates: gates::GatesView,
    /// Labels: what a person decides of each cell, review, saving, history.
    pub labels: labels::LabelsView,
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
        let mut tabs = |panes: &[Pane]| {
            let panes: Vec<TileId> = panes.iter().map(|pane| tiles.insert_pane(*pane)).collect();
            tiles.insert_tab_tile(panes)
        };
        let filters = tabs(&[Pane::Filters, Pane::Gates, Pane::Rules]);
        let table = tabs(&[
            Pane::Table,
            Pane::Gallery,
            Pane::Plate,
            Pane::Field,
            Pane::Compare,
        ]);
        let plot = tabs(&[Pane::Scatter, Pane::Charts]);
        let inspector = tabs(&[Pane::Inspector, Pane::Labels]);
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
        let tree: Tree<Pane> = serde_json::from_str(text).ok()?;
        let shows = |wanted: Pane| tree.tiles.iter().any(|(_, tile)| is_pane(tile, wanted));
        (shows(Pane::Table) && shows(Pane::Inspector)).then_some(Self { tree })
    }

    /// Brings a pane to the front.
    pub fn activate(&mut self, pane: Pane) {
        self.tree.make_active(|_, tile| is_pane(tile, pane));
    }
}

fn is_pane(tile: &Tile<Pane>, wanted: Pane) -> bool {
    matches!(tile, Tile::Pane(pane) if *pane == wanted)
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
            Pane::Gallery => "Gallery",
            Pane::Plate => "Plate",
            Pane::Charts => "Charts",
            Pane::Field => "Field of view",
            Pane::Compare => "Compare",
            Pane::Rules => "Outliers",
            Pane::Gates => "Gates",
            Pane::Labels => "Labels",
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
            Pane::Scatter => scatter::show(ui, self.workspace, self.view, self.commands),
            Pane::Inspector => inspector::show(ui, self.workspace, self.view, self.commands),
            Pane::Gallery => {
                let mut own = std::mem::take(&mut self.view.gallery);
                gallery::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.gallery = own;
            }
            Pane::Plate => {
                let mut own = std::mem::take(&mut self.view.plate);
                plate::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.plate = own;
            }
            Pane::Charts => {
                charts::show(ui, self.workspace, self.commands);
            }
            Pane::Field => {
                let mut own = std::mem::take(&mut self.view.field);
                field::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.field = own;
            }
            Pane::Compare => {
                let mut own = std::mem::take(&mut self.view.compare);
                compare::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.compare = own;
            }
            Pane::Rules => {
                let mut own = std::mem::take(&mut self.view.rules);
                rules::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.rules = own;
            }
            Pane::Gates => {
                let mut own = std::mem::take(&mut self.view.gates);
                gates::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.gates = own;
            }
            Pane::Labels => {
                let mut own = std::mem::take(&mut self.view.labels);
                labels::show(ui, self.workspace, &mut own, self.view, self.commands);
                self.view.labels = own;
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
