//! Which columns are written, and in which order.

use super::ExportError;
use super::table_file::TableFormat;
use cytolance_dataset::{BLOB_TYPE, CellDataset};
use cytolance_profile::{ColumnInfo, ColumnKind, Role};

/// The type of a struct in which there is nothing, for which Parquet has no place.
const NO_FIELDS: &str = "struct()";
/// Letters of a type in a sentence.
const TYPE_LETTERS: usize = 24;
/// Columns that are named where several are left out.
const MOST_NAMED: usize = 3;

/// Whether a table of this format can hold a column. Crops and outlines go with a dataset alone, unasked.
fn is_held(column: &ColumnInfo, format: TableFormat) -> bool {
    match format {
        TableFormat::Csv | TableFormat::Tsv => {
            column.kind.is_value() || column.kind == ColumnKind::List
        }
        TableFormat::Parquet => {
            !is_drawn(column) && ![BLOB_TYPE, NO_FIELDS].contains(&column.arrow_type.as_str())
        }
        TableFormat::Lance => !is_drawn(column) && column.arrow_type != BLOB_TYPE,
    }
}

fn is_drawn(column: &ColumnInfo) -> bool {
    matches!(column.kind, ColumnKind::Picture | ColumnKind::Outline)
}

/// Keys, then decisions and quality, then the rest; within these as stored.
fn rank(column: &ColumnInfo) -> u8 {
    match column.role {
        Role::Metadata => 0,
        Role::Label | Role::Quality => 1,
        _ => 2,
    }
}

fn in_order(mut columns: Vec<&ColumnInfo>) -> Vec<String> {
    columns.sort_by_key(|column| rank(column));
    columns
        .into_iter()
        .map(|column| column.name.clone())
        .collect()
}

/// All columns that a table of this format can hold, keys first.
pub fn default_columns(columns: &[ColumnInfo], format: TableFormat) -> Vec<String> {
    let held = columns.iter().filter(|column| is_held(column, format));
    in_order(held.collect())
}

/// The columns that a table of this format cannot hold, as they are stored.
pub fn left_out(columns: &[ColumnInfo], format: TableFormat) -> Vec<&ColumnInfo> {
    let goes_along = |column: &ColumnInfo| format == TableFormat::Lance && is_drawn(column);
    columns
        .iter()
        .filter(|column| !is_held(column, format) && !goes_along(column))
        .collect()
}

/// What is to be said of columns that are left out and that nobody expects to be: not of crops and outlines.
pub fn left_out_in_words(left_out: &[&ColumnInfo], format: TableFormat) -> Option<String> {
    let named: Vec<String> = left_out
        .iter()
        .filter(|column| !is_drawn(column))
        .map(|column| {
            let mut kind = column.arrow_type.clone();
            if kind.chars().count() > TYPE_LETTERS {
                kind = kind.chars().take(TYPE_LETTERS).chain(['…']).collect();
            }
            format!("{} ({kind})", column.name)
        })
        .collect();
    let some = named.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>();
    let more = match named.len() - some.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let why = match format {
        TableFormat::Csv | TableFormat::Tsv => {
            "a text file cannot hold these; Parquet and Lance can"
        }
        TableFormat::Parquet | TableFormat::Lance => "a copy cannot hold these",
    };
    (!some.is_empty()).then(|| format!("left out: {}{more}; {why}", some.join(", ")))
}

/// The chosen columns, keys first.
///
/// # Errors
/// [`ExportError::UnknownColumn`] for one that is not there or that a table of this format cannot hold.
pub fn chosen_columns(
    all: &[ColumnInfo],
    chosen: &[String],
    format: TableFormat,
) -> Result<Vec<String>, ExportError> {
    let mut columns: Vec<&ColumnInfo> = Vec::new();
    for name in chosen.iter().map(|name| name.trim()) {
        let known = all.iter().find(|column| column.name == name);
        let column = known
            .filter(|column| is_held(column, format))
            .ok_or_else(|| ExportError::UnknownColumn {
                name: name.to_owned(),
                hint: match known {
                    Some(column) if !is_drawn(column) => {
                        format!(
                            "; it is {}, which this format cannot hold",
                            column.arrow_type
                        )
                    }
                    _ => similar(all, name),
                },
            })?;
        if !columns.iter().any(|known| known.name == column.name) {
            columns.push(column);
        }
    }
    Ok(in_order(columns))
}

