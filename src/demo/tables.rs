//! The CSV tables, with `CellProfiler`'s columns and way of writing numbers.

use std::path::Path;

use super::error::DemoError;
use super::image_quality;
use super::intensity;
use super::labels::Labels;
use super::measurements::Measurements;
use super::neighbors;
use super::plate::{CHANNELS, FieldPlan, PLATE_NAME};
use super::region::{Region, regions};
use super::shape;
use super::texture;

/// The folder of the machine that the export was "made on"; it is not there any more, as always.
const ORIGIN: &str = "/home/cellprofiler/demo-plate";

/// The object sets in the order in which their files are written.
pub(super) const OBJECTS: [&str; 3] = ["Cells", "Nuclei", "Cytoplasm"];

/// A row: the two keys and the features.
#[derive(Debug)]
pub(super) struct ObjectRow {
    pub object_number: i64,
    pub features: Measurements,
}

/// Everything that the tables say about a field.
#[derive(Debug)]
pub(super) struct FieldTables {
    pub image_number: i64,
    pub image: Vec<(String, String)>,
    /// In the order of `OBJECTS`.
    pub objects: [Vec<ObjectRow>; 3],
}

/// Measures the objects of a field and its images.
pub(super) fn measure_field(
    plan: &FieldPlan,
    channels: &[Vec<u16>; 5],
    labels: &Labels,
) -> FieldTables {
    let width = plan.size;
    let mut objects = [&labels.cells, &labels.nuclei, &labels.cytoplasm].map(|labels| {
        let found = regions(labels, width);
        let mut measured: Vec<Measurements> = found
            .iter()
            .map(|region| measure_object(region, channels, width))
            .collect();
        neighbors::measure(&found, labels, width, &mut measured);
        found
            .iter()
            .zip(measured)
            .map(|(region, features)| ObjectRow {
                object_number: i64::from(region.number),
                features,
            })
            .collect::<Vec<_>>()
    });
    relate(labels, &mut objects);
    let counts = [objects[0].len(), objects[1].len(), objects[2].len()];
    FieldTables {
        image_number: plan.image_number,
        image: image_row(plan, channels, counts),
        objects,
    }
}

fn measure_object(region: &Region, channels: &[Vec<u16>; 5], width: usize) -> Measurements {
    let mut features = Measurements::default();
    let samples = intensity::sample(region, channels, width);
    shape::measure(region, &mut features);
    intensity::measure(region, &samples, &mut features);
    texture::measure(region, &samples, &mut features);
    for axis in ["X", "Y"] {
        if let Some(center) = features.get(&format!("AreaShape_Center_{axis}")) {
            features.set(format!("Location_Center_{axis}"), center);
        }
    }
    features.set("Number_Object_Number", f64::from(region.number));
    features
}

/// Parents and children: a cell belongs to the nucleus that covers most of it.
fn relate(labels: &Labels, objects: &mut [Vec<ObjectRow>; 3]) {
    let mut overlaps = std::collections::BTreeMap::<(u16, u16), usize>::new();
    for (cell, nucleus) in labels.cells.iter().zip(&labels.nuclei) {
        if *cell > 0 && *nucleus > 0 {
            *overlaps.entry((*cell, *nucleus)).or_default() += 1;
        }
    }
    let [cells, nuclei, cytoplasm] = objects;
    let has_cytoplasm = |number: i64| cytoplasm.iter().any(|row| row.object_number == number);
    let mut parents = std::collections::BTreeMap::new();
    for row in &mut *cells {
        let parent = overlaps
            .iter()
            .filter(|((cell, _), _)| i64::from(*cell) == row.object_number)
            // The lower number wins a draw, as in CellProfiler.
            .max_by_key(|((_, nucleus), pixels)| (**pixels, std::cmp::Reverse(*nucleus)))
            .map_or(0, |((_, nucleus), _)| i64::from(*nucleus));
        parents.insert(row.object_number, parent);
        row.features.set("Parent_Nuclei", parent as f64);
        row.features.set(
            "Children_Cytoplasm_Count",
            f64::from(u8::from(has_cytoplasm(row.object_number))),
        );
    }
    for row in nuclei {
        let children: Vec<i64> = parents
            .iter()
            .filter(|(_, parent)| **parent == row.object_number)
            .map(|(cell, _)| *cell)
            .collect();
        let with_cytoplasm = children.iter().filter(|cell| has_cytoplasm(**cell)).count();
        row.features
            .set("Children_Cells_Count", children.len() as f64);
        row.features
            .set("Children_Cytoplasm_Count", with_cytoplasm as f64);
    }
    for row in cytoplasm {
        row.features.set("Parent_Cells", row.object_number as f64);
        let nucleus = parents.get(&row.object_number).copied().unwrap_or(0);
        row.features.set("Parent_Nuclei", nucleus as f64);
    }
}

