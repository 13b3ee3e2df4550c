//! TIFFs put together byte by byte, for what the encoder cannot write.

/// The tag of a palette.
const COLOR_MAP: u16 = 320;

/// A TIFF put together by hand.
pub(super) struct Handmade<'a> {
    pub(super) big_endian: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bits: u16,
    pub(super) samples: u16,
    /// 1 plain, 5 LZW.
    pub(super) compression: u16,
    /// 0 white is zero, 1 black is zero, 2 red, green and blue, 3 indexes, 6 brightness and two differences.
    pub(super) photometric: u16,
    /// 1 unsigned, 2 signed, 3 floating point.
    pub(super) sample_format: u16,
    /// Width and height of tiles, if not one strip.
    pub(super) tile: Option<(u32, u32)>,
    /// Strips or tiles in the file's byte order.
    pub(super) chunks: &'a [Vec<u8>],
    /// Each colour in a strip of its own.
    pub(super) planar: bool,
    /// All reds, all greens, all blues; at least two colours.
    pub(super) palette: &'a [u16],
}

impl Handmade<'_> {
    pub(super) fn short(&self, value: u16) -> [u8; 2] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    pub(super) fn long(&self, value: u32) -> [u8; 4] {
        if self.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    }

    /// Header, chunks, lists of offsets and sizes, directory.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = if self.big_endian {
            b"MM\0*".to_vec()
        } else {
            b"II*\0".to_vec()
        };
        out.extend([0; 4]);
        let mut offsets = Vec::new();
        for chunk in self.chunks {
            offsets.push(out.len() as u32);
            out.extend(chunk);
        }
        let sizes: Vec<u32> = self.chunks.iter().map(|c| c.len() as u32).collect();
        let list = |out: &mut Vec<u8>, values: &[u32]| -> u32 {
            if let [only] = values {
                return *only;
            }
            let at = out.len() as u32;
            out.extend(values.iter().flat_map(|&value| self.long(value)));
            at
        };
        let palette = out.len() as u32;
        out.extend(self.palette.iter().flat_map(|&value| self.short(value)));
        let (at, size) = (list(&mut out, &offsets), list(&mut out, &sizes));
        let count = self.chunks.len() as u32;
        let (first, second) = if self.tile.is_some() {
            (324, 325)
        } else {
            (273, 279)
        };
        // Tag, count, value; a count of 0 marks a short. All other shorts are the palette's.
        let mut entries: Vec<(u16, u32, u32)> = vec![
            (256, 1, self.width),
            (257, 1, self.height),
            (258, 0, u32::from(self.bits)),
            (259, 0, u32::from(self.compression)),
            (262, 0, u32::from(self.photometric)),
            (277, 0, u32::from(self.samples)),
            (339, 0, u32::from(self.sample_format)),
            (first, count, at),
            (second, count, size),
        ];
        if let Some((width, height)) = self.tile {
            entries.extend([(322, 1, width), (323, 1, height)]);
        }
        if self.planar {
            entries.push((284, 0, 2));
        }
        if !self.palette.is_empty() {
            entries.push((COLOR_MAP, self.palette.len() as u32, palette));
        }
        entries.sort_unstable();
        let directory = out.len() as u32;
        out[4..8].copy_from_slice(&self.long(directory));
        out.extend(self.short(entries.len() as u16));
        for (tag, count, value) in entries {
            out.extend(self.short(tag));
            out.extend(self.short(if count == 0 || tag == COLOR_MAP { 3 } else { 4 }));
            out.extend(self.long(count.max(1)));
            if count == 0 {
                out.extend(self.short(value as u16));
                out.extend([0; 2]);
            } else {
                out.extend(self.long(value));
            }
        }
        out.extend([0; 4]);
        out
    }
}

/// Six plain pixels of 16 bit, still without pixels.
pub(super) const SMALL: Handmade = Handmade {
    big_endian: false,
    width: 3,
    height: 2,
    bits: 16,
    samples: 1,
    compression: 1,
    photometric: 1,
    sample_format: 1,
    tile: None,
    chunks: &[],
    planar: false,
    palette: &[],
};
