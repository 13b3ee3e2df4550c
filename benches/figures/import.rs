//! Imports beside their peers, and beside what the disk and the decoder alone would take.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::RecordBatch;
use cytolance_dataset::{CellDataset, DatasetSink, WriteTarget};
use cytolance_demo::{DemoPlate, write_export};
use cytolance_imaging::read_plane;
use cytolance_import::{ImportOptions, ImportPlan, find_sources, run_import};
use rayon::prelude::*;
use tokio::runtime::Runtime;

use crate::{Outcome, best};

/// `ExampleHuman`, where this machine has it.
fn published() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("CYTOLANCE_TEST_DATA").map(PathBuf::from) else {
        println!("import: skipped, CYTOLANCE_TEST_DATA does not name a folder with ExampleHuman");
        return None;
    };
    let export = root.join("ExampleHuman");
    if !export.is_dir() {
        println!("import: skipped, {} is not there", export.display());
        return None;
    }
    Some(export)
}

/// Seconds of a peer's script, or why there are none.
fn peer(script: &str, arguments: &[&str]) -> Result<f64, String> {
    let python =
        std::env::var_os("CYTOLANCE_PEER_PYTHON").ok_or("skipped (set CYTOLANCE_PEER_PYTHON)")?;
    let path = Path::new(".").join("benches/peers").join(script);
    let output = Command::new(python)
        .arg(path)
        .args(arguments)
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines()
        .find_map(|line| line.strip_prefix("seconds ")?.trim().parse().ok())
        .ok_or_else(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("failed: {}", error.lines().last().unwrap_or_default())
        })
}

fn beside(ours: f64, name: &str, theirs: Result<f64, String>) -> String {
    match theirs {
        Ok(theirs) => format!("; {name} {theirs:.2} s, {:.1} times ours", theirs / ours),
        Err(reason) => format!("; {name} {reason}"),
    }
}

fn import(options: &ImportOptions, runtime: &Runtime) -> Outcome<()> {
    let _ = std::fs::remove_dir_all(&options.dataset);
    run_import(options, runtime.handle(), &|_| {}, &AtomicBool::new(false))?;
    Ok(())
}

/// One field of 289 cells: ours with crops and outlines, `CytoTable`'s without pictures.
pub fn example_human(runtime: &Runtime, folder: &Path) -> Outcome<()> {
    let Some(export) = published() else {
        return Ok(());
    };
    let options = ImportOptions {
        source: export.clone(),
        dataset: folder.join("human.lance").to_string_lossy().into_owned(),
        ..ImportOptions::default()
    };
    let ours = best(5, || import(&options, runtime))?;
    let theirs = peer("cytotable_import.py", &[&export.to_string_lossy()]);
    println!(
        "import ExampleHuman, 289 cells with crops: {ours:.3} s{}",
        beside(ours, "CytoTable without pictures", theirs)
    );
    Ok(())
}

/// `ExampleHuman` 250 times over, 352 MB of CSV, features only: in one folder, and in a hundred.
pub fn large_export(runtime: &Runtime, folder: &Path) -> Outcome<()> {
    let Some(export) = published() else {
        return Ok(());
    };
    let (one, many) = (folder.join("large"), folder.join("parts"));
    repeat(&export, &one, 1..=250)?;
    for part in 0..100 {
        // 250 images in 100 folders: two in one, three in the next.
        let (first, last) = (part * 5 / 2 + 1, (part + 1) * 5 / 2);
        repeat(&export, &many.join(format!("site-{part:03}")), first..=last)?;
    }
    let options = |source: &Path| ImportOptions {
        source: source.to_path_buf(),
        dataset: folder.join("large.lance").to_string_lossy().into_owned(),
        ..ImportOptions::default()
    };
    let ours = best(3, || import(&options(&one), runtime))?;
    let theirs = peer("polars_join.py", &[&one.to_string_lossy()]);
    println!(
        "import 352 MB of CSV, 72,250 cells, features only: {ours:.2} s{}",
        beside(ours, "polars join to Parquet", theirs)
    );
    let preview = best(3, || {
        let found = find_sources(&one)?;
        let rows = ImportPlan::new(&options(&one))?.preview().rows;
        (found.exports.len() == 1 && rows == 72_250)
            .then_some(())
            .ok_or_else(|| "another export than was written".into())
    })?;
    println!("what the wizard shows of it: {preview:.2} s (goal 2 s)");
    let parts = best(3, || import(&options(&many), runtime))?;
    println!(
        "the same in 100 folders: {parts:.2} s, {:.2} times the one folder",
        parts / ours
    );
    std::fs::remove_dir_all(&one)?;
    std::fs::remove_dir_all(&many)?;
    Ok(())
}

