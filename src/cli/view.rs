//! `cytolance view` and the start page.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ViewArguments;
use crate::app::{Start, has_display, open_window, read_ahead, render};
use crate::dataset::CellDataset;
use crate::session::SessionFile;

/// Size of a screenshot where none is given.
const PICTURE_SIZE: [u32; 2] = [1600, 1000];

pub(super) fn run(arguments: &ViewArguments, runtime: &Runtime) -> Result<(), String> {
    // Here rather than in the window: a wrong path or condition is an error of the command.
    let (dataset, channels) = runtime
        .block_on(async {
            let dataset = CellDataset::open(&arguments.dataset).await?;
            if let Some(sql) = &arguments.filter {
                dataset.matching_rows(sql, &AtomicBool::new(false)).await?;
            }
            let channels = dataset.channels().await?;
            Ok::<_, crate::dataset::DatasetError>((dataset, channels))
        })
        .map_err(|error| error.to_string())?;
    if let Some(path) = &arguments.session {
        SessionFile::read(path).map_err(|error| error.to_string())?;
    }
    // While the window and the graphics driver get ready.
    read_ahead(&dataset, runtime.handle());
    let rows = dataset.num_rows();
    if let Some(row) = arguments.select.iter().find(|row| **row as usize >= rows) {
        return Err(format!(
            "--select {row}: {} has {rows} rows, counted from 0",
            arguments.dataset
        ));
    }
    let start = Start {
        opened: Some((dataset, channels)),
        filter: arguments.filter.clone(),
        session: arguments.session.clone(),
        select: arguments.select.clone(),
        trace: arguments.trace.clone(),
        ..Start::default()
    };
    if let Some(file) = &arguments.screenshot {
        render(
            start,
            arguments.size.unwrap_or(PICTURE_SIZE),
            file,
            runtime.handle(),
        )?;
        super::say(&format!("{}\n", file.display()));
        return Ok(());
    }
    open(start, arguments.size, runtime)
}

/// The start page.
pub(super) fn start_page(runtime: &Runtime) -> Result<(), String> {
    open(Start::default(), None, runtime)
}

fn open(start: Start, size: Option<[u32; 2]>, runtime: &Runtime) -> Result<(), String> {
    if !has_display() {
        return Err("there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). Draw to a file with `cytolance view DATASET --screenshot FILE.png`, or look at the contents with `cytolance info DATASET`".to_owned());
    }
    open_window(start, size, runtime.handle())
}
