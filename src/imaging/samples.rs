//! Decoded samples on their way to a plane or a label image, shared by the file formats.

use std::collections::HashMap;
use std::hash::Hash;
use std::io;
use std::path::Path;

use super::ImageError;
use super::grey_source::{GreySource, WholeSample, brightness};

/// The most pixels that a file may claim, 16,384 squared: a stitched well fits, a damaged header does not get
/// gigabytes.
pub(super) const MAX_PIXELS: u64 = 1 << 28;

/// The most bytes that decoding one picture may take: [`MAX_PIXELS`] of 16-bit RGBA.
pub(super) const MAX_BYTES: usize = 1 << 31;

/// A compressed picture is not this many times as large as its bytes; only a damaged header says so.
pub(super) const MAX_EXPANSION: u64 = 1 << 16;

/// Advice for anything that is not an intensity plane.
pub(super) const SAVE_AS_GREY: &str =
    "save it as 8 or 16 bit grey TIFF or PNG, each channel as a file or page of its own";

/// Advice for anything that is not a label image.
pub(super) const SAVE_AS_LABELS: &str =
    "save the labels as a grey TIFF of 8, 16 or 32 bit whole numbers";

/// Advice for anything that shows no objects.
pub(super) const SAVE_AS_OBJECTS: &str = "save the objects as a label image (grey TIFF, 16 bit) or the outlines of one \
     object set in one colour on a black picture";

/// What the pixels are wanted for: it decides which sample types make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Intensities of any number type.
    Intensity,
    /// Object numbers, of any type as long as they are whole and fit.
    Labels,
    /// Object numbers, or a mask or outlines of one colour.
    Objects,
}

impl Purpose {
    /// What to tell the user about a file that does not serve this purpose.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Intensity => SAVE_AS_GREY,
            Self::Labels => SAVE_AS_LABELS,
            Self::Objects => SAVE_AS_OBJECTS,
        }
    }
}

/// One grey sample a pixel, row-major.
#[derive(Debug)]
pub(super) enum Samples {
    /// 8-bit source.
    U8(Vec<u8>),
    /// 16-bit source.
    U16(Vec<u16>),
    /// Whole numbers wider than 16 bit.
    U32(Vec<u32>),
    /// Numbers with a sign or a fraction; never labels.
    Real(Vec<f64>),
    /// Which pixels have the one colour of a picture that is grey or black elsewhere; only for objects.
    Marks(Vec<bool>),
    /// Pixels of equal values have equal numbers, which say nothing more; black and 0 are 0. Also what such a picture
    /// is if the values are not those of objects. Only for objects.
    Values(Vec<u32>, String),
}

/// A decoded grey picture.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) width: u32,
    pub(super) height: u32,
    /// The largest sample that the file's type can hold, in the numbers of `samples`; 0 for anything but whole ones.
    pub(super) full: u32,
    pub(super) samples: Samples,
    /// What the greys were in the file.
    pub(super) source: GreySource,
}

/// What a picture shows that is not one grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colorful {
    /// Different colours that are no greys, counted up to [`MAX_COLORS`]; 0 where they were not counted.
    pub(super) colors: usize,
}

/// More colours than this are not counted.
const MAX_COLORS: usize = 16;

impl Colorful {
    /// In words, for messages.
    pub(super) fn words(self) -> String {
        match self.colors {
            0 => "a colour picture".to_owned(),
            MAX_COLORS => format!("a picture of {MAX_COLORS} colours or more"),
            colors => format!("a picture of {colors} colours"),
        }
    }
}

/// How the samples of one pixel lie in a decoded buffer.
#[derive(Debug, Clone, Copy)]
pub(super) struct SampleLayout {
    /// Pixels in the picture.
    pub(super) pixels: usize,
    /// Samples stored for each pixel.
    pub(super) stored: usize,
    /// How many of them, the first ones, are colours; the others are alpha or the like.
    pub(super) colors: usize,
    /// All first samples, then all second ones, instead of pixel after pixel.
    pub(super) planar: bool,
}

