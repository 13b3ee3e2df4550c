//! Pictures of colours whose brightness is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::{ImportPlan, PictureRemark};
use cytolance_imaging::GreySource;

/// Channels whose pictures hold colours: the first file, and how many there are.
#[derive(Debug, Default)]
pub(super) struct ColoredPictures(BTreeMap<(usize, GreySource), (String, usize)>);

impl ColoredPictures {
    /// Takes in the pictures of a field: channel, file and what it holds.
    pub fn take(&mut self, pictures: Vec<(usize, String, GreySource)>) {
        for (channel, file, source) in pictures {
            let known = self.0.entry((channel, source)).or_insert((file, 0));
            known.1 += 1;
        }
    }

    /// A remark for every channel and kind.
    pub fn remarks(&self, plan: &ImportPlan) -> Vec<PictureRemark> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let measured = measured_channels(plan);
        let is_split = |channel: usize| {
            let source = plan.channel_sources.get(channel);
            source.is_some_and(|source| !measured.contains(source))
        };
        let made: Vec<String> = measured
            .iter()
            .filter(|name| !plan.channel_sources.contains(name))
            .cloned()
            .collect();
        let remark =
            |((channel, source), (file, count)): (&(usize, GreySource), &(String, usize))| {
                Some(PictureRemark::Colors {
                    channel: plan.channels.get(*channel)?.name.clone(),
                    file: file.clone(),
                    more: count - 1,
                    palette: *source == GreySource::Palette,
                    measured: if is_split(*channel) {
                        made.clone()
                    } else {
                        Vec::new()
                    },
                })
            };
        self.0.iter().filter_map(remark).collect()
    }
}

/// The images in which intensities were measured, by the names of columns: `OrigRed` of `Intensity_MeanIntensity_OrigRed`.
fn measured_channels(plan: &ImportPlan) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in &plan.parts {
        for (_, table) in part.objects() {
            let images = table.names().filter_map(|name| {
                let (_, image) = name.strip_prefix("Intensity_")?.split_once('_')?;
                Some(image.to_owned())
            });
            found.extend(images);
        }
    }
    found
}
