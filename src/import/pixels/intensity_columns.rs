//! Which measured columns are about which channel.

use std::collections::BTreeMap;

/// Words that pipelines put before or behind the name of a picture that they made of another.
const MADE_OF: [&str; 30] = [
    "illuminationcorrected",
    "illumcorrected",
    "backgroundsubtracted",
    "illumination",
    "background",
    "subtracted",
    "corrected",
    "original",
    "rescaled",
    "smoothed",
    "enhanced",
    "filtered",
    "cropped",
    "aligned",
    "rescale",
    "masked",
    "smooth",
    "scaled",
    "image",
    "illum",
    "align",
    "orig",
    "corr",
    "crop",
    "mask",
    "gray",
    "grey",
    "raw",
    "img",
    "bg",
];

/// Where an object's table has the intensities of one picture; each by its place in the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct IntensityColumns {
    pub max: Option<usize>,
    pub min: Option<usize>,
    pub mean: Option<usize>,
    pub integrated: Option<usize>,
    /// Column, row and plane of the brightest pixel.
    pub place: [Option<usize>; 3],
}

impl IntensityColumns {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = usize> {
        let own = [self.max, self.min, self.mean, self.integrated];
        own.into_iter().chain(self.place).flatten()
    }
}

/// A picture whose intensities were measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MeasuredImage {
    /// Its name in the columns.
    pub name: String,
    /// It is the channel's picture as it was loaded, not one that the pipeline made of it.
    pub is_loaded: bool,
    pub columns: IntensityColumns,
}

/// For each channel the pictures that an object's table has intensities of and that are the channel's or made of it.
/// `columns` are the names in the table; `loaded` are the names of all pictures that the pipeline loaded, where that is known.
pub(crate) fn measured_images<'a>(
    columns: impl Iterator<Item = (usize, &'a str)>,
    channels: &[&str],
    loaded: &[&str],
) -> Vec<Vec<MeasuredImage>> {
    let mut images: BTreeMap<&str, IntensityColumns> = BTreeMap::new();
    for (at, name) in columns {
        let of = |prefix: &str| name.strip_prefix(prefix).filter(|image| !image.is_empty());
        if let Some(image) = of("Intensity_MaxIntensity_") {
            images.entry(image).or_default().max = Some(at);
        } else if let Some(image) = of("Intensity_MinIntensity_") {
            images.entry(image).or_default().min = Some(at);
        } else if let Some(image) = of("Intensity_MeanIntensity_") {
            images.entry(image).or_default().mean = Some(at);
        } else if let Some(image) = of("Intensity_IntegratedIntensity_") {
            images.entry(image).or_default().integrated = Some(at);
        } else if let Some(rest) = of("Location_MaxIntensity_") {
            for (axis, letter) in ["X_", "Y_", "Z_"].into_iter().enumerate() {
                if let Some(image) = rest.strip_prefix(letter).filter(|image| !image.is_empty()) {
                    images.entry(image).or_default().place[axis] = Some(at);
                }
            }
        }
    }
    channels
        .iter()
        .map(|channel| {
            let image = |name: &&str, is_loaded| MeasuredImage {
                name: (*name).to_owned(),
                is_loaded,
                columns: images[*name],
            };
            if loaded.contains(channel)
                && let Some((name, _)) = images.get_key_value(channel)
            {
                return vec![image(name, true)];
            }
            let stain = stain_of(channel);
            let own = images.keys().filter(|name| {
                stain_of(name) == stain && (*name == channel || !loaded.contains(name))
            });
            own.map(|name| image(name, false)).collect()
        })
        .collect()
}

/// What is left of a picture's name without the words that say what was done to it: `dna` of `CorrDNA` and `OrigDNA`.
fn stain_of(name: &str) -> String {
    let whole = name.to_lowercase();
    let mut rest = whole.as_str();
    loop {
        let plain = rest.trim_matches(|letter: char| !letter.is_alphanumeric());
        let shorter = MADE_OF.iter().find_map(|word| {
            let left = plain
                .strip_prefix(word)
                .or_else(|| plain.strip_suffix(word))?;
            (!left.is_empty()).then_some(left)
        });
        match shorter {
            Some(left) => rest = left,
            None => return plain.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measured_pictures_are_told_by_their_names() {
        let columns = [
            "Intensity_MaxIntensity_DNA",
            "Location_MaxIntensity_X_DNA",
            "Location_MaxIntensity_Y_DNA",
            "Intensity_MaxIntensityEdge_DNA",
            "Intensity_MeanIntensity_CorrER",
            "Intensity_MaxIntensity_ER_crop",
            "Intensity_MaxIntensity_OrigAGP",
            "Intensity_MaxIntensity_CropAGP",
            "Intensity_MaxIntensity_",
        ];
        let found = |channels: &[&str], loaded: &[&str]| -> Vec<String> {
            let columns = columns.iter().copied().enumerate();
            let images = measured_images(columns, channels, loaded);
            let told = images.iter().map(|images| {
                let told = images.iter().map(|image| {
                    let mark = if image.is_loaded { "=" } else { "~" };
                    format!("{mark}{}", image.name)
                });
                told.collect::<Vec<_>>().join(" ")
            });
            told.collect()
        };
        let loaded = ["DNA", "OrigER", "OrigAGP", "Mito"];
        assert_eq!(
            found(&loaded, &loaded),
            ["=DNA", "~CorrER ~ER_crop", "=OrigAGP", ""]
        );
        // A picture that was loaded is no other's.
        assert_eq!(found(&["AGP"], &["AGP", "OrigAGP"]), ["~CropAGP"]);
        // Nothing is known to have been loaded.
        assert_eq!(found(&["DNA"], &[]), ["~DNA"]);
        let images = measured_images(columns.iter().copied().enumerate(), &["DNA"], &["DNA"]);
        let place = images[0][0].columns;
        assert_eq!(place.all().collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn stains_are_what_is_left_of_names() {
        for (name, stain) in [
            ("OrigDNA", "dna"),
            ("CropDNA", "dna"),
            ("DNA_corrected", "dna"),
            ("IllumCorrected_Mito", "mito"),
            ("RescaledOrigER", "er"),
            ("raw", "raw"),
            ("crop_raw", "raw"),
        ] {
            assert_eq!(stain_of(name), stain, "{name}");
        }
    }
}
