//! Pictures of colours whose brightness is shown.

use std::collections::BTreeMap;

use super::PictureRemark;
use cytolance_dataset::ChannelInfo;
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
    pub fn remarks(&self, channels: &[ChannelInfo]) -> impl Iterator<Item = PictureRemark> {
        self.0
            .iter()
            .filter_map(|((channel, source), (file, count))| {
                Some(PictureRemark::Colors {
                    channel: channels.get(*channel)?.name.clone(),
                    file: file.clone(),
                    more: count - 1,
                    palette: *source == GreySource::Palette,
                })
            })
    }
}
