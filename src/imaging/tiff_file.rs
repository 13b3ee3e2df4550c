//! TIFF files: one grey page, decoded whole or not at all.
//!
//! What the `tiff` crate does itself: byte order, predictors, strips and tiles, and turning white-is-zero into
//! black-is-zero (over the full range of the sample type). What it does not: it trusts the offsets of strips and
//! tiles, so pixels missing from the file may come out as other bytes of it. They are checked here first.

mod page_search;
mod palette;
mod pixel_size;
mod sample_bits;

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::Path;

use tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits};
use tiff::tags::{PlanarConfiguration, SampleFormat, Tag};
use tiff::{ColorType, TiffError, TiffResult};

pub(super) use self::page_search::{find_page, layout};
use self::palette::{Overlay, Palette};
pub(super) use self::pixel_size::pixel_size;
use self::sample_bits::{rgb_of_ycbcr, turned_back, unpacked};
use super::grey_source::GreySource;
use super::number_type::{float, whole};
use super::samples::{
    Colorful, Decoded, MAX_BYTES, MAX_EXPANSION, MAX_PIXELS, Purpose, SampleLayout, Samples,
    check_size, grey_of, greys_of, io_error, samples_of,
};
use super::{ImageError, PlaneInfo};

/// The value of the Compression tag for plain pixels, also the tag's default.
const PLAIN: u16 = 1;

/// No strip or tile can lie in the file's header.
const HEADER_BYTES: u64 = 8;

/// Pages are counted up to this number.
const MAX_PAGES: u32 = 1 << 16;

/// The most bytes that one tag may take.
const MAX_VALUE_BYTES: usize = 1 << 25;

/// Reads one zero-based page.
pub(super) fn read<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
    purpose: Purpose,
) -> Result<Decoded, ImageError> {
    let context = Context { path, purpose };
    let (mut decoder, file_bytes) = context.open(reader)?;
    context.seek(&mut decoder, page)?;
    let (width, height) = decoder.dimensions().map_err(|error| context.error(error))?;
    check_size(path, width, height)?;
    let palette = Palette::of(&mut decoder, page).map_err(|error| context.error(error))?;
    let format = context.check_format(&mut decoder)?;
    context.check_chunks(&mut decoder, &format, file_bytes)?;
    let mut data = DecodingResult::U8(Vec::new());
    let decoded = if decoder.get_chunk_type() == ChunkType::Tile {
        read_tiles(&mut decoder, &format, &mut data)
    } else {
        decoder.read_image_to_buffer(&mut data).map(|_| ())
    };
    decoded.map_err(|error| context.error(error))?;
    let indexes = palette.filter(|_| purpose == Purpose::Intensity);
    if let Some(palette) = indexes {
        let data = whole_bytes(data, &format, width, height);
        let (greys, source) = palette
            .greys(&data)
            .ok_or_else(|| context.unsupported("a palette of wide indexes".to_owned()))?;
        return Ok(Decoded {
            width,
            height,
            full: 255,
            samples: Samples::U8(greys),
            source,
        });
    }
    let (samples, source) = context.grey(data, &format, width, height)?;
    Ok(Decoded {
        width,
        height,
        full: format.full,
        samples,
        source,
    })
}

/// What the tags of a page say, without a pixel.
pub(super) fn probe<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
) -> Result<PlaneInfo, ImageError> {
    let purpose = Purpose::Intensity;
    let context = Context { path, purpose };
    let error = |error| context.error(error);
    let (mut decoder, _) = context.open(reader)?;
    let pages = Context::pages(&mut decoder, MAX_PAGES);
    context.seek(&mut decoder, page)?;
    let (width, height) = decoder.dimensions().map_err(error)?;
    check_size(path, width, height)?;
    Palette::of(&mut decoder, page).map_err(error)?;
    let color = decoder.colortype().map_err(error)?;
    let layout = decoder.image_buffer_layout().map_err(error)?;
    let range = match [Tag::SMinSampleValue, Tag::SMaxSampleValue]
        .map(|tag| decoder.get_tag_f64(tag).ok())
    {
        [Some(min), Some(max)] if min <= max => Some([min, max]),
        _ => None,
    };
    Ok(PlaneInfo {
        width,
        height,
        bits: color.bit_depth(),
        channels: color.num_samples(),
        float: matches!(layout.sample_format, SampleFormat::IEEEFP),
        signed: matches!(
            layout.sample_format,
            SampleFormat::Int | SampleFormat::IEEEFP
        ),
        range,
        pages,
    })
}

