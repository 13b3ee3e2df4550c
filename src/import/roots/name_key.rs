//! File and folder names made comparable across systems.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A name in lower case, composed (NFC) and without `%20`: what Windows, macOS, Linux and a URL call the same file.
pub(super) fn fold(name: &str) -> String {
    let name = decoded(name);
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Lower-casing can take a composed character apart, so composing comes last.
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// What a file is looked up by: its folded name, with `.tif` and `.tiff`, `.jpg` and `.jpeg` the same.
pub(super) fn file_key(name: &str) -> String {
    let key = fold(name);
    match key.rsplit_once('.') {
        Some((stem, "tif")) => format!("{stem}.tiff"),
        Some((stem, "jpeg")) => format!("{stem}.jpg"),
        _ => key,
    }
}

/// How far a file's name is from the recorded one; smaller is nearer. Both have the same [`file_key`].
pub(super) fn name_distance(recorded: &str, found: &str) -> u8 {
    if recorded == found {
        return 0;
    }
    let composed = |name: &str| -> String {
        if is_nfc(name) {
            name.to_owned()
        } else {
            name.nfc().collect()
        }
    };
    let (recorded, found) = (composed(recorded), composed(found));
    if recorded == found {
        1
    } else if recorded.to_lowercase() == found.to_lowercase() {
        2
    } else {
        3
    }
}

/// A name with its URL escapes undone, where that gives text.
pub(super) fn decoded(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    percent_decode_str(name)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(name))
}

/// The folder parts of a path, whatever its separators, without `.` and with `..` resolved.
pub(super) fn path_parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            // Above the first part there is nothing left to take away.
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

/// The folded parts of a path.
pub(super) fn folded_parts(path: &str) -> Vec<String> {
    path_parts(path).into_iter().map(fold).collect()
}

/// A path's text without its last `count` parts; the separators stay as they were written.
pub(super) fn without_last_parts(path: &str, count: usize) -> &str {
    let separators = ['/', '\\'];
    let mut rest = path.trim_end_matches(separators);
    for _ in 0..count {
        let Some(at) = rest.rfind(separators) else {
            return "";
        };
        rest = rest[..at].trim_end_matches(separators);
    }
    if rest.is_empty() && path.starts_with(separators) {
        // The root of a Unix path is a place, too.
        return &path[..1];
    }
    rest
}

/// How many trailing parts two paths share.
pub(super) fn shared_tail<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    a.iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_file_have_one_key() {
        let cases = [
            ("A.TIF", "a.tiff", true),
            ("a b.tif", "a%20b.tif", true),
            ("Mu\u{308}nchen.png", "M\u{fc}nchen.PNG", true),
            ("\u{df}.png", "\u{df}.PNG", true),
            ("x.jpeg", "X.JPG", true),
            ("a.tif", "b.tif", false),
            ("100%.tif", "100%.tiff", true),
            ("a%ff.tif", "a%ff.tif", true),
            ("a.png", "a.tif", false),
        ];
        for (one, other, same) in cases {
            assert_eq!(file_key(one) == file_key(other), same, "{one} {other}");
        }
    }

    #[test]
    fn nearer_names_come_first() {
        let cases = [
            ("a.tif", "a.tif", 0),
            ("\u{fc}.tif", "u\u{308}.tif", 1),
            ("A.tif", "a.tif", 2),
            ("a.tif", "a.tiff", 3),
            ("a%20b.tif", "a b.tif", 3),
        ];
        for (recorded, found, distance) in cases {
            assert_eq!(name_distance(recorded, found), distance, "{recorded}");
        }
    }

    #[test]
    fn parts_are_taken_off_the_end() {
        let cases = [
            ("/a/b/c", 0, "/a/b/c"),
            ("/a/b/c/", 1, "/a/b"),
            ("/a", 1, "/"),
            ("C:\\a\\b", 1, "C:\\a"),
            ("\\\\server\\share\\x", 1, "\\\\server\\share"),
            ("a", 1, ""),
            ("a/b", 7, ""),
        ];
        for (path, count, expected) in cases {
            assert_eq!(without_last_parts(path, count), expected, "{path}");
        }
        assert_eq!(path_parts("./a//../b\\c"), ["b", "c"]);
    }
}
