//! `cytolance label`.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::LabelArguments;
use super::label_table::{read_table, rows_of};
use cytolance_dataset::{
    CellDataset, DatasetError, LabelChange, LabelConflict, LabelEdit, SaveNote, read_side_file,
    write_side_file,
};
use cytolance_export::Found;
use cytolance_profile::{LABEL_PREFIX, LabelClass, LabelSpec};

/// Cells that a message names.
const NAMED: usize = 10;

pub(super) fn run(arguments: &LabelArguments, runtime: &Runtime) -> Result<(), String> {
    runtime.block_on(async {
        let dataset = CellDataset::open(&arguments.dataset)
            .await
            .map_err(|error| error.to_string())?;
        match &arguments.merge {
            Some(_) => merge(arguments, &dataset).await,
            None => mark(arguments, dataset).await,
        }
    })
}

/// The name of the account, where nobody says who they are.
pub(super) fn author(given: Option<&String>) -> String {
    let account = || {
        ["USER", "USERNAME", "LOGNAME"]
            .iter()
            .find_map(|name| std::env::var(name).ok())
            .filter(|name| !name.is_empty())
    };
    given
        .cloned()
        .or_else(account)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// Saves what a side file has kept.
async fn merge(arguments: &LabelArguments, dataset: &CellDataset) -> Result<(), String> {
    let Some(path) = &arguments.merge else {
        return Ok(());
    };
    let words = |error: DatasetError| error.to_string();
    let side = read_side_file(path, dataset).await.map_err(words)?;
    let mut note = side.note;
    if let Some(author) = &arguments.author {
        note.author.clone_from(author);
    }
    if let Some(what) = &arguments.note {
        note.what.clone_from(what);
    }
    let saved = dataset
        .save_labels(&side.edits, &note)
        .await
        .map_err(words)?;
    let count: usize = side.edits.iter().map(|edit| edit.changes.len()).sum();
    super::say(&format!(
        "{} of {count} marks of {} are in version {}\n",
        saved.written, note.author, saved.version
    ));
    let mut gone = side.gone;
    gone.extend(saved.gone);
    left_over(&saved.conflicts, &gone)
}

/// Marks that were not saved, as an error that names the first of them.
fn left_over(conflicts: &[LabelConflict], gone: &[LabelConflict]) -> Result<(), String> {
    let text = |label: &Option<String>| label.clone().unwrap_or_else(|| "nothing".to_owned());
    let mut parts = Vec::new();
    if !conflicts.is_empty() {
        let named: Vec<String> = conflicts
            .iter()
            .take(NAMED)
            .map(|cell| {
                format!(
                    "row {} is {} and not {}",
                    cell.row,
                    text(&cell.theirs),
                    text(&cell.mine)
                )
            })
            .collect();
        parts.push(format!(
            "{} cells are left as somebody else has decided in the meantime: {}{}",
            conflicts.len(),
            named.join("; "),
            more(conflicts.len())
        ));
    }
    if !gone.is_empty() {
        let named: Vec<String> = gone
            .iter()
            .take(NAMED)
            .map(|cell| cell.row.to_string())
            .collect();
        parts.push(format!(
            "{} marked cells are no longer in the dataset: rows {}{}",
            gone.len(),
            named.join(", "),
            more(gone.len())
        ));
    }
    if parts.is_empty() {
        Ok(())
    } else {
        Err(parts.join("\n"))
    }
}

fn more(count: usize) -> String {
    match count.saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    }
}

