//! The segmentation: label images of cells, nuclei and cytoplasm, with the mistakes that were planted.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::noise::between;
use super::plate::{AGP, Case, DNA, FieldPlan};
use super::population::Cell;
use super::territory::Territory;

/// Fewer pixels are not segmented as a nucleus.
const SMALLEST_NUCLEUS: usize = 60;

/// Where the planted cases of a field lie; cells are indices into the population.
#[derive(Debug, Default)]
pub(super) struct Planted {
    pub merged: Option<(usize, usize)>,
    pub split: Option<usize>,
    pub missing_nucleus: Option<usize>,
    pub two_nuclei: Option<usize>,
    /// The cell and the clipped channel.
    pub saturated: Option<(usize, usize)>,
    /// Centre and radius in pixels.
    pub debris: Option<(f32, f32, f32)>,
}

/// Label images with numbers from 1 in reading order, and what became of the planted cases.
#[derive(Debug)]
pub(super) struct Labels {
    pub cells: Vec<u16>,
    pub nuclei: Vec<u16>,
    pub cytoplasm: Vec<u16>,
    /// Case and cell number.
    pub cases: Vec<(Case, u16)>,
}

/// Chooses undisturbed cells for the cases of the field.
pub(super) fn plant(
    plan: &FieldPlan,
    cells: &[Cell],
    territory: &Territory,
    rng: &mut Rng,
) -> Planted {
    let mut planted = Planted::default();
    let mut free = whole_cells(cells, territory);
    if plan.has(Case::TwoNuclei) {
        planted.two_nuclei = cells.iter().position(|cell| cell.nuclei.len() == 2);
        free.retain(|index| Some(*index) != planted.two_nuclei);
    }
    if plan.has(Case::MergedCells) {
        planted.merged = longest_contact(&free, territory);
        free.retain(|index| {
            planted
                .merged
                .is_none_or(|(a, b)| *index != a && *index != b)
        });
    }
    if plan.has(Case::SplitCell) {
        planted.split = free.pop();
    }
    if plan.has(Case::MissingNucleus) {
        planted.missing_nucleus = free.pop();
    }
    if plan.has(Case::SaturatedCell) {
        let channel = if plan.image_number % 4 == 3 { AGP } else { DNA };
        planted.saturated = free.pop().map(|index| (index, channel));
    }
    if plan.has(Case::Debris) {
        // One in three is too small for a texture at distance 3.
        let radius = if plan.image_number % 3 == 1 {
            1.2
        } else {
            between(rng, 2.8, 4.2)
        };
        planted.debris = empty_place(territory, radius, rng).map(|(x, y)| (x, y, radius));
    }
    planted
}

/// Interphase cells that do not touch the border of the field.
fn whole_cells(cells: &[Cell], territory: &Territory) -> Vec<usize> {
    let mut whole: Vec<bool> = cells.iter().map(|cell| !cell.mitotic).collect();
    let mut present = vec![false; cells.len()];
    let (width, height) = (territory.width, territory.height);
    for (at, owner) in territory
        .owner
        .iter()
        .enumerate()
        .filter(|(_, owner)| **owner > 0)
    {
        let (x, y) = (at % width, at / width);
        let index = usize::from(*owner) - 1;
        present[index] = true;
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            whole[index] = false;
        }
    }
    (0..cells.len())
        .filter(|index| whole[*index] && present[*index])
        .collect()
}

fn longest_contact(free: &[usize], territory: &Territory) -> Option<(usize, usize)> {
    let mut contacts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for row in territory.owner.chunks_exact(territory.width) {
        for pair in row
            .windows(2)
            .filter(|pair| pair[0] != pair[1] && pair[0] > 0 && pair[1] > 0)
        {
            let (a, b) = (usize::from(pair[0]) - 1, usize::from(pair[1]) - 1);
            if free.contains(&a) && free.contains(&b) {
                *contacts.entry((a.min(b), a.max(b))).or_default() += 1;
            }
        }
    }
    contacts
        .into_iter()
        .max_by_key(|(_, length)| *length)
        .map(|(pair, _)| pair)
}

fn empty_place(territory: &Territory, radius: f32, rng: &mut Rng) -> Option<(f32, f32)> {
    let mut best: Option<(f32, usize)> = None;
    for _ in 0..600 {
        let at = rng.usize(..territory.owner.len());
        let (x, y) = (at % territory.width, at / territory.width);
        let from_border = x
            .min(y)
            .min(territory.width - 1 - x)
            .min(territory.height - 1 - y) as f32;
        let clear = territory.edge[at].min(from_border);
        if territory.owner[at] == 0
            && clear > radius + 3.0
            && best.is_none_or(|(found, _)| clear > found)
        {
            best = Some((clear, at));
        }
    }
    best.map(|(_, at)| ((at % territory.width) as f32, (at / territory.width) as f32))
}

