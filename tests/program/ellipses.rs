//! Outlines that are ellipses from measurements: they are not stored, and the same wherever they are looked at.

use std::f64::consts::TAU;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::Schema;
use cytolance_dataset::{
    CellDataset, DatasetSink, OutlineBuilder, WriteTarget, numbers_of, outline_field,
};
use cytolance_imaging::Outline;
use serde_json::Value;

use crate::support::{open, run, runtime, text};

const OBJECTS: [&str; 2] = ["Cells", "Nuclei"];
/// Cells of an export; the third has no axis, the fourth an axis of 0.
const CELLS: usize = 12;

/// Writes an export without pictures and masks. The plate's name says how its angles are counted: `degrees`, `radians`,
/// or `old` for those of CellProfiler 3.
fn write_export(folder: &Path, plate: &str, seed: u64) -> PathBuf {
    fs::create_dir_all(folder).expect("a folder");
    let mut random = fastrand::Rng::with_seed(seed);
    let write = |name: &str, content: &str| {
        fs::write(folder.join(name), content).expect("a file");
    };
    let version = if plate == "old" { "3.1.9" } else { "4.2.5" };
    let experiment = format!("Key,Value\nCellProfiler_Version,{version}\n");
    write("Experiment.csv", &experiment);
    let image = format!("ImageNumber,Metadata_Plate\n1,{plate}\n2,{plate}\n");
    write("Image.csv", &image);
    for object in OBJECTS {
        let mut table =
            "ImageNumber,ObjectNumber,Parent_Cells,AreaShape_Center_X,AreaShape_Center_Y,\
            AreaShape_MajorAxisLength,AreaShape_MinorAxisLength,AreaShape_Orientation\n"
                .to_owned();
        for cell in 0..CELLS {
            let major = match cell {
                2 => "nan".to_owned(),
                3 => "0".to_owned(),
                _ => (5.0 + random.f64() * 40.0).to_string(),
            };
            let turn = random.f64() - 0.5;
            let angle = if plate == "radians" {
                turn * TAU / 2.0
            } else {
                turn * 180.0
            };
            let (image, number) = (1 + cell % 2, 1 + cell / 2);
            let _ = writeln!(
                table,
                "{image},{number},{number},{},{},{major},{},{angle}",
                random.f64() * 1000.0,
                random.f64() * 1000.0,
                4.0 + random.f64(),
            );
        }
        write(&format!("{object}.csv"), &table);
    }
    folder.to_path_buf()
}

/// The polygon that was stored for such measurements before ellipses were no longer stored, to the bit.
fn stored_before([x, y, major, minor, angle]: [f64; 5], plate: &str) -> Option<Outline> {
    if [x, y, major, minor, angle]
        .iter()
        .any(|value| !value.is_finite())
        || major <= 0.0
    {
        return None;
    }
    let degrees = if plate == "radians" {
        angle.to_degrees()
    } else {
        angle
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let [dx, dy] = if plate == "old" {
        [cos, -sin]
    } else {
        [sin, cos]
    };
    let mut ring: Vec<[f64; 2]> = (0..48)
        .map(|index| {
            let (sin, cos) = (TAU * f64::from(index) / 48.0).sin_cos();
            let (along, across) = (major / 2.0 * cos, minor / 2.0 * sin);
            [
                x + 0.5 + along * dx - across * dy,
                y + 0.5 + along * dy + across * dx,
            ]
        })
        .collect();
    ring.push(ring[0]);
    Some(Outline { rings: vec![ring] })
}

fn read(dataset: &CellDataset, names: &[&str]) -> Vec<ArrayRef> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    runtime()
        .block_on(dataset.read_columns(&names))
        .expect("columns")
}

/// What every row had before, by object set, told by its measurements and its plate.
fn expected(dataset: &CellDataset) -> Vec<Vec<(String, Outline)>> {
    let plates = read(dataset, &["Metadata_Plate"]);
    let mut rows = vec![Vec::new(); dataset.num_rows()];
    for object in OBJECTS {
        let columns = [
            "Center_X",
            "Center_Y",
            "MajorAxisLength",
            "MinorAxisLength",
            "Orientation",
        ]
        .map(|measure| {
            let name = format!("{object}_AreaShape_{measure}");
            numbers_of(&read(dataset, &[&name])[0]).expect("numbers")
        });
        for (at, row) in rows.iter_mut().enumerate() {
            let plate = plates[0].as_string::<i32>().value(at);
            let outline = stored_before(columns.each_ref().map(|column| column[at]), plate);
            row.extend(outline.map(|outline| (object.to_owned(), outline)));
        }
    }
    rows
}

