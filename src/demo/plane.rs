//! A grey picture of floats with the few blurs that the drawing needs.

/// Row-major grey values.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub data: Vec<f32>,
}

impl Plane {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            data: vec![0.0; width * height],
        }
    }

    /// Three box blurs in both directions: a Gaussian of about `sigma` pixels at a cost that does not grow with it.
    pub(super) fn blur_wide(&mut self, sigma: f32) {
        // A box of radius r has variance r(r+1)/3; three of them have to make sigma squared.
        let radius = ((sigma * sigma + 0.25).sqrt() - 0.5).round().max(1.0) as usize;
        let mut other = vec![0.0; self.data.len()];
        for _ in 0..3 {
            blur_rows(&self.data, &mut other, self.width, radius);
            blur_columns(&other, &mut self.data, self.width, self.height, radius);
        }
    }

    /// A true Gaussian for the small blur of the objective, where a box would leave edges.
    pub(super) fn blur_fine(&mut self, sigma: f32) {
        let radius = (3.0 * sigma).ceil() as usize;
        let mut kernel: Vec<f32> = (0..=2 * radius)
            .map(|i| {
                let x = (i as f32 - radius as f32) / sigma;
                (-0.5 * x * x).exp()
            })
            .collect();
        let sum: f32 = kernel.iter().sum();
        for weight in &mut kernel {
            *weight /= sum;
        }

        let (width, height) = (self.width, self.height);
        let mut padded = vec![0.0; width + 2 * radius];
        let mut across = vec![0.0; self.data.len()];
        for (row, out) in self
            .data
            .chunks_exact(width)
            .zip(across.chunks_exact_mut(width))
        {
            padded[..radius].fill(row[0]);
            padded[radius..radius + width].copy_from_slice(row);
            padded[radius + width..].fill(row[width - 1]);
            for (i, k) in kernel.iter().enumerate() {
                for (o, v) in out.iter_mut().zip(&padded[i..i + width]) {
                    *o += k * v;
                }
            }
        }
        for (y, out) in self.data.chunks_exact_mut(width).enumerate() {
            out.fill(0.0);
            for (i, k) in kernel.iter().enumerate() {
                let from = (y + i).saturating_sub(radius).min(height - 1);
                for (o, v) in out
                    .iter_mut()
                    .zip(&across[from * width..(from + 1) * width])
                {
                    *o += k * v;
                }
            }
        }
    }

    /// Every `step`-th pixel, averaged over its block.
    pub(super) fn shrunk(&self, step: usize) -> Self {
        let (width, height) = (self.width.div_ceil(step), self.height.div_ceil(step));
        let mut small = Self::new(width, height);
        let mut counts = vec![0.0_f32; width * height];
        for (y, row) in self.data.chunks_exact(self.width).enumerate() {
            for (x, value) in row.iter().enumerate() {
                let at = y / step * width + x / step;
                small.data[at] += value;
                counts[at] += 1.0;
            }
        }
        for (value, count) in small.data.iter_mut().zip(counts) {
            *value /= count;
        }
        small
    }

    /// Bilinear enlargement by `step`, cut to the given size.
    pub(super) fn enlarged(&self, step: usize, width: usize, height: usize) -> Self {
        let mut large = Self::new(width, height);
        let place = |at: usize, count: usize| {
            let position = ((at as f32 + 0.5) / step as f32 - 0.5).clamp(0.0, (count - 1) as f32);
            let low = position as usize;
            (low, (low + 1).min(count - 1), position - low as f32)
        };
        let columns: Vec<_> = (0..width).map(|x| place(x, self.width)).collect();
        for (y, row) in large.data.chunks_exact_mut(width).enumerate() {
            let (top, bottom, v) = place(y, self.height);
            let top = &self.data[top * self.width..(top + 1) * self.width];
            let bottom = &self.data[bottom * self.width..(bottom + 1) * self.width];
            for (out, &(left, right, u)) in row.iter_mut().zip(&columns) {
                let above = top[left] + (top[right] - top[left]) * u;
                let below = bottom[left] + (bottom[right] - bottom[left]) * u;
                *out = above + (below - above) * v;
            }
        }
        large
    }
}

fn blur_rows(from: &[f32], to: &mut [f32], width: usize, radius: usize) {
    let scale = 1.0 / (2 * radius + 1) as f32;
    for (row, out) in from.chunks_exact(width).zip(to.chunks_exact_mut(width)) {
        let last = width - 1;
        let mut sum = row[0] * radius as f32;
        sum += (0..=radius).map(|i| row[i.min(last)]).sum::<f32>();
        for x in 0..width {
            out[x] = sum * scale;
            sum += row[(x + radius + 1).min(last)] - row[x.saturating_sub(radius)];
        }
    }
}

/// Whole rows are added and subtracted, so that memory is read in order.
fn blur_columns(from: &[f32], to: &mut [f32], width: usize, height: usize, radius: usize) {
    let scale = 1.0 / (2 * radius + 1) as f32;
    let row = |y: usize| &from[y.min(height - 1) * width..(y.min(height - 1) + 1) * width];
    let mut sum: Vec<f32> = row(0).iter().map(|v| v * radius as f32).collect();
    for y in 0..=radius {
        for (s, v) in sum.iter_mut().zip(row(y)) {
            *s += v;
        }
    }
    for y in 0..height {
        let (enters, leaves) = (row(y + radius + 1), row(y.saturating_sub(radius)));
        let out = &mut to[y * width..(y + 1) * width];
        for (((o, s), e), l) in out.iter_mut().zip(&mut sum).zip(enters).zip(leaves) {
            *o = *s * scale;
            *s += e - l;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_keep_the_light() {
        let mut plane = Plane::new(65, 65);
        plane.data[32 * 65 + 32] = 1000.0;
        let mut fine = plane.clone();
        plane.blur_wide(4.0);
        fine.blur_fine(1.0);
        for blurred in [&plane, &fine] {
            assert!((blurred.data.iter().sum::<f32>() - 1000.0).abs() < 1.0);
        }
        assert!((fine.data[32 * 65 + 32] - 159.0).abs() < 3.0);
    }

    #[test]
    fn shrinking_and_enlarging_keep_a_flat_picture() {
        let mut plane = Plane::new(10, 7);
        plane.data.fill(3.0);
        let again = plane.shrunk(4).enlarged(4, 10, 7);
        assert!(again.data.iter().all(|v| (v - 3.0).abs() < 1e-6));
    }
}
