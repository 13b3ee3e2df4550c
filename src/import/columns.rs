//! The dataset's columns: where each comes from in every part of an import, and of what type it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StringArray, new_null_array};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{cast, is_not_null};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

use super::contradictions::{Contradictions, Said};
use super::part_columns::{ColumnSource, Place, columns_of};
use super::planned_part::PlannedPart;
use super::shapes::ObjectShapes;
use super::{ColumnRemark, ImportError, Remark};
use cytolance_dataset::{BBOX_COLUMNS, DEPTH_COLUMNS, SOURCE_NAME_KEY, column_names};
use cytolance_profile::{KeyPart, counted, plain_words};

/// One column of the dataset.
#[derive(Debug)]
struct OutputColumn {
    /// In the dataset.
    name: String,
    /// In the source.
    source_name: String,
    data_type: DataType,
    /// Some row of some part has a value.
    is_filled: bool,
    /// One list a part, empty where the part has not the column. The first place that has a value gives it.
    places: Vec<Vec<Place>>,
}

/// The columns of all parts, united.
#[derive(Debug)]
pub(super) struct ColumnLayout {
    columns: Vec<OutputColumn>,
    /// Crops are cut from volumes, so that the rows say from which planes.
    pub cuts_volumes: bool,
}

/// Values of some rows of a part.
pub(super) struct GatheredRows {
    /// One a column of the layout.
    pub arrays: Vec<ArrayRef>,
    /// Where the cells are, one an object of the part.
    pub shapes: Vec<ObjectShapes>,
    /// Their numbers in the masks.
    pub numbers: Vec<Vec<Option<i64>>>,
    /// What tables say differently.
    pub contradictions: Contradictions,
    /// Values of each object's table, by the places of its columns.
    pub values: Vec<HashMap<usize, ArrayRef>>,
}

impl ColumnLayout {
    /// Unites the columns of the parts by name. What had to be decided is noted in `remarks`.
    ///
    /// `with_pictures`: the rows get crops, whose boxes have names of their own. `beside` are the names of the columns
    /// that the dataset has besides.
    pub fn new(
        parts: &[PlannedPart],
        with_pictures: bool,
        beside: &[String],
        remarks: &mut Vec<Remark>,
    ) -> Self {
        let mut columns: Vec<OutputColumn> = Vec::new();
        let mut at_by_name: HashMap<String, usize> = HashMap::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut changed: BTreeMap<String, (String, String)> = BTreeMap::new();
        let is_deep = |part: &PlannedPart| part.volumes.is_some() && !part.copies_crops();
        let cuts_volumes = parts.iter().any(is_deep);
        for (number, part) in parts.iter().enumerate() {
            for own in columns_of(part) {
                let (name, data_type) = (own.name, own.data_type);
                if let Some(wanted) = own.wanted {
                    taken.insert(format!("{wanted} is {name}"));
                }
                let is_depth = cuts_volumes && DEPTH_COLUMNS.contains(&name.as_str());
                if with_pictures && (is_depth || BBOX_COLUMNS.contains(&name.as_str())) {
                    if !part.copies_crops() {
                        let (column, path) = (name, part.path.clone());
                        remarks.push(ColumnRemark::FormerBox { column, path }.into());
                    }
                    continue;
                }
                let at = *at_by_name.entry(name.clone()).or_insert_with(|| {
                    columns.push(OutputColumn {
                        name: String::new(),
                        source_name: name.clone(),
                        data_type: data_type.clone(),
                        is_filled: own.is_filled,
                        places: vec![Vec::new(); parts.len()],
                    });
                    columns.len() - 1
                });
                let column = &mut columns[at];
                column.places[number] = own.places;
                let (before, filled) = ((&column.data_type, column.is_filled), own.is_filled);
                let united = unite_filled(before, (&data_type, filled));
                let both = column.is_filled && filled;
                column.is_filled |= filled;
                if !both {
                    column.data_type = united;
                    continue;
                }
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
                let [one, other] = [one, other].map(|name| plain_words(&name));
                texts.push(format!("{name} ({one} and {other})"));
            }
        }
        if !texts.is_empty() {
            remarks.push(ColumnRemark::MixedTypes { columns: texts }.into());
        }
        if parts.len() > 1 {
            let partial: Vec<String> = columns
                .iter()
                .filter_map(|column| {
                    let absent = column
                        .places
                        .iter()
                        .filter(|places| places.is_empty())
                        .count();
                    let name = &column.source_name;
                    (absent > 0).then(|| format!("{name} (null in {})", counted(absent, "part")))
                })
                .collect();
            if !partial.is_empty() {
                remarks.push(ColumnRemark::AbsentInParts { columns: partial }.into());
            }
        }
        if !taken.is_empty() {
            let columns = taken.into_iter().collect();
            remarks.push(ColumnRemark::Taken { columns }.into());
        }
        give_names(&mut columns, beside, remarks);
        Self {
            columns,
            cuts_volumes,
        }
    }

