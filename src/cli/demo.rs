//! `cytolance demo`: the synthetic plate as an export, as a dataset, in the viewer.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::DemoArguments;
use super::progress::Progress;
use crate::app::demo_crowd::{CrowdSize, MOST_CROPS, write_crowd};
use crate::app::demo_plate::{DemoFiles, draw, import};
use crate::app::{Start, has_display, open_window, render};
use crate::dataset::WriteTarget;

/// Size of the picture that takes the window's place where there is no display.
const PICTURE_SIZE: [u32; 2] = [1600, 1000];
/// Its name.
const PICTURE: &str = "cytolance-demo.png";

pub(super) fn run(arguments: &DemoArguments, runtime: &Runtime) -> Result<(), String> {
    if arguments.export.is_none() && arguments.out.is_none() {
        return show(runtime);
    }
    let progress = Progress::new();
    let say = |what: &str, done, total| progress.say(what, done, total);
    let never = AtomicBool::new(false);
    let outcome = write(arguments, runtime, &say, &never);
    progress.finish();
    outcome
}

fn write(
    arguments: &DemoArguments,
    runtime: &Runtime,
    say: &(dyn Fn(&str, usize, usize) + Sync),
    never: &AtomicBool,
) -> Result<(), String> {
    if let (Some(cells), Some(dataset)) = (arguments.cells, &arguments.out) {
        let cells = cells as usize;
        let crops = arguments.crops.map_or(MOST_CROPS, |crops| crops as usize);
        let size = CrowdSize {
            cells,
            features: arguments.features as usize,
            crops: crops.min(cells),
        };
        let target = dataset.to_string_lossy();
        write_crowd(size, &target, runtime.handle(), say, never)?;
        super::say(&format!("dataset   {}\n", dataset.display()));
        return Ok(());
    }
    let temporary;
    let export: &Path = if let Some(folder) = &arguments.export {
        folder
    } else {
        temporary = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        temporary.path()
    };
    draw(export, say, never)?;
    if arguments.export.is_some() {
        super::say(&format!("export    {}\n", export.display()));
    }
    if let Some(dataset) = &arguments.out {
        import(
            export,
            &dataset.to_string_lossy(),
            WriteTarget::Create,
            runtime.handle(),
            say,
            never,
        )?;
        super::say(&format!("dataset   {}\n", dataset.display()));
    }
    Ok(())
}

/// The viewer on the demo plate, or a picture of it where there is no display.
fn show(runtime: &Runtime) -> Result<(), String> {
    if has_display() {
        let start = Start {
            demo: true,
            ..Start::default()
        };
        return open_window(start, None, runtime.handle());
    }
    let progress = Progress::new();
    let say = |what: &str, done, total| progress.say(what, done, total);
    let prepared =
        DemoFiles::default_place().prepare(runtime.handle(), &say, &AtomicBool::new(false));
    progress.finish();
    let dataset = prepared?;
    super::say(&format!("dataset   {dataset}\n"));
    let start = Start {
        dataset: Some(dataset.clone()),
        ..Start::default()
    };
    render(start, PICTURE_SIZE, Path::new(PICTURE), runtime.handle())?;
    super::say(&format!(
        "picture   {PICTURE}\nThere is no display here, so no window was opened. On a machine with one: cytolance view {dataset}\n"
    ));
    Ok(())
}
