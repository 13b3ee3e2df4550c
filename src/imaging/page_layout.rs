//! What the pages of a file are: channels, planes of a volume, times.

use std::io::Cursor;
use std::path::Path;

use super::ImageError;
use super::ome_layout::{OmePlanes, planes_of};
use super::picture_source::{layout_in, open};

/// The planes of one series of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLayout {
    /// Pages of the file, without thumbnails and smaller copies.
    pub pages: Vec<u32>,
    /// What says what they are, in words; where nothing does, they may be anything.
    pub told_by: Option<&'static str>,
    /// Names of the channels, empty where one has none.
    pub channel_names: Vec<String>,
    /// Channels, planes along Z and times.
    sizes: [u32; 3],
    /// The page of each plane: channels first, then planes along Z, then times.
    planes: Vec<Option<u32>>,
}

impl PageLayout {
    /// Pages of which nothing says what they are.
    pub(super) fn of_pages(pages: Vec<u32>) -> Self {
        Self {
            sizes: [1, pages.len().max(1) as u32, 1],
            planes: pages.iter().copied().map(Some).collect(),
            pages,
            told_by: None,
            channel_names: Vec::new(),
        }
    }

    /// What the description in the first page says, of a file called `name` that has `all` pages, thumbnails included.
    ///
    /// `None` where it says nothing of the pages of the series.
    pub(super) fn of_description(
        description: &str,
        name: &str,
        series: u32,
        pages: &[u32],
        all: u32,
    ) -> Option<Self> {
        if let Some(planes) = planes_of(description, name, series, all) {
            return Self::of_ome(planes, pages);
        }
        if series > 0 {
            return None;
        }
        let (told_by, order, sizes) = imagej_sizes(description)
            .map(|sizes| ("ImageJ", vec![0, 1, 2], sizes))
            .or_else(|| axes_of(description).map(|(order, sizes)| ("tifffile", order, sizes)))?;
        let count = sizes.iter().copied().fold(1, u32::saturating_mul);
        if count as usize != pages.len() {
            return None;
        }
        let mut layout = Self {
            pages: pages.to_vec(),
            told_by: Some(told_by),
            channel_names: Vec::new(),
            sizes,
            planes: vec![None; pages.len()],
        };
        for (number, page) in pages.iter().enumerate() {
            let mut rest = number as u32;
            let mut plane = [0; 3];
            for at in &order {
                plane[*at] = rest % sizes[*at];
                rest /= sizes[*at];
            }
            let at = layout.place(plane)?;
            layout.planes[at] = Some(*page);
        }
        Some(layout)
    }

