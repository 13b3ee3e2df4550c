//! More cells than anyone would draw: features of new cells from those that were measured.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Float64Builder, Int64Array, StringArray};
use fastrand::Rng;
use rayon::prelude::*;

use super::plate::{DemoPlate, FieldPlan};

/// Rows and columns of wells, and sites in each.
const PLATE: DemoPlate = DemoPlate {
    seed: 384,
    rows: 16,
    columns: 24,
    fields_per_well: 9,
    field_size: 512,
};
/// The plate's name.
const PLATE_NAME: &str = "DemoPlate384";
/// Share of values that are missing, as in real exports.
const NULL_SHARE: f64 = 0.005;
/// How far a new cell lies from one measured cell towards another, as a standard deviation.
const STEP: f64 = 0.3;

/// A measured feature.
#[derive(Debug, Clone)]
pub struct CrowdFeature {
    /// Column name.
    pub name: String,
    /// Value of each measured cell; NaN where missing.
    pub values: Vec<f64>,
}

/// Cells on a plate of 384 wells whose features follow those of measured cells.
///
/// A new cell lies between two measured cells that were treated alike, near the first. That keeps groups, tails and
/// correlations, and no feature leaves the measured range. Features beyond the measured ones repeat them with other cells of the same treatment.
pub struct Crowd {
    features: Vec<CrowdFeature>,
    /// Whether all values of a feature are whole numbers.
    whole: Vec<bool>,
    fields: Vec<FieldPlan>,
    /// Measured cells that were treated as a field is.
    alike: Vec<Vec<u32>>,
    rows: usize,
}

/// The keys of some rows, and the columns of features.
pub struct CrowdBatch {
    /// `Metadata_*` columns by name.
    pub keys: Vec<(&'static str, ArrayRef)>,
    /// Features in the order of the names.
    pub features: Vec<ArrayRef>,
}

impl Crowd {
    /// `treatments` and `doses` of the measured cells say which of them are alike.
    pub fn new(
        features: Vec<CrowdFeature>,
        treatments: &[String],
        doses: &[f64],
        rows: usize,
    ) -> Self {
        let fields = PLATE.fields().unwrap_or_default();
        let alike = fields
            .iter()
            .map(|field| {
                let same = |(_, (treatment, dose)): &(u32, (&String, &f64))| {
                    treatment.as_str() == field.treatment.name()
                        && (**dose - field.dose).abs() < 1e-9
                };
                let found: Vec<u32> = (0..)
                    .zip(treatments.iter().zip(doses))
                    .filter(same)
                    .map(|(cell, _)| cell)
                    .collect();
                if found.is_empty() {
                    (0..treatments.len() as u32).collect()
                } else {
                    found
                }
            })
            .collect();
        let whole = features
            .iter()
            .map(|feature| {
                let mut values = feature.values.iter().filter(|value| !value.is_nan());
                values.all(|value| value.fract() == 0.0)
            })
            .collect();
        Self {
            features,
            whole,
            fields,
            alike,
            rows,
        }
    }

    /// Number of cells.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The field of a cell: fields follow each other, all of about the same size.
    fn field_of(&self, row: usize) -> usize {
        row * self.fields.len() / self.rows.max(1)
    }

    /// The cells `from..to`. The same batches give the same cells.
    pub fn batch(&self, from: usize, to: usize) -> CrowdBatch {
        let mut rng = Rng::with_seed(
            PLATE
                .seed
                .wrapping_mul(0x9E37_79B9)
                .wrapping_add(from as u64),
        );
        let fields: Vec<usize> = (from..to).map(|row| self.field_of(row)).collect();
        // Where a cell lies: between which two measured ones, and how far.
        let places: Vec<(u32, u32, f64)> = fields
            .iter()
            .map(|field| {
                let alike = &self.alike[*field];
                let mut one = || {
                    alike
                        .get(rng.usize(..alike.len().max(1)))
                        .copied()
                        .unwrap_or(0)
                };
                let (a, b) = (one(), one());
                (a, b, (normal(&mut rng) * STEP).abs().min(1.0))
            })
            .collect();
        let features = (0..self.features.len())
            .into_par_iter()
            .map(|at| {
                let seed = (from as u64)
                    .wrapping_mul(0x517C_C1B7)
                    .wrapping_add(at as u64);
                self.feature(at, &places, seed)
            })
            .collect();
        CrowdBatch {
            keys: self.keys(from, &fields),
            features,
        }
    }

    fn feature(&self, at: usize, places: &[(u32, u32, f64)], seed: u64) -> ArrayRef {
        let mut rng = Rng::with_seed(seed);
        let values = &self.features[at].values;
        let value = |cell: u32| values.get(cell as usize).copied().unwrap_or(f64::NAN);
        let mut builder = Float64Builder::with_capacity(places.len());
        let gap = |rng: &mut Rng| ((1.0 - rng.f64()).ln() / (1.0 - NULL_SHARE).ln()) as usize;
        let mut next_null = gap(&mut rng);
        for (row, (a, b, step)) in places.iter().enumerate() {
            if row == next_null {
                builder.append_null();
                next_null += 1 + gap(&mut rng);
                continue;
            }
            let (a, b) = (value(*a), value(*b));
            let value = a + (b - a) * step;
            match self.whole[at] {
                _ if value.is_nan() => builder.append_null(),
                true => builder.append_value(value.round()),
                false => builder.append_value(value),
            }
        }
        Arc::new(builder.finish())
    }

