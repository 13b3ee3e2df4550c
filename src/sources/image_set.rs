//! The Image table as image sets: which columns are input channels, which are saved pictures.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::named_pictures::{NameConflict, NamedPictures};
use super::{RecordedPicture, SourceError, Table, floats_of, integers_of, joined_key_of, text_of};
use arrow::array::ArrayRef;
use cytolance_imaging::PagePlace;
use cytolance_profile::{KeyColumns, KeyPart};

/// Rows of a table of cells that are looked at together.
const CELLS_AT_A_TIME: usize = 20_000;

/// How the names of columns begin that say which pictures an image set has.
pub(super) const PICTURE_PREFIXES: [&str; 13] = [
    "FileName_",
    "PathName_",
    "URL_",
    "Series_",
    "Frame_",
    "Height_",
    "Scaling_",
    "Channel_",
    "ObjectsFileName_",
    "ObjectsPathName_",
    "ObjectsURL_",
    "ObjectsFrame_",
    "ObjectsSeries_",
];

/// Files of arrays of numbers, as illumination functions are saved.
const ARRAYS: [&str; 2] = ["npy", "mat"];

/// An image set within an export: table number (0 where there is none) and image number.
pub type ImageKey = (i64, i64);

/// The columns of one input channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelColumns {
    /// Channel name, `DNA` of `FileName_DNA`.
    pub name: String,
    /// Full scale of the source where the table says it: 255 or 65535, the largest of all images.
    pub scaling: Option<i64>,
    /// Which channel it is of a file that has several, where the table names the file as a whole.
    pub stack: Option<StackChannel>,
}

/// A channel of a file that the table names as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackChannel {
    /// The name that the table has for the file, `raw` of `FileName_raw`.
    pub column: String,
    /// Which channel of the file, counted from 0.
    pub channel: u32,
}

/// The columns of a picture that the pipeline saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureColumns {
    /// Picture name, `OrigOverlay` of `FileName_OrigOverlay`.
    pub name: String,
}

/// The columns of a picture that shows objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskColumns {
    /// Its name, `cellmask` of `FileName_cellmask`.
    pub name: String,
    /// The object set that it shows, where that is told.
    pub object: Option<String>,
}

/// The image sets of an export, by image number.
#[derive(Debug, Clone)]
pub struct ImageSets {
    /// The Image table; image numbers alone, where there is none and object tables name the pictures.
    pub table: Table,
    /// Input channels in the order of the table.
    pub channels: Vec<ChannelColumns>,
    /// Saved pictures, which are no channels.
    pub pictures: Vec<PictureColumns>,
    /// Pictures of objects.
    pub masks: Vec<MaskColumns>,
    /// Illumination correction functions, by name.
    pub functions: Vec<String>,
    /// Tables of objects that name pictures which the Image table does not name.
    pub named_by: Vec<String>,
    /// What they say differently of one image.
    pub conflicts: Vec<NameConflict>,
    /// What object tables say of the rows.
    beside: Vec<(String, ArrayRef)>,
    /// The columns of plate, well and site.
    pub keys: KeyColumns,
    /// Row of the table by image; a repeated image keeps its first row.
    pub row_by_key: HashMap<ImageKey, usize>,
    /// Rows whose image number is missing or was seen before, and why they are left out.
    pub rejected_rows: Vec<(usize, String)>,
}

impl ImageSets {
    /// Tells channels from saved pictures and indexes the rows.
    ///
    /// An input channel has `Height_X`, `Scaling_X` or `Channel_X` beside its file name; a picture
    /// that the pipeline saved has only a file name (CellProfiler's ExportToSpreadsheet).
    pub fn new(table: Table) -> Self {
        Self::with_names(table, &NamedPictures::default())
    }

