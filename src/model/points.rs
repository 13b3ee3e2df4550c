//! Points of the scatter plot: building, drawing, picking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{Color32, ColorImage};
use rayon::prelude::*;
use tokio::runtime::Handle;

use crate::model::command::Area;
use crate::model::scatter::{BuildRequest, Points, Raster, RasterRequest};
use cytolance_explore::{Explorer, Values};
use cytolance_kernels::RowSet;
use cytolance_plot::{
    Colormap, Frame, ScatterIndex, shade_colors, shade_counts, shade_means, simplify_path, spread,
    spread_radius,
};
use cytolance_profile::CATEGORY_COLORS;

/// Largest disc a point grows to, in pixels.
const MOST_SPREAD: usize = 4;
/// Colour of the categories beyond these, and of cells without one.
const OTHER_CATEGORY: [u8; 3] = [128; 3];
/// Fewer selected points than this are drawn larger than a pixel.
const FEW_SELECTED: usize = 100_000;
/// Colour of the selected points.
pub(crate) const SELECTED: [u8; 3] = [255, 196, 64];

/// Reads the columns and sorts the points.
pub(crate) fn build_points(
    handle: &Handle,
    explorer: &Explorer,
    request: &BuildRequest,
) -> Result<Points, String> {
    let axes = request.axes.clone();
    let (Some(x), Some(y)) = (&axes.x, &axes.y) else {
        return Err("choose a column for each axis".to_owned());
    };
    let mut names = vec![x.clone(), y.clone()];
    names.extend(axes.color.clone());
    let columns = handle
        .block_on(explorer.columns(&names))
        .map_err(|error| error.to_string())?;
    let numbers = |at: usize| -> Result<Arc<Vec<f64>>, String> {
        columns
            .get(at)
            .and_then(|column| column.numbers())
            .ok_or_else(|| format!("{} is not a numeric column", names[at]))
    };
    let (xs, ys) = (numbers(0)?, numbers(1)?);
    // The columns themselves, not their names: one that was computed anew has its points elsewhere.
    let same = |points: &&Arc<Points>| {
        Arc::ptr_eq(&points.x, &columns[0]) && Arc::ptr_eq(&points.y, &columns[1])
    };
    let (index, with_point) = if let Some(points) = request.previous.as_ref().filter(same) {
        (Arc::clone(&points.index), points.with_point.clone())
    } else {
        let index = ScatterIndex::build(&xs, &ys);
        let with_point = (index.len() < xs.len()).then(|| {
            let rows = index.in_cell_order(|row| row);
            Arc::new(RowSet::from_rows(xs.len(), rows))
        });
        (Arc::new(index), with_point)
    };
    let color = columns.get(2).cloned();
    let (mut shares, mut codes) = (None, None);
    match color.as_ref().map(|column| &column.values) {
        Some(Values::Categories {
            codes: by_row,
            names,
        }) => {
            let other = names.len().min(CATEGORY_COLORS.len()) as u32;
            codes = Some(index.in_cell_order(|row| {
                by_row
                    .get(row as usize)
                    .map_or(other, |code| (*code).min(other)) as u8
            }));
        }
        Some(_) => {
            let values = numbers(2)?;
            let (min, max) = color
                .as_ref()
                .and_then(|column| column.range())
                .unwrap_or((0.0, 1.0));
            // Shares of the range, so that a large offset costs no precision; the middle where there is no range.
            let scale = 1.0 / (max - min);
            shares = Some(index.in_cell_order(|row| {
                let value = values.get(row as usize).copied().unwrap_or(f64::NAN);
                match ((value - min) * scale) as f32 {
                    _ if !value.is_finite() => f32::NAN,
                    share if share.is_finite() => share,
                    _ => 0.5,
                }
            }));
        }
        None => {}
    }
    Ok(Points {
        index,
        with_point,
        x: Arc::clone(&columns[0]),
        y: Arc::clone(&columns[1]),
        color,
        shares,
        codes,
        axes,
    })
}

