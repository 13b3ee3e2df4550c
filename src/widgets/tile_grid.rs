//! A grid of tiles in groups, of any number of tiles: only those in view are laid out.

use std::ops::Range;

use egui::{Id, Rect, Sense, Ui, pos2, vec2};

use super::grid_scroll::{GridState, RowWindow};
use super::scroll_bar::{ScrollBar, THICKNESS};

/// Heights are whole numbers of these, so that a place is a number and a few points, whatever the height of a line.
const UNIT: f32 = 8.0;
/// Height of a group's heading, in units.
const HEADING: u64 = 4;
/// Points between two tiles.
const GAP: f32 = 4.0;

/// The lines of all groups.
#[derive(Debug, Clone, PartialEq)]
struct Lines {
    /// Tiles side by side.
    across: u64,
    /// Units of a line of tiles.
    line: u64,
    /// Units of a heading; 0 without headings.
    heading: u64,
    /// By group: its first unit, its first tile. One more entry for the end.
    starts: Vec<(u64, u64)>,
}

impl Lines {
    fn new(groups: &[u64], across: u64, line: u64, heading: u64) -> Self {
        let (mut unit, mut tile) = (0, 0);
        let mut starts = Vec::with_capacity(groups.len() + 1);
        for count in groups {
            starts.push((unit, tile));
            unit += heading + count.div_ceil(across) * line;
            tile += count;
        }
        starts.push((unit, tile));
        Self {
            across,
            line,
            heading,
            starts,
        }
    }

    fn units(&self) -> u64 {
        self.starts.last().map_or(0, |(unit, _)| *unit)
    }

    /// The unit at which a tile's line begins.
    fn unit_of(&self, tile: u64) -> u64 {
        let group = self
            .starts
            .partition_point(|(_, first)| *first <= tile)
            .saturating_sub(1);
        let (unit, first) = self.starts[group];
        unit + self.heading + (tile - first) / self.across * self.line
    }

    /// The groups that reach into some units.
    fn groups(&self, units: &Range<u64>) -> Range<usize> {
        let last = self.starts.len().saturating_sub(1);
        let from = self
            .starts
            .partition_point(|(unit, _)| *unit <= units.start)
            .saturating_sub(1);
        let to = self.starts.partition_point(|(unit, _)| *unit < units.end);
        from..to.min(last)
    }

    /// The tile above or below another, or the nearest to it.
    fn beside(&self, tile: u64, lines: i64) -> u64 {
        let total = self.starts.last().map_or(0, |(_, tile)| *tile);
        let moved = tile.saturating_add_signed(lines * self.across as i64);
        moved.min(total.saturating_sub(1))
    }
}

/// What is in view.
#[derive(Debug, Clone, Default)]
pub struct TileOutput {
    /// Tiles in view, as places among all tiles.
    pub visible: Vec<Range<u64>>,
    /// Tiles side by side.
    pub across: u64,
}

/// A grid of tiles.
pub struct TileGrid<'a> {
    /// For its scroll bar.
    pub id: Id,
    /// Name for screen readers.
    pub label: &'a str,
    /// Tiles of each group, in order.
    pub groups: &'a [u64],
    /// Whether each group has a heading.
    pub headings: bool,
    /// Side of a tile's picture in points.
    pub side: f32,
    /// Points below the picture, for captions.
    pub caption: f32,
}

