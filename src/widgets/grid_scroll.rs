//! Where a table is scrolled to, exact for any number of rows.
//!
//! A pixel offset over the whole document does not fit a float: at ten million rows of 64 px an `f32` steps by whole
//! rows. So the position is a row number and the few pixels of it that are above the edge.

use std::ops::Range;

/// Where a table is scrolled to. Keep one for every table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GridState {
    /// The first row in view.
    pub top_row: u64,
    /// Points of the first row that are above the view, less than the height of a row.
    pub offset: f32,
    /// Points of the columns that are left of the view; pinned columns do not take part.
    pub scroll_x: f32,
    /// Brought into view by the next frame.
    pub(super) wanted_row: Option<u64>,
    /// Brought into view by the next frame.
    pub(super) wanted_column: Option<usize>,
    /// Where in a scroll bar's handle the pointer took hold.
    pub(super) grip: f32,
}

impl GridState {
    /// Brings a row into view when the table is shown next, by as little as it takes.
    pub fn scroll_to(&mut self, row: u64) {
        self.wanted_row = Some(row);
    }

    /// Brings a column (an index into the columns shown) into view when the table is shown next.
    pub fn scroll_to_column(&mut self, column: usize) {
        self.wanted_column = Some(column);
    }
}

/// The rows of a table and the window on them.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowWindow {
    pub num_rows: u64,
    pub row_height: f32,
    /// Height of the window.
    pub height: f32,
}

impl RowWindow {
    /// The furthest position: the last row ends at the lower edge.
    fn end(self) -> (u64, f32) {
        self.ending_with(self.num_rows)
    }

    /// The position at which `rows` rows end at the lower edge.
    fn ending_with(self, rows: u64) -> (u64, f32) {
        let fit = (self.height / self.row_height).ceil().max(0.0);
        match rows.checked_sub(fit as u64) {
            Some(top) => (top, fit * self.row_height - self.height),
            None => (0, 0.0),
        }
    }

    /// Puts the position where rows are: not before the first and not after the last.
    pub fn clamp(self, state: &mut GridState) {
        if !state.offset.is_finite() {
            state.offset = 0.0;
        }
        if state.offset < 0.0 || state.offset >= self.row_height {
            self.scroll_by(state, 0.0);
            return;
        }
        let (top, offset) = self.end();
        if (state.top_row, state.offset) > (top, offset) {
            (state.top_row, state.offset) = (top, offset);
        }
    }

    /// Moves on by `delta` points, back when it is negative.
    pub fn scroll_by(self, state: &mut GridState, delta: f32) {
        // In f64: the delta of a page times many is still exact.
        let moved = f64::from(state.offset) + f64::from(delta);
        let rows = (moved / f64::from(self.row_height)).floor();
        state.offset = (moved - rows * f64::from(self.row_height)) as f32;
        if state.offset >= self.row_height {
            // Rounded up to a whole row.
            state.offset = 0.0;
        }
        match state.top_row.checked_add_signed(rows as i64) {
            Some(row) => state.top_row = row,
            None if rows < 0.0 => (state.top_row, state.offset) = (0, 0.0),
            None => state.top_row = u64::MAX,
        }
        self.clamp(state);
    }

    /// Brings a row into view by as little as it takes.
    pub fn reveal(self, state: &mut GridState, row: u64) {
        let row = row.min(self.num_rows.saturating_sub(1));
        let (top, offset) = self.ending_with(row + 1);
        if (row, 0.0) < (state.top_row, state.offset) {
            (state.top_row, state.offset) = (row, 0.0);
        } else if (top, offset) > (state.top_row, state.offset) {
            (state.top_row, state.offset) = (top, offset);
        }
        self.clamp(state);
    }

    /// Rows that are at least partly in view.
    pub fn visible(self, state: &GridState) -> Range<u64> {
        let count = ((self.height + state.offset) / self.row_height).ceil();
        let start = state.top_row.min(self.num_rows);
        start
            ..start
                .saturating_add(count.max(0.0) as u64)
                .min(self.num_rows)
    }

    /// Rows that fit the window, as a number with a fraction.
    pub fn rows_in_view(self) -> f64 {
        f64::from(self.height) / f64::from(self.row_height)
    }

    /// How far the position is between the first and the last one, 0 to 1.
    pub fn fraction(self, state: &GridState) -> f64 {
        let span = self.num_rows as f64 - self.rows_in_view();
        if span <= 0.0 {
            return 0.0;
        }
        let position = state.top_row as f64 + f64::from(state.offset / self.row_height);
        (position / span).clamp(0.0, 1.0)
    }

