//! What can be asked of the wizard, what it asks of the background, and what comes back.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::failure::Failure;
use super::state::{Done, ExampleSet, Found, PathDraft, Planned, Step, Target};
use crate::model::file_dialog::FileDialog;
use crate::model::latest::Started;
use crate::model::replace::NotWritten;
use cytolance_export::Target as SaveTarget;
use cytolance_import::{ImportOptions, ImportPlan, ImportProgress, format_faces};

/// Which list of folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// Pictures.
    Images,
    /// Label masks.
    Masks,
    /// Pictures of outlines.
    Outlines,
    /// Illumination correction functions.
    Illumination,
}

/// What a path from the system's dialog is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WizardPick {
    /// The folder to import.
    SourceFolder,
    /// The file to import.
    SourceFile,
    /// One more folder.
    Folder(FolderKind),
    /// Where a recorded folder is now.
    ChangedFolder,
    /// The dataset.
    Dataset,
    /// The plan file.
    Plan,
    /// The report file.
    Report,
}

impl WizardPick {
    /// What is asked.
    pub fn dialog(self) -> FileDialog {
        match self {
            Self::SourceFolder => FileDialog::folder("The folder with the export"),
            Self::SourceFile => {
                let faces = format_faces();
                let mut exports: Vec<&str> = faces
                    .flat_map(|face| face.endings.iter().chain(face.companions))
                    .copied()
                    .collect();
                // A plan of an import can be opened here, too.
                exports.push("toml");
                FileDialog::open("The export")
                    .kind("Exports", &exports)
                    .kind("All files", &["*"])
            }
            Self::Folder(kind) => FileDialog::folder(match kind {
                FolderKind::Images => "A folder with pictures",
                FolderKind::Masks => "A folder with masks",
                FolderKind::Outlines => "A folder with pictures of outlines",
                FolderKind::Illumination => "A folder with illumination functions",
            }),
            Self::ChangedFolder => FileDialog::folder("Where the recorded folder is now"),
            Self::Dataset => FileDialog::save("The dataset").proposing(Path::new("cells.lance")),
            Self::Plan => FileDialog::save("Save the plan")
                .kind("Plan", &["toml"])
                .proposing(Path::new("plan.toml")),
            Self::Report => FileDialog::save("Save the report")
                .kind("Text", &["txt"])
                .kind("JSON", &["json"])
                .proposing(Path::new("import-report.txt")),
        }
    }
}

/// What a user can ask of the wizard.
#[derive(Debug)]
pub enum WizardCommand {
    /// Shows it as it was left.
    Show,
    /// Hides it; a running import goes on.
    Close,
    /// Begins anew with nothing chosen.
    Reset,
    /// The path is being typed.
    TypeSource(String),
    /// Shows it and looks what is at a path.
    ImportFrom(String),
    /// Looks at a step.
    GoTo(Step),
    /// Other choices.
    SetOptions(Box<ImportOptions>),
    /// One more folder.
    AddFolder(FolderKind, String),
    /// A path change is being written.
    SetDraft(PathDraft),
    /// Takes the written path change into the plan.
    AcceptDraft,
    /// Asks for a path with the system's dialog.
    Pick(WizardPick),
    /// The path that was chosen there.
    Picked(WizardPick, String),
    /// Writes the plan to a file; names without a folder are beside the dataset.
    SavePlan(SaveTarget),
    /// Writes the report to a file, the same way.
    SaveReport(SaveTarget),
    /// Shows the report that a dataset holds: the newest, if none is named.
    ShowReport {
        /// The dataset; the open one, if none is named.
        uri: Option<String>,
        /// The report.
        name: Option<String>,
    },
    /// Imports.
    Run,
    /// Stops the import.
    CancelRun,
}

/// Work of the wizard in the background.
#[derive(Debug)]
pub enum WizardJob {
    /// Looks what is at a path.
    Find(Started<String>),
    /// Plans.
    Plan(Box<Started<ImportOptions>>),
    /// Cuts out examples.
    Try {
        /// The request.
        work: Started<u64>,
        /// The plan.
        plan: Arc<ImportPlan>,
        /// Names of its channels in the export.
        sources: Vec<String>,
    },
    /// Looks what is at the dataset's address.
    CheckTarget(Started<String>),
    /// Imports.
    Run {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
        /// What to import.
        options: Box<ImportOptions>,
    },
    /// Writes the plan file.
    SavePlan(Box<ImportOptions>, SaveTarget),
    /// Writes the report: JSON where the name ends so, else text.
    SaveReport(Arc<Done>, SaveTarget),
    /// Reads a report that a dataset holds: the newest, if none is named.
    ReadReport(String, Option<String>),
}

/// What comes back from the background.
pub enum WizardEvent {
    /// What is at a path, and a free name for the dataset; or why not.
    Found {
        /// Which request.
        generation: u64,
        /// What was found.
        outcome: Result<(Found, String), String>,
    },
    /// The path holds a dataset, not an export.
    IsDataset {
        /// Which request.
        generation: u64,
        /// Its path.
        path: String,
    },
    /// The path is a plan file.
    IsPlan {
        /// Which request.
        generation: u64,
        /// What it says.
        options: Box<ImportOptions>,
    },
    /// A plan, or why there is none.
    Planned {
        /// Which request.
        generation: u64,
        /// The plan.
        outcome: Result<Planned, Failure>,
    },
    /// Examples, or why there are none.
    Tried {
        /// Which request.
        generation: u64,
        /// The examples.
        outcome: Result<ExampleSet, String>,
    },
    /// What is at the dataset's address.
    TargetChecked {
        /// Which request.
        generation: u64,
        /// What is there.
        target: Target,
    },
    /// The import is so far.
    Progress {
        /// Its task.
        task: u64,
        /// Where it is.
        progress: ImportProgress,
        /// Seconds since its beginning.
        seconds: f64,
        /// Seconds since the beginning of this stage.
        stage_seconds: f64,
    },
    /// The import has ended. An error without words: it was cancelled.
    Ended {
        /// Its task.
        task: u64,
        /// Its account.
        outcome: Result<Arc<Done>, Option<String>>,
    },
    /// The plan was written to a file, or why not.
    PlanSaved(PathBuf, Result<(), NotWritten>),
    /// The report was written to a file, or why not.
    ReportSaved(PathBuf, Result<(), NotWritten>),
    /// A report that a dataset holds, or why there is none.
    ReportRead(Result<Arc<Done>, String>),
}

/// A path of a found export as text.
pub fn text_of(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A folder as the options have it.
pub fn folder_of_text(text: &str) -> PathBuf {
    let text = text.trim();
    match text.strip_prefix("~/") {
        Some(rest) => dirs::home_dir().map_or_else(|| PathBuf::from(text), |home| home.join(rest)),
        None => PathBuf::from(text),
    }
}