/// The columns of `Image.csv`, sorted as `CellProfiler` sorts them.
fn image_row(
    plan: &FieldPlan,
    channels: &[Vec<u16>; 5],
    counts: [usize; 3],
) -> Vec<(String, String)> {
    let mut row: Vec<(String, String)> = Vec::new();
    let mut text = |name: String, value: String| row.push((name, value));
    for (index, channel) in CHANNELS.iter().enumerate() {
        let file = plan.image_file(index);
        text(
            format!("URL_{channel}"),
            format!("file:{ORIGIN}/images/{file}"),
        );
        text(format!("FileName_{channel}"), file);
        text(format!("PathName_{channel}"), format!("{ORIGIN}/images"));
        text(format!("Height_{channel}"), plan.size.to_string());
        text(format!("Width_{channel}"), plan.size.to_string());
        text(format!("Scaling_{channel}"), "65535.0".to_owned());
        text(format!("Frame_{channel}"), "0".to_owned());
        text(format!("Series_{channel}"), "0".to_owned());
    }
    for (object, count) in OBJECTS.iter().zip(counts) {
        let file = plan.mask_file(object);
        text(format!("Count_{object}"), format!("{:?}", count as f64));
        text(
            format!("ObjectsURL_{object}"),
            format!("file:{ORIGIN}/masks/{file}"),
        );
        text(format!("ObjectsFileName_{object}"), file);
        text(
            format!("ObjectsPathName_{object}"),
            format!("{ORIGIN}/masks"),
        );
    }
    text("Group_Index".to_owned(), plan.image_number.to_string());
    text("Group_Number".to_owned(), "1".to_owned());
    text("Metadata_Plate".to_owned(), PLATE_NAME.to_owned());
    text("Metadata_Well".to_owned(), plan.well.clone());
    text("Metadata_Site".to_owned(), plan.site.to_string());
    text(
        "Metadata_Treatment".to_owned(),
        plan.treatment.name().to_owned(),
    );
    text("Metadata_Dose".to_owned(), format!("{:?}", plan.dose));

    let mut measured = Measurements::default();
    image_quality::measure(channels, plan.size, &mut measured);
    for name in measured.names() {
        row.push((name.to_owned(), number(name, measured.get(name))));
    }
    row.sort_unstable();
    row
}

/// Whole numbers where `CellProfiler` stores integers, otherwise the shortest text that reads back the same.
fn number(name: &str, value: Option<f64>) -> String {
    const WHOLE: [&str; 5] = [
        "Parent_",
        "Children_",
        "Number_",
        "AreaShape_BoundingBoxM",
        "AreaShape_EulerNumber",
    ];
    match value {
        Some(value) if value.is_finite() => {
            if WHOLE.iter().any(|start| name.starts_with(start)) {
                format!("{value:.0}")
            } else {
                format!("{value:?}")
            }
        }
        _ => "nan".to_owned(),
    }
}

/// Writes `Image.csv`, one table for each object set, and `Experiment.csv`.
pub(super) fn write(dir: &Path, fields: &[FieldTables]) -> Result<(), DemoError> {
    let path = dir.join("Image.csv");
    let mut table = csv::Writer::from_path(&path).map_err(DemoError::csv(&path))?;
    // In this table ImageNumber has its alphabetical place.
    let with_key = |row: &FieldTables, key: String, cell: fn(&(String, String)) -> &String| {
        let at = row
            .image
            .partition_point(|(name, _)| name.as_str() < "ImageNumber");
        let mut record: Vec<String> = row.image.iter().map(|pair| cell(pair).clone()).collect();
        record.insert(at, key);
        record
    };
    if let Some(first) = fields.first() {
        let header = with_key(first, "ImageNumber".to_owned(), |pair| &pair.0);
        table.write_record(header).map_err(DemoError::csv(&path))?;
    }
    for field in fields {
        let record = with_key(field, field.image_number.to_string(), |pair| &pair.1);
        table.write_record(record).map_err(DemoError::csv(&path))?;
    }
    table.flush().map_err(DemoError::io(&path))?;
    for (index, object) in OBJECTS.iter().enumerate() {
        write_objects(&dir.join(format!("{object}.csv")), fields, index)?;
    }
    write_experiment(&dir.join("Experiment.csv"))
}

fn write_objects(path: &Path, fields: &[FieldTables], index: usize) -> Result<(), DemoError> {
    let mut table = csv::Writer::from_path(path).map_err(DemoError::csv(path))?;
    let names: Vec<String> = fields
        .iter()
        .flat_map(|field| &field.objects[index])
        .next()
        .map(|row| row.features.names().map(str::to_owned).collect())
        .unwrap_or_default();
    let header = ["ImageNumber", "ObjectNumber"]
        .into_iter()
        .chain(names.iter().map(String::as_str));
    table.write_record(header).map_err(DemoError::csv(path))?;
    for field in fields {
        for row in &field.objects[index] {
            let keys = [
                field.image_number.to_string(),
                row.object_number.to_string(),
            ];
            let values = names
                .iter()
                .map(|name| number(name, row.features.get(name)));
            table
                .write_record(keys.into_iter().chain(values))
                .map_err(DemoError::csv(path))?;
        }
    }
    table.flush().map_err(DemoError::io(path))
}

fn write_experiment(path: &Path) -> Result<(), DemoError> {
    let mut table = csv::Writer::from_path(path).map_err(DemoError::csv(path))?;
    let mut write = |key: &str, value: &str| {
        table
            .write_record([key, value])
            .map_err(DemoError::csv(path))
    };
    write("Key", "Value")?;
    write("CellProfiler_Version", "4.2.8")?;
    for channel in CHANNELS {
        write(&format!("ChannelType_{channel}"), "Grayscale")?;
    }
    write("Metadata_GroupingTags", "[]")?;
    write("Pipeline_Pipeline", PIPELINE)?;
    write("Run_Timestamp", "2026-01-15T09:30:00.000000")?;
    write("Modification_Timestamp", "2026-01-15T09:52:41.000000")?;
    table.flush().map_err(DemoError::io(path))
}

/// Says what the plate is, in the place where a pipeline would be.
const PIPELINE: &str = "CellProfiler Pipeline: http://www.cellprofiler.org
Version:5
DateRevision:428
GitHash:
ModuleCount:0
HasImagePlaneDetails:False
# Synthetic plate: the images were drawn, the objects are the drawn ones, and all features were measured from both.
";
