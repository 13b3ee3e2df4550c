//! What commands do to the wizard. Pure, like everything that changes the state.

use std::sync::Arc;

use super::command::{FolderKind, WizardCommand, WizardJob, WizardPick, folder_of_text};
use super::feature::WIZARD;
use super::state::{Found, PathDraft, Run, Running, Step, Wizard, plan_key};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::state::{Overlay, State};
use cytolance_export::Target as SaveTarget;
use cytolance_import::{ImportOptions, ImportProgress, PathChoice};

/// Carries out a command of the wizard.
pub(crate) fn update(state: &mut State, command: WizardCommand) -> Vec<Job> {
    match command {
        WizardCommand::Show => {
            state.overlay = Overlay::None;
            state.page = Some(WIZARD);
            Vec::new()
        }
        WizardCommand::Close => {
            close(state);
            Vec::new()
        }
        WizardCommand::ImportFrom(path) => import_from(state, &path),
        WizardCommand::Run => run(state),
        WizardCommand::CancelRun => {
            if let Run::Running(running) = &mut state.parts.get_mut::<Wizard>().run {
                running.stopping = true;
                let id = running.task;
                for task in state.tasks.iter().filter(|task| task.id == id) {
                    task.cancel();
                }
            }
            Vec::new()
        }
        WizardCommand::Reset => {
            let wizard = state.parts.get_mut::<Wizard>();
            if !wizard.is_importing() {
                wizard.reset();
            }
            Vec::new()
        }
        WizardCommand::ShowReport { .. } if state.parts.get::<Wizard>().is_importing() => {
            state.notify(true, "An import is running: its report comes first.");
            Vec::new()
        }
        WizardCommand::ShowReport { uri, name } => {
            let open = || Some(state.workspace.as_ref()?.dataset.uri().to_owned());
            let uri = uri.or_else(open);
            uri.map(|uri| Job::from(WizardJob::ReadReport(uri, name)))
                .into_iter()
                .collect()
        }
        WizardCommand::SavePlan(target) => {
            let options = Box::new(state.parts.get::<Wizard>().options.clone());
            let target = beside(state, &options.dataset, &target);
            vec![Job::from(WizardJob::SavePlan(options, target))]
        }
        WizardCommand::SaveReport(target) => match &state.parts.get::<Wizard>().run {
            Run::Done(done) => {
                let done = Arc::clone(done);
                let target = beside(state, &done.report.dataset, &target);
                vec![Job::from(WizardJob::SaveReport(done, target))]
            }
            _ => Vec::new(),
        },
        WizardCommand::Picked(pick, path) => picked(state, pick, path),
        other => change(state.parts.get_mut(), other),
    }
}

/// The place beside a dataset where no folder is named.
fn beside(state: &State, dataset: &str, target: &SaveTarget) -> SaveTarget {
    let name = target.path().to_string_lossy();
    let path = state.folders.beside(dataset.trim()).full_path(&name);
    SaveTarget::new(path, target.replaces())
}

/// The commands that concern the wizard alone.
fn change(wizard: &mut Wizard, command: WizardCommand) -> Vec<Job> {
    match command {
        WizardCommand::TypeSource(text) => {
            wizard.source_text = text;
            Vec::new()
        }
        WizardCommand::GoTo(step) => {
            if wizard.is_reachable(step) {
                wizard.step = step;
                wizard.furthest = wizard.furthest.max(step);
                // What was said of an earlier attempt is read by now.
                if step != Step::Import && !wizard.is_importing() {
                    wizard.run = Run::None;
                }
            }
            Vec::new()
        }
        WizardCommand::SetOptions(options) => set_options(wizard, *options),
        WizardCommand::AddFolder(kind, text) => add_folder(wizard, kind, &text),
        WizardCommand::SetDraft(draft) => {
            wizard.draft = draft;
            Vec::new()
        }
        WizardCommand::AcceptDraft => {
            let recorded = wizard.draft.recorded.trim().to_owned();
            let found = wizard.draft.found.trim().to_owned();
            if recorded.is_empty() || found.is_empty() {
                return Vec::new();
            }
            wizard.draft = PathDraft::default();
            let mut options = wizard.options.clone();
            options
                .path_changes
                .retain(|change| change.recorded != recorded);
            options.path_changes.push(PathChoice { recorded, found });
            set_options(wizard, options)
        }
        WizardCommand::Pick(pick) => {
            let picked = move |path| Command::from(WizardCommand::Picked(pick, path));
            vec![pick.dialog().then(picked)]
        }
        // These concern more than the wizard.
        WizardCommand::Show
        | WizardCommand::Close
        | WizardCommand::Reset
        | WizardCommand::ImportFrom(_)
        | WizardCommand::Picked(..)
        | WizardCommand::SavePlan(_)
        | WizardCommand::SaveReport(_)
        | WizardCommand::ShowReport { .. }
        | WizardCommand::Run
        | WizardCommand::CancelRun => Vec::new(),
    }
}

fn close(state: &mut State) {
    state.page = None;
    // The next import begins anew once the report was read.
    let wizard = state.parts.get_mut::<Wizard>();
    if matches!(wizard.run, Run::Done(_)) {
        wizard.reset();
    }
}