/// What the tags of a page say about its samples.
struct Format {
    bits: u8,
    /// Samples stored for each pixel.
    stored: u16,
    /// Samples that the decoder hands out for each pixel; the first `colors` must agree.
    decoded: u16,
    colors: u16,
    planar: bool,
    compression: u16,
    white_is_zero: bool,
    /// Colours are a brightness and two differences, as JPEG has them.
    brightness_and_hue: bool,
    /// The largest value of whole samples; 1 for floating point.
    full: u32,
}

/// Decodes all tiles of a page, each as a whole.
///
/// The decoder's own way reads them row by row, where its LZW reader reports the end of some sound tiles, edge tiles
/// above all, too early.
fn read_tiles<R: Read + Seek>(
    decoder: &mut Decoder<R>,
    format: &Format,
    data: &mut DecodingResult,
) -> TiffResult<()> {
    let layout = decoder.image_buffer_layout()?;
    data.resize_to(&layout, &limits())?;
    let mut target = data.as_buffer(0);
    let target = target.as_bytes_mut();
    let (width, height) = decoder.dimensions()?;
    let (tile_width, tile_height) = decoder.chunk_dimensions();
    let (across, down) = (width.div_ceil(tile_width), height.div_ceil(tile_height));
    let (planes, samples) = if format.planar {
        (u32::from(format.decoded), 1)
    } else {
        (1, usize::from(format.decoded))
    };
    let bytes_of = |pixels: u32| (pixels as usize * samples * usize::from(format.bits)).div_ceil(8);
    let (row_bytes, tile_row_bytes) = (bytes_of(width), bytes_of(tile_width));
    let plane_bytes = row_bytes * height as usize;
    let mut tile = DecodingResult::U8(Vec::new());
    for index in 0..planes * across * down {
        let (plane, place) = (index / (across * down), index % (across * down));
        let (column, row) = (place % across, place / across);
        decoder.read_chunk_to_buffer(&mut tile, index, tile_row_bytes)?;
        let left = column as usize * tile_row_bytes;
        let used = tile_row_bytes.min(row_bytes - left);
        let top = plane as usize * plane_bytes + (row * tile_height) as usize * row_bytes;
        let rows = tile_height.min(height - row * tile_height) as usize;
        let source = tile.as_buffer(0);
        let lines = source.as_bytes().chunks(tile_row_bytes).take(rows);
        for (line, target) in lines.zip(target[top..].chunks_mut(row_bytes)) {
            target[left..left + used].copy_from_slice(&line[..used]);
        }
    }
    Ok(())
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_BYTES;
    limits.intermediate_buffer_size = MAX_BYTES;
    // The description of a plate with a page for every plane takes megabytes.
    limits.ifd_value_size = MAX_VALUE_BYTES;
    limits
}

/// The file and its purpose, for errors.
struct Context<'a> {
    path: &'a Path,
    purpose: Purpose,
}

