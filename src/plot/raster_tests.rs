//! Tests of `raster.rs`.

use super::*;
use crate::test_data::{Points, Random, between, cases};
use std::sync::atomic::{AtomicUsize, Ordering};

fn frame(view: Bounds, width: usize, height: usize) -> Frame<'static> {
    Frame {
        view,
        size: [width, height],
        shown: None,
        cancelled: &|| false,
    }
}

/// The pixel of a point by the definition, or `None` outside of the view.
fn naive_pixel(
    view: Bounds,
    frame: [[f64; 2]; 2],
    size: [usize; 2],
    point: [f64; 2],
) -> Option<usize> {
    let along = |axis: usize| {
        let (min, max, value) = (view.min[axis], view.max[axis], point[axis]);
        let n = size[axis];
        if min == max {
            return (value == min && n > 0).then_some(n / 2);
        }
        let inside = min <= value && (value < max || (value == max && max == frame[1][axis]));
        let scale = n as f64 / (max - min);
        if !scale.is_finite() {
            return (inside && n > 0).then_some(n / 2);
        }
        (inside && n > 0).then(|| (((value - min) * scale) as usize).min(n - 1))
    };
    let (x, y) = (along(0)?, along(1)?);
    Some((size[1] - 1 - y) * size[0] + x)
}

/// Views of a data set: whole, enlarged, inside, on values of the data, outside, flat.
fn views(case: &Points) -> Vec<Bounds> {
    let mut random = Random::new(99);
    let [min, max] = case.frame();
    let whole = Bounds { min, max };
    let mut views = vec![whole, whole.expanded(0.25), Bounds { min, max: min }];
    let part = |t: [f64; 2]| [0, 1].map(|a| between(min[a], max[a], t[a]));
    for _ in 0..12 {
        let (a, b) = (
            [random.unit(), random.unit()],
            [random.unit(), random.unit()],
        );
        views.push(Bounds {
            min: part([a[0].min(b[0]), a[1].min(b[1])]),
            max: part([a[0].max(b[0]), a[1].max(b[1])]),
        });
    }
    let points: Vec<_> = case.finite().map(|(_, p)| p).collect();
    for _ in 0..if points.is_empty() { 0 } else { 12 } {
        let [a, b] = [0, 1].map(|_| points[random.below(points.len() as u64) as usize]);
        views.push(Bounds {
            min: [a[0].min(b[0]), a[1].min(b[1])],
            max: [a[0].max(b[0]), a[1].max(b[1])],
        });
    }
    let beyond = |v: f64| if v > 0.0 { v * 2.0 } else { v / 2.0 } + 1.0;
    views.push(Bounds {
        min: max.map(beyond),
        max: max.map(|v| beyond(beyond(v))),
    });
    views
}

#[test]
fn counts_equal_a_count_of_all_points() {
    for case in cases() {
        let index = ScatterIndex::build(&case.xs, &case.ys);
        let extent = case.frame();
        let third = RowSet::from_rows(case.xs.len(), (0..case.xs.len() as u32).step_by(3));
        for view in views(&case) {
            for size in [[1, 1], [7, 5], [64, 40], [0, 4], [4, 0]] {
                for shown in [None, Some(&third)] {
                    let mut expected = vec![0u32; size[0] * size[1]];
                    for (row, point) in case.finite() {
                        if shown.is_none_or(|shown| shown.contains(row))
                            && let Some(pixel) = naive_pixel(view, extent, size, point)
                        {
                            expected[pixel] += 1;
                        }
                    }
                    let frame = Frame {
                        shown,
                        ..frame(view, size[0], size[1])
                    };
                    let raster = index.counts(&frame).unwrap();
                    assert_eq!([raster.width, raster.height], size);
                    assert_eq!(raster.counts, expected, "{} {view:?} {size:?}", case.name);
                }
            }
        }
    }
}