impl SampleLayout {
    /// The three colours of a pixel; there must be so many samples.
    pub(super) fn color<T: Copy>(self, data: &[T], index: usize) -> [T; 3] {
        if self.planar {
            [0, 1, 2].map(|plane| data[plane * self.pixels + index])
        } else {
            [0, 1, 2].map(|sample| data[index * self.stored + sample])
        }
    }
}

/// More different values than this are intensities.
const MAX_VALUES: usize = 1 << 17;

/// A number for each value in the order met, from 1; `nothing` is 0. `None` where there are too many.
pub(super) fn numbered_values<T: Eq + Hash + Copy>(
    values: impl Iterator<Item = T>,
    nothing: T,
) -> Option<Vec<u32>> {
    let mut numbers: HashMap<T, u32> = HashMap::from([(nothing, 0)]);
    let mut numbered = Vec::with_capacity(values.size_hint().0);
    let mut last = (nothing, 0);
    for value in values {
        if value != last.0 {
            let next = numbers.len() as u32;
            last = (value, *numbers.entry(value).or_insert(next));
            if numbers.len() > MAX_VALUES {
                return None;
            }
        }
        numbered.push(last.1);
    }
    Some(numbered)
}

/// Whether pixels have several greys besides black: a picture below colours.
fn has_greys<T: Copy + Default + PartialEq>(data: &[T], layout: SampleLayout) -> bool {
    let mut known = None;
    (0..layout.pixels).any(|index| {
        let [red, green, blue] = layout.color(data, index);
        red == green && green == blue && red != T::default() && *known.get_or_insert(red) != red
    })
}

/// The samples of a picture: its greys, for intensities the brightness of its colours, for objects the pixels of its one
/// colour or of each of its colours.
pub(super) fn samples_of<T: WholeSample>(
    data: Vec<T>,
    layout: SampleLayout,
    purpose: Purpose,
    wrap: impl Fn(Vec<T>) -> Samples,
) -> Result<(Samples, GreySource), Colorful> {
    if purpose == Purpose::Intensity {
        let (greys, source) = greys_of(data, layout, T::nearest)?;
        return Ok((wrap(greys), source));
    }
    objects_of(data, layout, purpose, wrap).map(|samples| (samples, GreySource::Stored))
}

/// The greys of a picture for intensities, or the brightness of its colours.
pub(super) fn greys_of<T: Copy + PartialEq + Into<f64>>(
    data: Vec<T>,
    layout: SampleLayout,
    nearest: impl Fn(f64) -> T,
) -> Result<(Vec<T>, GreySource), Colorful> {
    let SampleLayout { pixels, stored, .. } = layout;
    let enough = pixels
        .checked_mul(stored)
        .is_some_and(|samples| stored >= 3 && data.len() >= samples);
    if layout.colors != 3 || !enough {
        let greys = grey_of(data, layout).ok_or(Colorful { colors: 0 })?;
        return Ok((greys, GreySource::Stored));
    }
    let mut source = GreySource::Stored;
    let greys = (0..pixels)
        .map(|index| {
            let color = layout.color(&data, index);
            if color[0] == color[1] && color[1] == color[2] {
                return color[0];
            }
            source = GreySource::Colors;
            nearest(brightness(color.map(Into::into)))
        })
        .collect();
    Ok((greys, source))
}

/// The samples of a picture of objects.
fn objects_of<T: WholeSample>(
    data: Vec<T>,
    layout: SampleLayout,
    purpose: Purpose,
    wrap: impl Fn(Vec<T>) -> Samples,
) -> Result<Samples, Colorful> {
    if purpose == Purpose::Objects && layout.colors == 3 {
        match marks_of(&data, layout) {
            Ok(marks) if marks.contains(&true) => return Ok(Samples::Marks(marks)),
            Ok(_) => {}
            Err(colorful) => {
                let colors = (0..layout.pixels).map(|index| layout.color(&data, index));
                let values = numbered_values(colors, [T::default(); 3]);
                return match values {
                    // An overlay on a grey picture has greys, too.
                    Some(values) if colorful.colors > 1 && !has_greys(&data, layout) => {
                        Ok(Samples::Values(values, colorful.words()))
                    }
                    _ => Err(colorful),
                };
            }
        }
    }
    grey_of(data, layout)
        .map(wrap)
        .ok_or(Colorful { colors: 0 })
}

