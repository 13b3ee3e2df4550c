//! The scatter plot as it is on the screen, for what is drawn over it.

use egui::{Painter, Pos2, Rect};
use egui_plot::{PlotPoint, PlotTransform};

/// Where the plot is, and which part of the plane it shows.
pub struct PlotFrame {
    /// Paints on the plot, not over its axes.
    pub painter: Painter,
    transform: PlotTransform,
}

impl PlotFrame {
    /// The plot as it was laid out in this frame.
    pub fn new(painter: Painter, transform: PlotTransform) -> Self {
        Self { painter, transform }
    }

    /// Its place on the screen.
    pub fn rect(&self) -> Rect {
        *self.transform.frame()
    }

    /// Where a point of the plane is on the screen.
    pub fn to_screen(&self, [x, y]: [f64; 2]) -> Pos2 {
        self.transform.position_from_point(&PlotPoint::new(x, y))
    }

    /// Which point of the plane is at this place of the screen.
    pub fn to_plane(&self, at: Pos2) -> [f64; 2] {
        let point = self.transform.value_from_position(at);
        [point.x, point.y]
    }
}
