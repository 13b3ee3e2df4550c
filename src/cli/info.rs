//! `cytolance info`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;
use tokio::runtime::Runtime;

use super::arguments::InfoArguments;
use cytolance_dataset::CellDataset;
use cytolance_profile::{ColumnKind, RowKind};

/// The report that the last import left with the dataset: whole as JSON, or its summary.
fn show_report(arguments: &InfoArguments, runtime: &Runtime) -> Result<(), String> {
    let text = runtime
        .block_on(async {
            let dataset = CellDataset::open(&arguments.dataset).await?;
            match dataset.report_names().await.first() {
                Some(name) => dataset.report(name).await.map(Some),
                None => Ok(None),
            }
        })
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("{} holds no report of an import", arguments.dataset))?;
    let kept: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| format!("the report of {} is damaged: {error}", arguments.dataset))?;
    if arguments.json {
        super::say(&format!("{:#}", kept["report"]));
    } else {
        super::say(kept["summary"].as_str().unwrap_or_default());
    }
    Ok(())
}

pub(super) fn run(arguments: &InfoArguments, runtime: &Runtime) -> Result<(), String> {
    if arguments.report {
        return show_report(arguments, runtime);
    }
    let (dataset, channels, nulls) = runtime
        .block_on(async {
            let dataset = CellDataset::open(&arguments.dataset).await?;
            let channels = dataset.channels().await?;
            let nulls = dataset.null_counts().await?;
            Ok::<_, cytolance_dataset::DatasetError>((dataset, channels, nulls))
        })
        .map_err(|error| error.to_string())?;
    let metadata = dataset.metadata();
    if arguments.json {
        let columns: Vec<_> = dataset
            .columns()
            .iter()
            .zip(&nulls)
            .map(|(column, nulls)| {
                json!({
                    "name": column.name,
                    "type": column.arrow_type,
                    "role": column.role,
                    "kind": column.kind,
                    "nulls": nulls,
                })
            })
            .collect();
        let about = json!({
            "uri": dataset.uri(),
            "rows": dataset.num_rows(),
            "version": dataset.version(),
            "format": metadata.format,
            "format_version": metadata.format_version,
            "bytes": dataset.data_bytes(),
            "columns": columns,
            "pictures": dataset.picture_columns(),
            "channels": channels,
            "objects": metadata.objects,
            "primary_object": metadata.primary_object,
            "rows_are": metadata.rows_are,
            "outlines": dataset.outline_objects(),
            "approximate_outlines": metadata.approximate_outlines,
            "ellipses": metadata.ellipses,
            "lost_outlines": dataset
                .lost_outlines()
                .iter()
                .map(|lost| json!({ "object": lost.object, "missing_columns": lost.columns }))
                .collect::<Vec<_>>(),
            "pixel_size_um": metadata.pixel_size_um,
            "imports": metadata.imports,
            "experiment": metadata.experiment,
            "exports": metadata.exports,
        });
        let text = serde_json::to_string_pretty(&about).map_err(|error| error.to_string())?;
        super::say(&format!("{text}\n"));
        return Ok(());
    }
    let format = match (&metadata.format, &metadata.format_version) {
        (Some(format), Some(version)) => format!("{format} {version}"),
        _ => "not written by Cytolance: roles are told from types and names".to_owned(),
    };
    let mut out = format!("{}\n", dataset.uri());
    let rows_are = match metadata.rows_are {
        RowKind::Objects => String::new(),
        kind => format!(" {}", kind.rows()),
    };
    let _ = writeln!(out, "  rows      {}{rows_are}", dataset.num_rows());
    let _ = writeln!(out, "  version   {}", dataset.version());
    let _ = writeln!(out, "  format    {format}");
    if let Some(bytes) = dataset.data_bytes() {
        let _ = writeln!(out, "  size      {:.1} MB", bytes as f64 / 1e6);
    }
    let pictures = dataset.picture_columns();
    if pictures.len() > 1 {
        let shown = dataset.picture_column().unwrap_or_default();
        let named: Vec<String> = pictures
            .iter()
            .map(|name| {
                if *name == shown {
                    format!("{name} (shown first)")
                } else {
                    (*name).to_owned()
                }
            })
            .collect();
        let _ = writeln!(
            out,
            "  pictures  {}; `--picture COLUMN` shows another",
            named.join(", ")
        );
    }
    for channel in &channels {
        let _ = writeln!(
            out,
            "  channel   {} {} ({} bit)",
            channel.name, channel.color, channel.bit_depth
        );
    }
    if let Some(size) = metadata.pixel_size_um {
        let _ = writeln!(out, "  pixel     {size} µm");
    }
    if !metadata.objects.is_empty() {
        let _ = writeln!(out, "  objects   {}", metadata.objects.join(", "));
    }
    for export in &metadata.exports {
        let _ = writeln!(
            out,
            "  exported  from version {} of {}: {}",
            export["version"],
            export["dataset"].as_str().unwrap_or_default(),
            export["which"].as_str().unwrap_or_default()
        );
    }
    let lost = dataset.lost_outlines();
    let mut made: BTreeMap<&str, Vec<[&str; 5]>> = BTreeMap::new();
    for entry in &metadata.ellipses {
        let columns = entry.measurements();
        let known = made.entry(entry.object.as_str()).or_default();
        if !known.contains(&columns) && lost.iter().all(|lost| lost.object != entry.object) {
            known.push(columns);
        }
    }
    for (object, columns) in made {
        for columns in columns {
            let _ = writeln!(
                out,
                "  outlines  {object}: approximate, ellipses drawn from {}",
                columns.join(", ")
            );
        }
    }
    for lost in lost {
        let _ = writeln!(out, "  outlines  {lost}");
    }
    let mut roles: BTreeMap<&str, usize> = BTreeMap::new();
    for column in dataset.columns().iter() {
        *roles.entry(column.role.label()).or_default() += 1;
    }
    let roles: Vec<String> = roles
        .iter()
        .map(|(role, count)| format!("{count} {role}"))
        .collect();
    let _ = writeln!(
        out,
        "  columns   {} ({})",
        dataset.columns().len(),
        roles.join(", ")
    );
    let unseen: Vec<String> = dataset
        .columns()
        .iter()
        .filter(|column| column.kind == ColumnKind::Other)
        .map(|column| format!("{} ({})", column.name, column.arrow_type))
        .collect();
    if !unseen.is_empty() {
        let _ = writeln!(out, "  not shown {}", unseen.join(", "));
    }
    for (column, nulls) in dataset.columns().iter().zip(&nulls) {
        let nulls = if *nulls > 0 {
            format!(", {nulls} null")
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "    {} ({}, {}{nulls})",
            column.name,
            column.arrow_type,
            column.role.label()
        );
    }
    super::say(&out);
    Ok(())
}
