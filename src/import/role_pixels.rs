//! What pictures show, told by their pixels: objects, an even light, or something else.

use super::field_plan::FieldCells;
use super::image_roles::RoleRoots;
use super::{FetchedPictures, PictureLocation};
use cytolance_imaging::{ImageError, PagePlace, Plane};
use cytolance_sources::{ImageSets, is_array};

/// Image sets whose pictures are looked at.
const LOOKED_AT: usize = 3;

/// From one pixel to the next an even light changes by at most this share of its range in a picture of so many pixels.
const SMOOTH_STEP: f64 = 4.0;

/// Or by so many levels, which is what rounding does.
const LEVELS: f64 = 2.0;

/// What pictures of a column show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Object numbers, a mask or outlines.
    Objects,
    /// Something that changes slowly everywhere.
    Smooth,
    /// Fractions that do not.
    Fractions,
    /// Whole numbers that do not.
    Picture,
}

/// What the pictures of a column show; `None` where none is found, or nothing is on them.
pub(super) fn shown_by(
    sets: &ImageSets,
    name: &str,
    rows: &[(FieldCells, usize)],
    roots: RoleRoots<'_>,
) -> Option<Shown> {
    let located = rows.iter().filter_map(|(_, row)| {
        let file = sets.file_name(name, *row)?;
        let folder = sets.path_name(name, *row);
        let location = roots.find(folder.as_deref(), &file).ok()?;
        Some((location, sets.place(name, *row)))
    });
    let mut pictures: Vec<(PictureLocation, PagePlace)> = Vec::new();
    for picture in located {
        if !pictures.contains(&picture) {
            pictures.push(picture);
        }
        if pictures.len() == LOOKED_AT {
            break;
        }
    }
    pictures
        .iter()
        .find_map(|(location, place)| shown(location, *place))
}

fn shown(location: &PictureLocation, place: PagePlace) -> Option<Shown> {
    let fetched = FetchedPictures::default();
    let picture = location.open(&fetched).ok()?;
    let page = picture.find_page(place).ok()?.page;
    match picture.objects(page) {
        Ok(objects) => {
            let labels = objects.into_parts().labels;
            let first = labels.first().copied().unwrap_or(0);
            // One number everywhere may be anything.
            if labels.iter().any(|label| *label != first) {
                return Some(Shown::Objects);
            }
        }
        Err(ImageError::Unsupported { .. }) => {}
        Err(_) => return None,
    }
    let (plane, fractions) = match picture.plane(page) {
        Ok(plane) => {
            let info = picture.info(page).ok();
            (plane, info.is_some_and(|info| info.float))
        }
        Err(ImageError::NeedsRange { min, max, .. }) if min < max => {
            (picture.plane_scaled(page, [min, max]).ok()?, true)
        }
        Err(_) => return None,
    };
    let fractions = fractions || is_array(&location.to_string());
    shown_by_plane(&plane, fractions)
}

fn shown_by_plane(plane: &Plane, fractions: bool) -> Option<Shown> {
    let (width, height) = (plane.width as usize, plane.height as usize);
    let min = plane.pixels.iter().min().copied().unwrap_or(0);
    let max = plane.pixels.iter().max().copied().unwrap_or(0);
    if max == 0 {
        return None;
    }
    let mut step = 0;
    for y in 0..height {
        for x in 0..width {
            let here = plane.pixels[y * width + x];
            if x + 1 < width {
                step = step.max(here.abs_diff(plane.pixels[y * width + x + 1]));
            }
            if y + 1 < height {
                step = step.max(here.abs_diff(plane.pixels[(y + 1) * width + x]));
            }
        }
    }
    let range = f64::from(max - min);
    let levels = if fractions { 0.0 } else { LEVELS };
    let allowed = (range * SMOOTH_STEP / width.min(height).max(1) as f64).max(levels);
    Some(if f64::from(step) <= allowed {
        Shown::Smooth
    } else if fractions {
        Shown::Fractions
    } else {
        Shown::Picture
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::{GreySource, PixelScale};

    #[test]
    fn an_even_light_is_told_from_cells() {
        type Case = (&'static str, fn(u32, u32) -> u16, bool, Option<Shown>);
        let plane = |value: fn(u32, u32) -> u16| Plane {
            width: 40,
            height: 40,
            bit_depth: 16,
            pixels: (0..1600).map(|at| value(at % 40, at / 40)).collect(),
            scale: PixelScale::STORED,
            clipped: 0,
            source: GreySource::Stored,
        };
        let vignette = |x: u32, y: u32| {
            let far = (f64::from(x) - 19.5).powi(2) + (f64::from(y) - 19.5).powi(2);
            (40_000.0 - 20.0 * far) as u16
        };
        let cells = |x: u32, y: u32| if x / 10 % 2 == y / 10 % 2 { 900 } else { 100 };
        let cases: [Case; 6] = [
            ("light", vignette, true, Some(Shown::Smooth)),
            (
                "light in whole numbers",
                vignette,
                false,
                Some(Shown::Smooth),
            ),
            ("the same everywhere", |_, _| 7, true, Some(Shown::Smooth)),
            ("black", |_, _| 0, false, None),
            ("cells", cells, false, Some(Shown::Picture)),
            ("cells in fractions", cells, true, Some(Shown::Fractions)),
        ];
        for (name, value, fractions, expected) in cases {
            assert_eq!(shown_by_plane(&plane(value), fractions), expected, "{name}");
        }
    }
}
