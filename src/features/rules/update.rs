//! Where the outlier rules change.

use std::sync::Arc;

use super::command::{RuleUse, RulesCommand};
use super::state::{FoundFeatures, RuleResult, RulesState, unanswered};
use super::work::{RulesEvent, RulesJob};
use crate::model::background::start_query;
use crate::model::command::Command;
use crate::model::file_dialog::FileDialog;
use crate::model::job::Job;
use crate::model::replace::Rewrite;
use crate::model::selecting::select;
use crate::model::state::{State, Workspace};
use crate::model::tools::{Outcome, start};
use crate::model::update::apply;
use cytolance_export::{FileKind, Target};
use cytolance_profile::{Condition, OutlierRule};
use cytolance_tools::{OutlierParameters, Outliers};

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: RulesCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        RulesCommand::Want => want(workspace),
        RulesCommand::Add(rule) => {
            let rules = workspace.parts.get_mut::<RulesState>();
            let name = rules.free_name(&rule.name, None);
            rules.open = Some(name.clone());
            rules.rules.push(OutlierRule { name, ..rule });
            Vec::new()
        }
        RulesCommand::Edit(name, rule) => edit(workspace, &name, rule),
        RulesCommand::Duplicate(name) => {
            let rules = workspace.parts.get_mut::<RulesState>();
            let at = rules.rules.iter().position(|rule| rule.name == name);
            let copy = at.and_then(|at| rules.rules.get(at)).cloned();
            if let (Some(at), Some(mut copy)) = (at, copy) {
                copy.name = rules.free_name(&copy.name, None);
                rules.open = Some(copy.name.clone());
                rules.rules.insert(at + 1, copy);
            }
            Vec::new()
        }
        RulesCommand::Delete(name) => {
            let rules = workspace.parts.get_mut::<RulesState>();
            rules.rules.retain(|rule| rule.name != name);
            rules.results.remove(&name);
            rules.open = rules.open.take().filter(|open| *open != name);
            Vec::new()
        }
        RulesCommand::Open(name) => {
            workspace.parts.get_mut::<RulesState>().open = name;
            Vec::new()
        }
        RulesCommand::SetAll(new) => set_all(workspace, new),
        RulesCommand::BrowseLoad => {
            let dialog =
                FileDialog::open("Load outlier rules").kind("YAML", FileKind::RULES.endings);
            vec![dialog.then(|path| Command::from(RulesCommand::Load(path)))]
        }
        RulesCommand::BrowseSave(path) => {
            let dialog = FileDialog::save("Save outlier rules")
                .kind("YAML", FileKind::RULES.endings)
                .proposing(&path);
            let save = |path| RulesCommand::Save(Target::new(path, false));
            vec![dialog.then(move |path| Command::from(save(path)))]
        }
        RulesCommand::Load(path) => match path.trim() {
            "" => Vec::new(),
            path => {
                let path = workspace.save_folder.full_path(path);
                vec![Job::from(RulesJob::Load(path))]
            }
        },
        RulesCommand::Save(target) => {
            let rules = workspace.parts.get::<RulesState>().rules.clone();
            vec![Job::from(RulesJob::Save(target, rules))]
        }
        RulesCommand::Use(name, then) => {
            let Some(rule) = workspace.parts.get::<RulesState>().rule(&name).cloned() else {
                return Vec::new();
            };
            use_rule(state, rule, then)
        }
        RulesCommand::Suggest => suggest(state),
    }
}

/// Asks for the most urgent count that is not known.
fn want(workspace: &mut Workspace) -> Vec<Job> {
    let Some(request) = unanswered(workspace) else {
        return Vec::new();
    };
    let rules = workspace.parts.get_mut::<RulesState>();
    let mut work = rules.work.ask(request.clone());
    if work.is_none() && !rules.work.is_running() {
        // Done before, but its answer was thrown away with the rule.
        rules.work.invalidate();
        work = rules.work.ask(request);
    }
    work.map(|work| {
        Job::from(RulesJob::Count {
            explorer: workspace.explorer.clone(),
            work,
        })
    })
    .into_iter()
    .collect()
}

fn edit(workspace: &mut Workspace, name: &str, mut rule: OutlierRule) -> Vec<Job> {
    let rules = workspace.parts.get_mut::<RulesState>();
    rule.name = rules.free_name(&rule.name, Some(name));
    let Some(place) = rules.rules.iter_mut().find(|known| known.name == name) else {
        return Vec::new();
    };
    place.clone_from(&rule);
    if rule.name != name {
        if let Some(result) = rules.results.remove(name) {
            rules.results.insert(rule.name.clone(), result);
        }
        if rules.open.as_deref() == Some(name) {
            rules.open = Some(rule.name.clone());
        }
    }
    if follow(workspace, name, &rule) {
        start_query(workspace)
    } else {
        Vec::new()
    }
}

/// Replaces all rules; filters by those of the same names follow.
fn set_all(workspace: &mut Workspace, new: Vec<OutlierRule>) -> Vec<Job> {
    let known = workspace.parts.get_mut::<RulesState>();
    known.rules.clear();
    known.results.clear();
    known.open = None;
    for mut rule in new {
        rule.name = known.free_name(&rule.name, None);
        known.rules.push(rule);
    }
    let rules = known.rules.clone();
    let mut followed = false;
    for rule in &rules {
        followed |= follow(workspace, &rule.name, rule);
    }
    if followed {
        start_query(workspace)
    } else {
        Vec::new()
    }
}

