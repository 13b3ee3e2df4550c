//! The demo plate with as many cells as asked for: the drawn ones first, then a crowd like them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{ArrayRef, AsArray as _, RecordBatch, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use tokio::runtime::Handle;

use super::plate_dataset::{DemoProgress, draw_plate, import_plate};
use super::{Crowd, CrowdFeature, DemoPlate};
use cytolance_dataset::{
    BBOX_COLUMNS, BatchQueue, CellDataset, DatasetSink, WriteTarget, numbers_of,
};
use cytolance_profile::{ColumnKind, Role};

/// Cells that are drawn for their crops unless the user says how many.
pub const MOST_CROPS: usize = 20_000;
/// Values of a batch.
const BATCH_VALUES: usize = 4 << 20;
/// Cells copied at a time with their crops.
const CROPS_AT_A_TIME: usize = 256;
/// Cells that a field has at least, on the average of a plate.
const CELLS_PER_FIELD: usize = 33;
/// Columns that say where a cell is, and how it was treated.
const KEYS: [&str; 8] = [
    "Metadata_Source",
    "Metadata_ImageNumber",
    "Metadata_ObjectNumber",
    "Metadata_Dose",
    "Metadata_Plate",
    "Metadata_Site",
    "Metadata_Treatment",
    "Metadata_Well",
];
/// Features that the viewer shows at first, which a narrow table must have.
const FIRST: [&str; 12] = [
    "Cells_AreaShape_Area",
    "Cells_AreaShape_Eccentricity",
    "Cells_AreaShape_FormFactor",
    "Cells_AreaShape_Solidity",
    "Cells_Neighbors_NumberOfNeighbors",
    "Cells_Intensity_MeanIntensity_DNA",
    "Cells_Intensity_IntegratedIntensity_DNA",
    "Nuclei_AreaShape_Area",
    "Nuclei_AreaShape_Eccentricity",
    "Nuclei_AreaShape_FormFactor",
    "Nuclei_Intensity_MeanIntensity_DNA",
    "Nuclei_Intensity_IntegratedIntensity_DNA",
];

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrowdSize {
    /// Cells.
    pub cells: usize,
    /// Feature columns.
    pub features: usize,
    /// Cells that are drawn, with crops and outlines; the others have none.
    pub crops: usize,
}

/// Writes a dataset of this size, batch by batch. The first cells are drawn, measured and imported as those of the demo
/// plate are; the features of the others follow theirs, and they have no picture.
///
/// # Errors
/// A sentence that says what could not be written.
pub fn write_crowd(
    size: CrowdSize,
    target: &str,
    handle: &Handle,
    progress: &DemoProgress,
    cancelled: &AtomicBool,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let base = folder.path().join("drawn.lance");
    draw_plate(&plate_of(size.crops), folder.path(), progress, cancelled)?;
    import_plate(
        folder.path(),
        &base.to_string_lossy(),
        WriteTarget::Create,
        handle,
        progress,
        cancelled,
    )?;
    let base = handle
        .block_on(CellDataset::open(&base.to_string_lossy()))
        .map_err(|error| error.to_string())?;
    // Their pictures are in the dataset now.
    for part in ["images", "masks"] {
        let _ = std::fs::remove_dir_all(folder.path().join(part));
    }
    let writer = Writer::new(&base, size, handle)?;
    writer.write(target, progress, cancelled)
}

/// A plate with at least so many cells, of which a field has about 34.
fn plate_of(cells: usize) -> DemoPlate {
    let small = DemoPlate::default();
    let fields = cells.div_ceil(CELLS_PER_FIELD) as u32;
    if fields <= small.rows * small.columns * small.fields_per_well {
        return small;
    }
    let (rows, columns) = (14, 22);
    DemoPlate {
        rows,
        columns,
        fields_per_well: fields.div_ceil(rows * columns),
        ..small
    }
}

