//! The dataset's columns: where each comes from in every part of an import, and of what type it is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field};

use super::ImportError;
use super::named_images::NamePart;
use super::part::Part;
use super::shapes::ObjectShapes;
use crate::cellprofiler::{SourceError, TableColumn};
use crate::dataset::BBOX_COLUMNS;

/// Where a part has the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnSource {
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
    Named(NamePart),
}

/// One column of the dataset.
#[derive(Debug)]
struct OutputColumn {
    name: String,
    data_type: DataType,
    /// One a part; `None` where the part has not the column.
    sources: Vec<Option<ColumnSource>>,
}

/// The columns of all parts, united.
#[derive(Debug)]
pub(super) struct ColumnLayout {
    columns: Vec<OutputColumn>,
}

/// Values of some rows of a part.
pub(super) struct GatheredRows {
    /// One a column of the layout.
    pub arrays: Vec<ArrayRef>,
    /// Where the cells are, one an object of the part.
    pub shapes: Vec<ObjectShapes>,
    /// Their numbers in the masks.
    pub numbers: Vec<Vec<Option<i64>>>,
}

impl ColumnLayout {
    /// Unites the columns of the parts by name. What had to be decided is noted in `remarks`.
    ///
    /// `with_pictures`: the rows get crops, whose boxes have names of their own.
    pub fn new(parts: &[Part], with_pictures: bool, remarks: &mut Vec<String>) -> Self {
        let mut columns: Vec<OutputColumn> = Vec::new();
        let mut at_by_name: HashMap<String, usize> = HashMap::new();
        let mut changed: BTreeMap<String, (String, String)> = BTreeMap::new();
        for (number, part) in parts.iter().enumerate() {
            for (name, data_type, source) in columns_of(part) {
                if with_pictures && BBOX_COLUMNS.contains(&name.as_str()) {
                    if !part.takes_stored_pictures {
                        remarks.push(format!(
                            "{name} of {} says what was cut out before; here it says what is cut out now",
                            part.path.display()
                        ));
                    }
                    continue;
                }
                let at = *at_by_name.entry(name.clone()).or_insert_with(|| {
                    columns.push(OutputColumn {
                        name: name.clone(),
                        data_type: data_type.clone(),
                        sources: vec![None; parts.len()],
                    });
                    columns.len() - 1
                });
                let column = &mut columns[at];
                column.sources[number] = Some(source);
                let united = unite(&column.data_type, &data_type);
                if united != column.data_type || united != data_type {
                    changed
                        .entry(name)
                        .or_insert_with(|| (column.data_type.to_string(), data_type.to_string()));
                }
                column.data_type = united;
            }
        }
        let mut texts = Vec::new();
        for (name, (one, other)) in changed {
            // Whole numbers here and fractions there is what an export does; words among numbers is not.
            if at_by_name
                .get(&name)
                .is_some_and(|at| columns[*at].data_type == DataType::Utf8)
            {
                texts.push(format!("{name} ({one} and {other})"));
            }
        }
        if !texts.is_empty() {
            remarks.push(format!(
                "columns that are numbers in one part and text in another, kept as text: {}",
                texts.join(", ")
            ));
        }
        if parts.len() > 1 {
            let partial: Vec<String> = columns
                .iter()
                .filter_map(|column| {
                    let absent = column
                        .sources
                        .iter()
                        .filter(|source| source.is_none())
                        .count();
                    (absent > 0).then(|| format!("{} (null in {absent} parts)", column.name))
                })
                .collect();
            if !partial.is_empty() {
                let more = partial.len().saturating_sub(20);
                let mut shown = partial[..partial.len().min(20)].join(", ");
                if more > 0 {
                    shown = format!("{shown} and {more} more");
                }
                remarks.push(format!("columns that some parts have not: {shown}"));
            }
        }
        Self { columns }
    }

    /// The fields of the dataset's schema.
    pub fn fields(&self) -> Vec<Field> {
        self.columns
            .iter()
            .map(|column| Field::new(&column.name, column.data_type.clone(), true))
            .collect()
    }

