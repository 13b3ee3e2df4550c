//! Picture formats that are told but not read.

use std::path::Path;

/// What to do about the files of microscopes.
const CONVERT: &str =
    "convert it to OME-TIFF with bfconvert (Bio-Formats) or bioformats2raw and raw2ometiff";

/// What to do about ordinary pictures.
const SAVE: &str = "save it as TIFF or PNG";

/// What to do about arrays.
const ARRAY: &str = "save the array as .npy or as 32-bit TIFF";

/// What to do about folders and archives.
const OPEN: &str = "export its planes as OME-TIFF, with raw2ometiff or from Python with tifffile";

/// Formats by their first bytes; the first that fits counts.
const MARKS: [(&[u8], &str, &str); 16] = [
    (b"ZISRAWFILE", "a Zeiss CZI file", CONVERT),
    (b"\xda\xce\xbe\x0a", "a Nikon ND2 file", CONVERT),
    (
        b"\0\0\0\x0cjP  \r\n\x87\n",
        "an old Nikon ND2 file",
        CONVERT,
    ),
    (b"p\0\0\0", "a Leica LIF file", CONVERT),
    (b"\x10\0\0\0\x78", "a Cellomics C01 file", CONVERT),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an OLE file (Olympus OIB, Zeiss ZVI)",
        CONVERT,
    ),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", OPEN),
    (b"PK\x03\x04", "a ZIP archive", "unpack it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
    (b"BM", "a BMP picture", SAVE),
    (b"\x28\0\0\0", "a DIB picture", CONVERT),
    (b"GIF8", "a GIF picture", SAVE),
    (b"RIFF", "a WebP picture", SAVE),
    (b"MATLAB 7.3 MAT", "an array of MATLAB 7.3", ARRAY),
    (b"%PDF", "a PDF document", SAVE),
    (b"<", "a text file", "name the picture itself"),
];

/// Formats by their file name, where the first bytes say nothing.
const EXTENSIONS: [(&[&str], &str, &str); 12] = [
    (&["czi"], "a Zeiss CZI file", CONVERT),
    (&["nd2"], "a Nikon ND2 file", CONVERT),
    (&["lif", "lof", "xlef"], "a Leica file", CONVERT),
    (&["c01", "dib"], "a Cellomics file", CONVERT),
    (&["flex"], "an Opera Flex file", CONVERT),
    (&["mat"], "no array of MATLAB 5", ARRAY),
    (&["zarr", "n5"], "a Zarr folder", OPEN),
    (&["ims", "h5", "hdf5"], "an HDF5 file", OPEN),
    (
        &["oib", "oif", "oir", "vsi", "zvi", "lsm"],
        "a microscope's own file",
        CONVERT,
    ),
    (&["dv", "r3d", "mrc"], "a DeltaVision file", CONVERT),
    (
        &["xdce", "xml", "mes", "htd", "wpi"],
        "a list of pictures",
        "name the pictures themselves",
    ),
    (
        &["bmp", "gif", "webp"],
        "an ordinary picture of another format",
        SAVE,
    ),
];

/// Name of the format of a file that is not read, and what to do about it.
///
/// `start` are its first bytes, as many as there are up to [`START_BYTES`].
pub(super) fn foreign_format(path: &Path, start: &[u8]) -> Option<(&'static str, &'static str)> {
    let by_name = |path: &Path| {
        let extension = path.extension()?.to_string_lossy().to_lowercase();
        EXTENSIONS
            .iter()
            .find(|(extensions, ..)| extensions.contains(&extension.as_str()))
            .map(|&(_, what, advice)| (what, advice))
    };
    let by_mark = MARKS
        .iter()
        .find(|(mark, ..)| start.starts_with(mark))
        .map(|&(_, what, advice)| (what, advice));
    // Two bytes may be chance, and a name is chosen: it goes before short marks.
    let long = MARKS
        .iter()
        .any(|(mark, ..)| mark.len() > 4 && start.starts_with(mark));
    if long {
        by_mark
    } else {
        by_name(path).or(by_mark)
    }
}

/// Whether some folder above a file is a Zarr store, where a chunk has no format of its own.
pub(super) fn in_zarr(path: &Path) -> bool {
    path.ancestors().any(|folder| {
        folder
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("zarr"))
    })
}

/// Enough bytes to tell a format.
pub(super) const START_BYTES: u64 = 16;

/// The format of a Zarr store and what to do about it.
pub(super) const ZARR: (&str, &str) = ("part of a Zarr folder", OPEN);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named() {
        let cases: [(&str, &[u8], Option<&str>); 12] = [
            ("a.dat", b"ZISRAWFILE......", Some("CZI")),
            ("a.tif", b"\xda\xce\xbe\x0a\x10\0\0\0", Some("ND2")),
            ("a.LIF", b"p\0\0\0\x2a\0\0\0", Some("Leica")),
            ("a.C01", b"\x10\0\0\0\x78\x9c", Some("Cellomics")),
            ("a.DIB", b"\x28\0\0\0\0\x04", Some("Cellomics")),
            ("a.flex", b"somethin", Some("Flex")),
            ("a.bmp", b"BM......", Some("ordinary")),
            ("a.tif", b"BM......", Some("BMP")),
            ("a.ims", b"\x89HDF\r\n\x1a\n", Some("HDF5")),
            ("a.csv", b"ImageNum", None),
            ("a", b"", None),
            ("a.zarr", b"", Some("Zarr")),
        ];
        for (name, start, expected) in cases {
            let found = foreign_format(Path::new(name), start);
            let what = found.map(|(what, _)| what);
            match expected {
                Some(words) => assert!(what.is_some_and(|w| w.contains(words)), "{name} {what:?}"),
                None => assert_eq!(what, None, "{name}"),
            }
        }
        assert!(in_zarr(Path::new("/plate.ome.zarr/A/1/0/0/0.0.0")));
        assert!(!in_zarr(Path::new("/plate/zarr/a.tif")));
    }
}
