//! Numbers of other types than unsigned 8, 16 and 32 bit on their way to intensities or labels.

use std::path::Path;

use super::ImageError;
use super::samples::{Purpose, Samples};

/// Whole numbers that may be negative, or too large for labels.
pub(super) fn whole<T: TryInto<u32>>(
    path: &Path,
    purpose: Purpose,
    data: Vec<T>,
    rounded: impl Fn(T) -> f64,
) -> Result<Samples, ImageError> {
    if purpose == Purpose::Intensity {
        return Ok(Samples::Real(data.into_iter().map(rounded).collect()));
    }
    data.into_iter()
        .map(|label| label.try_into().ok())
        .collect::<Option<Vec<u32>>>()
        .map(Samples::U32)
        .ok_or_else(|| unsupported(path, purpose, "labels below 0 or above 4,294,967,295"))
}

/// Floating point numbers; as labels they must be whole.
pub(super) fn float(path: &Path, purpose: Purpose, data: Vec<f64>) -> Result<Samples, ImageError> {
    if purpose == Purpose::Intensity {
        return Ok(Samples::Real(data));
    }
    data.into_iter()
        .map(|label| {
            let is_label = (0.0..4_294_967_296.0).contains(&label) && label.fract() == 0.0;
            is_label.then_some(label as u32)
        })
        .collect::<Option<Vec<u32>>>()
        .map(Samples::U32)
        .ok_or_else(|| unsupported(path, purpose, "floating point numbers that are no labels"))
}

fn unsupported(path: &Path, purpose: Purpose, what: &str) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what: what.to_owned(),
        advice: purpose.advice(),
    }
}
