//! Arrays put together byte by byte, as scipy writes them.

use std::path::Path;

use crate::handmade::mat;
use crate::{IlluminationFunction, PixelScale, Plane, read_plane_from};

const NAME: &str = "IllumDNA.mat";

#[test]
fn columns_of_an_array_become_rows_of_pixels() {
    // Two rows of three, column after column.
    let bytes = mat(&[("Image", [2, 3], &[1.0, 4.0, 2.0, 5.0, 3.0, 8.0])]);
    let plane = read_plane_from(Path::new(NAME), &bytes, 0).unwrap();
    assert_eq!((plane.width, plane.height), (3, 2));
    assert_eq!(plane.pixels, [1, 2, 3, 4, 5, 8]);
    let function = IlluminationFunction::read_from(Path::new(NAME), &bytes, 0).unwrap();
    let picture = Plane {
        pixels: vec![40; 6],
        scale: PixelScale::STORED,
        ..plane
    };
    let corrected = function.apply(&picture).unwrap();
    assert_eq!(corrected.pixels, [40, 20, 13, 10, 8, 5]);
}

#[test]
fn which_array_it_is_must_be_told() {
    let values = [1.0, 1.0];
    let read = |arrays: &[(&str, [i32; 2], &[f64])]| {
        read_plane_from(Path::new(NAME), &mat(arrays), 0).map_err(|error| error.to_string())
    };
    assert!(read(&[("x", [1, 2], &values)]).is_ok());
    assert!(read(&[("x", [1, 2], &values), ("Image", [2, 1], &values)]).is_ok());
    let error = read(&[("x", [1, 2], &values), ("y", [1, 2], &values)]).unwrap_err();
    assert!(error.contains("2 arrays"), "{error}");
    let error = read(&[("x", [2, 2], &values)]).unwrap_err();
    assert!(error.contains(NAME), "{error}");
    for newer in [
        &b"MATLAB 7.3 MAT-file, Platform"[..],
        b"\0\0\0\0\x05\0\0\0\x05\0\0\0",
    ] {
        let error = read_plane_from(Path::new(NAME), newer, 0)
            .unwrap_err()
            .to_string();
        assert!(error.contains(".npy"), "{error}");
    }
}
