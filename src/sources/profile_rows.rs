//! Joined rows that are no cells: the profile of a well, a site or a treatment, as pycytominer aggregates them.

use std::collections::HashSet;

use arrow::array::{Array as _, ArrayRef};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;

use super::features::split_object;
use super::{SourceError, Table, floats_of};
use cytolance_profile::{KeyColumns, RowKind};

/// Rows whose keys are read together.
const ROWS_AT_A_TIME: usize = 20_000;

/// Words in the names of metadata that say which object or image a row is, without separators.
const OBJECT_WORDS: [&str; 9] = [
    "objectnumber",
    "imagenumber",
    "objectid",
    "imageid",
    "cellid",
    "celluuid",
    "singlecell",
    "cropid",
    "bbox",
];

/// Words in the names of metadata that say what was done to the cells.
const TREATMENT_WORDS: [&str; 20] = [
    "broad_sample",
    "broad_id",
    "compound",
    "treatment",
    "pert",
    "jcp2022",
    "inchi",
    "smiles",
    "gene",
    "symbol",
    "moa",
    "drug",
    "chemical",
    "sample",
    "guide",
    "sirna",
    "reagent",
    "condition",
    "cell_line",
    "concentration",
];

/// What the rows of a table are, with the columns that tell.
pub(super) struct ProfileRows {
    pub kind: RowKind,
    /// The dataset's names of the columns of which each row has other values.
    pub by: Vec<String>,
}

impl ProfileRows {
    /// Tells profiles from cells: nothing says which object or image a row is, and no two rows are of the same well,
    /// site or treatment. `rows` holds what is known besides measurements, `all` the names of all columns.
    ///
    /// # Errors
    /// [`SourceError`] when the table cannot be read.
    pub fn tell(
        rows: &Table,
        all: &[&str],
        objects: &[(String, Table)],
    ) -> Result<Option<Self>, SourceError> {
        if rows.num_rows == 0 || all.iter().any(|name| tells_objects(name)) {
            return Ok(None);
        }
        let owners: Vec<String> = objects.iter().map(|(name, _)| name.clone()).collect();
        if has_object_numbers(all, &owners, objects)? {
            return Ok(None);
        }
        let names: Vec<&str> = rows.columns.iter().map(output).collect();
        let keys = KeyColumns::of_names(&names);
        let place = |name: &str| names.iter().position(|own| *own == name);
        let find = |name: Option<&String>| name.and_then(|name| place(name));
        let (plate, well, site) = (
            find(keys.plate.as_ref()),
            find(keys.well.as_ref()),
            find(keys.site.as_ref()),
        );
        let by: Vec<(RowKind, Vec<usize>)> = if let Some(well) = well {
            let of_well: Vec<usize> = plate.into_iter().chain([well]).collect();
            let of_site = site.map(|site| of_well.iter().copied().chain([site]).collect());
            [
                Some((RowKind::Wells, of_well)),
                of_site.map(|of_site| (RowKind::Sites, of_site)),
            ]
            .into_iter()
            .flatten()
            .collect()
        } else {
            let described: Vec<usize> = (0..names.len())
                .filter(|at| Some(*at) == plate || is_description(rows, *at, names[*at]))
                .collect();
            let treated = described.iter().any(|at| says_treatment(names[*at]));
            let by = treated.then_some((RowKind::Treatments, described));
            by.into_iter().collect()
        };
        for (kind, columns) in by {
            if all_differ(rows, &columns)? {
                return Ok(Some(Self {
                    kind,
                    by: columns.iter().map(|at| names[*at].to_owned()).collect(),
                }));
            }
        }
        Ok(None)
    }
}

/// The dataset's name of a column.
fn output(column: &super::TableColumn) -> &str {
    column.output.as_deref().unwrap_or(&column.name)
}

/// Whether a column beside the measurements says which object or image a row is.
fn tells_objects(name: &str) -> bool {
    let is_file = ["FileName_", "PathName_", "URL_"].iter();
    let mut is_file = is_file.flat_map(|word| [(*word).to_owned(), format!("Image_{word}")]);
    if is_file.any(|word| name.starts_with(&word)) {
        return true;
    }
    let letters: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let is_beside = ["metadata", "image", "object"]
        .iter()
        .any(|word| letters.starts_with(word));
    is_beside && OBJECT_WORDS.iter().any(|word| letters.contains(word))
        || matches!(letters.as_str(), "cellid" | "objectid" | "imageid")
}

/// Whether some object has a column of whole numbers that count objects. The mean of many is hardly ever whole.
fn has_object_numbers(
    all: &[&str],
    owners: &[String],
    objects: &[(String, Table)],
) -> Result<bool, SourceError> {
    for name in all {
        let Some((owner, feature)) = split_object(name, owners) else {
            continue;
        };
        if !matches!(feature, "Number_Object_Number" | "ObjectNumber") {
            continue;
        }
        let Some((_, table)) = objects.iter().find(|(name, _)| name == owner) else {
            continue;
        };
        let mut columns = table.columns.iter();
        let Some(at) = columns.position(|column| column.name == feature) else {
            continue;
        };
        let values = table.read(&[at], None)?;
        let numbers = values.first().and_then(floats_of).unwrap_or_default();
        let mut known = numbers.iter().filter(|number| !number.is_nan()).peekable();
        if known.peek().is_some() && known.all(|number| number.fract() == 0.0 && *number > 0.0) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a column describes what was done: metadata that are names, or a dose.
fn is_description(rows: &Table, at: usize, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_dose = ["dose", "conc", "mg_per_ml", "mmoles", "time"]
        .iter()
        .any(|word| lower.contains(word));
    lower.starts_with("metadata_") && (rows.columns[at].data_type == DataType::Utf8 || is_dose)
}

fn says_treatment(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    TREATMENT_WORDS.iter().any(|word| lower.contains(word))
}

/// Whether no two rows have the same values of these columns.
fn all_differ(rows: &Table, columns: &[usize]) -> Result<bool, SourceError> {
    let mut seen: HashSet<Vec<Option<String>>> = HashSet::with_capacity(rows.num_rows);
    for start in (0..rows.num_rows).step_by(ROWS_AT_A_TIME) {
        let end = (start + ROWS_AT_A_TIME).min(rows.num_rows);
        let places: Vec<Option<u32>> = (start as u32..end as u32).map(Some).collect();
        let values = rows.read(columns, Some(&places))?;
        for row in 0..places.len() {
            let key: Vec<Option<String>> = values.iter().map(|values| word(values, row)).collect();
            if key.iter().all(Option::is_none) || !seen.insert(key) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn word(values: &ArrayRef, row: usize) -> Option<String> {
    if values.is_null(row) {
        return None;
    }
    array_value_to_string(values, row).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_objects() {
        for (name, expected) in [
            ("Metadata_ObjectNumber", true),
            ("Metadata_Cytoplasm_ObjectNumber", true),
            ("ObjectNumber", true),
            ("ImageNumber", true),
            ("Image_ImageNumber", true),
            ("Metadata_cell_id", true),
            ("Metadata_SourceBBoxXMin", true),
            ("Image_FileName_DNA", true),
            ("Metadata_Plate", false),
            ("Metadata_Count_Cells", false),
            ("Metadata_Object_Count", false),
            ("Metadata_cell_line", false),
            ("Cells_Number_Object_Number", false),
            ("Cells_AreaShape_BoundingBoxArea", false),
        ] {
            assert_eq!(tells_objects(name), expected, "{name}");
        }
    }
}
