//! Illumination correction: how bright each place of a picture is without any sample.

use std::io::{BufRead, Cursor, Seek};
use std::path::{Path, PathBuf};

use super::picture_source::{open, read_samples};
use super::samples::{Purpose, Samples};
use super::{ImageError, Plane};

/// An illumination function as `CellProfiler`'s `CorrectIlluminationCalculate` saves it: what each pixel is divided
/// by.
#[derive(Debug, Clone, PartialEq)]
pub struct IlluminationFunction {
    path: PathBuf,
    width: u32,
    height: u32,
    /// `width * height` finite numbers above 0, row-major.
    divisors: Vec<f64>,
}

impl IlluminationFunction {
    /// Reads a function from a `.npy` or MATLAB 5 array of two dimensions or one zero-based page of a grey TIFF or PNG.
    ///
    /// Floating point numbers and numbers with a sign are used as they are. Pictures of unsigned whole numbers are
    /// read as `CellProfiler` reads them, as shares of the largest number of their type.
    ///
    /// # Errors
    ///
    /// As [`read_plane`](super::read_plane); also numbers that nothing can be divided by: 0, negative ones and those
    /// that are not finite.
    pub fn read(path: &Path, page: u32) -> Result<Self, ImageError> {
        read_page(path, open(path)?, page)
    }

    /// Reads from the bytes of a file, as [`read`](Self::read) does; `name` is for messages.
    pub fn read_from(name: &Path, bytes: &[u8], page: u32) -> Result<Self, ImageError> {
        read_page(name, Cursor::new(bytes), page)
    }

    /// Width in pixels.
    #[inline]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[inline]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Divides every value of a plane by the function, as `CellProfiler`'s `CorrectIlluminationApply` does, and rounds
    /// to the nearest stored number of the plane's scale.
    ///
    /// What becomes too bright for the scale is stored at its end and counted in [`Plane::clipped`] with what was
    /// clipped before. An 8-bit plane becomes one of 16 bit where that takes more than 255.
    ///
    /// # Errors
    ///
    /// A plane of another size than the function, or one without all its pixels.
    pub fn apply(&self, plane: &Plane) -> Result<Plane, ImageError> {
        let sizes = [(self.width, self.height), (plane.width, plane.height)];
        if sizes[0] != sizes[1] || plane.pixels.len() != self.divisors.len() {
            let [own, other] = sizes.map(|(width, height)| format!("{width} x {height}"));
            return Err(ImageError::Unsupported {
                path: self.path.clone(),
                what: format!("an illumination function of {own} pixels for a picture of {other}"),
                advice: "use the function that was calculated from pictures of this size",
            });
        }
        let scale = plane.scale;
        let values = plane.pixels.iter().zip(&self.divisors);
        let (pixels, clipped) =
            scale.store_all(values.map(|(&stored, divisor)| scale.value(stored) / divisor));
        let fits = pixels.iter().all(|&pixel| pixel <= 255);
        Ok(Plane {
            bit_depth: if fits { plane.bit_depth } else { 16 },
            clipped: plane.clipped + clipped,
            pixels,
            ..*plane
        })
    }
}

