//! Numbers of other types than unsigned 8, 16 and 32 bit on their way to intensities or labels.

use std::path::Path;

use super::ImageError;
use super::samples::{Purpose, Samples, numbered_values};

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
    let what = "floating point numbers that are no labels";
    let labels: Option<Vec<u32>> = data
        .iter()
        .map(|label| {
            let is_label = (0.0..4_294_967_296.0).contains(label) && label.fract() == 0.0;
            is_label.then_some(*label as u32)
        })
        .collect();
    if let Some(labels) = labels {
        return Ok(Samples::U32(labels));
    }
    // Numbers that were scaled still tell objects apart. Both zeros are background.
    let values = data.iter().map(|value| (value + 0.0).to_bits());
    match numbered_values(values, 0) {
        Some(values)
            if purpose == Purpose::Objects && data.iter().all(|value| value.is_finite()) =>
        {
            Ok(Samples::Values(values, what.to_owned()))
        }
        _ => Err(unsupported(path, purpose, what)),
    }
}

fn unsupported(path: &Path, purpose: Purpose, what: &str) -> ImageError {
    ImageError::Unsupported {
        path: path.to_owned(),
        what: what.to_owned(),
        advice: purpose.advice(),
    }
}
