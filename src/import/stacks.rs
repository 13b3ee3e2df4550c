//! Files that the tables name as a whole: stacks of channels, and volumes.

use std::collections::BTreeSet;

use super::located_part::LocatedPart;
use super::{FetchedPictures, ImageReport, PictureLocation, PictureRemark, Remark};
use cytolance_imaging::{PageLayout, PagePlace};
use cytolance_sources::{ChannelColumns, StackChannel};

/// Pictures of a column that are looked at.
const SAMPLE: usize = 8;
/// More pages are no channels, unless something says so.
const MOST_UNTOLD: usize = 16;

/// What becomes of a column whose files have several pages.
enum Stack {
    /// The pages that are recorded, or the only ones.
    AsRecorded,
    /// One channel of the file.
    One(u32),
    /// Each channel becomes one of the dataset.
    Split(Vec<String>),
    /// Nothing tells which pages are meant.
    Untold(String),
}

/// Makes channels of the pages of files that the tables name as a whole, and finds the volumes that only the files tell
/// of. What was decided is noted in `remarks`; pictures of which nothing tells the pages count as missing.
pub(super) fn settle_stacks(
    parts: &mut [LocatedPart],
    images: &mut ImageReport,
    remarks: &mut Vec<Remark>,
) {
    for part in parts {
        if part.fields.iter().any(|field| !field.pictures.is_empty()) {
            settle_part(part, images, remarks);
        }
    }
}

fn settle_part(part: &mut LocatedPart, images: &mut ImageReport, remarks: &mut Vec<Remark>) {
    let Some(sets) = &part.tables.sets else {
        return;
    };
    let measured = measured_names(part);
    let names: Vec<String> = sets.channels.iter().map(|one| one.name.clone()).collect();
    let mut taken: BTreeSet<String> = names.iter().cloned().collect();
    let others = measured.difference(&taken).count();
    let mut stacks: Vec<Stack> = Vec::new();
    let mut volumes = None;
    for (at, name) in names.iter().enumerate() {
        let Some((file, place, layout)) = sample(part, at) else {
            stacks.push(Stack::AsRecorded);
            continue;
        };
        let is_volume = part.volumes.is_some();
        if let (Some(told_by), false, true) = (layout.told_by, is_volume, layout.depth() > 1)
            && layout.times() == 1
            && !place.recorded
        {
            volumes.get_or_insert_with(|| told_by.to_owned());
        }
        let shared: Vec<&str> = sharing(part, at)
            .into_iter()
            .map(|at| names[at].as_str())
            .collect();
        let stack = if shared.len() == 1 && is_told_apart(part, at) {
            Stack::AsRecorded
        } else {
            stack_of(
                name,
                &shared,
                (place, &layout),
                is_volume,
                (measured.contains(name), others),
            )
        };
        let said = match &stack {
            Stack::AsRecorded | Stack::Untold(_) => None,
            Stack::One(channel) => Some(PictureRemark::ChannelByName {
                channel: name.clone(),
                file: file.to_string(),
                place: channel + 1,
            }),
            Stack::Split(of) => {
                let channels = split_names(name, of, &mut taken);
                let remark = PictureRemark::Stack {
                    column: name.clone(),
                    file: file.to_string(),
                    told_by: layout.told_by,
                    channels: channels.clone(),
                };
                stacks.push(Stack::Split(channels));
                remarks.push(remark.into());
                continue;
            }
        };
        remarks.extend(said.map(Remark::from));
        stacks.push(match stack {
            Stack::Untold(reason) => Stack::Untold(format!("{file} {reason}")),
            stack => stack,
        });
    }
    if part.volumes.is_none() && volumes.is_some() {
        part.tables.volumes = volumes;
        part.tables.measured_flat = true;
    }
    if let Some(told_by) = &part.volumes {
        let remark = PictureRemark::Volumes {
            told_by: told_by.clone(),
            plane: part.plane,
        };
        remarks.push(remark.into());
    }
    apply(part, &stacks, images);
}