struct Writer<'a> {
    base: &'a CellDataset,
    handle: &'a Handle,
    size: CrowdSize,
    crowd: Crowd,
    schema: Arc<Schema>,
    /// Feature columns: the measured one that each is like.
    sources: Vec<String>,
    /// Box, crop and outlines of the drawn cells.
    pictures: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(base: &'a CellDataset, size: CrowdSize, handle: &'a Handle) -> Result<Self, String> {
        let measured: Vec<String> = base
            .columns()
            .iter()
            .filter(|column| column.role == Role::Feature && column.kind.is_number())
            .map(|column| column.name.clone())
            .collect();
        if measured.is_empty() {
            return Err("the drawn plate has no features".to_owned());
        }
        let sources = chosen(&measured, size.features);
        let read = |names: &[String]| {
            handle
                .block_on(base.read_columns(names))
                .map_err(|error| error.to_string())
        };
        let mut features = Vec::with_capacity(sources.len());
        let mut repeats: HashMap<&str, usize> = HashMap::new();
        let arrays = read(&measured)?;
        let by_name: HashMap<&str, &ArrayRef> =
            measured.iter().map(String::as_str).zip(&arrays).collect();
        for source in &sources {
            let repeat = repeats.entry(source).or_default();
            *repeat += 1;
            let values = by_name
                .get(source.as_str())
                .and_then(|array| numbers_of(array))
                .unwrap_or_default();
            features.push(match *repeat {
                1 => CrowdFeature {
                    name: source.clone(),
                    values,
                },
                repeat => {
                    // Other cells, so that a repeated feature is another one.
                    let shift = (repeat - 1) * 7 % values.len().max(1);
                    let turned = values[shift..].iter().chain(&values[..shift]);
                    CrowdFeature {
                        name: format!("{source}_Repeat{repeat}"),
                        values: turned.copied().collect(),
                    }
                }
            });
        }
        let keys = read(&["Metadata_Treatment".to_owned(), "Metadata_Dose".to_owned()])?;
        let treatments: Vec<String> = keys[0]
            .as_string_opt::<i32>()
            .map(|texts| {
                texts
                    .iter()
                    .map(|text| text.unwrap_or_default().to_owned())
                    .collect()
            })
            .unwrap_or_default();
        let doses = numbers_of(&keys[1]).unwrap_or_default();
        let pictures: Vec<String> = if size.crops == 0 {
            Vec::new()
        } else {
            base.columns()
                .iter()
                .filter(|column| {
                    matches!(column.kind, ColumnKind::Picture | ColumnKind::Outline)
                        || BBOX_COLUMNS.contains(&column.name.as_str())
                })
                .map(|column| column.name.clone())
                .collect()
        };
        let mut fields: Vec<Field> = Vec::new();
        for name in KEYS
            .iter()
            .copied()
            .chain(pictures.iter().map(String::as_str))
        {
            let field = base
                .schema()
                .field_with_name(name)
                .map_err(|error| error.to_string())?;
            fields.push(field.clone());
        }
        let after_keys = KEYS.len();
        let columns = features
            .iter()
            .map(|feature| Field::new(&feature.name, DataType::Float64, true));
        fields.splice(after_keys..after_keys, columns);
        let schema = Schema::new_with_metadata(fields, base.schema().metadata().clone());
        let drawn = size.crops.min(size.cells).min(base.num_rows());
        let crowd = Crowd::new(features, &treatments, &doses, size.cells - drawn);
        Ok(Self {
            base,
            handle,
            size: CrowdSize {
                crops: drawn,
                ..size
            },
            crowd,
            schema: Arc::new(schema),
            sources,
            pictures,
        })
    }

    fn write(
        &self,
        target: &str,
        progress: &DemoProgress,
        cancelled: &AtomicBool,
    ) -> Result<(), String> {
        let properties = HashMap::from([("cytolance:import".to_owned(), "demo".to_owned())]);
        let sink = DatasetSink::open(
            target,
            WriteTarget::Create,
            Arc::clone(&self.schema),
            properties,
        );
        let sink = {
            let _guard = self.handle.enter();
            self.handle
                .block_on(sink)
                .map_err(|error| error.to_string())?
        };
        let outcome = match sink.queue() {
            Some(queue) => self.send(&queue, progress, cancelled),
            None => Err("the writer has ended".to_owned()),
        };
        match outcome {
            Ok(()) => self
                .handle
                .block_on(sink.finish())
                .map(|_| ())
                .map_err(|error| error.to_string()),
            Err(error) => {
                self.handle.block_on(sink.abort());
                Err(error)
            }
        }
    }

    fn send(
        &self,
        queue: &BatchQueue,
        progress: &DemoProgress,
        cancelled: &AtomicBool,
    ) -> Result<(), String> {
        let say = |done| progress("Writing cells", done, self.size.cells);
        let send = |batch: &RecordBatch| {
            if cancelled.load(Ordering::Relaxed) {
                return Err("cancelled".to_owned());
            }
            match queue.send(batch) {
                Ok(true) => Ok(()),
                Ok(false) => Err("the writer has ended; is the disk full?".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        };
        say(0);
        for from in (0..self.size.crops).step_by(CROPS_AT_A_TIME) {
            let to = self.size.crops.min(from + CROPS_AT_A_TIME);
            send(&self.drawn(from, to)?)?;
            say(to);
        }
        let at_a_time = (BATCH_VALUES / self.schema.fields().len().max(1)).clamp(256, 65_536);
        let rows = self.crowd.rows();
        for from in (0..rows).step_by(at_a_time) {
            let to = rows.min(from + at_a_time);
            send(&self.crowded(from, to)?)?;
            say(self.size.crops + to);
        }
        Ok(())
    }

    /// Drawn cells with everything that is known of them.
    fn drawn(&self, from: usize, to: usize) -> Result<RecordBatch, String> {
        let rows: Vec<u32> = (from as u32..to as u32).collect();
        let mut names: Vec<String> = KEYS.iter().map(|name| (*name).to_owned()).collect();
        names.extend(self.sources.iter().chain(&self.pictures).cloned());
        let batch = self
            .handle
            .block_on(self.base.take(&rows, &names))
            .map_err(|error| error.to_string())?;
        let columns: Option<Vec<ArrayRef>> = names
            .iter()
            .zip(self.schema.fields())
            .map(|(name, field)| {
                let array = batch.column_by_name(name)?;
                match field.data_type() {
                    // Counts are whole numbers in the drawn plate.
                    DataType::Float64 => cast(array, &DataType::Float64).ok(),
                    _ => Some(Arc::clone(array)),
                }
            })
            .collect();
        let columns = columns.ok_or("a column of the drawn plate is missing")?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| error.to_string())
    }

    fn crowded(&self, from: usize, to: usize) -> Result<RecordBatch, String> {
        let batch = self.crowd.batch(from, to);
        let mut columns: Vec<ArrayRef> = batch.keys.into_iter().map(|(_, array)| array).collect();
        columns.extend(batch.features);
        for name in &self.pictures {
            let field = self
                .schema
                .field_with_name(name)
                .map_err(|error| error.to_string())?;
            columns.push(new_null_array(field.data_type(), to - from));
        }
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|error| error.to_string())
    }
}

