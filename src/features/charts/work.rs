//! Drawing charts, and the cells behind them.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::command::{ChartsCommand, ChartsEvent, ChartsJob};
use super::state::{Chart, ChartKind, ChartRequest, ChartSettings};
use crate::model::command::Command;
use crate::model::replace::{NotWritten, Rewrite};
use crate::model::scatter::{Points, Raster};
use cytolance_explore::{
    Column, Explorer, chart_groups, correlations, counts_by_group, rows_in_bin, values_by_group,
};
use cytolance_export::{Target, save_figure, write_whole_with};
use cytolance_kernels::RowSet;
use cytolance_plot::charts::{
    BoxGroup, ChartFrame, DistributionGroup, HistogramGroup, box_chart, correlation_chart,
    distribution_chart, histogram_chart, leaves_out_points, violin_chart,
};
use cytolance_plot::figure::{Anchor, Figure, Ink, Item};

/// Does a job.
pub(crate) fn run(job: ChartsJob, handle: &Handle, send: &dyn Fn(ChartsEvent)) {
    match job {
        ChartsJob::Draw { explorer, work } => send(ChartsEvent::Drawn {
            generation: work.generation,
            outcome: draw(handle, &explorer, &work.request).map(Box::new),
        }),
        ChartsJob::Select {
            explorer,
            chart,
            target,
            shown,
            turn,
        } => send(ChartsEvent::Found {
            outcome: cells_of(handle, &explorer, &chart, target, &shown),
            turn,
        }),
        ChartsJob::Save { figure, target } => send(ChartsEvent::Saved {
            path: target.full_path(),
            again: Rewrite::over(target.path(), |over| {
                Command::from(ChartsCommand::Save(over))
            }),
            outcome: save_figure(&figure, &target).map_err(NotWritten::from),
        }),
        ChartsJob::SaveScatter {
            points,
            raster,
            shown,
            target,
        } => send(ChartsEvent::Saved {
            path: target.full_path(),
            again: Rewrite::over(target.path(), |over| {
                Command::from(ChartsCommand::SaveScatter(over))
            }),
            outcome: save_scatter(&points, &raster, &shown, &target),
        }),
    }
}

fn read(
    handle: &Handle,
    explorer: &Explorer,
    names: &[String],
) -> Result<Vec<Arc<Column>>, String> {
    handle
        .block_on(explorer.columns(names))
        .map_err(|error| error.to_string())
}

fn one(handle: &Handle, explorer: &Explorer, name: &str) -> Result<Arc<Column>, String> {
    read(handle, explorer, &[name.to_owned()])?
        .into_iter()
        .next()
        .ok_or_else(|| format!("there is no column {name}"))
}

type Groups = (Vec<String>, Vec<u32>);

fn groups_of(
    handle: &Handle,
    explorer: &Explorer,
    settings: &ChartSettings,
    shown: &RowSet,
) -> Result<Option<Groups>, String> {
    let Some(name) = &settings.group else {
        return Ok(None);
    };
    let column = one(handle, explorer, name)?;
    chart_groups(&column, shown)
        .map(Some)
        .ok_or_else(|| format!("{name} makes no groups: choose a column of text"))
}

fn draw(handle: &Handle, explorer: &Explorer, request: &ChartRequest) -> Result<Chart, String> {
    let settings = &request.settings;
    let size = request.size.map(f64::from);
    if settings.kind == ChartKind::Correlation {
        return correlation(handle, explorer, request, size[0]);
    }
    let feature = settings.feature.as_ref().ok_or("Choose a feature.")?;
    let values = one(handle, explorer, feature)?;
    let groups = groups_of(handle, explorer, settings, &request.shown)?;
    let names = groups
        .as_ref()
        .map_or_else(|| vec![String::new()], |(names, _)| names.clone());
    let no_number = || format!("{feature} has no number among the shown cells.");
    let nulls_text = |nulls: usize| {
        if nulls > 0 {
            format!("{nulls} cells have no value")
        } else {
            String::new()
        }
    };
    let (figure, note) = match settings.kind {
        ChartKind::Histogram => {
            let counts = counts_by_group(
                &values,
                groups.as_ref(),
                &request.shown,
                &request.selection,
                settings.bins.clamp(5, 400),
            )
            .ok_or_else(no_number)?;
            let all: Vec<HistogramGroup> = names
                .iter()
                .zip(counts.counts)
                .map(|(name, counts)| HistogramGroup {
                    name: name.clone(),
                    counts,
                })
                .collect();
            let selected = (!request.selection.is_empty()).then_some(counts.selected.as_slice());
            let figure = histogram_chart(
                size,
                feature,
                counts.range,
                &all,
                selected,
                &request.thresholds,
                settings.log_counts,
            );
            (figure, nulls_text(counts.nulls))
        }
        ChartKind::Box | ChartKind::Violin => {
            let found =
                values_by_group(&values, groups.as_ref(), &request.shown, &request.selection)
                    .ok_or_else(no_number)?;
            let mut notes = vec![nulls_text(found.iter().map(|group| group.nulls).sum())];
            let mut groups = found.iter();
            if groups.any(|group| group.num_selected > group.selected.len()) {
                notes.push("not all selected cells are drawn".to_owned());
            }
            let boxes: Vec<BoxGroup> = found
                .into_iter()
                .map(|group| BoxGroup {
                    name: group.name,
                    sorted: group.sorted,
                    count: group.count,
                    selected: group.selected,
                })
                .collect();
            let by = settings.group.as_deref().unwrap_or_default();
            let chart = if settings.kind == ChartKind::Box {
                box_chart
            } else {
                violin_chart
            };
            if settings.kind == ChartKind::Box && leaves_out_points(&boxes) {
                notes.push("not all cells beyond the whiskers are drawn".to_owned());
            }
            notes.retain(|note| !note.is_empty());
            (chart(size, feature, by, &boxes), notes.join("; "))
        }
        _ => {
            let found =
                values_by_group(&values, groups.as_ref(), &request.shown, &request.selection)
                    .ok_or_else(no_number)?;
            let nulls = found.iter().map(|group| group.nulls).sum();
            let mut lines: Vec<DistributionGroup> = found
                .into_iter()
                .map(|group| DistributionGroup {
                    name: group.name,
                    sorted: group.sorted,
                    is_selection: false,
                })
                .collect();
            if !request.selection.is_empty() {
                let mut selected = (*request.selection).clone();
                selected.intersect_with(&request.shown);
                let found = values_by_group(&values, None, &selected, &selected);
                lines.extend(found.into_iter().flatten().map(|group| DistributionGroup {
                    name: "selected".to_owned(),
                    sorted: group.sorted,
                    is_selection: true,
                }));
            }
            (distribution_chart(size, feature, &lines), nulls_text(nulls))
        }
    };
    Ok(Chart {
        figure,
        settings: settings.clone(),
        groups: names,
        note,
        shown: Arc::clone(&request.shown),
    })
}

