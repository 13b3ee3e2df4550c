//! `cytolance import`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ImportArguments;
use super::out::target;
use super::progress::Progress;
use cytolance_dataset::WriteTarget;
use cytolance_export::{FileKind, Target, write_whole};
use cytolance_import::{
    CheckError, CropRule, ImportOptions, ImportProgress, ImportReport, LaterRemark, Remark,
    run_import, source_kind,
};
use cytolance_profile::fitted_text;
use cytolance_tools::ToolError;

pub(super) fn run(arguments: &ImportArguments, runtime: &Runtime) -> Result<(), String> {
    let account = match &arguments.report {
        Some(path) => Some(account_target(path, arguments)?),
        None => None,
    };
    let options = options_of(arguments)?;
    let mut report = import_with_progress(&options, runtime)?;
    super::say(&report.to_string());
    let written = write_report(&report, account.as_ref());
    if !arguments.checks {
        return written;
    }
    // The import is complete, whatever becomes of the checks, and its report is there.
    let failure = match super::check::checked(&options.dataset, &[], runtime) {
        Ok(text) => {
            super::say(&text);
            return written;
        }
        Err(error @ ToolError::Check(CheckError::Nothing { .. })) => {
            let reason = error.to_string();
            let remark = Remark::from(LaterRemark::NothingToCheck { reason });
            super::say(&fitted_text(&format!("  {remark}\n")));
            report.remarks.push(remark);
            None
        }
        Err(error) => {
            let reason = error.to_string();
            let remark = Remark::from(LaterRemark::ChecksFailed { reason });
            let text = remark.to_string();
            report.remarks.push(remark);
            Some(text)
        }
    };
    // Over the one of before the checks, which is its own.
    let own = account.filter(|_| written.is_ok());
    let own = own.map(|target| Target::new(target.path(), true));
    let written = written.and_then(|()| write_report(&report, own.as_ref()));
    failure.map_or(written, Err)
}

/// Where the account goes; better refused before the import than after it.
fn account_target(path: &Path, arguments: &ImportArguments) -> Result<Target, String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(format!(
            "--report {}: its folder does not exist",
            path.display()
        ));
    }
    if arguments.append && !arguments.overwrite_report {
        // `--overwrite` would be about the dataset.
        let target = Target::new(path, false);
        target.check().map_err(|error| {
            format!("{error}: give another name after --report, or say --overwrite-report")
        })?;
    }
    target(
        "--report",
        path,
        arguments.overwrite || arguments.overwrite_report,
        FileKind::IMPORT_REPORT,
    )
}

/// What the arguments and the plan file ask for.
fn options_of(arguments: &ImportArguments) -> Result<ImportOptions, String> {
    let mut options = match &arguments.plan {
        Some(file) => ImportOptions::load(file).map_err(|error| error.to_string())?,
        None => ImportOptions {
            images: arguments.images.clone(),
            masks: arguments.masks.clone(),
            outlines: arguments.outlines.clone(),
            illumination: arguments.illum.clone(),
            kind: arguments.kind.as_deref().and_then(source_kind),
            primary: arguments.primary.clone(),
            complete: arguments.complete,
            pair: arguments.pair.clone(),
            file_names: arguments.file_names,
            contradicted: arguments.contradicted,
            offset: arguments.offset,
            pixel_size_um: arguments.pixel_size,
            crop: arguments
                .crop_size
                .map_or(CropRule::Margin(arguments.margin), CropRule::Square),
            plane: arguments.plane,
            ..ImportOptions::default()
        },
    };
    if let Some(source) = &arguments.source {
        options.source.clone_from(source);
    }
    if let Some(out) = &arguments.out {
        options.dataset.clone_from(out);
    }
    if arguments.append {
        options.target = WriteTarget::Append;
    } else if arguments.overwrite {
        options.target = WriteTarget::Overwrite;
    }
    if options.dataset.trim().is_empty() {
        return Err("the plan names no dataset: say where to write with --out X.lance".to_owned());
    }
    Ok(options)
}

/// Imports and shows progress on standard error.
pub(super) fn import_with_progress(
    options: &ImportOptions,
    runtime: &Runtime,
) -> Result<ImportReport, String> {
    let progress = Progress::new();
    let say = |step: ImportProgress| match step {
        ImportProgress::Reading => progress.say("reading tables", 0, 0),
        ImportProgress::Fields(done, total) => progress.say("fields of view", done, total),
        ImportProgress::Committing => progress.say("finishing", 0, 0),
    };
    // An interrupted process leaves the previous version, so Ctrl+C needs no handler.
    let outcome = run_import(options, runtime.handle(), &say, &AtomicBool::new(false));
    progress.finish();
    outcome.map_err(|error| error.to_string())
}

/// Writes the report where one is wanted; what was there before stays if that fails.
fn write_report(report: &ImportReport, target: Option<&Target>) -> Result<(), String> {
    let Some(target) = target else { return Ok(()) };
    let failed = |reason: String| {
        format!(
            "the dataset is complete, but not its account: {reason}; `cytolance info --report --json` says the same"
        )
    };
    let json = serde_json::to_string_pretty(report).map_err(|error| failed(error.to_string()))?;
    write_whole(target, (json + "\n").as_bytes()).map_err(|error| failed(error.to_string()))
}
