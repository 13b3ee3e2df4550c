//! `cytolance demo`: the synthetic plate as an export, as a dataset, in the viewer.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::DemoArguments;
use super::progress::Progress;

use crate::shell::{Start, has_display, open_window, quiet_drivers, render};
use cytolance_dataset::WriteTarget;
use cytolance_demo::{
    CrowdSize, DemoFiles, DemoPlate, MOST_CROPS, draw_plate, import_plate, write_crowd,
};
use cytolance_export::{Found, Target};

/// Size of the picture that takes the window's place where there is no display.
const PICTURE_SIZE: [u32; 2] = [1600, 1000];
/// Its name, as long as it is free.
const PICTURE: &str = "cytolance-demo.png";
/// Names that are tried.
const MOST_PICTURES: usize = 1000;

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
    if let Some(folder) = &arguments.export
        && Found::at(folder).is_some()
    {
        return Err(format!(
            "--export {}: something is there already, and it is not written over: choose a new or empty folder",
            folder.display()
        ));
    }
    let temporary;
    let export: &Path = if let Some(folder) = &arguments.export {
        folder
    } else {
        temporary = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        temporary.path()
    };
    draw_plate(&DemoPlate::default(), export, say, never)?;
    if arguments.export.is_some() {
        super::say(&format!("export    {}\n", export.display()));
    }
    if let Some(dataset) = &arguments.out {
        import_plate(
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
    quiet_drivers();
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
    let picture = free_picture(Path::new(""));
    render(start, PICTURE_SIZE, &picture, runtime.handle())?;
    super::say(&format!(
        "picture   {}\nThere is no display here, so no window was opened. On a machine with one: cytolance view {dataset}\n",
        picture.full_path().display()
    ));
    Ok(())
}

/// The picture under its own name in a folder, or under the first numbered one that is free.
fn free_picture(folder: &Path) -> Target {
    let numbered = (2..MOST_PICTURES).map(|number| format!("cytolance-demo-{number}.png"));
    std::iter::once(PICTURE.to_owned())
        .chain(numbered)
        .map(|name| Target::new(folder.join(name), false))
        .find(|target| target.check().is_ok())
        // All are taken: the error says so.
        .unwrap_or_else(|| Target::new(folder.join(PICTURE), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_picture_leaves_the_first_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = || free_picture(folder.path()).path().to_path_buf();
        assert_eq!(name(), folder.path().join(PICTURE));
        std::fs::write(name(), "one").expect("written");
        assert_eq!(name(), folder.path().join("cytolance-demo-2.png"));
    }
}
