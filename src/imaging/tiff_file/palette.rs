//! TIFF pages of indexes into a palette, which the `tiff` crate refuses to decode.
//!
//! It is shown the same file with another word for the meaning of the samples, so that it hands out the indexes.

use std::io::{self, Read, Seek, SeekFrom};

use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use crate::grey_source::{GreySource, WholeSample as _, brightness, is_plain_ramp};

/// The value of `PhotometricInterpretation` for indexes into a palette.
const PALETTE: u16 = 3;

/// The value for greys of which 0 is black.
const BLACK_IS_ZERO: u16 = 1;

/// The tag's number in a directory.
const PHOTOMETRIC: u16 = 262;

/// A file of which a few bytes read differently.
#[derive(Debug)]
pub(super) struct Overlay<R> {
    inner: R,
    at: u64,
    patch: Option<(u64, [u8; 2])>,
}

impl<R> Overlay<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            at: 0,
            patch: None,
        }
    }
}

impl<R: Read> Read for Overlay<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some((place, bytes)) = self.patch {
            for (offset, byte) in (place..).zip(bytes) {
                let within = offset.checked_sub(self.at).map(|within| within as usize);
                if let Some(within) = within.filter(|within| *within < read) {
                    buffer[within] = byte;
                }
            }
        }
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Overlay<R> {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        self.at = self.inner.seek(target)?;
        Ok(self.at)
    }
}

/// The colours of a palette: red, green and blue of each index, 8 bit each.
#[derive(Debug)]
pub(super) struct Palette(Vec<[u8; 3]>);

impl Palette {
    /// The palette of the page that a decoder is at, if it has one. Then the decoder gives out indexes from now on.
    pub fn of<R: Read + Seek>(
        decoder: &mut Decoder<Overlay<R>>,
        page: u32,
    ) -> tiff::TiffResult<Option<Self>> {
        let photometric = decoder.find_tag_unsigned::<u16>(Tag::PhotometricInterpretation)?;
        if photometric != Some(PALETTE) {
            return Ok(None);
        }
        let map = decoder
            .find_tag_unsigned_vec::<u16>(Tag::ColorMap)?
            .unwrap_or_default();
        let Some(directory) = decoder.ifd_pointer() else {
            return Ok(None);
        };
        let overlay = decoder.inner();
        let Some(patch) = photometric_place(overlay, directory.0)? else {
            return Ok(None);
        };
        overlay.patch = Some(patch);
        decoder.seek_to_image(page as usize)?;
        Ok(Self::from_map(&map))
    }

    fn from_map(map: &[u16]) -> Option<Self> {
        let colors = map.len() / 3;
        // Some programs write 8-bit colours where 16 bit are asked for.
        let is_narrow = map.iter().all(|value| *value <= 255);
        let eight = |value: u16| if is_narrow { value } else { value >> 8 } as u8;
        let palette: Vec<[u8; 3]> = (0..colors)
            .map(|at| [0, 1, 2].map(|color| eight(map[color * colors + at])))
            .collect();
        (!palette.is_empty()).then_some(Self(palette))
    }

    /// The greys of indexes, and what they are.
    pub fn greys(&self, indexes: &DecodingResult) -> Option<(Vec<u8>, GreySource)> {
        let is_grey = |[red, green, blue]: &[u8; 3]| red == green && green == blue;
        let greys: Vec<u8> = self
            .0
            .iter()
            .map(|color| u8::nearest(brightness(color.map(f64::from))))
            .collect();
        let source = match (self.0.iter().all(is_grey), is_plain_ramp(&greys)) {
            (true, true) => GreySource::Stored,
            (true, false) => GreySource::Palette,
            (false, _) => GreySource::Colors,
        };
        let grey = |index: usize| greys.get(index).copied().unwrap_or(0);
        let found = match indexes {
            DecodingResult::U8(data) => data.iter().map(|at| grey(usize::from(*at))).collect(),
            DecodingResult::U16(data) => data.iter().map(|at| grey(usize::from(*at))).collect(),
            _ => return None,
        };
        Some((found, source))
    }
}

/// Where the meaning of the samples is written in a directory, and the bytes that say grey there.
fn photometric_place<R: Read + Seek>(
    reader: &mut R,
    directory: u64,
) -> io::Result<Option<(u64, [u8; 2])>> {
    let mut header = [0; 4];
    reader.seek(SeekFrom::Start(0))?;
    reader.read_exact(&mut header)?;
    let is_little = header[0] == b'I';
    let is_big_file = header[2..].contains(&43);
    let number = |bytes: &[u8]| -> u64 {
        let push = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if is_little {
            bytes.iter().rev().fold(0, push)
        } else {
            bytes.iter().fold(0, push)
        }
    };
    let (count_bytes, entry_bytes, value_at) = if is_big_file { (8, 20, 12) } else { (2, 12, 8) };
    let mut buffer = [0; 20];
    reader.seek(SeekFrom::Start(directory))?;
    reader.read_exact(&mut buffer[..count_bytes])?;
    let entries = number(&buffer[..count_bytes]).min(u64::from(u16::MAX));
    for at in 0..entries {
        reader.read_exact(&mut buffer[..entry_bytes])?;
        if number(&buffer[..2]) == u64::from(PHOTOMETRIC) {
            let place = directory + (count_bytes + value_at) as u64 + at * entry_bytes as u64;
            let bytes = if is_little {
                BLACK_IS_ZERO.to_le_bytes()
            } else {
                BLACK_IS_ZERO.to_be_bytes()
            };
            return Ok(Some((place, bytes)));
        }
    }
    Ok(None)
}
