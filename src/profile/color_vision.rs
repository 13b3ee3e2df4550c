//! How people with other colour vision see colours: for tests of palettes.

/// Colours in linear light as they appear without one kind of cone, after Machado, Oliveira and Fernandes (2009, "A
/// physiologically-based model for simulation of color vision deficiency"), at full severity.
const VISIONS: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "trichromacy",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];
/// From linear sRGB to CIE XYZ, relative to the white of D65.
const XYZ: [[f64; 3]; 3] = [
    [0.4124 / 0.950_47, 0.3576 / 0.950_47, 0.1805 / 0.950_47],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.088_83, 0.1192 / 1.088_83, 0.9505 / 1.088_83],
];

fn times(matrix: &[[f64; 3]; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

/// CIE L*a*b* of a colour as it appears.
fn appearance(vision: &[[f64; 3]; 3], color: [u8; 3]) -> [f64; 3] {
    let linear = color.map(|value| {
        let share = f64::from(value) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    let seen = times(vision, linear).map(|value| value.clamp(0.0, 1.0));
    let [x, y, z] = times(&XYZ, seen).map(|value| {
        if value > 0.008_856 {
            value.cbrt()
        } else {
            7.787 * value + 16.0 / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The smallest difference (CIE 1976) between two of the colours in any colour vision, these two, and that vision.
pub fn least_difference(colors: &[[u8; 3]]) -> (f64, [[u8; 3]; 2], &'static str) {
    let mut least = (f64::INFINITY, [[0; 3]; 2], "");
    for (name, vision) in &VISIONS {
        for (at, one) in colors.iter().enumerate() {
            for other in &colors[at + 1..] {
                let [a, b] = [one, other].map(|color| appearance(vision, *color));
                let difference = a
                    .iter()
                    .zip(b)
                    .map(|(a, b)| (a - b).powi(2))
                    .sum::<f64>()
                    .sqrt();
                if difference < least.0 {
                    least = (difference, [*one, *other], name);
                }
            }
        }
    }
    least
}

#[test]
fn the_simulation_finds_what_looks_alike() {
    let (difference, _, vision) = least_difference(&[[200, 0, 0], [80, 70, 0]]);
    assert!(
        difference < 20.0 && vision == "protanopia",
        "{difference} {vision}"
    );
    let (difference, _, _) = least_difference(&[[0, 0, 0], [255, 255, 255]]);
    assert!((difference - 100.0).abs() < 0.1, "{difference}");
}
