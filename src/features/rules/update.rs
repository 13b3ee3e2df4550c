//! Where the outlier rules change.

use std::sync::Arc;

use super::command::{RuleUse, RulesCommand};
use super::state::{FoundFeatures, RuleResult, unanswered};
use super::work::{RulesEvent, RulesJob};
use crate::explore::Column;
use crate::export::{FileKind, Target};
use crate::model::background::start_query;
use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::file_dialog::FileDialog;
use crate::model::job::Job;
use crate::model::replace::Rewrite;
use crate::model::selecting::select;
use crate::model::state::{State, Workspace};
use crate::model::update::apply;
use crate::profile::{Condition, OutlierRule};

/// Carries out a command.
pub(crate) fn update(state: &mut State, command: RulesCommand) -> Vec<Job> {
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    match command {
        RulesCommand::Want => want(workspace),
        RulesCommand::Add(rule) => {
            let name = workspace.rules.free_name(&rule.name, None);
            workspace.rules.open = Some(name.clone());
            workspace.rules.rules.push(OutlierRule { name, ..rule });
            Vec::new()
        }
        RulesCommand::Edit(name, rule) => edit(workspace, &name, rule),
        RulesCommand::Duplicate(name) => {
            let rules = &mut workspace.rules;
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
            let rules = &mut workspace.rules;
            rules.rules.retain(|rule| rule.name != name);
            rules.results.remove(&name);
            rules.open = rules.open.take().filter(|open| *open != name);
            Vec::new()
        }
        RulesCommand::Open(name) => {
            workspace.rules.open = name;
            Vec::new()
        }
        RulesCommand::SetAll(new) => {
            workspace.rules.rules.clear();
            workspace.rules.results.clear();
            workspace.rules.open = None;
            for mut rule in new {
                rule.name = workspace.rules.free_name(&rule.name, None);
                workspace.rules.rules.push(rule);
            }
            let rules = workspace.rules.rules.clone();
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
        RulesCommand::BrowseLoad => {
            let dialog =
                FileDialog::open("Load outlier rules").kind("YAML", FileKind::Rules.endings());
            vec![dialog.then(|path| Command::from(RulesCommand::Load(path)))]
        }
        RulesCommand::BrowseSave(path) => {
            let dialog = FileDialog::save("Save outlier rules")
                .kind("YAML", FileKind::Rules.endings())
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
            let rules = workspace.rules.rules.clone();
            vec![Job::from(RulesJob::Save(target, rules))]
        }
        RulesCommand::Use(name, then) => {
            let Some(rule) = workspace.rules.rule(&name).cloned() else {
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
    let rules = &mut workspace.rules;
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
    rule.name = workspace.rules.free_name(&rule.name, Some(name));
    let rules = &mut workspace.rules;
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
    if then == RuleUse::Filter {
        let is_it = |condition: &Condition| matches!(condition, Condition::Outlier { rule: known } if known.name == rule.name);
        let mut filters = workspace.query.filters.iter();
        let known = filters.find(|filter| is_it(&filter.condition));
        return match known.map(|filter| filter.id) {
            Some(id) => apply(state, Command::EnableFilter(id, true)),
            None => apply(
                state,
                Command::AddFilter(Condition::Outlier {
                    rule: Arc::new(rule),
                }),
            ),
        };
    }
    vec![Job::from(RulesJob::Find {
        explorer: workspace.explorer.clone(),
        request: super::state::request(workspace, &rule),
        then,
    })]
}

fn suggest(state: &mut State) -> Vec<Job> {
    let Some(workspace) = &state.workspace else {
        return Vec::new();
    };
    if workspace.num_selected == 0 || workspace.rules.suggesting.is_some() {
        return Vec::new();
    }
    let (task, cancelled) = state.begin_task("Comparing the selection with the rest");
    let Some(workspace) = &mut state.workspace else {
        return Vec::new();
    };
    workspace.rules.suggesting = Some(task);
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
        RulesEvent::Progress { task, done, total } => {
            let event = Event::TaskProgress {
                task,
                title: None,
                done,
                total,
            };
            return crate::model::news::happened(state, event);
        }
        RulesEvent::Suggested { task, .. } => {
            state.tasks.retain(|known| known.id != task);
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
            let (_, next) = workspace.rules.work.end(generation);
            let name = request.rule.name.clone();
            // Even an answer that is late is newer than the one on the screen.
            if workspace.rules.rule(&name).is_some() {
                let result = RuleResult { request, outcome };
                workspace.rules.results.insert(name, result);
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
            then: RuleUse::Select(mode),
        } => select(workspace, rows, mode),
        RulesEvent::Found {
            outcome: Err(error),
            ..
        }
        | RulesEvent::Scored {
            outcome: Err(error),
            ..
        }
        | RulesEvent::Loaded(_, Err(error)) => {
            state.notify(true, error);
            Vec::new()
        }
        RulesEvent::Scored {
            rule,
            outcome: Ok(columns),
        } => {
            let jobs = add_columns(workspace, rule, &columns);
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            state.notify(false, format!("Added {}", names.join(", ")));
            jobs
        }
        RulesEvent::Loaded(path, Ok(file)) => {
            let mut jobs = Vec::new();
            for rule in &file.rules {
                if workspace.rules.rule(&rule.name).is_some() {
                    jobs.extend(edit(workspace, &rule.name, rule.clone()));
                } else {
                    workspace.rules.rules.push(rule.clone());
                }
            }
            if let Some(first) = file.rules.first() {
                workspace.rules.open = Some(first.name.clone());
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
            if workspace.rules.suggesting == Some(task) {
                workspace.rules.suggesting = None;
                if let Some(outcome) = outcome {
                    workspace.rules.suggestions = Some(FoundFeatures {
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

/// Puts a rule's columns into the workspace; what shows earlier ones of the same name follows.
fn add_columns(workspace: &mut Workspace, rule: OutlierRule, columns: &[Arc<Column>]) -> Vec<Job> {
    let jobs = workspace.set_computed(columns);
    if let Some(flag) = columns.first() {
        let info = flag.info();
        if workspace.table.position(&info.name).is_none() {
            workspace.table.toggle(&info);
        }
    }
    let added = &mut workspace.rules.added;
    added.retain(|known| known.name != rule.name);
    added.push(rule);
    jobs
}
