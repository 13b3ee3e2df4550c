//! What news from the background do to the wizard.

use std::path::PathBuf;
use std::sync::Arc;

use super::command::{WizardCommand, WizardEvent, WizardJob, text_of};
use super::feature::WIZARD;
use super::state::{Done, KnownChannel, Planned, Run, Step, Wizard};
use super::update::{ask_plan, ask_target, import_from};
use crate::model::command::Command;
use crate::model::job::Job;
use crate::model::latest::Started;
use crate::model::replace::Rewrite;
use crate::model::state::{Overlay, State};
use crate::model::update::apply;
use cytolance_export::Target as SaveTarget;
use cytolance_import::{ImportOptions, ImportProgress};
use cytolance_profile::thousands;

/// Takes in what the background found out.
pub(crate) fn happened(state: &mut State, event: WizardEvent) -> Vec<Job> {
    let wizard = state.parts.get_mut::<Wizard>();
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
                state.page = None;
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
                .map(|work| Job::from(WizardJob::Plan(Box::new(work))))
                .into_iter()
                .collect();
            if !wanted {
                return jobs;
            }
            match outcome {
                Ok(planned) => jobs.extend(take_plan(wizard, planned)),
                Err(failure) => {
                    remember_objects(wizard, failure.objects.iter());
                    wizard.failure = Some(failure);
                }
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
            next.map(|work| Job::from(WizardJob::CheckTarget(work)))
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
            state.end_task(task);
            ended(state, outcome)
        }
        WizardEvent::PlanSaved(path, outcome) => {
            match outcome {
                Ok(()) => wizard.saved_plan = Some(text_of(&path)),
                Err(why) => state.not_written(why, again(path, WizardCommand::SavePlan)),
            }
            Vec::new()
        }
        WizardEvent::ReportRead(outcome) => {
            match outcome {
                // An import that began meanwhile has the page.
                Ok(_) if wizard.is_importing() => {}
                Ok(done) => {
                    wizard.reset();
                    wizard.step = Step::Import;
                    wizard.run = Run::Done(done);
                    state.page = Some(WIZARD);
                    state.overlay = Overlay::None;
                }
                Err(error) => state.notify(true, error),
            }
            Vec::new()
        }
        WizardEvent::ReportSaved(path, outcome) => {
            match outcome {
                Ok(()) => wizard.saved_report = Some(text_of(&path)),
                Err(why) => state.not_written(why, again(path, WizardCommand::SaveReport)),
            }
            Vec::new()
        }
    }
}

/// A file written again in the place of what is there.
fn again(path: PathBuf, save: fn(SaveTarget) -> WizardCommand) -> Rewrite {
    Rewrite::new(move || Command::from(save(SaveTarget::new(&path, true))))
}

fn ended(state: &mut State, outcome: Result<Arc<Done>, Option<String>>) -> Vec<Job> {
    let visible = state.page == Some(WIZARD);
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
    let wizard = state.parts.get_mut::<Wizard>();
    wizard.run = run;
    // The address is another now.
    wizard.checking.invalidate();
    let jobs = ask_target(wizard);
    // Whoever looks at the wizard sees it there.
    if let Some((is_error, text)) = message.filter(|_| !visible) {
        state.notify(is_error, text);
    }
    jobs
}

fn end_finding(wizard: &mut Wizard, generation: u64) -> (bool, Vec<Job>) {
    let (wanted, next) = wizard.finding.end(generation);
    let jobs = next
        .map(|work| Job::from(WizardJob::Find(work)))
        .into_iter()
        .collect();
    (wanted, jobs)
}

fn remember_objects<'a>(wizard: &mut Wizard, names: impl Iterator<Item = &'a String>) {
    for name in names {
        if !wizard.objects.contains(name) {
            wizard.objects.push(name.clone());
        }
    }
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
    let names: Vec<String> = preview
        .objects
        .iter()
        .map(|object| object.name.clone())
        .collect();
    remember_objects(wizard, names.iter());
    wizard.planned = Some(planned);
    let number = wizard.plan_number;
    wizard
        .trying
        .ask(number)
        .and_then(|work| try_out(wizard, work))
        .into_iter()
        .collect()
}

fn try_out(wizard: &mut Wizard, work: Started<u64>) -> Option<Job> {
    let planned = wizard.planned.as_ref();
    let Some((plan, preview)) =
        planned.and_then(|planned| Some((planned.plan.clone()?, &planned.preview)))
    else {
        // The plan is gone, so nobody will answer.
        wizard.trying.end(work.generation);
        return None;
    };
    Some(Job::from(WizardJob::Try {
        work,
        plan,
        sources: preview.channel_sources.clone(),
    }))
}