/// Draws the points; `None` when it was cancelled.
pub(crate) fn draw_raster(request: &RasterRequest, cancelled: &AtomicBool) -> Option<Raster> {
    let [width, height] = request.size;
    let points = &request.points;
    let cancelled: &(dyn Fn() -> bool + Sync) = &|| cancelled.load(Ordering::Relaxed);
    let all = request.shown.count() == request.shown.len();
    let frame = Frame {
        view: request.view,
        size: request.size,
        shown: (!all).then_some(&*request.shown),
        cancelled,
    };
    let drawn = match &points.with_point {
        None => request.shown.count(),
        Some(with_point) => intersection(&request.shown, with_point).count(),
    };
    let mut color_range = None;
    let least = least_spread(drawn);
    // How far points grow is told by their counts; many points need no look.
    let counts = match (&points.color, least) {
        (Some(_), 0) => None,
        _ => Some(points.index.counts(&frame)?),
    };
    let radius = counts
        .as_ref()
        .map_or(0, |counts| spread_radius(counts, MOST_SPREAD).max(least));
    let mut pixels = match (&points.color, &points.shares, &points.codes, counts) {
        (Some(column), Some(shares), _, _) => {
            let (min, max) = column.range().unwrap_or((0.0, 1.0));
            color_range = Some([min, max]);
            let raster = points.index.means(&frame, shares)?;
            shade_means(&raster, Colormap::Viridis, [0.0, 1.0])
        }
        (Some(_), _, Some(codes), _) => {
            let mut palette = request.palette.clone();
            palette.push(OTHER_CATEGORY);
            shade_colors(&points.index.colors(&frame, codes, &palette)?)
        }
        (_, _, _, Some(counts)) => shade_counts(&counts, Colormap::Viridis, None),
        _ => shade_counts(&points.index.counts(&frame)?, Colormap::Viridis, None),
    };
    if radius > 0 {
        pixels = spread(&pixels, width, height, radius);
    }
    if !request.selection.is_empty() {
        let selected = intersection(&request.selection, &request.shown);
        let frame = Frame {
            shown: Some(&selected),
            ..frame
        };
        let counts = points.index.counts(&frame)?;
        let [r, g, b] = SELECTED;
        let layer: Vec<[u8; 4]> = counts
            .counts
            .par_iter()
            .map(|count| if *count > 0 { [r, g, b, 255] } else { [0; 4] })
            .collect();
        let layer = if radius > 0 || selected.count() < FEW_SELECTED {
            spread(&layer, width, height, radius.max(1))
        } else {
            layer
        };
        // The others step back, but stay visible as context.
        let share = if request.dark { 90 } else { 110 };
        pixels.par_iter_mut().zip(layer).for_each(|(pixel, top)| {
            if top[3] > 0 {
                *pixel = top;
            } else {
                pixel[3] = (u32::from(pixel[3]) * share / 255) as u8;
            }
        });
    }
    let pixels = pixels
        .into_par_iter()
        .map(|[r, g, b, a]| match a {
            0 => Color32::TRANSPARENT,
            255 => Color32::from_rgb(r, g, b),
            _ => Color32::from_rgba_unmultiplied(r, g, b, a),
        })
        .collect();
    Some(Raster {
        view: request.view,
        image: Arc::new(ColorImage::new([width, height], pixels)),
        number: 0,
        points: drawn,
        color_range,
    })
}

fn intersection(a: &RowSet, b: &RowSet) -> RowSet {
    let mut both = a.clone();
    both.intersect_with(b);
    both
}

/// Few points are drawn large enough to see and to hit, even where they overlap.
fn least_spread(points: usize) -> usize {
    match points {
        0..=5_000 => 2,
        5_001..=100_000 => 1,
        _ => 0,
    }
}

/// Rows in an area of the plot; the caller knows which of them are shown.
pub(crate) fn rows_in(points: &Points, area: &Area) -> RowSet {
    match area {
        Area::Box(area) => points.index.in_box(*area),
        Area::Polygon(path) => {
            let bounds = points.index.bounds();
            let step = bounds.map_or([0.0; 2], |bounds| {
                [bounds.width() * 1e-4, bounds.height() * 1e-4]
            });
            points.index.in_polygon(&simplify_path(path, step))
        }
    }
}
