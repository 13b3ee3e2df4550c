//! Labels from a CSV file: a row or the numbers of a cell, and the class it gets.

use std::path::Path;

use cytolance_dataset::{CellDataset, CellKey};

/// Which cell a line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedCell {
    /// By its row.
    Row(u32),
    /// By its numbers.
    Key(CellKey),
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelLine {
    /// Line of the file, counted from 1.
    pub line: u64,
    /// The cell.
    pub cell: NamedCell,
    /// The class; none where the field is empty, which takes the label away.
    pub value: Option<String>,
}

/// Reads a table whose cells are named by `row`, or by image and object number and, where there is one, source.
///
/// # Errors
/// A sentence with the file and the line.
pub(super) fn read_table(path: &Path, column: &str) -> Result<Vec<LabelLine>, String> {
    let failed = |reason: String| format!("{}: {reason}", path.display());
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| failed(error.to_string()))?;
    let header = reader
        .headers()
        .map_err(|error| failed(error.to_string()))?
        .clone();
    let place = |name: &str| header.iter().position(|field| field == name);
    let value = place("value").or_else(|| place(column)).ok_or_else(|| {
        failed(format!(
            "it has no column «value» or «{column}»; it has {}",
            header.iter().collect::<Vec<_>>().join(", ")
        ))
    })?;
    let row = place("row");
    let numbers = place("Metadata_ImageNumber").zip(place("Metadata_ObjectNumber"));
    let source = place("Metadata_Source");
    if row.is_none() && numbers.is_none() {
        return Err(failed(
            "it names no cells: there is neither a column «row» nor Metadata_ImageNumber and Metadata_ObjectNumber".to_owned(),
        ));
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| failed(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |at: usize| record.get(at).unwrap_or_default();
        let wrong = |at: usize| failed(format!("line {line}: «{}» is no number", field(at)));
        let cell = match (row, numbers) {
            (Some(row), _) => NamedCell::Row(field(row).parse().map_err(|_| wrong(row))?),
            (None, Some((image, object))) => NamedCell::Key(CellKey {
                source: source.map(field).unwrap_or_default().to_owned(),
                image: field(image).parse().map_err(|_| wrong(image))?,
                object: field(object).parse().map_err(|_| wrong(object))?,
            }),
            (None, None) => continue,
        };
        let text = field(value);
        lines.push(LabelLine {
            line,
            cell,
            value: (!text.is_empty()).then(|| text.to_owned()),
        });
    }
    if lines.is_empty() {
        return Err(failed("it has no lines".to_owned()));
    }
    Ok(lines)
}

/// The rows of the lines' cells.
///
/// # Errors
/// A sentence that names the first cell that is not there.
pub(super) async fn rows_of(
    dataset: &CellDataset,
    lines: &[LabelLine],
) -> Result<Vec<u32>, String> {
    let keys: Vec<CellKey> = lines
        .iter()
        .filter_map(|line| match &line.cell {
            NamedCell::Key(key) => Some(key.clone()),
            NamedCell::Row(_) => None,
        })
        .collect();
    let mut found = if keys.is_empty() {
        Vec::new()
    } else {
        let found = dataset.find_cells(&keys).await;
        found.map_err(|error| error.to_string())?
    }
    .into_iter();
    lines
        .iter()
        .map(|line| match &line.cell {
            NamedCell::Row(row) if (*row as usize) < dataset.num_rows() => Ok(*row),
            NamedCell::Row(row) => Err(format!(
                "line {}: there is no row {row}; {} has {} rows, counted from 0",
                line.line,
                dataset.uri(),
                dataset.num_rows()
            )),
            NamedCell::Key(key) => found.next().flatten().ok_or_else(|| {
                format!(
                    "line {}: {} has no cell of source «{}», image {} and object {}",
                    line.line,
                    dataset.uri(),
                    key.source,
                    key.image,
                    key.object
                )
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_name_cells_by_row_or_numbers() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.csv");
        let read = |text: &str| {
            std::fs::write(&path, text).expect("written");
            read_table(&path, "Label_QC")
        };
        let lines = read("row,value\n3,pass\n5,\n").expect("read");
        assert_eq!(lines[0].cell, NamedCell::Row(3));
        assert_eq!(
            (lines[0].line, lines[0].value.as_deref()),
            (2, Some("pass"))
        );
        assert_eq!(lines[1].value, None);
        let lines = read(
            "Label_QC,Metadata_ImageNumber,Metadata_ObjectNumber,Metadata_Source\nfail, 2 ,7,\"a,b\"\n",
        )
        .expect("read");
        assert_eq!(
            lines[0].cell,
            NamedCell::Key(CellKey {
                source: "a,b".to_owned(),
                image: 2,
                object: 7
            })
        );
        let cases = [
            ("row,value\n", "no lines"),
            ("row,x\n1,pass\n", "«value»"),
            ("x,value\n1,pass\n", "names no cells"),
            ("row,value\n1,pass\n-1,pass\n", "line 3"),
            ("row,value\n1,pass\n2\n", "line: 3"),
        ];
        for (text, words) in cases {
            let error = read(text).expect_err(words);
            assert!(error.contains(words), "{words}: {error}");
        }
    }
}
