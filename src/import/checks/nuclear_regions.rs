//! How many nuclei the nuclear stain shows in a cell, whatever the segmentation has made of them.

use std::sync::Arc;

use rayon::prelude::*;

use super::columns::CheckColumns;
use super::field::Filled;
use cytolance_imaging::quality::FilledOutline;
use cytolance_kernels::median;

/// A stain is nuclear if nuclei are brighter than the rest of their cells by this factor.
const CONTRAST: f64 = 1.3;
/// Share of the median nucleus that a region must have.
const SMALLEST: f64 = 0.25;

/// A channel's crop: pixels, width, and its upper left pixel in the field.
pub(super) type Window = (Arc<[u16]>, usize, [i64; 2]);

/// Counts them. The nuclear channel is the one in which outlined nuclei stand out most from their cells; where none does,
/// nothing is counted. Bright is what lies above the middle between the median nucleus and the median rest.
pub(super) fn count_regions(filled: &[Filled], channels: usize, columns: &mut CheckColumns) {
    let nuclei: Vec<&FilledOutline> = filled
        .iter()
        .filter_map(|one| one.nucleus.as_ref())
        .collect();
    if nuclei.is_empty() {
        return;
    }
    let mut areas: Vec<f64> = nuclei.iter().map(|nucleus| nucleus.area as f64).collect();
    let area = median(&mut areas);
    let found = (0..channels)
        .filter_map(|channel| levels(filled, channel).map(|found| (channel, found)))
        .max_by(|(_, a), (_, b)| (a[0] / a[1]).total_cmp(&(b[0] / b[1])));
    let Some((channel, [inside, outside])) =
        found.filter(|(_, [inside, outside])| *inside >= CONTRAST * *outside)
    else {
        return;
    };
    let level = f64::midpoint(inside, outside);
    let smallest = (area * SMALLEST).ceil() as usize;
    let counts: Vec<(u32, Option<i64>)> = filled
        .par_iter()
        .map(|one| {
            let count = one.cell.as_ref().and_then(|cell| {
                let (plane, width, origin) = one.window(channel)?;
                Some(cell.bright_regions(&plane, width, origin, level, smallest) as i64)
            });
            (one.checked.row, count)
        })
        .collect();
    for (row, count) in counts {
        columns.count("QC_NuclearRegions", row, count);
    }
}

/// Median intensity of nuclei, and of the rest of their cells, in a channel.
fn levels(filled: &[Filled], channel: usize) -> Option<[f64; 2]> {
    let pairs: Vec<(f64, f64)> = filled
        .par_iter()
        .filter_map(|one| {
            let (cell, nucleus) = (one.cell.as_ref()?, one.nucleus.as_ref()?);
            let (plane, width, origin) = one.window(channel)?;
            Some((
                nucleus.mean(&plane, width, origin, None)?,
                cell.mean(&plane, width, origin, Some(nucleus))?,
            ))
        })
        .collect();
    if pairs.is_empty() {
        return None;
    }
    let (mut inside, mut outside): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let outside = median(&mut outside).max(f64::MIN_POSITIVE);
    Some([median(&mut inside), outside])
}
