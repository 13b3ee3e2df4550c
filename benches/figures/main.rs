//! The program's own figures, and its peers' from the same run as a ratio. No figure passes or fails anything.
//!
//! Without a word on the command line all parts run; `import`, `frames` and `explore` name them.
//!
//! `CYTOLANCE_TEST_DATA` names the folder with published exports, `CYTOLANCE_PEER_PYTHON` an interpreter that has
//! CytoTable, numpy, polars and pandas, `CYTOLANCE_SHADE_PYTHON` one that has datashader; what needs one of them says
//! "skipped" without it. `CYTOLANCE_BENCH_DATA` is where the large datasets are kept (about 12 GB).

mod explore;
mod import;
mod report;

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use cytolance::app::{Settings, Start, Viewer, demo_plate, settle};
use cytolance::dataset::WriteTarget;
use egui_kittest::Harness;

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
        frames(&runtime, &dataset)?;
    }
    if wants("explore") {
        explore::run(&runtime)?;
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
    let drawn = best(1, || Ok(demo_plate::draw(&export, &quiet, &never)?))?;
    let imported = best(3, || {
        let _ = std::fs::remove_dir_all(&dataset);
        Ok(demo_plate::import(
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

/// Frames of the viewer: idle, and while the table scrolls.
fn frames(runtime: &tokio::runtime::Runtime, dataset: &str) -> Outcome<()> {
    let start = Start {
        dataset: Some(dataset.to_owned()),
        settings: Some(Settings::default()),
        ..Start::default()
    };
    let handle = runtime.handle().clone();
    let opened = Instant::now();
    let mut harness = Harness::builder()
        .with_size([1600.0, 1000.0])
        .with_accessibility_check(false)
        .build_eframe(|context| Viewer::new(&context.egui_ctx, handle, start));
    settle(&mut harness)?;
    println!(
        "open to complete first screen: {:.0} ms",
        opened.elapsed().as_secs_f64() * 1e3
    );
    let mut idle: Vec<f64> = Vec::new();
    for _ in 0..200 {
        idle.push(timed(|| harness.step()));
    }
    let at = egui::pos2(700.0, 300.0);
    harness.hover_at(at);
    harness.step();
    let mut scrolling: Vec<f64> = Vec::new();
    for _ in 0..400 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, -60.0),
            modifiers: egui::Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
        });
        scrolling.push(timed(|| harness.step()));
    }
    for (name, mut times) in [("idle", idle), ("scrolling", scrolling)] {
        times.sort_by(f64::total_cmp);
        let part = |share: f64| times[((times.len() - 1) as f64 * share) as usize] * 1e3;
        println!(
            "frame without the GPU's part, {name}: median {:.2} ms, 99 % {:.2} ms, longest {:.2} ms",
            part(0.5),
            part(0.99),
            part(1.0)
        );
    }
    Ok(())
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
