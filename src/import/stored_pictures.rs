//! Crops and outlines that a source already has beside its rows.

use std::ops::Range;

use arrow::array::{Array as _, ArrayRef};
use arrow::datatypes::{DataType, Field};

use cytolance_dataset::{
    ChannelInfo, DatasetMetadata, OUTLINE_PREFIX, channels_of_picture, is_outline, is_picture,
    read_outline, read_picture,
};
use cytolance_imaging::{Crop, Outline, default_channel_color};
use cytolance_sources::{SourceError, StoredColumns, Table};

/// Rows that are looked at together for the first picture.
const LOOKED_AT: usize = 32;
/// Words in the name of a column whose pictures were made from a cell's channels, or are no pictures of a cell.
const NOT_CHANNELS: [&str; 7] = [
    "_labl",
    "_comp",
    "mask",
    "outline",
    "label",
    "overlay",
    "composite",
];

/// A column of pictures.
#[derive(Debug)]
struct PictureColumn {
    /// Place in the table.
    at: usize,
    field: Field,
    planes: usize,
}

/// A column of outlines.
#[derive(Debug)]
struct OutlineColumn {
    object: String,
    at: usize,
    approximate: bool,
}

/// The columns of a source that hold crops and outlines.
#[derive(Debug)]
pub(super) struct StoredPictures {
    table: Table,
    pictures: Vec<PictureColumn>,
    outlines: Vec<OutlineColumn>,
    /// The channels of all picture columns, one after the other.
    pub channels: Vec<ChannelInfo>,
}

impl StoredPictures {
    /// Sorts out what the columns are. Also says which are left out, and what they are. `metadata` is what the source
    /// says about itself.
    ///
    /// # Errors
    /// [`SourceError`] when the source cannot be read.
    pub fn new(
        columns: StoredColumns,
        metadata: &DatasetMetadata,
    ) -> Result<(Self, Vec<String>), SourceError> {
        let mut stored = Self {
            table: columns.table,
            pictures: Vec::new(),
            outlines: Vec::new(),
            channels: Vec::new(),
        };
        let mut left_out = Vec::new();
        let mut found: Vec<(PictureColumn, Vec<ChannelInfo>)> = Vec::new();
        for (at, field) in columns.fields.into_iter().enumerate() {
            if is_outline(field.data_type()) {
                let approximate = field.metadata().get("cytolance:approximate");
                stored.outlines.push(OutlineColumn {
                    object: field
                        .name()
                        .strip_prefix(OUTLINE_PREFIX)
                        .unwrap_or(field.name())
                        .to_owned(),
                    at,
                    approximate: approximate.is_some_and(|value| value == "true"),
                });
                continue;
            }
            if *field.data_type() == DataType::Null {
                left_out.push(format!("{}: it has no value in any row", field.name()));
                continue;
            }
            if !is_picture(&field) {
                left_out.push(format!(
                    "{}: {} values, which are neither numbers nor text nor pictures",
                    field.name(),
                    short_type(field.data_type())
                ));
                continue;
            }
            let name = field.name().to_ascii_lowercase();
            if NOT_CHANNELS.iter().any(|word| name.contains(word)) {
                left_out.push(format!(
                    "{}: pictures of a mask, outlines or a composite, which are no channel",
                    field.name()
                ));
                continue;
            }
            // The same picture by its name and by its address.
            let channel = channel_of_column(field.name());
            if let Some((known, _)) = found
                .iter()
                .find(|(known, _)| channel_of_column(known.field.name()) == channel)
            {
                left_out.push(format!(
                    "{}: the pictures of {} again",
                    field.name(),
                    known.field.name()
                ));
                continue;
            }
            match stored.first_picture(at, &field)? {
                Some((array, row, crop)) => {
                    let channels = channels_of_picture(&array, row, &crop);
                    let planes = channels.len();
                    found.push((PictureColumn { at, field, planes }, channels));
                }
                None => left_out.push(format!(
                    "{}: its type is that of pictures, but no row has one that can be read",
                    field.name()
                )),
            }
        }
        stored.name_channels(found, metadata);
        Ok((stored, left_out))
    }

    /// Whether there are crops.
    pub fn has_pictures(&self) -> bool {
        !self.pictures.is_empty()
    }

    /// Whether there are outlines of an object set; then, whether they are approximate.
    pub fn outlines_of(&self, object: &str) -> Option<bool> {
        let column = self
            .outlines
            .iter()
            .find(|column| column.object == object)?;
        Some(column.approximate)
    }

    /// Names of the columns that the crops are taken from.
    pub fn column_names(&self) -> Vec<&str> {
        self.pictures
            .iter()
            .map(|column| column.field.name().as_str())
            .collect()
    }

    /// The crops and outlines of some rows of the source.
    ///
    /// # Errors
    /// [`SourceError`] when the source cannot be read any more.
    pub fn read(&self, rows: &[u32], with_pictures: bool) -> Result<StoredRows, SourceError> {
        let pictures = self.pictures.iter().map(|column| column.at);
        let wanted: Vec<usize> = pictures
            .filter(|_| with_pictures)
            .chain(self.outlines.iter().map(|column| column.at))
            .collect();
        let rows: Vec<Option<u32>> = rows.iter().copied().map(Some).collect();
        let mut values = self.table.read(&wanted, Some(&rows))?;
        let outlines = values.split_off(values.len() - self.outlines.len());
        Ok(StoredRows {
            pictures: values,
            outlines,
        })
    }

