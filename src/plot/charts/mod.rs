//! Charts as figures: histogram, box, violin, distribution, correlation.

mod boxes;
mod correlation;
mod distribution;
mod frame;
mod histogram;

pub use boxes::{BoxGroup, box_chart, leaves_out_points, violin_chart};
pub use correlation::correlation_chart;
pub use distribution::{DistributionGroup, distribution_chart};
pub use frame::{ChartFrame, group_color, nice_ticks, tick_text};
pub use histogram::{HistogramGroup, histogram_chart};
