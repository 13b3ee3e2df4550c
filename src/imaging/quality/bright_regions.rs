//! Bright regions inside an outline, such as the nuclei of a cell.

use super::FilledOutline;

/// Neighbours of a pixel, itself first.
const AROUND: [(i64, i64); 9] = [
    (0, 0),
    (-1, -1),
    (0, -1),
    (1, -1),
    (-1, 0),
    (1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
];

impl FilledOutline {
    /// The mean of the pixels inside that are not in `except`, on a plane of `width` pixels
    /// whose upper left pixel is `origin` in the field. `None` where there is no such pixel.
    pub fn mean(
        &self,
        plane: &[u16],
        width: usize,
        origin: [i64; 2],
        except: Option<&Self>,
    ) -> Option<f64> {
        let (mut sum, mut count) = (0.0, 0_usize);
        for (x, y) in self.pixels() {
            if except.is_some_and(|except| except.contains(x, y)) {
                continue;
            }
            if let Some(value) = pixel(plane, width, x - origin[0], y - origin[1]) {
                sum += f64::from(value);
                count += 1;
            }
        }
        (count > 0).then(|| sum / count as f64)
    }

    /// Connected regions of at least `smallest` pixels inside the outline whose mean of 3 x 3 pixels is at least `level`.
    /// Pixels that touch by a corner are connected.
    pub fn bright_regions(
        &self,
        plane: &[u16],
        width: usize,
        origin: [i64; 2],
        level: f64,
        smallest: usize,
    ) -> usize {
        let [columns, rows] = self.size;
        let place = |x: i64, y: i64| {
            (y - self.origin[1]) as usize * columns + (x - self.origin[0]) as usize
        };
        let mut bright = vec![false; columns * rows];
        for (x, y) in self.pixels() {
            let (sum, count) = AROUND
                .iter()
                .filter_map(|(dx, dy)| pixel(plane, width, x + dx - origin[0], y + dy - origin[1]))
                .fold((0.0, 0.0), |(sum, count), value| {
                    (sum + f64::from(value), count + 1.0)
                });
            bright[place(x, y)] = count > 0.0 && sum / count >= level;
        }
        let mut regions = 0;
        let mut waiting: Vec<(i64, i64)> = Vec::new();
        for (x, y) in self.pixels() {
            if !std::mem::take(&mut bright[place(x, y)]) {
                continue;
            }
            waiting.push((x, y));
            let mut area = 0;
            while let Some((x, y)) = waiting.pop() {
                area += 1;
                for (dx, dy) in &AROUND[1..] {
                    let (x, y) = (x + dx, y + dy);
                    if self.contains(x, y) && std::mem::take(&mut bright[place(x, y)]) {
                        waiting.push((x, y));
                    }
                }
            }
            regions += usize::from(area >= smallest.max(1));
        }
        regions
    }
}

fn pixel(plane: &[u16], width: usize, x: i64, y: i64) -> Option<u16> {
    if x < 0 || y < 0 || x as usize >= width {
        return None;
    }
    plane.get(y as usize * width + x as usize).copied()
}

#[cfg(test)]
mod tests {
    use crate::Outline;
    use crate::quality::FilledOutline;

    #[test]
    fn regions_are_counted_by_size_and_level() {
        let outline = Outline {
            rings: vec![vec![
                [10.0, 20.0],
                [30.0, 20.0],
                [30.0, 32.0],
                [10.0, 32.0],
                [10.0, 20.0],
            ]],
        };
        let filled = FilledOutline::new(&outline).expect("filled");
        // A plane of 24 x 16 pixels at (8, 18) with two squares of 5 x 5 and a hot pixel.
        let mut plane = vec![100_u16; 24 * 16];
        for (left, top) in [(4, 4), (14, 6)] {
            for y in top..top + 5 {
                for x in left..left + 5 {
                    plane[y * 24 + x] = 1000;
                }
            }
        }
        plane[12 * 24 + 3] = 1000;
        let count = |level, smallest| filled.bright_regions(&plane, 24, [8, 18], level, smallest);
        assert_eq!(count(550.0, 9), 2);
        assert_eq!(count(550.0, 400), 0, "none is as large");
        assert_eq!(count(2000.0, 1), 0, "none is as bright");
        assert_eq!(count(50.0, 1), 1, "all of it is one");
        let mean = filled.mean(&plane, 24, [8, 18], None).expect("a mean");
        let expected = (100.0 * 240.0 + 900.0 * 51.0) / 240.0;
        assert!((mean - expected).abs() < 1e-9, "{mean}");
        assert_eq!(filled.mean(&plane, 24, [8, 18], Some(&filled)), None);
    }
}
