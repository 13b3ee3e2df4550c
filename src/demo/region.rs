//! The pixels of one labelled object, found in a single pass over the label image.

/// An object of a label image; coordinates are field pixels.
#[derive(Debug, Default, Clone)]
pub(super) struct Region {
    /// The object's number, which is its pixel value.
    pub number: u16,
    pub min_x: usize,
    pub min_y: usize,
    /// Exclusive.
    pub max_x: usize,
    /// Exclusive.
    pub max_y: usize,
    /// In reading order.
    pub pixels: Vec<(u32, u32)>,
    /// The box with a rim of one pixel of background around it.
    mask: Vec<bool>,
    /// By pixel: distance to the nearest background pixel; beyond the field is background.
    pub depth: Vec<f64>,
    /// By pixel: whether one of its four neighbours is not part of the object.
    pub on_edge: Vec<bool>,
}

impl Region {
    pub(super) fn area(&self) -> usize {
        self.pixels.len()
    }

    /// Width of the padded mask.
    pub(super) fn stride(&self) -> usize {
        self.max_x - self.min_x + 2
    }

    pub(super) fn mask(&self) -> &[bool] {
        &self.mask
    }

    /// Index of a field pixel in the padded mask.
    pub(super) fn at(&self, x: u32, y: u32) -> usize {
        (y as usize - self.min_y + 1) * self.stride() + x as usize - self.min_x + 1
    }

    fn finish(&mut self) {
        let stride = self.stride();
        self.mask = vec![false; stride * (self.max_y - self.min_y + 2)];
        for i in 0..self.pixels.len() {
            let (x, y) = self.pixels[i];
            let at = self.at(x, y);
            self.mask[at] = true;
        }
        let squared = squared_distance(&self.mask, stride);
        for &(x, y) in &self.pixels {
            let at = self.at(x, y);
            self.depth.push(f64::from(squared[at]).sqrt());
            self.on_edge.push(
                !(self.mask[at - 1]
                    && self.mask[at + 1]
                    && self.mask[at - stride]
                    && self.mask[at + stride]),
            );
        }
    }
}

/// All objects by number; numbers without pixels are left out.
pub(super) fn regions(labels: &[u16], width: usize) -> Vec<Region> {
    let count = usize::from(labels.iter().copied().max().unwrap_or(0));
    let mut regions: Vec<Region> = (1..=count)
        .map(|number| Region {
            number: number as u16,
            min_x: usize::MAX,
            min_y: usize::MAX,
            ..Region::default()
        })
        .collect();
    for (y, row) in labels.chunks_exact(width).enumerate() {
        for (x, label) in row.iter().enumerate().filter(|(_, label)| **label > 0) {
            let region = &mut regions[usize::from(*label) - 1];
            region.min_x = region.min_x.min(x);
            region.min_y = region.min_y.min(y);
            region.max_x = region.max_x.max(x + 1);
            region.max_y = region.max_y.max(y + 1);
            region.pixels.push((x as u32, y as u32));
        }
    }
    regions.retain(|region| !region.pixels.is_empty());
    regions.iter_mut().for_each(Region::finish);
    regions
}

/// The exact squared Euclidean distance to the nearest `false`, by columns and then rows (Meijster's method).
fn squared_distance(mask: &[bool], stride: usize) -> Vec<u32> {
    let height = mask.len() / stride;
    let far = (stride + height) as u32;
    let mut down = vec![0_u32; mask.len()];
    for at in 0..mask.len() {
        if mask[at] {
            down[at] = if at >= stride {
                (down[at - stride] + 1).min(far)
            } else {
                1
            };
        }
    }
    for at in (0..mask.len() - stride).rev() {
        down[at] = down[at].min(down[at + stride] + 1);
    }
    let mut squared = vec![0_u32; mask.len()];
    let mut starts: Vec<(usize, i64)> = Vec::with_capacity(stride);
    for (row, out) in down
        .chunks_exact(stride)
        .zip(squared.chunks_exact_mut(stride))
    {
        let value = |x: i64, i: usize| (x - i as i64).pow(2) + i64::from(row[i]).pow(2);
        // The lower envelope of the columns' parabolas: (column, first x where it is the lowest).
        starts.clear();
        for u in 0..stride {
            let first = loop {
                let Some(&(i, from)) = starts.last() else {
                    break 0;
                };
                if value(from, i) > value(from, u) {
                    starts.pop();
                    continue;
                }
                let (i_, u_) = (i as i64, u as i64);
                let gap = u_ * u_ - i_ * i_ + i64::from(row[u]).pow(2) - i64::from(row[i]).pow(2);
                break gap.div_euclid(2 * (u_ - i_)) + 1;
            };
            if first < stride as i64 {
                starts.push((u, first));
            }
        }
        let mut q = starts.len() - 1;
        for x in (0..stride).rev() {
            while starts[q].1 > x as i64 {
                q -= 1;
            }
            out[x] = value(x as i64, starts[q].0) as u32;
        }
    }
    squared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_exclusive_and_areas_are_counts() {
        let mut labels = vec![0_u16; 20 * 10];
        for y in 2..5 {
            for x in 7..12 {
                labels[y * 20 + x] = 2;
            }
        }
        labels[0] = 1;
        let found = regions(&labels, 20);
        assert_eq!(found.len(), 2);
        let region = &found[1];
        assert_eq!(
            (region.min_x, region.max_x, region.min_y, region.max_y),
            (7, 12, 2, 5)
        );
        assert_eq!(region.area(), 15);
        assert_eq!(region.on_edge.iter().filter(|edge| !**edge).count(), 3);
        assert!((region.depth.iter().copied().fold(0.0, f64::max) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn distance_is_exact() {
        let (stride, height) = (23, 17);
        let mut rng = fastrand::Rng::with_seed(4);
        let mask: Vec<bool> = (0..stride * height)
            .map(|at| {
                let (x, y) = (at % stride, at / stride);
                x > 0 && y > 0 && x + 1 < stride && y + 1 < height && rng.f32() < 0.93
            })
            .collect();
        let fast = squared_distance(&mask, stride);
        for (at, fast) in fast.iter().enumerate() {
            let slow = (0..mask.len())
                .filter(|other| !mask[*other])
                .map(|other| {
                    (at % stride).abs_diff(other % stride).pow(2)
                        + (at / stride).abs_diff(other / stride).pow(2)
                })
                .min();
            assert_eq!(Some(*fast as usize), slow);
        }
    }
}
