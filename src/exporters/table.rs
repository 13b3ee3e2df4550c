//! Values of cells: CSV, TSV, Parquet, and a dataset of its own.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use super::options::Setting;
use cytolance_export::{
    ExportError, FileKind, TableFormat, TableRequest, chosen_columns, default_columns,
    export_table, left_out, left_out_in_words,
};

/// What is worth knowing of each table.
const HINT: &str = "Keys come first; numbers keep their full precision. A JSON file beside it says dataset, version and filters.";
const TEXT: &[Setting] = &[Setting::Columns, Setting::Names];

/// A format of tables.
pub(super) struct Table {
    format: TableFormat,
    face: Face,
}

const fn table(
    format: TableFormat,
    [id, title, place, suffix]: [&'static str; 4],
    file: FileKind,
) -> Table {
    Table {
        format,
        face: Face {
            id,
            title,
            place,
            hint: HINT,
            family: "tables",
            suffix,
            file,
            needs: Needs::Cells,
            settings: TEXT,
            chooses_cells: true,
        },
    }
}

/// Values separated by commas.
pub(super) static CSV: Table = table(
    TableFormat::Csv,
    ["csv", "CSV", "CSV file", ".csv"],
    FileKind::file("a CSV file's name ends in", &["csv"]),
);

/// Values separated by tabs.
pub(super) static TSV: Table = table(
    TableFormat::Tsv,
    ["tsv", "TSV", "TSV file", ".tsv"],
    FileKind::file("a TSV file's name ends in", &["tsv", "txt"]),
);

/// Parquet, compressed.
pub(super) static PARQUET: Table = table(
    TableFormat::Parquet,
    ["parquet", "Parquet", "Parquet file", ".parquet"],
    FileKind::file("a Parquet file's name ends in", &["parquet", "pq"]),
);

/// A dataset with crops and outlines.
pub(super) static LANCE: Table = Table {
    format: TableFormat::Lance,
    face: Face {
        id: "lance",
        title: "Lance, with crops",
        place: "Dataset",
        hint: "A dataset of its own with crops and outlines. A JSON file beside it says where the cells came from.",
        family: "tables",
        suffix: ".lance",
        file: FileKind::file("a Lance dataset's name ends in", &["lance"]),
        needs: Needs::Cells,
        // A dataset keeps the names of its columns.
        settings: &[Setting::Columns],
        chooses_cells: true,
    },
};

impl Exporter for Table {
    fn face(&self) -> &'static Face {
        match self.format {
            TableFormat::Csv => &CSV.face,
            TableFormat::Tsv => &TSV.face,
            TableFormat::Parquet => &PARQUET.face,
            TableFormat::Lance => &LANCE.face,
        }
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let (request, all) = (job.request, job.source.columns());
            let chosen = &request.options.columns;
            let (columns, left) = if chosen.is_empty() {
                (
                    default_columns(&all, self.format),
                    left_out(&all, self.format),
                )
            } else {
                (chosen_columns(&all, chosen, self.format)?, Vec::new())
            };
            let mut provenance = job.provenance.clone();
            provenance.columns.clone_from(&columns);
            provenance.left_out = left
                .iter()
                .map(|column| format!("{} ({})", column.name, column.arrow_type))
                .collect();
            let table = TableRequest {
                rows: &request.rows,
                columns: &columns,
                format: self.format,
                naming: request.options.names,
                provenance: Some(&provenance),
            };
            let (progress, cancelled) = (job.progress, job.cancelled);
            let rows =
                export_table(&job.source, &table, &request.target, progress, cancelled).await?;
            Ok(Written {
                what: format!("{rows} cells, {} columns", columns.len()),
                number: rows,
                columns,
                left_out: provenance.left_out,
                notes: left_out_in_words(&left, self.format).into_iter().collect(),
            })
        })
    }
}