    /// Moves to a place between the first and the last position, 0 to 1.
    pub fn set_fraction(self, state: &mut GridState, fraction: f64) {
        if fraction >= 1.0 {
            (state.top_row, state.offset) = self.end();
            return;
        }
        let span = (self.num_rows as f64 - self.rows_in_view()).max(0.0);
        let position = span * fraction.max(0.0);
        state.top_row = position as u64;
        state.offset = (position.fract() * f64::from(self.row_height)) as f32;
        self.clamp(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRILLION: u64 = 1_000_000_000_000;

    fn window(num_rows: u64) -> RowWindow {
        RowWindow {
            num_rows,
            row_height: 64.0,
            height: 600.0,
        }
    }

    fn at(top_row: u64, offset: f32) -> GridState {
        GridState {
            top_row,
            offset,
            ..GridState::default()
        }
    }

    #[test]
    fn scrolling_is_exact_to_the_point() {
        // 600 points hold 9.375 rows of 64.
        let last = (TRILLION - 10, 40.0);
        let cases = [
            ((0, 0.0), 10.0, (0, 10.0)),
            ((0, 60.0), 10.0, (1, 6.0)),
            ((0, 10.0), -20.0, (0, 0.0)),
            ((5, 0.0), -1.0, (4, 63.0)),
            ((5, 3.0), 640.0, (15, 3.0)),
            ((TRILLION - 100, 0.0), 1.0, (TRILLION - 100, 1.0)),
            ((TRILLION - 100, 0.0), -0.5, (TRILLION - 101, 63.5)),
            ((TRILLION - 11, 63.0), 2.0, (TRILLION - 10, 1.0)),
            ((TRILLION - 10, 39.0), 5.0, last),
            ((TRILLION + 5, 0.0), 0.0, last),
            ((u64::MAX, 0.0), 64.0, last),
            ((3, f32::NAN), 0.0, (3, 0.0)),
            ((3, 640.0), 0.0, (13, 0.0)),
        ];
        for ((row, offset), delta, expected) in cases {
            let mut state = at(row, offset);
            window(TRILLION).clamp(&mut state);
            let mut free = at(row, offset);
            if offset.is_finite() {
                window(TRILLION).scroll_by(&mut free, delta);
                assert_eq!(
                    (free.top_row, free.offset),
                    expected,
                    "{row} {offset} {delta}"
                );
            }
            if delta == 0.0 {
                assert_eq!((state.top_row, state.offset), expected, "{row} {offset}");
            }
        }
    }

    #[test]
    fn short_tables_stay_at_the_top() {
        for num_rows in [0, 1, 9] {
            let mut state = at(3, 10.0);
            window(num_rows).scroll_by(&mut state, 1000.0);
            assert_eq!((state.top_row, state.offset), (0, 0.0), "{num_rows}");
            assert_eq!(window(num_rows).visible(&state), 0..num_rows);
            assert_eq!(window(num_rows).fraction(&state), 0.0);
            window(num_rows).reveal(&mut state, 5);
            assert_eq!(state.top_row, 0);
        }
    }

    #[test]
    fn rows_come_into_view_by_the_shortest_way() {
        let cases = [
            // Already in view.
            ((10, 0.0), 12, (10, 0.0)),
            // Above, also by a part.
            ((10, 0.0), 3, (3, 0.0)),
            ((10, 5.0), 10, (10, 0.0)),
            // Below, also by a part: it ends at the lower edge.
            ((10, 0.0), 19, (10, 40.0)),
            ((10, 0.0), 500, (491, 40.0)),
            // The ends.
            ((10, 0.0), TRILLION - 1, (TRILLION - 10, 40.0)),
            ((10, 0.0), u64::MAX, (TRILLION - 10, 40.0)),
            ((TRILLION - 10, 40.0), 0, (0, 0.0)),
        ];
        for ((row, offset), wanted, expected) in cases {
            let mut state = at(row, offset);
            window(TRILLION).reveal(&mut state, wanted);
            assert_eq!((state.top_row, state.offset), expected, "{row} {wanted}");
            let rows = window(TRILLION).visible(&state);
            assert!(rows.contains(&wanted.min(TRILLION - 1)), "{rows:?}");
        }
    }

    #[test]
    fn the_scroll_bar_reaches_both_ends_and_comes_back() {
        for num_rows in [10, 1000, 10_000_000, TRILLION] {
            let window = window(num_rows);
            for fraction in [0.0, 0.25, 0.5, 0.999, 1.0] {
                let mut state = GridState::default();
                window.set_fraction(&mut state, fraction);
                assert!(
                    (window.fraction(&state) - fraction).abs() < 1e-6,
                    "{num_rows} {fraction} {state:?}"
                );
                if fraction == 1.0 {
                    assert_eq!(window.visible(&state).end, num_rows);
                }
            }
        }
    }

    #[test]
    fn visible_rows_are_those_that_show() {
        let cases = [
            ((0, 0.0), 0..10),
            ((0, 40.0), 0..10),
            ((0, 41.0), 0..11),
            ((TRILLION - 10, 40.0), TRILLION - 10..TRILLION),
        ];
        for ((row, offset), expected) in cases {
            assert_eq!(window(TRILLION).visible(&at(row, offset)), expected);
        }
    }
}
