//! The gallery's pane.

use std::sync::Arc;

use egui::{RichText, Ui};
use egui_material_icons::icons::ICON_FILTER_ALT;

use super::state::{GalleryCommand, GalleryState};
use super::{tile, toolbar};
use crate::model::command::Command;
use crate::model::state::Workspace;
use crate::model::textures::Textures;
use cytolance_explore::Column;
use cytolance_profile::thousands;
use cytolance_widgets::{GridState, TileGrid, empty_state, medium_font, tokens};

/// Height of a caption in points.
const CAPTION: f32 = 14.0;
/// Tiles read ahead of the view.
const READ_AHEAD: u64 = 24;

/// What the pane remembers between frames.
#[derive(Default)]
pub struct GalleryView {
    grid: GridState,
    /// Cursor that the gallery has scrolled to.
    scrolled_to: Option<u32>,
    /// The order in which it was shown last.
    sorted_by: Option<cytolance_profile::Sort>,
    pub(super) sample: String,
    pub(super) seed: String,
}

/// The pane.
pub(crate) fn show(
    ui: &mut Ui,
    workspace: &Workspace,
    view: &mut GalleryView,
    textures: &mut Textures,
    commands: &mut Vec<Command>,
) {
    commands.push(Command::from(GalleryCommand::Want));
    toolbar::show(ui, workspace, view, commands);
    let gallery = workspace.parts.get::<GalleryState>();
    if workspace.order.is_empty() {
        empty_state(
            ui,
            ICON_FILTER_ALT.codepoint,
            "No cell passes the filters",
            "Widen a range, switch a filter off, or remove them all.",
            |ui| {
                if ui.button("Remove all filters").clicked() {
                    commands.push(Command::ClearFilters);
                }
            },
        );
        return;
    }
    if let Some(error) = &gallery.error {
        ui.label(RichText::new(error).color(tokens(ui).error));
        return;
    }
    let grouped = gallery.is_grouped().then_some(gallery.groups.as_ref());
    let groups = match grouped {
        Some(None) => {
            ui.centered_and_justified(egui::Ui::spinner);
            return;
        }
        Some(Some(groups)) => Some(Arc::clone(groups)),
        None => None,
    };
    let row_at = |at: u64| match &groups {
        Some(groups) => groups.rows.get(at as usize).copied(),
        None => workspace.order.get(at as usize),
    };
    let whole = [workspace.order.len() as u64];
    let counts: &[u64] = groups.as_ref().map_or(&whole, |groups| &groups.counts);
    follow_cursor(workspace, view, groups.as_deref());
    let captions: Vec<(String, Option<Arc<Column>>)> = workspace
        .captions
        .iter()
        .map(|name| (name.clone(), workspace.explorer.cached(name)))
        .collect();
    let grid = TileGrid {
        id: egui::Id::unique("gallery"),
        label: "gallery",
        groups: counts,
        headings: gallery.settings.group.is_some(),
        side: gallery.settings.side,
        caption: captions.len() as f32 * CAPTION,
    };
    let mut asked = Vec::new();
    let output = grid.show(
        ui,
        &mut view.grid,
        &mut |ui, rect, group| {
            if let Some(groups) = &groups {
                heading(ui, rect, groups, group, &mut asked);
            }
        },
        &mut |ui, rect, at| {
            if let Some(row) = row_at(at) {
                tile::show(ui, rect, workspace, textures, row, &captions, commands);
            }
        },
    );
    commands.append(&mut asked);
    want(workspace, &output.visible, &row_at, &captions, commands);
}

/// Goes where the cursor went in another pane.
fn follow_cursor(
    workspace: &Workspace,
    view: &mut GalleryView,
    groups: Option<&cytolance_explore::RowGroups>,
) {
    if view.sorted_by != workspace.query.sort {
        view.sorted_by.clone_from(&workspace.query.sort);
        view.scrolled_to = workspace.cursor;
        view.grid.scroll_to(0);
        return;
    }
    if view.scrolled_to == workspace.cursor {
        return;
    }
    view.scrolled_to = workspace.cursor;
    let place = workspace.cursor.and_then(|row| match groups {
        Some(groups) => groups.rows.iter().position(|known| *known == row),
        None => workspace.position(row),
    });
    if let Some(place) = place {
        view.grid.scroll_to(place as u64);
    }
}

fn heading(
    ui: &mut Ui,
    rect: egui::Rect,
    groups: &cytolance_explore::RowGroups,
    group: usize,
    commands: &mut Vec<Command>,
) {
    let tokens = tokens(ui);
    let (Some(name), Some(count), Some(total)) = (
        groups.names.get(group),
        groups.counts.get(group),
        groups.totals.get(group),
    ) else {
        return;
    };
    let text = if count == total {
        format!("{name}   {}", thousands(*count as usize))
    } else {
        format!(
            "{name}   {} of {}",
            thousands(*count as usize),
            thousands(*total as usize)
        )
    };
    ui.painter().text(
        rect.left_center() + egui::vec2(4.0, 2.0),
        egui::Align2::LEFT_CENTER,
        text,
        medium_font(13.0),
        tokens.text,
    );
    let response = ui
        .interact(
            rect,
            ui.unique_id().with(("group", group)),
            egui::Sense::click(),
        )
        .on_hover_text("Click: select these cells. Right click: more");
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("group {name}"))
    });
    if response.clicked() {
        commands.push(Command::from(GalleryCommand::SelectGroup(group)));
    }
    response.context_menu(|ui| {
        if ui.button("Show only this group").clicked() {
            commands.push(Command::from(GalleryCommand::FilterGroup(group)));
            ui.close();
        }
        if ui.button("Select this group").clicked() {
            commands.push(Command::from(GalleryCommand::SelectGroup(group)));
            ui.close();
        }
    });
}

/// Asks for pictures and captions of what is in view, and of what comes next.
fn want(
    workspace: &Workspace,
    visible: &[std::ops::Range<u64>],
    row_at: &dyn Fn(u64) -> Option<u32>,
    captions: &[(String, Option<Arc<Column>>)],
    commands: &mut Vec<Command>,
) {
    let mut rows: Vec<u32> = visible
        .iter()
        .cloned()
        .flatten()
        .filter_map(row_at)
        .collect();
    let in_view = rows.len();
    if let Some(last) = visible.last() {
        rows.extend((last.end..last.end + READ_AHEAD).filter_map(row_at));
    }
    if let Some(first) = visible.first() {
        rows.extend((first.start.saturating_sub(READ_AHEAD)..first.start).filter_map(row_at));
    }
    let unread: Vec<&str> = captions
        .iter()
        .filter(|(name, column)| column.is_none() && !workspace.unreadable.contains_key(name))
        .map(|(name, _)| name.as_str())
        .collect();
    if !unread.is_empty() {
        if workspace.reads_whole_columns() {
            let names = unread.iter().map(|name| (*name).to_owned()).collect();
            commands.push(Command::WantColumns(names));
        } else {
            let request = workspace.cells.missing(&rows[..in_view], &unread);
            commands.extend(request.map(Command::WantCells));
        }
    }
    commands.push(Command::WantPictures(rows));
}
