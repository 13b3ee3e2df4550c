//! `cytolance history`.

use std::fmt::Write as _;

use serde_json::json;
use tokio::runtime::Runtime;

use super::arguments::HistoryArguments;
use super::label::author;
use cytolance_dataset::{CellDataset, DatasetError, SaveNote};
use cytolance_profile::Agreement;

pub(super) fn run(arguments: &HistoryArguments, runtime: &Runtime) -> Result<(), String> {
    let text = runtime.block_on(async {
        let words = |error: DatasetError| error.to_string();
        let dataset = CellDataset::open(&arguments.dataset).await.map_err(words)?;
        if let Some(version) = arguments.restore {
            let what = format!("version {version} restored");
            let note = SaveNote::now(&author(arguments.author.as_ref()), &what);
            let restored = dataset.restore(version, &note).await.map_err(words)?;
            return Ok(format!(
                "version {} is as version {version} was\n",
                restored.version()
            ));
        }
        if let [first, second] = arguments.compare[..] {
            return compare(arguments, &dataset, first, second).await;
        }
        list(arguments, &dataset).await
    })?;
    super::say(&text);
    Ok(())
}

async fn list(arguments: &HistoryArguments, dataset: &CellDataset) -> Result<String, String> {
    let versions = dataset
        .versions()
        .await
        .map_err(|error| error.to_string())?;
    if arguments.json {
        let text = serde_json::to_string_pretty(&versions).map_err(|error| error.to_string())?;
        return Ok(text + "\n");
    }
    let mut out = String::new();
    for version in &versions {
        let mut parts = vec![version.operation.clone()];
        parts.extend(version.author.as_ref().map(|author| format!("by {author}")));
        parts.extend(version.what.clone());
        let _ = writeln!(
            out,
            "{:>6}  {}  {}",
            version.version,
            version.time,
            parts.join(", ")
        );
    }
    Ok(out)
}

async fn compare(
    arguments: &HistoryArguments,
    dataset: &CellDataset,
    first: u64,
    second: u64,
) -> Result<String, String> {
    let words = |error: DatasetError| error.to_string();
    let (one, other) = match arguments.column.as_slice() {
        [both] => (both, both),
        [one, other] => (one, other),
        _ => return Err("--column: one label, or the two versions' labels".to_owned()),
    };
    let earlier = dataset.at_version(first).await.map_err(words)?;
    let later = dataset.at_version(second).await.map_err(words)?;
    for (version, column) in [(&earlier, one), (&later, other)] {
        // A label may be younger than one of the versions, but not than both.
        let anywhere = version.column(column).is_some()
            || one == other && (earlier.column(one).is_some() || later.column(one).is_some());
        if !anywhere {
            return Err(format!(
                "version {} has no column {column}",
                version.version()
            ));
        }
    }
    let agreement = later
        .compare_labels(&earlier, one, other)
        .await
        .map_err(words)?;
    let labels = |which: &Vec<Option<String>>, row: u32| which.get(row as usize).cloned().flatten();
    let before = later.labels_of(&earlier, one).await.map_err(words)?;
    let after = later.read_labels(other).await.map_err(words)?;
    if arguments.json {
        let cells: Vec<_> = agreement
            .differing
            .iter()
            .map(|row| json!({"row": row, "first": labels(&before, *row), "second": labels(&after, *row)}))
            .collect();
        let about = json!({
            "first": {"version": first, "column": one},
            "second": {"version": second, "column": other},
            "classes": agreement.classes,
            "table": agreement.table,
            "both": agreement.both,
            "only_first": agreement.only_first,
            "only_second": agreement.only_second,
            "neither": agreement.neither,
            "agreement": agreement.share(),
            "kappa": agreement.kappa(),
            "differing": cells,
        });
        return Ok(format!("{about:#}\n"));
    }
    let mut out = summary(&agreement, (first, one), (second, other));
    for row in &agreement.differing {
        let _ = writeln!(
            out,
            "  row {row}: {} -> {}",
            labels(&before, *row).unwrap_or_default(),
            labels(&after, *row).unwrap_or_default()
        );
    }
    Ok(out)
}

fn summary(agreement: &Agreement, first: (u64, &str), second: (u64, &str)) -> String {
    let mut out = format!(
        "{} of version {} (down) and {} of version {} (across)\n",
        first.1, first.0, second.1, second.0
    );
    let number = |value: Option<f64>| value.map_or("not defined".to_owned(), |v| format!("{v:.3}"));
    let width = agreement
        .classes
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0)
        .max(7);
    if !agreement.classes.is_empty() {
        let _ = write!(out, "  {:width$}", "");
        for name in &agreement.classes {
            let _ = write!(out, " {name:>width$}");
        }
        out.push('\n');
        for (name, counts) in agreement.classes.iter().zip(&agreement.table) {
            let _ = write!(out, "  {name:width$}");
            for count in counts {
                let _ = write!(out, " {count:>width$}");
            }
            out.push('\n');
        }
    }
    let _ = writeln!(
        out,
        "  labelled by both {}, only the first {}, only the second {}, neither {}",
        agreement.both, agreement.only_first, agreement.only_second, agreement.neither
    );
    let _ = writeln!(out, "  agreement {}", number(agreement.share()));
    let _ = writeln!(out, "  Cohen's kappa {}", number(agreement.kappa()));
    let _ = writeln!(out, "  {} cells differ", agreement.differing.len());
    out
}
