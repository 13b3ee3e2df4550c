//! Writing the pictures.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use tiff::encoder::compression::DeflateLevel;
use tiff::encoder::{Compression, TiffEncoder, colortype};
use tiff::tags::Predictor;

use super::error::DemoError;

/// Writes a 16-bit grey image: a photograph with a predictor, which helps smooth pictures, or a label image without.
pub(super) fn write_grey(
    path: &Path,
    pixels: &[u16],
    width: usize,
    is_photograph: bool,
) -> Result<(), DemoError> {
    let file = BufWriter::new(File::create(path).map_err(DemoError::io(path))?);
    let encode = || -> Result<(), tiff::TiffError> {
        let predictor = if is_photograph {
            Predictor::Horizontal
        } else {
            Predictor::None
        };
        TiffEncoder::new(file)?
            .with_compression(Compression::Deflate(DeflateLevel::Fast))
            .with_predictor(predictor)
            .write_image::<colortype::Gray16>(width as u32, (pixels.len() / width) as u32, pixels)
    };
    encode().map_err(DemoError::tiff(path))
}
