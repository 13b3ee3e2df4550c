//! Pictures that object tables name: what their rows say of their image, where the Image table does not say it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::DataType;

use super::image_set::{ImageKey, PICTURE_PREFIXES, image_keys};
use super::table::MemoryStore;
use super::{ReadNotes, SourceError, Table, TableColumn, text_of};
use cytolance_profile::KeyPart;

/// Rows that are read together.
const ROWS_AT_A_TIME: usize = 20_000;

/// Columns that say which picture it is; when one of them contradicts itself, none is believed.
const IDENTITY: [&str; 5] = ["FileName_", "PathName_", "URL_", "Series_", "Frame_"];

/// An image of which the rows of object tables name different pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameConflict {
    /// The column.
    pub column: String,
    /// The table in which the second value is.
    pub table: String,
    /// The first image of which it is so.
    pub image: i64,
    /// Two of the values.
    pub values: [String; 2],
    /// Images of which it is so.
    pub images: usize,
}

/// What object tables say of their images' pictures.
#[derive(Debug, Clone, Default)]
pub(super) struct NamedPictures {
    /// The columns, as an Image table has them.
    pub columns: Vec<String>,
    /// Values of these columns by image.
    pub values: HashMap<ImageKey, Vec<Option<String>>>,
    /// The tables that name pictures.
    pub tables: Vec<String>,
    /// What they say differently of one image; then its pictures are not told.
    pub conflicts: Vec<NameConflict>,
}

/// A column's name as an Image table has it.
fn as_of_image(name: &str) -> &str {
    name.strip_prefix("Image_").unwrap_or(name)
}

fn tells_picture(name: &str) -> bool {
    PICTURE_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || KeyPart::of(name).is_some()
}

fn names_file(name: &str) -> bool {
    let prefixes = ["FileName_", "URL_", "ObjectsFileName_", "ObjectsURL_"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

impl NamedPictures {
    /// Reads what object tables say and the Image table does not. Nothing, where they name no file.
    ///
    /// # Errors
    /// [`SourceError`] when a table cannot be read.
    pub fn read(image: Option<&Table>, objects: &[(String, Table)]) -> Result<Self, SourceError> {
        let known: HashSet<&str> = image.into_iter().flat_map(Table::names).collect();
        let mut named = Self::default();
        for (_, table) in objects {
            for name in table.names().map(as_of_image) {
                let is_new = !known.contains(name) && !named.columns.iter().any(|one| one == name);
                if tells_picture(name) && is_new {
                    named.columns.push(name.to_owned());
                }
            }
        }
        if !named.columns.iter().any(|name| names_file(name)) {
            return Ok(Self::default());
        }
        let mut conflicts: BTreeMap<usize, NameConflict> = BTreeMap::new();
        let mut unsure: HashSet<(ImageKey, usize)> = HashSet::new();
        for (_, table) in objects {
            named.take(table, &mut conflicts, &mut unsure)?;
        }
        for (key, at) in unsure {
            let Some(values) = named.values.get_mut(&key) else {
                continue;
            };
            for other in same_picture(&named.columns, at) {
                values[other] = None;
            }
        }
        named.conflicts = conflicts.into_values().collect();
        Ok(named)
    }

    /// Takes in the rows of one table.
    fn take(
        &mut self,
        table: &Table,
        conflicts: &mut BTreeMap<usize, NameConflict>,
        unsure: &mut HashSet<(ImageKey, usize)>,
    ) -> Result<(), SourceError> {
        let Some(keys) = image_keys(table) else {
            return Ok(());
        };
        // Place in the table, and in the list of columns.
        let places: Vec<(usize, usize)> = (0..table.columns.len())
            .filter_map(|at| {
                let name = as_of_image(&table.columns[at].name);
                let column = self.columns.iter().position(|column| column == name)?;
                Some((at, column))
            })
            .collect();
        if !places
            .iter()
            .any(|(_, column)| names_file(&self.columns[*column]))
        {
            return Ok(());
        }
        self.tables.push(table.label.clone());
        let wanted: Vec<usize> = places.iter().map(|(at, _)| *at).collect();
        for start in (0..table.num_rows).step_by(ROWS_AT_A_TIME) {
            let end = (start + ROWS_AT_A_TIME).min(table.num_rows);
            let rows: Vec<Option<u32>> = (start as u32..end as u32).map(Some).collect();
            let values = table.read(&wanted, Some(&rows))?;
            for (row, key) in keys[start..end].iter().enumerate() {
                let Some(key) = *key else { continue };
                let known = self
                    .values
                    .entry(key)
                    .or_insert_with(|| vec![None; self.columns.len()]);
                for (values, (_, column)) in values.iter().zip(&places) {
                    let Some(text) = text_of(values, row) else {
                        continue;
                    };
                    let Some(before) = &known[*column] else {
                        known[*column] = Some(text);
                        continue;
                    };
                    let name = &self.columns[*column];
                    let is_identity =
                        IDENTITY.iter().any(|prefix| name.starts_with(prefix)) || names_file(name);
                    if *before == text || !is_identity || !unsure.insert((key, *column)) {
                        continue;
                    }
                    let conflict = conflicts.entry(*column).or_insert_with(|| NameConflict {
                        column: name.clone(),
                        table: table.label.clone(),
                        image: key.1,
                        values: [before.clone(), text],
                        images: 0,
                    });
                    conflict.images += 1;
                }
            }
        }
        Ok(())
    }

    /// The values of each column for the rows of an Image table.
    pub fn beside(
        &self,
        row_by_key: &HashMap<ImageKey, usize>,
        rows: usize,
    ) -> Vec<(String, ArrayRef)> {
        let mut key_of_row = vec![None; rows];
        for (key, row) in row_by_key {
            key_of_row[*row] = Some(*key);
        }
        self.columns
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let values: StringArray = key_of_row
                    .iter()
                    .map(|key| self.values.get(key.as_ref()?)?[at].clone())
                    .collect();
                (name.clone(), Arc::new(values) as ArrayRef)
            })
            .collect()
    }

    /// A table in the place of an Image table that is not there: image numbers alone. `like` is one of the tables that
    /// name pictures.
    pub fn table(&self, like: &Table) -> Result<Table, SourceError> {
        let mut keys: Vec<ImageKey> = self.values.keys().copied().collect();
        keys.sort_unstable();
        let numbers = |number: fn(&ImageKey) -> i64| -> ArrayRef {
            Arc::new(keys.iter().map(number).collect::<Int64Array>())
        };
        let column = |place: usize, name: &str| TableColumn {
            name: name.to_owned(),
            data_type: DataType::Int64,
            output: None,
            place,
            is_filled: true,
        };
        let mut columns = vec![column(0, "ImageNumber")];
        let mut values = vec![numbers(|key| key.1)];
        if like.has("TableNumber") {
            columns.push(column(1, "TableNumber"));
            values.push(numbers(|key| key.0));
        }
        let store = MemoryStore {
            columns: values,
            path: like.path.clone(),
        };
        Table::new(
            like.path.clone(),
            like.label.clone(),
            columns,
            Ok(keys.len()),
            ReadNotes::default(),
            Arc::new(store),
            |_| true,
        )
    }
}

/// The columns that say of which file the picture of a column is, that one among them.
fn same_picture(columns: &[String], at: usize) -> Vec<usize> {
    let picture = |name: &str| {
        IDENTITY
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix).map(str::to_owned))
    };
    let own = picture(&columns[at]);
    (0..columns.len())
        .filter(|other| *other == at || (own.is_some() && picture(&columns[*other]) == own))
        .collect()
}
