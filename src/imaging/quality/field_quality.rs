//! What a whole picture says: focus, background, and where its camera ends.

/// Fine structure by all structure: the variance of the Laplacian of the picture, smoothed over three by three pixels
/// against the noise of single ones, by the variance of the smoothed picture. Large where the picture is sharp. `None` for
/// pictures without any contrast, and for tiny ones.
pub fn focus(pixels: &[u16], width: usize) -> Option<f64> {
    let height = pixels.len().checked_div(width)?;
    if width < 8 || height < 8 {
        return None;
    }
    let at = |x: usize, y: usize| f64::from(pixels[y * width + x]);
    let (inner_width, inner_height) = (width - 2, height - 2);
    let mut smooth = vec![0.0; inner_width * inner_height];
    for y in 0..inner_height {
        for x in 0..inner_width {
            let mut sum = 0.0;
            for dy in 0..3 {
                for dx in 0..3 {
                    sum += at(x + dx, y + dy);
                }
            }
            smooth[y * inner_width + x] = sum / 9.0;
        }
    }
    let all = variance(smooth.iter().copied())?;
    let laplacian = (1..inner_height - 1).flat_map(|y| {
        let smooth = &smooth;
        (1..inner_width - 1).map(move |x| {
            let at = |x: usize, y: usize| smooth[y * inner_width + x];
            at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4.0 * at(x, y)
        })
    });
    let fine = variance(laplacian)?;
    (all > 0.0).then(|| fine / all)
}

fn variance(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        count += 1.0;
        let before: f64 = value - mean;
        mean += before / count;
        squares += before * (value - mean);
    }
    (count > 0.0).then(|| squares / count)
}

/// The intensity below which a twentieth of the pixels lie; `None` without pixels.
pub fn background(pixels: &[u16]) -> Option<u16> {
    let place = pixels.len() / 20;
    let mut values = pixels.to_vec();
    if values.is_empty() {
        return None;
    }
    let (_, value, _) = values.select_nth_unstable(place);
    Some(*value)
}

/// The intensity at which a camera ends: the largest number of the file's bits, or that of a camera of 10, 12 or 14 bits
/// where the brightest pixel is exactly there.
pub fn saturation_level(brightest: u16, bit_depth: u8) -> u16 {
    match brightest {
        1023 | 4095 | 16383 if bit_depth > 8 => brightest,
        _ if bit_depth <= 8 => 255,
        _ => u16::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharp_pictures_have_more_fine_structure_than_blurred_ones() {
        let mut random = fastrand::Rng::with_seed(2);
        let side = 96;
        let mut sharp = vec![200.0; side * side];
        for _ in 0..60 {
            let (cx, cy) = (random.usize(8..side - 8), random.usize(8..side - 8));
            for y in cy - 3..cy + 3 {
                for x in cx - 3..cx + 3 {
                    sharp[y * side + x] = 3000.0;
                }
            }
        }
        let blur = |picture: &[f64]| {
            let mut out = picture.to_vec();
            for y in 3..side - 3 {
                for x in 3..side - 3 {
                    let mut sum = 0.0;
                    for dy in 0..7 {
                        for dx in 0..7 {
                            sum += picture[(y + dy - 3) * side + x + dx - 3];
                        }
                    }
                    out[y * side + x] = sum / 49.0;
                }
            }
            out
        };
        let noisy = |picture: &[f64], random: &mut fastrand::Rng| -> Vec<u16> {
            picture
                .iter()
                .map(|value| (value + random.f64() * 40.0) as u16)
                .collect()
        };
        let first = focus(&noisy(&sharp, &mut random), side).expect("a focus");
        let second = focus(&noisy(&blur(&sharp), &mut random), side).expect("a focus");
        assert!(first > 2.0 * second, "{first} {second}");
        assert_eq!(focus(&[7; 400], 20), None, "no contrast");
        assert_eq!(focus(&[1; 9], 3), None);
        assert_eq!(focus(&[], 0), None);
    }

    #[test]
    fn levels_follow_bits_and_brightest_pixels() {
        let cases = [
            (255, 8, 255),
            (200, 8, 255),
            (4095, 16, 4095),
            (4094, 16, u16::MAX),
            (u16::MAX, 16, u16::MAX),
            (1023, 8, 255),
        ];
        for (brightest, bits, level) in cases {
            assert_eq!(
                saturation_level(brightest, bits),
                level,
                "{brightest} {bits}"
            );
        }
        let pixels: Vec<u16> = (0..100).collect();
        assert_eq!(background(&pixels), Some(5));
        assert_eq!(background(&[]), None);
    }
}