    /// The dataset's name of a column of the Image table of a part.
    pub fn name_of_image_column(&self, part: usize, at: usize) -> Option<&str> {
        self.name_of(part, ColumnSource::Image(at))
    }

    /// The dataset's name of a column of an object's table of a part.
    pub fn name_of_object_column(&self, part: usize, object: usize, at: usize) -> Option<&str> {
        self.name_of(part, ColumnSource::Object(object, at))
    }

    fn name_of(&self, part: usize, source: ColumnSource) -> Option<&str> {
        let mut columns = self.columns.iter();
        let column = columns.find(|column| column.sources[part] == Some(source))?;
        Some(&column.name)
    }

    /// Whether a part has values of a column.
    pub fn is_filled(&self, part: usize, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name == name && column.sources[part].is_some())
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Reads the values of some joined rows of a part.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a table cannot be read any more.
    pub fn gather(
        &self,
        part: &Part,
        number: usize,
        rows: Range<usize>,
    ) -> Result<GatheredRows, ImportError> {
        let len = rows.len();
        let objects = part.objects();
        let object_rows: Vec<Vec<Option<u32>>> = (0..objects.len())
            .map(|object| part.table_rows(object, rows.clone()))
            .collect();
        let image_rows = part.image_table_rows(rows.clone());
        let wanted = |table: Option<usize>| -> Vec<usize> {
            self.columns
                .iter()
                .filter_map(|column| match (table, column.sources[number]?) {
                    (None, ColumnSource::Image(at)) => Some(at),
                    (Some(object), ColumnSource::Object(of, at)) if of == object => Some(at),
                    _ => None,
                })
                .collect()
        };
        let mut values: Vec<HashMap<usize, ArrayRef>> = Vec::new();
        for (object, rows) in object_rows.iter().enumerate() {
            let columns = wanted(Some(object));
            let read = objects[object].1.read(&columns, Some(rows))?;
            values.push(columns.into_iter().zip(read).collect());
        }
        let columns = wanted(None);
        let image_values: HashMap<usize, ArrayRef> = match &part.image_table {
            Some(table) => {
                let read = table.read(&columns, Some(&image_rows))?;
                columns.into_iter().zip(read).collect()
            }
            None => HashMap::new(),
        };
        let numbers: Vec<Vec<Option<i64>>> = (0..objects.len())
            .map(|object| part.object_numbers(object, &object_rows[object], rows.clone()))
            .collect();
        let shapes = objects
            .iter()
            .zip(&values)
            .map(|((_, table), values)| {
                let column = |name: &str| {
                    let at = table
                        .columns
                        .iter()
                        .position(|column| column.name == name)?;
                    values.get(&at).cloned()
                };
                ObjectShapes::new(column)
            })
            .collect();
        let arrays = self
            .columns
            .iter()
            .map(|column| {
                let array: ArrayRef = match column.sources[number] {
                    None => new_null_array(&column.data_type, len),
                    Some(ColumnSource::Source) => Arc::new(StringArray::from_iter_values(
                        rows.clone().map(|row| part.source_of(row)),
                    )),
                    Some(ColumnSource::ImageNumber) => Arc::new(Int64Array::from_iter_values(
                        part.joined.images[rows.clone()].iter().map(|key| key.1),
                    )),
                    Some(ColumnSource::ObjectNumber) => Arc::new(Int64Array::from(
                        part.joined.object_numbers[rows.clone()].to_vec(),
                    )),
                    Some(ColumnSource::CompartmentNumber(object)) => {
                        Arc::new(Int64Array::from(numbers[object].clone()))
                    }
                    Some(ColumnSource::NucleiCount) => match &part.joined.nuclei_counts {
                        Some(counts) => Arc::new(Int64Array::from(counts[rows.clone()].to_vec())),
                        None => new_null_array(&DataType::Int64, len),
                    },
                    Some(ColumnSource::Named(wanted)) => {
                        let values = part.joined.images[rows.clone()]
                            .iter()
                            .map(|image| part.named.as_ref()?.value(*image, wanted));
                        match wanted {
                            NamePart::Site => Arc::new(
                                values
                                    .map(|site| site?.parse::<i64>().ok())
                                    .collect::<Int64Array>(),
                            ),
                            NamePart::Plate | NamePart::Well => {
                                Arc::new(values.collect::<StringArray>())
                            }
                        }
                    }
                    Some(ColumnSource::Image(at)) => image_values
                        .get(&at)
                        .map_or_else(|| new_null_array(&column.data_type, len), Arc::clone),
                    Some(ColumnSource::Object(object, at)) => values[object]
                        .get(&at)
                        .map_or_else(|| new_null_array(&column.data_type, len), Arc::clone),
                };
                if *array.data_type() == column.data_type {
                    return Ok(array);
                }
                cast(&array, &column.data_type).map_err(|error| {
                    ImportError::Source(SourceError::Table {
                        path: part.path.clone(),
                        reason: format!("{}: {error}", column.name),
                    })
                })
            })
            .collect::<Result<_, ImportError>>()?;
        Ok(GatheredRows {
            arrays,
            shapes,
            numbers,
        })
    }
}