    fn keys(&self, from: usize, fields: &[usize]) -> Vec<(&'static str, ArrayRef)> {
        let of = |field: &usize| self.fields.get(*field);
        let texts = |text: &dyn Fn(&FieldPlan) -> String| -> ArrayRef {
            let texts: StringArray = fields.iter().map(|field| of(field).map(text)).collect();
            Arc::new(texts)
        };
        let numbers = |number: &dyn Fn(&FieldPlan) -> i64| -> ArrayRef {
            let numbers: Int64Array = fields.iter().map(|field| of(field).map(number)).collect();
            Arc::new(numbers)
        };
        let first_of_field = |field: usize| (field * self.rows).div_ceil(self.fields.len().max(1));
        let objects = (from..)
            .zip(fields)
            .map(|(row, field)| (row - first_of_field(*field)) as i64 + 1);
        let doses: Float64Array = fields
            .iter()
            .map(|field| of(field).map(|field| field.dose))
            .collect();
        vec![
            ("Metadata_Source", texts(&|_| "crowd".to_owned())),
            ("Metadata_ImageNumber", numbers(&|field| field.image_number)),
            (
                "Metadata_ObjectNumber",
                Arc::new(Int64Array::from_iter_values(objects)),
            ),
            ("Metadata_Dose", Arc::new(doses)),
            ("Metadata_Plate", texts(&|_| PLATE_NAME.to_owned())),
            ("Metadata_Site", numbers(&|field| i64::from(field.site))),
            (
                "Metadata_Treatment",
                texts(&|field| field.treatment.name().to_owned()),
            ),
            ("Metadata_Well", texts(&|field| well_from_a1(&field.well))),
        ]
    }
}

/// Fields begin at B02; a plate of 384 wells begins at A01.
fn well_from_a1(well: &str) -> String {
    let (row, column) = well.split_at(1);
    let row = row.bytes().next().map_or('A', |row| char::from(row - 1));
    let column = column.parse::<u32>().unwrap_or(1).saturating_sub(1);
    format!("{row}{column:02}")
}

/// Roughly normal, with a standard deviation of 1.
fn normal(rng: &mut Rng) -> f64 {
    (0..4).map(|_| rng.f64()).sum::<f64>() * 1.732 - 3.464
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array as _, AsArray as _};
    use arrow::datatypes::Float64Type;

    #[test]
    fn new_cells_follow_the_measured_ones() {
        let mut rng = Rng::with_seed(1);
        let treatments: Vec<String> = (0..900)
            .map(|cell| ["DMSO", "Compound A"][cell % 2].to_owned())
            .collect();
        let doses: Vec<f64> = (0..900).map(|cell| [0.0, 3.0][cell % 2]).collect();
        let area: Vec<f64> = (0..900)
            .map(|cell| [100.0, 300.0][cell % 2] + (rng.f64() * 20.0).floor())
            .collect();
        let twice = area.iter().map(|area| area * 2.0 + 0.5).collect();
        let features = [("area", area), ("twice", twice)]
            .map(|(name, values)| CrowdFeature {
                name: name.to_owned(),
                values,
            })
            .to_vec();
        let rows = 40_000;
        let crowd = Crowd::new(features, &treatments, &doses, rows);
        let batch = crowd.batch(0, rows);
        let key = |name: &str| {
            let found = batch.keys.iter().find(|(key, _)| *key == name);
            Arc::clone(&found.expect("a key").1)
        };
        let treatment = key("Metadata_Treatment");
        let dose = key("Metadata_Dose");
        let wells = key("Metadata_Well");
        let (first, last) = (0, rows - 1);
        assert_eq!(wells.as_string::<i32>().value(first), "A01");
        assert_eq!(wells.as_string::<i32>().value(last), "P24");
        let [area, twice] = [0, 1].map(|at| batch.features[at].as_primitive::<Float64Type>());
        let nulls = area.null_count() as f64 / rows as f64;
        assert!((0.003..0.007).contains(&nulls), "{nulls}");
        for row in (0..rows).filter(|row| area.is_valid(*row)) {
            let value = area.value(row);
            assert!(value.fract() == 0.0, "an area is a whole number");
            let dose = dose.as_primitive::<Float64Type>().value(row);
            match (treatment.as_string::<i32>().value(row), dose) {
                ("DMSO", _) => assert!((100.0..=120.0).contains(&value), "{value}"),
                ("Compound A", 3.0) => assert!((300.0..=320.0).contains(&value), "{value}"),
                _ => {}
            }
            if twice.is_valid(row) {
                assert!((twice.value(row) - value * 2.0).abs() <= 1.6, "correlated");
            }
        }
        // Batches are independent of each other and repeatable.
        let again = crowd.batch(0, rows);
        assert_eq!(again.features, batch.features);
        let tail = crowd.batch(rows - 10, rows);
        let objects = tail.keys[2].1.as_primitive::<arrow::datatypes::Int64Type>();
        assert!(objects.value(9) > objects.value(0));
    }
}
