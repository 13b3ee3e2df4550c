//! Which page of a file a picture is.

use std::io::Cursor;
use std::path::Path;

use super::ImageError;
use super::picture_source::{find_in, open};

/// Where a picture lies in a file of several: its series, and its plane within that, both counted from 0.
///
/// This is what `CellProfiler` records. A series is an image of the file, with planes of its own; it is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PagePlace {
    /// The image within the file.
    pub series: u32,
    /// The plane within the image.
    pub frame: u32,
    /// A frame is recorded, be it the first: it is the plane, whatever else the file has.
    pub recorded: bool,
    /// Where no other frame than the first is recorded: which channel of the file it is.
    pub channel: Option<u32>,
}

impl PagePlace {
    /// The place from the texts of `Series_X` and `Frame_X`; what is missing or no number is the first.
    pub fn of_texts(series: Option<&str>, frame: Option<&str>) -> Self {
        Self {
            series: number_of(series).unwrap_or(0),
            frame: number_of(frame).unwrap_or(0),
            recorded: number_of(frame).is_some(),
            channel: None,
        }
    }

    /// The same place, of the channel of this text, that of `Channel_X`. The first one is recorded of grey pictures, too,
    /// so that it says nothing.
    #[must_use]
    pub fn with_channel(self, channel: Option<&str>) -> Self {
        Self {
            channel: number_of(channel).filter(|channel| *channel > 0),
            ..self
        }
    }
}

/// A number from 0 up.
fn number_of(text: Option<&str>) -> Option<u32> {
    let number = text?.trim().parse::<f64>().ok()?;
    number.is_finite().then_some(number.max(0.0) as u32)
}

/// A page of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundPage {
    /// The page, counted from 0.
    pub page: u32,
    /// Pages of the file, without thumbnails and smaller copies.
    pub pages: u32,
}

/// Finds the page of a place, for an OME-TIFF by its description. In other files the pages are the planes of one
/// series.
///
/// # Errors
///
/// As [`probe_plane`](super::probe_plane); and [`ImageError::NoSuchSeries`] where nothing tells the pages of a series.
pub fn find_page(path: &Path, place: PagePlace) -> Result<FoundPage, ImageError> {
    find_in(path, open(path)?, place)
}

/// Looks into the bytes of a file, as [`find_page`] does; `name` is for messages, and its end the file's name.
pub fn find_page_from(
    name: &Path,
    bytes: &[u8],
    place: PagePlace,
) -> Result<FoundPage, ImageError> {
    find_in(name, Cursor::new(bytes), place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::{TiffEncoder, colortype::Gray8};
    use tiff::tags::Tag;

    /// A TIFF of some pages with a description in the first one.
    fn tiff(pages: u8, description: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        {
            let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).unwrap();
            for page in 0..pages {
                let mut image = encoder.new_image::<Gray8>(2, 2).unwrap();
                if page == 0 {
                    let encoder = image.encoder();
                    let written = encoder.write_tag(Tag::ImageDescription, description);
                    written.unwrap();
                }
                image.write_data(&[page; 4]).unwrap();
            }
        }
        bytes
    }

    #[test]
    fn a_series_is_no_page() {
        let ome = "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\"><TiffData IFD=\"0\" PlaneCount=\"2\"/></Pixels></Image><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\"><TiffData IFD=\"2\" PlaneCount=\"2\"/></Pixels></Image></OME>";
        let cases = [
            (4, ome, 1, 0, Some(2)),
            (4, ome, 1, 1, Some(3)),
            (4, ome, 0, 1, Some(1)),
            (4, ome, 2, 0, None),
            (3, ome, 1, 1, None),
            (4, "x", 0, 3, Some(3)),
            (4, "x", 0, 4, None),
            (4, "x", 1, 0, None),
            (1, "x", 0, 0, Some(0)),
        ];
        for (pages, description, series, frame, expected) in cases {
            let bytes = tiff(pages, description);
            let place = PagePlace {
                series,
                frame,
                ..PagePlace::default()
            };
            let found = find_page_from(Path::new("a.tif"), &bytes, place);
            let page = found.as_ref().ok().map(|found| found.page);
            assert_eq!(page, expected, "{pages} {place:?} {found:?}");
            match found {
                Ok(found) => assert_eq!(found.pages, u32::from(pages)),
                Err(error) => assert!(error.to_string().contains("a.tif"), "{error}"),
            }
        }
    }

    #[test]
    fn places_are_read_from_texts() {
        for (series, frame, expected) in [
            (None, None, (0, 0)),
            (Some("1"), Some("2.0"), (1, 2)),
            (Some(" 3 "), Some("x"), (3, 0)),
            (Some("-1"), Some("0"), (0, 0)),
        ] {
            let place = PagePlace::of_texts(series, frame);
            assert_eq!((place.series, place.frame), expected);
            assert_eq!(place.recorded, frame.is_some_and(|frame| frame != "x"));
            assert_eq!(place.channel, None);
            let channel = place.with_channel(frame).channel;
            assert_eq!(channel, Some(expected.1).filter(|channel| *channel > 0));
        }
    }
}
