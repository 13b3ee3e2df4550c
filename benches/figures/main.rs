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

use cytolance::app::{Command, Settings, Start, Viewer, demo_plate, settle};
use cytolance::dataset::WriteTarget;
use cytolance::profile::Condition;
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
        frames(&runtime, &dataset, "demo plate")?;
    }
    if wants("explore") {
        explore::run(&runtime)?;
        for (name, size) in explore::SIZES {
            let dataset = explore::dataset(&runtime, name, size)?;
            let what = format!("{} cells x {}", size.cells, size.features);
            frames(&runtime, &dataset, &what)?;
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

/// Frames of the viewer, painting by the graphics driver left out: idle, while the table scrolls by the wheel and by long
/// jumps, and while a filter moves.
fn frames(runtime: &tokio::runtime::Runtime, dataset: &str, what: &str) -> Outcome<()> {
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
        "{what}, open to complete first screen: {:.0} ms",
        opened.elapsed().as_secs_f64() * 1e3
    );
    let mut idle: Vec<f64> = Vec::new();
    for _ in 0..200 {
        idle.push(timed(|| frame(&mut harness)));
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
        scrolling.push(timed(|| frame(&mut harness)));
    }
    let mut jumping: Vec<f64> = Vec::new();
    for turn in 0..200 {
        let state = &mut harness.state_mut().state;
        let rows = state.workspace.as_ref().map_or(0, |open| open.order.len());
        let by = (rows / 200) as i64 * if turn % 3 == 0 { -1 } else { 1 };
        harness.state_mut().dispatch(Command::Step(by));
        jumping.push(timed(|| frame(&mut harness)));
    }
    let mut dragging: Vec<f64> = Vec::new();
    let column = "Cells_AreaShape_Area".to_owned();
    harness
        .state_mut()
        .dispatch(Command::FilterBy(column.clone()));
    settle(&mut harness)?;
    let filter = harness
        .state()
        .state
        .workspace
        .as_ref()
        .and_then(|open| open.query.filters.first().map(|filter| filter.id));
    for step in 0..200 {
        if let Some(filter) = filter {
            let condition = Condition::Range {
                column: column.clone(),
                min: 2000.0 + f64::from(step) * 10.0,
                max: f64::INFINITY,
            };
            harness
                .state_mut()
                .dispatch(Command::SetCondition(filter, condition));
        }
        dragging.push(timed(|| frame(&mut harness)));
        // As a person moves a hand: the work goes on between the frames.
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let all = [
        ("idle", idle),
        ("scrolling", scrolling),
        ("jumping", jumping),
        ("dragging a filter", dragging),
    ];
    for (name, mut times) in all {
        times.sort_by(f64::total_cmp);
        let part = |share: f64| times[((times.len() - 1) as f64 * share) as usize] * 1e3;
        println!(
            "{what}, frame without the driver's part, {name}: median {:.2} ms, 99 % {:.2} ms, longest {:.2} ms",
            part(0.5),
            part(0.99),
            part(1.0)
        );
    }
    Ok(())
}

/// One frame with the shapes turned into triangles, as the window has them before the driver paints.
fn frame(harness: &mut Harness<'_, Viewer>) {
    harness.step();
    let shapes = harness.output().shapes.clone();
    std::hint::black_box(harness.ctx.tessellate(shapes, 1.0));
}

/// Computing time of this thread, as that of the interface is: what others do with the cores meanwhile is not in it.
fn timed(work: impl FnOnce()) -> f64 {
    let start = cpu_time::ThreadTime::now();
    work();
    start.elapsed().as_secs_f64()
}
