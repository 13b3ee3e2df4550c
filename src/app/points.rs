//! Points of the scatter plot: building, drawing, picking.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{Color32, ColorImage};
use tokio::runtime::Handle;

use super::command::Area;
use super::scatter::{BuildRequest, Points, Raster, RasterRequest};
use crate::explore::{Column, Explorer, Values};
use crate::plot::{
    Colormap, ScatterIndex, shade_categories, shade_counts, shade_means, simplify_path, spread,
    spread_radius,
};

/// Largest disc a point grows to, in pixels.
const MOST_SPREAD: usize = 4;
/// Categories with a colour of their own; the others are grey.
pub(super) const CATEGORY_COLORS: [[u8; 3]; 10] = [
    [78, 156, 255],
    [255, 157, 60],
    [70, 200, 140],
    [238, 96, 118],
    [174, 130, 255],
    [64, 200, 214],
    [226, 196, 72],
    [240, 130, 200],
    [150, 190, 90],
    [190, 150, 120],
];
/// Colour of the categories beyond these, and of cells without one.
const OTHER_CATEGORY: [u8; 3] = [128; 3];
/// Colour of the selected points.
pub(super) const SELECTED: [u8; 3] = [255, 196, 64];

/// Reads the columns and sorts the points.
pub(super) fn build_points(
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
    let numbers = |at: usize| -> Result<Arc<[f64]>, String> {
        columns
            .get(at)
            .and_then(|column| column.numbers())
            .ok_or_else(|| format!("{} is not a numeric column", names[at]))
    };
    let (xs, ys) = (numbers(0)?, numbers(1)?);
    let all = request.shown.count() == request.shown.len();
    let rows: Option<Vec<u32>> = (!all).then(|| request.shown.iter().collect());
    let index = ScatterIndex::build(&xs, &ys, rows.as_deref());
    let codes = columns.get(2).and_then(|column| match &column.values {
        Values::Categories { codes, names } => {
            let other = names.len().min(CATEGORY_COLORS.len()) as u32;
            Some(codes.iter().map(|code| (*code).min(other) as u16).collect())
        }
        _ => None,
    });
    Ok(Points {
        codes,
        index,
        x: Arc::clone(&columns[0]),
        y: Arc::clone(&columns[1]),
        color: columns.get(2).cloned(),
        axes,
    })
}

/// Draws the points; `None` when it was cancelled.
pub(super) fn draw_raster(request: &RasterRequest, cancelled: &AtomicBool) -> Option<Raster> {
    let [width, height] = request.size;
    let points = &request.points;
    let view = request.view;
    let cancelled: &dyn Fn() -> bool = &|| cancelled.load(Ordering::Relaxed);
    let counts = points.index.counts(view, width, height, cancelled)?;
    let radius = spread_radius(&counts, MOST_SPREAD).max(least_spread(points.index.len()));
    let mut color_range = None;
    let pixels = match &points.color {
        Some(column) if column.kind.is_number() => {
            let values = column.numbers()?;
            let raster = points
                .index
                .means(view, width, height, &values, cancelled)?;
            let range = column.range().unwrap_or((0.0, 1.0));
            color_range = Some([range.0, range.1]);
            shade_means(&raster, Colormap::Viridis, [range.0, range.1])
        }
        Some(column) => match (&column.values, &points.codes) {
            (Values::Categories { names, .. }, Some(codes)) => {
                let shown = names.len().min(CATEGORY_COLORS.len());
                let raster =
                    points
                        .index
                        .categories(view, width, height, codes, shown + 1, cancelled)?;
                let mut colors = CATEGORY_COLORS[..shown].to_vec();
                colors.push(OTHER_CATEGORY);
                shade_categories(&raster, &colors)
            }
            _ => shade_counts(&counts, Colormap::Viridis, None),
        },
        None => shade_counts(&counts, Colormap::Viridis, None),
    };
    let mut pixels = spread(&pixels, width, height, radius);
    let stressed = selected_pixels(request);
    if !stressed.is_empty() {
        for pixel in &mut pixels {
            // The others step back, but stay visible as context.
            pixel[3] = (u32::from(pixel[3]) * if request.dark { 90 } else { 110 } / 255) as u8;
        }
        let mut layer = vec![[0; 4]; width * height];
        for at in stressed {
            let [r, g, b] = SELECTED;
            layer[at] = [r, g, b, 255];
        }
        let layer = spread(&layer, width, height, radius.max(1));
        for (pixel, top) in pixels.iter_mut().zip(layer) {
            if top[3] > 0 {
                *pixel = top;
            }
        }
    }
    let pixels = pixels
        .into_iter()
        .map(|[r, g, b, a]| Color32::from_rgba_unmultiplied(r, g, b, a))
        .collect();
    Some(Raster {
        view,
        image: Arc::new(ColorImage::new([width, height], pixels)),
        number: 0,
        color_range,
    })
}

/// Few points are drawn large enough to see and to hit, even where they overlap.
fn least_spread(points: usize) -> usize {
    match points {
        0..=5_000 => 2,
        5_001..=100_000 => 1,
        _ => 0,
    }
}

/// Pixels of the selected points in view.
fn selected_pixels(request: &RasterRequest) -> Vec<usize> {
    let [width, height] = request.size;
    let view = request.view;
    let place = |column: &Column, row: u32, axis: usize, pixels: usize| {
        let value = column.number(row)?;
        let share = (value - view.min[axis]) / (view.max[axis] - view.min[axis]);
        (0.0..1.0)
            .contains(&share)
            .then_some((share * pixels as f64) as usize)
    };
    request
        .selection
        .iter()
        .filter_map(|row| {
            let x = place(&request.points.x, row, 0, width)?;
            let y = place(&request.points.y, row, 1, height)?;
            Some((height - 1 - y.min(height - 1)) * width + x)
        })
        .collect()
}

/// Rows in an area of the plot.
pub(super) fn rows_in(points: &Points, area: &Area) -> Vec<u32> {
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