/// Segments the field as a good program would, then makes the planted mistakes.
pub(super) fn segment(cells: &[Cell], territory: &Territory, planted: &Planted) -> Labels {
    let width = territory.width;
    let mut nucleus_pixels = vec![0_usize; cells.len()];
    for (owner, nucleus) in territory.owner.iter().zip(&territory.nucleus) {
        if *owner > 0 && *nucleus > 0 {
            nucleus_pixels[usize::from(*owner) - 1] += 1;
        }
    }
    // Halves and second nuclei get numbers of their own above those of the cells.
    let count = cells.len() as u16;
    let mut cell_labels = vec![0_u16; territory.owner.len()];
    let mut nucleus_labels = vec![0_u16; territory.owner.len()];
    for (at, owner) in territory.owner.iter().enumerate() {
        let Some(index) = usize::from(*owner).checked_sub(1) else {
            continue;
        };
        // Cells grow from nuclei: what reaches in from outside the field is not segmented.
        if nucleus_pixels[index] < SMALLEST_NUCLEUS {
            continue;
        }
        let mut label = *owner;
        if planted.split == Some(index) {
            let contour = &cells[index].nuclei[0].contour;
            let (dx, dy) = (
                (at % width) as f32 - contour.center.0,
                (at / width) as f32 - contour.center.1,
            );
            if dx * contour.cos + dy * contour.sin > 0.0 {
                label = 2 * count + 1;
            }
        }
        cell_labels[at] = match planted.merged {
            Some((kept, absorbed)) if index == absorbed => kept as u16 + 1,
            _ => label,
        };
        if territory.nucleus[at] > 0 && planted.missing_nucleus != Some(index) {
            nucleus_labels[at] = if territory.nucleus[at] == 2 {
                label + count
            } else {
                label
            };
        }
    }
    let debris_label = 2 * count + 2;
    if let Some((x, y, radius)) = planted.debris {
        for at in 0..cell_labels.len() {
            if ((at % width) as f32 - x).hypot((at / width) as f32 - y) <= radius {
                cell_labels[at] = debris_label;
                nucleus_labels[at] = debris_label;
            }
        }
    }
    let cell_numbers = renumber(&mut cell_labels);
    renumber(&mut nucleus_labels);
    let cytoplasm = cell_labels
        .iter()
        .zip(&nucleus_labels)
        .map(|(cell, nucleus)| if *nucleus == 0 { *cell } else { 0 })
        .collect();

    let by_index = |index: usize| index as u16 + 1;
    let mut cases = Vec::new();
    let mut note = |case, label: Option<u16>| {
        cases.extend(
            label
                .and_then(|label| cell_numbers.get(&label))
                .map(|number| (case, *number)),
        );
    };
    note(
        Case::MergedCells,
        planted.merged.map(|(kept, _)| by_index(kept)),
    );
    note(Case::SplitCell, planted.split.map(by_index));
    note(Case::SplitCell, planted.split.map(|_| 2 * count + 1));
    note(Case::MissingNucleus, planted.missing_nucleus.map(by_index));
    note(Case::TwoNuclei, planted.two_nuclei.map(by_index));
    note(
        Case::SaturatedCell,
        planted.saturated.map(|(index, _)| by_index(index)),
    );
    note(Case::Debris, planted.debris.map(|_| debris_label));
    Labels {
        cells: cell_labels,
        nuclei: nucleus_labels,
        cytoplasm,
        cases,
    }
}

/// Gives labels the numbers 1, 2, ... in the order of their first pixels; returns old to new.
fn renumber(labels: &mut [u16]) -> BTreeMap<u16, u16> {
    let mut numbers = BTreeMap::new();
    for label in labels.iter_mut().filter(|label| **label > 0) {
        let next = numbers.len() as u16 + 1;
        *label = *numbers.entry(*label).or_insert(next);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_reading_order() {
        let mut labels = [0, 7, 7, 3, 0, 3, 9, 7];
        let numbers = renumber(&mut labels);
        assert_eq!(labels, [0, 1, 1, 2, 0, 2, 3, 1]);
        assert_eq!(numbers[&9], 3);
    }
}
