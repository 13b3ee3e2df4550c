//! `cytolance view` and the start page.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ViewArguments;
use super::out::{refused, target};
use crate::shell::{Start, has_display, open_window, quiet_drivers, read_ahead, render};
use cytolance_dataset::CellDataset;
use cytolance_export::{ExportError, FileKind, Found, Target};
use cytolance_session::SessionFile;

/// Size of a screenshot where none is given.
const PICTURE_SIZE: [u32; 2] = [1600, 1000];

pub(super) fn run(arguments: &ViewArguments, runtime: &Runtime) -> Result<(), String> {
    let picture = match &arguments.screenshot {
        Some(file) => Some(target(
            "--screenshot",
            file,
            arguments.overwrite,
            FileKind::PICTURE,
        )?),
        None => None,
    };
    if picture.is_some() {
        quiet_drivers();
    }
    // Here rather than in the window: a wrong path or condition is an error of the command.
    let (dataset, channels) = runtime
        .block_on(async {
            let mut dataset = CellDataset::open(&arguments.dataset).await?;
            if let Some(column) = &arguments.picture {
                dataset = dataset.with_picture(column)?;
            }
            if let Some(sql) = &arguments.filter {
                dataset.matching_rows(sql, &AtomicBool::new(false)).await?;
            }
            let channels = dataset.channels().await?;
            Ok::<_, cytolance_dataset::DatasetError>((dataset, channels))
        })
        .map_err(|error| error.to_string())?;
    if let Some(path) = &arguments.session {
        let session = SessionFile::read(path).map_err(|error| error.to_string())?;
        if let (Some(asked), Some(own)) = (&arguments.picture, &session.picture)
            && asked != own
        {
            return Err(format!(
                "--picture {asked}: the session shows {own}; leave one of the two out"
            ));
        }
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
    if let Some(file) = &arguments.trace {
        claim_trace(file, arguments.overwrite)?;
    }
    let start = Start {
        opened: Some((dataset, channels)),
        picture: arguments.picture.is_some(),
        filter: arguments.filter.clone(),
        session: arguments.session.clone(),
        select: arguments.select.clone(),
        trace: arguments.trace.clone(),
        ..Start::default()
    };
    if let Some(target) = &picture {
        render(
            start,
            arguments.size.unwrap_or(PICTURE_SIZE),
            target,
            runtime.handle(),
        )?;
        super::say(&format!("{}\n", target.full_path().display()));
        return Ok(());
    }
    open(start, arguments.size, runtime)
}

/// Takes the name of the trace before the window writes to it, so that no file there is lost.
fn claim_trace(file: &Path, overwrite: bool) -> Result<(), String> {
    let mut options = std::fs::OpenOptions::new();
    let options = options.write(true);
    let opened = if overwrite {
        options.create(true).truncate(true).open(file)
    } else {
        options.create_new(true).open(file)
    };
    match opened {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let path = Target::new(file, false).full_path();
            let found = Found::File;
            Err(refused("--trace", ExportError::Exists { path, found }))
        }
        Err(error) => Err(format!("--trace {}: {error}", file.display())),
    }
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
