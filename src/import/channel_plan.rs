//! The channels of all parts: which there are, what they are called, and how their pixels are kept.

use std::collections::HashMap;

use super::field_plan::PlaneSource;
use super::located_part::LocatedPart;
use super::picture_page::pages_in;
use super::{ChannelChoice, FetchedPictures, ImportReport, PictureRemark};
use cytolance_dataset::{ChannelInfo, column_names};
use cytolance_imaging::{ImageError, PixelScale, Plane, default_channel_color};
use cytolance_sources::ChannelHint;

/// Pictures of a channel of floating point numbers that are looked at for their range.
const SCALE_SAMPLE: usize = 8;

/// The channels of all parts in their first order. Those of which no picture was found anywhere are left out,
/// unless that would be all.
///
/// Returns their names in the export, and what the dataset says of them.
pub(super) fn united_channels(
    choices: &[ChannelChoice],
    hints: &[ChannelHint],
    parts: &[LocatedPart],
    report: &mut ImportReport,
) -> (Vec<String>, Vec<ChannelInfo>) {
    let choice = |name: &str| choices.iter().find(|choice| choice.channel == name);
    let mut names: Vec<String> = Vec::new();
    for name in parts.iter().flat_map(LocatedPart::channel_names) {
        let skipped = choice(name).is_some_and(|choice| choice.skip);
        if !skipped && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let mut planes: HashMap<&str, Vec<ChannelPicture<'_>>> = HashMap::new();
    for part in parts {
        let Some(sets) = &part.sets else { continue };
        for field in &part.fields {
            for (channel, plane) in sets.channels.iter().zip(&field.pictures) {
                let picture = ChannelPicture {
                    plane,
                    volumes: part.volumes.as_deref(),
                };
                planes
                    .entry(channel.name.as_str())
                    .or_default()
                    .push(picture);
            }
        }
    }
    let stored = |name: &str| {
        parts
            .iter()
            .filter_map(LocatedPart::stored_channels)
            .flatten()
            .find(|channel| channel.name == name)
    };
    let found = |name: &String| {
        stored(name).is_some()
            || planes
                .get(name.as_str())
                .is_some_and(|planes| planes.iter().any(|one| one.plane.is_ok()))
    };
    let num_channels = names.len();
    let (kept, missing): (Vec<String>, Vec<String>) = names.iter().cloned().partition(found);
    let kept = if kept.is_empty() { names } else { kept };
    // The names of columns hold those of channels, so a channel is called as its columns are.
    let wanted: Vec<&str> = kept.iter().map(String::as_str).collect();
    let in_columns = column_names(&wanted, &[]);
    let infos: Vec<ChannelInfo> = kept
        .iter()
        .zip(&in_columns)
        .enumerate()
        .map(|(index, (name, in_columns))| {
            let scaling = parts
                .iter()
                .filter_map(|part| part.sets.as_ref())
                .flat_map(|sets| &sets.channels)
                .filter(|channel| channel.name == *name)
                .filter_map(|channel| channel.scaling)
                .max();
            let scale = channel_scale(
                planes
                    .get(name.as_str())
                    .into_iter()
                    .flatten()
                    .filter(|one| one.plane.is_ok()),
            );
            let probe = || {
                let mut pictures = planes.get(name.as_str())?.iter();
                let plane = pictures.find(|one| one.plane.is_ok())?.first_plane()?;
                plane.ok().map(|plane| plane.bit_depth)
            };
            let copied = stored(name);
            let bit_depth = match scaling {
                _ if copied.is_some() => copied.map_or(16, |channel| channel.bit_depth),
                Some(scaling) if scaling <= 255 => 8,
                Some(_) => 16,
                None => probe().unwrap_or(16),
            };
            let wish = choice(name);
            let hint = hints.iter().find(|hint| hint.channel == *name);
            let shown = wish
                .and_then(|wish| wish.name.as_ref())
                .or(hint.map(|hint| &hint.name))
                .unwrap_or(in_columns);
            let mut info = ChannelInfo::new(shown, default_channel_color(shown, index), bit_depth);
            if let Some(copied) = copied {
                info.color.clone_from(&copied.color);
            }
            info.scale = scale.or(copied.and_then(|channel| channel.scale));
            let scale = info.scale;
            if scale.is_some() {
                info.bit_depth = 16;
            }
            let color = wish.and_then(|wish| wish.color.as_ref());
            if let Some(color) = color.or(hint.and_then(|hint| hint.color.as_ref())) {
                info.color.clone_from(color);
            }
            info
        })
        .collect();
    if missing.len() < num_channels && !missing.is_empty() {
        let remark = PictureRemark::NoPictures {
            of: missing,
            channels: kept.clone(),
        };
        report.remarks.push(remark.into());
    }
    report.channels = infos.iter().map(|info| info.name.clone()).collect();
    (kept, infos)
}

/// How the values of a channel's pictures become stored numbers, told from its first picture: as they are (`None`),
/// or by an offset and a step that take in the values of some pictures and leave room for others.
fn channel_scale<'a>(pictures: impl Iterator<Item = &'a ChannelPicture<'a>>) -> Option<[f64; 2]> {
    let pictures: Vec<&ChannelPicture<'_>> = pictures.collect();
    let step = pictures.len().div_ceil(SCALE_SAMPLE).max(1);
    let mut range: Option<[f64; 2]> = None;
    for (number, picture) in pictures.into_iter().step_by(step).enumerate() {
        let Some(plane) = picture.first_plane() else {
            continue;
        };
        match plane {
            Ok(plane) if plane.scale == PixelScale::UNIT => {
                range = Some(range.map_or([0.0, 1.0], |[min, max]| [min.min(0.0), max.max(1.0)]));
            }
            Ok(_) if number == 0 => return None,
            Err(ImageError::NeedsRange { min, max, .. }) => {
                // Half as much again: the brightest picture is seldom among the first.
                let room = (max - min) / 2.0;
                let wide = [if min < 0.0 { min - room } else { 0.0 }, max + room];
                range = Some(range.map_or(wide, |known: [f64; 2]| {
                    [known[0].min(wide[0]), known[1].max(wide[1])]
                }));
            }
            // Whole numbers among fractions fit anyway; what cannot be read is reported when it is read.
            _ => {}
        }
        range?;
    }
    let scale = PixelScale::of_range(range?)?;
    Some([scale.offset, scale.step])
}

/// A picture of a channel.
struct ChannelPicture<'a> {
    plane: &'a PlaneSource,
    /// What says that it is a volume, if something does.
    volumes: Option<&'a str>,
}

impl ChannelPicture<'_> {
    /// Its first plane, read for what kind it is. `None` where it is not there, or nothing tells its page.
    fn first_plane(&self) -> Option<Result<Plane, ImageError>> {
        let (path, place) = self.plane.as_ref().ok()?;
        let fetched = FetchedPictures::default();
        let open = match path.open(&fetched) {
            Ok(open) => open,
            Err(error) => return Some(Err(error)),
        };
        let page = pages_in(&open, *place, self.volumes).ok()?.first();
        Some(open.plane(page))
    }
}
