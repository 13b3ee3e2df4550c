//! Arrays written byte by byte, as `NumPy` writes them.

use std::path::Path;

use crate::handmade::npy;
use crate::{ImageError, PixelScale, probe_plane_from, read_labels_from, read_plane_from};

fn array(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    npy(
        &format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"),
        data,
    )
}

const NAME: &str = "Illum.npy";

#[test]
fn numbers_of_every_type_and_order() {
    let rows = [0_u8, 1, 2, 3, 4, 5];
    let columns = [0_u8, 3, 1, 4, 2, 5];
    for descr in [
        "|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", "<u8", "<i8", "<f4", ">f4",
        "<f8", ">f8",
    ] {
        for (fortran, values) in [("False", rows), ("True", columns)] {
            let bytes_of = |value: u8| -> Vec<u8> {
                let mut bytes = match &descr[1..] {
                    "f4" => f32::from(value).to_le_bytes().to_vec(),
                    "f8" => f64::from(value).to_le_bytes().to_vec(),
                    other => {
                        let length = usize::from(other.as_bytes()[1] - b'0');
                        u64::from(value).to_le_bytes()[..length].to_vec()
                    }
                };
                if descr.starts_with('>') {
                    bytes.reverse();
                }
                bytes
            };
            let data: Vec<u8> = values.into_iter().flat_map(bytes_of).collect();
            let bytes = array(descr, fortran, "(2, 3)", &data);
            let plane = read_plane_from(Path::new(NAME), &bytes, 0).unwrap();
            assert_eq!((plane.width, plane.height), (3, 2), "{descr}");
            assert_eq!(plane.pixels, [0, 1, 2, 3, 4, 5], "{descr} {fortran}");
            assert_eq!((plane.scale, plane.clipped), (PixelScale::STORED, 0));
            let labels = read_labels_from(Path::new(NAME), &bytes, 0).unwrap();
            assert_eq!(labels.labels, [0, 1, 2, 3, 4, 5], "{descr} {fortran}");
            let info = probe_plane_from(Path::new(NAME), &bytes, 0).unwrap();
            assert_eq!((info.width, info.height, info.pages), (3, 2, 1));
            assert_eq!(info.float, descr.contains('f'));
        }
    }
}

#[test]
fn what_is_no_picture_says_so() {
    let zeros = [0; 64];
    let unsupported = [
        array("<f8", "False", "(2,)", &zeros),
        array("<f8", "False", "()", &zeros),
        array("<f8", "False", "(2, 2, 2)", &zeros),
        array("<f8", "False", "(0, 2)", &zeros),
        array("<c8", "False", "(2, 2)", &zeros),
        array("|O8", "False", "(2, 2)", &zeros),
        npy(
            "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2, 2), }",
            &zeros,
        ),
    ];
    for bytes in unsupported {
        let error = read_plane_from(Path::new(NAME), &bytes, 0).unwrap_err();
        assert!(matches!(error, ImageError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(NAME));
    }
    let damaged = [
        npy("", &zeros),
        npy("{'descr': '<f8'}", &zeros),
        npy(
            "{'descr': '<', 'fortran_order': False, 'shape': (2, 2)}",
            &zeros,
        ),
        array("<f8", "False", "(2, x)", &zeros),
        array("<f8", "False", "(2, 99999999999)", &zeros),
        array("<f8", "False", "(-2, 3)", &zeros),
        b"\x93NUMPY\x07\x00................".to_vec(),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff........".to_vec(),
    ];
    for bytes in damaged {
        let error = read_plane_from(Path::new(NAME), &bytes, 0).unwrap_err();
        assert!(matches!(error, ImageError::Decode { .. }), "{error}");
    }
    for (shape, size) in [
        ("(3, 3)", false),
        ("(16384, 16384)", false),
        ("(16384, 16385)", true),
    ] {
        let error =
            read_plane_from(Path::new(NAME), &array("<f8", "False", shape, &zeros), 0).unwrap_err();
        assert_eq!(
            matches!(error, ImageError::TooLarge { .. }),
            size,
            "{error}"
        );
    }
}
