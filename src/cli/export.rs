//! `cytolance export`.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ExportArguments;
use super::cells::choose;
use super::out::{provenance, refused, target};
use super::progress::Progress;
use crate::export::{
    FileKind, Naming, TableFormat, TableRequest, TableSource, chosen_columns, default_columns,
    export_table,
};

pub(super) fn run(arguments: &ExportArguments, runtime: &Runtime) -> Result<(), String> {
    let target = target(
        "--out",
        &arguments.out,
        arguments.overwrite,
        FileKind::AnyTable,
    )?;
    let format = TableFormat::of(&arguments.out).unwrap_or_default();
    let naming = if arguments.names == "cellprofiler" {
        Naming::CellProfiler
    } else {
        Naming::Pycytominer
    };
    if format == TableFormat::Lance && naming == Naming::CellProfiler {
        return Err(
            "--names cellprofiler is for tables; a dataset keeps the names of its columns"
                .to_owned(),
        );
    }
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let chosen = choose(&arguments.dataset, &arguments.cells).await?;
        let dataset = chosen.explorer.dataset();
        let columns = if arguments.columns.is_empty() {
            default_columns(dataset.columns())
        } else {
            chosen_columns(dataset.columns(), &arguments.columns)
                .map_err(|error| error.to_string())?
        };
        let say = |done, total| progress.say("rows", done, total);
        let source = TableSource::new(dataset.clone());
        let mut from = provenance(&chosen, chosen.rows.len());
        from.columns.clone_from(&columns);
        let request = TableRequest {
            rows: &chosen.rows,
            columns: &columns,
            format,
            naming,
            provenance: Some(&from),
        };
        let stop = AtomicBool::new(false);
        let failed = |error| refused("--out", error);
        let rows = export_table(&source, &request, &target, &say, &stop)
            .await
            .map_err(failed)?;
        from.write_beside(&target).map_err(failed)?;
        Ok::<_, String>((rows, columns.len()))
    });
    progress.finish();
    let (rows, columns) = outcome?;
    super::say(&format!(
        "{rows} cells, {columns} columns in {}\n",
        target.full_path().display()
    ));
    Ok(())
}
