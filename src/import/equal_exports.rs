//! Exports that are there twice: byte for byte, or with the same objects and values in other files.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef};
use arrow::compute::cast;
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::DataType;

use super::equal_pictures::is_same_file;
use super::joined_part::JoinedPart;
use super::{ImportError, TableRemark};
use cytolance_sources::{FoundExport, Table};

/// Rows that are compared at first; nearly all tables differ there.
const FIRST_ROWS: usize = 64;
/// Rows that are compared together.
const ROWS: usize = 8192;

/// An export whose tables are byte for byte those of another one.
#[derive(Debug)]
pub(super) struct Copy {
    pub export: FoundExport,
    /// The place of the other one among those that are left.
    pub of: usize,
}

/// Takes the copies out of some exports.
pub(super) fn take_copies(found: Vec<FoundExport>) -> (Vec<FoundExport>, Vec<Copy>) {
    let mut kept: Vec<FoundExport> = Vec::new();
    let mut copies = Vec::new();
    let mut by_size: HashMap<u64, Vec<usize>> = HashMap::new();
    for export in found {
        let alike = by_size.entry(export.bytes).or_default();
        let of = alike.iter().find(|at| is_copy(&kept[**at], &export));
        if let Some(of) = of.copied() {
            copies.push(Copy { export, of });
        } else {
            alike.push(kept.len());
            kept.push(export);
        }
    }
    (kept, copies)
}

/// Whether two exports of one size have the same files, whatever these are called.
fn is_copy(one: &FoundExport, other: &FoundExport) -> bool {
    let (files, mut others) = (one.files(), other.files());
    if files.len() != others.len() || files.iter().any(|file| !file.is_file()) {
        return false;
    }
    // Files of one name are likely to be the same.
    files.iter().all(|file| {
        let namesake = others
            .iter()
            .position(|known| known.file_name() == file.file_name());
        let mut places: Vec<usize> = namesake.into_iter().collect();
        places.extend((0..others.len()).filter(|at| Some(*at) != namesake));
        let found = places
            .into_iter()
            .find(|at| is_same_file(file, &others[*at]).unwrap_or(false));
        found.map(|at| others.swap_remove(at)).is_some()
    })
}

/// What tells an export from the others, for a sentence.
pub(super) fn name_of(export: &FoundExport) -> String {
    if export.name.is_empty() {
        let path = export.path.file_name();
        return path.map_or_else(
            || export.path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
    }
    export.name.clone()
}

/// Measured values that are the same in two exports before these are called the same.
const FEWEST_VALUES: usize = 3;

/// Names the exports that have the same objects with the same values as an earlier one, in whatever order, and files of
/// another kind or name. `names` are those of the parts.
///
/// # Errors
/// [`ImportError::Source`] when a table cannot be read any more.
pub(super) fn equal_values(
    parts: &[JoinedPart],
    names: &[String],
) -> Result<Vec<TableRemark>, ImportError> {
    let mut remarks = Vec::new();
    let mut alike: HashMap<(&str, usize, usize), Vec<usize>> = HashMap::new();
    for (at, part) in parts.iter().enumerate() {
        let table = &part.joined.table;
        let known = alike
            .entry((
                &part.joined.primary,
                part.joined.rows.len(),
                table.columns.len(),
            ))
            .or_default();
        for earlier in known.iter().copied() {
            if has_same_values(&parts[earlier], part)? {
                remarks.push(TableRemark::SameValues {
                    export: names[at].clone(),
                    of: names[earlier].clone(),
                    rows: part.joined.rows.len(),
                });
                break;
            }
        }
        known.push(at);
    }
    Ok(remarks)
}

/// The rows of a part's primary table, by image and object.
fn by_key(part: &JoinedPart) -> Vec<((i64, i64), i64, u32)> {
    let joined = &part.joined;
    let keys = joined.images.iter().zip(&joined.object_numbers);
    let mut rows: Vec<((i64, i64), i64, u32)> = keys
        .zip(&joined.rows)
        .map(|((image, object), row)| (*image, *object, *row))
        .collect();
    rows.sort_unstable();
    rows
}

/// A column that says where files are, not what was measured.
fn is_path(name: &str) -> bool {
    let parts = [
        "FileName_",
        "PathName_",
        "URL_",
        "ObjectsFileName_",
        "ObjectsPathName_",
    ];
    parts.iter().any(|part| name.starts_with(part))
}

fn has_same_values(one: &JoinedPart, other: &JoinedPart) -> Result<bool, ImportError> {
    let (first, second) = (by_key(one), by_key(other));
    let keys = |rows: &[((i64, i64), i64, u32)]| -> Vec<((i64, i64), i64)> {
        rows.iter()
            .map(|(image, object, _)| (*image, *object))
            .collect()
    };
    if keys(&first) != keys(&second) {
        return Ok(false);
    }
    let (table, others) = (&one.joined.table, &other.joined.table);
    let place_in = |table: &Table, name: &str| {
        let mut columns = table.columns.iter();
        columns.position(|column| column.name == name)
    };
    let mut places = (Vec::new(), Vec::new());
    for (at, column) in table.columns.iter().enumerate() {
        if is_path(&column.name) {
            continue;
        }
        let Some(there) = place_in(others, &column.name) else {
            return Ok(false);
        };
        places.0.push(at);
        places.1.push(there);
    }
    // Keys alone say little: two runs may have found as many objects.
    let is_measured = |at: &&usize| {
        let name = &table.columns[**at].name;
        !matches!(
            name.as_str(),
            "ImageNumber" | "ObjectNumber" | "Number_Object_Number"
        ) && !name.starts_with("Parent_")
            && !name.starts_with("Metadata_")
    };
    // A few values may be the same by chance.
    if places.0.iter().filter(is_measured).count() * first.len() < FEWEST_VALUES {
        return Ok(false);
    }
    let mut start = 0;
    while start < first.len() {
        let step = if start == 0 { FIRST_ROWS } else { ROWS };
        let end = (start + step).min(first.len());
        let rows = |all: &[((i64, i64), i64, u32)]| -> Vec<Option<u32>> {
            all[start..end]
                .iter()
                .map(|(_, _, row)| Some(*row))
                .collect()
        };
        let ours = table.read(&places.0, Some(&rows(&first)))?;
        let theirs = others.read(&places.1, Some(&rows(&second)))?;
        if !ours
            .iter()
            .zip(&theirs)
            .all(|(one, two)| are_same(one, two))
        {
            return Ok(false);
        }
        start = end;
    }
    Ok(true)
}

/// Whether two columns have the same values, whole numbers as fractions being the same.
fn are_same(one: &ArrayRef, other: &ArrayRef) -> bool {
    let (one, other) = if one.data_type() == other.data_type() {
        (Arc::clone(one), Arc::clone(other))
    } else {
        let wanted = if one.data_type().is_numeric() && other.data_type().is_numeric() {
            DataType::Float64
        } else {
            DataType::Utf8
        };
        match (cast(one, &wanted), cast(other, &wanted)) {
            (Ok(one), Ok(other)) => (one, other),
            _ => return false,
        }
    };
    if one.null_count() == one.len() && other.null_count() == other.len() {
        return true;
    }
    distinct(&one, &other).is_ok_and(|differs| differs.true_count() == 0)
}
