//! Parts and measured objects, drawn.

use super::*;

/// Digits are parts, everything else is background.
fn drawn(rows: &[&str]) -> LabelImage {
    LabelImage {
        width: rows[0].len() as u32,
        height: rows.len() as u32,
        labels: rows
            .concat()
            .chars()
            .map(|c| c.to_digit(10).unwrap_or(0))
            .collect(),
    }
}

fn shown(image: &LabelImage) -> Vec<String> {
    image
        .labels
        .chunks(image.width as usize)
        .map(|row| {
            row.iter()
                .map(|&label| {
                    char::from_digit(label, 10)
                        .filter(|&c| c != '0')
                        .unwrap_or('.')
                })
                .collect()
        })
        .collect()
}

const UNKNOWN: MeasuredObject = MeasuredObject {
    number: 0,
    center: None,
    bounds: None,
    area: None,
};

fn at(number: u32, x: f64, y: f64) -> MeasuredObject {
    MeasuredObject {
        number,
        center: Some([x, y]),
        ..UNKNOWN
    }
}

fn boxed(number: u32, bounds: [i32; 4]) -> MeasuredObject {
    MeasuredObject {
        number,
        bounds: Some(bounds.map(f64::from)),
        ..UNKNOWN
    }
}

struct Case {
    name: &'static str,
    parts: &'static [&'static str],
    objects: Vec<MeasuredObject>,
    expected: &'static [&'static str],
    unmatched_parts: usize,
    melted_parts: usize,
    unmatched: &'static [u32],
    melted: &'static [u32],
}

#[test]
fn parts_find_their_objects() {
    let cases = [
        Case {
            name: "by centre",
            parts: &["11..22", "11..22", "..3..."],
            objects: vec![at(7, 4.4, 0.5), at(4, 0.5, 0.5)],
            expected: &["44..77", "44..77", "......"],
            unmatched_parts: 1,
            melted_parts: 0,
            unmatched: &[],
            melted: &[],
        },
        Case {
            name: "by box",
            parts: &["11..22", "11..22", "......"],
            objects: vec![
                boxed(7, [4, 0, 6, 2]),
                boxed(4, [0, 0, 2, 2]),
                boxed(5, [0, 0, 6, 3]),
            ],
            expected: &["44..77", "44..77", "......"],
            unmatched_parts: 0,
            melted_parts: 0,
            unmatched: &[5],
            melted: &[],
        },
        Case {
            name: "two in one part are melted",
            parts: &["11111.2", "11111.2"],
            objects: vec![at(1, 0.5, 0.5), at(2, 3.5, 0.5), at(3, 6.0, 0.5)],
            expected: &["......3", "......3"],
            unmatched_parts: 1,
            melted_parts: 1,
            unmatched: &[1, 2],
            melted: &[1, 2],
        },
        Case {
            name: "melted at a corner",
            parts: &["11....", "11....", "..11..", "..11.."],
            objects: vec![at(1, 0.5, 0.5), at(2, 2.5, 2.5)],
            expected: &["11....", "11....", "..22..", "..22.."],
            unmatched_parts: 0,
            melted_parts: 0,
            unmatched: &[],
            melted: &[],
        },
        Case {
            name: "two centres, one area",
            parts: &["1111", "1111", "1..1"],
            objects: vec![
                MeasuredObject {
                    area: Some(10.0),
                    ..at(1, 1.0, 0.8)
                },
                MeasuredObject {
                    area: Some(40.0),
                    ..at(2, 2.0, 1.0)
                },
            ],
            expected: &["1111", "1111", "1..1"],
            unmatched_parts: 0,
            melted_parts: 0,
            unmatched: &[2],
            melted: &[],
        },
        Case {
            name: "a crescent's centre lies in its neighbour",
            parts: &["11111", "1...1", "1.2.1", "1.2.1"],
            objects: vec![
                MeasuredObject {
                    bounds: Some([0.0, 0.0, 5.0, 4.0]),
                    ..at(1, 2.0, 2.0)
                },
                MeasuredObject {
                    bounds: Some([2.0, 2.0, 3.0, 4.0]),
                    ..at(2, 2.0, 2.5)
                },
            ],
            expected: &["11111", "1...1", "1.2.1", "1.2.1"],
            unmatched_parts: 0,
            melted_parts: 0,
            unmatched: &[],
            melted: &[],
        },
        Case {
            name: "an object of several parts",
            parts: &["111.2", "111.2", "....."],
            objects: vec![MeasuredObject {
                bounds: Some([0.0, 0.0, 5.0, 2.0]),
                area: Some(8.0),
                ..at(6, 1.5, 0.5)
            }],
            expected: &["666.6", "666.6", "....."],
            unmatched_parts: 0,
            melted_parts: 0,
            unmatched: &[],
            melted: &[],
        },
        Case {
            name: "no room for another piece",
            parts: &["111.2", "111.2", "....."],
            objects: vec![MeasuredObject {
                bounds: Some([0.0, 0.0, 5.0, 2.0]),
                area: Some(6.0),
                ..at(6, 1.5, 0.5)
            }],
            expected: &["666..", "666..", "....."],
            unmatched_parts: 1,
            melted_parts: 0,
            unmatched: &[],
            melted: &[],
        },
        Case {
            name: "melted with an object that was not measured",
            parts: &["11111111", "11111111"],
            objects: vec![MeasuredObject {
                bounds: Some([0.0, 0.0, 3.0, 2.0]),
                ..at(1, 1.0, 0.5)
            }],
            expected: &["........", "........"],
            unmatched_parts: 1,
            melted_parts: 0,
            unmatched: &[1],
            melted: &[],
        },
        Case {
            name: "nothing usable",
            parts: &["11", "11"],
            objects: vec![
                at(0, 0.5, 0.5),
                at(1, f64::NAN, 0.5),
                at(2, -3.0, 1e300),
                boxed(3, [4, 4, 1, 1]),
                UNKNOWN,
                MeasuredObject {
                    bounds: Some([f64::NAN; 4]),
                    area: Some(f64::NAN),
                    ..UNKNOWN
                },
            ],
            expected: &["..", ".."],
            unmatched_parts: 1,
            melted_parts: 0,
            unmatched: &[0, 1, 2, 3, 0, 0],
            melted: &[],
        },
    ];
    for case in cases {
        let got = assign_parts(&drawn(case.parts), &case.objects);
        let name = case.name;
        assert_eq!(shown(&got.labels), case.expected, "{name}");
        assert_eq!(got.unmatched_parts, case.unmatched_parts, "{name}");
        assert_eq!(got.melted_parts, case.melted_parts, "{name}");
        assert_eq!(got.unmatched_objects, case.unmatched, "{name}");
        assert_eq!(got.melted_objects, case.melted, "{name}");
    }
}

#[test]
fn wrong_dimensions_do_no_harm() {
    for (width, height, pixels) in [(0, 0, 0), (0, 5, 3), (4, 4, 6), (2, 1, 9)] {
        let image = LabelImage {
            width,
            height,
            labels: vec![1; pixels],
        };
        let got = assign_parts(&image, &[at(1, 0.0, 0.0)]);
        let area = got.labels.width * got.labels.height;
        assert_eq!(got.labels.labels.len(), area as usize);
    }
}
