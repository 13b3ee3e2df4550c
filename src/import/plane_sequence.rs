//! Volumes of which every plane is a file of its own: the numbers of planes in their names.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::roots::OpenPicture;

/// The files of a volume's planes along Z, of which `picture` is the first. `column` says that it is a volume.
///
/// # Errors
/// A sentence for the report: the picture has one plane, and its name does not tell which files have the others.
pub(super) fn plane_sequence(
    picture: &OpenPicture<'_>,
    column: &str,
) -> Result<Vec<PathBuf>, String> {
    let shown = picture.name().display();
    let flat = format!("{shown} has one plane; {column} says that it is a volume");
    let OpenPicture::File(path) = picture else {
        return Err(flat);
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(digits) = plane_digits(&name) else {
        return Err(flat);
    };
    let own = number_of(&name[digits.clone()]);
    let mut found = siblings(path, &name, digits);
    found.sort();
    let numbers: Vec<Option<u64>> = found.iter().map(|(number, _)| Some(*number)).collect();
    if numbers.first() != Some(&own) {
        return Err(format!(
            "{shown} is not the first plane of its volume, so nothing tells how its planes are counted"
        ));
    }
    if numbers.len() < 2 {
        return Err(flat);
    }
    if let Some(gap) = numbers
        .windows(2)
        .find(|pair| pair[0].map(|number| number + 1) != pair[1])
    {
        return Err(format!(
            "the planes of {shown} have a gap after number {}: copy all of them",
            gap[0].unwrap_or_default()
        ));
    }
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

fn number_of(digits: &str) -> Option<u64> {
    digits.parse().ok()
}

/// The files beside a picture whose names differ in the digits of the plane alone, by their numbers.
fn siblings(path: &Path, name: &str, digits: Range<usize>) -> Vec<(u64, PathBuf)> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new(".")));
    let (before, after) = (&name[..digits.start], &name[digits.end..]);
    entries
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let other = entry.file_name().into_string().ok()?;
            let number = other.strip_prefix(before)?.strip_suffix(after)?;
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            Some((number_of(number).filter(|_| is_number)?, entry.path()))
        })
        .collect()
}

/// Where a file's name has the number of its plane: behind a `z` that begins a word or follows digits, as in `f1_z03.tif`
/// and `T0001F001L01A01Z01C01.tif`, or as Opera writes it, `r01c01f01p03-ch1.tiff`.
fn plane_digits(name: &str) -> Option<Range<usize>> {
    let bytes = name.as_bytes();
    let digits_from = |start: usize| {
        let count = bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        (count > 0).then_some(start..start + count)
    };
    let behind_z = (0..bytes.len())
        .rev()
        .filter(|at| bytes[*at].eq_ignore_ascii_case(&b'z'))
        .filter(|at| *at == 0 || !bytes[at - 1].is_ascii_alphabetic())
        .find_map(|at| digits_from(at + 1));
    behind_z.or_else(|| {
        let mut at = 0;
        for letter in [b'r', b'c', b'f'] {
            if bytes.get(at) != Some(&letter) {
                return None;
            }
            at = digits_from(at + 1)?.end;
        }
        (bytes.get(at) == Some(&b'p')).then(|| digits_from(at + 1))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_plane() {
        for (name, expected) in [
            ("f1_z03.tif", Some("03")),
            ("f1-Z12_DNA.tif", Some("12")),
            ("z7.tif", Some("7")),
            ("AS_T0001F001L01A01Z05C02.tif", Some("05")),
            ("r01c02f03p04-ch1sk1fk1fl1.tiff", Some("04")),
            ("img_z001_z002.tif", Some("002")),
            ("zebra1.tif", None),
            ("fizz3.tif", None),
            ("f1.tif", None),
            ("plate7p03.tif", None),
        ] {
            let found = plane_digits(name).map(|digits| &name[digits]);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn planes_in_files_are_found_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str| std::fs::write(folder.path().join(name), "").expect("a file");
        let sequence = |name: &str| {
            let path = folder.path().join(name);
            let found = plane_sequence(&OpenPicture::File(&path), "Center_Z")?;
            let names = found
                .iter()
                .map(|path| path.file_name().unwrap_or_default());
            Ok::<_, String>(
                names
                    .map(|name| name.to_string_lossy().into_owned())
                    .collect::<Vec<_>>(),
            )
        };
        for name in [
            "a_z8.tif",
            "a_z9.tif",
            "a_z10.tif",
            "a_z9b.tif",
            "b_z9.tif",
            "c.tif",
        ] {
            write(name);
        }
        let whole = sequence("a_z8.tif").expect("a sequence");
        assert_eq!(whole, ["a_z8.tif", "a_z9.tif", "a_z10.tif"]);
        for (name, words) in [
            ("a_z9.tif", "not the first plane"),
            ("b_z9.tif", "has one plane; Center_Z says"),
            ("c.tif", "has one plane"),
        ] {
            let error = sequence(name).expect_err(name);
            assert!(error.contains(words), "{error}");
        }
        write("a_z12.tif");
        let error = sequence("a_z8.tif").expect_err("a gap");
        assert!(error.contains("gap after number 10"), "{error}");
    }
}