    /// The fields of the dataset's schema.
    pub fn fields(&self) -> Vec<Field> {
        self.columns
            .iter()
            .map(|column| {
                let field = Field::new(&column.name, column.data_type.clone(), true);
                if column.name == column.source_name {
                    return field;
                }
                let source_name = column.source_name.clone();
                field.with_metadata(HashMap::from([(SOURCE_NAME_KEY.to_owned(), source_name)]))
            })
            .collect()
    }

    /// Columns that have another name than in their source, with that name.
    pub fn renamed(&self) -> BTreeMap<String, String> {
        let renamed = self.columns.iter();
        renamed
            .filter(|column| column.name != column.source_name)
            .map(|column| (column.source_name.clone(), column.name.clone()))
            .collect()
    }

    /// Gives columns the names that a dataset has for them, to which they are added. A remark says of every column that
    /// goes into one of another source name, as `A.b` and `A_b` may.
    pub fn fit_to(&mut self, existing: &Schema, remarks: &mut Vec<Remark>) {
        let source_name = |field: &Field| field.metadata().get(SOURCE_NAME_KEY).cloned();
        for field in existing.fields() {
            let taken = self.columns.iter().any(|own| own.name == *field.name());
            let Some(wanted) = source_name(field).filter(|_| !taken) else {
                continue;
            };
            let mut own = self.columns.iter_mut();
            if let Some(own) = own.find(|own| own.source_name == wanted) {
                own.name.clone_from(field.name());
            }
        }
        remarks.extend(self.columns.iter().filter_map(|own| {
            let field = existing.field_with_name(&own.name).ok()?;
            let theirs = source_name(field).unwrap_or_else(|| field.name().clone());
            (theirs != own.source_name).then(|| {
                let remark = ColumnRemark::OtherColumn {
                    own: own.source_name.clone(),
                    column: own.name.clone(),
                    theirs,
                };
                remark.into()
            })
        }));
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
        let column = columns.find(|column| {
            let mut places = column.places[part].iter();
            places.any(|place| place.source == source)
        })?;
        Some(&column.name)
    }

    /// Whether a part has values of a column.
    pub fn is_filled(&self, part: usize, name: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| column.name == name && !column.places[part].is_empty())
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
        part: &PlannedPart,
        number: usize,
        rows: Range<usize>,
    ) -> Result<GatheredRows, ImportError> {
        let read = ReadRows::read(&self.columns, part, number, rows)?;
        let mut contradictions = Contradictions::default();
        let arrays = self
            .columns
            .iter()
            .map(|column| read.column(column, number, &mut contradictions))
            .collect::<Result<_, ImportError>>()?;
        Ok(GatheredRows {
            arrays,
            shapes: read.shapes(),
            numbers: read.numbers,
            contradictions,
            values: read.objects,
        })
    }
}

/// What the tables of a part say of some joined rows.
struct ReadRows<'a> {
    part: &'a PlannedPart,
    rows: Range<usize>,
    /// Columns of each object's table, by their places.
    objects: Vec<HashMap<usize, ArrayRef>>,
    /// Columns of the Image table.
    image: HashMap<usize, ArrayRef>,
    /// Numbers of each object.
    numbers: Vec<Vec<Option<i64>>>,
}

impl<'a> ReadRows<'a> {
    /// Reads what the columns take from the part of this number.
    fn read(
        columns: &[OutputColumn],
        part: &'a PlannedPart,
        number: usize,
        rows: Range<usize>,
    ) -> Result<Self, ImportError> {
        let objects = part.objects();
        let object_rows: Vec<Vec<Option<u32>>> = (0..objects.len())
            .map(|object| part.table_rows(object, rows.clone()))
            .collect();
        let wanted = |table: Option<usize>| -> Vec<usize> {
            columns
                .iter()
                .flat_map(|column| &column.places[number])
                .filter_map(|place| match (table, place.source) {
                    (None, ColumnSource::Image(at)) => Some(at),
                    (Some(object), ColumnSource::Object(of, at)) if of == object => Some(at),
                    _ => None,
                })
                .collect()
        };
        let mut values: Vec<HashMap<usize, ArrayRef>> = Vec::new();
        for (object, rows) in object_rows.iter().enumerate() {
            let places = wanted(Some(object));
            let read = objects[object].1.read(&places, Some(rows))?;
            values.push(places.into_iter().zip(read).collect());
        }
        let places = wanted(None);
        let image = match &part.image_table {
            Some(table) => {
                let read = table.read(&places, Some(&part.image_table_rows(rows.clone())))?;
                places.into_iter().zip(read).collect()
            }
            None => HashMap::new(),
        };
        let numbers = (0..objects.len())
            .map(|object| part.object_numbers(object, &object_rows[object], rows.clone()))
            .collect();
        Ok(Self {
            part,
            rows,
            objects: values,
            image,
            numbers,
        })
    }