impl Context<'_> {
    fn error(&self, error: TiffError) -> ImageError {
        match error {
            TiffError::IoError(error) => io_error(self.path, error),
            TiffError::UnsupportedError(what) => {
                self.unsupported(format!("a TIFF that cannot be decoded ({what})"))
            }
            other => self.decode(other.to_string()),
        }
    }

    fn decode(&self, reason: String) -> ImageError {
        ImageError::Decode {
            path: self.path.to_owned(),
            reason,
        }
    }

    fn unsupported(&self, what: String) -> ImageError {
        ImageError::Unsupported {
            path: self.path.to_owned(),
            what,
            advice: self.purpose.advice(),
        }
    }

    /// Opens the file; also says how many bytes it has.
    fn open<R: Read + Seek>(
        &self,
        mut reader: R,
    ) -> Result<(Decoder<Overlay<R>>, u64), ImageError> {
        let bytes = reader
            .seek(SeekFrom::End(0))
            .and_then(|bytes| reader.seek(SeekFrom::Start(0)).map(|_| bytes))
            .map_err(|error| io_error(self.path, error))?;
        let decoder = Decoder::new(Overlay::new(reader)).map_err(|error| self.error(error))?;
        Ok((decoder.with_limits(limits()), bytes))
    }

    /// Turns to a page; if there are fewer, counts them for the message.
    fn seek<R: Read + Seek>(&self, decoder: &mut Decoder<R>, page: u32) -> Result<(), ImageError> {
        if page == 0 {
            return Ok(());
        }
        let pages = Self::pages(decoder, page.saturating_add(1).min(MAX_PAGES));
        if page >= pages {
            return Err(ImageError::NoSuchPage {
                path: self.path.to_owned(),
                page,
                pages,
            });
        }
        decoder
            .seek_to_image(page as usize)
            .map_err(|error| self.error(error))
    }

    /// Counts pages, at most `most`.
    fn pages<R: Read + Seek>(decoder: &mut Decoder<R>, most: u32) -> u32 {
        let (mut pages, mut next) = (0, decoder.ifd_pointer());
        while let Some(pointer) = next
            && pages < most
        {
            let Ok(directory) = decoder.read_directory(pointer) else {
                break;
            };
            pages += 1;
            next = directory.next();
        }
        pages
    }

    /// Refuses what has no grey plane for the purpose before a pixel is decoded.
    fn check_format<R: Read + Seek>(&self, decoder: &mut Decoder<R>) -> Result<Format, ImageError> {
        let error = |error| self.error(error);
        let color = decoder.colortype().map_err(error)?;
        let layout = decoder.image_buffer_layout().map_err(error)?;
        let unsigned = |tag| move |decoder: &mut Decoder<R>| decoder.find_tag_unsigned::<u16>(tag);
        let stored = unsigned(Tag::SamplesPerPixel)(decoder)
            .map_err(error)?
            .unwrap_or(1);
        let compression = unsigned(Tag::Compression)(decoder)
            .map_err(error)?
            .unwrap_or(PLAIN);
        let predictor = unsigned(Tag::Predictor)(decoder)
            .map_err(error)?
            .unwrap_or(1);
        let planar = unsigned(Tag::PlanarConfiguration)(decoder).map_err(error)?
            == Some(PlanarConfiguration::Planar.to_u16());
        let white_is_zero =
            unsigned(Tag::PhotometricInterpretation)(decoder).map_err(error)? == Some(0);
        let extra = decoder
            .find_tag_unsigned_vec::<u16>(Tag::ExtraSamples)
            .map_err(error)?
            .unwrap_or_default();
        // 1 and 2 are the two kinds of alpha.
        let has_alpha = matches!(extra.first(), Some(1 | 2));
        let bits = color.bit_depth();
        let colors = match color {
            ColorType::Gray(_) => 1,
            ColorType::RGB(_) | ColorType::RGBA(_) | ColorType::YCbCr(8) => 3,
            ColorType::Multiband { num_samples, .. } if has_alpha => {
                num_samples.saturating_sub(extra.len() as u16).max(1)
            }
            ColorType::Multiband { num_samples, .. } => num_samples,
            other => {
                let name = format!("{other:?}");
                let name = name.split('(').next().unwrap_or_default();
                return Err(self.unsupported(format!("{name} colours")));
            }
        };
        let decoded = color.num_samples();
        let sound_depth = match bits {
            1 | 2 | 4 => matches!(color, ColorType::Gray(_)),
            8 | 16 | 32 | 64 => true,
            _ => false,
        };
        let full = match (layout.sample_format, bits) {
            (SampleFormat::Uint, 1..=32) => Some(u32::MAX >> (32 - bits)),
            (SampleFormat::Int, 8..=32) => Some(u32::MAX >> (33 - bits)),
            (SampleFormat::Uint | SampleFormat::Int, 64) => Some(u32::MAX),
            (SampleFormat::IEEEFP, 16..) => Some(1),
            _ => None,
        };
        let Some(full) = full.filter(|_| sound_depth) else {
            let kind = match layout.sample_format {
                SampleFormat::Uint => "unsigned",
                SampleFormat::Int => "signed",
                SampleFormat::IEEEFP => "floating point",
                _ => "undefined",
            };
            return Err(self.unsupported(format!("{kind} samples of {bits} bit")));
        };
        // The decoder drops samples it has no name for before it undoes the predictor, which gives wrong pixels.
        if decoded != stored && !planar && predictor != 1 {
            return Err(self.unsupported("extra samples with a predictor".to_owned()));
        }
        if layout.complete_len > MAX_BYTES {
            return Err(self.decode("it needs more memory than a picture may take".to_owned()));
        }
        Ok(Format {
            bits,
            stored,
            decoded,
            colors,
            planar,
            compression,
            white_is_zero,
            brightness_and_hue: matches!(color, ColorType::YCbCr(_)),
            full,
        })
    }

    /// Makes sure that every strip or tile lies in the file.
    fn check_chunks<R: Read + Seek>(
        &self,
        decoder: &mut Decoder<R>,
        format: &Format,
        file_bytes: u64,
    ) -> Result<(), ImageError> {
        let error = |error| self.error(error);
        let (_, height) = decoder.dimensions().map_err(error)?;
        let (chunk_width, chunk_height) = decoder.chunk_dimensions();
        let tiled = decoder.get_chunk_type() == ChunkType::Tile;
        if tiled && u64::from(chunk_width) * u64::from(chunk_height) > MAX_PIXELS {
            return Err(self.decode(format!("tiles of {chunk_width} x {chunk_height} pixels")));
        }
        let (offsets, sizes) = if tiled {
            (Tag::TileOffsets, Tag::TileByteCounts)
        } else {
            (Tag::StripOffsets, Tag::StripByteCounts)
        };
        let mut values = |tag| decoder.find_tag_unsigned_vec::<u64>(tag).map_err(error);
        let offsets = values(offsets)?.unwrap_or_default();
        let sizes = values(sizes)?.unwrap_or_default();
        let samples = if format.planar { 1 } else { format.stored };
        let row_bits = u64::from(chunk_width) * u64::from(samples) * u64::from(format.bits);
        let strips_per_plane = height.div_ceil(chunk_height.max(1)).max(1);
        let chunks = offsets.len();
        let mut total = 0_u64;
        for (index, (offset, size)) in offsets.into_iter().zip(sizes).enumerate() {
            // Recorded sizes of plain pixels are often wrong in harmless ways; how many there must be is known.
            let size = if format.compression == PLAIN {
                let rows = if tiled {
                    chunk_height
                } else {
                    let above = (index as u32 % strips_per_plane).saturating_mul(chunk_height);
                    chunk_height.min(height.saturating_sub(above))
                };
                row_bits.div_ceil(8).saturating_mul(u64::from(rows))
            } else {
                size
            };
            total = total.saturating_add(size);
            if offset < HEADER_BYTES || size == 0 {
                return Err(self.decode(format!("part {index} of {chunks} has no pixels")));
            }
            if offset.saturating_add(size) > file_bytes {
                return Err(ImageError::Truncated {
                    path: self.path.to_owned(),
                    reason: format!("part {index} of {chunks} lies beyond its end"),
                });
            }
        }
        if row_bits / 8 * u64::from(height) / MAX_EXPANSION > total {
            return Err(self.decode(format!("{total} bytes do not make {height} rows of pixels")));
        }
        Ok(())
    }

    /// The grey samples of a decoded page.
    fn grey(
        &self,
        data: DecodingResult,
        format: &Format,
        width: u32,
        height: u32,
    ) -> Result<(Samples, GreySource), ImageError> {
        let (columns, rows) = (width as usize, height as usize);
        let layout = SampleLayout {
            pixels: columns * rows,
            stored: usize::from(format.decoded),
            colors: usize::from(format.colors),
            planar: format.planar,
        };
        let failed = |colorful: Colorful| {
            self.unsupported(if format.colors == 3 {
                colorful.words()
            } else {
                format!("{} channels in one page", format.colors)
            })
        };
        let purpose = self.purpose;
        // Object numbers are numbers, not brightness: the decoder has turned them around.
        let data = if format.white_is_zero && purpose != Purpose::Intensity {
            turned_back(data)
        } else {
            data
        };
        let data = whole_bytes(data, format, width, height);
        let wide = |data: Vec<f64>| {
            let (greys, source) = if purpose == Purpose::Intensity {
                greys_of(data, layout, |value| value).map_err(failed)?
            } else {
                (grey(data, layout).map_err(failed)?, GreySource::Stored)
            };
            Ok((float(self.path, purpose, greys)?, source))
        };
        let samples = match data {
            DecodingResult::U8(mut data) => {
                if format.brightness_and_hue {
                    rgb_of_ycbcr(&mut data, layout);
                }
                return samples_of(data, layout, purpose, Samples::U8).map_err(failed);
            }
            DecodingResult::U16(data) => {
                return samples_of(data, layout, purpose, Samples::U16).map_err(failed);
            }
            DecodingResult::U32(data) => {
                return samples_of(data, layout, purpose, Samples::U32).map_err(failed);
            }
            DecodingResult::F32(data) => return wide(data.into_iter().map(f64::from).collect()),
            DecodingResult::F64(data) => return wide(data),
            DecodingResult::F16(data) => return wide(data.into_iter().map(f64::from).collect()),
            DecodingResult::U64(data) => whole(
                self.path,
                purpose,
                grey(data, layout).map_err(failed)?,
                |value| value as f64,
            ),
            DecodingResult::I8(data) => whole(
                self.path,
                purpose,
                grey(data, layout).map_err(failed)?,
                f64::from,
            ),
            DecodingResult::I16(data) => whole(
                self.path,
                purpose,
                grey(data, layout).map_err(failed)?,
                f64::from,
            ),
            DecodingResult::I32(data) => whole(
                self.path,
                purpose,
                grey(data, layout).map_err(failed)?,
                f64::from,
            ),
            DecodingResult::I64(data) => whole(
                self.path,
                purpose,
                grey(data, layout).map_err(failed)?,
                |value| value as f64,
            ),
        };
        samples.map(|samples| (samples, GreySource::Stored))
    }
}

/// Samples of fewer than 8 bit, one a byte; others as they are.
fn whole_bytes(data: DecodingResult, format: &Format, width: u32, height: u32) -> DecodingResult {
    match data {
        DecodingResult::U8(data) if format.bits < 8 => DecodingResult::U8(unpacked(
            &data,
            width as usize,
            height as usize,
            format.bits,
        )),
        data => data,
    }
}

/// The one grey of each pixel, for sample types that no colour picture has.
fn grey<T: Copy + PartialEq>(data: Vec<T>, layout: SampleLayout) -> Result<Vec<T>, Colorful> {
    grey_of(data, layout).ok_or(Colorful { colors: 0 })
}

#[cfg(test)]
mod tests;