    /// The image sets of an export: those of the Image table, with what only object tables say of their pictures.
    /// `None` where neither names a picture and there is no Image table.
    ///
    /// # Errors
    /// [`SourceError`] when a table cannot be read.
    pub fn of_tables(
        image: Option<&Table>,
        objects: &[(String, Table)],
    ) -> Result<Option<Self>, SourceError> {
        let named = NamedPictures::read(image, objects)?;
        let table = if let Some(table) = image {
            table.clone()
        } else {
            let mut tables = objects.iter().map(|(_, table)| table);
            match tables.find(|table| named.tables.contains(&table.label)) {
                Some(like) => named.table(like)?,
                None => return Ok(None),
            }
        };
        Ok(Some(Self::with_names(table, &named)))
    }

    fn with_names(table: Table, named: &NamedPictures) -> Self {
        let mut row_by_key = HashMap::new();
        let mut rejected_rows = Vec::new();
        for (row, key) in image_keys(&table)
            .unwrap_or_default()
            .into_iter()
            .enumerate()
        {
            match key {
                None => rejected_rows.push((row, "no image number".to_owned())),
                Some(key) => match row_by_key.entry(key) {
                    Entry::Vacant(entry) => {
                        entry.insert(row);
                    }
                    Entry::Occupied(_) => rejected_rows.push((
                        row,
                        format!(
                            "image number {} was already there; the first row is kept",
                            key.1
                        ),
                    )),
                },
            }
        }
        let beside = named.beside(&row_by_key, table.num_rows);
        Self {
            named_by: named.tables.clone(),
            conflicts: named.conflicts.clone(),
            ..Self::with_rows(table, row_by_key, rejected_rows, beside)
        }
    }

    /// The image sets of a table in which every row is a cell and repeats what is known of its image; also the
    /// image of every row.
    ///
    /// Rows are of one image when their plate, well, site, image number and file names are equal.
    ///
    /// # Errors
    /// [`SourceError`] when the table cannot be read.
    pub fn of_cells(table: &Table) -> Result<(Self, Vec<ImageKey>), SourceError> {
        let identity: Vec<usize> = (0..table.columns.len())
            .filter(|at| tells_images_apart(&table.columns[*at].name))
            .collect();
        let number_at = identity
            .iter()
            .position(|at| joined_key_of(&table.columns[*at].name) == Some("ImageNumber"));
        let mut groups: HashMap<Vec<Option<String>>, ImageKey> = HashMap::new();
        let mut namesakes: HashMap<i64, i64> = HashMap::new();
        let mut first_rows: Vec<u32> = Vec::new();
        let mut row_by_key = HashMap::new();
        let mut keys = Vec::with_capacity(table.num_rows);
        // In pieces: a million cells repeat a gigabyte of paths.
        for start in (0..table.num_rows).step_by(CELLS_AT_A_TIME) {
            let end = (start + CELLS_AT_A_TIME).min(table.num_rows);
            let rows: Vec<Option<u32>> = (start as u32..end as u32).map(Some).collect();
            let values = table.read(&identity, Some(&rows))?;
            let numbers = number_at.and_then(|at| integers_of(&values[at]));
            for row in 0..rows.len() {
                let texts: Vec<Option<String>> =
                    values.iter().map(|values| text_of(values, row)).collect();
                let fresh = groups.len() as i64 + 1;
                let key = *groups.entry(texts).or_insert_with(|| {
                    let number = numbers
                        .as_ref()
                        .and_then(|numbers| numbers[row])
                        .unwrap_or(fresh);
                    // Another plate may count its images from one, too.
                    let namesakes = namesakes.entry(number).or_default();
                    *namesakes += 1;
                    (*namesakes - 1, number)
                });
                if let Entry::Vacant(entry) = row_by_key.entry(key) {
                    entry.insert(first_rows.len());
                    first_rows.push((start + row) as u32);
                }
                keys.push(key);
            }
        }
        let recorded = [
            "Scaling_",
            "Channel_",
            "Height_",
            "Width_",
            "MD5Digest_",
            "Count_",
        ];
        let images = table.subset(&first_rows, |name| {
            tells_images_apart(name) || recorded.iter().any(|part| name.starts_with(part))
        })?;
        Ok((
            Self::with_rows(images, row_by_key, Vec::new(), Vec::new()),
            keys,
        ))
    }

