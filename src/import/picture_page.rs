//! Which page of its file a field's picture is, and which files are volumes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use super::plane_rule::PlaneRule;
use super::plane_sequence::plane_sequence;
use super::roots::OpenPicture;
use cytolance_imaging::{FoundPage, ImageError, PagePlace, PixelScale, Plane};
use cytolance_sources::{Table, floats_of};

/// Rows in which a column is looked at for a third dimension.
const ROWS_LOOKED_AT: usize = 1000;

/// Columns that say it, and the value of a flat picture.
const DEPTH_FEATURES: [(&str, f64); 3] = [
    ("AreaShape_Center_Z", 0.0),
    ("Location_Center_Z", 0.0),
    ("AreaShape_BoundingBoxMaximum_Z", 1.0),
];

/// The column that says that the objects of these tables were measured in three dimensions, if one does: a volume, or
/// centres above the first plane.
pub(super) fn volume_column<'a>(tables: impl Iterator<Item = &'a Table>) -> Option<String> {
    let mut found = None;
    for table in tables {
        let rows: Vec<Option<u32>> = (0..table.num_rows.min(ROWS_LOOKED_AT) as u32)
            .map(Some)
            .collect();
        for (name, flat) in DEPTH_FEATURES {
            let is_named = |column: &cytolance_sources::TableColumn| column.name == name;
            let Some(at) = table.columns.iter().position(is_named) else {
                continue;
            };
            let values = table.read(&[at], Some(&rows)).ok();
            let depths = values.and_then(|values| floats_of(values.first()?));
            if depths.is_some_and(|depths| depths.iter().any(|depth| *depth > flat)) {
                return Some(name.to_owned());
            }
        }
        if found.is_none() && table.has("AreaShape_Volume") {
            found = Some("AreaShape_Volume".to_owned());
        }
    }
    found
}

/// What of a file is a field's picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FoundPages {
    /// One page.
    One(FoundPage),
    /// The planes of a volume.
    Volume(VolumePages),
}

/// The planes of a volume along Z: pages of the file, or files of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VolumePages(Vec<(Option<PathBuf>, u32)>);

impl FoundPages {
    /// The page, or that of the first plane.
    pub fn first(&self) -> u32 {
        match self {
            Self::One(found) => found.page,
            Self::Volume(volume) => volume.0.first().map_or(0, |(_, page)| *page),
        }
    }
}

impl VolumePages {
    /// How many planes there are.
    pub fn depth(&self) -> u32 {
        self.0.len() as u32
    }

