//! A CSV file of cells with yes and no by rule: all of it or nothing.

use std::io::BufWriter;
use std::sync::atomic::AtomicBool;

use arrow::array::Array as _;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::future::BoxFuture;

use super::ExportError;
use super::cell_text::stopped;
use super::table_source::TableSource;
use super::target::Target;
use super::whole_file::{begin, finish};
use cytolance_kernels::RowSet;

/// Rows whose keys are read at a time.
const ROWS: usize = 65_536;

/// Writes cells as their rows in the dataset (counted from 0), their `keys`, and `true` or `false` for each of the flags.
///
/// `progress` hears rows done and rows in all. Returns the number of rows.
///
/// # Errors
/// [`ExportError`]; the target is then as it was.
pub fn export_flags<'a>(
    source: &'a TableSource,
    rows: &'a [u32],
    (keys, flags): (&'a [String], &'a [(String, RowSet)]),
    target: &'a Target,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<usize, ExportError>> {
    Box::pin(async move {
        let failed = |reason: String| ExportError::Write {
            path: target.full_path(),
            reason,
        };
        let file = begin(target)?;
        let mut out = csv::Writer::from_writer(BufWriter::new(file));
        let names = keys.iter().chain(flags.iter().map(|(name, _)| name));
        let header = std::iter::once("row").chain(names.map(String::as_str));
        out.write_record(header)
            .map_err(|error| failed(error.to_string()))?;
        let mut done = 0;
        for chunk in rows.chunks(ROWS) {
            stopped(cancelled)?;
            // A batch without columns has no rows.
            let columns = if keys.is_empty() {
                Vec::new()
            } else {
                source.take(chunk, keys).await?.columns().to_vec()
            };
            write_rows(&mut out, chunk, &columns, flags).map_err(failed)?;
            done += chunk.len();
            progress(done, rows.len());
        }
        stopped(cancelled)?;
        let writer = out
            .into_inner()
            .map_err(|error| failed(error.error().to_string()))?;
        let file = writer
            .into_inner()
            .map_err(|error| failed(error.error().to_string()))?;
        finish(file, target)?;
        Ok(done)
    })
}

fn write_rows<W: std::io::Write>(
    out: &mut csv::Writer<W>,
    rows: &[u32],
    columns: &[arrow::array::ArrayRef],
    flags: &[(String, RowSet)],
) -> Result<(), String> {
    let options = FormatOptions::default();
    let mut formatters = Vec::with_capacity(columns.len());
    for column in columns {
        let formatter = ArrayFormatter::try_new(column.as_ref(), &options)
            .map_err(|error| error.to_string())?;
        formatters.push((column, formatter));
    }
    for (at, row) in rows.iter().enumerate() {
        let write = |out: &mut csv::Writer<W>| {
            out.write_field(row.to_string())?;
            for (column, formatter) in &formatters {
                if column.is_null(at) {
                    out.write_field("")?;
                } else {
                    out.write_field(formatter.value(at).to_string())?;
                }
            }
            for (_, flagged) in flags {
                let flag = flagged.contains(*row);
                out.write_field(if flag { "true" } else { "false" })?;
            }
            out.write_record(None::<&[u8]>)
        };
        write(out).map_err(|error| error.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::six_cells;

    #[tokio::test]
    async fn every_cell_has_its_keys_and_flags() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = TableSource::new(six_cells(&folder).await);
        let all: Vec<u32> = (0..6).collect();
        let path = folder.path().join("rows.csv");
        let keys = ["Metadata_Well".to_owned()];
        let flags = [
            ("large".to_owned(), RowSet::from_rows(6, [1, 5])),
            ("none".to_owned(), RowSet::empty(6)),
        ];
        let never = AtomicBool::new(false);
        let target = Target::new(&path, true);
        let rows = export_flags(&source, &all, (&keys, &flags), &target, &|_, _| (), &never)
            .await
            .expect("written");
        assert_eq!(rows, 6);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(
            text.lines().take(3).collect::<Vec<_>>(),
            [
                "row,Metadata_Well,large,none",
                "0,A01,false,false",
                "1,A01,true,false"
            ]
        );
        assert_eq!(text.lines().count(), 7);
        export_flags(
            &source,
            &[5, 1],
            (&keys, &flags),
            &target,
            &|_, _| (),
            &never,
        )
        .await
        .expect("written");
        let some = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(
            some.lines().skip(1).collect::<Vec<_>>(),
            ["5,B02,true,false", "1,A01,true,false"]
        );
        std::fs::write(&path, &text).expect("as before");
        let stopped = AtomicBool::new(true);
        let error = export_flags(&source, &all, (&keys, &[]), &target, &|_, _| (), &stopped).await;
        assert!(matches!(error, Err(ExportError::Cancelled)));
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), text);
    }
}
