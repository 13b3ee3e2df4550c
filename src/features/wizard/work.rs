//! The wizard's work in the background: looking, planning, trying out, importing, saving.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use tokio::runtime::Handle;

use super::account::Account;
use super::command::{WizardEvent, WizardJob, folder_of_text, text_of};
use super::failure::{Failure, in_words};
use super::state::{ColumnLine, Done, ExampleSet, Found, KeptDone, Planned, Target};
use super::words;
use crate::model::replace::NotWritten;
use cytolance_dataset::CellDataset;
use cytolance_export::{Target as SaveTarget, write_whole};
use cytolance_imaging::first_contrast;
use cytolance_import::{
    ImportError, ImportOptions, ImportPlan, ImportPreview, ImportProgress, KeptReport,
    find_sources, run_import,
};
use cytolance_sources::IgnoredFile;

/// Cells shown as examples.
const NUM_EXAMPLES: usize = 3;
/// Folders below the source in which masks are looked for by name.
const MASK_DEPTH: usize = 2;

/// Carries out a job and sends its news.
pub(crate) fn run(job: WizardJob, handle: &Handle, send: &(dyn Fn(WizardEvent) + Sync)) {
    match job {
        WizardJob::Find(work) => send(find(work.generation, &work.request)),
        WizardJob::Plan(work) => send(WizardEvent::Planned {
            generation: work.generation,
            outcome: plan(&work.request),
        }),
        WizardJob::Try {
            work,
            plan,
            sources,
        } => send(WizardEvent::Tried {
            generation: work.generation,
            outcome: try_out(&plan, work.request, sources),
        }),
        WizardJob::CheckTarget(work) => send(WizardEvent::TargetChecked {
            generation: work.generation,
            target: check_target(handle, &work.request),
        }),
        WizardJob::Run {
            task,
            cancelled,
            options,
        } => send(WizardEvent::Ended {
            task,
            outcome: import(task, &options, &cancelled, handle, send),
        }),
        WizardJob::SavePlan(options, target) => {
            let outcome = save_plan(&options, &target);
            send(WizardEvent::PlanSaved(target.full_path(), outcome));
        }
        WizardJob::SaveReport(done, target) => {
            let outcome = save_report(&done, &target);
            send(WizardEvent::ReportSaved(target.full_path(), outcome));
        }
        WizardJob::ReadReport(uri, name) => {
            let outcome = handle.block_on(read_report(uri, name)).map(Arc::new);
            send(WizardEvent::ReportRead(outcome));
        }
    }
}

/// A report that a dataset holds: the newest, if none is named.
async fn read_report(uri: String, name: Option<String>) -> Result<Done, String> {
    let failed = |error: cytolance_dataset::DatasetError| in_words(&error.to_string());
    let dataset = CellDataset::open(&uri).await.map_err(failed)?;
    let names = dataset.report_names().await;
    let name = name
        .or_else(|| names.first().cloned())
        .ok_or("This dataset holds no report of an import.")?;
    let text = dataset.report(&name).await.map_err(failed)?;
    let kept: KeptReport = serde_json::from_str(&text)
        .map_err(|error| format!("The report {name} of this dataset is damaged: {error}"))?;
    let kept_in = KeptDone { uri, name, names };
    Ok(Done::new(kept.report, Some(kept_in)))
}

fn find(generation: u64, text: &str) -> WizardEvent {
    let path = folder_of_text(text);
    let path = std::path::absolute(&path).unwrap_or(path);
    if path.join("_versions").is_dir() {
        return WizardEvent::IsDataset {
            generation,
            path: text_of(&path),
        };
    }
    let is_plan = path.is_file()
        && path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    if is_plan {
        return match ImportOptions::load(&path) {
            Ok(options) => WizardEvent::IsPlan {
                generation,
                options: Box::new(ImportOptions {
                    source: std::path::absolute(&options.source)
                        .unwrap_or_else(|_| options.source.clone()),
                    ..options
                }),
            },
            Err(error) => WizardEvent::Found {
                generation,
                outcome: Err(error.to_string()),
            },
        };
    }
    let outcome = find_sources(&path)
        .map_err(|error| error.to_string())
        .map(|findings| {
            let left_alone = findings.left_alone.iter();
            let found = Found {
                mask_folders: mask_folders(&path),
                exports: findings.exports,
                left_alone: left_alone
                    .map(|file| in_words(&left_alone_line(file)))
                    .collect(),
                source: path.clone(),
            };
            (found, free_name(&path))
        });
    WizardEvent::Found {
        generation,
        outcome,
    }
}

fn left_alone_line(file: &IgnoredFile) -> String {
    format!("{}: {}", file.path.display(), file.reason)
}

/// A name beside the source that nothing has yet.
fn free_name(source: &Path) -> String {
    let folder = source.parent().unwrap_or(source);
    let stem = if source.is_file() {
        source.file_stem()
    } else {
        source.file_name()
    };
    let stem = stem.map_or_else(
        || "cells".to_owned(),
        |stem| stem.to_string_lossy().into_owned(),
    );
    let named = |number: usize| {
        folder.join(match number {
            1 => format!("{stem}.lance"),
            _ => format!("{stem}-{number}.lance"),
        })
    };
    (1..1000)
        .map(named)
        .find(|path| !path.exists())
        .map_or_else(String::new, |path| text_of(&path))
}

