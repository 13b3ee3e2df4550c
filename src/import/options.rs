//! What the user asked for: a value that can be kept in a file and carried out again.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::formats::kind_of_word;
use super::{Contradicted, ImportError, NameChoice, OffsetChoice, PlaneRule};
use cytolance_dataset::WriteTarget;
use cytolance_sources::{Cause, SourceKind};

/// Pixels around a bounding box unless said otherwise.
pub const DEFAULT_MARGIN: u32 = 12;

/// How a crop is cut out of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CropRule {
    /// The cell's bounding box and this many pixels around it, clipped to the field.
    Margin(u32),
    /// A square of this many pixels around the cell's centre, shifted inside the field.
    Square(u32),
}

impl Default for CropRule {
    fn default() -> Self {
        Self::Margin(DEFAULT_MARGIN)
    }
}

/// What is wished of a channel. A channel that is not mentioned is imported as it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelChoice {
    /// The channel's name in the export.
    pub channel: String,
    /// Its name in the dataset, if another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its colour as `#RRGGBB`, if not the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// It is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip: bool,
}

/// A recorded folder and where it is now, as the user says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathChoice {
    /// The beginning of the recorded folders.
    pub recorded: String,
    /// What takes its place.
    pub found: String,
}

/// Everything that decides an import.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportOptions {
    /// What to import: a folder of CSV files, a folder of such folders, a database, a Parquet table.
    pub source: PathBuf,
    /// Which kind of export, where the source holds several.
    #[serde(
        default,
        deserialize_with = "kind_of_word",
        skip_serializing_if = "Option::is_none"
    )]
    pub kind: Option<SourceKind>,
    /// Path or URL of the dataset.
    #[serde(default)]
    pub dataset: String,
    /// What happens to a dataset that is there.
    #[serde(default)]
    pub target: WriteTarget,
    /// Folders with the pictures; the export's own folder where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<PathBuf>,
    /// Folders with label masks or binary masks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<PathBuf>,
    /// Folders with pictures of the objects' outlines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlines: Vec<PathBuf>,
    /// Folders with illumination correction functions; the pictures are as they are where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub illumination: Vec<PathBuf>,
    /// The object that one row stands for, where the export does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<String>,
    /// Keep only rows that have every compartment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub complete: bool,
    /// Object sets that are joined by number and place, where no parent column says what belongs together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pair: Vec<String>,
    /// How crops are cut.
    #[serde(default)]
    pub crop: CropRule,
    /// Which planes of volumes crops show.
    #[serde(default, skip_serializing_if = "PlaneRule::is_default")]
    pub plane: PlaneRule,
    /// Edge length of a pixel in micrometres, where tables and files do not say it or are wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_size_um: Option<f64>,
    /// Plate, well and site from file names, where the tables do not say.
    #[serde(default, skip_serializing_if = "NameChoice::is_auto")]
    pub file_names: NameChoice,
    /// Names and colours of channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelChoice>,
    /// Where recorded folders are now, tried before anything is searched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path_changes: Vec<PathChoice>,
    /// What becomes of pictures that are not those that were measured.
    #[serde(default, skip_serializing_if = "Contradicted::is_default")]
    pub contradicted: Contradicted,
    /// How much further objects lie in the pictures than they were measured.
    #[serde(default, skip_serializing_if = "OffsetChoice::is_none")]
    pub offset: OffsetChoice,
}

impl ImportOptions {
    /// Reads a plan file.
    ///
    /// # Errors
    /// [`ImportError::PlanFile`] when it cannot be read or holds something else.
    pub fn load(file: &Path) -> Result<Self, ImportError> {
        let failed = |source: Cause| ImportError::PlanFile {
            path: file.to_path_buf(),
            source,
        };
        let text = std::fs::read_to_string(file).map_err(|error| failed(error.into()))?;
        toml::from_str(&text).map_err(|error| failed(error.into()))
    }

