//! The columns of a table and where they stand on screen.

use egui::Rangef;

/// The least width of a column.
pub(super) const MIN_WIDTH: f32 = 40.0;
/// What is left of the view for columns that scroll, however many are pinned.
const MIN_SCROLLING: f32 = 80.0;

/// A column of a table as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct GridColumn {
    /// First line of the header, and the name of the column for screen readers and tests.
    pub title: String,
    /// Second line of the header, small and weak; may be empty.
    pub subtitle: String,
    /// Shown while the pointer rests on the header; may be empty.
    pub tooltip: String,
    /// Width in points.
    pub width: f32,
    /// Stays at the left while the others scroll.
    pub pinned: bool,
    /// Holds numbers: the title stands at the right, above their last digits.
    pub numeric: bool,
    /// Whether the rows are sorted by it; true when from large to small.
    pub sort: Option<bool>,
    /// May be moved and pinned by the user.
    pub movable: bool,
}

/// Where the columns stand, from the left edge of the table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ColumnLayout {
    /// Pinned columns with their left edges in the table.
    pub pinned: Vec<(usize, f32)>,
    /// The other columns with their left edges among themselves, not scrolled.
    pub scrolling: Vec<(usize, f32)>,
    /// Width of all pinned columns that is shown.
    pub pinned_width: f32,
    /// Width of all columns that scroll.
    pub scrolling_width: f32,
}

impl ColumnLayout {
    pub fn new(columns: &[GridColumn], table_width: f32) -> Self {
        let mut layout = Self::default();
        for (index, column) in columns.iter().enumerate() {
            let (group, end) = if column.pinned {
                (&mut layout.pinned, &mut layout.pinned_width)
            } else {
                (&mut layout.scrolling, &mut layout.scrolling_width)
            };
            group.push((index, *end));
            *end += width_of(column);
        }
        layout.pinned_width = layout
            .pinned_width
            .min((table_width - MIN_SCROLLING).max(0.0));
        layout
    }

    /// Columns that scroll and are at least partly in the window, which starts at `scroll_x`.
    pub fn in_window(&self, scroll_x: f32, width: f32) -> &[(usize, f32)] {
        let after = |x: f32| self.scrolling.partition_point(|&(_, left)| left <= x);
        let first = after(scroll_x).saturating_sub(1);
        let end = self
            .scrolling
            .partition_point(|&(_, left)| left < scroll_x + width);
        self.scrolling.get(first..end).unwrap_or_default()
    }

    /// The scroll position nearest to `scroll_x` at which a column is in the window.
    pub fn reveal(&self, column: usize, columns: &[GridColumn], scroll_x: f32, width: f32) -> f32 {
        let found = self.scrolling.iter().find(|&&(index, _)| index == column);
        let (Some(&(_, left)), Some(column)) = (found, columns.get(column)) else {
            return scroll_x;
        };
        let right = left + width_of(column);
        scroll_x.max(right - width).min(left)
    }

    /// Where a column dropped at `x` goes: the gap it falls into and the index it gets. `None` where it is.
    ///
    /// `group` is the pinned or the scrolling columns, `x` in their coordinates. The index is that after the column
    /// was taken out: `columns.insert(to, columns.remove(from))`.
    pub fn drop_target(
        group: &[(usize, f32)],
        columns: &[GridColumn],
        from: usize,
        x: f32,
    ) -> Option<(f32, usize)> {
        let middle =
            |&(index, left): &(usize, f32)| left + columns.get(index).map_or(0.0, width_of) / 2.0;
        let slot = group.iter().filter(|column| middle(column) < x).count();
        let own = group.iter().position(|&(index, _)| index == from)?;
        if slot == own || slot == own + 1 {
            return None;
        }
        if let Some(&(next, left)) = group.get(slot) {
            return Some((left, if next > from { next - 1 } else { next }));
        }
        let &(last, left) = group.last()?;
        let right = left + columns.get(last).map_or(0.0, width_of);
        Some((right, if last > from { last } else { last + 1 }))
    }
}

/// The width that a column is shown with.
pub(super) fn width_of(column: &GridColumn) -> f32 {
    if column.width.is_finite() {
        column.width.max(MIN_WIDTH).round()
    } else {
        MIN_WIDTH
    }
}

/// The stretch of a column on screen.
pub(super) fn stretch(left: f32, column: &GridColumn) -> Rangef {
    Rangef::new(left, left + width_of(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(widths: &[(f32, bool)]) -> Vec<GridColumn> {
        widths
            .iter()
            .map(|&(width, pinned)| GridColumn {
                title: String::new(),
                subtitle: String::new(),
                tooltip: String::new(),
                width,
                pinned,
                numeric: false,
                sort: None,
                movable: true,
            })
            .collect()
    }

    #[test]
    fn only_columns_in_the_window_are_shown() {
        let columns = columns(&vec![(100.0, false); 4000]);
        let layout = ColumnLayout::new(&columns, 350.0);
        let shown = |x| -> Vec<usize> {
            let window = layout.in_window(x, 350.0);
            window.iter().map(|&(index, _)| index).collect()
        };
        assert_eq!(shown(0.0), [0, 1, 2, 3]);
        assert_eq!(shown(50.0), [0, 1, 2, 3]);
        assert_eq!(shown(51.0), [0, 1, 2, 3, 4]);
        assert_eq!(shown(100.0), [1, 2, 3, 4]);
        assert_eq!(shown(399_650.0), [3996, 3997, 3998, 3999]);
        assert_eq!(layout.scrolling_width, 400_000.0);
    }

    #[test]
    fn pinned_columns_leave_room_and_stay_first() {
        let columns = columns(&[(100.0, false), (60.0, true), (10.0, false), (500.0, true)]);
        let layout = ColumnLayout::new(&columns, 400.0);
        assert_eq!(layout.pinned, [(1, 0.0), (3, 60.0)]);
        assert_eq!(layout.scrolling, [(0, 0.0), (2, 100.0)]);
        assert_eq!(layout.pinned_width, 320.0);
        assert_eq!(layout.scrolling_width, 140.0);
    }

    #[test]
    fn moving_keeps_within_the_group() {
        // 0 and 3 are pinned; 1, 2 and 4 scroll.
        let columns = columns(&[
            (100.0, true),
            (100.0, false),
            (100.0, false),
            (100.0, true),
            (100.0, false),
        ]);
        let layout = ColumnLayout::new(&columns, 1000.0);
        let cases = [
            (1, 10.0, None),
            (1, 120.0, None),
            // Before 4, which moves to 3 when 1 is taken out.
            (1, 160.0, Some((200.0, 3))),
            (1, 240.0, Some((200.0, 3))),
            (1, 290.0, Some((300.0, 4))),
            (4, 10.0, Some((0.0, 1))),
            (4, 120.0, Some((100.0, 2))),
        ];
        for (from, x, expected) in cases {
            let target = ColumnLayout::drop_target(&layout.scrolling, &columns, from, x);
            assert_eq!(target, expected, "{from} to {x}");
        }
    }

    #[test]
    fn revealing_scrolls_as_little_as_it_takes() {
        let columns = columns(&[(100.0, false); 10]);
        let layout = ColumnLayout::new(&columns, 300.0);
        let cases = [
            (0, 500.0, 0.0),
            (6, 0.0, 400.0),
            (1, 0.0, 0.0),
            (99, 7.0, 7.0),
        ];
        for (column, from, expected) in cases {
            assert_eq!(layout.reveal(column, &columns, from, 300.0), expected);
        }
    }
}
