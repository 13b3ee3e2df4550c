//! From light to camera counts: blur, stray light, uneven illumination, noise, 16 bits.

use fastrand::Rng;

use super::noise::{between, gauss};
use super::plane::Plane;

/// Counts with no light at all.
const OFFSET: f32 = 320.0;
/// Standard deviation of the camera's read-out, in counts.
const READ_NOISE: f32 = 14.0;
/// Counts for one detected photon.
const GAIN: f32 = 1.9;
/// The objective's blur in pixels, by channel: longer wavelengths blur more.
const BLUR: [f32; 5] = [0.80, 0.82, 0.88, 0.90, 0.98];
/// Light of the empty medium, by channel.
const MEDIUM: [f32; 5] = [70.0, 120.0, 160.0, 110.0, 90.0];
/// The blur of a field that the autofocus missed.
const DEFOCUS: f32 = 6.5;

/// A picture as the camera delivers it.
pub(super) fn expose(mut light: Plane, channel: usize, in_focus: bool, rng: &mut Rng) -> Vec<u16> {
    let (width, height) = (light.width, light.height);
    if in_focus {
        light.blur_fine(BLUR[channel]);
    } else {
        light.blur_wide(DEFOCUS);
    }
    // Out-of-focus light of a wide-field microscope, at a quarter of the resolution: it has no detail.
    let mut glow = light.shrunk(4);
    glow.blur_wide(5.0);
    let glow = glow.enlarged(4, width, height);

    let (center_x, center_y) = (between(rng, 0.44, 0.56), between(rng, 0.44, 0.56));
    let mut counts = Vec::with_capacity(width * height);
    for y in 0..height {
        let v = y as f32 / height as f32 - center_y;
        for x in 0..width {
            let u = x as f32 / width as f32 - center_x;
            let illumination = 1.04 - 0.50 * (u * u + v * v);
            let at = y * width + x;
            let value =
                (0.93 * light.data[at] + 0.07 * glow.data[at] + MEDIUM[channel]) * illumination;
            let noise = gauss(rng) * (value * GAIN + READ_NOISE * READ_NOISE).sqrt();
            counts.push((OFFSET + value + noise).round().clamp(0.0, 65_535.0) as u16);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_pictures_are_near_the_offset_and_bright_ones_clip() {
        let mut rng = Rng::with_seed(9);
        let dark = expose(Plane::new(64, 64), 0, true, &mut rng);
        let mean = dark.iter().map(|v| f32::from(*v)).sum::<f32>() / dark.len() as f32;
        assert!((360.0..420.0).contains(&mean));
        let mut bright = Plane::new(64, 64);
        bright.data.fill(200_000.0);
        assert!(
            expose(bright, 0, true, &mut rng)
                .iter()
                .all(|v| *v == u16::MAX)
        );
    }
}