/// The type that holds the values of both without loss.
fn unite(one: &DataType, other: &DataType) -> DataType {
    let is_number = |kind: &DataType| {
        matches!(
            kind,
            DataType::Int64 | DataType::Float32 | DataType::Float64
        )
    };
    if one == other {
        one.clone()
    } else if is_number(one) && is_number(other) {
        DataType::Float64
    } else {
        DataType::Utf8
    }
}

/// The columns that a part contributes, in the dataset's order.
fn columns_of(part: &Part) -> Vec<(String, DataType, ColumnSource)> {
    let mut columns = Names::default();
    columns.push("Metadata_Source", &DataType::Utf8, ColumnSource::Source);
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
    for wanted in part.named.iter().flat_map(|named| &named.columns) {
        let data_type = match wanted {
            NamePart::Site => DataType::Int64,
            NamePart::Plate | NamePart::Well => DataType::Utf8,
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
                columns.push(&name, &column.data_type, ColumnSource::Image(at));
            }
        }
    }
    for (object, (name, table)) in objects.iter().enumerate() {
        for (at, column) in table.columns.iter().enumerate() {
            // The keys are columns of their own, and an export may repeat its Image table in every row.
            let repeated = column
                .name
                .starts_with("Metadata_")
                .then(|| column.name.clone())
                .or_else(|| {
                    column
                        .name
                        .starts_with("FileName_")
                        .then(|| format!("Image_{}", column.name))
                })
                .or_else(|| {
                    column
                        .name
                        .starts_with("PathName_")
                        .then(|| format!("Image_{}", column.name))
                });
            if matches!(column.name.as_str(), "ImageNumber" | "ObjectNumber")
                || column.name == "TableNumber"
                || repeated.as_ref().is_some_and(|name| columns.has(name))
            {
                continue;
            }
            let name = repeated.unwrap_or_else(|| {
                column
                    .output
                    .clone()
                    .unwrap_or_else(|| format!("{name}_{}", column.name))
            });
            columns.push(&name, &column.data_type, ColumnSource::Object(object, at));
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

/// Columns under names that occur once.
#[derive(Default)]
struct Names {
    columns: Vec<(String, DataType, ColumnSource)>,
    taken: HashSet<String>,
}

impl Names {
    /// Adds a column; a name that is taken gets a number, so that nothing is lost.
    fn push(&mut self, name: &str, data_type: &DataType, source: ColumnSource) {
        let mut unique = name.to_owned();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        self.columns.push((unique, data_type.clone(), source));
    }

    fn has(&self, name: &str) -> bool {
        self.taken.contains(name)
    }

    /// Whether the name is that of a key we write ourselves.
    fn is_key(&self, name: &str) -> bool {
        matches!(name, "Metadata_ImageNumber" | "Metadata_ObjectNumber") && self.has(name)
    }
}
