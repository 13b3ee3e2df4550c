//! Plate, well, site and channel in the names that microscopes give their pictures.

use serde::{Deserialize, Serialize};

use super::image_keys::{lettered_site, site_of, well_and_site_of, well_of};

/// How a microscope names its pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileNaming {
    /// Opera Phenix and Operetta: `r01c01f01p01-ch2sk1fk1fl1.tiff`.
    Phenix,
    /// Cytation (Gen5): `B7_01_1_3_DAPI_001.tif`.
    Cytation,
    /// `ImageXpress` (MetaXpress): `Plate_A01_s1_w1.tif`.
    ImageXpress,
    /// `ArrayScan` (Cellomics): `AS_09125_050116030001_D03f00d0.tif`.
    ArrayScan,
}

/// What a file name says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    /// The plate.
    pub plate: Option<String>,
    /// The well, as `C03`.
    pub well: String,
    /// The site or field, without leading zeros.
    pub site: Option<String>,
    /// The channel: a stain's name or the microscope's number.
    pub channel: Option<String>,
}

impl FileNaming {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Phenix,
        Self::Cytation,
        Self::ImageXpress,
        Self::ArrayScan,
    ];

    /// As a person would say it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Phenix => "Opera Phenix",
            Self::Cytation => "Cytation",
            Self::ImageXpress => "ImageXpress",
            Self::ArrayScan => "ArrayScan",
        }
    }

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Phenix => "phenix",
            Self::Cytation => "cytation",
            Self::ImageXpress => "imagexpress",
            Self::ArrayScan => "arrayscan",
        }
    }

    /// What a file name says; `None` where it is not named like this.
    pub fn read(self, file_name: &str) -> Option<NameParts> {
        let stem = file_name
            .rsplit_once('.')
            .map_or(file_name, |(stem, _)| stem);
        match self {
            Self::Phenix => {
                let (place, rest) = stem.split_once('-')?;
                if !place.starts_with(['r', 'R']) {
                    return None;
                }
                let (well, site) = well_and_site_of(place)?;
                Some(NameParts {
                    plate: None,
                    well,
                    site: Some(site?),
                    channel: Some(number_after("ch", rest)?),
                })
            }
            Self::Cytation => {
                let mut parts = stem.split('_');
                let well = well_of(parts.next()?)?;
                let numbers: Vec<&str> = parts.by_ref().take(3).collect();
                let rest: Vec<&str> = parts.collect();
                let (last, channel) = rest.split_last()?;
                let are_numbers =
                    numbers.len() == 3 && numbers.iter().chain([last]).all(|part| is_number(part));
                (are_numbers && !channel.is_empty()).then(|| NameParts {
                    plate: None,
                    well,
                    site: Some(site_of(numbers[2])),
                    channel: Some(channel.join("_")),
                })
            }
            Self::ImageXpress => {
                let parts: Vec<&str> = stem.split('_').collect();
                // MetaXpress may add a unique name right behind the number of the wavelength.
                let at = parts
                    .iter()
                    .rposition(|part| number_after("w", part).is_some())?;
                let channel = number_after("w", parts[at])?;
                let before = &parts[..at];
                let (site, before) = match before.split_last() {
                    Some((last, rest)) if last.starts_with(['s', 'S']) => {
                        (Some(lettered_site(last)?), rest)
                    }
                    _ => (None, before),
                };
                let (last, plate) = before.split_last()?;
                Some(NameParts {
                    plate: Some(plate.join("_")).filter(|plate| !plate.is_empty()),
                    well: well_of(last)?,
                    site,
                    channel: Some(channel),
                })
            }
            Self::ArrayScan => {
                let (plate, place) = stem.rsplit_once('_')?;
                let (well, site) = well_and_site_of(place)?;
                let at = place.rfind(['d', 'D'])?;
                if at == 0 || place.starts_with(['r', 'R']) {
                    return None;
                }
                Some(NameParts {
                    plate: Some(plate.to_owned()),
                    well,
                    site: Some(site?),
                    channel: Some(number_after("d", &place[at..])?),
                })
            }
        }
    }

    /// The naming that most of these names have, if it is at least half of them, and how many have it.
    pub fn told_by(names: &[&str]) -> Option<(Self, usize)> {
        Self::ALL
            .into_iter()
            .map(|naming| {
                let fit = names.iter().filter(|name| naming.read(name).is_some());
                (naming, fit.count())
            })
            .max_by_key(|(_, fit)| *fit)
            .filter(|(_, fit)| *fit > 0 && *fit * 2 >= names.len())
    }
}

/// The number right behind a prefix, whatever its case.
fn number_after(prefix: &str, text: &str) -> Option<String> {
    let head = text.get(..prefix.len())?;
    if !head.eq_ignore_ascii_case(prefix) {
        return None;
    }
    let rest = &text[prefix.len()..];
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Naming, plate, well, site and channel.
    type Told = (
        FileNaming,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    );

    #[test]
    fn names_in_the_wild_are_read() {
        use FileNaming::{ArrayScan, Cytation, ImageXpress, Phenix};
        let cases: &[(&str, Option<Told>)] = &[
            (
                "r01c01f01p01-ch2sk1fk1fl1.tiff",
                Some((Phenix, "", "A01", "1", "2")),
            ),
            (
                "R16C24F09P01-ch5sk1fk1fl1.tiff",
                Some((Phenix, "", "P24", "9", "5")),
            ),
            (
                "B7_01_1_3_DAPI_001.tif",
                Some((Cytation, "", "B07", "3", "DAPI")),
            ),
            (
                "C10_02_2_12_GFP_Conf_004.tif",
                Some((Cytation, "", "C10", "12", "GFP_Conf")),
            ),
            (
                "Plate 1_A01_s1_w1.TIF",
                Some((ImageXpress, "Plate 1", "A01", "1", "1")),
            ),
            (
                "cdp2bioactives_a01_s1_w10efb4a2-33f9.tif",
                Some((ImageXpress, "cdp2bioactives", "A01", "1", "10")),
            ),
            (
                "20221103_P08_w2.tif",
                Some((ImageXpress, "20221103", "P08", "", "2")),
            ),
            (
                "AS_09125_050116030001_D03f00d0.tif",
                Some((ArrayScan, "AS_09125_050116030001", "D03", "0", "0")),
            ),
            ("image_001.tif", None),
            ("DNA_A01_1.tiff", None),
            ("r01c01.tiff", None),
            ("ä-ü.tif", None),
            ("", None),
        ];
        for (name, expected) in cases {
            let found = FileNaming::told_by(&[*name]).map(|(naming, _)| {
                let parts = naming.read(name).unwrap_or_default();
                (
                    naming,
                    parts.plate.unwrap_or_default(),
                    parts.well,
                    parts.site.unwrap_or_default(),
                    parts.channel.unwrap_or_default(),
                )
            });
            let found = found.as_ref().map(|(naming, plate, well, site, channel)| {
                (
                    *naming,
                    plate.as_str(),
                    well.as_str(),
                    site.as_str(),
                    channel.as_str(),
                )
            });
            assert_eq!(found, *expected, "{name}");
        }
    }

    #[test]
    fn most_names_decide() {
        let names = ["B7_01_1_3_DAPI_001.tif", "B7_01_2_3_GFP_001.tif", "x.tif"];
        assert_eq!(FileNaming::told_by(&names), Some((FileNaming::Cytation, 2)));
        let names = ["B7_01_1_3_DAPI_001.tif", "y.tif", "x.tif"];
        assert_eq!(FileNaming::told_by(&names), None);
    }
}