fn read_page<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    page: u32,
) -> Result<IlluminationFunction, ImageError> {
    let decoded = read_samples(path, reader, page, Purpose::Intensity)?;
    let full = f64::from(decoded.full.max(1));
    let divisors: Vec<f64> = match decoded.samples {
        Samples::Real(data) => data,
        Samples::U8(data) => data.into_iter().map(|v| f64::from(v) / full).collect(),
        Samples::U16(data) => data.into_iter().map(|v| f64::from(v) / full).collect(),
        Samples::U32(data) => data.into_iter().map(|v| f64::from(v) / full).collect(),
        Samples::Marks(_) | Samples::Values(..) => Vec::new(),
    };
    let unusable = divisors
        .iter()
        .position(|divisor| !(divisor.is_finite() && *divisor > 0.0));
    if let Some(index) = unusable {
        let columns = decoded.width as usize;
        let (x, y, value) = (index % columns, index / columns, divisors[index]);
        return Err(ImageError::Unsupported {
            path: path.to_owned(),
            what: format!("an illumination function that is {value} at column {x}, row {y}"),
            advice: "calculate it again: every pixel must be above 0 to divide by it",
        });
    }
    Ok(IlluminationFunction {
        path: path.to_owned(),
        width: decoded.width,
        height: decoded.height,
        divisors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PixelScale;
    use crate::handmade::npy;

    const NAME: &str = "IllumDNA.npy";

    fn function(values: [f64; 4]) -> Result<IlluminationFunction, ImageError> {
        let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let bytes = npy(
            "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }",
            &data,
        );
        IlluminationFunction::read_from(Path::new(NAME), &bytes, 0)
    }

    fn plane(bit_depth: u8, scale: PixelScale, pixels: [u16; 4]) -> Plane {
        Plane {
            width: 2,
            height: 2,
            bit_depth,
            pixels: pixels.to_vec(),
            scale,
            clipped: 1,
            source: crate::GreySource::Stored,
        }
    }

    #[test]
    fn pixels_are_divided_and_rounded() {
        let shifted = PixelScale {
            offset: -100.0,
            step: 1.0,
        };
        let cases = [
            (
                16,
                PixelScale::STORED,
                [100, 101, 4095, 0],
                [50, 34, 2048, 0],
                16,
                0,
            ),
            (
                16,
                PixelScale::UNIT,
                [100, 101, 65_535, 7],
                [50, 34, 32_768, 14],
                16,
                0,
            ),
            (
                16,
                PixelScale::STORED,
                [1, 1, 1, 65_535],
                [1, 0, 1, 65_535],
                16,
                1,
            ),
            (
                8,
                PixelScale::STORED,
                [100, 0, 0, 100],
                [50, 0, 0, 200],
                8,
                0,
            ),
            (
                8,
                PixelScale::STORED,
                [100, 0, 0, 200],
                [50, 0, 0, 400],
                16,
                0,
            ),
            // Values are divided, not stored numbers: 200 stands for 100.
            (
                16,
                shifted,
                [200, 100, 100, 100],
                [150, 100, 100, 100],
                16,
                0,
            ),
        ];
        let function = function([2.0, 3.0, 2.0, 0.5]).unwrap();
        for (bits, scale, before, after, bits_after, clipped) in cases {
            let corrected = function.apply(&plane(bits, scale, before)).unwrap();
            assert_eq!(corrected.pixels, after, "{before:?}");
            assert_eq!(corrected.bit_depth, bits_after, "{before:?}");
            assert_eq!(corrected.clipped, 1 + clipped, "{before:?}");
            assert_eq!(corrected.scale, scale);
        }
    }

    #[test]
    fn what_nothing_can_be_divided_by() {
        for (value, words) in [
            (0.0, "is 0 at column 1, row 1"),
            (-1.0, "is -1 at"),
            (f64::NAN, "is NaN at"),
            (f64::INFINITY, "is inf at"),
        ] {
            let error = function([1.0, 1.0, 1.0, value]).unwrap_err().to_string();
            assert!(error.contains(NAME) && error.contains(words), "{error}");
        }
        let sound = function([1.0; 4]).unwrap();
        let mut other = plane(16, PixelScale::STORED, [0; 4]);
        (other.width, other.height) = (4, 1);
        let error = sound.apply(&other).unwrap_err().to_string();
        assert!(
            error.contains("2 x 2") && error.contains("4 x 1"),
            "{error}"
        );
        other.pixels.clear();
        (other.width, other.height) = (2, 2);
        assert!(sound.apply(&other).is_err());
    }

    #[test]
    fn whole_numbers_are_shares_of_their_type() {
        let bytes = npy(
            "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 1), }",
            &[0xff, 0x7f],
        );
        let function = IlluminationFunction::read_from(Path::new(NAME), &bytes, 0).unwrap();
        assert_eq!((function.width(), function.height()), (1, 1));
        assert!((function.divisors[0] - 0.5).abs() < 1e-4);
    }
}