/// Puts a rule into the filters by the one of this name; whether any has changed.
fn follow(workspace: &mut Workspace, name: &str, rule: &OutlierRule) -> bool {
    let mut changed = false;
    for filter in &mut workspace.query.filters {
        if let Condition::Outlier { rule: known } = &mut filter.condition
            && known.name == name
            && **known != *rule
        {
            *known = Arc::new(rule.clone());
            changed = true;
        }
    }
    changed
}

fn use_rule(state: &mut State, rule: OutlierRule, then: RuleUse) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let outcome = match then {
        RuleUse::AddColumns => Outcome::Added,
        RuleUse::Keep => Outcome::Kept,
        RuleUse::Filter => return filter(state, rule),
        RuleUse::Select(mode) => {
            return vec![Job::from(RulesJob::Find {
                explorer: workspace.explorer.clone(),
                request: super::state::request(workspace, &rule),
                mode,
            })];
        }
    };
    let parameters = OutlierParameters::of_rule(rule).table();
    start(state, Outliers::ID, parameters, outcome)
}

/// Shows only the cells of a rule, by the filter that there is, or a new one.
fn filter(state: &mut State, rule: OutlierRule) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let is_it = |condition: &Condition| matches!(condition, Condition::Outlier { rule: known } if known.name == rule.name);
    let mut filters = workspace.query.filters.iter();
    let known = filters.find(|filter| is_it(&filter.condition));
    match known.map(|filter| filter.id) {
        Some(id) => apply(state, Command::EnableFilter(id, true)),
        None => apply(
            state,
            Command::AddFilter(Condition::Outlier {
                rule: Arc::new(rule),
            }),
        ),
    }
}

fn suggest(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    let rules = workspace.parts.get::<RulesState>();
    if workspace.num_selected == 0 || rules.suggesting.is_some() {
        return Vec::new();
    }
    let (task, cancelled) = state.begin_task("Comparing the selection with the rest");
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.parts.get_mut::<RulesState>().suggesting = Some(task);
    vec![Job::from(RulesJob::Suggest {
        task,
        cancelled,
        explorer: workspace.explorer.clone(),
        columns: Arc::clone(&workspace.columns),
        selection: Arc::clone(&workspace.selection),
        shown: Arc::clone(&workspace.shown),
    })]
}

/// Takes in news.
pub(crate) fn happened(state: &mut State, event: RulesEvent) -> Vec<Job> {
    match event {
        RulesEvent::Suggested { task, .. } => {
            state.end_task(task);
        }
        RulesEvent::Saved(ref path, ref outcome) => {
            match outcome {
                Ok(1) => state.notify(false, format!("Saved one rule to {}", path.display())),
                Ok(rules) => {
                    state.notify(false, format!("Saved {rules} rules to {}", path.display()));
                }
                Err(why) => {
                    let again = Rewrite::over(path, |over| Command::from(RulesCommand::Save(over)));
                    state.not_written(why.clone(), again);
                }
            }
            return Vec::new();
        }
        _ => {}
    }
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match event {
        RulesEvent::Counted {
            generation,
            request,
            outcome,
        } => {
            let name = request.rule.name.clone();
            let rules = workspace.parts.get_mut::<RulesState>();
            let (_, next) = rules.work.end(generation);
            // Even an answer that is late is newer than the one on the screen.
            if rules.rule(&name).is_some() {
                let result = RuleResult { request, outcome };
                rules.results.insert(name, result);
            }
            match next {
                Some(work) => vec![Job::from(RulesJob::Count {
                    explorer: workspace.explorer.clone(),
                    work,
                })],
                None => want(workspace),
            }
        }
        RulesEvent::Found {
            outcome: Ok(rows),
            mode,
        } => select(workspace, rows, mode),
        RulesEvent::Found {
            outcome: Err(error),
            ..
        }
        | RulesEvent::Loaded(_, Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
        RulesEvent::Loaded(path, Ok(file)) => {
            let mut jobs = Vec::new();
            for rule in &file.rules {
                let known = workspace.parts.get_mut::<RulesState>();
                if known.rule(&rule.name).is_some() {
                    jobs.extend(edit(workspace, &rule.name, rule.clone()));
                } else {
                    known.rules.push(rule.clone());
                }
            }
            if let Some(first) = file.rules.first() {
                let open = Some(first.name.clone());
                workspace.parts.get_mut::<RulesState>().open = open;
            }
            for note in file.notes {
                state.notify(true, format!("{}: {note}", path.display()));
            }
            jobs
        }
        RulesEvent::Suggested {
            task,
            selection,
            shown,
            outcome,
        } => {
            let rules = workspace.parts.get_mut::<RulesState>();
            if rules.suggesting == Some(task) {
                rules.suggesting = None;
                if let Some(outcome) = outcome {
                    rules.suggestions = Some(FoundFeatures {
                        selection,
                        shown,
                        outcome,
                    });
                }
            }
            Vec::new()
        }
        // Handled before, or nothing to do.
        _ => Vec::new(),
    }
}