    /// Reads a plane, counted from 0, by a function of its file and page.
    ///
    /// # Errors
    /// A sentence for the report.
    pub fn read<T>(
        &self,
        picture: &OpenPicture<'_>,
        plane: u32,
        read: impl FnOnce(&OpenPicture<'_>, u32) -> Result<T, String>,
    ) -> Result<T, String> {
        match self.0.get(plane as usize) {
            Some((None, page)) => read(picture, *page),
            Some((Some(path), page)) => read(&OpenPicture::File(path), *page),
            None => Err(format!("{} has no plane {plane}", picture.name().display())),
        }
    }
}

/// The pages of a place in an open file. `volumes` says what tells that the pictures are volumes, where something does.
///
/// # Errors
/// A sentence for the report: which page or volume it is cannot be told.
pub(super) fn pages_in(
    picture: &OpenPicture<'_>,
    place: PagePlace,
    volumes: Option<&str>,
) -> Result<FoundPages, String> {
    let failed = |error: ImageError| error.to_string();
    let page_of_frame = || {
        picture
            .find_page(place)
            .map(FoundPages::One)
            .map_err(failed)
    };
    if place.frame > 0 {
        return page_of_frame();
    }
    let layout = picture.layout(place.series).map_err(failed)?;
    let name = picture.name().display();
    let is_told = layout.told_by.is_some();
    if layout.times() > 1 && (volumes.is_some() || !place.recorded) {
        return Err(format!(
            "{name} has {} times, and no Frame_ column tells which one is meant",
            layout.times()
        ));
    }
    let channel = place.channel.unwrap_or(0);
    let no_channel = || {
        let (count, what) = match layout.told_by {
            Some(_) => (layout.channels() as usize, "channels"),
            None => (layout.pages.len(), "pages"),
        };
        format!(
            "{name} has {count} {what}, so there is no channel {}",
            channel + 1
        )
    };
    let Some(column) = volumes else {
        if is_told && layout.depth() > 1 && !place.recorded {
            return Err(format!(
                "{name} is a volume of {} planes, the export's other pictures are flat",
                layout.depth()
            ));
        }
        let Some(channel) = place.channel.filter(|_| layout.pages.len() > 1) else {
            return page_of_frame();
        };
        let page = match layout.told_by {
            Some(_) => layout.page([channel, 0, 0]),
            None => layout.pages.get(channel as usize).copied(),
        };
        return Ok(FoundPages::One(FoundPage {
            page: page.ok_or_else(no_channel)?,
            pages: layout.pages.len() as u32,
        }));
    };
    if is_told && layout.channels() > 1 && place.channel.is_none() {
        return Err(format!(
            "{name} has {} channels, and nothing tells which of them this is",
            layout.channels()
        ));
    }
    if !is_told && channel > 0 && layout.pages.len() > 1 {
        return Err(format!(
            "{name} has {} pages, and nothing tells which are of channel {}",
            layout.pages.len(),
            channel + 1
        ));
    }
    if layout.depth() == 1 {
        let page = if is_told {
            layout.page([channel, 0, 0])
        } else {
            layout.pages.first().copied()
        };
        let page = page.ok_or_else(no_channel)?;
        let files = plane_sequence(picture, column)?;
        let planes = files.into_iter().map(|path| (Some(path), page));
        return Ok(FoundPages::Volume(VolumePages(planes.collect())));
    }
    let channel = if is_told { channel } else { 0 };
    let pages = layout.volume(channel).ok_or_else(no_channel)?;
    let pages = pages.into_iter().map(|page| (None, page));
    Ok(FoundPages::Volume(VolumePages(pages.collect())))
}

/// Reads a page as the stored numbers of a channel with this scale.
///
/// # Errors
/// A sentence for the report.
pub(super) fn read_page(
    picture: &OpenPicture<'_>,
    page: u32,
    scale: Option<[f64; 2]>,
) -> Result<Plane, String> {
    let failed = |error: ImageError| error.to_string();
    if let Some([offset, step]) = scale {
        let plane = picture.plane_scaled(page, [offset, offset + step * 65_535.0]);
        return plane.map_err(failed);
    }
    let plane = picture.plane(page).map_err(failed)?;
    if plane.scale == PixelScale::STORED {
        return Ok(plane);
    }
    Err(format!(
        "{}: its pixels are fractions, those of the channel's first picture are whole numbers",
        picture.name().display()
    ))
}

/// Planes of a volume, put together pixel by pixel.
#[derive(Debug, Default)]
pub(super) struct Projection {
    sums: Vec<u32>,
    planes: u32,
}

impl Projection {
    /// Takes in the pixels of the next plane; false where these are not as many as those before.
    pub fn add(&mut self, rule: PlaneRule, pixels: &[u16]) -> bool {
        if self.planes > 0 && self.sums.len() != pixels.len() {
            return false;
        }
        self.sums.resize(pixels.len(), 0);
        for (sum, pixel) in self.sums.iter_mut().zip(pixels) {
            let pixel = u32::from(*pixel);
            *sum = if rule == PlaneRule::Mean {
                *sum + pixel
            } else {
                pixel.max(*sum)
            };
        }
        self.planes += 1;
        true
    }

    /// The pixels.
    pub fn finish(self, rule: PlaneRule) -> Vec<u16> {
        let count = if rule == PlaneRule::Mean {
            self.planes.max(1)
        } else {
            1
        };
        let sums = self.sums.into_iter();
        sums.map(|sum| ((sum + count / 2) / count) as u16).collect()
    }
}

/// Reads some planes of a volume as one.
///
/// # Errors
/// A sentence for the report.
pub(super) fn read_planes(
    picture: &OpenPicture<'_>,
    volume: &VolumePages,
    planes: Range<u32>,
    rule: PlaneRule,
    scale: Option<[f64; 2]>,
) -> Result<Plane, String> {
    let mut whole: Option<Plane> = None;
    let mut projection = Projection::default();
    for plane in planes {
        let plane = volume.read(picture, plane, |picture, page| {
            read_page(picture, page, scale)
        })?;
        if !projection.add(rule, &plane.pixels) {
            let name = picture.name().display();
            return Err(format!("{name}: its pages differ in size"));
        }
        whole.get_or_insert(plane);
    }
    let whole = whole.ok_or_else(|| format!("{}: no plane is shown", picture.name().display()))?;
    Ok(Plane {
        pixels: projection.finish(rule),
        ..whole
    })
}

/// The files with several pages, and which of these are used.
#[derive(Debug, Default, Clone)]
pub(super) struct UsedPages(BTreeMap<String, (u32, BTreeSet<u32>)>);

impl UsedPages {
    /// Takes in a page that is used. Files of one page do not matter.
    pub fn take(&mut self, file: &impl ToString, found: FoundPage) {
        if found.pages > 1 {
            let known = self.0.entry(file.to_string()).or_default();
            known.0 = found.pages;
            known.1.insert(found.page);
        }
    }

