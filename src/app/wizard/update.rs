//! What commands and news do to the wizard. Pure, like everything that changes the state.

use std::sync::Arc;

use super::command::{
    FolderKind, WizardCommand, WizardEvent, WizardJob, WizardPick, folder_of_text,
};
use super::state::{KnownChannel, PathDraft, Planned, Run, Running, Step, Wizard, plan_key};
use crate::app::chrome::thousands;
use crate::app::command::Command;
use crate::app::job::{Job, PickPurpose};
use crate::app::state::{Overlay, State};
use crate::app::update::apply;
use crate::import::{ImportOptions, ImportProgress, PathChoice};

/// Carries out a command of the wizard.
pub(in crate::app) fn update(state: &mut State, command: WizardCommand) -> Vec<Job> {
    match command {
        WizardCommand::Show => {
            state.overlay = Overlay::None;
            state.wizard.visible = true;
            Vec::new()
        }
        WizardCommand::Close => {
            close(state);
            Vec::new()
        }
        WizardCommand::ImportFrom(path) => import_from(state, &path),
        WizardCommand::Run => run(state),
        WizardCommand::CancelRun => {
            if let Run::Running(running) = &mut state.wizard.run {
                running.stopping = true;
                let id = running.task;
                for task in state.tasks.iter().filter(|task| task.id == id) {
                    task.cancel();
                }
            }
            Vec::new()
        }
        WizardCommand::Reset => {
            if !state.wizard.is_importing() {
                state.wizard.reset();
            }
            Vec::new()
        }
        other => change(&mut state.wizard, other),
    }
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
        WizardCommand::Pick(pick) => vec![Job::Pick(PickPurpose::Wizard(pick))],
        WizardCommand::SavePlan(path) => {
            let options = Box::new(wizard.options.clone());
            vec![Job::Wizard(WizardJob::SavePlan(options, path))]
        }
        WizardCommand::SaveReport(path) => match &wizard.run {
            Run::Done(done) => vec![Job::Wizard(WizardJob::SaveReport(Arc::clone(done), path))],
            _ => Vec::new(),
        },
        // The others were handled before.
        _ => Vec::new(),
    }
}

fn close(state: &mut State) {
    state.wizard.visible = false;
    // The next import begins anew once the report was read.
    if matches!(state.wizard.run, Run::Done(_)) {
        state.wizard.reset();
    }
}

