//! A picture that shows the objects of one set: numbers, filled regions or outlines.

use std::io::{BufRead, Cursor, Seek};
use std::path::Path;

use super::components::{Contact, connected};
use super::labels::read_label_page;
use super::outline_parts::outline_parts;
use super::picture_source::{open, read_samples};
use super::pixel_mask::mask_parts;
use super::samples::{Decoded, Purpose, Samples};
use super::{ImageError, LabelImage, PixelMask};

/// How a picture shows objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// Every pixel holds the number of its object.
    Labels,
    /// Objects are filled regions of one value.
    Binary,
    /// Objects are closed curves of one value.
    Outlines,
}

/// A picture of the objects of one set, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectPicture {
    /// Every pixel holds the number of its object.
    Labels(LabelImage),
    /// Objects are regions of one value each, but the values are not their numbers: colours, or scaled numbers.
    Values(LabelImage),
    /// Set pixels are objects; which is which is not told.
    Binary(PixelMask),
    /// Set pixels are the outlines of objects; which is which is not told.
    Outlines(PixelMask),
}

/// Of the pixels of outlines at most this share has only other such pixels at its edges: where many lines meet.
const MAX_INNER_LINE: f64 = 0.2;

/// A label image has few pieces a number: one, or some where objects are cut.
const MAX_PIECES_A_NUMBER: usize = 4;

/// Object numbers are mostly consecutive: at least one in this many is there.
const MAX_NUMBER_STEP: u64 = 20;

impl ObjectPicture {
    /// Reads one zero-based page of a TIFF, or a PNG, and tells what it shows.
    ///
    /// Grey of any depth, floating point with whole values, colour tables and RGB(A) are read; alpha is ignored. A
    /// picture with colours counts by the pixels of its one colour, whether the rest is black or grey, so an overlay
    /// of one pure colour serves as well. It is decided like this:
    ///
    /// 1. Two values, one of them 0: outlines, if hardly a set pixel has all its edges at set ones and the lines
    ///    enclose something. Else filled regions, if the value is the largest one of the file (1 bit, 255, 65,535, 1.0)
    ///    or there are several regions. Else labels: one object with a number of its own.
    /// 2. More values: labels, if almost every number is one piece and the numbers lie close together; regions of
    ///    values that tell objects apart and nothing more, if the numbers are fractions, colours on black, or far
    ///    apart. Else this is an intensity picture and an error.
    /// 3. Nothing but 0 is a label image without an object.
    ///
    /// # Errors
    ///
    /// As [`read_plane`](super::read_plane); also colour pictures of something else, intensity pictures and JPEGs.
    pub fn read(path: &Path, page: u32) -> Result<Self, ImageError> {
        read_any(path, open(path)?, page)
    }

    /// Reads from the bytes of a file, as [`read`](Self::read) does; `name` is for messages.
    pub fn read_from(name: &Path, bytes: &[u8], page: u32) -> Result<Self, ImageError> {
        read_any(name, Cursor::new(bytes), page)
    }

    /// Reads a picture as the kind that the caller knows it to be.
    ///
    /// Labels are the values as they are. For the other kinds every pixel that is not 0 is set, in a picture with
    /// one colour every pixel of that colour.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), but nothing is guessed, so any grey picture of whole numbers will do.
    pub fn read_as(path: &Path, page: u32, kind: ObjectKind) -> Result<Self, ImageError> {
        read_known(path, open(path)?, page, kind)
    }

    /// Reads from the bytes of a file, as [`read_as`](Self::read_as) does; `name` is for messages.
    pub fn read_as_from(
        name: &Path,
        bytes: &[u8],
        page: u32,
        kind: ObjectKind,
    ) -> Result<Self, ImageError> {
        read_known(name, Cursor::new(bytes), page, kind)
    }

    /// `labels`, `values`, `mask` or `outlines`, for reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Labels(_) => "labels",
            Self::Values(_) => "values",
            Self::Binary(_) => "mask",
            Self::Outlines(_) => "outlines",
        }
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [u32; 2] {
        match self {
            Self::Labels(labels) | Self::Values(labels) => [labels.width, labels.height],
            Self::Binary(mask) | Self::Outlines(mask) => [mask.width(), mask.height()],
        }
    }

    /// Whether the numbers of [`into_parts`](Self::into_parts) are those of the objects.
    pub fn is_numbered(&self) -> bool {
        matches!(self, Self::Labels(_))
    }

    /// The objects as numbered regions: the numbers of labels, otherwise parts in the order met.
    #[must_use]
    pub fn into_parts(self) -> LabelImage {
        match self {
            Self::Labels(labels) => labels,
            // Far objects may have the same colour.
            Self::Values(image) => {
                let width = image.width as usize;
                LabelImage {
                    labels: connected(&image.labels, width, 0, Contact::Corners).ids,
                    ..image
                }
            }
            Self::Binary(mask) => mask_parts(&mask),
            Self::Outlines(mask) => outline_parts(&mask),
        }
    }
}

fn read_known<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
    kind: ObjectKind,
) -> Result<ObjectPicture, ImageError> {
    if kind == ObjectKind::Labels {
        return read_label_page(path, reader, page).map(ObjectPicture::Labels);
    }
    let decoded = read_samples(path, reader, page, Purpose::Objects)?;
    let set = match decoded.samples {
        Samples::Marks(set) => set,
        Samples::Values(values, _) => values.iter().map(|&value| value != 0).collect(),
        samples => numbers(path, samples)?.iter().map(|&n| n != 0).collect(),
    };
    let mask = mask_of(path, decoded.width, decoded.height, set)?;
    Ok(if kind == ObjectKind::Binary {
        ObjectPicture::Binary(mask)
    } else {
        ObjectPicture::Outlines(mask)
    })
}