    /// Takes in those of another field.
    pub fn add(&mut self, other: Self) {
        for (file, (pages, used)) in other.0 {
            let known = self.0.entry(file).or_default();
            known.0 = pages;
            known.1.extend(used);
        }
    }

    /// A sentence for each file with pages that nobody uses.
    pub fn unused(&self) -> Vec<String> {
        let unused = self
            .0
            .iter()
            .filter(|(_, (pages, used))| used.len() < *pages as usize);
        unused
            .map(|(file, (pages, used))| {
                let numbers: Vec<String> = used.iter().map(|page| (page + 1).to_string()).collect();
                match numbers.as_slice() {
                    [only] if only == "1" => format!("{file} has {pages} pages, the first is used"),
                    [only] => format!("{file} has {pages} pages, page {only} is used"),
                    _ => format!("{file} has {pages} pages, used are {}", numbers.join(", ")),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_sources::tables_of_csv;

    #[test]
    fn pages_of_nobody_are_named() {
        let mut pages = UsedPages::default();
        let found = |page, pages| FoundPage { page, pages };
        pages.take(&"one.tif", found(0, 1));
        pages.take(&"all.tif", found(0, 2));
        pages.take(&"first.tif", found(0, 3));
        let mut others = UsedPages::default();
        others.take(&"all.tif", found(1, 2));
        others.take(&"last.tif", found(5, 6));
        others.take(&"some.tif", found(1, 6));
        others.take(&"some.tif", found(3, 6));
        pages.add(others);
        assert_eq!(
            pages.unused(),
            [
                "first.tif has 3 pages, the first is used",
                "last.tif has 6 pages, page 6 is used",
                "some.tif has 6 pages, used are 2, 4"
            ]
        );
    }

    #[test]
    fn planes_are_put_together() {
        for (rule, expected) in [
            (PlaneRule::Max, [3, 65_535]),
            (PlaneRule::Mean, [2, 43_691]),
        ] {
            let mut projection = Projection::default();
            for pixels in [[1, 65_535], [3, 65_535], [2, 4]] {
                assert!(projection.add(rule, &pixels));
            }
            assert!(!projection.add(rule, &[1]));
            assert_eq!(projection.finish(rule), expected, "{rule}");
        }
    }

    #[test]
    fn volumes_are_told_by_their_columns() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Nuclei.csv");
        for (text, expected) in [
            ("ObjectNumber,Location_Center_Z\n1,0\n2,0\n", None),
            ("ObjectNumber,Location_Center_Z\n1,0\n2,nan\n", None),
            (
                "ObjectNumber,Location_Center_Z\n1,0\n2,1.5\n",
                Some("Location_Center_Z"),
            ),
            (
                "ObjectNumber,AreaShape_Volume,AreaShape_Center_Z\n1,9,2\n",
                Some("AreaShape_Center_Z"),
            ),
            (
                "ObjectNumber,AreaShape_Volume\n1,9\n",
                Some("AreaShape_Volume"),
            ),
            ("ObjectNumber,AreaShape_Area\n1,9\n", None),
            (
                "ObjectNumber,AreaShape_BoundingBoxMaximum_Z\n1,4\n",
                Some("AreaShape_BoundingBoxMaximum_Z"),
            ),
            ("ObjectNumber,AreaShape_BoundingBoxMaximum_Z\n1,1\n", None),
        ] {
            std::fs::write(&path, text).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            let found = volume_column(std::iter::once(&table));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
