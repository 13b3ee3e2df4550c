//! All values of one cell.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Align, Rect, RichText, Role, Sense, TextEdit, Ui, WidgetInfo, vec2};

use crate::model::state::{CellValues, Workspace};
use cytolance_dataset::{BBOX_COLUMNS, DEPTH_COLUMNS};
use cytolance_profile::{Columns, search_columns};
use cytolance_widgets::{format_number, heading, paint_small, tokens};

/// Points from row to row.
const ROW: f32 = 20.0;
/// Points a value has at most.
const VALUE: f32 = 110.0;

/// What is searched for, and what was found of it.
#[derive(Debug, Default)]
pub struct FeatureList {
    search: String,
    found: Option<Found>,
}

/// The columns that are listed, kept while nothing changes: a search through thousands of names takes its time.
#[derive(Debug)]
struct Found {
    columns: Arc<Columns>,
    values: Arc<CellValues>,
    search: String,
    /// Places among the columns and among the cell's values.
    rows: Vec<(u32, u32)>,
}

impl Found {
    fn new(columns: &Arc<Columns>, values: &Arc<CellValues>, search: &str) -> Self {
        let names = columns.iter().map(|column| column.name.as_str());
        let places: HashMap<&str, u32> = names.zip(0..).collect();
        let names = values.values.iter().map(|(name, _)| name.as_str());
        let value_places: HashMap<&str, u32> = names.zip(0..).collect();
        let rows = search_columns(columns, search)
            .into_iter()
            .filter_map(|column| {
                let name = column.name.as_str();
                Some((*places.get(name)?, *value_places.get(name)?))
            })
            .collect();
        Self {
            columns: Arc::clone(columns),
            values: Arc::clone(values),
            search: search.to_owned(),
            rows,
        }
    }

    fn is_of(&self, columns: &Arc<Columns>, values: &Arc<CellValues>, search: &str) -> bool {
        Arc::ptr_eq(&self.columns, columns)
            && Arc::ptr_eq(&self.values, values)
            && self.search == search
    }
}

/// Where the cell was cut out, and its features with a search box. Only the rows in view are laid out.
pub(crate) fn show(ui: &mut Ui, workspace: &Workspace, list: &mut FeatureList) {
    let tokens = tokens(ui);
    let Some(values) = &workspace.values else {
        ui.spinner();
        return;
    };
    provenance(ui, values);
    ui.add_space(6.0);
    heading(ui, "Features");
    let hint = format!("Search {} columns", values.values.len());
    ui.add(
        TextEdit::singleline(&mut list.search)
            .hint_text(hint)
            .desired_width(f32::INFINITY),
    );
    let (columns, search) = (&workspace.columns, &list.search);
    let found = match list.found.take() {
        Some(found) if found.is_of(columns, values, search) => found,
        _ => Found::new(columns, values, search),
    };
    let found = list.found.insert(found);
    if found.rows.is_empty() {
        let text = "No column has this in its name.";
        ui.label(RichText::new(text).small().color(tokens.text_weak));
        return;
    }
    let width = ui.available_width();
    let size = vec2(width, found.rows.len() as f32 * ROW);
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let seen = ui.clip_rect();
    let first = ((seen.top() - area.top()) / ROW).floor().max(0.0) as usize;
    let rows = (seen.height() / ROW).ceil() as usize + 1;
    for (at, (column, value)) in found.rows.iter().enumerate().skip(first).take(rows) {
        let (Some(column), Some((_, text))) = (
            columns.get(*column as usize),
            values.values.get(*value as usize),
        ) else {
            continue;
        };
        let top = area.left_top() + vec2(0.0, at as f32 * ROW);
        let row = Rect::from_min_size(top, vec2(width, ROW));
        let shown = match text {
            None => "–".to_owned(),
            Some(text) if column.kind.is_number() => text
                .parse::<f64>()
                .map_or_else(|_| text.clone(), format_number),
            Some(text) => text.clone(),
        };
        let split = row.right() - VALUE.min(width * 0.4);
        let name = row.with_max_x(split - 6.0);
        paint_small(ui, name, &column.name, tokens.text_weak, Align::Min);
        paint_small(ui, row.with_min_x(split), &shown, tokens.text, Align::Max);
        let response = ui.interact(row, ui.scope_id().with(("feature", at)), Sense::hover());
        response.widget_info(|| {
            let label = format!("{}: {shown}", column.name);
            WidgetInfo::labeled(Role::Label, true, label)
        });
        let full = text.as_deref().unwrap_or("no value");
        response.on_hover_text(format!("{}\n{full}", column.name));
    }
}

fn provenance(ui: &mut Ui, values: &CellValues) {
    let value = |name: &str| {
        values
            .values
            .iter()
            .find(|(known, _)| known == name)
            .and_then(|(_, text)| text.clone())
    };
    let tokens = tokens(ui);
    let corners: Vec<String> = BBOX_COLUMNS.iter().filter_map(|name| value(name)).collect();
    if let [x_min, y_min, x_max, y_max] = corners.as_slice() {
        let planes = DEPTH_COLUMNS.map(value);
        let planes = planes.iter().flatten().map(|plane| plane.parse::<u32>());
        let planes = match planes.collect::<Result<Vec<u32>, _>>().as_deref() {
            Ok([first, end]) if *end > first + 1 => format!(", planes {first} to {}", end - 1),
            Ok([first, _]) => format!(", plane {first}"),
            _ => String::new(),
        };
        let source = value("Metadata_Source")
            .map(|source| format!(" of {source}"))
            .unwrap_or_default();
        ui.label(
            RichText::new(format!(
                "cut from x {x_min} to {x_max}, y {y_min} to {y_max}{planes}{source}"
            ))
            .small()
            .color(tokens.text_weak),
        );
    }
}