fn drawn(dataset: &CellDataset) -> Vec<Vec<(String, Outline)>> {
    let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
    let pictures = runtime().block_on(dataset.pictures(&rows));
    let outlines = runtime().block_on(dataset.outlines(&rows));
    let (pictures, outlines) = (pictures.expect("pictures"), outlines.expect("outlines"));
    assert_eq!(pictures, outlines, "there are no crops");
    pictures.into_iter().map(|cell| cell.outlines).collect()
}

/// Every row has the outlines that it had before.
fn assert_drawn(dataset: &CellDataset, what: &str) {
    assert_eq!(dataset.outline_objects(), OBJECTS, "{what}");
    let expected = expected(dataset);
    assert!(expected.concat().len() > CELLS, "{what}");
    assert!(drawn(dataset) == expected, "{what}");
}

fn has_column(dataset: &CellDataset, object: &str) -> bool {
    dataset.column(&format!("Outline_{object}")).is_some()
}

fn import(source: &Path, target: &Path, extra: &[&str]) -> Value {
    // Nothing is replaced unasked, and a dataset may be added to again and again.
    let number = (0..99).find(|number| !target.with_extension(format!("{number}.json")).exists());
    let report = target.with_extension(format!("{}.json", number.expect("a free name")));
    let mut arguments = vec![
        "import",
        text(source),
        "--out",
        text(target),
        "--report",
        text(&report),
    ];
    arguments.extend(extra);
    run(&arguments).ok();
    serde_json::from_str(&fs::read_to_string(report).expect("a report")).expect("JSON")
}

/// A dataset as it was written before, with the ellipses in columns: called approximate, or as if they were exact.
fn write_stored(source: &CellDataset, target: &Path, approximate: bool) {
    let names: Vec<&str> = source
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let mut arrays = read(source, &names);
    let mut fields: Vec<_> = source.schema().fields().iter().cloned().collect();
    let rows = expected(source);
    for object in OBJECTS {
        let mut builder = OutlineBuilder::default();
        for row in &rows {
            let mut own = row.iter().filter(|(name, _)| name == object);
            builder.append(own.next().map(|(_, outline)| outline));
        }
        arrays.push(builder.finish().expect("outlines"));
        fields.push(Arc::new(outline_field(
            &format!("Outline_{object}"),
            approximate,
        )));
    }
    let mut metadata = source.schema().metadata().clone();
    metadata.remove("cytolance:ellipses").expect("ellipses");
    if !approximate {
        metadata.insert("cytolance:approximate_outlines".to_owned(), "[]".to_owned());
    }
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).expect("a batch");
    let written = runtime().block_on(async {
        let sink = DatasetSink::open(
            text(target),
            WriteTarget::Create,
            schema,
            std::collections::HashMap::new(),
        )
        .await?;
        let queue = sink.queue().expect("a queue");
        tokio::task::spawn_blocking(move || queue.send(&batch).expect("sent"))
            .await
            .expect("sent");
        sink.finish().await
    });
    written.expect("written");
}