/// Which pixels are coloured, if all of them have the same colour.
fn marks_of<T: Copy + PartialEq>(data: &[T], layout: SampleLayout) -> Result<Vec<bool>, Colorful> {
    let SampleLayout { pixels, stored, .. } = layout;
    let enough = pixels
        .checked_mul(stored)
        .is_some_and(|samples| stored >= 3 && data.len() >= samples);
    if !enough {
        return Err(Colorful { colors: 0 });
    }
    let mut colors: Vec<[T; 3]> = Vec::new();
    let mut marks = vec![false; pixels];
    for (index, mark) in marks.iter_mut().enumerate() {
        let color = layout.color(data, index);
        *mark = color[0] != color[1] || color[1] != color[2];
        if *mark && !colors.contains(&color) {
            colors.push(color);
            if colors.len() == MAX_COLORS {
                break;
            }
        }
    }
    if colors.len() > 1 {
        return Err(Colorful {
            colors: colors.len(),
        });
    }
    Ok(marks)
}

/// The one grey sample of each pixel; `None` where the colours of a pixel differ or the buffer is too short.
pub(super) fn grey_of<T: Copy + PartialEq>(
    mut data: Vec<T>,
    layout: SampleLayout,
) -> Option<Vec<T>> {
    let SampleLayout {
        pixels,
        stored,
        colors,
        planar,
    } = layout;
    if stored == 0 || colors == 0 || data.len() < pixels.checked_mul(stored)? {
        return None;
    }
    if planar || stored == 1 {
        let (first, others) = data.split_at(pixels);
        let equal = others
            .chunks_exact(pixels.max(1))
            .take(colors - 1)
            .all(|plane| plane == first);
        data.truncate(pixels);
        return equal.then_some(data);
    }
    data.chunks_exact(stored)
        .take(pixels)
        .map(|samples| {
            let grey = samples[0];
            samples[..colors.min(stored)]
                .iter()
                .all(|&sample| sample == grey)
                .then_some(grey)
        })
        .collect()
}

/// Fails on a picture that is too large to be one.
pub(super) fn check_size(path: &Path, width: u32, height: u32) -> Result<(), ImageError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(ImageError::TooLarge {
            path: path.to_owned(),
            width,
            height,
        });
    }
    Ok(())
}

/// Sorts an I/O error from inside a decoder: many are the decoder's own words about the data.
pub(super) fn io_error(path: &Path, source: io::Error) -> ImageError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::UnexpectedEof => ImageError::Truncated {
            path,
            reason: "the file ends too early".to_owned(),
        },
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            ImageError::Decode {
                path,
                reason: source.to_string(),
            }
        }
        _ => ImageError::Io { path, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_found_in_equal_channels_only() {
        type Case<'a> = (&'a [u8], SampleLayout, Option<Vec<u8>>);
        let layout = |stored, colors, planar| SampleLayout {
            pixels: 2,
            stored,
            colors,
            planar,
        };
        let cases: [Case; 8] = [
            (&[1, 2], layout(1, 1, false), Some(vec![1, 2])),
            (&[1, 1, 1, 2, 2, 2], layout(3, 3, false), Some(vec![1, 2])),
            (&[1, 1, 1, 2, 2, 3], layout(3, 3, false), None),
            (&[1, 9, 2, 8], layout(2, 1, false), Some(vec![1, 2])),
            (&[1, 2, 1, 2, 1, 2], layout(3, 3, true), Some(vec![1, 2])),
            (&[1, 2, 1, 2, 1, 3], layout(3, 3, true), None),
            (&[1, 2, 1, 2, 7, 7], layout(3, 2, true), Some(vec![1, 2])),
            (&[1, 2, 1], layout(3, 3, false), None),
        ];
        for (data, layout, expected) in cases {
            assert_eq!(
                grey_of(data.to_vec(), layout),
                expected,
                "{data:?} {layout:?}"
            );
        }
    }
}
