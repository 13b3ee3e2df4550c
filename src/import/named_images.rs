//! Plate, well and site of image sets, from the names of their pictures where the tables do not say.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::part::Part;
use super::roots::{FileNaming, NameParts};
use super::stored_pictures::is_mere_number;
use crate::cellprofiler::{ChannelHint, ImageKey, ImageSets, Table};

/// Whether file names are asked for plate, well and site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum NameChoice {
    /// As most of the names are.
    #[default]
    Auto,
    /// No.
    Off,
    /// As this microscope names them.
    Given(FileNaming),
}

impl NameChoice {
    /// Words for the command line and plan files.
    pub fn words() -> Vec<&'static str> {
        ["auto", "off"]
            .into_iter()
            .chain(FileNaming::ALL.map(FileNaming::word))
            .collect()
    }

    /// All choices.
    pub fn all() -> Vec<Self> {
        [Self::Auto, Self::Off]
            .into_iter()
            .chain(FileNaming::ALL.map(Self::Given))
            .collect()
    }

    /// Whether it is what is done unless asked otherwise.
    pub fn is_auto(&self) -> bool {
        *self == Self::Auto
    }
}

impl fmt::Display for NameChoice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Auto => "auto",
            Self::Off => "off",
            Self::Given(naming) => naming.word(),
        })
    }
}

impl FromStr for NameChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::all()
            .into_iter()
            .find(|choice| choice.to_string() == word)
            .ok_or_else(|| format!("«{word}» is none of {}", Self::words().join(", ")))
    }
}

impl From<NameChoice> for String {
    fn from(choice: NameChoice) -> Self {
        choice.to_string()
    }
}

impl TryFrom<String> for NameChoice {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        word.parse()
    }
}

/// What a column is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamePart {
    Plate,
    Well,
    Site,
}

impl NamePart {
    /// The column's name.
    pub fn column(self) -> &'static str {
        match self {
            Self::Plate => "Metadata_Plate",
            Self::Well => "Metadata_Well",
            Self::Site => "Metadata_Site",
        }
    }

    /// Whether a column of a table says it already, by whatever name.
    fn is_said_by(self, column: &str) -> bool {
        let lower = column.to_ascii_lowercase();
        let lower = lower.strip_prefix("image_").unwrap_or(&lower);
        let Some(rest) = lower.strip_prefix("metadata_") else {
            return false;
        };
        let has = |word: &str| rest.contains(word);
        match self {
            Self::Plate => has("plate") || has("barcode"),
            Self::Well => has("well"),
            Self::Site => has("site") || has("field") || has("fov"),
        }
    }
}

/// What the file names of a part say of its image sets.
#[derive(Debug)]
pub(super) struct NamedImages {
    by_image: HashMap<ImageKey, NameParts>,
    /// The columns that no table has.
    pub columns: Vec<NamePart>,
}

impl NamedImages {
    /// What is known of an image set.
    pub fn get(&self, image: ImageKey) -> Option<&NameParts> {
        self.by_image.get(&image)
    }

    /// The text of a column for an image set.
    pub fn value(&self, image: ImageKey, part: NamePart) -> Option<&str> {
        let parts = self.get(image)?;
        match part {
            NamePart::Plate => parts.plate.as_deref(),
            NamePart::Well => Some(&parts.well),
            NamePart::Site => parts.site.as_deref(),
        }
    }
}

/// Plate, well and site that come from file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameReport {
    /// The microscope that names pictures so.
    pub microscope: String,
    /// The new columns.
    pub columns: Vec<String>,
    /// A name, and what it says.
    pub example: String,
    /// Image sets whose names say it; the columns are null for the others.
    pub fit: usize,
    /// All image sets with cells.
    pub of: usize,
}

impl fmt::Display for NameReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} from file names as {} writes them, for {} of {} fields: {}",
            self.columns.join(", "),
            self.microscope,
            self.fit,
            self.of,
            self.example
        )
    }
}

