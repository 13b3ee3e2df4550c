//! The formats that can be imported. A further one is a file with its [`Format`], and a line here.

use std::path::Path;

use serde::{Deserialize as _, Deserializer, de};

use super::lance_rows::LanceFormat;
use cytolance_sources::{
    CsvFormat, Findings, Format, FormatFace, ParquetFormat, SourceError, SourceKind, SqliteFormat,
    find_exports,
};

/// All of them, in the order in which they are looked for and listed.
const FORMATS: &[&dyn Format] = &[&CsvFormat, &SqliteFormat, &ParquetFormat, &LanceFormat];

/// The kinds of exports that can be imported.
pub fn source_kinds() -> impl ExactSizeIterator<Item = SourceKind> + Clone {
    FORMATS.iter().map(|format| SourceKind::of(*format))
}

/// The names of the formats.
pub fn format_faces() -> impl ExactSizeIterator<Item = &'static FormatFace> {
    FORMATS.iter().map(|format| format.face())
}

/// The kind that a word of the command line or of a plan file means.
pub fn source_kind(word: &str) -> Option<SourceKind> {
    source_kinds().find(|kind| kind.face().word == word)
}

/// Finds the exports at a source, of all formats; see [`find_exports`].
///
/// # Errors
/// [`SourceError`] when there is none.
pub fn find_sources(source: &Path) -> Result<Findings, SourceError> {
    find_exports(FORMATS, source)
}

/// A kind by its word, as a plan file has it.
pub(super) fn kind_of_word<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SourceKind>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let kind = source_kind(&word).ok_or_else(|| {
        let words: Vec<&str> = format_faces().map(|face| face.word).collect();
        de::Error::custom(format!(
            "there is no kind {word} of exports: choose one of {}",
            words.join(", ")
        ))
    })?;
    Ok(Some(kind))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_format_is_told_from_the_others() {
        let mut words = HashSet::new();
        let mut endings = HashSet::new();
        for face in format_faces() {
            assert!(words.insert(face.word), "{} twice", face.word);
            for ending in face.endings.iter().chain(face.companions) {
                assert!(endings.insert(*ending), "{ending} of two formats");
                assert_eq!(ending.to_lowercase(), **ending, "endings are lower case");
            }
            assert_eq!(source_kind(face.word).map(SourceKind::face), Some(face));
        }
        assert!(source_kind("xlsx").is_none());
    }
}
