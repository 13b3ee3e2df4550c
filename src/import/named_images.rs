//! Plate, well and site of image sets, from the names of their pictures where the tables do not say.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::joined_part::JoinedPart;
use super::roots::{FileNaming, NameParts};
use super::stored_pictures::is_mere_number;
use cytolance_profile::{KeyPart, counted};
use cytolance_sources::{ChannelHint, ImageKey, ImageSets, Table};

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

/// What the file names of a part say of its image sets.
#[derive(Debug)]
pub(super) struct NamedImages {
    by_image: HashMap<ImageKey, NameParts>,
    /// The columns that no table has.
    pub columns: Vec<KeyPart>,
}

impl NamedImages {
    /// What is known of an image set.
    pub fn get(&self, image: ImageKey) -> Option<&NameParts> {
        self.by_image.get(&image)
    }

    /// The text of a column for an image set.
    pub fn value(&self, image: ImageKey, part: KeyPart) -> Option<&str> {
        let parts = self.get(image)?;
        match part {
            KeyPart::Plate => parts.plate.as_deref(),
            KeyPart::Well => Some(&parts.well),
            KeyPart::Site => parts.site.as_deref(),
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
            "{} from file names as {} writes them, for {} of {}: {}",
            self.columns.join(", "),
            self.microscope,
            self.fit,
            counted(self.of, "field"),
            self.example
        )
    }
}

/// What the names of all parts' pictures say.
#[derive(Debug)]
pub(super) struct ReadNames {
    /// For each part.
    pub parts: Vec<Option<NamedImages>>,
    /// What of it is imported.
    pub report: Option<NameReport>,
    /// Names of channels that tables only number.
    pub hints: Vec<ChannelHint>,
}

/// Reads the names of all parts' pictures, where some part's tables do not say plate, well or site.
pub(super) fn read_names(parts: &[JoinedPart], choice: NameChoice) -> ReadNames {
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
        return ReadNames {
            parts: parts.iter().map(|_| None).collect(),
            report: None,
            hints: Vec::new(),
        };
    };
    let mut named_parts = Vec::new();
    let mut columns: Vec<KeyPart> = Vec::new();
    let (mut fit, mut of) = (0, 0);
    for (part, names) in parts.iter().zip(&names) {
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
        named.columns = KeyPart::ALL
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
        named_parts.push(Some(named));
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
    ReadNames {
        parts: named_parts,
        report,
        hints,
    }
}

/// A picture's name for each image set with cells.
fn names_of(part: &JoinedPart) -> Vec<(ImageKey, String)> {
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
fn channel_hints(parts: &[JoinedPart], naming: FileNaming) -> Vec<ChannelHint> {
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
}