    /// What was measured of the shape of each object.
    fn shapes(&self) -> Vec<ObjectShapes> {
        self.part
            .objects()
            .into_iter()
            .zip(&self.objects)
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
            .collect()
    }

    /// The values of one source.
    fn values(&self, source: ColumnSource) -> Option<ArrayRef> {
        let (part, rows) = (self.part, self.rows.clone());
        Some(match source {
            ColumnSource::Source => Arc::new(StringArray::from_iter_values(
                rows.map(|row| part.source_of(row)),
            )),
            ColumnSource::ImageNumber => Arc::new(Int64Array::from_iter_values(
                part.joined.images[rows].iter().map(|key| key.1),
            )),
            ColumnSource::ObjectNumber => {
                Arc::new(Int64Array::from(part.joined.object_numbers[rows].to_vec()))
            }
            ColumnSource::CompartmentNumber(object) => {
                Arc::new(Int64Array::from(self.numbers[object].clone()))
            }
            ColumnSource::NucleiCount => {
                let counts = part.joined.nuclei_counts.as_ref()?;
                Arc::new(Int64Array::from(counts[rows].to_vec()))
            }
            ColumnSource::Named(wanted) => named_values(part, rows, wanted),
            ColumnSource::Image(at) => Arc::clone(self.image.get(&at)?),
            ColumnSource::Object(object, at) => Arc::clone(self.objects[object].get(&at)?),
        })
    }

    /// The values of a column: the first source's, with what the others say in its gaps. Contradictions are noted.
    fn column(
        &self,
        column: &OutputColumn,
        number: usize,
        contradictions: &mut Contradictions,
    ) -> Result<ArrayRef, ImportError> {
        let part = self.part;
        let failed = |source: ArrowError| ImportError::Column {
            path: part.path.clone(),
            column: column.source_name.clone(),
            source,
        };
        let mut said: Vec<Said> = Vec::new();
        let mut array: Option<ArrayRef> = None;
        let places = &column.places[number];
        for place in places {
            let Some(own) = self.values(place.source) else {
                continue;
            };
            if places.len() > 1 {
                let table = part.table_of(place.source);
                said.push(Said {
                    table,
                    values: Arc::clone(&own),
                });
            }
            if !place.fills {
                continue;
            }
            let own = if *own.data_type() == column.data_type {
                own
            } else {
                cast(&own, &column.data_type).map_err(failed)?
            };
            array = Some(match array {
                Some(before) => filled(&before, &own).map_err(failed)?,
                None => own,
            });
        }
        contradictions
            .compare(&column.source_name, &said, |row| {
                (number, part.field_of(self.rows.start + row))
            })
            .map_err(failed)?;
        Ok(array.unwrap_or_else(|| new_null_array(&column.data_type, self.rows.len())))
    }
}

/// The first values, and the second ones where these are null.
fn filled(first: &ArrayRef, second: &ArrayRef) -> Result<ArrayRef, arrow::error::ArrowError> {
    if first.null_count() == 0 {
        return Ok(Arc::clone(first));
    }
    zip(&is_not_null(first)?, first, second)
}

/// Plate, well or site as the names of pictures say it.
fn named_values(part: &PlannedPart, rows: Range<usize>, wanted: KeyPart) -> ArrayRef {
    let values = part.joined.images[rows]
        .iter()
        .map(|image| part.named.as_ref()?.value(*image, wanted));
    match wanted {
        KeyPart::Site => Arc::new(
            values
                .map(|site| site?.parse::<i64>().ok())
                .collect::<Int64Array>(),
        ),
        KeyPart::Plate | KeyPart::Well => Arc::new(values.collect::<StringArray>()),
    }
}

/// Gives every column the name that it has in the dataset.
fn give_names(columns: &mut [OutputColumn], beside: &[String], remarks: &mut Vec<Remark>) {
    let wanted: Vec<&str> = columns
        .iter()
        .map(|column| column.source_name.as_str())
        .collect();
    let names = column_names(&wanted, beside);
    let mut renamed = Vec::new();
    for (column, name) in columns.iter_mut().zip(names) {
        if name != column.source_name {
            renamed.push(format!("{} is {name}", column.source_name));
        }
        column.name = name;
    }
    if !renamed.is_empty() {
        remarks.push(ColumnRemark::Renamed { columns: renamed }.into());
    }
}

/// The type that holds the values of both without loss, where a column without any value has no say.
pub(super) fn unite_filled(
    (one, one_filled): (&DataType, bool),
    (other, other_filled): (&DataType, bool),
) -> DataType {
    match (one_filled, other_filled) {
        (false, true) => other.clone(),
        (true, false) => one.clone(),
        _ => unite(one, other),
    }
}

/// The type that holds the values of both without loss.
pub(super) fn unite(one: &DataType, other: &DataType) -> DataType {
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