#[test]
fn ellipses_are_drawn_as_they_were_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let mixed = folder.path().join("mixed");
    let mut sources: Vec<(PathBuf, usize)> = Vec::new();
    for (seed, plate) in ["degrees", "radians", "old"].into_iter().enumerate() {
        let export = write_export(&folder.path().join(plate), plate, seed as u64);
        sources.push((export, 1));
        write_export(&mixed.join(plate), plate, 10 + seed as u64);
    }
    sources.push((mixed, 3));
    for (source, parts) in sources {
        let what = source.file_name().expect("a name").to_string_lossy();
        let target = source.with_extension("lance");
        let report = import(&source, &target, &[]);
        let dataset = open(&target);
        assert_drawn(&dataset, &what);
        for object in OBJECTS {
            assert!(!has_column(&dataset, object), "{what}");
            assert_eq!(
                report["outlines_approximate"][object],
                parts * (CELLS - 2),
                "{what}"
            );
        }
        // A copy of it, and a copy of its pictures alone, have them, too.
        let copy = source.with_extension("copy.lance");
        let report = import(&target, &copy, &[]);
        assert_eq!(
            report["outlines_approximate"]["Cells"],
            parts * (CELLS - 2),
            "{what}"
        );
        assert_drawn(&open(&copy), &format!("copy of {what}"));
        let export = source.with_extension("export.lance");
        let columns = ["export", text(&target), "--out", text(&export), "--columns"];
        run(&[&columns[..], &["Metadata_Plate"]].concat()).ok();
        assert_drawn(&open(&export), &format!("export of {what}"));
        let outlines = source.with_extension("geojson");
        let said = run(&["outlines", text(&target), "--out", text(&outlines)]).ok();
        let number = 2 * parts * (CELLS - 2);
        assert!(
            said.out.contains(&format!("{number} outlines")),
            "{}",
            said.out
        );
    }
}

#[test]
fn rows_are_added_to_ellipses_of_every_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let degrees = write_export(&path("d"), "degrees", 1);
    let radians = write_export(&path("r"), "radians", 2);
    let drawn_target = path("drawn.lance");
    import(&degrees, &drawn_target, &[]);
    let stored_target = path("stored.lance");
    write_stored(&open(&drawn_target), &stored_target, true);
    assert_drawn(&open(&stored_target), "stored");
    let copy = path("copy.lance");
    let report = import(&stored_target, &copy, &[]);
    assert_eq!(report["outlines_stored"]["Cells"], CELLS - 2);
    assert_eq!(report["outlines_approximate"], serde_json::json!({}));
    assert!(open(&copy).metadata().ellipses.is_empty());
    assert_drawn(&open(&copy), "a copy of what is stored");
    for target in [&drawn_target, &stored_target] {
        let mut rows = CELLS;
        for export in [&radians, &degrees, &radians] {
            let report = import(export, target, &["--append"]);
            rows += CELLS;
            let dataset = open(target);
            assert_eq!(dataset.num_rows(), rows);
            assert_eq!(report["outlines_approximate"]["Nuclei"], CELLS - 2);
            assert_drawn(&dataset, text(target));
        }
        let copy = target.with_extension("copy.lance");
        import(target, &copy, &[]);
        assert_drawn(&open(&copy), text(&copy));
        assert_eq!(
            has_column(&open(&copy), "Cells"),
            target == &stored_target,
            "what was stored is copied"
        );
    }
    // Rows counted as those that are there are one version more.
    let same = path("same.lance");
    import(&degrees, &same, &[]);
    import(&degrees, &same, &["--append"]);
    let dataset = open(&same);
    assert_eq!((dataset.version(), dataset.num_rows()), (2, 2 * CELLS));
    assert_drawn(&dataset, "the same again");
}

#[test]
fn traced_outlines_and_ellipses_do_not_mix() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let degrees = write_export(&path("d"), "degrees", 1);
    write_masks(&degrees, &path("masks"));
    let ellipses = path("ellipses.lance");
    import(&degrees, &ellipses, &[]);
    let exact = path("exact.lance");
    write_stored(&open(&ellipses), &exact, false);
    // No ellipse among the exact ones.
    let before = drawn(&open(&exact));
    let report = import(&degrees, &exact, &["--append"]);
    let after = drawn(&open(&exact));
    assert!(after[..CELLS] == before[..]);
    assert!(after[CELLS..].iter().all(Vec::is_empty));
    assert_eq!(report["outlines_approximate"], serde_json::json!({}));
    assert!(
        report["remarks"]
            .to_string()
            .contains("Cells outlines of the dataset are traced"),
        "{report}"
    );
    // No exact one among the ellipses.
    let masks = path("masks");
    let stored = path("stored.lance");
    write_stored(&open(&ellipses), &stored, true);
    let append = ["--append", "--masks", text(&masks)];
    let report = import(&degrees, &ellipses, &append);
    assert_drawn(&open(&ellipses), "ellipses stay ellipses");
    assert_eq!(report["outlines_traced"], serde_json::json!({}));
    let remarks = report["remarks"].to_string();
    assert!(
        remarks.contains("masks or outlines is not used"),
        "{remarks}"
    );
    // Where there is a column of them, it has room for both, as before.
    let report = import(&degrees, &stored, &append);
    assert_eq!(report["outlines_traced"]["Cells"], CELLS);
    assert_eq!(report["outlines_approximate"]["Nuclei"], CELLS - 2);
    let remarks = report["remarks"].to_string();
    assert!(
        remarks.contains("calls this column approximate"),
        "{remarks}"
    );
}