/// The export's tables with its one image repeated under these numbers.
fn repeat(export: &Path, target: &Path, numbers: std::ops::RangeInclusive<usize>) -> Outcome<()> {
    std::fs::create_dir_all(target)?;
    for name in ["Image.csv", "Cells.csv", "Nuclei.csv", "Cytoplasm.csv"] {
        let text = std::fs::read_to_string(export.join(name))?;
        let mut lines = text.lines();
        let header = lines.next().ok_or("no header")?;
        let key = header
            .split(',')
            .position(|column| column == "ImageNumber")
            .ok_or("no image number")?;
        let rows: Vec<&str> = lines.collect();
        let mut out = format!("{header}\n");
        for number in numbers.clone() {
            for row in &rows {
                for (at, field) in row.split(',').enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    if at == key {
                        write!(out, "{comma}{number}")?;
                    } else {
                        write!(out, "{comma}{field}")?;
                    }
                }
                out.push('\n');
            }
        }
        std::fs::write(target.join(name), out)?;
    }
    Ok(())
}

/// A plate of 1080 x 1080 pixels and five channels, drawn: beside decoding its pictures alone on all cores.
///
/// `CYTOLANCE_BENCH_WELLS` says how many wells of four fields; the drawing takes longer than the measuring.
pub fn plate_with_pixels(runtime: &Runtime, folder: &Path) -> Outcome<()> {
    let wells: u32 = std::env::var("CYTOLANCE_BENCH_WELLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(6);
    let export = folder.join("pixels");
    let plate = DemoPlate {
        rows: 1,
        columns: wells,
        fields_per_well: 4,
        field_size: 1080,
        ..DemoPlate::default()
    };
    let drawn = write_export(&plate, &export, &|_, _| {}, &|| false)?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(export.join("images"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Outcome<_>>()?;
    files.sort();
    let decoded = best(2, || {
        files
            .par_iter()
            .try_for_each(|file| read_plane(file, 0).map(|_| ()))?;
        Ok(())
    })?;
    let options = ImportOptions {
        source: export.clone(),
        dataset: folder.join("pixels.lance").to_string_lossy().into_owned(),
        images: vec![export.join("images")],
        masks: vec![export.join("masks")],
        ..ImportOptions::default()
    };
    let imported = best(2, || import(&options, runtime))?;
    let written = write_alone(runtime, folder, &options.dataset)?;
    println!(
        "import {} fields of 5 x 1080 x 1080, {} cells with masks: {imported:.2} s, {:.0} cells a second; decoding alone {decoded:.2} s, writing the same rows alone {written:.2} s, the slower of the two is {:.0} % of ours",
        drawn.images,
        drawn.cells,
        drawn.cells as f64 / imported,
        decoded.max(written) / imported * 100.0
    );
    std::fs::remove_dir_all(&export)?;
    Ok(())
}

/// Seconds that a dataset's rows take from memory to the disk.
fn write_alone(runtime: &Runtime, folder: &Path, dataset: &str) -> Outcome<f64> {
    let source = runtime.block_on(CellDataset::open(dataset))?;
    let names: Vec<String> = source
        .columns()
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let rows: Vec<u32> = (0..source.num_rows() as u32).collect();
    // As the importer hands them over: a field's cells at a time.
    let batches: Vec<RecordBatch> = rows
        .chunks(150)
        .map(|rows| Ok(runtime.block_on(source.take(rows, &names))?))
        .collect::<Outcome<_>>()?;
    let target = folder.join("written.lance").to_string_lossy().into_owned();
    best(2, || {
        let _ = std::fs::remove_dir_all(&target);
        let schema = Arc::clone(source.schema());
        let sink = runtime.block_on(DatasetSink::open(
            &target,
            WriteTarget::Create,
            schema,
            HashMap::new(),
        ))?;
        let queue = sink.queue().ok_or("the writer has ended")?;
        for batch in &batches {
            queue.send(batch)?;
        }
        drop(queue);
        runtime.block_on(sink.finish())?;
        Ok(())
    })
}
