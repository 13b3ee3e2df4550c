//! Random textures: blurred white noise has no lattice and no direction, unlike the usual value noise.

use fastrand::Rng;

use super::plane::Plane;

/// A roughly normal number with mean 0 and variance 1, from one draw.
///
/// The sum of four uniform numbers is close enough for noise and much cheaper than a logarithm for every pixel.
pub(super) fn gauss(rng: &mut Rng) -> f32 {
    let bits = rng.u64(..);
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
    (sum as f32 / 65_536.0 - 2.0) * 1.732
}

/// A uniform number between two bounds.
pub(super) fn between(rng: &mut Rng, low: f32, high: f32) -> f32 {
    low + (high - low) * rng.f32()
}

/// A smooth random field with mean 0, variance 1 and details of about `sigma` pixels.
pub(super) fn smooth_field(rng: &mut Rng, width: usize, height: usize, sigma: f32) -> Plane {
    // Coarse fields are drawn small: a blurred picture has nothing between its pixels.
    let step = if sigma >= 5.0 {
        4
    } else if sigma >= 2.6 {
        2
    } else {
        1
    };
    let mut plane = Plane::new(width.div_ceil(step) + 1, height.div_ceil(step) + 1);
    plane.data.iter_mut().for_each(|v| *v = gauss(rng));
    let small = sigma / step as f32;
    if small < 1.2 {
        plane.blur_fine(small);
    } else {
        plane.blur_wide(small);
    }
    normalise(&mut plane.data);
    if step > 1 || plane.width != width {
        plane.enlarged(step, width, height)
    } else {
        plane
    }
}

fn normalise(data: &mut [f32]) {
    let count = data.len() as f32;
    let mean = data.iter().sum::<f32>() / count;
    let variance = data.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / count;
    let scale = 1.0 / variance.sqrt().max(1e-6);
    for value in data {
        *value = (*value - mean) * scale;
    }
}

/// 0 below `from`, 1 above `to`, smooth between.
pub(super) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauss_has_unit_variance() {
        let mut rng = Rng::with_seed(1);
        let values: Vec<f32> = (0..20_000).map(|_| gauss(&mut rng)).collect();
        let mean = values.iter().sum::<f32>() / 20_000.0;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05);
    }

    #[test]
    fn fields_have_the_asked_size_at_every_scale() {
        let mut rng = Rng::with_seed(2);
        for sigma in [0.9, 2.0, 3.0, 12.0] {
            let field = smooth_field(&mut rng, 97, 50, sigma);
            assert_eq!(field.data.len(), 97 * 50);
            assert!(field.data.iter().all(|v| v.is_finite()));
        }
    }
}