fn import_from(state: &mut State, path: &str) -> Vec<Job> {
    state.overlay = Overlay::None;
    state.wizard.visible = true;
    if state.wizard.is_importing() {
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
    let wizard = &mut state.wizard;
    wizard.run = Run::None;
    wizard.step = Step::Source;
    wizard.source_text.clone_from(&path);
    wizard.source_error = None;
    // Asked for once more, it is read once more: files change.
    wizard.finding.invalidate();
    wizard
        .finding
        .ask(path)
        .map(|work| Job::Wizard(WizardJob::Find(work)))
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

fn ask_plan(wizard: &mut Wizard) -> Vec<Job> {
    if wizard.found.is_none() {
        return Vec::new();
    }
    wizard
        .planning
        .ask(plan_key(&wizard.options))
        .map(|work| Job::Wizard(WizardJob::Plan(work)))
        .into_iter()
        .collect()
}

fn ask_target(wizard: &mut Wizard) -> Vec<Job> {
    wizard
        .checking
        .ask(wizard.options.dataset.clone())
        .map(|work| Job::Wizard(WizardJob::CheckTarget(work)))
        .into_iter()
        .collect()
}

fn run(state: &mut State) -> Vec<Job> {
    if !state.wizard.is_ready() {
        return Vec::new();
    }
    let name = state
        .wizard
        .options
        .source
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let (task, cancelled) = state.begin_task(format!("Importing {name}"));
    let wizard = &mut state.wizard;
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
    vec![Job::Wizard(WizardJob::Run {
        task,
        cancelled,
        options: Box::new(wizard.options.clone()),
    })]
}

/// Takes in what the background found out.
pub(in crate::app) fn happened(state: &mut State, event: WizardEvent) -> Vec<Job> {
    let wizard = &mut state.wizard;
    match event {
        WizardEvent::Found {
            generation,
            outcome,
        } => {
            let (wanted, mut jobs) = end_finding(wizard, generation);
            if !wanted {
                return jobs;
            }
            match outcome {
                Ok((found, dataset)) => {
                    let same = wizard.options.source == found.source;
                    if !same {
                        wizard.forget_plan();
                        wizard.options = ImportOptions {
                            source: found.source.clone(),
                            dataset,
                            ..ImportOptions::default()
                        };
                    }
                    wizard.source_text = found.source.to_string_lossy().into_owned();
                    wizard.found = Some(found);
                    wizard.planning.invalidate();
                    wizard.checking.invalidate();
                    jobs.extend(ask_plan(wizard));
                    jobs.extend(ask_target(wizard));
                }
                Err(error) => {
                    wizard.found = None;
                    wizard.forget_plan();
                    wizard.options = ImportOptions::default();
                    wizard.source_error = Some(error);
                }
            }
            jobs
        }
        WizardEvent::IsDataset { generation, path } => {
            let (wanted, mut jobs) = end_finding(wizard, generation);
            if wanted {
                wizard.visible = false;
                wizard.source_text.clear();
                jobs.extend(apply(state, Command::Open(path)));
            }
            jobs
        }
        WizardEvent::IsPlan {
            generation,
            options,
        } => {
            let (wanted, mut jobs) = end_finding(wizard, generation);
            if wanted {
                wizard.forget_plan();
                let source = options.source.to_string_lossy().into_owned();
                wizard.options = *options;
                // The source is looked at like any other; being the same, it keeps the choices.
                jobs.extend(import_from(state, &source));
            }
            jobs
        }
        WizardEvent::Planned {
            generation,
            outcome,
        } => {
            let (wanted, next) = wizard.planning.end(generation);
            let mut jobs: Vec<Job> = next
                .map(|work| Job::Wizard(WizardJob::Plan(work)))
                .into_iter()
                .collect();
            if !wanted {
                return jobs;
            }
            match outcome {
                Ok(planned) => jobs.extend(take_plan(wizard, planned)),
                Err(failure) => wizard.failure = Some(failure),
            }
            jobs
        }
        WizardEvent::Tried {
            generation,
            outcome,
        } => {
            let (wanted, next) = wizard.trying.end(generation);
            if wanted {
                match outcome {
                    Ok(set) => {
                        wizard.examples = Some(set);
                        wizard.examples_error = None;
                    }
                    Err(error) => {
                        wizard.examples = None;
                        wizard.examples_error = Some(error);
                    }
                }
            }
            next.and_then(|work| try_out(wizard, work))
                .into_iter()
                .collect()
        }
        WizardEvent::TargetChecked { generation, target } => {
            let (wanted, next) = wizard.checking.end(generation);
            if wanted {
                wizard.target = Some(target);
            }
            next.map(|work| Job::Wizard(WizardJob::CheckTarget(work)))
                .into_iter()
                .collect()
        }
        WizardEvent::Progress {
            task,
            progress,
            seconds,
            stage_seconds,
        } => {
            if let Run::Running(running) = &mut wizard.run
                && running.task == task
            {
                running.progress = progress;
                running.seconds = seconds;
                running.stage_seconds = stage_seconds;
            }
            let (done, total) = match progress {
                ImportProgress::Fields(done, total) => (done, total),
                _ => (0, 0),
            };
            for known in state.tasks.iter_mut().filter(|known| known.id == task) {
                (known.done, known.total) = (done, total);
            }
            Vec::new()
        }
        WizardEvent::Ended { task, outcome } => {
            state.tasks.retain(|known| known.id != task);
            ended(state, outcome)
        }
        WizardEvent::PlanSaved(outcome) => {
            match outcome {
                Ok(path) => wizard.saved_plan = Some(path),
                Err(error) => state.notify(true, error),
            }
            Vec::new()
        }
        WizardEvent::ReportSaved(outcome) => {
            match outcome {
                Ok(path) => wizard.saved_report = Some(path),
                Err(error) => state.notify(true, error),
            }
            Vec::new()
        }
    }
}

fn ended(state: &mut State, outcome: Result<Arc<super::state::Done>, Option<String>>) -> Vec<Job> {
    let visible = state.wizard.visible;
    let (run, message) = match outcome {
        Ok(done) => {
            let text = format!(
                "Imported {} cells into {}. File, Import an export… shows the report.",
                thousands(done.report.rows),
                done.report.dataset
            );
            (Run::Done(done), Some((false, text)))
        }
        Err(None) => (Run::Cancelled, None),
        Err(Some(error)) => {
            let text = format!("The import failed; nothing was written. {error}");
            (Run::Failed(error), Some((true, text)))
        }
    };
    state.wizard.run = run;
    // Whoever looks at the wizard sees it there.
    if let Some((is_error, text)) = message.filter(|_| !visible) {
        state.notify(is_error, text);
    }
    // The address is another now.
    state.wizard.checking.invalidate();
    ask_target(&mut state.wizard)
}

fn end_finding(wizard: &mut Wizard, generation: u64) -> (bool, Vec<Job>) {
    let (wanted, next) = wizard.finding.end(generation);
    let jobs = next
        .map(|work| Job::Wizard(WizardJob::Find(work)))
        .into_iter()
        .collect();
    (wanted, jobs)
}

fn take_plan(wizard: &mut Wizard, planned: Planned) -> Vec<Job> {
    wizard.failure = None;
    wizard.plan_number += 1;
    let preview = &planned.preview;
    for (source, info) in preview.channel_sources.iter().zip(&preview.channels) {
        if !wizard.channels.iter().any(|known| known.source == *source) {
            wizard.channels.push(KnownChannel {
                source: source.clone(),
                color: info.rgb(),
            });
        }
    }
    wizard.planned = Some(planned);
    let number = wizard.plan_number;
    wizard
        .trying
        .ask(number)
        .and_then(|work| try_out(wizard, work))
        .into_iter()
        .collect()
}

fn try_out(wizard: &mut Wizard, work: crate::app::latest::Started<u64>) -> Option<Job> {
    let planned = wizard.planned.as_ref();
    let Some((plan, preview)) =
        planned.and_then(|planned| Some((planned.plan.clone()?, &planned.preview)))
    else {
        // The plan is gone, so nobody will answer.
        wizard.trying.end(work.generation);
        return None;
    };
    Some(Job::Wizard(WizardJob::Try {
        work,
        plan,
        sources: preview.channel_sources.clone(),
    }))
}

/// A path from the system's dialog.
pub(in crate::app) fn picked(state: &mut State, pick: WizardPick, path: String) -> Vec<Job> {
    let command = match pick {
        WizardPick::SourceFolder | WizardPick::SourceFile => WizardCommand::ImportFrom(path),
        WizardPick::Folder(kind) => WizardCommand::AddFolder(kind, path),
        WizardPick::ChangedFolder => WizardCommand::SetDraft(PathDraft {
            found: path,
            ..state.wizard.draft.clone()
        }),
        WizardPick::Dataset => WizardCommand::SetOptions(Box::new(ImportOptions {
            dataset: path,
            ..state.wizard.options.clone()
        })),
        WizardPick::Plan => WizardCommand::SavePlan(path),
        WizardPick::Report => WizardCommand::SaveReport(path),
    };
    update(state, command)
}

/// What was dropped on the window: a dataset is opened, anything else is for the wizard.
pub(in crate::app) fn dropped(state: &mut State, path: String) -> Vec<Job> {
    let bare = path.trim_end_matches(['/', '\\']);
    if bare.to_lowercase().ends_with(".lance") {
        return apply(state, Command::Open(path));
    }
    let command = match (state.wizard.visible, state.wizard.step) {
        (true, Step::Pictures) => WizardCommand::AddFolder(FolderKind::Images, path),
        (true, Step::Outlines) => WizardCommand::AddFolder(FolderKind::Masks, path),
        _ => WizardCommand::ImportFrom(path),
    };
    update(state, command)
}

impl Wizard {
    /// Forgets what belongs to another source.
    fn forget_plan(&mut self) {
        self.planning.abandon();
        self.trying.abandon();
        self.planned = None;
        self.failure = None;
        self.examples = None;
        self.examples_error = None;
        self.channels.clear();
        self.target = None;
        self.saved_plan = None;
        self.furthest = Step::Source;
    }

    /// Begins anew; what still runs is told to stop and its result is dropped.
    fn reset(&mut self) {
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
