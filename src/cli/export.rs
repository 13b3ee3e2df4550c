//! `cytolance export`, and the older commands that write one kind of export each: `montage`, `crops`, `outlines` and
//! `report`. All go through the runner that the window uses.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::cells::{ChosenCells, choose};
use super::export_arguments::{
    CellArguments, CropsArguments, ExportArguments, FigureArguments, MontageArguments,
    OutlinesArguments, ReportArguments,
};
use super::out::{refused, target};
use super::progress::Progress;
use cytolance_export::Target;
use cytolance_exporters::{ExportKind, ExportOptions, ExportRequest, Setting, run_export};

pub(super) fn run(arguments: &ExportArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = match arguments.kind {
        Some(kind) => kind,
        None => ExportKind::by_name(&arguments.out).map_err(|error| format!("--out {error}"))?,
    };
    let options = ExportOptions {
        columns: arguments.columns.clone(),
        names: arguments.names.into(),
        across: arguments.across as usize,
        objects: some(&arguments.object),
        measurements: arguments.measurements.clone(),
        class: arguments.class.clone(),
        ..figure(&arguments.figure)
    };
    let takes = kind.face().settings;
    let changed = options.changed();
    if let Some(setting) = changed.iter().find(|setting| !takes.contains(setting)) {
        return Err(unused(*setting, kind));
    }
    let some = &arguments.some;
    if !kind.face().chooses_cells && (!some.rows.is_empty() || some.sample.is_some()) {
        return Err(format!(
            "--rows and --sample are not for {}, which is of all cells that --filter and --session leave",
            kind.face().title
        ));
    }
    let target = target("--out", &arguments.out, arguments.overwrite, kind.file())?;
    write(kind, options, target, runtime, async {
        let mut chosen = choose(&arguments.dataset, &arguments.cells).await?;
        chosen.leave(some)?;
        Ok(chosen)
    })
}

/// The flag of a setting, and why a kind of export does not take it.
fn unused(setting: Setting, kind: ExportKind) -> String {
    let (flag, why) = match setting {
        Setting::Columns => ("--columns", ""),
        Setting::Names => ("--names", "; a dataset keeps the names of its columns"),
        Setting::Captions => ("--captions", ""),
        Setting::Across => ("--across", ""),
        Setting::Tile => ("--tile", ""),
        Setting::DrawnOutlines => ("--no-outlines", ""),
        Setting::Split => ("--split", ""),
        Setting::OwnContrast => ("--own-contrast", ""),
        Setting::Objects => ("--object", ""),
        Setting::Measurements => ("--measurements", ""),
        Setting::Class => ("--class", ""),
    };
    let takers: Vec<&str> = ExportKind::all()
        .map(ExportKind::face)
        .filter(|face| face.settings.contains(&setting))
        .map(|face| face.id)
        .collect();
    format!(
        "{flag} is for {}, not for {}{why}",
        takers.join(", "),
        kind.face().id
    )
}

fn some(names: &[String]) -> Option<Vec<String>> {
    (!names.is_empty()).then(|| names.to_vec())
}

fn figure(arguments: &FigureArguments) -> ExportOptions {
    ExportOptions {
        captions: arguments.captions.clone(),
        tile: arguments.tile as f64,
        drawn_outlines: !arguments.no_outlines,
        split: arguments.split,
        own_contrast: arguments.own_contrast,
        ..ExportOptions::default()
    }
}

/// The only exporter of a family.
fn only(family: &str) -> ExportKind {
    ExportKind::of_family(family).next().unwrap_or_default()
}

pub(super) fn montage(arguments: &MontageArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = only("figures");
    let target = target("--out", &arguments.out, arguments.overwrite, kind.file())?;
    let options = ExportOptions {
        across: arguments.columns as usize,
        ..figure(&arguments.figure)
    };
    write(kind, options, target, runtime, async {
        let mut chosen = choose(&arguments.dataset, &arguments.cells).await?;
        chosen.leave(&arguments.some)?;
        Ok(chosen)
    })
}

pub(super) fn crops(arguments: &CropsArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = arguments.format;
    let target = target("--out", &arguments.out, arguments.overwrite, kind.file())?;
    let chosen = choose(&arguments.dataset, &arguments.cells);
    write(kind, ExportOptions::default(), target, runtime, chosen)
}

pub(super) fn outlines(arguments: &OutlinesArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = arguments.format;
    let target = target("--out", &arguments.out, arguments.overwrite, kind.file())?;
    let options = ExportOptions {
        objects: some(&arguments.object),
        measurements: arguments.columns.clone(),
        class: arguments.class.clone(),
        ..ExportOptions::default()
    };
    let chosen = choose(&arguments.dataset, &arguments.cells);
    write(kind, options, target, runtime, chosen)
}

pub(super) fn report(arguments: &ReportArguments, runtime: &Runtime) -> Result<(), String> {
    let kind = only("reports");
    let target = target("--out", &arguments.out, arguments.overwrite, kind.file())?;
    let cells = CellArguments {
        filter: None,
        picture: None,
        session: arguments.session.clone(),
    };
    let chosen = choose(&arguments.dataset, &cells);
    write(kind, ExportOptions::default(), target, runtime, chosen)
}

fn write(
    kind: ExportKind,
    options: ExportOptions,
    target: Target,
    runtime: &Runtime,
    chosen: impl Future<Output = Result<ChosenCells, String>>,
) -> Result<(), String> {
    let progress = Progress::new();
    let outcome =
        runtime.block_on(async { written(chosen.await?, kind, options, target, &progress).await });
    progress.finish();
    super::say(&outcome?);
    Ok(())
}

/// Writes an export of chosen cells; what is to be said of it, a line each.
pub(super) async fn written(
    chosen: ChosenCells,
    kind: ExportKind,
    options: ExportOptions,
    target: Target,
    progress: &Progress,
) -> Result<String, String> {
    let request = ExportRequest {
        kind,
        rows: chosen.rows,
        which: chosen.which,
        options,
        session: chosen.session,
        target,
    };
    let say = |done, total| progress.say("cells", done, total);
    let never = AtomicBool::new(false);
    let done = run_export(&chosen.explorer, &request, &say, &never)
        .await
        .map_err(|error| refused("--out", error))?;
    let mut lines = vec![format!("{} in {}", done.what, done.at.display())];
    lines.extend(done.notes);
    Ok(lines.join("\n") + "\n")
}