    /// Of an image in several files, channels, planes and times are counted among those of this file.
    fn of_ome(planes: OmePlanes, pages: &[u32]) -> Option<Self> {
        let along = |axis: usize| {
            let mut places: Vec<u32> = planes.pages.iter().map(|(plane, _)| plane[axis]).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        let known = [along(0), along(1), along(2)];
        if known[0].is_empty() {
            return None;
        }
        let sizes = [0, 1, 2].map(|axis: usize| known[axis].len() as u32);
        let names = known[0].iter().map(|channel| {
            let name = planes.channels.get(*channel as usize);
            name.cloned().unwrap_or_default()
        });
        let count = sizes.iter().copied().fold(1, u32::saturating_mul);
        let mut layout = Self {
            pages: pages.to_vec(),
            told_by: Some("OME-XML"),
            channel_names: names.collect(),
            sizes,
            planes: vec![None; count as usize],
        };
        for (plane, page) in planes.pages {
            let mut place = [0; 3];
            for axis in 0..3 {
                place[axis] = known[axis].binary_search(&plane[axis]).ok()? as u32;
            }
            let at = layout.place(place)?;
            layout.planes[at] = Some(page);
        }
        Some(layout)
    }

    fn place(&self, plane: [u32; 3]) -> Option<usize> {
        let [channels, depth, _] = self.sizes.map(|size| size as usize);
        let inside = (0..3).all(|axis| plane[axis] < self.sizes[axis]);
        let [channel, z, time] = plane.map(|at| at as usize);
        inside.then_some(channel + channels * (z + depth * time))
    }

    /// Channels, as far as something says so.
    pub fn channels(&self) -> u32 {
        self.sizes[0]
    }

    /// Planes along Z; pages where nothing says what they are.
    pub fn depth(&self) -> u32 {
        self.sizes[1]
    }

    /// Times.
    pub fn times(&self) -> u32 {
        self.sizes[2]
    }

    /// The page of a channel, a plane along Z and a time, all counted from 0; `None` where it is not in the file.
    pub fn page(&self, plane: [u32; 3]) -> Option<u32> {
        *self.planes.get(self.place(plane)?)?
    }

    /// The pages of a channel along Z, at the first time; `None` where one is not in the file.
    pub fn volume(&self, channel: u32) -> Option<Vec<u32>> {
        (0..self.depth())
            .map(|z| self.page([channel, z, 0]))
            .collect()
    }
}

/// Reads what the pages of a file are.
///
/// # Errors
///
/// As [`probe_plane`](super::probe_plane), for what the directory alone tells; [`ImageError::NoSuchSeries`] where nothing
/// tells the pages of a series.
pub fn page_layout(path: &Path, series: u32) -> Result<PageLayout, ImageError> {
    layout_in(path, open(path)?, series)
}

/// Looks into the bytes of a file, as [`page_layout`] does; `name` is for messages, and its end the file's name.
pub fn page_layout_from(name: &Path, bytes: &[u8], series: u32) -> Result<PageLayout, ImageError> {
    layout_in(name, Cursor::new(bytes), series)
}

/// Images that a description says are in one page after the other, without pages of their own.
pub(super) fn unpaged_images(description: &str) -> Option<u32> {
    if description.starts_with("ImageJ=") {
        return number_after(description, "images=");
    }
    let is_shaped =
        description.starts_with("{\"shape\"") && description.contains("\"truncated\": true");
    is_shaped.then(|| shape_of(description))??.first().copied()
}

/// Channels, slices and frames of `ImageJ`'s description.
fn imagej_sizes(description: &str) -> Option<[u32; 3]> {
    if !description.starts_with("ImageJ=") {
        return None;
    }
    let sizes = ["channels=", "slices=", "frames="].map(|key| number_after(description, key));
    let is_told = sizes.iter().any(Option::is_some);
    is_told.then(|| sizes.map(|size| size.unwrap_or(1).max(1)))
}

/// The number of the line that begins so.
fn number_after(description: &str, key: &str) -> Option<u32> {
    let line = description
        .lines()
        .find_map(|line| line.strip_prefix(key))?;
    line.trim().parse().ok()
}

/// The numbers of tifffile's `"shape": [6, 40, 40]`.
fn shape_of(description: &str) -> Option<Vec<u32>> {
    let (_, rest) = description.split_once("\"shape\": [")?;
    let (numbers, _) = rest.split_once(']')?;
    numbers
        .split(',')
        .map(|number| number.trim().parse().ok())
        .collect()
}

/// Which of channels, planes along Z and times comes first in the pages, and their sizes: from tifffile's `"axes"`.
fn axes_of(description: &str) -> Option<(Vec<usize>, [u32; 3])> {
    let shape = shape_of(description)?;
    let (_, rest) = description.split_once("\"axes\": \"")?;
    let (axes, _) = rest.split_once('"')?;
    if axes.len() != shape.len() {
        return None;
    }
    let mut sizes = [1; 3];
    let mut order = Vec::new();
    // The last axis is that of neighbours.
    for (letter, size) in axes.chars().rev().zip(shape.into_iter().rev()) {
        match "CZT".find(letter) {
            Some(at) if !order.contains(&at) => {
                sizes[at] = size;
                order.push(at);
            }
            _ if size > 1 && !"XYS".contains(letter) => return None,
            _ => {}
        }
    }
    (!order.is_empty()).then_some((order, sizes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description, its pages, and channels, planes, times and the pages of the last channel's volume.
    type Case<'a> = (&'a str, u32, Option<([u32; 3], Vec<u32>)>);

    #[test]
    fn descriptions_say_what_pages_are() {
        let ome = "<OME><Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"2\" SizeZ=\"3\" SizeT=\"1\"><Channel Name=\"A\"/><Channel Name=\"B\"/><TiffData/></Pixels></Image></OME>";
        let one_of_two = "<OME UUID=\"u:1\"><Image><Pixels DimensionOrder=\"XYZCT\" SizeC=\"2\" SizeZ=\"3\"><TiffData FirstC=\"1\" IFD=\"0\" PlaneCount=\"3\"><UUID FileName=\"a.tif\">u:1</UUID></TiffData><TiffData IFD=\"0\" PlaneCount=\"3\"><UUID FileName=\"b.tif\">u:2</UUID></TiffData></Pixels></Image></OME>";
        let cases: [Case; 12] = [
            (ome, 6, Some(([2, 3, 1], vec![3, 4, 5]))),
            (one_of_two, 3, Some(([1, 3, 1], vec![0, 1, 2]))),
            (
                "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\n",
                6,
                Some(([2, 3, 1], vec![1, 3, 5])),
            ),
            (
                "ImageJ=1.53t\nimages=3\nframes=3\n",
                3,
                Some(([1, 1, 3], vec![0])),
            ),
            ("ImageJ=1.53t\nimages=3\n", 3, None),
            ("ImageJ=1.53t\nimages=3\nchannels=3\n", 2, None),
            (
                "{\"shape\": [2, 3, 40, 40], \"axes\": \"CZYX\"}",
                6,
                Some(([2, 3, 1], vec![3, 4, 5])),
            ),
            (
                "{\"shape\": [3, 2, 40, 40], \"axes\": \"ZCYX\"}",
                6,
                Some(([2, 3, 1], vec![1, 3, 5])),
            ),
            ("{\"shape\": [6, 40, 40]}", 6, None),
            ("{\"shape\": [6, 40, 40], \"axes\": \"QYX\"}", 6, None),
            ("", 2, None),
            ("<OME", 2, None),
        ];
        for (description, pages, expected) in cases {
            let all: Vec<u32> = (0..pages).collect();
            let layout = PageLayout::of_description(description, "a.tif", 0, &all, pages);
            let found = layout.map(|layout| {
                let channel = layout.channels() - 1;
                let volume = layout.volume(channel).expect("all planes");
                ([layout.channels(), layout.depth(), layout.times()], volume)
            });
            assert_eq!(found, expected, "{description}");
        }
        let untold = PageLayout::of_pages(vec![0, 2]);
        assert_eq!(untold.volume(0), Some(vec![0, 2]));
        assert_eq!((untold.page([1, 0, 0]), untold.told_by), (None, None));
        assert_eq!(unpaged_images("ImageJ=1\nimages=7\n"), Some(7));
        assert_eq!(
            unpaged_images("{\"shape\": [5, 4, 4], \"truncated\": true}"),
            Some(5)
        );
        assert_eq!(unpaged_images("{\"shape\": [5, 4, 4]}"), None);
    }
}
