//! Files of pictures that are the same as others: then one of them is not what its name says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::picture_records::{PicturePlace, ReadPicture, name_of};
use super::planned_part::PlannedPart;
use super::{PictureLocation, Verification, VerificationKind};

/// Groups of equal pictures whose files are compared byte by byte; of the others the pixels tell enough.
const COMPARED: usize = 20;
/// Bytes that are compared at a time.
const PIECE: usize = 1 << 16;

/// Finds pictures of different fields or channels that are in different files and have the same pixels. A file that
/// the tables name for several is not meant, nor are blank pictures, which are all alike.
pub(super) fn equal_pictures(
    parts: &[PlannedPart],
    channels: &[String],
    read: &[ReadPicture],
) -> Verification {
    let mut line = Verification::new(VerificationKind::Files, "pictures");
    let mut by_pixels: BTreeMap<u64, Vec<PicturePlace>> = BTreeMap::new();
    let mut blank = 0;
    for one in read {
        match one.traits.pixels {
            Some(pixels) => by_pixels.entry(pixels).or_default().push(one.place),
            None => blank += 1,
        }
    }
    line.untold(blank);
    let mut equal: Vec<(usize, Vec<(PicturePlace, &PictureLocation)>)> = Vec::new();
    for places in by_pixels.into_values() {
        let count = places.len();
        let first = places.first().map(|place| place.0);
        let of_several = places.iter().any(|place| Some(place.0) != first);
        let mut named: Vec<(PicturePlace, &PictureLocation)> = Vec::new();
        for place in places {
            let (part, field, channel) = place;
            let Some(Ok((location, _))) = parts[part].fields[field].planes.get(channel) else {
                continue;
            };
            if !named.iter().any(|(_, known)| *known == location) {
                named.push((place, location));
            }
        }
        if named.len() > 1 {
            named.sort_by_key(|(place, _)| *place);
            equal.push((count, named));
        } else if of_several {
            line.untold_because(count, "one file is the picture of several exports");
        } else {
            line.agree(count);
        }
    }
    equal.sort_by_key(|(_, named)| named.first().map(|(place, _)| *place));
    for (number, (count, named)) in equal.iter().enumerate() {
        line.contradict(*count, || {
            let how = if number < COMPARED && are_same_files(named) {
                "are byte for byte the same"
            } else {
                "have the same pixels"
            };
            sentence(parts, channels, named, how)
        });
    }
    line
}

/// `f1.tif and f2.tif are byte for byte the same: images 1 and 2 have one DNA picture`.
fn sentence(
    parts: &[PlannedPart],
    channels: &[String],
    named: &[(PicturePlace, &PictureLocation)],
    how: &str,
) -> String {
    let image = |(part, field, _): PicturePlace| {
        let number = parts[part].fields[field].cells.image.1;
        match parts[part].name.as_str() {
            "" => number.to_string(),
            // Every export counts its images from one.
            export => format!("{number} ({export})"),
        }
    };
    let ((one, first), (two, second)) = (named[0], named[1]);
    let mut names = [name_of(first), name_of(second)];
    if names[0] == names[1] {
        names = [first.to_string(), second.to_string()];
    }
    let [a, b] = names;
    let [of_one, of_two] = [one, two].map(|place| &channels[place.2]);
    let whose = if (one.0, one.1) == (two.0, two.1) {
        format!(
            "{of_one} and {of_two} of image {} have one picture",
            image(one)
        )
    } else if one.2 == two.2 {
        format!(
            "images {} and {} have one {of_one} picture",
            image(one),
            image(two)
        )
    } else {
        format!(
            "{of_one} of image {} and {of_two} of image {} have one picture",
            image(one),
            image(two)
        )
    };
    match named.len() - 2 {
        0 => format!("{a} and {b} {how}: {whose}"),
        1 => format!("{a}, {b} and 1 more file {how}: {whose}, and so has one more"),
        more => format!("{a}, {b} and {more} more files {how}: {whose}, and so have {more} more"),
    }
}

/// Whether all files of a group have the same bytes. Those in stores are not fetched again.
fn are_same_files(named: &[(PicturePlace, &PictureLocation)]) -> bool {
    let paths: Option<Vec<&Path>> = named
        .iter()
        .map(|(_, location)| location.as_path())
        .collect();
    let Some(paths) = paths else { return false };
    paths
        .windows(2)
        .all(|pair| is_same_file(pair[0], pair[1]).unwrap_or(false))
}

/// Whether two files have the same bytes.
///
/// # Errors
/// The system's, when one cannot be read.
pub(super) fn is_same_file(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut first, mut second) = (vec![0; PIECE], vec![0; PIECE]);
    loop {
        let read = one.read(&mut first)?;
        if read == 0 {
            return Ok(other.read(&mut second)? == 0);
        }
        let same = other.read_exact(&mut second[..read]);
        match same {
            Ok(()) if first[..read] == second[..read] => {}
            Ok(()) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_compared_to_their_last_byte() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let mut bytes = vec![7; 2 * PIECE + 3];
        std::fs::write(path("a"), &bytes).expect("a file");
        std::fs::write(path("b"), &bytes).expect("a file");
        bytes[2 * PIECE + 2] = 8;
        std::fs::write(path("c"), &bytes).expect("a file");
        std::fs::write(path("d"), &bytes[..5]).expect("a file");
        for (other, same) in [("b", true), ("c", false), ("d", false)] {
            let found = is_same_file(&path("a"), &path(other)).expect("readable");
            assert_eq!(found, same, "{other}");
        }
        assert!(is_same_file(&path("a"), &path("gone")).is_err());
    }
}
