//! The Image table as image sets: which columns are input channels, which are saved pictures.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{RecordedPicture, SourceError, Table, integers_of, text_of};
use cytolance_imaging::PagePlace;
use cytolance_profile::{KeyColumns, KeyPart};

/// Rows of a table of cells that are looked at together.
const CELLS_AT_A_TIME: usize = 20_000;

/// An image set within an export: table number (0 where there is none) and image number.
pub type ImageKey = (i64, i64);

/// The columns of one input channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelColumns {
    /// Channel name, `DNA` of `FileName_DNA`.
    pub name: String,
    /// Full scale of the source where the table says it: 255 or 65535.
    pub scaling: Option<i64>,
}

/// The columns of a picture that the pipeline saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureColumns {
    /// Picture name, `OrigOverlay` of `FileName_OrigOverlay`.
    pub name: String,
}

/// The image sets of an export, by image number.
#[derive(Debug, Clone)]
pub struct ImageSets {
    /// The Image table.
    pub table: Table,
    /// Input channels in the order of the table.
    pub channels: Vec<ChannelColumns>,
    /// Saved pictures, which are no channels.
    pub pictures: Vec<PictureColumns>,
    /// Illumination correction functions, by name.
    pub functions: Vec<String>,
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
        Self::with_rows(table, row_by_key, rejected_rows)
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
        let number_at = identity.iter().position(|at| {
            matches!(
                table.columns[*at].name.as_str(),
                "Metadata_ImageNumber" | "ImageNumber"
            )
        });
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
        let images = table.subset(&first_rows, |name| {
            tells_images_apart(name) || name.starts_with("Scaling_")
        })?;
        Ok((Self::with_rows(images, row_by_key, Vec::new()), keys))
    }

    fn with_rows(
        table: Table,
        row_by_key: HashMap<ImageKey, usize>,
        rejected_rows: Vec<(usize, String)>,
    ) -> Self {
        let names: Vec<String> = table
            .names()
            .filter_map(|name| {
                name.strip_prefix("FileName_")
                    .or_else(|| name.strip_prefix("URL_"))
            })
            .map(str::to_owned)
            .collect();
        let has = |prefix: &str, name: &str| table.has(&format!("{prefix}{name}"));
        // Old or trimmed exports have file names and nothing else: then all of them are channels.
        let any_marked = names
            .iter()
            .any(|name| has("Height_", name) || has("Scaling_", name) || has("Channel_", name));
        let mut channels: Vec<ChannelColumns> = Vec::new();
        let mut pictures: Vec<PictureColumns> = Vec::new();
        let mut functions: Vec<String> = Vec::new();
        for name in names {
            if channels.iter().any(|channel| channel.name == name)
                || functions.contains(&name)
                || pictures.iter().any(|picture| picture.name == name)
            {
                continue;
            }
            let marked = has("Height_", &name) || has("Scaling_", &name) || has("Channel_", &name);
            // An illumination function is loaded like a channel, but it is none.
            let is_function = table
                .text(&format!("FileName_{name}"), 0)
                .is_some_and(|file| file.to_ascii_lowercase().ends_with(".npy"));
            if is_function {
                functions.push(name);
            } else if marked || !any_marked {
                let scaling = table
                    .integers(&format!("Scaling_{name}"))
                    .and_then(|values| values.into_iter().flatten().next());
                channels.push(ChannelColumns { name, scaling });
            } else {
                pictures.push(PictureColumns { name });
            }
        }
        let all: Vec<&str> = table.names().collect();
        Self {
            keys: KeyColumns::of_names(&all),
            table,
            channels,
            pictures,
            functions,
            row_by_key,
            rejected_rows,
        }
    }

    /// What a row says of a channel's picture.
    pub fn recorded(&self, channel: &str, row: usize) -> Option<RecordedPicture> {
        RecordedPicture::read(channel, |column| self.table.text(column, row))
    }

    /// File name of a channel in a row, from `FileName_` or the end of `URL_`.
    pub fn file_name(&self, channel: &str, row: usize) -> Option<String> {
        Some(self.recorded(channel, row)?.name)
    }

    /// Recorded folder of a channel in a row.
    pub fn path_name(&self, channel: &str, row: usize) -> Option<String> {
        self.recorded(channel, row)?.folder
    }

    /// Where a channel's picture lies in a file of several: `Series_X` and `Frame_X`.
    pub fn place(&self, channel: &str, row: usize) -> PagePlace {
        let recorded = self.recorded(channel, row);
        recorded.map_or_else(PagePlace::default, |recorded| recorded.place)
    }
}

/// Columns of a table of cells that differ between images and not within one.
fn tells_images_apart(name: &str) -> bool {
    let parts = [
        "FileName_",
        "PathName_",
        "URL_",
        "Frame_",
        "Series_",
        "ObjectsFileName_",
        "ObjectsPathName_",
    ];
    if parts.iter().any(|part| name.starts_with(part)) || KeyPart::of(name).is_some() {
        return true;
    }
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "imagenumber" | "tablenumber")
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
            "FileName_DNA,FileName_Overlay,Height_DNA,ImageNumber,PathName_DNA,Scaling_DNA\na.tif,o.png,512,1,/x/y,255\nb.tif,p.png,512,1,/x/y,255\n",
        );
        assert_eq!(
            sets.channels,
            [ChannelColumns {
                name: "DNA".to_owned(),
                scaling: Some(255)
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
