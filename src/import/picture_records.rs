//! What the Image table has recorded of the files of pictures, held against these files: size in pixels, and the
//! digest of the bytes.

use std::collections::HashMap;
use std::fs;
use std::hash::BuildHasher as _;
use std::path::Path;

use foldhash::fast::FixedState;

use super::planned_part::PlannedPart;
use super::roots::OpenPicture;
use super::{PictureLocation, PictureRemark, Remark, Verification, VerificationKind};
use cytolance_imaging::{FoundPage, Plane};
use cytolance_sources::ImageSets;

/// Files that are read whole for their digest are no larger.
const MOST_BYTES: u64 = 1 << 30;

/// The MD5 digest of a file's bytes.
pub(super) type Digest = [u8; 16];

/// A picture of an import: its part, its field and its channel.
pub(super) type PicturePlace = (usize, usize, usize);

/// What is recorded of one picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PictureRecord {
    /// Width and height in pixels.
    pub size: Option<[u32; 2]>,
    pub digest: Option<Digest>,
}

impl PictureRecord {
    /// What a row of the Image table says of a channel.
    pub fn of(sets: &ImageSets, channel: &str, row: usize) -> Self {
        let text = |prefix: &str| sets.table.text(&format!("{prefix}{channel}"), row);
        let side = |prefix: &str| {
            let side: f64 = text(prefix)?.trim().parse().ok()?;
            (side >= 1.0 && side.fract() == 0.0 && side <= f64::from(u32::MAX))
                .then_some(side as u32)
        };
        let size = side("Width_").zip(side("Height_"));
        Self {
            size: size.map(|(width, height)| [width, height]),
            digest: text("MD5Digest_").and_then(|text| digest_of(text.trim())),
        }
    }
}

/// A digest as 32 hexadecimal digits.
fn digest_of(text: &str) -> Option<Digest> {
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    let mut digest = [0; 16];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(digest)
}

/// The pictures by their recorded digests. A digest of several is that of the first.
#[derive(Debug, Default)]
pub(super) struct RecordedDigests(HashMap<Digest, PicturePlace>);

impl RecordedDigests {
    /// The digests that all parts have recorded.
    pub fn new(parts: &[PlannedPart]) -> Self {
        let mut found = HashMap::new();
        for (part, fields) in parts.iter().map(|part| &part.fields).enumerate() {
            for (field, plan) in fields.iter().enumerate() {
                for (channel, record) in plan.records.iter().enumerate() {
                    if let Some(digest) = record.digest {
                        found.entry(digest).or_insert((part, field, channel));
                    }
                }
            }
        }
        Self(found)
    }

    /// The picture that another one turns out to be.
    fn other(&self, record: PictureRecord, digest: Option<Digest>) -> Option<PicturePlace> {
        let digest = digest.filter(|digest| record.digest.is_some_and(|own| own != *digest))?;
        self.0.get(&digest).copied()
    }
}

/// What tells a decoded picture from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PictureTraits {
    /// Digest of its file, where one is recorded.
    pub digest: Option<Digest>,
    /// Digest of its pixels; none where these are all alike.
    pub pixels: Option<u64>,
}

impl PictureTraits {
    /// Of a plane as it was decoded.
    pub fn new(plane: &Plane, digest: Option<Digest>) -> Self {
        let first = plane.pixels.first();
        let is_blank = plane.pixels.iter().all(|pixel| Some(pixel) == first);
        let shape = (plane.width, plane.bit_depth, plane.pixels.as_slice());
        Self {
            digest,
            pixels: (!is_blank).then(|| FixedState::default().hash_one(shape)),
        }
    }
}

/// A file's bytes with their digest, where one is recorded: the file is then read once for both. Files of several
/// pages would be read whole for each of these.
pub(super) fn with_digest(
    picture: OpenPicture<'_>,
    found: FoundPage,
    record: PictureRecord,
) -> (OpenPicture<'_>, Option<Digest>) {
    if record.digest.is_none() || found.pages > 1 {
        return (picture, None);
    }
    let picture = match picture {
        OpenPicture::File(path) => match whole_file(path) {
            Some(bytes) => OpenPicture::Bytes(path, bytes),
            // Its decoder says what is wrong with it.
            None => OpenPicture::File(path),
        },
        fetched => fetched,
    };
    let digest = picture.content().map(|bytes| md5::compute(bytes).0);
    (picture, digest)
}

fn whole_file(path: &Path) -> Option<Vec<u8>> {
    let size = fs::metadata(path).ok()?.len();
    (size <= MOST_BYTES).then(|| fs::read(path).ok())?
}

/// A picture that was read: where it belongs, and what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadPicture {
    pub place: PicturePlace,
    pub traits: PictureTraits,
}

/// Why a picture is not that of its field, if it is none: a reason for the rows. `line` counts pictures by whether
/// they have the recorded size, `owner` is whose file it is by its digest.
pub(super) fn contradiction(
    record: PictureRecord,
    plane: &Plane,
    owner: Option<&str>,
    [channel, image, file]: [&str; 3],
    line: &mut Verification,
) -> Option<String> {
    match record.size {
        Some([width, height]) if [width, height] != [plane.width, plane.height] => {
            line.contradict(1, || {
                format!(
                    "image {image}, {channel}: {file} has {} x {} pixels, recorded are {width} x {height}",
                    plane.width, plane.height
                )
            });
            return Some(format!(
                "the {channel} picture has another size than was recorded"
            ));
        }
        Some(_) => line.agree(1),
        None => {}
    }
    owner.map(|owner| format!("the {channel} picture is the file of {owner}, as its digest says"))
}