impl TileGrid<'_> {
    /// Shows the grid in all of the room that is left. `heading` paints a group's heading, `tile` a tile, given its place
    /// among all tiles.
    pub fn show(
        &self,
        ui: &mut Ui,
        state: &mut GridState,
        heading: &mut dyn FnMut(&mut Ui, Rect, usize),
        tile: &mut dyn FnMut(&mut Ui, Rect, u64),
    ) -> TileOutput {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Grid, true, self.label));
        let area = rect.with_max_x((rect.right() - THICKNESS).max(rect.left()));
        let across = (((area.width() + GAP) / (self.side + GAP)).floor() as u64).max(1);
        let line = ((self.side + self.caption + GAP) / UNIT).ceil().max(1.0) as u64;
        let heading_units = if self.headings { HEADING } else { 0 };
        let lines = Lines::new(self.groups, across, line, heading_units);
        let window = RowWindow {
            num_rows: lines.units(),
            row_height: UNIT,
            height: area.height(),
        };
        if let Some(wanted) = state.wanted_row.take() {
            let first = lines.unit_of(wanted);
            window.reveal(state, first + line - 1);
            window.reveal(state, first);
        }
        if ui.rect_contains_pointer(rect) {
            let wheel = ui.input(|input| input.smooth_scroll_delta().y);
            if wheel != 0.0 {
                window.scroll_by(state, -wheel);
                ui.input_mut(|input| input.smooth_scroll_delta.y = 0.0);
            }
        }
        window.clamp(state);
        let units = window.visible(state);
        let mut output = TileOutput {
            visible: Vec::new(),
            across,
        };
        // Places relative to the view, so that no float has to hold a place among millions.
        let y_of = |unit: u64| {
            let from_top = unit as i64 - state.top_row as i64;
            area.top() + from_top as f32 * UNIT - state.offset
        };
        let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(area));
        inner.set_clip_rect(area.intersect(ui.clip_rect()));
        for group in lines.groups(&units) {
            let (unit, first) = lines.starts[group];
            let (_, end) = lines.starts[group + 1];
            if self.headings {
                let top = y_of(unit);
                let bar = Rect::from_min_size(
                    pos2(area.left(), top),
                    vec2(area.width(), HEADING as f32 * UNIT),
                );
                if bar.intersects(area) {
                    heading(&mut inner, bar, group);
                }
            }
            let body = unit + heading_units;
            let from = units.start.saturating_sub(body) / line;
            let to = units.end.saturating_sub(body).div_ceil(line);
            let tiles = (first + from * across).min(end)..(first + to * across).min(end);
            for at in tiles.clone() {
                let place = at - first;
                let corner = pos2(
                    area.left() + (place % across) as f32 * (self.side + GAP),
                    y_of(body + place / across * line),
                );
                tile(
                    &mut inner,
                    Rect::from_min_size(corner, vec2(self.side, self.side + self.caption)),
                    at,
                );
            }
            if !tiles.is_empty() {
                output.visible.push(tiles);
            }
        }
        let share = (window.rows_in_view() / window.num_rows.max(1) as f64).min(1.0);
        if share < 1.0 {
            let bar = ScrollBar {
                id: self.id.with("bar"),
                label: "gallery scroll bar",
                rect: rect.with_min_x(area.right()),
                vertical: true,
                share,
                fraction: window.fraction(state),
            };
            let total = lines.starts.last().map_or(0, |(_, tile)| *tile);
            let mut grip = state.grip;
            let moved = bar.show(ui, &mut grip, || format!("of {total}"));
            state.grip = grip;
            if let Some(fraction) = moved {
                window.set_fraction(state, fraction);
            }
        }
        output
    }
}

/// The tile so many lines further, of tiles without groups; the nearest there is.
pub fn tile_beside(total: u64, across: u64, tile: u64, lines: i64) -> u64 {
    Lines::new(&[total], across.max(1), 1, 0).beside(tile, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_has_its_line() {
        let lines = Lines::new(&[5, 0, 7], 3, 10, 4);
        // Group 0: heading 0..4, lines at 4 and 14; group 1: heading 24..28; group 2: heading 28..32, lines 32, 42, 52.
        assert_eq!(lines.units(), 62);
        let places: Vec<u64> = [0, 2, 3, 4, 5, 7, 8, 11]
            .map(|tile| lines.unit_of(tile))
            .into();
        assert_eq!(places, [4, 4, 14, 14, 32, 32, 42, 52]);
        let cases = [
            (0..1, 0..1),
            (23..25, 0..2),
            (24..29, 1..3),
            (40..62, 2..3),
            (0..62, 0..3),
        ];
        for (units, groups) in cases {
            assert_eq!(lines.groups(&units), groups, "{units:?}");
        }
    }

    #[test]
    fn billions_of_tiles_keep_their_places() {
        let total = 3_000_000_000;
        let lines = Lines::new(&[total], 7, 17, 0);
        let last = total - 1;
        assert_eq!(lines.unit_of(last), last / 7 * 17);
        assert_eq!(tile_beside(total, 7, last, 1), last);
        assert_eq!(tile_beside(total, 7, 20, -1), 13);
        assert_eq!(tile_beside(total, 7, 3, -1), 0);
    }

    #[test]
    fn no_tiles_are_no_trouble() {
        let lines = Lines::new(&[], 3, 10, 4);
        assert_eq!(lines.units(), 0);
        assert!(lines.groups(&(0..5)).is_empty());
    }
}
