//! The columns that one part contributes, and where it has their values.

use std::collections::{HashMap, HashSet};

use arrow::array::Array as _;
use arrow::datatypes::DataType;

use super::columns::unite_filled;
use super::planned_part::PlannedPart;
use cytolance_profile::KeyPart;
use cytolance_sources::TableColumn;

/// Where a part has the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnSource {
    Source,
    ImageNumber,
    ObjectNumber,
    /// Number of an object of the part that is not the primary one.
    CompartmentNumber(usize),
    /// Column of the Image table.
    Image(usize),
    /// Column of an object's table.
    Object(usize, usize),
    NucleiCount,
    /// Plate, well or site from the names of pictures.
    Named(KeyPart),
}

/// One of the places where a part says the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub source: ColumnSource,
    /// Its values are taken where the places before have none; otherwise it is only compared with them.
    pub fills: bool,
}

/// A column of a part.
#[derive(Debug)]
pub(super) struct PartColumn {
    pub name: String,
    /// The name that it would have if that were not taken.
    pub wanted: Option<String>,
    pub data_type: DataType,
    /// Some row has a value; otherwise the type says nothing.
    pub is_filled: bool,
    /// The first one that has a value gives it.
    pub places: Vec<Place>,
}

/// The columns that a part contributes, in the dataset's order.
pub(super) fn columns_of(part: &PlannedPart) -> Vec<PartColumn> {
    let mut columns = Names::default();
    columns.push("Metadata_Source", &DataType::Utf8, ColumnSource::Source);
    // The profile of a well is of no image and no object.
    if !part.rows_are.is_profile() {
        columns.push(
            "Metadata_ImageNumber",
            &DataType::Int64,
            ColumnSource::ImageNumber,
        );
        columns.push(
            "Metadata_ObjectNumber",
            &DataType::Int64,
            ColumnSource::ObjectNumber,
        );
    }
    for wanted in part.named.iter().flat_map(|named| &named.columns) {
        let data_type = match wanted {
            KeyPart::Site => DataType::Int64,
            KeyPart::Plate | KeyPart::Well => DataType::Utf8,
        };
        columns.push(wanted.column(), &data_type, ColumnSource::Named(*wanted));
    }
    let objects = part.objects();
    if !part.is_joined() {
        for (object, (name, _)) in objects.iter().enumerate().skip(1) {
            columns.push(
                &format!("Metadata_{name}_ObjectNumber"),
                &DataType::Int64,
                ColumnSource::CompartmentNumber(object),
            );
        }
    }
    if let Some(table) = &part.image_table {
        for metadata_first in [true, false] {
            for (at, column) in table.columns.iter().enumerate() {
                let name = image_column(column);
                if name.starts_with("Metadata_") != metadata_first || column.name == "ImageNumber" {
                    continue;
                }
                if columns.is_key(&name) {
                    continue;
                }
                columns.push_of(&name, column, ColumnSource::Image(at));
            }
        }
    }
    for (object, (name, table)) in objects.iter().enumerate() {
        for (at, column) in table.columns.iter().enumerate() {
            // The keys are columns of their own.
            if matches!(
                column.name.as_str(),
                "ImageNumber" | "ObjectNumber" | "TableNumber"
            ) {
                continue;
            }
            let source = ColumnSource::Object(object, at);
            // An export may repeat its Image table in every row.
            let Some(repeated) = repeated_column(&column.name) else {
                let own = || format!("{name}_{}", column.name);
                let name = column.output.clone().unwrap_or_else(own);
                columns.push_of(&name, column, source);
                continue;
            };
            if columns.is_key(&repeated) {
                continue;
            }
            columns.repeat(part, &repeated, column, source);
        }
    }
    if part.joined.nuclei_counts.is_some() {
        columns.push(
            "QC_NucleiCount",
            &DataType::Int64,
            ColumnSource::NucleiCount,
        );
    }
    columns.columns
}

/// The dataset's name of a column of the Image table.
fn image_column(column: &TableColumn) -> String {
    match &column.output {
        Some(output) => output.clone(),
        None if column.name == "TableNumber" => "Metadata_TableNumber".to_owned(),
        None if column.name.starts_with("Metadata_") || column.name.starts_with("Image_") => {
            column.name.clone()
        }
        None => format!("Image_{}", column.name),
    }
}

/// The dataset's name of a column of an object's table that says something of the image.
fn repeated_column(name: &str) -> Option<String> {
    if name.starts_with("Metadata_") {
        return Some(name.to_owned());
    }
    let is_file = name.starts_with("FileName_") || name.starts_with("PathName_");
    is_file.then(|| format!("Image_{name}"))
}

/// Columns under names that occur once.
#[derive(Default)]
struct Names {
    columns: Vec<PartColumn>,
    taken: HashSet<String>,
    /// Columns of tables by the names that these give them.
    of_tables: HashMap<String, usize>,
}

impl Names {
    /// Adds a column of a table.
    fn push_of(&mut self, name: &str, column: &TableColumn, source: ColumnSource) {
        self.push(name, &column.data_type, source);
        if let Some(own) = self.columns.last_mut() {
            own.is_filled = column.is_filled;
        }
    }

    /// Adds a column; a name that is taken gets a number, so that nothing is lost.
    fn push(&mut self, name: &str, data_type: &DataType, source: ColumnSource) {
        let mut unique = name.to_owned();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        if matches!(source, ColumnSource::Image(_) | ColumnSource::Object(..)) {
            self.of_tables
                .entry(name.to_owned())
                .or_insert(self.columns.len());
        }
        self.columns.push(PartColumn {
            wanted: (unique != name).then(|| name.to_owned()),
            name: unique,
            data_type: data_type.clone(),
            is_filled: true,
            places: vec![Place {
                source,
                fills: true,
            }],
        });
    }

    /// Adds a further place of a column that another table may have, too. A type that holds the values of both is
    /// taken only where the first table leaves some to the second.
    fn repeat(&mut self, part: &PlannedPart, name: &str, own: &TableColumn, source: ColumnSource) {
        let Some(at) = self.of_tables.get(name) else {
            self.push_of(name, own, source);
            return;
        };
        let column = &mut self.columns[*at];
        let fills = column.data_type == own.data_type
            || column
                .places
                .first()
                .is_none_or(|first| leaves_gaps(part, first.source));
        if fills {
            let before = (&column.data_type, column.is_filled);
            column.data_type = unite_filled(before, (&own.data_type, own.is_filled));
            column.is_filled |= own.is_filled;
        }
        column.places.push(Place { source, fills });
    }

    /// Whether the name is that of a key we write ourselves.
    fn is_key(&self, name: &str) -> bool {
        matches!(name, "Metadata_ImageNumber" | "Metadata_ObjectNumber")
            && self.taken.contains(name)
    }
}

/// Whether some image with cells has no value there.
fn leaves_gaps(part: &PlannedPart, source: ColumnSource) -> bool {
    let ColumnSource::Image(at) = source else {
        return true;
    };
    let values = part
        .image_table
        .as_ref()
        .and_then(|table| table.held(&table.columns[at].name));
    let Some(values) = values else { return true };
    let mut start = 0;
    part.joined.images.chunk_by(|a, b| a == b).any(|group| {
        let rows = part.image_table_rows(start..start + 1);
        start += group.len();
        rows.iter()
            .any(|row| row.is_none_or(|row| values.is_null(row as usize)))
    })
}
