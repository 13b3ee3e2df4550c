//! How crops and outlines are drawn under a session.

use super::error::{SessionError, failed};
use super::session_file::SessionFile;
use cytolance_dataset::CellDataset;
use cytolance_explore::Explorer;
use cytolance_imaging::{self, ChannelStyle, contrast_sample, shown_at_first};
use cytolance_profile::{is_cytoplasm, outline_color};
use futures::future::BoxFuture;

/// The contrast in which the channels of a dataset are shown at first, from crops that are spread over it.
///
/// # Errors
/// [`SessionError::Run`] where the crops cannot be read.
pub fn first_contrast(
    dataset: &CellDataset,
    channels: usize,
) -> BoxFuture<'_, Result<Vec<Option<[f32; 2]>>, SessionError>> {
    Box::pin(async move {
        let sample = contrast_sample(dataset.num_rows());
        let pictures = dataset.pictures(&sample).await.map_err(failed)?;
        Ok(cytolance_imaging::first_contrast(
            &pictures.iter(),
            channels,
        ))
    })
}

/// How channels are shown: as the session has it, else as the window shows them at first.
///
/// # Errors
/// [`SessionError::Run`] where the crops cannot be read.
pub fn channel_styles<'a>(
    explorer: &'a Explorer,
    session: &'a SessionFile,
) -> BoxFuture<'a, Result<Vec<ChannelStyle>, SessionError>> {
    Box::pin(async move {
        let dataset = explorer.dataset();
        let channels = dataset.channels().await.map_err(failed)?;
        let known = |name: &str| session.channels.iter().find(|channel| channel.name == name);
        let mut is_known = channels
            .iter()
            .map(|channel| known(&channel.name).is_some());
        let ranges = if is_known.all(|known| known) {
            vec![None; channels.len()]
        } else {
            first_contrast(dataset, channels.len()).await?
        };
        let names: Vec<&str> = channels
            .iter()
            .map(|channel| channel.name.as_str())
            .collect();
        Ok(channels
            .iter()
            .zip(shown_at_first(&names))
            .zip(ranges)
            .map(|((channel, visible), range)| {
                if let Some(known) = known(&channel.name) {
                    return known.style;
                }
                let [min, max] = range.unwrap_or([0.0, channel.full_scale()]);
                ChannelStyle {
                    visible,
                    color: channel.rgb(),
                    min,
                    max,
                    gamma: 1.0,
                }
            })
            .collect())
    })
}

/// Which outlines are drawn, in which colours: as the session has it, else cells and nuclei.
pub fn outline_styles(explorer: &Explorer, session: &SessionFile) -> Vec<(String, [u8; 3], f64)> {
    explorer
        .dataset()
        .outline_objects()
        .into_iter()
        .enumerate()
        .filter_map(|(at, object)| {
            let known = session.outlines.iter().find(|known| known.object == object);
            let (visible, color) = known.map_or_else(
                || (!is_cytoplasm(&object), outline_color(&object, at)),
                |known| (known.visible, known.color),
            );
            visible.then_some((object, color, 1.0))
        })
        .collect()
}