    /// The crop of a row of what was read: width, height and a plane a channel of the import. `channels` says which of
    /// the source's channels each of these is.
    ///
    /// # Errors
    /// A reason for the report.
    pub fn crop(
        &self,
        rows: &StoredRows,
        row: usize,
        channels: &[Option<usize>],
    ) -> Result<Crop, String> {
        let mut all = Vec::with_capacity(self.channels.len());
        let mut size = None;
        for (column, array) in self.pictures.iter().zip(&rows.pictures) {
            if array.is_null(row) {
                return Err("the source has no picture of it".to_owned());
            }
            let crop = read_picture(&column.field, array, row)
                .ok_or("its stored picture cannot be read")?;
            if crop.planes.len() != column.planes {
                return Err("its stored picture has another number of channels".to_owned());
            }
            if *size.get_or_insert((crop.width, crop.height)) != (crop.width, crop.height) {
                return Err("its stored pictures differ in size".to_owned());
            }
            all.extend(crop.planes);
        }
        let planes = channels
            .iter()
            .map(|at| at.and_then(|at| all.get(at).cloned()))
            .collect::<Option<Vec<_>>>()
            .ok_or("its source does not have all channels")?;
        let (width, height) = size.ok_or("the source has no picture of it")?;
        Ok(Crop {
            width,
            height,
            planes,
        })
    }

    /// The outline of an object in a row of what was read, where it is as exact as asked for.
    pub fn outline(
        &self,
        rows: &StoredRows,
        object: &str,
        row: usize,
        approximate: bool,
    ) -> Option<Outline> {
        let wanted =
            |column: &&OutlineColumn| column.object == object && column.approximate == approximate;
        let at = self.outlines.iter().position(|column| wanted(&column))?;
        read_outline(rows.outlines.get(at)?, row)
    }

    /// The first picture of a column that can be read, with its place in what was read.
    fn first_picture(
        &self,
        at: usize,
        field: &Field,
    ) -> Result<Option<(ArrayRef, usize, Crop)>, SourceError> {
        for start in (0..self.table.num_rows).step_by(LOOKED_AT) {
            let rows: Range<u32> =
                start as u32..(start + LOOKED_AT).min(self.table.num_rows) as u32;
            let rows: Vec<Option<u32>> = rows.map(Some).collect();
            let values = self.table.read(&[at], Some(&rows))?;
            let Some(array) = values.into_iter().next() else {
                continue;
            };
            let found =
                (0..rows.len()).find_map(|row| Some((row, read_picture(field, &array, row)?)));
            if let Some((row, crop)) = found {
                return Ok(Some((array, row, crop)));
            }
        }
        Ok(None)
    }

    /// Names the channels: after what is stored with the pictures where one column holds them all, after the
    /// columns where each holds one.
    fn name_channels(
        &mut self,
        found: Vec<(PictureColumn, Vec<ChannelInfo>)>,
        metadata: &DatasetMetadata,
    ) {
        let several = found.len() > 1;
        for (column, channels) in found {
            let name = channel_of_column(column.field.name());
            let alone = channels.len() == 1;
            for channel in channels {
                let index = self.channels.len();
                let renamed = match (several, alone) {
                    (true, true) => Some(name.clone()),
                    (true, false) => Some(format!("{name} {}", channel.name)),
                    (false, true) if is_mere_number(&channel.name) => Some(name.clone()),
                    (false, _) => None,
                };
                self.channels.push(match renamed {
                    Some(name) => ChannelInfo::new(
                        &name,
                        default_channel_color(&name, index),
                        channel.bit_depth,
                    ),
                    None => channel,
                });
            }
            self.pictures.push(column);
        }
        if metadata.channels.len() == self.channels.len() {
            self.channels.clone_from(&metadata.channels);
        }
    }
}

/// Crops and outlines of some rows.
pub(super) struct StoredRows {
    pictures: Vec<ArrayRef>,
    outlines: Vec<ArrayRef>,
}

/// The channel that a column of pictures is named after: `DNA` of `Image_FileName_DNA_OMEArrow_ORIG`.
fn channel_of_column(name: &str) -> String {
    let mut rest = name;
    for suffix in ["_ORIG", "_OMEArrow"] {
        rest = rest.strip_suffix(suffix).unwrap_or(rest);
    }
    for prefix in ["Image_", "FileName_", "URL_"] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    if rest.is_empty() { name } else { rest }.to_owned()
}

/// Whether a channel's name is a mere number, as `C0` is, or `channel 1`.
pub(super) fn is_mere_number(name: &str) -> bool {
    let rest = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let word = name[..name.len() - rest.len()].trim_end_matches([' ', '-', '_', ':']);
    rest.chars().all(|digit| digit.is_ascii_digit())
        && ["", "c", "ch", "channel", "w", "image"].contains(&word.to_ascii_lowercase().as_str())
}

fn short_type(data_type: &DataType) -> String {
    let text = data_type.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_named_after_columns() {
        let cases = [
            ("Image_FileName_OrigDNA_OMEArrow_ORIG", "OrigDNA"),
            ("FileName_ER_OMEArrow_ORIG", "ER"),
            ("Image_URL_OrigDNA_OMEArrow_ORIG", "OrigDNA"),
            ("crop", "crop"),
            ("ome_arrow_image", "ome_arrow_image"),
        ];
        for (column, channel) in cases {
            assert_eq!(channel_of_column(column), channel);
        }
        for (name, expected) in [
            ("C0", true),
            ("channel 12", true),
            ("channel-0", true),
            ("3", true),
            ("", true),
            ("DNA", false),
            ("CD4", false),
            ("ch2 DNA", false),
        ] {
            assert_eq!(is_mere_number(name), expected, "{name}");
        }
    }
}
