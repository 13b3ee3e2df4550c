//! `cytolance export`.

use std::sync::atomic::AtomicBool;

use tokio::runtime::Runtime;

use super::arguments::ExportArguments;
use super::progress::Progress;
use crate::dataset::CellDataset;
use crate::export::{chosen_columns, default_columns, export_csv};

pub(super) fn run(arguments: &ExportArguments, runtime: &Runtime) -> Result<(), String> {
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let dataset = CellDataset::open(&arguments.dataset)
            .await
            .map_err(|error| error.to_string())?;
        let columns = if arguments.columns.is_empty() {
            default_columns(dataset.columns())
        } else {
            chosen_columns(dataset.columns(), &arguments.columns)
                .map_err(|error| error.to_string())?
        };
        let rows: Vec<u32> = match &arguments.filter {
            Some(sql) => {
                let rows = dataset
                    .matching_rows(sql, &AtomicBool::new(false))
                    .await
                    .map_err(|error| error.to_string())?;
                rows.iter().collect()
            }
            None => (0..dataset.num_rows() as u32).collect(),
        };
        let say = |done, total| progress.say("rows", done, total);
        export_csv(
            &dataset,
            &rows,
            &columns,
            &arguments.out,
            &say,
            &AtomicBool::new(false),
        )
        .await
        .map(|rows| (rows, columns.len()))
        .map_err(|error| error.to_string())
    });
    progress.finish();
    let (rows, columns) = outcome?;
    super::say(&format!(
        "{rows} cells, {columns} columns in {}\n",
        arguments.out.display()
    ));
    Ok(())
}