async fn mark(arguments: &LabelArguments, mut dataset: CellDataset) -> Result<(), String> {
    let words = |error: DatasetError| error.to_string();
    let marks = wanted(arguments, &dataset).await?;
    let values: Vec<&str> = marks
        .iter()
        .filter_map(|(_, value)| value.as_deref())
        .collect();
    let spec = spec_of(arguments, &dataset, &values).await?;
    let labels = dataset
        .read_label_codes(&arguments.column)
        .await
        .map_err(words)?;
    // A cell that the table names twice was last seen as its earlier line leaves it.
    let mut own: HashMap<u32, Option<String>> = HashMap::new();
    let changes: Vec<LabelChange> = marks
        .into_iter()
        .map(|(row, after)| LabelChange {
            before: own
                .insert(row, after.clone())
                .unwrap_or_else(|| labels.get(row).map(str::to_owned)),
            row,
            after,
        })
        .collect();
    let author = author(arguments.author.as_ref());
    let note_of = |count: usize| {
        let what = arguments.note.clone().unwrap_or_else(|| {
            let plural = if count == 1 { "cell" } else { "cells" };
            format!("{} of {count} {plural}", arguments.column)
        });
        SaveNote::now(&author, &what)
    };
    if let Some(path) = &arguments.side {
        if Found::at(path).is_some() {
            return Err(format!(
                "--side {}: it is there already, with marks of its own: save these first with --merge, or choose another file",
                path.display()
            ));
        }
        let count = changes.len();
        let edit = LabelEdit { spec, changes };
        write_side_file(path, &dataset, &[edit], &note_of(count))
            .await
            .map_err(words)?;
        super::say(&format!("{count} marks in {}\n", path.display()));
        return Ok(());
    }
    let batch = arguments.batch.map_or(usize::MAX, |lines| lines as usize);
    let (mut done, mut written) = (0, 0);
    let (mut conflicts, mut gone) = (Vec::new(), Vec::new());
    for chunk in changes.chunks(batch.min(changes.len().max(1))) {
        let edit = LabelEdit {
            spec: spec.clone(),
            changes: chunk.to_vec(),
        };
        let saved = dataset
            .save_labels(&[edit], &note_of(chunk.len()))
            .await
            .map_err(words)?;
        done += chunk.len();
        written += saved.written;
        conflicts.extend(saved.conflicts);
        gone.extend(saved.gone);
        if arguments.batch.is_some() {
            super::say(&format!("saved {done}\n"));
        }
        if saved.rows_moved && done < changes.len() {
            left_over(&conflicts, &gone)?;
            return Err(format!(
                "somebody has deleted or reordered rows; {done} lines are saved, run the others again"
            ));
        }
        dataset = saved.dataset;
    }
    super::say(&format!(
        "{written} of {done} marks are in version {}\n",
        dataset.version()
    ));
    left_over(&conflicts, &gone)
}

/// The rows to mark, and with what.
async fn wanted(
    arguments: &LabelArguments,
    dataset: &CellDataset,
) -> Result<Vec<(u32, Option<String>)>, String> {
    if let Some(path) = &arguments.from {
        let lines = read_table(path, &arguments.column)?;
        let rows = rows_of(dataset, &lines)
            .await
            .map_err(|reason| format!("{}: {reason}", path.display()))?;
        return Ok(rows
            .into_iter()
            .zip(lines.into_iter().map(|line| line.value))
            .collect());
    }
    let rows: Vec<u32> = match &arguments.condition {
        Some(sql) => dataset
            .matching_rows(sql, &AtomicBool::new(false))
            .await
            .map_err(|error| error.to_string())?
            .iter()
            .collect(),
        None if arguments.rows.is_empty() => {
            return Err("say which cells: --rows 3,5,9, --where SQL or --from FILE.csv".to_owned());
        }
        None => arguments.rows.clone(),
    };
    if rows.is_empty() {
        return Err("the condition holds for no cell, so nothing is marked".to_owned());
    }
    Ok(rows
        .into_iter()
        .map(|row| (row, arguments.set.clone()))
        .collect())
}

/// The label with its classes. A new one gets the classes that are set; one that is there keeps its own, so that a slip
/// of the pen makes no class.
async fn spec_of(
    arguments: &LabelArguments,
    dataset: &CellDataset,
    values: &[&str],
) -> Result<LabelSpec, String> {
    let column = &arguments.column;
    if !column.starts_with(LABEL_PREFIX) {
        return Err(format!(
            "--column {column}: names of labels begin with {LABEL_PREFIX}"
        ));
    }
    let known = dataset
        .read_label_specs()
        .await
        .map_err(|error| error.to_string())?
        .into_iter()
        .find(|spec| spec.column == *column);
    let open = arguments.add_class || known.is_none();
    let mut spec = known.unwrap_or_else(|| {
        let quality = LabelSpec::quality();
        let fits = quality.column == *column || values.iter().all(|v| quality.class(v).is_some());
        LabelSpec {
            column: column.clone(),
            classes: if fits { quality.classes } else { Vec::new() },
        }
    });
    let strict = !open || spec.column == LabelSpec::quality().column && !arguments.add_class;
    for value in values {
        if spec.class(value).is_some() {
            continue;
        }
        if strict {
            let names: Vec<&str> = spec.classes.iter().map(|c| c.name.as_str()).collect();
            return Err(format!(
                "«{value}» is no class of {column}, which has {}; say --add-class to make it one",
                names.join(", ")
            ));
        }
        let color = spec.next_color();
        spec.classes.push(LabelClass {
            name: (*value).to_owned(),
            color,
        });
    }
    Ok(spec)
}
