//! The source pictures of a cell: where they were recorded, where they are, what they hold.

use tokio::runtime::Handle;

use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_imaging::intensity_histogram;
use cytolance_import::source_planes;

/// Bars of a field's histogram over the channel's full range.
pub(crate) const FIELD_BINS: usize = 4096;

/// A channel's source picture.
#[derive(Debug, Clone)]
pub struct SourcePicture {
    /// File name as recorded.
    pub file: String,
    /// Where it was found, or why it was not read.
    pub found: Result<String, String>,
    /// Counts of the field's pixels over the channel's full range.
    pub histogram: Vec<u32>,
}

/// The source pictures of a cell's field of view, by channel.
#[derive(Debug, Clone)]
pub struct FieldPictures {
    /// The cell they were looked up for.
    pub row: u32,
    /// One a channel.
    pub channels: Vec<SourcePicture>,
}

/// Reads the names from the dataset and the pictures from where they are now; `None` where the dataset names none.
pub(crate) fn read_field(
    handle: &Handle,
    dataset: &CellDataset,
    channels: &[ChannelInfo],
    row: u32,
) -> Option<FieldPictures> {
    let planes = handle.block_on(source_planes(dataset, channels, row));
    let planes = planes.ok().flatten()?;
    let channels = channels
        .iter()
        .zip(planes)
        .map(|(channel, source)| {
            let (found, histogram) = match source.plane {
                Ok((location, plane)) => {
                    let top = channel.full_scale();
                    let bins = if top < 256.0 { 256 } else { FIELD_BINS };
                    let histogram = intensity_histogram(&plane.pixels, [0.0, top], bins);
                    (Ok(location), histogram)
                }
                Err(reason) => (Err(reason), Vec::new()),
            };
            SourcePicture {
                file: source.file,
                found,
                histogram,
            }
        })
        .collect();
    Some(FieldPictures { row, channels })
}
