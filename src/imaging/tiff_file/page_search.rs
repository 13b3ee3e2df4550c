//! Which page of a TIFF a series and a frame are, and which pages are pictures at all.

use std::io::{BufRead, Read, Seek};
use std::path::Path;

use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::{Context, MAX_PAGES};
use crate::ome_layout::page_of;
use crate::page_layout::unpaged_images;
use crate::samples::Purpose;
use crate::samples::SAVE_AS_GREY;
use crate::{FoundPage, ImageError, PageLayout, PagePlace};

/// A bit of `NewSubfileType`: a smaller copy of another page.
const REDUCED: u32 = 1;
/// Another one: a mask of another page.
const MASK: u32 = 4;

/// The pages of a file.
struct Pages {
    /// All of them.
    all: u32,
    /// Those that are not said to be thumbnails or masks of others.
    frames: Vec<u32>,
    /// Those of them that have the size of the largest one.
    pictures: Vec<u32>,
}

impl Pages {
    fn read<R: Read + Seek>(decoder: &mut Decoder<R>) -> Self {
        // Page, width and height, and whether it is a copy or mask of another one.
        let mut found: Vec<(u32, [u32; 2], bool)> = Vec::new();
        let mut next = decoder.ifd_pointer();
        while let Some(pointer) = next
            && (found.len() as u32) < MAX_PAGES
        {
            let Ok(directory) = decoder.read_directory(pointer) else {
                break;
            };
            let mut tags = decoder.read_directory_tags(&directory);
            let mut number = |tag| tags.find_tag_unsigned::<u32>(tag).ok().flatten();
            let size = [Tag::ImageWidth, Tag::ImageLength].map(|tag| number(tag).unwrap_or(0));
            let kind = number(Tag::NewSubfileType).unwrap_or(0);
            found.push((found.len() as u32, size, kind & (REDUCED | MASK) != 0));
            next = directory.next();
        }
        let all = found.len() as u32;
        if found.iter().any(|(_, _, is_other)| !is_other) {
            found.retain(|(_, _, is_other)| !is_other);
        }
        let pixels = |[width, height]: [u32; 2]| u64::from(width) * u64::from(height);
        let sizes = found.iter().map(|(_, size, _)| *size);
        let largest = sizes.max_by_key(|size| pixels(*size)).unwrap_or_default();
        let pictures = found.iter().filter(|(_, size, _)| *size == largest);
        Self {
            all,
            pictures: pictures.map(|(page, _, _)| *page).collect(),
            frames: found.iter().map(|(page, _, _)| *page).collect(),
        }
    }
}

fn description_of<R: Read + Seek>(decoder: &mut Decoder<R>) -> String {
    decoder
        .find_tag(Tag::ImageDescription)
        .ok()
        .flatten()
        .and_then(|description| description.into_string().ok())
        .unwrap_or_default()
}

/// The pages of a file, and its description.
fn opened<R: BufRead + Seek>(path: &Path, reader: R) -> Result<(Pages, String), ImageError> {
    let purpose = Purpose::Intensity;
    let context = Context { path, purpose };
    let (mut decoder, _) = context.open(reader)?;
    let pages = Pages::read(&mut decoder);
    let description = description_of(&mut decoder);
    Ok((pages, description))
}

/// Finds the page of a place: by the file's description if that is OME-XML, else pages are planes of one series.
pub(crate) fn find_page<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    place: PagePlace,
) -> Result<FoundPage, ImageError> {
    let (pages, description) = opened(path, reader)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let no_series = |reason: String| ImageError::NoSuchSeries {
        path: path.to_owned(),
        series: place.series,
        pages: pages.all,
        reason,
    };
    let page = match page_of(&description, &name, place) {
        Ok(Some(page)) => u32::try_from(page).unwrap_or(u32::MAX),
        Ok(None) if place.series == 0 => {
            let frame = pages.frames.get(place.frame as usize);
            frame.copied().unwrap_or(u32::MAX)
        }
        Ok(None) => return Err(no_series("it has no description of its series".to_owned())),
        Err(reason) => return Err(no_series(reason)),
    };
    if page >= pages.all {
        return Err(ImageError::NoSuchPage {
            path: path.to_owned(),
            page: if page == u32::MAX { place.frame } else { page },
            pages: pages.all,
        });
    }
    Ok(FoundPage {
        page,
        pages: pages.pictures.len() as u32,
    })
}

/// What the pages of a series are: by the file's description, else anything.
pub(crate) fn layout<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    series: u32,
) -> Result<PageLayout, ImageError> {
    let (pages, description) = opened(path, reader)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let known = PageLayout::of_description(&description, &name, series, &pages.pictures, pages.all);
    if let Some(layout) = known {
        return Ok(layout);
    }
    if series > 0 {
        return Err(ImageError::NoSuchSeries {
            path: path.to_owned(),
            series,
            pages: pages.all,
            reason: "it has no description of its series".to_owned(),
        });
    }
    if let (1, Some(images @ 2..)) = (pages.all, unpaged_images(&description)) {
        return Err(ImageError::Unsupported {
            path: path.to_owned(),
            what: format!("a stack of {images} images in one page"),
            advice: SAVE_AS_GREY,
        });
    }
    Ok(PageLayout::of_pages(pages.pictures))
}
