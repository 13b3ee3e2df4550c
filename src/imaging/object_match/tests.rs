//! Masks whose numbers hold, and such whose numbers do not.

use super::*;
use crate::PixelMask;

const SIDE: usize = 80;

/// Left, top, width, height.
type Square = [usize; 4];

fn draw(parts: &[(u32, Square)]) -> LabelImage {
    let mut labels = vec![0; SIDE * SIDE];
    for (label, [left, top, width, height]) in parts {
        for y in *top..top + height {
            labels[y * SIDE + left..y * SIDE + left + width].fill(*label);
        }
    }
    LabelImage {
        width: SIDE as u32,
        height: SIDE as u32,
        labels,
    }
}

/// Objects of different sizes in rows.
fn squares(count: usize) -> Vec<Square> {
    (0..count)
        .map(|at| {
            let (width, height) = (5 + at % 4, 6 + at % 3);
            [2 + at % 7 * 11, 2 + at / 7 * 11, width, height]
        })
        .collect()
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    All,
    Center,
    Area,
    Nothing,
}

fn objects(squares: &[Square], known: Known) -> Vec<KnownObject> {
    (1..)
        .zip(squares)
        .map(|(number, square)| {
            let [left, top, width, height] = square.map(|value| value as f64);
            let center = [left + (width - 1.0) / 2.0, top + (height - 1.0) / 2.0];
            let has = |kinds: &[Known]| kinds.contains(&known);
            KnownObject {
                label: Some(number),
                measured: MeasuredObject {
                    number: 0,
                    center: has(&[Known::All, Known::Center]).then_some(center),
                    bounds: has(&[Known::All]).then_some([left, top, left + width, top + height]),
                    area: has(&[Known::All, Known::Area]).then_some(width * height),
                },
            }
        })
        .collect()
}

/// The number of an object in a mask.
type Number = fn(usize) -> usize;

/// The square that the pixels of an object fill, if they fill one.
fn square_of(matched: &MatchedParts, object: usize) -> Option<Square> {
    let number = object as u32 + 1;
    let pixels: Vec<[usize; 2]> = matched
        .labels
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| **label == number)
        .map(|(at, _)| [at % SIDE, at / SIDE])
        .collect();
    let range = |axis: usize| {
        let values = || pixels.iter().map(|pixel| pixel[axis]);
        Some((values().min()?, values().max()?))
    };
    let ((left, right), (top, bottom)) = (range(0)?, range(1)?);
    let square = [left, top, right + 1 - left, bottom + 1 - top];
    assert_eq!(pixels.len(), square[2] * square[3], "object {number}");
    Some(square)
}

/// The mask of some squares with these numbers.
fn numbered(squares: &[Square], number: impl Fn(usize) -> usize) -> ObjectPicture {
    let parts: Vec<(u32, Square)> = squares
        .iter()
        .enumerate()
        .map(|(at, square)| (number(at + 1) as u32, *square))
        .collect();
    ObjectPicture::Labels(draw(&parts))
}

#[test]
fn every_object_gets_the_part_at_its_place() {
    let count = 30;
    let squares = squares(count);
    let numberings: [(&str, Number, bool); 7] = [
        ("as measured", |number| number, true),
        ("the other way round", |number| 31 - number, false),
        ("stretched", |number| 2 * number, false),
        ("beyond all numbers", |number| 1000 + number, false),
        (
            "two swapped",
            |number| [0, 2, 1].get(number).copied().unwrap_or(number),
            false,
        ),
        ("run over", |number| (number - 1) % 25 + 1, false),
        ("one number for all", |_| 7, false),
    ];
    for known in [Known::All, Known::Center] {
        for (name, number, holds) in numberings {
            let objects = objects(&squares, known);
            let matched = match_parts(numbered(&squares, number), &objects).expect(name);
            for (object, square) in squares.iter().enumerate() {
                let found = square_of(&matched, object);
                assert_eq!(found, Some(*square), "{name} {known:?} {object}");
                assert_eq!(matched.fits[object], Ok(Fit::Same), "{name} {known:?}");
            }
            assert_eq!(matched.misnumbered == 0, holds, "{name} {known:?}");
            assert_eq!(matched.overflow, None, "{name}");
        }
    }
    // Objects without numbers, and pictures without numbers.
    let nameless: Vec<KnownObject> = objects(&squares, Known::Center)
        .into_iter()
        .map(|object| KnownObject {
            label: None,
            ..object
        })
        .collect();
    let ObjectPicture::Labels(image) = numbered(&squares, |number| number) else {
        unreachable!()
    };
    let set = image.labels.iter().map(|label| *label != 0).collect();
    let mask = PixelMask::new(image.width, image.height, set).expect("a mask");
    for picture in [
        ObjectPicture::Labels(image.clone()),
        ObjectPicture::Values(image),
        ObjectPicture::Binary(mask),
    ] {
        let kind = picture.kind();
        let matched = match_parts(picture, &nameless).expect(kind);
        assert_eq!(matched.agreeing(), [count, 0], "{kind}");
    }
}

#[test]
fn numbers_of_eight_bits_run_over() {
    let squares: Vec<Square> = (0..260)
        .map(|at| [at % 20 * 4 + 1, at / 20 * 4 + 1, 3, 3])
        .collect();
    let parts = || numbered(&squares, |number| number % 256);
    for known in [Known::All, Known::Center] {
        let matched = match_parts(parts(), &objects(&squares, known)).expect("used");
        assert_eq!(matched.overflow, Some(Overflow { bits: 8 }), "{known:?}");
        for (object, square) in squares.iter().enumerate() {
            // 256 is 0 there.
            let expected = (object != 255).then_some(*square);
            assert_eq!(square_of(&matched, object), expected, "{known:?} {object}");
        }
    }
    // Where places were not measured, an object of two parts has none.
    for known in [Known::Area, Known::Nothing] {
        let matched = match_parts(parts(), &objects(&squares, known)).expect("used");
        for (object, square) in squares.iter().enumerate() {
            let expected = (4..255).contains(&object).then_some(*square);
            assert_eq!(square_of(&matched, object), expected, "{known:?} {object}");
        }
    }
}

