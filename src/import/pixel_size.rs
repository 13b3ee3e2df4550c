//! How large a pixel is: what the importing person, the tables and the files say, and where they differ.

mod table_columns;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::table_columns::sizes_in_table;
use super::planned_part::PlannedPart;
use super::{FetchedPictures, ImportError, PictureLocation, PictureRemark};
use cytolance_imaging::PagePlace;

/// Pictures of a part whose headers are read.
const LOOKED_AT: usize = 200;
/// Sizes that differ by less are one.
const SAME: f64 = 0.005;
/// What the importing person says is called so.
const SAID: &str = "--pixel-size";

/// The pixel size of an import, and what says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PixelSize {
    /// Edge length in micrometres, where it is known.
    pub um: Option<f64>,
    /// What says it.
    pub from: String,
}

impl PixelSize {
    /// Whether nothing says it.
    pub fn is_unknown(&self) -> bool {
        self.um.is_none()
    }
}

impl fmt::Display for PixelSize {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.um {
            Some(um) => write!(out, "{} by {}", microns(um), self.from),
            None => out.write_str("unknown"),
        }
    }
}

/// A size that something says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SaidSize {
    /// Width and height of a pixel in micrometres.
    pub um: [f64; 2],
    /// What says it: a column, or a part of a file's header.
    pub from: String,
}

impl SaidSize {
    fn is_like(&self, um: f64) -> bool {
        is_same(self.um[0], um)
    }

    fn words(&self) -> String {
        format!("{} by {}", microns(self.um[0]), self.from)
    }
}

/// What is known of the pixels of some parts.
#[derive(Debug, Default)]
pub(super) struct PixelSizes {
    /// That of the dataset.
    pub dataset: PixelSize,
    /// Those of the parts: what their crops say of themselves.
    pub parts: Vec<Option<f64>>,
    pub remarks: Vec<PictureRemark>,
}

impl PixelSizes {
    /// Settles it: what was `said` wins, then the tables, then datasets that are imported, then the files' headers. Where
    /// what counts differs among the pictures, no size holds for all, and none is taken.
    ///
    /// # Errors
    /// [`ImportError::Source`] when a table cannot be read.
    pub fn new(parts: &[PlannedPart], said: Option<f64>) -> Result<Self, ImportError> {
        let mut all = Vec::new();
        for part in parts {
            let known = part.metadata.pixel_size_um;
            let dataset = known.map(|um| SaidSize {
                um: [um, um],
                from: format!("the dataset {}", part.path.display()),
            });
            let dataset: Vec<SaidSize> = dataset.into_iter().collect();
            let of_part = [sizes_in_table(part)?, dataset, sizes_in_files(part)];
            all.push((part.source_name.clone(), of_part));
        }
        Ok(Self::settle(all, said))
    }

