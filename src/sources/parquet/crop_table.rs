//! The crops of `CytoTable`'s image warehouse: a Parquet table with a row for every cell and channel, beside the
//! table of the cells.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Schema};

use super::parquet_table::ParquetStore;
use crate::export::StoredColumns;
use crate::table::TableStore;
use crate::{Export, ReadNotes, SourceError, SourceRemark, Table, TableColumn, text_of};

/// Names the cell, here and in the table of the cells.
const OBJECT: &str = "Metadata_ObjectID";
/// Names the channel, as the column of the picture's file name.
const CHANNEL: &str = "source_image_column";
const PICTURE: &str = "ome_arrow_image";

/// What a Parquet file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ParquetRole {
    /// A row for every cell, as far as is known before it is opened.
    Cells,
    /// Crops.
    Crops,
    /// Whole pictures, from which the crops were cut.
    SourceImages,
}

impl ParquetRole {
    /// Tells it by the columns. A file that cannot be read is taken for cells, so that its error is seen.
    pub fn of(path: &Path) -> Self {
        let Ok(store) = ParquetStore::open(path) else {
            return Self::Cells;
        };
        let has = |name: &str| store.schema().field_with_name(name).is_ok();
        match (has(CHANNEL) && has(PICTURE), has(OBJECT)) {
            (true, true) => Self::Crops,
            (true, false) => Self::SourceImages,
            _ => Self::Cells,
        }
    }
}

/// Gives the rows of an export the crops that belong to them.
///
/// # Errors
/// [`SourceError`] when a file cannot be read.
pub(super) fn attach_crops(export: &mut Export, files: &[PathBuf]) -> Result<(), SourceError> {
    if files.is_empty() {
        return Ok(());
    }
    let Some(table) = &export.image else {
        return Ok(());
    };
    let place = |name: &str| table.columns.iter().position(|column| column.name == name);
    let Some(at) = place(OBJECT) else {
        export.remarks.push(SourceRemark::CropsWithoutKey {
            path: export.path.clone(),
            column: OBJECT,
        });
        return Ok(());
    };
    let ids = table.read(&[at], None)?;
    let mut row_of: HashMap<String, u32> = HashMap::new();
    for row in 0..table.num_rows {
        if let Some(id) = ids.first().and_then(|ids| text_of(ids, row)) {
            row_of.entry(id).or_insert(row as u32);
        }
    }
    let (store, channels, unused) = CropStore::open(files, &row_of)?;
    if unused > 0 {
        export.remarks.push(SourceRemark::CropsOfNoRow {
            crops: unused,
            path: export.path.clone(),
        });
    }
    let Some(data_type) = store.data_type.clone() else {
        return Ok(());
    };
    let columns = channels
        .iter()
        .enumerate()
        .map(|(place, name)| TableColumn {
            is_filled: true,
            name: name.clone(),
            data_type: data_type.clone(),
            output: None,
            place,
        })
        .collect();
    let stored = StoredColumns {
        table: Table::new(
            export.path.clone(),
            PICTURE.to_owned(),
            columns,
            Ok(table.num_rows),
            ReadNotes::default(),
            Arc::new(store),
            |_| false,
        )?,
        fields: channels
            .into_iter()
            .map(|name| Field::new(name, data_type.clone(), true))
            .collect(),
    };
    if export.stored.replace(stored).is_some() {
        export.remarks.push(SourceRemark::CropsBesideTaken {
            path: export.path.clone(),
        });
    }
    Ok(())
}

/// Crops by the row of their cell; a column is a channel.
#[derive(Debug)]
struct CropStore {
    files: Vec<ParquetStore>,
    /// Place of the pictures in each file.
    pictures: Vec<usize>,
    data_type: Option<DataType>,
    /// File and row of the crop of a row, for every channel.
    places: Vec<HashMap<u32, (usize, u32)>>,
}

impl CropStore {
    /// Reads which crop belongs where. Also returns the channels, and how many crops belong nowhere.
    fn open(
        paths: &[PathBuf],
        row_of: &HashMap<String, u32>,
    ) -> Result<(Self, Vec<String>, usize), SourceError> {
        let mut store = Self {
            files: Vec::new(),
            pictures: Vec::new(),
            data_type: None,
            places: Vec::new(),
        };
        let mut channels: Vec<String> = Vec::new();
        let mut unused = 0;
        for path in paths {
            let file = ParquetStore::open(path)?;
            let schema: &Arc<Schema> = file.schema();
            let at = |name: &str| {
                schema.index_of(name).map_err(|_| {
                    SourceError::unusable(path, format!("it has no column {name} any more"))
                })
            };
            let (object, channel, picture) = (at(OBJECT)?, at(CHANNEL)?, at(PICTURE)?);
            let data_type = schema.field(picture).data_type().clone();
            if *store.data_type.get_or_insert_with(|| data_type.clone()) != data_type {
                return Err(SourceError::unusable(
                    path,
                    format!("its {PICTURE} has another type than that of the other files"),
                ));
            }
            let rows: Vec<u32> = (0..file.num_rows() as u32).collect();
            let keys = file.read(&[object, channel], &rows)?;
            let number = store.files.len();
            for row in rows {
                let text = |at: usize| keys.get(at).and_then(|keys| text_of(keys, row as usize));
                let of = text(0).and_then(|id| row_of.get(&id).copied());
                let (Some(of), Some(name)) = (of, text(1)) else {
                    unused += 1;
                    continue;
                };
                let column = channels.iter().position(|known| *known == name);
                let column = column.unwrap_or_else(|| {
                    channels.push(name);
                    store.places.push(HashMap::new());
                    channels.len() - 1
                });
                store.places[column].entry(of).or_insert((number, row));
            }
            store.files.push(file);
            store.pictures.push(picture);
        }
        Ok((store, channels, unused))
    }
}

impl TableStore for CropStore {
    fn read(&self, columns: &[usize], rows: &[u32]) -> Result<Vec<ArrayRef>, SourceError> {
        let data_type = self.data_type.clone().unwrap_or(DataType::Null);
        columns
            .iter()
            .map(|column| {
                // Nothing, and then what each file has of it.
                let mut arrays: Vec<ArrayRef> = vec![new_null_array(&data_type, 1)];
                let mut taken: Vec<(usize, usize)> = vec![(0, 0); rows.len()];
                for (number, file) in self.files.iter().enumerate() {
                    let mut wanted = Vec::new();
                    for (at, row) in rows.iter().enumerate() {
                        if let Some((of, place)) = self.places[*column].get(row)
                            && *of == number
                        {
                            taken[at] = (arrays.len(), wanted.len());
                            wanted.push(*place);
                        }
                    }
                    if !wanted.is_empty() {
                        arrays.extend(file.read(&[self.pictures[number]], &wanted)?);
                    }
                }
                let arrays: Vec<&dyn arrow::array::Array> =
                    arrays.iter().map(AsRef::as_ref).collect();
                interleave(&arrays, &taken).map_err(|error| {
                    let path = self.files.first().map(ParquetStore::path);
                    SourceError::unreadable(path.unwrap_or(Path::new("")), error)
                })
            })
            .collect()
    }

    fn place(&self, row: u32) -> String {
        format!("crop of row {}", u64::from(row) + 1)
    }
}