impl RecordedDigests {
    /// The image and channel whose file a picture is, where it is that of another one.
    pub fn owner(
        &self,
        record: PictureRecord,
        digest: Option<Digest>,
        own_channel: usize,
    ) -> Option<&'static str> {
        let (_, _, channel) = self.other(record, digest)?;
        Some(if channel == own_channel {
            "another image"
        } else {
            "another channel"
        })
    }

    /// What came of the digests of all pictures that were read. Where no file has the digest that was recorded for
    /// any picture, the files were written anew, and nothing is told.
    pub fn verification(
        &self,
        parts: &[PlannedPart],
        channels: &[String],
        read: &[ReadPicture],
    ) -> (Vec<Verification>, Option<Remark>) {
        let record =
            |(part, field, channel): PicturePlace| parts[part].fields[field].records[channel];
        let told: Vec<(&ReadPicture, Digest)> = read
            .iter()
            .filter(|one| record(one.place).digest.is_some())
            .filter_map(|one| Some((one, one.traits.digest?)))
            .collect();
        let is_of_files = told.iter().any(|(_, digest)| self.0.contains_key(digest));
        let mut lines: Vec<Verification> = channels
            .iter()
            .map(|name| Verification::new(VerificationKind::Size, "digests").about_channel(name))
            .collect();
        for (one, digest) in &told {
            let (part, field, channel) = one.place;
            let line = &mut lines[channel];
            let own = record(one.place);
            if own.digest == Some(*digest) {
                line.agree(1);
            } else if !is_of_files {
                line.untold(1);
            } else {
                line.contradict(1, || {
                    let image = parts[part].fields[field].cells.image.1;
                    let file = file_name(parts, one.place);
                    let place = format!("image {image}, {}", channels[channel]);
                    match self.other(own, Some(*digest)) {
                        Some((part, field, channel)) => format!(
                            "{place}: {file} has the digest that was recorded for image {}, {}",
                            parts[part].fields[field].cells.image.1, channels[channel]
                        ),
                        None => format!(
                            "{place}: {file} has not the recorded digest: it is another file, or was changed"
                        ),
                    }
                });
            }
        }
        let pictures = told.len();
        let remark = (!is_of_files && pictures > 0)
            .then(|| Remark::from(PictureRemark::OtherDigests { pictures }));
        (lines, remark)
    }
}

/// The name of a picture's file, for a sentence.
pub(super) fn file_name(parts: &[PlannedPart], (part, field, channel): PicturePlace) -> String {
    match parts[part].fields[field].planes.get(channel) {
        Some(Ok((location, _))) => name_of(location),
        _ => String::new(),
    }
}

/// The last part of a location.
pub(super) fn name_of(location: &PictureLocation) -> String {
    let whole = location.to_string();
    let name = whole.rsplit(['/', '\\']).next().map(str::to_owned);
    name.unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::{GreySource, PixelScale};
    use cytolance_sources::tables_of_csv;

    fn record(content: &str) -> PictureRecord {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Image.csv");
        fs::write(&path, content).expect("a file");
        let table = tables_of_csv(&path).expect("readable").remove(0).1;
        PictureRecord::of(&ImageSets::new(table), "DNA", 0)
    }

    #[test]
    fn records_are_read_whatever_their_spelling() {
        let head = "ImageNumber,FileName_DNA,Height_DNA,Width_DNA,MD5Digest_DNA\n1,a.tif,";
        let digest = Some([
            0x64, 0x62, 0x90, 0x27, 0x59, 0x2a, 0x25, 0x63, 0xa9, 0x21, 0x0d, 0xc5, 0x37, 0x8d,
            0x7a, 0x28,
        ]);
        let cases = [
            (
                "48,64,64629027592A2563a9210dc5378d7a28",
                Some([64, 48]),
                digest,
            ),
            ("48.0,64.0,", Some([64, 48]), None),
            ("48.5,64,nan", None, None),
            (",64,00", None, None),
            ("0,0,zz629027592a2563a9210dc5378d7a28", None, None),
        ];
        for (text, size, digest) in cases {
            let found = record(&format!("{head}{text}\n"));
            assert_eq!(found, PictureRecord { size, digest }, "{text}");
        }
        let bare = record("ImageNumber,FileName_DNA\n1,a.tif\n");
        assert_eq!(bare, PictureRecord::default());
    }

    #[test]
    fn blank_pictures_are_like_no_other() {
        let plane = |pixels: Vec<u16>, width: u32| Plane {
            width,
            height: pixels.len() as u32 / width,
            bit_depth: 8,
            pixels,
            scale: PixelScale::STORED,
            clipped: 0,
            source: GreySource::Stored,
        };
        let pixels =
            |pixels: &[u16], width| PictureTraits::new(&plane(pixels.to_vec(), width), None).pixels;
        assert_eq!(pixels(&[7; 6], 3), None);
        assert!(pixels(&[1, 2, 3, 4, 5, 6], 3).is_some());
        assert_eq!(pixels(&[1, 2, 3, 4], 2), pixels(&[1, 2, 3, 4], 2));
        assert_ne!(pixels(&[1, 2, 3, 4], 2), pixels(&[1, 2, 3, 5], 2));
        assert_ne!(pixels(&[1, 2, 3, 4], 2), pixels(&[1, 2, 3, 4], 4));
    }
}
