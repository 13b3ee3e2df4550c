//! Outlines drawn as `CellProfiler` and scikit-image draw them, and filled again.

use super::*;

/// Rows of label letters; everything but letters is background.
fn labels_of(rows: &[&str]) -> LabelImage {
    LabelImage {
        width: rows[0].len() as u32,
        height: rows.len() as u32,
        labels: rows
            .concat()
            .chars()
            .map(|c| if c.is_alphabetic() { c as u32 } else { 0 })
            .collect(),
    }
}

/// The pixels of objects that have another value beside them; with `corners` also diagonally, as centrosome draws.
fn drawn(labels: &LabelImage, corners: bool) -> PixelMask {
    let (width, height) = (labels.width as usize, labels.height as usize);
    let set = (0..labels.labels.len()).map(|index| {
        let canvas = Canvas {
            width,
            height,
            regions: &Components {
                ids: Vec::new(),
                count: 0,
            },
            sides: &[],
        };
        let label = labels.labels[index];
        let differs = |step: &(isize, isize)| {
            canvas
                .neighbour(index, *step)
                .is_some_and(|neighbour| labels.labels[neighbour] != label)
        };
        label != 0 && (EDGES.iter().any(differs) || (corners && CORNERS.iter().any(differs)))
    });
    PixelMask::new(labels.width, labels.height, set.collect()).unwrap()
}

/// Whether two pictures have the same parts, whatever their numbers.
fn same_parts(a: &LabelImage, b: &LabelImage) -> bool {
    let mut forward = HashMap::new();
    let mut back = HashMap::new();
    a.labels.iter().zip(&b.labels).all(|(&a, &b)| {
        (a == 0) == (b == 0)
            && *forward.entry(a).or_insert(b) == b
            && *back.entry(b).or_insert(a) == a
    })
}

#[test]
fn drawn_objects_come_back() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "one object",
            &[
                "........", "..aaaa..", ".aaaaaa.", ".aaaaaa.", "..aaaa..", "........",
            ],
        ),
        ("no object", &["....", "...."]),
        (
            "two that touch along a line",
            &[
                "..........",
                ".aaaabbbb.",
                ".aaaabbbb.",
                ".aaaabbbb.",
                ".aaaabbbb.",
                "..........",
            ],
        ),
        (
            "cut by the border",
            &[
                "aaaa....bb",
                "aaaa...bbb",
                "aaaa..bbbb",
                "..........",
                "....ccccc.",
                "....ccccc.",
                "....ccccc.",
            ],
        ),
        (
            "a ring keeps its hole",
            &[
                "...........",
                ".aaaaaaaaa.",
                ".aaaaaaaaa.",
                ".aaaaaaaaa.",
                ".aaa...aaa.",
                ".aaa...aaa.",
                ".aaa...aaa.",
                ".aaaaaaaaa.",
                ".aaaaaaaaa.",
                ".aaaaaaaaa.",
                "...........",
            ],
        ),
        (
            "an object inside another one",
            &[
                ".............",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".aaaabbbbaaa.",
                ".aaaabbbbaaa.",
                ".aaaabbbbaaa.",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".aaaaaaaaaaa.",
                ".............",
            ],
        ),
        (
            "a gap among three is no object",
            &[
                "aaaaaaaaaaaa",
                "aaaaaaaaaaaa",
                "aaaaaaaaaaaa",
                "aaaaaaaaaaaa",
                "bbbbb..ccccc",
                "bbbbb..ccccc",
                "bbbbbbcccccc",
                "bbbbbbcccccc",
                "bbbbbbcccccc",
                "............",
            ],
        ),
        (
            "no background at all",
            &[
                "aaaaabbbbb",
                "aaaaabbbbb",
                "aaaaabbbbb",
                "aaaaabbbbb",
                "cccccddddd",
                "cccccddddd",
                "cccccddddd",
                "cccccddddd",
            ],
        ),
        (
            "thin ones",
            &[
                "..............",
                ".aa..bbbb...c.",
                ".aa...........",
                ".....dd.......",
                ".....dd..ee...",
                ".....dd.......",
                "..............",
            ],
        ),
        (
            "a tail",
            &[
                "..............",
                ".aaaa.........",
                ".aaaaaaaaaaaa.",
                ".aaaa.........",
                ".aaaa.........",
                "..............",
            ],
        ),
        (
            "a thin one along another",
            &[
                "..............",
                ".aaaaaaaaaaaa.",
                ".aaaaaaaaaaaa.",
                ".aaaaaaaaaaaa.",
                ".aaaaaaaaaaaa.",
                ".bbbbbbbbbbbb.",
                ".bbbbbbbbbbbb.",
                "..............",
            ],
        ),
        (
            "a corner of the picture",
            &["aaaa....", "aaaa....", "aaaa....", "........", "........"],
        ),
    ];
    for (name, rows) in cases {
        let labels = labels_of(rows);
        for corners in [false, true] {
            let parts = outline_parts(&drawn(&labels, corners));
            let shown: Vec<String> = parts
                .labels
                .chunks(parts.width as usize)
                .map(|row| row.iter().map(ToString::to_string).collect())
                .collect();
            assert!(
                same_parts(&labels, &parts),
                "{name}, corners {corners}: {shown:#?}"
            );
        }
    }
}

