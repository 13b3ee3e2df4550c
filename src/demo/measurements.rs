//! The features of one object, by name: the order of the map is the order of `CellProfiler`'s columns.

use std::collections::BTreeMap;

/// Feature names and values; what cannot be computed is NaN.
#[derive(Debug, Default, Clone)]
pub(super) struct Measurements {
    values: BTreeMap<String, f64>,
}

impl Measurements {
    pub(super) fn set(&mut self, name: impl Into<String>, value: f64) {
        self.values.insert(name.into(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }
}

/// The mean and the population's standard deviation.
pub(super) fn mean_and_deviation(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (mut count, mut sum) = (0.0, 0.0);
    for value in values.clone() {
        count += 1.0;
        sum += value;
    }
    let mean = sum / count;
    let squares: f64 = values.map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / count).sqrt())
}