#[test]
fn a_mask_of_something_else_is_refused() {
    let here = squares(20);
    // The same objects elsewhere: another field with as many.
    let elsewhere: Vec<Square> = here
        .iter()
        .rev()
        .map(|[left, top, width, height]| [77 - left - width, top + 27, *height, *width])
        .collect();
    for known in [Known::All, Known::Center] {
        let objects = objects(&here, known);
        let of_other = numbered(&elsewhere, |number| number);
        let refused = match_parts(of_other, &objects);
        assert!(
            matches!(refused, Err(MaskRefusal::OtherPlaces(..))),
            "{known:?}: {refused:?}"
        );
    }
    // Areas alone: other numbers have other areas.
    let refused = match_parts(
        numbered(&here, |number| 21 - number),
        &objects(&here, Known::Area),
    );
    assert!(
        matches!(refused, Err(MaskRefusal::OtherAreas(..))),
        "{refused:?}"
    );
    let matched = match_parts(
        numbered(&here, |number| number),
        &objects(&here, Known::Area),
    );
    let untold = vec![Ok(Fit::Untold); here.len()];
    assert_eq!(matched.expect("used").fits, untold);
}

#[test]
fn what_is_nearly_right_stays() {
    let squares = [
        [5, 5, 12, 10],
        [30, 5, 10, 10],
        [50, 5, 10, 14],
        [5, 40, 9, 9],
    ];
    let objects = objects(&squares, Known::All);
    // A pixel more all around, cut by a third, in two pieces, and missing.
    let picture = ObjectPicture::Labels(draw(&[
        (1, [4, 4, 14, 12]),
        (2, [30, 5, 7, 10]),
        (3, [50, 5, 10, 6]),
        (3, [50, 12, 10, 7]),
        (9, [60, 60, 9, 9]),
    ]));
    let matched = match_parts(picture, &objects).expect("used");
    assert_eq!(
        matched.fits,
        [
            Ok(Fit::Same),
            Ok(Fit::Like),
            Ok(Fit::Same),
            Err(NoPart::NoNumber)
        ]
    );
    let pixels = |number| {
        matched
            .labels
            .labels
            .iter()
            .filter(|label| **label == number)
            .count()
    };
    assert_eq!([1, 2, 3, 4].map(pixels), [168, 70, 130, 0]);
    // One part lies elsewhere: its object has none, the others keep theirs.
    let picture = ObjectPicture::Labels(draw(&[
        (1, squares[0]),
        (2, [30, 60, 10, 10]),
        (3, squares[2]),
        (4, squares[3]),
    ]));
    let matched = match_parts(picture, &objects).expect("used");
    assert_eq!(
        matched.fits,
        [
            Ok(Fit::Same),
            Err(NoPart::Elsewhere),
            Ok(Fit::Same),
            Ok(Fit::Same)
        ]
    );
    assert_eq!((matched.misnumbered, matched.parts_left), (1, 1));
}

#[test]
fn nothing_measured_is_not_told() {
    let squares = squares(6);
    let matched = match_parts(
        numbered(&squares, |number| number),
        &objects(&squares, Known::Nothing),
    );
    assert_eq!(matched.expect("used").fits, [Ok(Fit::Untold); 6]);
    let ObjectPicture::Labels(image) = numbered(&squares, |number| number) else {
        unreachable!()
    };
    let matched = match_parts(
        ObjectPicture::Values(image),
        &objects(&squares, Known::Area),
    );
    assert_eq!(matched.expect("used").fits, [Err(NoPart::Unmeasured); 6]);
    let empty = match_parts(
        ObjectPicture::Labels(draw(&[])),
        &objects(&squares, Known::All),
    );
    assert_eq!(empty.expect("nothing").fits, [Err(NoPart::NoNumber); 6]);
}

#[test]
fn a_mask_that_lies_beside_all_objects_is_refused() {
    let squares = squares(28);
    for known in [Known::All, Known::Center] {
        let objects = objects(&squares, known);
        // (shift, whether it is refused): a pixel is how edges are drawn.
        for ([x, y], refused) in [
            ([0, 0], false),
            ([1, 0], false),
            ([2, 0], true),
            ([0, 2], true),
            ([2, 2], true),
        ] {
            let shifted: Vec<Square> = squares
                .iter()
                .map(|[left, top, width, height]| [left + x, top + y, *width, *height])
                .collect();
            let found = match_parts(numbered(&shifted, |number| number), &objects);
            assert_eq!(found.is_err(), refused, "{known:?} {x}, {y}: {found:?}");
        }
    }
    // A large object is large enough to hide a large shift, by itself and with others.
    let wide = [[2, 2, 60, 60]];
    let right = [[12, 2, 60, 60]];
    let found = match_parts(
        numbered(&right, |number| number),
        &objects(&wide, Known::All),
    );
    assert_eq!(found, Err(MaskRefusal::Shifted([10, 0])));
    // Parts of other shapes, as outlines drawn by another rule have them, are no shift.
    let smaller: Vec<Square> = squares
        .iter()
        .map(|[left, top, width, height]| [left + 1, top + 1, width - 2, height - 2])
        .collect();
    let matched = match_parts(
        numbered(&smaller, |number| number),
        &objects(&squares, Known::All),
    );
    assert!(matched.is_ok(), "{matched:?}");
}