    /// `parts` have what tables, datasets and files say.
    fn settle(parts: Vec<(String, [Vec<SaidSize>; 3])>, said: Option<f64>) -> Self {
        let mut sizes = Self::default();
        let mut taken: Vec<(String, Option<SaidSize>)> = Vec::new();
        let mut is_clear = true;
        for (name, kinds) in parts {
            let mut of_part: Option<SaidSize> = None;
            let mut differs = false;
            for found in kinds {
                let Some(first) = found.first() else { continue };
                let others: Vec<SaidSize> = found
                    .iter()
                    .filter(|other| !other.is_like(said.unwrap_or(first.um[0])))
                    .cloned()
                    .collect();
                if let Some(um) = said {
                    sizes.contradict(Some(format!("{} by {SAID}", microns(um))), &others);
                } else if let Some(taken) = &of_part {
                    let others = found.iter().filter(|other| !other.is_like(taken.um[0]));
                    let others: Vec<SaidSize> = others.cloned().collect();
                    sizes.contradict(Some(taken.words()), &others);
                } else if !differs && !others.is_empty() {
                    sizes.contradict(None, &found);
                    differs = true;
                }
                if !differs && of_part.is_none() {
                    of_part = Some(first.clone());
                }
            }
            if differs {
                of_part = None;
                is_clear = false;
            }
            taken.push((name, of_part));
        }
        for size in taken.iter().filter_map(|(_, size)| size.as_ref()) {
            let [x, y] = size.um;
            let remark = PictureRemark::PixelNotSquare {
                sizes: size.um.map(microns),
                from: size.from.clone(),
            };
            if !is_same(x, y) && said.is_none() && !sizes.remarks.contains(&remark) {
                sizes.remarks.push(remark);
            }
        }
        sizes.parts = taken
            .iter()
            .map(|(_, size)| said.or(size.as_ref().map(|size| size.um[0])))
            .collect();
        if let Some(um) = said {
            sizes.dataset = PixelSize {
                um: Some(um),
                from: SAID.to_owned(),
            };
            return sizes;
        }
        let known: Vec<SaidSize> = taken
            .iter()
            .filter_map(|(name, size)| {
                let size = size.clone()?;
                let from = format!("{} of {name}", size.from);
                Some(SaidSize { from, ..size })
            })
            .collect();
        let Some(first) = known.first() else {
            return sizes;
        };
        if known.iter().any(|other| !other.is_like(first.um[0])) {
            let mut distinct: Vec<SaidSize> = Vec::new();
            for size in known {
                if !distinct.iter().any(|other| other.is_like(size.um[0])) {
                    distinct.push(size);
                }
            }
            sizes.contradict(None, &distinct);
            is_clear = false;
        }
        if !is_clear {
            return sizes;
        }
        let one = taken.iter().find_map(|(_, size)| size.as_ref());
        if let Some(one) = one {
            sizes.dataset = PixelSize {
                um: Some(one.um[0]),
                from: one.from.clone(),
            };
        }
        let unknown: Vec<String> = taken
            .into_iter()
            .filter_map(|(name, size)| size.is_none().then_some(name))
            .collect();
        if !unknown.is_empty() {
            let remark = PictureRemark::PixelSizeOfOthers { of: unknown };
            sizes.remarks.push(remark);
        }
        sizes
    }

    /// What is said where the rows come to a dataset: that keeps what it says of itself.
    pub fn beside(&self, dataset: Option<f64>) -> Option<PictureRemark> {
        let rows = self.dataset.um;
        let is_one = match (dataset, rows) {
            (Some(dataset), Some(rows)) => is_same(dataset, rows),
            (None, None) => true,
            _ => false,
        };
        (!is_one).then(|| PictureRemark::PixelSizeOfDataset {
            dataset: dataset.map(microns),
            rows: rows.map(microns),
        })
    }