pub(super) fn import_from(state: &mut State, path: &str) -> Vec<Job> {
    state.overlay = Overlay::None;
    state.page = Some(WIZARD);
    if state.parts.get::<Wizard>().is_importing() {
        state.notify(
            true,
            "An import is running: cancel it, or wait until it is done, before you begin another.",
        );
        return Vec::new();
    }
    let path = path.trim().to_owned();
    if path.is_empty() {
        return Vec::new();
    }
    let wizard = state.parts.get_mut::<Wizard>();
    wizard.run = Run::None;
    wizard.step = Step::Source;
    wizard.source_text.clone_from(&path);
    wizard.source_error = None;
    // Asked for once more, it is read once more: files change.
    wizard.finding.invalidate();
    wizard
        .finding
        .ask(path)
        .map(|work| Job::from(WizardJob::Find(work)))
        .into_iter()
        .collect()
}

fn set_options(wizard: &mut Wizard, options: ImportOptions) -> Vec<Job> {
    let moved = options.dataset != wizard.options.dataset;
    wizard.options = options;
    wizard.saved_plan = None;
    let mut jobs = ask_plan(wizard);
    if moved {
        wizard.target = None;
        jobs.extend(ask_target(wizard));
    }
    jobs
}

fn add_folder(wizard: &mut Wizard, kind: FolderKind, text: &str) -> Vec<Job> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let folder = folder_of_text(text);
    let mut options = wizard.options.clone();
    let folders = folders_of(&mut options, kind);
    if folders.contains(&folder) {
        return Vec::new();
    }
    folders.push(folder);
    set_options(wizard, options)
}

/// The folders of a kind.
pub(super) fn folders_of(
    options: &mut ImportOptions,
    kind: FolderKind,
) -> &mut Vec<std::path::PathBuf> {
    match kind {
        FolderKind::Images => &mut options.images,
        FolderKind::Masks => &mut options.masks,
        FolderKind::Outlines => &mut options.outlines,
        FolderKind::Illumination => &mut options.illumination,
    }
}

pub(super) fn ask_plan(wizard: &mut Wizard) -> Vec<Job> {
    let undecided = |found: &Found| found.is_ambiguous() && wizard.options.kind.is_none();
    if wizard.found.as_ref().is_none_or(undecided) {
        return Vec::new();
    }
    wizard
        .planning
        .ask(plan_key(&wizard.options))
        .map(|work| Job::from(WizardJob::Plan(Box::new(work))))
        .into_iter()
        .collect()
}

pub(super) fn ask_target(wizard: &mut Wizard) -> Vec<Job> {
    wizard
        .checking
        .ask(wizard.options.dataset.clone())
        .map(|work| Job::from(WizardJob::CheckTarget(work)))
        .into_iter()
        .collect()
}

fn run(state: &mut State) -> Vec<Job> {
    if !state.parts.get::<Wizard>().is_ready() {
        return Vec::new();
    }
    let name = state
        .parts
        .get::<Wizard>()
        .options
        .source
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (task, cancelled) = state.begin_task(format!("Importing {name}"));
    let wizard = state.parts.get_mut::<Wizard>();
    wizard.run = Run::Running(Running {
        task,
        progress: ImportProgress::Reading,
        seconds: 0.0,
        stage_seconds: 0.0,
        stopping: false,
    });
    wizard.saved_report = None;
    // The import reads the tables itself; two plans of a large export may not fit the memory.
    if let Some(planned) = &mut wizard.planned {
        planned.plan = None;
    }
    vec![Job::from(WizardJob::Run {
        task,
        cancelled,
        options: Box::new(wizard.options.clone()),
    })]
}

/// A path from the system's dialog.
fn picked(state: &mut State, pick: WizardPick, path: String) -> Vec<Job> {
    let command = match pick {
        WizardPick::SourceFolder | WizardPick::SourceFile => WizardCommand::ImportFrom(path),
        WizardPick::Folder(kind) => WizardCommand::AddFolder(kind, path),
        WizardPick::ChangedFolder => WizardCommand::SetDraft(PathDraft {
            found: path,
            ..state.parts.get::<Wizard>().draft.clone()
        }),
        WizardPick::Dataset => WizardCommand::SetOptions(Box::new(ImportOptions {
            dataset: path,
            ..state.parts.get::<Wizard>().options.clone()
        })),
        WizardPick::Plan => WizardCommand::SavePlan(SaveTarget::new(path, false)),
        WizardPick::Report => WizardCommand::SaveReport(SaveTarget::new(path, false)),
    };
    update(state, command)
}

impl Wizard {
    /// Forgets what belongs to another source.
    pub(super) fn forget_plan(&mut self) {
        self.planning.abandon();
        self.trying.abandon();
        self.planned = None;
        self.failure = None;
        self.examples = None;
        self.examples_error = None;
        self.channels.clear();
        self.objects.clear();
        self.target = None;
        self.saved_plan = None;
        self.furthest = Step::Source;
    }

    /// Begins anew; what still runs is told to stop and its result is dropped.
    pub(super) fn reset(&mut self) {
        self.finding.abandon();
        self.checking.abandon();
        self.forget_plan();
        self.found = None;
        self.source_error = None;
        self.source_text.clear();
        self.options = ImportOptions::default();
        self.step = Step::Source;
        self.draft = PathDraft::default();
        self.saved_report = None;
        self.run = Run::None;
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
