//! Seeded pseudo-random points for the tests of this layer.

/// A xorshift generator: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number in `0..n`.
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    /// A number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Roughly normal around 0 with a standard deviation of 1.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// The place at share `t` between two numbers, also of those further apart than the largest f64.
pub fn between(min: f64, max: f64, t: f64) -> f64 {
    (min * (1.0 - t) + max * t).clamp(f64::MIN, f64::MAX)
}

/// One data set of a table of cases.
pub struct Points {
    pub name: &'static str,
    pub xs: Vec<f64>,
    pub ys: Vec<f64>,
}

impl Points {
    fn new(name: &'static str, n: usize, mut point: impl FnMut(usize) -> (f64, f64)) -> Self {
        let (xs, ys) = (0..n).map(&mut point).unzip();
        Self { name, xs, ys }
    }

    /// Smallest and largest coordinates of the finite points, or the unit square.
    pub fn frame(&self) -> [[f64; 2]; 2] {
        let mut frame: Option<[[f64; 2]; 2]> = None;
        for (_, point) in self.finite() {
            let [min, max] = frame.unwrap_or([point, point]);
            frame = Some([
                [0, 1].map(|axis| min[axis].min(point[axis])),
                [0, 1].map(|axis| max[axis].max(point[axis])),
            ]);
        }
        frame.unwrap_or([[0.0; 2], [1.0; 2]])
    }

    /// The points with two finite coordinates, as (row, point).
    pub fn finite(&self) -> impl Iterator<Item = (u32, [f64; 2])> {
        let pairs = self.xs.iter().zip(&self.ys).enumerate();
        pairs
            .filter(|(_, (x, y))| x.is_finite() && y.is_finite())
            .map(|(row, (&x, &y))| (row as u32, [x, y]))
    }
}

/// Shapes of data that have broken plots before.
pub fn cases() -> Vec<Points> {
    let mut r = Random::new(7);
    vec![
        Points::new("cloud", 4000, |_| (r.normal(), r.normal() * 3.0 + 1.0)),
        Points::new("gaps", 3000, |i| match i % 7 {
            0 => (f64::NAN, 1.0),
            1 => (r.unit(), f64::INFINITY),
            _ => (r.normal(), r.unit()),
        }),
        Points::new("integers", 3000, |_| (r.below(9) as f64, r.below(5) as f64)),
        Points::new("huge offset", 3000, |_| (1e9 + r.unit(), -4e12 + r.unit())),
        Points::new("few ulps", 2000, |_| {
            (
                1e15 + r.below(20) as f64 / 8.0,
                1e16 + r.below(9) as f64 * 2.0,
            )
        }),
        Points::new("outlier", 3000, |i| {
            if i == 17 {
                (1e12, -1e12)
            } else {
                (r.normal(), r.normal())
            }
        }),
        Points::new("constant x", 2000, |_| (5.0, r.normal())),
        Points::new("constant y", 2000, |_| (r.normal(), -2.5)),
        Points::new("one place", 500, |_| (3.0, 4.0)),
        Points::new("single", 1, |_| (-1.0, 1e-3)),
        Points::new("pair", 2, |i| (i as f64, i as f64)),
        Points::new("tiny", 1000, |_| (r.unit() * 1e-310, r.unit() * 1e-300)),
        Points::new("wide", 1000, |_| {
            ((r.unit() * 2.0 - 1.0) * 1.7e308, r.normal())
        }),
        Points::new("high", 1000, |_| {
            (r.normal(), (r.unit() * 2.0 - 1.0) * 1.7e308)
        }),
        Points::new("missing", 100, |_| (f64::NAN, f64::NAN)),
        Points::new("empty", 0, |_| (0.0, 0.0)),
    ]
}