/// Reads the names of all parts' pictures, where some part's tables do not say plate, well or site.
pub(super) fn read_names(
    parts: &mut [Part],
    choice: NameChoice,
) -> (Option<NameReport>, Vec<ChannelHint>) {
    let names: Vec<Vec<(ImageKey, String)>> = parts.iter().map(names_of).collect();
    let all = || names.iter().flatten().map(|(_, name)| name.as_str());
    let naming = match choice {
        NameChoice::Off => None,
        NameChoice::Given(naming) => Some(naming),
        NameChoice::Auto => {
            let all: Vec<&str> = all().collect();
            FileNaming::told_by(&all).map(|(naming, _)| naming)
        }
    };
    let Some(naming) = naming else {
        return (None, Vec::new());
    };
    let mut columns: Vec<NamePart> = Vec::new();
    let (mut fit, mut of) = (0, 0);
    for (part, names) in parts.iter_mut().zip(&names) {
        let by_image: HashMap<ImageKey, NameParts> = names
            .iter()
            .filter_map(|(image, name)| Some((*image, naming.read(name)?)))
            .collect();
        let tables = part.image_table.iter();
        let objects = part.objects();
        let tables: Vec<&Table> = tables
            .chain(objects.iter().map(|(_, table)| *table))
            .collect();
        let mut named = NamedImages {
            by_image,
            columns: Vec::new(),
        };
        named.columns = [NamePart::Plate, NamePart::Well, NamePart::Site]
            .into_iter()
            .filter(|wanted| {
                let said = |table: &&Table| table.names().any(|name| wanted.is_said_by(name));
                let known = names
                    .iter()
                    .any(|(image, _)| named.value(*image, *wanted).is_some());
                known && !tables.iter().any(said)
            })
            .collect();
        if !named.columns.is_empty() {
            fit += named.by_image.len();
            of += names.len();
            for column in &named.columns {
                if !columns.contains(column) {
                    columns.push(*column);
                }
            }
        }
        part.named = Some(named);
    }
    let hints = channel_hints(parts, naming);
    let example = all().find_map(|name| {
        let parts = naming.read(name)?;
        let mut words: Vec<String> = Vec::new();
        words.extend(parts.plate.map(|plate| format!("plate {plate}")));
        words.push(format!("well {}", parts.well));
        words.extend(parts.site.map(|site| format!("site {site}")));
        Some(format!("{name} is {}", words.join(", ")))
    });
    let report = example
        .filter(|_| !columns.is_empty())
        .map(|example| NameReport {
            microscope: naming.title().to_owned(),
            columns: columns
                .iter()
                .map(|column| column.column().to_owned())
                .collect(),
            example,
            fit,
            of,
        });
    (report, hints)
}

/// A picture's name for each image set with cells.
fn names_of(part: &Part) -> Vec<(ImageKey, String)> {
    let Some(sets) = &part.sets else {
        return Vec::new();
    };
    part.joined
        .images
        .chunk_by(|a, b| a == b)
        .filter_map(|group| {
            let row = *sets.row_by_key.get(&group[0])?;
            let channels = sets.channels.iter().map(|channel| channel.name.as_str());
            let pictures = sets.pictures.iter().map(|picture| picture.name.as_str());
            let name = channels
                .chain(pictures)
                .find_map(|channel| sets.file_name(channel, row))?;
            Some((group[0], name))
        })
        .collect()
}

/// Stains in the names of pictures whose channels have numbers for names.
fn channel_hints(parts: &[Part], naming: FileNaming) -> Vec<ChannelHint> {
    let stain = |sets: &ImageSets, channel: &str| -> Option<String> {
        let rows = 0..sets.table.num_rows.min(16);
        let mut stains = rows.filter_map(|row| {
            let name = sets.file_name(channel, row)?;
            naming.read(&name)?.channel
        });
        let first = stains.next()?;
        (!is_mere_number(&first) && stains.all(|other| other == first)).then_some(first)
    };
    parts
        .iter()
        .filter_map(|part| part.sets.as_ref())
        .flat_map(|sets| {
            sets.channels
                .iter()
                .filter(|channel| is_mere_number(&channel.name))
                .filter_map(|channel| {
                    Some(ChannelHint {
                        channel: channel.name.clone(),
                        name: stain(sets, &channel.name)?,
                        color: None,
                    })
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_words() {
        for word in NameChoice::words() {
            let choice: NameChoice = word.parse().expect("a choice");
            assert_eq!(choice.to_string(), word);
        }
        assert!("regex".parse::<NameChoice>().is_err());
    }

    #[test]
    fn what_tables_say_is_not_asked_of_names() {
        let cases = [
            ("Metadata_Well", NamePart::Well, true),
            ("Image_Metadata_well_position", NamePart::Well, true),
            ("Metadata_Assay_Plate_Barcode", NamePart::Plate, true),
            ("Metadata_FieldID", NamePart::Site, true),
            ("Metadata_Col", NamePart::Well, false),
            ("FileName_Well", NamePart::Well, false),
        ];
        for (column, part, expected) in cases {
            assert_eq!(part.is_said_by(column), expected, "{column}");
        }
    }
}