fn correlation(
    handle: &Handle,
    explorer: &Explorer,
    request: &ChartRequest,
    width: f64,
) -> Result<Chart, String> {
    let settings = &request.settings;
    if settings.features.len() < 2 {
        return Err("Choose at least two features.".to_owned());
    }
    let columns = read(handle, explorer, &settings.features)?;
    let (matrix, rows) = correlations(&columns, &request.shown, settings.correlation);
    let note = if rows < request.shown.count() {
        format!("of {rows} evenly spaced cells")
    } else {
        String::new()
    };
    Ok(Chart {
        figure: correlation_chart(width, &settings.features, &matrix),
        settings: settings.clone(),
        groups: Vec::new(),
        note,
        shown: Arc::clone(&request.shown),
    })
}

fn cells_of(
    handle: &Handle,
    explorer: &Explorer,
    chart: &Chart,
    target: usize,
    shown: &RowSet,
) -> Result<RowSet, String> {
    let settings = &chart.settings;
    match settings.kind {
        ChartKind::Histogram => {
            let feature = settings.feature.as_deref().unwrap_or_default();
            let values = one(handle, explorer, feature)?;
            rows_in_bin(&values, shown, settings.bins.clamp(5, 400), target)
                .ok_or_else(|| format!("{feature} has no numbers"))
        }
        ChartKind::Box | ChartKind::Violin => {
            let Some((_, codes)) = groups_of(handle, explorer, settings, shown)? else {
                return Ok(shown.clone());
            };
            let rows = shown
                .iter()
                .filter(|row| codes.get(*row as usize) == Some(&(target as u32)));
            Ok(RowSet::from_rows(shown.len(), rows))
        }
        ChartKind::Distribution | ChartKind::Correlation => Ok(shown.clone()),
    }
}

/// The scatter plot as a file: its picture with axes, or the shown cells' values as CSV.
fn save_scatter(
    points: &Points,
    raster: &Raster,
    shown: &RowSet,
    target: &Target,
) -> Result<(), NotWritten> {
    let is_csv = target
        .path()
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if is_csv {
        let columns: Vec<&Column> = [Some(&points.x), Some(&points.y), points.color.as_ref()]
            .into_iter()
            .flatten()
            .map(AsRef::as_ref)
            .collect();
        return write_whole_with(target, &mut |file| {
            let mut out = csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(file);
            let names = columns.iter().map(|column| column.name.as_str());
            out.write_record(std::iter::once("row").chain(names))?;
            for row in shown.iter() {
                let values = columns
                    .iter()
                    .map(|column| column.text(row).unwrap_or_default());
                out.write_record(std::iter::once(row.to_string()).chain(values))?;
            }
            out.flush()
        })
        .map_err(NotWritten::from);
    }
    let figure = scatter_figure(points, raster).map_err(NotWritten::Failed)?;
    save_figure(&figure, target).map_err(NotWritten::from)
}

fn scatter_figure(points: &Points, raster: &Raster) -> Result<Figure, String> {
    let [width, height] = raster.image.size;
    let mut figure = Figure::new(760.0, 760.0 * height as f64 / width.max(1) as f64 + 60.0);
    let view = raster.view;
    let frame = ChartFrame::in_figure(
        &figure,
        [view.min[0], view.max[0]],
        [view.min[1], view.max[1]],
    );
    frame.draw_y(&mut figure, points.axes.y.as_deref().unwrap_or_default());
    frame.draw_x(&mut figure, points.axes.x.as_deref().unwrap_or_default());
    let pixels: Vec<u8> = raster
        .image
        .pixels
        .iter()
        .flat_map(egui::Color32::to_srgba_unmultiplied)
        .collect();
    let png = cytolance_export::png_of_rgba(width as u32, height as u32, &pixels)?;
    figure.items.push(Item::Picture {
        rect: frame.rect,
        png: png.into(),
    });
    let colored = match &points.axes.color {
        Some(column) => format!("{} cells, coloured by {column}", raster.points),
        None => format!("{} cells, coloured by density", raster.points),
    };
    figure.text(
        [frame.rect[0], 16.0],
        Anchor::Start,
        10.0,
        Ink::Weak,
        colored,
    );
    Ok(figure)
}