/// Label masks of the cells of an export: a square where each of them is.
fn write_masks(export: &Path, masks: &Path) {
    const SIDE: usize = 1000;
    fs::create_dir_all(masks).expect("a folder");
    let table = fs::read_to_string(export.join("Cells.csv")).expect("cells");
    let mut pixels = [vec![0_u16; SIDE * SIDE], vec![0_u16; SIDE * SIDE]];
    for line in table.lines().skip(1) {
        let number = |at: usize| -> f64 {
            let field = line.split(',').nth(at).expect("a field");
            field.parse().expect("a number")
        };
        let own = &mut pixels[number(0) as usize - 1];
        let [x, y] = [number(3).round() as usize, number(4).round() as usize];
        for y in y.saturating_sub(3)..(y + 4).min(SIDE) {
            own[y * SIDE + x.saturating_sub(3)..y * SIDE + (x + 4).min(SIDE)]
                .fill(number(1) as u16);
        }
    }
    let mut image = "ImageNumber,Metadata_Plate,ObjectsFileName_Cells\n".to_owned();
    for (number, pixels) in (1..).zip(&pixels) {
        let name = format!("cells{number}.tiff");
        let file = fs::File::create(masks.join(&name)).expect("a file");
        tiff::encoder::TiffEncoder::new(file)
            .and_then(|mut encoder| {
                let side = SIDE as u32;
                encoder.write_image::<tiff::encoder::colortype::Gray16>(side, side, pixels)
            })
            .expect("a TIFF");
        let _ = writeln!(image, "{number},degrees,{name}");
    }
    fs::write(export.join("Image.csv"), image).expect("a file");
}

#[test]
fn ellipses_without_their_columns_are_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = write_export(&folder.path().join("d"), "degrees", 1);
    let target = folder.path().join("d.lance");
    import(&export, &target, &[]);
    let info = run(&["info", text(&target)]).ok().out;
    assert!(
        info.contains("Nuclei: approximate, ellipses drawn from Nuclei_AreaShape_Center_X, "),
        "{info}"
    );
    runtime().block_on(async {
        let mut dataset = lance::Dataset::open(text(&target)).await.expect("open");
        let gone = ["Nuclei_AreaShape_Orientation"];
        dataset.drop_columns(&gone).await.expect("dropped");
    });
    let dataset = open(&target);
    assert_eq!(dataset.outline_objects(), ["Cells"]);
    assert!(
        drawn(&dataset)
            .concat()
            .iter()
            .all(|(name, _)| name == "Cells")
    );
    let why = "the dataset has no column Nuclei_AreaShape_Orientation";
    let info = run(&["info", text(&target)]).ok().out;
    assert!(info.contains(why), "{info}");
    let info = run(&["info", text(&target), "--json"]).ok().out;
    let info: Value = serde_json::from_str(&info).expect("JSON");
    assert_eq!(info["outlines"], serde_json::json!(["Cells"]));
    assert_eq!(
        info["lost_outlines"],
        serde_json::json!([{"object": "Nuclei", "missing_columns": ["Nuclei_AreaShape_Orientation"]}])
    );
    let out = folder.path().join("x.geojson");
    let arguments = ["outlines", text(&target), "--out", text(&out)];
    let said = run(&arguments).ok().out;
    assert!(said.contains("10 outlines") && said.contains(why), "{said}");
    let refused = run(&[&arguments[..], &["--object", "Nuclei", "--overwrite"]].concat());
    assert!(
        refused.code == 1 && refused.err.contains(why),
        "{}",
        refused.err
    );
    let copy = folder.path().join("copy.lance");
    let report = import(&target, &copy, &[]);
    assert!(
        report["remarks"]
            .to_string()
            .contains("from measurements that it has no more"),
        "{report}"
    );
}