fn read_any<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
) -> Result<ObjectPicture, ImageError> {
    let Decoded {
        width,
        height,
        full,
        samples,
        ..
    } = read_samples(path, reader, page, Purpose::Objects)?;
    let labels = match samples {
        Samples::Marks(set) => {
            let mask = mask_of(path, width, height, set)?;
            return Ok(if is_line_drawing(&mask) {
                ObjectPicture::Outlines(mask)
            } else {
                ObjectPicture::Binary(mask)
            });
        }
        Samples::Values(labels, words) => {
            return match show_objects(&labels, width) {
                Ok(_) => Ok(ObjectPicture::Values(LabelImage {
                    width,
                    height,
                    labels,
                })),
                Err(_) => Err(unsupported(path, words)),
            };
        }
        samples => numbers(path, samples)?,
    };
    let value = labels.iter().copied().max().unwrap_or(0);
    let two_values = labels.iter().all(|&label| label == 0 || label == value);
    if two_values && value != 0 && labels.contains(&0) {
        let set = labels.iter().map(|&label| label != 0).collect();
        let mask = mask_of(path, width, height, set)?;
        if is_line_drawing(&mask) {
            return Ok(ObjectPicture::Outlines(mask));
        }
        let one_region =
            || connected(mask.set(), width as usize, false, Contact::Corners).count == 1;
        if value == full || !one_region() {
            return Ok(ObjectPicture::Binary(mask));
        }
    } else if !two_values {
        let are_numbers = show_objects(&labels, width).map_err(|what| unsupported(path, what))?;
        if !are_numbers {
            return Ok(ObjectPicture::Values(LabelImage {
                width,
                height,
                labels,
            }));
        }
    }
    Ok(ObjectPicture::Labels(LabelImage {
        width,
        height,
        labels,
    }))
}

fn numbers(path: &Path, samples: Samples) -> Result<Vec<u32>, ImageError> {
    match samples {
        Samples::U8(data) => Ok(data.into_iter().map(u32::from).collect()),
        Samples::U16(data) => Ok(data.into_iter().map(u32::from).collect()),
        Samples::U32(data) => Ok(data),
        Samples::Real(_) | Samples::Marks(_) | Samples::Values(..) => {
            Err(unsupported(path, "numbers that are no labels".to_owned()))
        }
    }
}

fn mask_of(path: &Path, width: u32, height: u32, set: Vec<bool>) -> Result<PixelMask, ImageError> {
    PixelMask::new(width, height, set).ok_or_else(|| ImageError::Decode {
        path: path.to_owned(),
        reason: "it has another number of pixels than its header says".to_owned(),
    })
}

fn unsupported(path: &Path, what: String) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what,
        advice: Purpose::Objects.advice(),
    }
}

/// Whether set pixels are thin lines around something.
///
/// Small filled spots are thin as well, but they enclose nothing.
fn is_line_drawing(mask: &PixelMask) -> bool {
    let (width, height) = (mask.width() as usize, mask.height() as usize);
    let set = mask.set();
    let (mut lines, mut inner) = (0_usize, 0_usize);
    for y in 0..height {
        for x in 0..width {
            let index = y * width + x;
            if !set[index] {
                continue;
            }
            lines += 1;
            // Beyond the border an object would go on.
            let surrounded = (x == 0 || set[index - 1])
                && (x + 1 == width || set[index + 1])
                && (y == 0 || set[index - width])
                && (y + 1 == height || set[index + width]);
            inner += usize::from(surrounded);
        }
    }
    if lines == 0 || inner as f64 > MAX_INNER_LINE * lines as f64 {
        return false;
    }
    let curves = connected(set, width, false, Contact::Corners).count;
    let regions = connected(set, width, true, Contact::Edges).count;
    // Of closed curves each one adds a region; a few may be tails or specks.
    regions > 1 && (regions - 1).saturating_mul(2) >= curves
}

/// Whether the regions of many values have the numbers of objects, or values that say nothing more than which pixels
/// belong together; otherwise what the picture shows instead of objects.
fn show_objects(labels: &[u32], width: u32) -> Result<bool, String> {
    let pieces = connected(labels, width as usize, 0, Contact::Edges);
    let mut first = vec![0_u32; pieces.count as usize + 1];
    let mut covered = 0_usize;
    for (&piece, &label) in pieces.ids.iter().zip(labels) {
        first[piece as usize] = label;
        covered += usize::from(piece != 0);
    }
    let pieces = pieces.count as usize;
    let mut numbers = first.split_off(1);
    numbers.sort_unstable();
    numbers.dedup();
    let span = u64::from(numbers.last().copied().unwrap_or(0))
        - u64::from(numbers.first().copied().unwrap_or(0));
    let dense = span < numbers.len() as u64 * MAX_NUMBER_STEP;
    // Noise of many values has as many pieces as numbers, too, but they are single pixels.
    let solid = covered >= 2 * pieces || numbers.len() <= 2;
    if pieces > MAX_PIECES_A_NUMBER * numbers.len() || !solid {
        let values = numbers.len();
        return Err(format!(
            "intensities, not objects ({values} values in {pieces} pieces)"
        ));
    }
    Ok(dense || numbers.len() <= 2)
}

#[cfg(test)]
mod tests;
