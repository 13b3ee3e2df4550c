//! `cytolance export`.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ExportArguments;
use super::cells::choose;
use super::progress::Progress;
use crate::export::{
    Naming, Provenance, TableFormat, TableRequest, TableSource, chosen_columns, default_columns,
    export_table,
};

pub(super) fn run(arguments: &ExportArguments, runtime: &Runtime) -> Result<(), String> {
    let progress = Progress::new();
    // CSV is what a file without a telling name has always been.
    let format = TableFormat::of(&arguments.out).unwrap_or_default();
    let naming = if arguments.names == "cellprofiler" {
        Naming::CellProfiler
    } else {
        Naming::Pycytominer
    };
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
        let request = TableRequest {
            rows: &chosen.rows,
            columns: &columns,
            format,
            naming,
        };
        let stop = AtomicBool::new(false);
        let rows = export_table(&source, &request, &arguments.out, &say, &stop)
            .await
            .map_err(|error| error.to_string())?;
        let mut provenance = Provenance::new(dataset, &chosen.which, rows);
        provenance.columns.clone_from(&columns);
        provenance.session = serde_json::to_value(&chosen.session).unwrap_or_default();
        provenance
            .write_beside(&arguments.out)
            .map_err(|error| error.to_string())?;
        Ok::<_, String>((rows, columns.len()))
    });
    progress.finish();
    let (rows, columns) = outcome?;
    super::say(&format!(
        "{rows} cells, {columns} columns in {}\n",
        arguments.out.display()
    ));
    Ok(())
}