/// The picture of a channel with the most pages, of some that are looked at, if it has several.
fn sample(part: &LocatedPart, channel: usize) -> Option<(PictureLocation, PagePlace, PageLayout)> {
    let pictures = part
        .fields
        .iter()
        .filter_map(|field| field.pictures.get(channel));
    let found: Vec<&(PictureLocation, PagePlace)> =
        pictures.filter_map(|one| one.as_ref().ok()).collect();
    // A page that is recorded is believed.
    if found
        .iter()
        .any(|(_, place)| place.frame > 0 || place.channel.is_some())
    {
        return None;
    }
    // What is elsewhere has to be fetched as a whole.
    let is_here = found
        .first()
        .is_some_and(|(location, _)| location.as_path().is_some());
    let step = found
        .len()
        .div_ceil(if is_here { SAMPLE } else { 1 })
        .max(1);
    let fetched = FetchedPictures::default();
    let looked_at = found
        .into_iter()
        .step_by(step)
        .filter_map(|(location, place)| {
            let layout = location.open(&fetched).ok()?.layout(place.series).ok()?;
            Some((location.clone(), *place, layout))
        });
    looked_at
        .filter(|(_, _, layout)| layout.pages.len() > 1)
        .max_by_key(|(_, _, layout)| layout.pages.len())
}

/// Whether other channels are recorded to be other pages of the same file.
fn is_told_apart(part: &LocatedPart, channel: usize) -> bool {
    part.fields.iter().any(|field| {
        let Some(Ok(own)) = field.pictures.get(channel) else {
            return false;
        };
        let mut others = field.pictures.iter().flatten();
        others.any(|other| other.0 == own.0 && other.1 != own.1)
    })
}

/// The channels whose pictures are the same page of the same file, this one among them.
fn sharing(part: &LocatedPart, channel: usize) -> Vec<usize> {
    let field = part
        .fields
        .iter()
        .find(|field| matches!(field.pictures.get(channel), Some(Ok(_))));
    let Some(field) = field else {
        return vec![channel];
    };
    let own = field.pictures[channel].as_ref().ok();
    let pictures = field.pictures.iter().enumerate();
    let same = pictures.filter(|(_, other)| other.as_ref().ok() == own);
    same.map(|(at, _)| at).collect()
}

/// What a column called `name` is, whose file the columns of `shared` name, too. `measured` says whether intensities of it
/// were measured, and of how many pictures that no column names.
fn stack_of(
    name: &str,
    shared: &[&str],
    (place, layout): (PagePlace, &PageLayout),
    is_volume: bool,
    (is_measured, others): (bool, usize),
) -> Stack {
    let pages = layout.pages.len();
    let channels = layout.channels();
    let in_file = |name: &str| {
        let mut names = (0..).zip(&layout.channel_names);
        let found = names.find(|(_, known)| known.trim().eq_ignore_ascii_case(name));
        found.map(|(at, _)| at)
    };
    let own = in_file(name).filter(|_| channels > 1);
    if let Some(channel) =
        own.filter(|_| shared.len() == 1 || shared.iter().all(|one| in_file(one).is_some()))
    {
        return Stack::One(channel);
    }
    if shared.len() > 1 {
        return Stack::Untold(format!(
            "has {pages} pages, and nothing tells which are of {}",
            shared.join(", ")
        ));
    }
    if layout.told_by.is_some() {
        if channels == 1 || layout.times() > 1 || (place.recorded && is_measured) {
            return Stack::AsRecorded;
        }
        let names = (0..channels).map(|at| {
            let name = layout.channel_names.get(at as usize);
            name.cloned().unwrap_or_default()
        });
        return Stack::Split(names.collect());
    }
    // What was measured as one picture is one, and a first frame that is recorded is the only one unless others were measured.
    if is_volume || is_measured || (place.recorded && others != pages) {
        return Stack::AsRecorded;
    }
    if pages > MOST_UNTOLD && others != pages {
        return Stack::Untold(format!(
            "has {pages} pages, and nothing tells whether these are channels, planes or times"
        ));
    }
    Stack::Split(vec![String::new(); pages])
}

