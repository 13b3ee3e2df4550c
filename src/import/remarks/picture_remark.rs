//! Remarks on pictures.

use std::fmt;

use crate::PlaneRule;
use crate::plan::DEFAULT_SQUARE;
use cytolance_profile::counted;

/// Channels that a sentence names.
const NAMED: usize = 6;

/// A remark on pictures: where they are, and what is cut from them. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureRemark {
    /// A folder or file below a root cannot be read.
    Unreadable {
        /// Where.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// Names of files that cannot be compared with recorded ones.
    NamesNotText {
        /// The root.
        root: String,
        /// How many.
        files: usize,
    },
    /// A server that tells nobody what it has.
    NoListing {
        /// Its address.
        server: String,
    },
    /// A root with more files than are looked at.
    TooManyFiles {
        /// The root.
        root: String,
        /// Files that were looked at.
        most: usize,
    },
    /// More remarks on a root than are kept.
    MoreOfThese {
        /// The root.
        root: String,
        /// How many.
        more: usize,
    },
    /// Files that are the only ones of their name for several recorded folders.
    SharedFiles {
        /// How many, in words.
        files: String,
        /// One of them.
        file: String,
        /// Its recorded name.
        name: String,
        /// Two of the recorded folders.
        folders: [String; 2],
    },
    /// No picture of some channels was found anywhere.
    NoPictures {
        /// The channels.
        of: Vec<String>,
        /// The channels of the crops.
        channels: Vec<String>,
    },
    /// The pages of files become channels.
    Stack {
        /// The column that names the files.
        column: String,
        /// One of them.
        file: String,
        /// What says that they are channels, in words.
        told_by: Option<&'static str>,
        /// The channels.
        channels: Vec<String>,
    },
    /// A channel is found in its file by its name.
    ChannelByName {
        /// The channel.
        channel: String,
        /// One of the files.
        file: String,
        /// Its place among the channels, from 1.
        place: u32,
    },
    /// Pictures are volumes.
    Volumes {
        /// What says so.
        told_by: String,
        /// What crops show.
        plane: PlaneRule,
    },
    /// No boxes were measured.
    NoBoxes,
    /// A size of crops was asked for, and crops are copied.
    CopiedCrops,
    /// Pixels that the scale of a channel does not hold.
    OutsideRange {
        /// The channel.
        channel: String,
        /// How many.
        pixels: usize,
    },
    /// Pictures of a channel that are no greys as they are stored.
    Colors {
        /// The channel.
        channel: String,
        /// One of them.
        file: String,
        /// How many others.
        more: usize,
        /// They are greys of a palette.
        palette: bool,
        /// What was measured in the place of the channel: the colours into which the pipeline split it.
        measured: Vec<String>,
    },
    /// Fields to which no illumination function was found.
    NotCorrected {
        /// How many.
        fields: usize,
        /// Why.
        reason: String,
    },
    /// No file has the digest that is recorded of any picture.
    OtherDigests {
        /// How many pictures were compared.
        pictures: usize,
    },
    /// Pictures in which objects lie elsewhere than they were measured.
    Displaced {
        /// How much further right and down.
        offset: [i64; 2],
        /// Fields with such a picture.
        fields: usize,
    },
    /// The offset that was found and is applied.
    OffsetFound {
        /// How much further right and down.
        offset: [i64; 2],
    },
    /// No offset was found.
    NoOffset {
        /// The fields that were tried say different ones.
        several: bool,
    },
    /// Crops were taken from pictures that contradict the measurements, as was asked for.
    ContradictedKept {
        /// How many cells have such a crop.
        cells: usize,
    },
    /// An illumination function cannot be used.
    BadFunction {
        /// Why, with the file.
        reason: String,
    },
}