/// Folders that are called after masks.
fn mask_folders(source: &Path) -> Vec<PathBuf> {
    let folder = if source.is_file() {
        source.parent().unwrap_or(source)
    } else {
        source
    };
    walkdir::WalkDir::new(folder)
        .min_depth(1)
        .max_depth(MASK_DEPTH)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.file_type().is_dir())
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            ["mask", "label", "segment"]
                .iter()
                .any(|word| name.contains(word))
        })
        .map(walkdir::DirEntry::into_path)
        .take(6)
        .collect()
}

fn plan(options: &ImportOptions) -> Result<Planned, Failure> {
    let started = Instant::now();
    let plan = ImportPlan::new(options).map_err(|error| Failure::new(&error))?;
    let preview = plan.preview();
    let account = Account::new(&preview.files, &preview.ignored, &preview.remarks);
    Ok(Planned {
        columns: Arc::new(columns(&preview)),
        account: Arc::new(account),
        preview: Arc::new(preview),
        plan: Some(Arc::new(plan)),
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// The columns of all tables; exports that are imported as one mostly have the same.
fn columns(preview: &ImportPreview) -> Vec<ColumnLine> {
    let mut seen = std::collections::HashSet::new();
    preview
        .tables
        .iter()
        .flat_map(|table| {
            table
                .columns
                .iter()
                .map(move |(name, kind)| (&table.object, name, kind))
        })
        .filter(|(object, name, _)| seen.insert((*object, *name)))
        .map(|(object, name, kind)| ColumnLine {
            object: object.clone(),
            name: name.clone(),
            kind: words::kind(kind),
        })
        .collect()
}

fn try_out(plan: &ImportPlan, number: u64, sources: Vec<String>) -> Result<ExampleSet, String> {
    let started = Instant::now();
    let examples = plan
        .examples(NUM_EXAMPLES)
        .map_err(|error| in_words(&error.to_string()))?;
    let tried = examples.cells.len().max(1) as f64;
    let pictures = examples.cells.iter().map(|cell| &cell.picture);
    Ok(ExampleSet {
        number,
        ranges: first_contrast(&pictures, sources.len()),
        examples: Arc::new(examples),
        sources,
        seconds_a_field: started.elapsed().as_secs_f64() / tried,
    })
}

fn check_target(handle: &Handle, dataset: &str) -> Target {
    let dataset = dataset.trim();
    if dataset.is_empty() {
        return Target::Refused("Say where the dataset should be written.".to_owned());
    }
    if let Ok(existing) = handle.block_on(CellDataset::open(dataset)) {
        return Target::Dataset(existing.num_rows());
    }
    if dataset.contains("://") {
        return Target::Free;
    }
    let path = Path::new(dataset);
    let is_empty = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if path.exists() && !is_empty {
        return Target::Occupied;
    }
    // Better to know before the import than after it.
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let Some(folder) = absolute.ancestors().skip(1).find(|folder| folder.exists()) else {
        return Target::Free;
    };
    match tempfile::tempfile_in(folder) {
        Ok(_) => Target::Free,
        Err(error) => Target::Refused(format!(
            "Nothing can be written in {}: {error}. Choose another folder.",
            folder.display()
        )),
    }
}

fn import(
    task: u64,
    options: &ImportOptions,
    cancelled: &AtomicBool,
    handle: &Handle,
    send: &(dyn Fn(WizardEvent) + Sync),
) -> Result<Arc<Done>, Option<String>> {
    let started = Instant::now();
    let stage = Mutex::new((std::mem::discriminant(&ImportProgress::Reading), started));
    let progress = |progress: ImportProgress| {
        let kind = std::mem::discriminant(&progress);
        let mut stage = match stage.lock() {
            Ok(stage) => stage,
            Err(poisoned) => poisoned.into_inner(),
        };
        if stage.0 != kind {
            *stage = (kind, Instant::now());
        }
        send(WizardEvent::Progress {
            task,
            progress,
            seconds: started.elapsed().as_secs_f64(),
            stage_seconds: stage.1.elapsed().as_secs_f64(),
        });
    };
    match run_import(options, handle, &progress, cancelled) {
        Ok(report) => Ok(Arc::new(Done::new(report, None))),
        Err(ImportError::Cancelled) => Err(None),
        Err(error) => Err(Some(in_words(&error.to_string()))),
    }
}

/// A plan file may be used from another folder.
fn absolute(options: &ImportOptions) -> ImportOptions {
    let all = |folders: &[PathBuf]| {
        folders
            .iter()
            .map(|folder| std::path::absolute(folder).unwrap_or_else(|_| folder.clone()))
            .collect()
    };
    ImportOptions {
        images: all(&options.images),
        masks: all(&options.masks),
        outlines: all(&options.outlines),
        illumination: all(&options.illumination),
        ..options.clone()
    }
}

fn save_plan(options: &ImportOptions, target: &SaveTarget) -> Result<(), NotWritten> {
    let text = absolute(options).to_text();
    let text = text.map_err(|error| NotWritten::Failed(error.to_string()))?;
    write_whole(target, text.as_bytes()).map_err(NotWritten::from)
}

fn save_report(done: &Done, target: &SaveTarget) -> Result<(), NotWritten> {
    let is_json = target
        .path()
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = if is_json {
        serde_json::to_string_pretty(&done.report)
            .map_err(|error| NotWritten::Failed(error.to_string()))?
    } else {
        done.report.to_string()
    };
    write_whole(target, text.as_bytes()).map_err(NotWritten::from)
}
