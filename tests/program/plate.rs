//! The demo plate goes through the importer like any other export, and nothing is lost on the way.

use std::collections::HashMap;

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use cytolance_imaging::{PixelBox, read_plane};

use crate::support::{open, plate, runtime};

fn numbers(dataset: &cytolance_dataset::CellDataset, names: &[&str]) -> Vec<Vec<f64>> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let columns = runtime()
        .block_on(dataset.read_columns(&names))
        .expect("columns");
    columns
        .iter()
        .map(|column| cytolance_dataset::numbers_of(column).expect("numbers"))
        .collect()
}

#[test]
fn outlines_have_the_measured_area() {
    let dataset = open(&plate().dataset);
    let areas = numbers(
        &dataset,
        &[
            "Cells_AreaShape_Area",
            "Nuclei_AreaShape_Area",
            "Cytoplasm_AreaShape_Area",
        ],
    );
    let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
    let pictures = runtime()
        .block_on(dataset.pictures(&rows))
        .expect("pictures");
    let mut compared = 0;
    for (row, picture) in pictures.iter().enumerate() {
        for (object, outline) in &picture.outlines {
            let at = ["Cells", "Nuclei", "Cytoplasm"]
                .iter()
                .position(|name| name == object)
                .expect("an object");
            assert!(
                (outline.area() - areas[at][row]).abs() <= 1.0,
                "row {row} {object}: {} and {}",
                outline.area(),
                areas[at][row]
            );
            compared += 1;
        }
    }
    assert_eq!(compared, 831 + 830 + 828);
}

#[test]
fn crops_are_the_pixels_of_the_source() {
    let plate = plate();
    let dataset = open(&plate.dataset);
    let names: Vec<String> = [
        "Metadata_SourceBBoxXMin",
        "Metadata_SourceBBoxYMin",
        "Metadata_SourceBBoxXMax",
        "Metadata_SourceBBoxYMax",
    ]
    .map(str::to_owned)
    .to_vec();
    let boxes = runtime()
        .block_on(dataset.read_columns(&names))
        .expect("boxes");
    let files: Vec<String> = ["AGP", "DNA", "ER", "Mito", "RNA"]
        .map(|name| format!("Image_FileName_{name}"))
        .to_vec();
    let rows: Vec<u32> = (0..dataset.num_rows() as u32).step_by(83).collect();
    let recorded = runtime()
        .block_on(dataset.take(&rows, &files))
        .expect("file names");
    let pictures = runtime()
        .block_on(dataset.pictures(&rows))
        .expect("pictures");
    for (at, (row, picture)) in rows.iter().zip(&pictures).enumerate() {
        let [x_min, y_min, x_max, y_max] = [0, 1, 2, 3]
            .map(|side: usize| boxes[side].as_primitive::<Int64Type>().value(*row as usize));
        let area = PixelBox {
            x_min,
            y_min,
            x_max,
            y_max,
        };
        let crop = picture.crop.as_ref().expect("a crop");
        assert_eq!(
            (i64::from(crop.width), i64::from(crop.height)),
            (area.width(), area.height())
        );
        for (channel, file) in files.iter().enumerate() {
            let name = recorded
                .column_by_name(file)
                .expect("a column")
                .as_string::<i32>()
                .value(at);
            let plane = read_plane(&plate.export.join("images").join(name), 0).expect("a picture");
            assert_eq!(
                plane.crop(area).as_deref(),
                Some(&*crop.planes[channel]),
                "row {row} channel {channel}"
            );
        }
    }
}

#[test]
fn floats_are_the_text_of_the_export_bit_for_bit() {
    let plate = plate();
    let dataset = open(&plate.dataset);
    let keys = numbers(&dataset, &["Metadata_ImageNumber", "Metadata_ObjectNumber"]);
    let row_of: HashMap<(i64, i64), usize> = (0..dataset.num_rows())
        .map(|row| ((keys[0][row] as i64, keys[1][row] as i64), row))
        .collect();
    let mut reader = csv::Reader::from_path(plate.export.join("Cells.csv")).expect("a CSV");
    let header: Vec<String> = reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_owned)
        .collect();
    let wanted: Vec<(usize, String)> = header
        .iter()
        .enumerate()
        .map(|(at, name)| (at, format!("Cells_{name}")))
        .filter(|(_, name)| {
            dataset
                .column(name)
                .is_some_and(|column| column.kind.is_number())
        })
        .collect();
    let names: Vec<&str> = wanted.iter().map(|(_, name)| name.as_str()).collect();
    let stored = numbers(&dataset, &names);
    let key = |name: &str| {
        header
            .iter()
            .position(|known| known == name)
            .expect("a key")
    };
    let (image, object) = (key("ImageNumber"), key("ObjectNumber"));
    let mut compared = 0;
    for record in reader.records() {
        let record = record.expect("a row");
        let row = row_of[&(
            record[image].parse().expect("a number"),
            record[object].parse().expect("a number"),
        )];
        for ((at, name), column) in wanted.iter().zip(&stored) {
            match record[*at].parse::<f64>() {
                Ok(value) if !value.is_nan() => {
                    assert_eq!(value.to_bits(), column[row].to_bits(), "{name} row {row}");
                }
                _ => assert!(column[row].is_nan(), "{name} row {row}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 831 * 200, "{compared}");
}
