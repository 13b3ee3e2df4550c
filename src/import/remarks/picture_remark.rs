//! Remarks on pictures.

use std::fmt;

use crate::{CropSquare, PlaneRule};
use cytolance_profile::counted;

/// Channels that a sentence names.
const NAMED: usize = 6;
/// Sizes that a sentence names.
const NAMED_SIZES: usize = 3;

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
    /// Pictures were recorded in a store that nobody asked for.
    InStore {
        /// The place that holds them all.
        place: String,
        /// How many.
        pictures: usize,
    },
    /// More such stores.
    InMoreStores {
        /// How many.
        stores: usize,
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
    NoBoxes {
        /// Cells are traced, and cropped by their outlines.
        traced: bool,
        /// The squares that stand in for boxes.
        squares: Vec<CropSquare>,
    },
    /// What says how large a pixel is differs.
    PixelSizesDiffer {
        /// The size that is taken and what says it; none where the pictures themselves differ.
        taken: Option<String>,
        /// The others.
        others: Vec<String>,
    },
    /// Pixels that are not as wide as high.
    PixelNotSquare {
        /// Width and height.
        sizes: [String; 2],
        /// What says it.
        from: String,
    },
    /// Parts of which nothing says how large a pixel is, beside others of which something does.
    PixelSizeOfOthers {
        /// The parts.
        of: Vec<String>,
    },
    /// Rows that come to a dataset with another pixel size.
    PixelSizeOfDataset {
        /// That of the dataset.
        dataset: Option<String>,
        /// That of the rows.
        rows: Option<String>,
    },
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
        /// No other offset was found.
        alone: bool,
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
        /// The pictures are as they were measured.
        needless: bool,
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

impl PictureRemark {
    /// Whether it is on how large a pixel is.
    pub fn is_on_pixel_size(&self) -> bool {
        matches!(
            self,
            Self::PixelSizesDiffer { .. }
                | Self::PixelNotSquare { .. }
                | Self::PixelSizeOfOthers { .. }
                | Self::PixelSizeOfDataset { .. }
        )
    }
    /// Words for what is said of pixel sizes.
    fn write_pixel_size(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PixelSizesDiffer { taken, others } => {
                let others = others[..others.len().min(NAMED_SIZES)].join(", ");
                match taken {
                    Some(taken) => {
                        write!(out, "a pixel is {taken}, but {others}: the first is taken")
                    }
                    None => write!(
                        out,
                        "a pixel is {others}: none is taken, so no scale bar is shown (--pixel-size UM says it)"
                    ),
                }
            }
            Self::PixelNotSquare {
                sizes: [width, height],
                from,
            } => write!(
                out,
                "by {from} pixels are {width} wide and {height} high: scale bars hold for widths alone"
            ),
            Self::PixelSizeOfOthers { of } => write!(
                out,
                "nothing says how large a pixel is of the pictures of {}: they get the scale bar of the others",
                of.join(", ")
            ),
            Self::PixelSizeOfDataset { dataset, rows } => match (dataset, rows) {
                (Some(dataset), Some(rows)) => write!(
                    out,
                    "a pixel of the dataset is {dataset}, of the new pictures {rows}: scale bars do not hold for the new rows"
                ),
                (None, Some(rows)) => write!(
                    out,
                    "a pixel of the new pictures is {rows}; the dataset does not know its own, so no scale bar is shown"
                ),
                (Some(dataset), None) => write!(
                    out,
                    "nothing says how large a pixel of the new pictures is; scale bars take the dataset's {dataset}"
                ),
                (None, None) => out.write_str("nothing says how large a pixel is"),
            },
            _ => Ok(()),
        }
    }
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
            Self::InStore { place, pictures } => write!(
                out,
                "{pictures} pictures were recorded at {place}: --images {place} reads them there"
            ),
            Self::InMoreStores { stores } => {
                write!(out, "pictures were recorded in {stores} more stores")
            }
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
            Self::NoBoxes { traced, squares } => {
                out.write_str("no bounding boxes were measured; crops are ")?;
                if *traced {
                    out.write_str("the boxes of the outlines, else ")?;
                }
                let squares: Vec<String> = squares.iter().map(ToString::to_string).collect();
                write!(out, "{} (--crop-size PX changes that)", squares.join("; "))
            }
            Self::PixelSizesDiffer { .. }
            | Self::PixelNotSquare { .. }
            | Self::PixelSizeOfOthers { .. }
            | Self::PixelSizeOfDataset { .. } => self.write_pixel_size(out),
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
                alone,
            } => {
                let plural = if *fields == 1 { "" } else { "s" };
                write!(
                    out,
                    "the objects of {fields} field{plural} lie {x}, {y} pixels further in the picture than they were measured: "
                )?;
                match alone {
                    true => write!(out, "--offset {x},{y} applies it"),
                    false => out.write_str("others lie otherwise, so no one --offset fits all"),
                }
            }
            Self::OffsetFound { offset: [x, y] } => write!(
                out,
                "the objects lie {x}, {y} pixels further in the pictures than they were measured: crops are cut there"
            ),
            Self::NoOffset { needless: true, .. } => {
                out.write_str("no offset was applied: the fields that were tried need none")
            }
            Self::NoOffset { several: true, .. } => out
                .write_str("no offset was applied: the fields that were tried have different ones"),
            Self::NoOffset { several: false, .. } => out.write_str(
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
