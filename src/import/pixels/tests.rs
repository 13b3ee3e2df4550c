//! Pictures that are intact and pictures that are not, against what was measured in them.

use std::fmt::Write as _;

use cytolance_imaging::{GreySource, PixelBox, PixelScale, Plane};

use super::field_verdict::{FieldVerdict, HeldChannel, HeldSet, Measured, hold};
use super::judgement::{Numbers, Sample};
use super::pixel_view::{PixelView, PlaneView};
use super::regions::MeasuredRegion;

const WIDTH: u32 = 160;
const HEIGHT: u32 = 120;
const RADIUS: i64 = 5;

fn plane(width: u32, height: u32, value: impl Fn(i64, i64) -> f64) -> Plane {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (i64::from(x), i64::from(y))));
    Plane {
        width,
        height,
        bit_depth: 16,
        pixels: places.map(|(x, y)| value(x, y).round() as u16).collect(),
        scale: PixelScale::STORED,
        clipped: 0,
        source: GreySource::Stored,
    }
}

fn at(plane: &Plane, x: i64, y: i64) -> f64 {
    let inside =
        (0..i64::from(plane.width)).contains(&x) && (0..i64::from(plane.height)).contains(&y);
    if inside {
        f64::from(plane.pixels[(y * i64::from(plane.width) + x) as usize])
    } else {
        0.0
    }
}

/// Cells of all brightnesses on a noisy ground, and where they are.
fn field(seed: u64) -> (Plane, Vec<[i64; 2]>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut centers = Vec::new();
    for row in 0..5 {
        for column in 0..7 {
            let mut moved = |start: i64| start + random.i64(-3..=3);
            centers.push([moved(13 + 22 * column), moved(13 + 23 * row)]);
        }
    }
    let bright: Vec<f64> = centers
        .iter()
        .map(|_| 3000.0 + 30_000.0 * random.f64())
        .collect();
    let noise: Vec<f64> = (0..WIDTH * HEIGHT).map(|_| 400.0 * random.f64()).collect();
    let drawn = plane(WIDTH, HEIGHT, |x, y| {
        let cells = centers.iter().zip(&bright).map(|([cx, cy], bright)| {
            let far = ((x - cx).pow(2) + (y - cy).pow(2)) as f64;
            bright * (-far / 18.0).exp()
        });
        500.0 + noise[(y * i64::from(WIDTH) + x) as usize] + cells.sum::<f64>()
    });
    (drawn, centers)
}

/// Uneven light.
fn light(x: i64, y: i64) -> f64 {
    1.0 + ((x - 60) as f64 / 130.0).powi(2) + ((y - 70) as f64 / 150.0).powi(2)
}

/// The brightest pixels of the cells in a picture, as they are measured.
fn maxima(plane: &Plane, centers: &[[i64; 2]]) -> Vec<Sample> {
    let brightest = |(row, [cx, cy]): (usize, &[i64; 2])| {
        let around =
            (-RADIUS..=RADIUS).flat_map(|dy| (-RADIUS..=RADIUS).map(move |dx| [cx + dx, cy + dy]));
        let inside = around.filter(|[x, y]| (x - cx).pow(2) + (y - cy).pow(2) <= RADIUS.pow(2));
        let place =
            inside.max_by(|a, b| at(plane, a[0], a[1]).total_cmp(&at(plane, b[0], b[1])))?;
        Some(Sample {
            row,
            place,
            measured: f64::from((at(plane, place[0], place[1]) / 65_535.0) as f32),
        })
    };
    centers.iter().enumerate().filter_map(brightest).collect()
}

fn held(
    picture: &Plane,
    measured: Measured,
    is_loaded: bool,
    scaling: Option<f64>,
) -> FieldVerdict {
    let view = PlaneView {
        plane: picture,
        offset: [0, 0],
    };
    let channel = HeldChannel {
        name: "DNA",
        file: "dna.tif".to_owned(),
        numbers: Numbers {
            scaling,
            lossy: false,
        },
        views: vec![&view as &dyn PixelView],
        sets: vec![HeldSet {
            object: "Nuclei".to_owned(),
            is_loaded,
            made: None,
            measured,
        }],
        untold: None,
    };
    hold(&[channel], true)
}

/// What must become of a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Must {
    /// All cells agree.
    Agree,
    /// Nothing is refused.
    BeTaken,
    /// The field is refused, for this reason among others.
    BeRefused(&'static str),
}

