//! The scatter plot: axes, view, tool, and what was computed for them.

use std::sync::Arc;

use crate::model::latest::Latest;
use cytolance_explore::Column;
use cytolance_kernels::RowSet;
use cytolance_plot::{Bounds, ScatterIndex};

/// What the pointer does on the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tool {
    /// Drag moves the view, a click selects a cell.
    #[default]
    Pan,
    /// Drag draws around cells.
    Lasso,
    /// Drag spans a box around cells.
    Box,
}

// As a session keeps them.
pub use cytolance_session::SessionAxes as Axes;

/// What an index is built of. It holds all cells: filters are applied when it is drawn or asked.
#[derive(Clone)]
pub struct BuildRequest {
    /// The columns.
    pub axes: Axes,
    /// The points so far, whose index serves again where only the colour changes.
    pub previous: Option<Arc<Points>>,
    /// The last change of the columns' values.
    pub stamp: u64,
}

impl PartialEq for BuildRequest {
    fn eq(&self, other: &Self) -> bool {
        self.axes == other.axes && self.stamp == other.stamp
    }
}

/// The points of a plot, ready for pictures and selections.
pub struct Points {
    /// The request they answer.
    pub axes: Axes,
    /// The points, sorted into cells.
    pub index: Arc<ScatterIndex>,
    /// Rows that have a point; all without a set.
    pub with_point: Option<Arc<RowSet>>,
    /// Horizontal values.
    pub x: Arc<Column>,
    /// Vertical values.
    pub y: Arc<Column>,
    /// Values that give the colour.
    pub color: Option<Arc<Column>>,
    /// Where the colour is a number: the share of its range by point, in cell order.
    pub shares: Option<Vec<f32>>,
    /// Where the colour is a category: its place among the colours by point, in cell order.
    pub codes: Option<Vec<u8>>,
}

/// What a raster shows.
#[derive(Clone)]
pub struct RasterRequest {
    /// The points.
    pub points: Arc<Points>,
    /// The part of the plane.
    pub view: Bounds,
    /// Size in pixels.
    pub size: [usize; 2],
    /// Rows that pass the filters.
    pub shown: Arc<RowSet>,
    /// Rows to stress.
    pub selection: Arc<RowSet>,
    /// Colours of the categories that have some of their own, where points are coloured by categories.
    pub palette: Vec<[u8; 3]>,
    /// Colours for a dark background.
    pub dark: bool,
}

impl PartialEq for RasterRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.points, &other.points)
            && Arc::ptr_eq(&self.shown, &other.shown)
            && Arc::ptr_eq(&self.selection, &other.selection)
            && self.view == other.view
            && self.size == other.size
            && self.palette == other.palette
            && self.dark == other.dark
    }
}

/// A picture of the points.
#[derive(Clone)]
pub struct Raster {
    /// The part of the plane it shows.
    pub view: Bounds,
    /// Its pixels, top row first.
    pub image: Arc<egui::ColorImage>,
    /// Counts rasters, so that the texture knows when it is stale.
    pub number: u64,
    /// Shown cells that have a point.
    pub points: usize,
    /// Range of the colours, where they mean a number.
    pub color_range: Option<[f64; 2]>,
}

/// State of the plot.
#[derive(Default)]
pub struct Scatter {
    /// The columns.
    pub axes: Axes,
    /// The tool.
    pub tool: Tool,
    /// The part that was looked at last; none was before the first frame.
    pub view: Option<Bounds>,
    /// Points for the axes, or for the previous ones while they are computed.
    pub points: Option<Arc<Points>>,
    /// Why there are none.
    pub error: Option<String>,
    /// The picture, maybe of an earlier view.
    pub raster: Option<Raster>,
    /// Index under way.
    pub build: Latest<BuildRequest>,
    /// Raster under way.
    pub raster_work: Latest<RasterRequest>,
    /// Rasters so far.
    pub num_rasters: u64,
    /// How often all points were to be fitted into the plot.
    pub fits: u64,
    /// How often they have been; less than that where the points of new axes are still on their way.
    pub fitted: u64,
}

impl Scatter {
    /// Shows other columns; the view fits them as soon as their points are there.
    pub fn set_axes(&mut self, axes: Axes) {
        if axes.x != self.axes.x || axes.y != self.axes.y {
            self.fit();
        }
        self.axes = axes;
    }

    /// Fits all points into the plot.
    pub fn fit(&mut self) {
        self.fits += 1;
    }

    /// The number of the fit that the points that are there are to be shown with, if one is due.
    pub fn due_fit(&self) -> Option<u64> {
        let points = self.points.as_ref()?;
        let current = points.axes.x == self.axes.x && points.axes.y == self.axes.y;
        // A dataset's first view is a fit, too.
        (current && (self.fits > self.fitted || self.view.is_none())).then_some(self.fits)
    }
}
