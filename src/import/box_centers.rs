//! The measured centres of objects, held against their own boxes.

use std::ops::Range;

use super::columns::GatheredRows;
use super::planned_part::PlannedPart;
use super::{Verification, VerificationKind};

/// Whether the measured centres of each object set lie in their own boxes.
pub(super) fn centers_in_boxes(
    part: &PlannedPart,
    gathered: &GatheredRows,
    rows: &Range<usize>,
) -> Vec<Verification> {
    let objects = part.objects().into_iter().enumerate();
    let with_both = objects
        .zip(&gathered.shapes)
        .filter(|(_, shapes)| shapes.has_boxes_and_centers());
    let checked = with_both.map(|((at, (name, _)), shapes)| {
        let mut line = Verification::new(VerificationKind::Tables, "centres").about_object(name);
        let table_rows = part.table_rows(at, rows.clone());
        for (row, _) in table_rows.iter().enumerate().filter(|(_, row)| row.is_some()) {
            match shapes.center_outside(row) {
                None => line.untold(1),
                Some(None) => line.agree(1),
                Some(Some(([x, y], [left, top, right, bottom]))) => line.contradict(1, || {
                    let image = part.joined.images[rows.start + row].1;
                    let number = gathered.numbers[at][row].unwrap_or_default();
                    format!(
                        "image {image}, {name} {number}: its centre ({x:.1}, {y:.1}) is outside its box from ({left}, {top}) to ({right}, {bottom})"
                    )
                }),
            }
        }
        line
    });
    checked.collect()
}