/// Round and ragged objects, some of them touching, some cut by the border, with gaps between them.
fn random_field(rng: &mut fastrand::Rng, size: u32, objects: u32, reach: f64) -> LabelImage {
    let seeds: Vec<(f64, f64, f64, f64)> = (0..objects)
        .map(|_| {
            let side = f64::from(size);
            (
                rng.f64() * side,
                rng.f64() * side,
                reach * (0.6 + 0.8 * rng.f64()),
                rng.f64() * 6.3,
            )
        })
        .collect();
    let labels = (0..size * size).map(|index| {
        let (x, y) = (f64::from(index % size), f64::from(index / size));
        let nearest = seeds.iter().enumerate().map(|(number, seed)| {
            let (dx, dy) = (x - seed.0, y - seed.1);
            let lobes = 1.0 + 0.15 * (3.0 * dy.atan2(dx) + seed.3).sin();
            (dx.hypot(dy) / (seed.2 * lobes), number as u32 + 1)
        });
        nearest
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(
                0,
                |(distance, number)| {
                    if distance < 1.0 { number } else { 0 }
                },
            )
    });
    // What the others cut off is an object of its own: an outline picture does not tell.
    let labels: Vec<u32> = labels.collect();
    LabelImage {
        width: size,
        height: size,
        labels: connected(&labels, size as usize, 0, Contact::Edges).ids,
    }
}

/// How many objects have a part that is theirs within 2 %, and how many there are that are more than slivers.
fn agreement(labels: &LabelImage, parts: &LabelImage) -> (usize, usize) {
    let mut overlap: HashMap<(u32, u32), usize> = HashMap::new();
    let mut area_of_part: HashMap<u32, usize> = HashMap::new();
    let mut area: HashMap<u32, usize> = HashMap::new();
    for (&label, &part) in labels.labels.iter().zip(&parts.labels) {
        *overlap.entry((label, part)).or_default() += 1;
        *area_of_part.entry(part).or_default() += 1;
        *area.entry(label).or_default() += 1;
    }
    area.remove(&0);
    area.retain(|_, pixels| *pixels >= 60);
    let good = area
        .iter()
        .filter(|(label, pixels)| {
            overlap
                .iter()
                .filter(|((l, part), _)| l == *label && *part != 0)
                .any(|((_, part), common)| {
                    let union = **pixels + area_of_part[part] - common;
                    *common * 100 >= union * 98
                })
        })
        .count();
    (good, area.len())
}

#[test]
fn random_fields_come_back() {
    let mut rng = fastrand::Rng::with_seed(7);
    // Scattered; clustered; packed and small, where a few pixels are more than 2 %. Lines with full corners hide more.
    for (corners, shares) in [(false, [0.99, 0.95, 0.85]), (true, [0.95, 0.85, 0.5])] {
        let fields = [(12, 14.0), (40, 22.0), (150, 16.0)];
        for ((objects, reach), at_least) in fields.into_iter().zip(shares) {
            let (mut good, mut all) = (0, 0);
            for _ in 0..6 {
                let labels = random_field(&mut rng, 220, objects, reach);
                let parts = outline_parts(&drawn(&labels, corners));
                let (fitting, objects) = agreement(&labels, &parts);
                good += fitting;
                all += objects;
            }
            assert!(
                good as f64 >= at_least * all as f64,
                "{objects} objects, corners {corners}: {good} of {all}"
            );
        }
    }
}

#[test]
fn noise_does_no_harm() {
    let mut rng = fastrand::Rng::with_seed(3);
    for (width, height) in [(0, 0), (0, 4), (1, 1), (1, 9), (9, 1), (2, 2), (64, 48)] {
        for share in [0.0, 0.1, 0.5, 0.9, 1.0] {
            let set = (0..width * height).map(|_| rng.f64() < share).collect();
            let mask = PixelMask::new(width, height, set).unwrap();
            let parts = outline_parts(&mask);
            assert_eq!(parts.labels.len(), (width * height) as usize);
            let missing = mask.set().iter().zip(&parts.labels);
            assert!(
                missing.into_iter().all(|(&set, &part)| !set || part != 0),
                "every line pixel belongs to an object"
            );
        }
    }
    let chessboard = (0..64 * 64).map(|i| (i + i / 64) % 2 == 0).collect();
    outline_parts(&PixelMask::new(64, 64, chessboard).unwrap());
}