/// Which measured feature each column is: the first ones, then some of the others, in their order; once all are there,
/// again from the start.
fn chosen(measured: &[String], wanted: usize) -> Vec<String> {
    let known: Vec<&String> = measured
        .iter()
        .filter(|name| FIRST.contains(&name.as_str()))
        .take(wanted)
        .collect();
    let others: Vec<&String> = measured
        .iter()
        .filter(|name| !known.contains(name))
        .collect();
    let more = wanted.saturating_sub(known.len()).min(others.len());
    let mut once: Vec<&String> = known;
    once.extend((0..more).map(|at| others[at * others.len() / more]));
    once.sort_by_key(|name| measured.iter().position(|other| other == *name));
    once.iter()
        .cycle()
        .take(if once.is_empty() { 0 } else { wanted })
        .map(|name| (*name).clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_table_has_the_features_that_are_shown_first() {
        let measured: Vec<String> = (0..50)
            .map(|at| format!("Cells_Texture_{at}"))
            .chain(FIRST.iter().map(|name| (*name).to_owned()))
            .collect();
        for (wanted, distinct) in [(5, 5), (20, 20), (62, 62), (200, 62)] {
            let names = chosen(&measured, wanted);
            assert_eq!(names.len(), wanted);
            let once: std::collections::BTreeSet<&String> = names.iter().collect();
            assert_eq!(once.len(), distinct, "{wanted}");
        }
        let names = chosen(&measured, 20);
        assert!(
            FIRST
                .iter()
                .all(|first| names.iter().any(|name| name == first))
        );
    }

    #[test]
    fn plates_are_large_enough() {
        for cells in [0, 100, 792, 5000, 20_000] {
            let plate = plate_of(cells);
            let fields = plate.rows * plate.columns * plate.fields_per_well;
            assert!(fields as usize * CELLS_PER_FIELD >= cells, "{cells}");
        }
    }
}
