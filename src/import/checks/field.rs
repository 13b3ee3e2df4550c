//! The checks of one field of view.

use std::sync::Arc;

use rayon::prelude::*;

use super::columns::CheckColumns;
use super::nuclear_regions::{Window, count_regions};
use cytolance_dataset::ChannelInfo;
use cytolance_imaging::quality::{FilledOutline, background, focus, saturation_level};
use cytolance_imaging::{CellPicture, Plane};

/// What the outlines are of.
pub(super) struct Objects {
    /// The object set that a row stands for.
    pub cell: Option<String>,
    /// Its nuclei.
    pub nucleus: Option<String>,
    /// Outlines that are only ellipses: nothing is told from them.
    pub approximate: Vec<String>,
}

/// A cell of the field, with what is needed of it.
pub(super) struct CheckedCell {
    pub row: u32,
    pub picture: CellPicture,
    /// Object and measured area.
    pub areas: Vec<(String, Option<f64>)>,
}

/// A row with its cell and its nucleus filled.
pub(super) struct Filled<'a> {
    pub checked: &'a CheckedCell,
    pub cell: Option<FilledOutline>,
    pub nucleus: Option<FilledOutline>,
}

impl Filled<'_> {
    /// A channel of the cell's crop.
    pub fn window(&self, channel: usize) -> Option<Window> {
        let picture = &self.checked.picture;
        let crop = picture.crop.as_ref()?;
        Some((
            Arc::clone(crop.planes.get(channel)?),
            crop.width as usize,
            picture.origin.map(|corner| corner.round() as i64),
        ))
    }
}

/// Checks all cells of a field; `size` is that of the field in pixels, where it is known.
pub(super) fn check_outlines(
    cells: &[CheckedCell],
    objects: &Objects,
    size: Option<[usize; 2]>,
    channels: &[ChannelInfo],
    columns: &mut CheckColumns,
) {
    let outline_of = |checked: &CheckedCell, object: &Option<String>| {
        let object = object.as_ref()?;
        if objects.approximate.contains(object) {
            return None;
        }
        let (_, outline) = checked
            .picture
            .outlines
            .iter()
            .find(|(name, _)| name == object)?;
        FilledOutline::new(outline)
    };
    let filled: Vec<Filled> = cells
        .par_iter()
        .map(|checked| Filled {
            checked,
            cell: outline_of(checked, &objects.cell),
            nucleus: outline_of(checked, &objects.nucleus),
        })
        .collect();
    shapes(cells, objects, size, columns);
    between(&filled, columns);
    if columns.wants("regions") {
        count_regions(&filled, channels.len(), columns);
    }
    saturation(&filled, channels, columns);
}

fn shapes(
    cells: &[CheckedCell],
    objects: &Objects,
    size: Option<[usize; 2]>,
    columns: &mut CheckColumns,
) {
    for checked in cells {
        for (object, outline) in &checked.picture.outlines {
            if objects.approximate.contains(object) {
                continue;
            }
            let row = checked.row;
            let touches = size.and_then(|size| outline.touches_border(size));
            columns.flag(&format!("QC_Border_{object}"), row, touches);
            let measured = checked
                .areas
                .iter()
                .find(|(name, _)| name == object)
                .and_then(|(_, area)| *area)
                .filter(|area| *area > 0.0);
            let ratio = measured.map(|measured| outline.area() / measured);
            columns.share(&format!("QC_AreaRatio_{object}"), row, ratio);
            columns.count(
                &format!("QC_Parts_{object}"),
                row,
                Some(outline.parts() as i64),
            );
            columns.share(&format!("QC_Solidity_{object}"), row, outline.solidity());
        }
    }
}

/// What a cell is to its nucleus and its neighbours.
struct Relations {
    row: u32,
    nucleus_outside: Option<f64>,
    nucleus_share: Option<f64>,
    nucleus_contact: Option<f64>,
    nuclei: Option<i64>,
    overlap: f64,
}