/// Columns of similar name, in words.
pub(super) fn similar(all: &[ColumnInfo], name: &str) -> String {
    let needle = name.to_lowercase();
    let mut found: Vec<&ColumnInfo> = all
        .iter()
        .filter(|column| column.kind.is_shown())
        .filter(|column| {
            let known = column.name.to_lowercase();
            known.contains(&needle) || (known.len() > 3 && needle.contains(&known))
        })
        .collect();
    // The plainest names first: those that end in what was typed, then the shortest.
    found.sort_by_key(|column| {
        let ends = column.name.to_lowercase().ends_with(&format!("_{needle}"));
        (!ends, rank(column), column.name.len())
    });
    let found: Vec<&str> = found
        .iter()
        .take(3)
        .map(|column| column.name.as_str())
        .collect();
    if found.is_empty() {
        "; `cytolance info` lists them".to_owned()
    } else {
        format!("; similar ones are {}", found.join(", "))
    }
}

/// The columns that say which cell a row is of: metadata and keys, as far as they can be written.
pub fn cell_columns(dataset: &CellDataset) -> Vec<String> {
    let columns = dataset.columns().iter();
    columns
        .filter(|column| {
            column.role == Role::Metadata || dataset.keys().names().any(|key| key == column.name)
        })
        .filter(|column| column.kind.is_value())
        .map(|column| column.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<ColumnInfo> {
        [
            ("Cells_AreaShape_Area", ColumnKind::Float, Role::Feature),
            ("ome_arrow_image", ColumnKind::Picture, Role::Picture),
            ("QC_NucleiCount", ColumnKind::Integer, Role::Quality),
            ("Metadata_Well", ColumnKind::Text, Role::Metadata),
        ]
        .map(|(name, kind, role)| ColumnInfo {
            name: name.to_owned(),
            kind,
            role,
            arrow_type: String::new(),
        })
        .to_vec()
    }

    #[test]
    fn keys_come_first_and_pictures_not_at_all() {
        assert_eq!(
            default_columns(&columns(), TableFormat::Csv),
            ["Metadata_Well", "QC_NucleiCount", "Cells_AreaShape_Area"]
        );
        let chosen = ["Cells_AreaShape_Area", " Metadata_Well", "Metadata_Well"].map(str::to_owned);
        assert_eq!(
            chosen_columns(&columns(), &chosen, TableFormat::Csv).expect("known"),
            ["Metadata_Well", "Cells_AreaShape_Area"]
        );
    }

    #[test]
    fn unknown_columns_name_similar_ones() {
        for (name, hint) in [
            ("area", "Cells_AreaShape_Area"),
            ("zzz", "cytolance info"),
            ("ome_arrow_image", "cytolance info"),
        ] {
            let error = chosen_columns(&columns(), &[name.to_owned()], TableFormat::Csv)
                .expect_err("unknown")
                .to_string();
            assert!(error.contains(name) && error.contains(hint), "{error}");
        }
    }

    #[test]
    fn what_a_format_cannot_hold_is_named() {
        let column = |name: &str, kind, arrow_type: &str| ColumnInfo {
            name: name.to_owned(),
            kind,
            role: Role::Other,
            arrow_type: arrow_type.to_owned(),
        };
        let all = [
            column("embedding", ColumnKind::List, "vector of 384 float32"),
            column("raw", ColumnKind::Bytes, "binary"),
            column("notes", ColumnKind::Other, "map"),
            column("film", ColumnKind::Other, BLOB_TYPE),
            column("crop", ColumnKind::Picture, "ome-arrow"),
        ];
        let cases = [
            (
                TableFormat::Csv,
                vec!["embedding"],
                "left out: raw (binary), notes (map), film (blob); a text file cannot hold these; Parquet and Lance can",
            ),
            (
                TableFormat::Parquet,
                vec!["embedding", "raw", "notes"],
                "left out: film (blob); a copy cannot hold these",
            ),
            (
                TableFormat::Lance,
                vec!["embedding", "raw", "notes"],
                "left out: film (blob); a copy cannot hold these",
            ),
        ];
        for (format, held, words) in cases {
            assert_eq!(default_columns(&all, format), held);
            let left = left_out(&all, format);
            assert_eq!(left_out_in_words(&left, format).as_deref(), Some(words));
            let crops = left.iter().any(|column| column.name == "crop");
            assert_eq!(crops, format != TableFormat::Lance, "{format:?}");
        }
        let error = chosen_columns(&all, &["raw".to_owned()], TableFormat::Csv).expect_err("bytes");
        assert!(error.to_string().contains("raw") && error.to_string().contains("binary"));
    }
}