    /// The text of a plan file.
    ///
    /// # Errors
    /// Where a value has no form in TOML.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        let heading = "# An import of Cytolance: cytolance import --plan FILE\n";
        Ok(format!("{heading}{}", toml::to_string_pretty(self)?))
    }

    /// The command that does the same; `None` where only a plan file says everything.
    pub fn command_line(&self) -> Option<String> {
        if !(self.channels.is_empty() && self.path_changes.is_empty()) {
            return None;
        }
        let mut words = vec![
            "cytolance".to_owned(),
            "import".to_owned(),
            quoted(&self.source.to_string_lossy()),
            "--out".to_owned(),
            quoted(&self.dataset),
        ];
        let lists = [
            ("--images", &self.images),
            ("--masks", &self.masks),
            ("--outlines", &self.outlines),
            ("--illum", &self.illumination),
        ];
        for (flag, folders) in lists {
            for folder in folders {
                words.push(flag.to_owned());
                words.push(quoted(&folder.to_string_lossy()));
            }
        }
        if let Some(kind) = self.kind {
            words.extend(["--kind".to_owned(), kind.face().word.to_owned()]);
        }
        if let Some(primary) = &self.primary {
            words.extend(["--primary".to_owned(), quoted(primary)]);
        }
        if self.complete {
            words.push("--complete".to_owned());
        }
        for object in &self.pair {
            words.extend(["--pair".to_owned(), quoted(object)]);
        }
        if !self.file_names.is_auto() {
            words.extend(["--file-names".to_owned(), self.file_names.to_string()]);
        }
        if let Some(um) = self.pixel_size_um {
            words.extend(["--pixel-size".to_owned(), um.to_string()]);
        }
        match self.crop {
            CropRule::Margin(DEFAULT_MARGIN) => {}
            CropRule::Margin(pixels) => words.extend(["--margin".to_owned(), pixels.to_string()]),
            CropRule::Square(pixels) => {
                words.extend(["--crop-size".to_owned(), pixels.to_string()]);
            }
        }
        if !self.plane.is_default() {
            words.extend(["--plane".to_owned(), self.plane.to_string()]);
        }
        if !self.contradicted.is_default() {
            words.extend(["--contradicted", self.contradicted.word()].map(str::to_owned));
        }
        if !self.offset.is_none() {
            // One word, because a number may begin with a sign.
            words.push(format!("--offset={}", self.offset));
        }
        match self.target {
            WriteTarget::Create => {}
            WriteTarget::Append => words.push("--append".to_owned()),
            WriteTarget::Overwrite => words.push("--overwrite".to_owned()),
        }
        Some(words.join(" "))
    }
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=,+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::source_kind;
    use super::*;

    fn options() -> ImportOptions {
        ImportOptions {
            source: PathBuf::from("/data/plate 7"),
            dataset: "out.lance".to_owned(),
            target: WriteTarget::Append,
            images: vec![PathBuf::from("/data/it's here")],
            crop: CropRule::Square(64),
            pixel_size_um: Some(0.65),
            kind: source_kind("sqlite"),
            complete: true,
            pair: vec!["Nuclei".to_owned()],
            file_names: NameChoice::Off,
            plane: PlaneRule::At(3),
            contradicted: Contradicted::Keep,
            offset: OffsetChoice::Given([-40, 24]),
            ..ImportOptions::default()
        }
    }

    #[test]
    fn a_plan_file_repeats_the_import() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("plan.toml");
        let plan = ImportOptions {
            channels: vec![ChannelChoice {
                channel: "OrigDNA".to_owned(),
                name: Some("DNA".to_owned()),
                color: Some("#0000FF".to_owned()),
                skip: false,
            }],
            path_changes: vec![PathChoice {
                recorded: "/home/x".to_owned(),
                found: "/data".to_owned(),
            }],
            ..options()
        };
        std::fs::write(&file, plan.to_text().expect("text")).expect("written");
        assert_eq!(ImportOptions::load(&file).expect("read"), plan);
        assert_eq!(plan.command_line(), None);
        for (text, word) in [
            ("source = 'x'\nmargni = 3\n", "margni"),
            ("source = 'x'\nkind = 'excel'\n", "sqlite"),
        ] {
            std::fs::write(&file, text).expect("a file");
            let error = ImportOptions::load(&file).expect_err(word).to_string();
            assert!(
                error.contains(word) && error.contains("plan.toml"),
                "{error}"
            );
        }
        for (word, expected) in [("'max'", PlaneRule::Max), ("4", PlaneRule::At(4))] {
            std::fs::write(&file, format!("source = 'x'\nplane = {word}\n")).expect("a file");
            assert_eq!(ImportOptions::load(&file).expect(word).plane, expected);
        }
        let error = ImportOptions::load(&folder.path().join("gone")).expect_err("no file");
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
        let kind = cause.map(std::io::Error::kind);
        assert_eq!(kind, Some(std::io::ErrorKind::NotFound), "{error}");
    }

    #[test]
    fn the_command_line_says_the_same() {
        assert_eq!(
            options().command_line().as_deref(),
            Some(
                r"cytolance import '/data/plate 7' --out out.lance --images '/data/it'\''s here' --kind sqlite --complete --pair Nuclei --file-names off --pixel-size 0.65 --crop-size 64 --plane 3 --contradicted keep --offset=-40,24 --append"
            )
        );
    }
}