#[test]
fn damaged_pictures_are_found_and_intact_ones_are_not() {
    use Must::{Agree, BeRefused, BeTaken};
    type Damage = fn(&Plane, &Plane) -> Plane;
    let (full, half): (Damage, Damage) = (
        |own, _| own.clone(),
        |own, _| {
            plane(WIDTH / 2, HEIGHT / 2, |x, y| {
                let of = |dx, dy| at(own, 2 * x + dx, 2 * y + dy);
                (of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4.0
            })
        },
    );
    // A damage; what must become of it where the loaded picture was measured, and where one was that is evened out.
    let cases: [(&str, Damage, Must, Must); 14] = [
        ("intact", full, Agree, Agree),
        (
            "shifted",
            |own, _| plane(WIDTH, HEIGHT, |x, y| at(own, x - 13, y + 7)),
            BeRefused("13, -7 pixels further (--offset 13,-7)"),
            BeRefused("Nuclei"),
        ),
        (
            "cropped",
            |own, _| plane(WIDTH - 40, HEIGHT - 24, |x, y| at(own, x + 40, y + 24)),
            BeRefused("-40, -24 pixels further"),
            BeRefused("Nuclei"),
        ),
        (
            "larger",
            |own, _| plane(WIDTH + 40, HEIGHT + 24, |x, y| at(own, x - 40, y - 24)),
            BeRefused("40, 24 pixels further"),
            BeRefused("Nuclei"),
        ),
        (
            "mirrored",
            |own, _| plane(WIDTH, HEIGHT, |x, y| at(own, i64::from(WIDTH) - 1 - x, y)),
            BeRefused("mirrored left to right"),
            BeRefused("Nuclei"),
        ),
        (
            "upside down",
            |own, _| plane(WIDTH, HEIGHT, |x, y| at(own, x, i64::from(HEIGHT) - 1 - y)),
            BeRefused("mirrored top to bottom"),
            BeRefused("Nuclei"),
        ),
        (
            "turned",
            |own, _| plane(HEIGHT, WIDTH, |x, y| at(own, y, i64::from(HEIGHT) - 1 - x)),
            BeRefused("turned by 90 degrees clockwise"),
            BeRefused("Nuclei"),
        ),
        (
            "half size",
            half,
            BeRefused("0.50 times the size"),
            BeRefused("Nuclei"),
        ),
        (
            "twice the size",
            |own, _| plane(2 * WIDTH, 2 * HEIGHT, |x, y| at(own, x / 2, y / 2)),
            BeRefused("2.00 times the size"),
            BeRefused("Nuclei"),
        ),
        (
            "another field",
            |_, other| other.clone(),
            BeRefused("Nuclei"),
            BeRefused("Nuclei"),
        ),
        (
            "inverted",
            |own, _| plane(WIDTH, HEIGHT, |x, y| 65_535.0 - at(own, x, y)),
            BeRefused("it is inverted"),
            BeRefused("Nuclei"),
        ),
        (
            "evened out",
            |own, _| plane(WIDTH, HEIGHT, |x, y| at(own, x, y) / light(x, y)),
            BeRefused("35 of 35"),
            Agree,
        ),
        (
            "another contrast",
            |own, _| plane(WIDTH, HEIGHT, |x, y| at(own, x, y) * 1.4),
            BeTaken,
            Agree,
        ),
        (
            "black",
            |_, _| plane(WIDTH, HEIGHT, |_, _| 0.0),
            BeRefused("Nuclei"),
            // No correction makes light of nothing.
            BeRefused("Nuclei"),
        ),
    ];
    let mut table = String::new();
    for (what, damage, loaded, made) in cases {
        let mut refused = [0, 0];
        for seed in 0..6 {
            let (own, centers) = field(seed);
            let picture = damage(&own, &field(seed + 100).0);
            let even = plane(WIDTH, HEIGHT, |x, y| at(&own, x, y) / light(x, y));
            for (at, (must, measured, is_loaded)) in [(loaded, &own, true), (made, &even, false)]
                .into_iter()
                .enumerate()
            {
                let samples = Measured::Places(maxima(measured, &centers));
                let found = held(&picture, samples, is_loaded, Some(65_535.0));
                let line = &found.lines[0];
                let told = format!("{what}, seed {seed}, loaded {is_loaded}: {found:?}");
                refused[at] += usize::from(found.refused.is_some());
                assert_eq!(line.checked, 35, "{told}");
                match must {
                    Agree => {
                        assert!(line.verified >= 32 && line.contradicted == 0, "{told}");
                        assert_eq!(found.refused, None, "{told}");
                    }
                    BeTaken => assert_eq!(found.refused, None, "{told}"),
                    BeRefused(why) => {
                        let reason = found.refused.unwrap_or_default();
                        assert!(reason.contains(why), "{told}");
                        assert!(line.contradicted >= 32, "{told}");
                    }
                }
            }
        }
        let _ = writeln!(
            table,
            "{what}: {} of 6 refused, {} of 6 where an evened out one was measured",
            refused[0], refused[1]
        );
    }
    println!("{table}");
}

#[test]
fn few_cells_and_odd_numbers_are_told_or_left_open() {
    let (own, centers) = field(1);
    let other = field(50).0;
    let all = maxima(&own, &centers);
    let judged = |picture: &Plane, samples: Vec<Sample>, scaling| {
        let found = held(picture, Measured::Places(samples), true, scaling);
        let line = found.lines[0].clone();
        let counts = [line.verified, line.contradicted, line.cannot_tell];
        (counts, found.refused.is_some())
    };
    let full = Some(65_535.0);
    assert_eq!(judged(&own, all[..1].to_vec(), full), ([1, 0, 0], false));
    assert_eq!(judged(&other, all[..1].to_vec(), full), ([0, 1, 0], true));
    // Full scales that nobody records: those of programs, and one of the picture's own.
    for scale in [65_535.0, 4095.0, 1.0, 5000.0] {
        let scaled: Vec<Sample> = all
            .iter()
            .map(|sample| Sample {
                measured: sample.measured * 65_535.0 / scale,
                ..*sample
            })
            .collect();
        assert_eq!(judged(&own, scaled, None), ([35, 0, 0], false), "{scale}");
    }
    // A picture that is half there: its cells are taken, the others are not.
    let upper = plane(
        WIDTH,
        HEIGHT,
        |x, y| if y < 75 { at(&own, x, y) } else { 0.0 },
    );
    let found = held(&upper, Measured::Places(all.clone()), true, full);
    assert_eq!(found.refused, None);
    assert_eq!(
        (found.lines[0].verified, found.refused_rows.len()),
        (21, 14)
    );
    // Black cells in a black picture.
    let black = plane(WIDTH, HEIGHT, |_, _| 0.0);
    let dark: Vec<Sample> = all
        .iter()
        .map(|sample| Sample {
            measured: 0.0,
            ..*sample
        })
        .collect();
    assert_eq!(judged(&black, dark, full), ([0, 0, 35], false));
    // One cell is another's: the picture is the right one all the same.
    let mut swapped = all.clone();
    swapped[3].measured = 0.5;
    assert_eq!(judged(&own, swapped, full), ([34, 1, 0], false));
}

#[test]
fn whole_objects_are_told_without_places() {
    let (own, centers) = field(2);
    let other = field(60).0;
    let area = |[x, y]: &[i64; 2]| PixelBox {
        x_min: x - RADIUS,
        y_min: y - RADIUS,
        x_max: x + RADIUS + 1,
        y_max: y + RADIUS + 1,
    };
    let regions = |with_means_alone: bool| {
        let of = |(row, center): (usize, &[i64; 2])| {
            let area = area(center);
            let places = (area.y_min..area.y_max)
                .flat_map(|y| (area.x_min..area.x_max).map(move |x| (x, y)));
            let values: Vec<f64> = places.map(|(x, y)| at(&own, x, y) / 65_535.0).collect();
            let max = values.iter().copied().fold(0.0, f64::max);
            let min = values.iter().copied().fold(1.0, f64::min);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            MeasuredRegion {
                row,
                area,
                inside: None,
                measured: if with_means_alone {
                    [f64::NAN, f64::NAN, mean]
                } else {
                    [max, min, mean]
                },
            }
        };
        Measured::Regions(centers.iter().enumerate().map(of).collect())
    };
    let counts = |picture: &Plane, means| {
        let found = held(picture, regions(means), true, Some(65_535.0));
        let line = found.lines[0].clone();
        [line.verified, line.contradicted, line.cannot_tell]
    };
    assert_eq!(counts(&own, false), [35, 0, 0]);
    assert_eq!(counts(&other, false), [0, 35, 0]);
    assert_eq!(counts(&own, true), [0, 0, 35]);
}