/// What cells are to their nuclei and their neighbours.
fn between(filled: &[Filled], columns: &mut CheckColumns) {
    // A nucleus may stand in several rows, and counts once.
    let mut centers: Vec<[f64; 2]> = filled
        .iter()
        .filter_map(|one| one.nucleus.as_ref()?.center())
        .collect();
    centers.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    centers.dedup();
    let has_nuclei = filled.iter().any(|one| one.nucleus.is_some());
    let found: Vec<Relations> = filled
        .par_iter()
        .enumerate()
        .filter_map(|(at, one)| {
            let cell = one.cell.as_ref()?;
            let nuclei = has_nuclei.then(|| {
                centers
                    .iter()
                    .filter(|[x, y]| cell.contains(x.round() as i64, y.round() as i64))
                    .count() as i64
            });
            let others: Vec<&FilledOutline> = filled
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .filter_map(|(_, other)| other.cell.as_ref())
                .collect();
            let nucleus = one.nucleus.as_ref();
            let other_nuclei: Vec<&FilledOutline> = filled
                .iter()
                .filter_map(|other| other.nucleus.as_ref())
                // A nucleus may stand in several rows, and does not touch itself.
                .filter(|other| Some(*other) != nucleus)
                .collect();
            Some(Relations {
                row: one.checked.row,
                nucleus_outside: nucleus.map(|nucleus| 1.0 - nucleus.covered_by(&[cell])),
                nucleus_share: nucleus.map(|nucleus| nucleus.area as f64 / cell.area.max(1) as f64),
                nucleus_contact: nucleus.map(|nucleus| nucleus.contact(&other_nuclei)),
                nuclei,
                overlap: cell.covered_by(&others),
            })
        })
        .collect();
    for one in found {
        columns.share("QC_NucleusOutside", one.row, one.nucleus_outside);
        columns.share("QC_NucleusShare", one.row, one.nucleus_share);
        columns.share("QC_NucleusContact", one.row, one.nucleus_contact);
        columns.count("QC_NucleiInCell", one.row, one.nuclei);
        columns.share("QC_Overlap", one.row, Some(one.overlap));
    }
}

fn saturation(filled: &[Filled], channels: &[ChannelInfo], columns: &mut CheckColumns) {
    if !columns.wants("saturation") {
        return;
    }
    for (at, channel) in channels.iter().enumerate() {
        let brightest = filled
            .iter()
            .filter_map(|one| one.window(at))
            .filter_map(|(plane, _, _)| plane.iter().copied().max())
            .max();
        let Some(brightest) = brightest else { continue };
        let level = saturation_level(brightest, channel.bit_depth);
        let name = format!("QC_Saturated_{}", channel.name);
        for one in filled {
            let share = one.cell.as_ref().and_then(|cell| {
                let (plane, width, origin) = one.window(at)?;
                cell.saturated(&plane, width, origin, level)
            });
            columns.share(&name, one.checked.row, share);
        }
    }
}

/// Focus and background of the field, for all of its rows.
pub(super) fn check_pictures(
    rows: &[u32],
    channels: &[ChannelInfo],
    planes: &[Option<Plane>],
    columns: &mut CheckColumns,
) {
    let found: Vec<(Option<f64>, Option<f64>)> = planes
        .par_iter()
        .zip(channels)
        .map(|(plane, channel)| match plane {
            Some(plane) => {
                // The values, not the numbers that are stored for them.
                let [offset, step] = channel.scale.unwrap_or([0.0, 1.0]);
                let value = |stored| offset + step * f64::from(stored);
                (
                    focus(&plane.pixels, plane.width as usize),
                    background(&plane.pixels).map(value),
                )
            }
            None => (None, None),
        })
        .collect();
    for (channel, (focus, background)) in channels.iter().zip(found) {
        for row in rows {
            columns.share(&format!("QC_FieldFocus_{}", channel.name), *row, focus);
            columns.share(
                &format!("QC_FieldBackground_{}", channel.name),
                *row,
                background,
            );
        }
    }
}
