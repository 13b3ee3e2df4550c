//! The program's own figures, and its peers' from the same run as a ratio. No figure passes or fails anything.
//!
//! Without a word on the command line all parts run; `import`, `frames`, `explore` and `large-frames` name them, and
//! `c10m.lance` and the like the large datasets whose frames are meant.
//!
//! `CYTOLANCE_TEST_DATA` names the folder with published exports, `CYTOLANCE_PEER_PYTHON` an interpreter that has
//! CytoTable, numpy, polars and pandas, `CYTOLANCE_SHADE_PYTHON` one that has datashader; what needs one of them says
//! "skipped" without it. `CYTOLANCE_BENCH_DATA` is where the large datasets are kept (about 12 GB).

// They write what they read.
#![allow(clippy::disallowed_methods)]

mod explore;
mod frames;
mod import;
mod report;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cytolance_dataset::WriteTarget;
use cytolance_demo::{DemoPlate, draw_plate, import_plate};

// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    // Cargo passes --bench; other words are the parts that are wanted.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    println!(
        "{} logical cores, {} build",
        std::thread::available_parallelism()?,
        profile()
    );
    if wants("import") {
        import::example_human(&runtime, folder.path())?;
        import::large_export(&runtime, folder.path())?;
        import::plate_with_pixels(&runtime, folder.path())?;
    }
    if wants("frames") {
        let dataset = demo(&runtime, folder.path())?;
        frames::table(&runtime, &dataset, "demo plate")?;
        frames::panes(&runtime, &dataset, "demo plate")?;
    }
    if wants("explore") {
        explore::run(&runtime)?;
    }
    if wants("large-frames") {
        let is_wanted = |name: &str| wanted.iter().any(|word| word == name);
        let named = explore::SIZES.iter().any(|(name, _)| is_wanted(name));
        for (name, size) in explore::SIZES {
            if named && !is_wanted(name) {
                continue;
            }
            let dataset = explore::dataset(&runtime, name, size)?;
            let what = format!("{} cells x {}", size.cells, size.features);
            frames::table(&runtime, &dataset, &what)?;
            frames::panes(&runtime, &dataset, &what)?;
        }
    }
    Ok(())
}

fn profile() -> &'static str {
    if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    }
}

/// Best of several runs, in seconds.
fn best(rounds: usize, mut work: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        work()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// The demo plate: drawing and measuring, then importing.
fn demo(runtime: &tokio::runtime::Runtime, folder: &Path) -> Outcome<String> {
    let export = folder.join("export");
    let dataset = folder.join("plate.lance").to_string_lossy().into_owned();
    let quiet = |_: &str, _: usize, _: usize| {};
    let never = AtomicBool::new(false);
    let drawn = best(1, || {
        Ok(draw_plate(&DemoPlate::default(), &export, &quiet, &never)?)
    })?;
    let imported = best(3, || {
        let _ = std::fs::remove_dir_all(&dataset);
        Ok(import_plate(
            &export,
            &dataset,
            WriteTarget::Create,
            runtime.handle(),
            &quiet,
            &never,
        )?)
    })?;
    println!(
        "demo plate, 831 cells of 5 channels: drawn and measured in {drawn:.2} s, imported in {imported:.2} s"
    );
    Ok(dataset)
}