    /// Says that sizes differ from the one that is taken, or from each other.
    fn contradict(&mut self, taken: Option<String>, others: &[SaidSize]) {
        if others.is_empty() {
            return;
        }
        let remark = PictureRemark::PixelSizesDiffer {
            taken,
            others: others.iter().map(SaidSize::words).collect(),
        };
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

/// A length as a person writes it.
pub(super) fn microns(um: f64) -> String {
    format!("{} \u{b5}m", (um * 1e4).round() / 1e4)
}

/// Whether two lengths are one.
pub(super) fn is_same(one: f64, other: f64) -> bool {
    (one - other).abs() <= SAME * one.max(other)
}

/// Adds a size that was not said before.
fn note(known: &mut Vec<SaidSize>, said: SaidSize) {
    let is_known = |known: &SaidSize| known.is_like(said.um[0]) && is_same(known.um[1], said.um[1]);
    if !known.iter().any(is_known) {
        known.push(said);
    }
}

/// What the headers of a part's pictures say, over the whole part. Of pictures in stores one is looked at: it has to be
/// fetched as a whole.
fn sizes_in_files(part: &PlannedPart) -> Vec<SaidSize> {
    let planes = part.fields.iter().flat_map(|field| &field.planes);
    let planes: Vec<&(PictureLocation, PagePlace)> = planes.flatten().collect();
    let step = planes.len().div_ceil(LOOKED_AT).max(1);
    let (mut known, mut is_first_fetched) = (Vec::new(), true);
    for (location, place) in planes.into_iter().step_by(step) {
        if location.as_path().is_none() && !std::mem::replace(&mut is_first_fetched, false) {
            continue;
        }
        let fetched = FetchedPictures::default();
        let open = location.open(&fetched).ok();
        let Some(found) = open.and_then(|open| open.pixel_size(*place)) else {
            continue;
        };
        let text = location.to_string();
        let file = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let from = format!("{} of {file}", found.source);
        note(&mut known, SaidSize { um: found.um, from });
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(um: f64, from: &str) -> SaidSize {
        SaidSize {
            um: [um, um],
            from: from.to_owned(),
        }
    }

    /// What tables, datasets and files of some parts say.
    type Parts = Vec<[Vec<SaidSize>; 3]>;
    /// These, what the importing person says, what comes of it, and words on it.
    type Case<'a> = (Parts, Option<f64>, Option<f64>, &'a [&'a str]);

    #[test]
    fn what_counts_is_taken_and_what_differs_is_told() {
        let (table, file) = (
            |um| vec![said(um, "column")],
            |um| vec![said(um, "OME-XML")],
        );
        let none = Vec::new;
        let cases: [Case; 10] = [
            (vec![[none(), none(), none()]], None, None, &[]),
            (vec![[none(), none(), file(0.5)]], None, Some(0.5), &[]),
            (
                vec![[table(0.6), none(), file(0.6001)]],
                None,
                Some(0.6),
                &[],
            ),
            (
                vec![[table(0.6), none(), file(0.5)]],
                None,
                Some(0.6),
                &["0.6 µm by column, but 0.5 µm by OME-XML"],
            ),
            (
                vec![[none(), vec![said(0.3, "dataset")], file(0.5)]],
                None,
                Some(0.3),
                &["0.3 µm by dataset"],
            ),
            (
                vec![[table(0.6), none(), file(0.5)]],
                Some(0.5),
                Some(0.5),
                &["0.5 µm by --pixel-size, but 0.6 µm by column"],
            ),
            (
                vec![[
                    none(),
                    none(),
                    [file(0.5), vec![said(0.25, "TIFF")]].concat(),
                ]],
                None,
                None,
                &["0.5 µm by OME-XML, 0.25 µm by TIFF"],
            ),
            (
                vec![[none(), none(), file(0.5)], [none(), none(), file(0.25)]],
                None,
                None,
                &["0.5 µm by OME-XML of 0, 0.25 µm by OME-XML of 1"],
            ),
            (
                vec![[none(), none(), file(0.5)], [none(), none(), none()]],
                None,
                Some(0.5),
                &["of the pictures of 1"],
            ),
            (
                vec![[
                    none(),
                    none(),
                    vec![SaidSize {
                        um: [0.5, 0.6],
                        from: "OME-XML".to_owned(),
                    }],
                ]],
                None,
                Some(0.5),
                &["0.5 µm wide and 0.6 µm high"],
            ),
        ];
        for (parts, user, expected, words) in cases {
            let parts: Vec<_> = parts
                .into_iter()
                .enumerate()
                .map(|(at, part)| (at.to_string(), part))
                .collect();
            let shown = format!("{parts:?} {user:?}");
            let sizes = PixelSizes::settle(parts, user);
            assert_eq!(sizes.dataset.um, expected, "{shown}");
            let told: Vec<String> = sizes.remarks.iter().map(ToString::to_string).collect();
            assert_eq!(told.len(), words.len(), "{shown} {told:?}");
            for (told, words) in told.iter().zip(words) {
                assert!(told.contains(words), "{told}: {words}");
            }
        }
    }
}
