//! Which page of a TIFF a series and a frame are.

use std::io::{BufRead, Seek};
use std::path::Path;

use tiff::tags::Tag;

use super::{Context, MAX_PAGES};
use crate::ome_layout::page_of;
use crate::samples::Purpose;
use crate::{FoundPage, ImageError, PagePlace};

/// Finds the page of a place: by the file's description if that is OME-XML, else pages are planes of one series.
pub(crate) fn find_page<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    place: PagePlace,
) -> Result<FoundPage, ImageError> {
    let purpose = Purpose::Intensity;
    let context = Context { path, purpose };
    let (mut decoder, _) = context.open(reader)?;
    let pages = Context::pages(&mut decoder, MAX_PAGES);
    let description = decoder
        .find_tag(Tag::ImageDescription)
        .ok()
        .flatten()
        .and_then(|description| description.into_string().ok())
        .unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let no_series = |reason: String| ImageError::NoSuchSeries {
        path: path.to_owned(),
        series: place.series,
        pages,
        reason,
    };
    let page = match page_of(&description, &name, place) {
        Ok(Some(page)) => u32::try_from(page).unwrap_or(u32::MAX),
        Ok(None) if place.series == 0 => place.frame,
        Ok(None) => return Err(no_series("it has no description of its series".to_owned())),
        Err(reason) => return Err(no_series(reason)),
    };
    if page >= pages {
        return Err(ImageError::NoSuchPage {
            path: path.to_owned(),
            page,
            pages,
        });
    }
    Ok(FoundPage { page, pages })
}