    fn with_rows(
        table: Table,
        row_by_key: HashMap<ImageKey, usize>,
        rejected_rows: Vec<(usize, String)>,
        beside: Vec<(String, ArrayRef)>,
    ) -> Self {
        let all: Vec<&str> = table
            .names()
            .chain(beside.iter().map(|(name, _)| name.as_str()))
            .collect();
        let mut names: Vec<String> = Vec::new();
        for name in &all {
            let name = name
                .strip_prefix("FileName_")
                .or_else(|| name.strip_prefix("URL_"));
            names.extend(
                name.filter(|name| !names.iter().any(|known| known == name))
                    .map(str::to_owned),
            );
        }
        let has = |prefix: &str, name: &str| all.contains(&format!("{prefix}{name}").as_str());
        let is_marked =
            |name: &str| has("Height_", name) || has("Scaling_", name) || has("Channel_", name);
        // Old or trimmed exports have file names and nothing else: then all of them are channels.
        let any_marked = names.iter().any(|name| is_marked(name));
        let (inputs, saved): (Vec<String>, Vec<String>) = names
            .into_iter()
            .partition(|name| is_marked(name) || !any_marked);
        let mut sets = Self {
            keys: KeyColumns::of_names(&all),
            channels: Vec::new(),
            pictures: saved
                .into_iter()
                .map(|name| PictureColumns { name })
                .collect(),
            masks: Vec::new(),
            functions: Vec::new(),
            named_by: Vec::new(),
            conflicts: Vec::new(),
            row_by_key,
            rejected_rows,
            table,
            beside,
        };
        for name in inputs {
            // An illumination function is loaded like a channel, but it is none.
            if sets.is_of_arrays(&name) {
                sets.functions.push(name);
            } else {
                sets.channels.push(sets.channel(name));
            }
        }
        sets
    }

    /// The columns of a channel of this name.
    pub fn channel(&self, name: String) -> ChannelColumns {
        let column = format!("Scaling_{name}");
        let scaling = match self.table.integers(&column) {
            Some(values) => values.into_iter().flatten().max(),
            None => (0..self.table.num_rows)
                .find_map(|row| self.text(&column, row)?.parse::<f64>().ok())
                .map(|scaling| scaling as i64),
        };
        ChannelColumns {
            name,
            scaling,
            stack: None,
        }
    }

    /// Whether most of a column's files are arrays of numbers.
    fn is_of_arrays(&self, name: &str) -> bool {
        let files = (0..self.table.num_rows).filter_map(|row| self.file_name(name, row));
        let (arrays, others): (Vec<String>, Vec<String>) = files.partition(|file| is_array(file));
        arrays.len() > others.len()
    }

    /// The text of a column in a row, whichever table says it.
    pub fn text(&self, column: &str, row: usize) -> Option<String> {
        self.table.text(column, row).or_else(|| {
            let (_, values) = self.beside.iter().find(|(name, _)| name == column)?;
            text_of(values, row)
        })
    }

    /// What a channel is of a file that the table names as a whole, if it is one.
    fn stack_of(&self, channel: &str) -> Option<&StackChannel> {
        let mut channels = self.channels.iter();
        channels.find(|known| known.name == channel)?.stack.as_ref()
    }

    /// The name that the columns of a channel have.
    pub fn column_of<'a>(&'a self, channel: &'a str) -> &'a str {
        self.stack_of(channel)
            .map_or(channel, |stack| &stack.column)
    }

    /// What a row says of a channel's picture.
    pub fn recorded(&self, channel: &str, row: usize) -> Option<RecordedPicture> {
        let column = self.column_of(channel);
        let mut recorded = RecordedPicture::read(column, |column| self.text(column, row))?;
        if let Some(stack) = self.stack_of(channel) {
            recorded.place.channel = Some(stack.channel);
        }
        Some(recorded)
    }

    /// What a row says of the objects of a set that were loaded from a file.
    pub fn recorded_objects(&self, object: &str, row: usize) -> Option<RecordedPicture> {
        RecordedPicture::read(object, |column| self.text(&format!("Objects{column}"), row))
    }

    /// File name of a channel in a row, from `FileName_` or the end of `URL_`.
    pub fn file_name(&self, channel: &str, row: usize) -> Option<String> {
        Some(self.recorded(channel, row)?.name)
    }