impl fmt::Display for PictureRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, reason } => write!(out, "{path}: cannot be read ({reason})"),
            Self::NamesNotText { root, files } => write!(
                out,
                "{root}: left out for names that are not Unicode text: {}",
                counted(*files, "file")
            ),
            Self::NoListing { server } => write!(
                out,
                "{server}: this server cannot list its files, so every picture is asked for by its recorded name"
            ),
            Self::TooManyFiles { root, most } => write!(
                out,
                "{root}: only the first {most} files were looked at; give a smaller folder"
            ),
            Self::MoreOfThese { root, more } => {
                write!(
                    out,
                    "{root}: {more} more {} of this kind",
                    if *more == 1 {
                        "folder or file"
                    } else {
                        "folders or files"
                    }
                )
            }
            Self::SharedFiles {
                files,
                file,
                name,
                folders: [first, second],
            } => write!(
                out,
                "{files} files stand for pictures of several recorded folders: {file} would be {name} of both {first} and {second}; check that all plates were copied"
            ),
            Self::NoPictures { of, channels } => write!(
                out,
                "no picture was found of {}: the crops have the channels {}",
                of.join(", "),
                channels.join(", ")
            ),
            Self::Stack {
                column,
                file,
                told_by,
                channels,
            } => {
                let names = if channels.len() <= NAMED {
                    channels.join(", ")
                } else {
                    format!("{} and so on", channels[..NAMED].join(", "))
                };
                let count = channels.len();
                match told_by {
                    Some(told_by) => write!(
                        out,
                        "{column}: {file} has {count} channels, as {told_by} says: {names}"
                    ),
                    None => write!(
                        out,
                        "{column}: {file} has {count} pages, taken as channels (it does not say): {names}"
                    ),
                }
            }
            Self::ChannelByName {
                channel,
                file,
                place,
            } => write!(
                out,
                "{channel} is channel {place} of {file}, which is called so there"
            ),
            Self::Volumes { told_by, plane } => {
                let shown = match plane {
                    PlaneRule::Centre => "the plane of each object's centre".to_owned(),
                    PlaneRule::Max => "the brightest of each object's planes".to_owned(),
                    PlaneRule::Mean => "the mean of each object's planes".to_owned(),
                    PlaneRule::At(plane) => format!("plane {plane}, counted from 0"),
                };
                write!(
                    out,
                    "the pictures are volumes, as {told_by} says: crops show {shown} (--plane changes that)"
                )
            }
            Self::NoBoxes => write!(
                out,
                "no bounding boxes were measured; crops are squares of {DEFAULT_SQUARE} pixels (--crop-size PX changes that)"
            ),
            Self::CopiedCrops => {
                out.write_str("the margin or size of crops has no effect on those that are copied")
            }
            Self::OutsideRange { channel, pixels } => write!(
                out,
                "{channel}: {} outside the range that is stored, or no number, became its nearest value, or 0",
                counted(*pixels, "pixel")
            ),
            Self::Colors {
                channel,
                file,
                more,
                palette,
                measured,
            } => {
                write!(out, "{channel}: {file}")?;
                if *more > 0 {
                    write!(out, " and {more} more")?;
                }
                out.write_str(match (more, palette) {
                    (0, false) => " is a colour picture: its grey is shown",
                    (_, false) => " are colour pictures: their grey is shown",
                    (0, true) => " has a palette of greys: these are shown, not its indexes",
                    (_, true) => " have palettes of greys: these are shown, not their indexes",
                })?;
                if measured.is_empty() {
                    return Ok(());
                }
                write!(
                    out,
                    "; measured were {}, not this grey",
                    measured.join(", ")
                )
            }
            Self::NotCorrected { fields, reason } => write!(
                out,
                "{} imported without illumination correction: {reason}",
                counted(*fields, "field")
            ),
            Self::OtherDigests { pictures } => write!(
                out,
                "no recorded MD5 digest is that of a file ({}): the files were written anew, or the digests are of another kind",
                counted(*pictures, "picture")
            ),
            Self::Displaced {
                offset: [x, y],
                fields,
            } => write!(
                out,
                "the objects of {fields} field{} lie {x}, {y} pixels further in the picture than they were measured: --offset {x},{y} applies it",
                if *fields == 1 { "" } else { "s" }
            ),
            Self::OffsetFound { offset: [x, y] } => write!(
                out,
                "the objects lie {x}, {y} pixels further in the pictures than they were measured: crops are cut there"
            ),
            Self::NoOffset { several: true } => out
                .write_str("no offset was applied: the fields that were tried have different ones"),
            Self::NoOffset { several: false } => out.write_str(
                "no offset was applied: none explains where the measured intensities are",
            ),
            Self::ContradictedKept { cells } => write!(
                out,
                "{cells} cells have crops of pictures that contradict the measurements, as was asked for (--contradicted keep)"
            ),
            Self::BadFunction { reason } => out.write_str(reason),
        }
    }
}
