//! A folder as an export recorded it, on whatever system that was.

use std::path::PathBuf;

use super::name_key::{decoded, folded_parts, path_parts};
use cytolance_remote::is_url;

/// A recorded folder, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordedFolder {
    /// Where it would be on this machine; none for a relative one, or one of another system.
    pub local: Option<PathBuf>,
    /// Whether it starts at a root, a drive, a share or a bucket.
    pub absolute: bool,
    /// Its parts, folded; a drive or server is the first.
    pub parts: Vec<String>,
    /// Its parts as they were written.
    pub raw_parts: Vec<String>,
}

impl RecordedFolder {
    /// Takes a path or a URL apart: `/a/b`, `C:\a\b`, `\\server\share`, `file:///a%20b`, `s3://bucket/a`, `images`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().trim_matches('"');
        let path = match file_url(text) {
            Some(path) => path,
            None => text.to_owned(),
        };
        let starts_with_drive = has_drive(&path);
        let is_share = path.starts_with("\\\\") || path.starts_with("//");
        let scheme = path.find("://");
        let absolute = starts_with_drive
            || scheme.is_some()
            || path.starts_with('/')
            || path.starts_with('\\');
        let of_this_system = if cfg!(windows) {
            starts_with_drive || is_share
        } else {
            path.starts_with('/') && !path.starts_with("//")
        };
        let local = (of_this_system && scheme.is_none()).then(|| PathBuf::from(&path));
        let place = scheme.map_or(path.as_str(), |at| &path[at + 3..]);
        Self {
            local,
            absolute,
            parts: folded_parts(place),
            raw_parts: path_parts(place).into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether nothing was recorded.
    pub fn is_none(&self) -> bool {
        !self.absolute && self.parts.is_empty()
    }

    /// Its parts below a recorded prefix; none when it is not below it.
    pub fn below(&self, prefix: &Self) -> Option<&[String]> {
        let inside = self.absolute == prefix.absolute && self.parts.starts_with(&prefix.parts);
        inside.then(|| &self.raw_parts[prefix.parts.len()..])
    }
}

/// Whether two texts name one place: the same folder of the same kind of store, or of a machine's disks.
pub(super) fn is_same_place(one: &str, other: &str) -> bool {
    let scheme = |text: &str| {
        let scheme = text.split_once("://").filter(|_| is_url(text));
        scheme.map(|(scheme, _)| scheme.to_ascii_lowercase())
    };
    scheme(one) == scheme(other)
        && RecordedFolder::parse(one).parts == RecordedFolder::parse(other).parts
}

/// Whether a place is another one, or lies below it.
pub(super) fn is_below(place: &str, root: &str) -> bool {
    let rest = place.strip_prefix(root.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path in a `file:` URL, with its escapes undone.
fn file_url(text: &str) -> Option<String> {
    let start = text.get(..5)?;
    if !start.eq_ignore_ascii_case("file:") {
        return None;
    }
    let rest = decoded(&text[5..]).into_owned();
    let path = match rest.strip_prefix("//") {
        // `file:/a`, as CellProfiler writes it.
        None => rest,
        Some(rest) => {
            let local = rest.strip_prefix("localhost").unwrap_or(rest);
            if local.starts_with('/') || local.starts_with('\\') || has_drive(local) {
                local.to_owned()
            } else {
                // `file://server/share`.
                format!("//{local}")
            }
        }
    };
    // `/C:/a` of `file:///C:/a`.
    Some(match path.strip_prefix('/') {
        Some(inner) if has_drive(inner) => inner.to_owned(),
        _ => path,
    })
}

fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && bytes.get(2).is_none_or(|next| matches!(next, b'/' | b'\\'))
}

/// Folder and file name of a recorded picture; a name may hold folders, as some load lists have it.
pub(super) fn split_name<'a>(folder: Option<&str>, name: &'a str) -> (Option<String>, &'a str) {
    match name.rsplit_once(['/', '\\']) {
        None => (folder.map(str::to_owned), name),
        Some((inner, name)) => {
            let inner_is_absolute = RecordedFolder::parse(inner).absolute || inner.is_empty();
            let folder = match folder {
                Some(folder) if !inner_is_absolute && !folder.trim().is_empty() => {
                    format!("{folder}/{inner}")
                }
                _ => inner.to_owned(),
            };
            (Some(folder), name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_all_systems_are_taken_apart() {
        let cases: [(&str, bool, &[&str]); 13] = [
            ("/home/Ubuntu/a", true, &["home", "ubuntu", "a"]),
            ("C:\\Data\\Plate 1", true, &["c:", "data", "plate 1"]),
            ("c:/data", true, &["c:", "data"]),
            ("\\\\Server\\share\\x", true, &["server", "share", "x"]),
            ("file:/a/b%20c", true, &["a", "b c"]),
            ("file:///a/b", true, &["a", "b"]),
            ("file://localhost/a", true, &["a"]),
            ("file:///C:/a%5Fb", true, &["c:", "a_b"]),
            ("FILE://server/share", true, &["server", "share"]),
            ("s3://bucket/x/y", true, &["bucket", "x", "y"]),
            ("images/p1", false, &["images", "p1"]),
            ("..\\images\\.", false, &["images"]),
            ("", false, &[]),
        ];
        for (text, absolute, parts) in cases {
            let folder = RecordedFolder::parse(text);
            assert_eq!(folder.absolute, absolute, "{text}");
            assert_eq!(folder.parts, parts, "{text}");
        }
        let unix = RecordedFolder::parse("/a/b").local;
        assert_eq!(unix.is_some(), !cfg!(windows));
        assert_eq!(RecordedFolder::parse("images").local, None);
    }

    #[test]
    fn places_are_compared_with_their_store() {
        for (one, other, same) in [
            ("/a/b", "/A/b/", true),
            ("file:///a/b%20c", "/a/b c", true),
            ("s3://bucket/x", "S3://bucket/x", true),
            ("s3://bucket/x", "/bucket/x", false),
            ("s3://bucket/x", "gs://bucket/x", false),
            ("", "/a", false),
        ] {
            assert_eq!(is_same_place(one, other), same, "{one} {other}");
        }
    }

    #[test]
    fn names_may_hold_folders() {
        let cases = [
            (Some("/a"), "x.tif", Some("/a"), "x.tif"),
            (Some("/a"), "b/x.tif", Some("/a/b"), "x.tif"),
            (Some("/a"), "C:\\b\\x.tif", Some("C:\\b"), "x.tif"),
            (None, "b\\x.tif", Some("b"), "x.tif"),
            (Some(""), "b/x.tif", Some("b"), "x.tif"),
            (None, "x.tif", None, "x.tif"),
        ];
        for (folder, name, in_folder, file) in cases {
            assert_eq!(
                split_name(folder, name),
                (in_folder.map(str::to_owned), file),
                "{name}"
            );
        }
    }

    #[test]
    fn prefixes_are_parts_not_letters() {
        let folder = RecordedFolder::parse("/a/plate1/x");
        let cases = [
            ("/a", Some(2)),
            ("/A/Plate1", Some(1)),
            ("/", Some(3)),
            ("/a/plate", None),
            ("a", None),
        ];
        for (prefix, rest) in cases {
            let below = folder.below(&RecordedFolder::parse(prefix));
            assert_eq!(below.map(<[String]>::len), rest, "{prefix}");
        }
    }
}