/// Names for the channels of a column: its own with the channel's, or the channel's number.
fn split_names(column: &str, of: &[String], taken: &mut BTreeSet<String>) -> Vec<String> {
    let is_telling = |name: &String| {
        !name.is_empty()
            && of
                .iter()
                .filter(|other| other.eq_ignore_ascii_case(name))
                .count()
                == 1
    };
    let all_telling = of.iter().all(is_telling);
    let named = (1..).zip(of).map(|(number, name)| {
        let wanted = if all_telling {
            format!("{column}_{name}")
        } else {
            format!("{column}_{number}")
        };
        let mut unique = wanted.clone();
        while !taken.insert(unique.clone()) {
            unique += "_";
        }
        unique
    });
    named.collect()
}

/// The pictures of which an object table has intensities.
fn measured_names(part: &LocatedPart) -> BTreeSet<String> {
    let tables = part.objects();
    let columns = tables.iter().flat_map(|(_, table)| table.names());
    let picture = |column: &str| {
        let (_, picture) = column.strip_prefix("Intensity_")?.split_once('_')?;
        Some(picture.to_owned())
    };
    columns.filter_map(picture).collect()
}

/// Puts channels and their pictures in the place of columns.
fn apply(part: &mut LocatedPart, stacks: &[Stack], images: &mut ImageReport) {
    if stacks
        .iter()
        .all(|stack| matches!(stack, Stack::AsRecorded))
    {
        return;
    }
    let Some(sets) = &mut part.tables.sets else {
        return;
    };
    let columns = std::mem::take(&mut sets.channels);
    for (column, stack) in columns.iter().zip(stacks) {
        let channel = |name: &String, channel: u32| ChannelColumns {
            name: name.clone(),
            stack: Some(StackChannel {
                column: column.name.clone(),
                channel,
            }),
            ..column.clone()
        };
        match stack {
            Stack::AsRecorded | Stack::Untold(_) => sets.channels.push(column.clone()),
            Stack::One(at) => sets.channels.push(channel(&column.name, *at)),
            Stack::Split(names) => {
                let channels = (0..).zip(names).map(|(at, name)| channel(name, at));
                sets.channels.extend(channels);
            }
        }
    }
    for field in &mut part.fields {
        let pictures = std::mem::take(&mut field.pictures);
        for ((picture, stack), column) in pictures.into_iter().zip(stacks).zip(&columns) {
            let of = |channel: u32| {
                let (location, place) = picture.clone()?;
                let channel = Some(channel);
                Ok((location, PagePlace { channel, ..place }))
            };
            match stack {
                Stack::AsRecorded => field.pictures.push(picture),
                Stack::One(channel) => field.pictures.push(of(*channel)),
                Stack::Split(names) => {
                    if picture.is_ok() {
                        images.expected += names.len() - 1;
                    }
                    field
                        .pictures
                        .extend((0..).zip(names).map(|(at, _)| of(at)));
                }
                Stack::Untold(reason) => {
                    if picture.is_ok() {
                        let image = field.cells.image.1;
                        images
                            .missing
                            .push(format!("image {image}, {}: {reason}", column.name));
                    }
                    let unknown = format!("nothing tells which page is {}", column.name);
                    field.pictures.push(picture.and(Err(unknown)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_named_by_file_or_number() {
        let mut taken = BTreeSet::from(["raw".to_owned(), "raw_2".to_owned()]);
        let mut names = |of: [&str; 2]| {
            let of = of.map(str::to_owned);
            split_names("raw", &of, &mut taken)
        };
        assert_eq!(names(["DNA", "ER"]), ["raw_DNA", "raw_ER"]);
        assert_eq!(names(["DNA", "dna"]), ["raw_1", "raw_2_"]);
        assert_eq!(names(["", "ER"]), ["raw_1_", "raw_2__"]);
    }
}