    /// Recorded folder of a channel in a row.
    pub fn path_name(&self, channel: &str, row: usize) -> Option<String> {
        self.recorded(channel, row)?.folder
    }

    /// Where a channel's picture lies in a file of several: `Series_X`, `Frame_X` and `Channel_X`.
    pub fn place(&self, channel: &str, row: usize) -> PagePlace {
        let recorded = self.recorded(channel, row);
        recorded.map_or_else(PagePlace::default, |recorded| recorded.place)
    }
}

/// Whether a file is an array of numbers by its name.
pub fn is_array(file: &str) -> bool {
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ARRAYS
            .iter()
            .any(|array| ending.eq_ignore_ascii_case(array))
    })
}

/// Columns of a table of cells that differ between images and not within one.
fn tells_images_apart(name: &str) -> bool {
    let is_same = ["Height_", "Scaling_", "Channel_"];
    let begins = |part: &&str| name.starts_with(*part) && !is_same.contains(part);
    if PICTURE_PREFIXES.iter().any(begins) || KeyPart::of(name).is_some() {
        return true;
    }
    let lower = name.to_ascii_lowercase();
    matches!(joined_key_of(name), Some("ImageNumber" | "TableNumber"))
        || lower.strip_prefix("metadata_").is_some_and(|rest| {
            [
                "plate",
                "well",
                "site",
                "field",
                "barcode",
                "source",
                "batch",
                "imagenumber",
                "tablenumber",
            ]
            .iter()
            .any(|word| rest.contains(word))
                && !rest.contains("bbox")
        })
}

/// The image of every row: `TableNumber` and `ImageNumber`; `None` without the latter.
pub fn image_keys(table: &Table) -> Option<Vec<Option<ImageKey>>> {
    let images = table.integers("ImageNumber")?;
    let tables = table.integers("TableNumber");
    Some(
        images
            .into_iter()
            .enumerate()
            .map(|(row, image)| match &tables {
                Some(tables) => tables[row].zip(image),
                None => image.map(|image| (0, image)),
            })
            .collect(),
    )
}

/// How the numbers of errors of a module are called.
pub(super) const MODULE_ERROR: &str = "ModuleError_";

/// The modules that failed in some rows of an Image table whose columns are held, and in how many.
pub(super) fn module_errors(table: &Table) -> impl Iterator<Item = (&str, usize)> {
    let modules = table.names().filter_map(|name| {
        let module = name.strip_prefix(MODULE_ERROR)?;
        let counts = floats_of(table.held(name)?)?;
        let failed = counts.into_iter().filter(|count| *count > 0.0);
        Some((module, failed.count()))
    });
    modules.filter(|(_, images)| *images > 0)
}

#[cfg(test)]
mod tests {
    use super::super::tables_of_csv;
    use super::*;

    fn sets(content: &str) -> ImageSets {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("Image.csv");
        std::fs::write(&path, content).expect("a file");
        ImageSets::new(tables_of_csv(&path).expect("readable").remove(0).1)
    }

    #[test]
    fn saved_pictures_are_no_channels() {
        let sets = sets(
            "FileName_DNA,FileName_Overlay,Height_DNA,ImageNumber,PathName_DNA,Scaling_DNA\na.tif,o.png,512,1,/x/y,255\nb.tif,p.png,512,1,/x/y,65535\n",
        );
        assert_eq!(
            sets.channels,
            [ChannelColumns {
                name: "DNA".to_owned(),
                scaling: Some(65535),
                stack: None,
            }]
        );
        assert_eq!(sets.pictures.len(), 1);
        assert_eq!(sets.file_name("DNA", 0).as_deref(), Some("a.tif"));
        assert_eq!(sets.rejected_rows.len(), 1);
        assert_eq!(sets.row_by_key.len(), 1);
    }

    #[test]
    fn without_marks_every_file_name_is_a_channel() {
        let sets = sets("FileName_A,FileName_B,ImageNumber\na.tif,b.tif,1\n");
        assert_eq!(sets.channels.len(), 2);
    }
}