#[test]
fn the_whole_view_holds_every_point() {
    for case in cases() {
        let index = ScatterIndex::build(&case.xs, &case.ys);
        let Some(bounds) = index.bounds() else {
            continue;
        };
        for view in [bounds, bounds.expanded(0.1)] {
            let raster = index.counts(&frame(view, 33, 21)).unwrap();
            assert_eq!(
                raster.counts.iter().sum::<u32>() as usize,
                index.len(),
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn the_top_row_holds_the_largest_y() {
    let index = ScatterIndex::build(&[0.0, 1.0, 2.0], &[0.0, 5.0, 10.0]);
    let raster = index.counts(&frame(index.bounds().unwrap(), 3, 2)).unwrap();
    // The middle point lies on the border between the rows and belongs to the upper one.
    assert_eq!(raster.counts, [0, 1, 1, 1, 0, 0]);
}

#[test]
fn means_and_colors_equal_a_pass_over_all_points() {
    const PALETTE: [[u8; 3]; 4] = [[255, 0, 10], [0, 200, 0], [7, 9, 255], [128, 128, 128]];
    let mut random = Random::new(21);
    let size = [16, 9];
    for case in cases() {
        let index = ScatterIndex::build(&case.xs, &case.ys);
        let (n, extent) = (case.xs.len(), case.frame());
        let values: Vec<f32> = (0..n)
            .map(|i| {
                if i % 5 == 0 {
                    f32::NAN
                } else {
                    random.unit() as f32
                }
            })
            .collect();
        // One code more than colours: those points are left out.
        let codes: Vec<u8> = (0..n).map(|_| random.below(5) as u8).collect();
        let ordered_values = index.in_cell_order(|row| values[row as usize]);
        let ordered_codes = index.in_cell_order(|row| codes[row as usize]);
        for view in views(&case) {
            let pixels = size[0] * size[1];
            let (mut sums, mut counts) = (vec![0.0; pixels], vec![0u32; pixels]);
            let mut mixed = vec![[0u64; 4]; pixels];
            for (row, point) in case.finite() {
                let Some(pixel) = naive_pixel(view, extent, size, point) else {
                    continue;
                };
                let value = values[row as usize];
                if !value.is_nan() {
                    sums[pixel] += f64::from(value);
                    counts[pixel] += 1;
                }
                if let Some(color) = PALETTE.get(usize::from(codes[row as usize])) {
                    for (sum, part) in mixed[pixel].iter_mut().zip(color) {
                        *sum += u64::from(*part);
                    }
                    mixed[pixel][3] += 1;
                }
            }
            let frame = frame(view, size[0], size[1]);
            let raster = index.means(&frame, &ordered_values).unwrap();
            for pixel in 0..pixels {
                let (mean, expected) = (
                    raster.means[pixel],
                    (sums[pixel] / f64::from(counts[pixel])) as f32,
                );
                let same = mean.is_nan() && expected.is_nan() || (mean - expected).abs() < 1e-5;
                assert!(same, "{}: {mean} {expected}", case.name);
            }
            let expected: Vec<_> = mixed
                .into_iter()
                .map(|[r, g, b, n]| (n > 0).then(|| [r, g, b].map(|sum| ((sum + n / 2) / n) as u8)))
                .collect();
            for raster in [
                index.colors(&frame, &ordered_codes, &PALETTE),
                index.colors_in::<u64>(&frame, &ordered_codes, &PALETTE),
            ] {
                assert_eq!(raster.unwrap().colors, expected, "{} {view:?}", case.name);
            }
        }
    }
}

#[test]
fn odd_views_are_empty() {
    let index = ScatterIndex::build(&[0.0, 1.0], &[0.0, 1.0]);
    let views = [
        ([1.0, 0.0], [0.0, 1.0]),
        ([f64::NAN, 0.0], [1.0, 1.0]),
        ([f64::NEG_INFINITY, 0.0], [f64::INFINITY, 1.0]),
        ([2.0, 2.0], [3.0, 3.0]),
    ];
    for (min, max) in views {
        let raster = index.counts(&frame(Bounds { min, max }, 4, 3)).unwrap();
        assert_eq!(raster.counts, [0; 12], "{min:?} {max:?}");
    }
}

#[test]
fn a_cancelled_picture_is_dropped() {
    let mut random = Random::new(1);
    let n = 64 * BAND;
    let xs: Vec<f64> = (0..n).map(|_| random.unit()).collect();
    for ys in [xs.clone(), vec![1.0; n]] {
        let index = ScatterIndex::build(&xs, &ys);
        let view = index.bounds().unwrap();
        for most in [0, 2] {
            let checks = AtomicUsize::new(0);
            let late = || checks.fetch_add(1, Ordering::Relaxed) >= most;
            let frame = Frame {
                cancelled: &late,
                ..frame(view, 8, 8)
            };
            assert_eq!(index.counts(&frame), None);
        }
    }
}
