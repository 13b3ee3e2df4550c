//! Illumination correction functions: which belongs to a channel, and applying it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{FetchedPictures, ImageRoots, PictureLocation};
use cytolance_imaging::{IlluminationFunction, Plane};
use cytolance_sources::ImageSets;

/// The functions that an import applies, each read once.
#[derive(Debug, Default)]
pub(super) struct IlluminationFunctions {
    read: HashMap<PictureLocation, Result<Arc<IlluminationFunction>, String>>,
}

impl IlluminationFunctions {
    /// Reads the functions of a plan.
    pub fn read<'a>(paths: impl Iterator<Item = &'a PictureLocation>) -> Self {
        let fetched = FetchedPictures::default();
        let mut read: HashMap<PictureLocation, Result<Arc<IlluminationFunction>, String>> =
            HashMap::new();
        for path in paths {
            if !read.contains_key(path) {
                let function = path
                    .open(&fetched)
                    .and_then(|open| open.illumination())
                    .map(Arc::new)
                    .map_err(|error| error.to_string());
                read.insert(path.clone(), function);
            }
        }
        Self { read }
    }

    /// Why functions cannot be used.
    pub fn errors(&self) -> impl Iterator<Item = &String> {
        self.read.values().filter_map(|read| read.as_ref().err())
    }

    /// Applies a function to a picture.
    ///
    /// # Errors
    /// A sentence when the function cannot be read or has another size.
    pub fn apply(&self, path: &PictureLocation, plane: &Plane) -> Result<Plane, String> {
        match self.read.get(path) {
            Some(Ok(function)) => function.apply(plane).map_err(|error| error.to_string()),
            Some(Err(error)) => Err(error.clone()),
            None => Err(format!("{path} was not read")),
        }
    }
}

/// The function of a channel in a row of the Image table: the file that the table names for it (`FileName_IllumDNA`
/// for `OrigDNA`), else the only file whose name has the channel's word.
///
/// # Errors
/// A sentence when it is not there or several are equally good.
pub(super) fn find_function(
    sets: &ImageSets,
    channel: &str,
    row: usize,
    roots: &ImageRoots,
) -> Result<PictureLocation, String> {
    let stain = stain_of(channel);
    let saved = sets.pictures.iter().map(|picture| &picture.name);
    let named = sets
        .functions
        .iter()
        .chain(saved.filter(|name| name.to_lowercase().contains("illum")))
        .find(|name| stain_of(name) == stain);
    if let Some(name) = named
        && let Some(file) = sets.file_name(name, row)
    {
        return roots.find(sets.path_name(name, row).as_deref(), &file);
    }
    roots
        .named_with(&stain)
        .map_err(|reason| format!("illumination function of {channel}: {reason}"))
}

/// What is left of a channel's name without the words that pipelines put before it: `dna` of `OrigDNA`.
fn stain_of(name: &str) -> String {
    let mut rest = name.to_lowercase();
    for word in [
        "illumination",
        "illum",
        "flatfield",
        "flat",
        "shading",
        "correction",
        "corr",
        "orig",
        "raw",
        "function",
    ] {
        rest = rest.replace(word, "");
    }
    rest.trim_matches(|letter: char| !letter.is_alphanumeric())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_and_functions_share_their_stain() {
        let cases = [
            ("OrigDNA", "IllumDNA"),
            ("DNA", "Illum_DNA"),
            ("CorrER", "IllumER"),
            ("RawMito", "MitoIllumFunction"),
            ("OrigDNA", "IlluminationCorrectionDNA"),
            ("DNA", "FlatfieldDNA"),
        ];
        for (channel, function) in cases {
            assert_eq!(stain_of(channel), stain_of(function), "{channel}");
        }
        assert_ne!(stain_of("OrigRNA"), stain_of("IllumDNA"));
    }
}
