//! How crops and outlines are drawn under a session.

use super::error::{SessionError, failed};
use super::session_file::SessionFile;
use crate::explore::Explorer;
use crate::imaging::{ChannelStyle, auto_range, shown_at_first};
use crate::profile::{is_cytoplasm, outline_color};
use futures::future::BoxFuture;

/// Crops looked at for the contrast, where the session has none.
const SAMPLE: usize = 32;
/// Percentiles of that contrast.
const PERCENTILES: [f64; 2] = [1.0, 99.7];

/// How channels are shown: as the session has it, else by a sample of the crops.
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
        let rows = dataset.num_rows();
        let sample: Vec<u32> = (0..rows.min(SAMPLE))
            .map(|at| (at * rows / rows.clamp(1, SAMPLE)) as u32)
            .collect();
        let known = |name: &str| session.channels.iter().find(|channel| channel.name == name);
        let all_known = channels
            .iter()
            .all(|channel| known(&channel.name).is_some());
        let pictures = if all_known {
            Vec::new()
        } else {
            dataset.pictures(&sample).await.map_err(failed)?
        };
        let [low, high] = PERCENTILES;
        let names: Vec<&str> = channels
            .iter()
            .map(|channel| channel.name.as_str())
            .collect();
        Ok(channels
            .iter()
            .zip(shown_at_first(&names))
            .enumerate()
            .map(|(at, (channel, visible))| {
                if let Some(known) = known(&channel.name) {
                    return known.style;
                }
                let pixels = pictures
                    .iter()
                    .filter_map(|picture| picture.crop.as_ref()?.planes.get(at))
                    .flat_map(|plane| plane.iter().copied());
                let [min, max] = auto_range(pixels, low, high).unwrap_or([0.0, 65_535.0]);
                // Many channels add up to white where each alone would be just right.
                let headroom = if channels.len() > 3 { 1.5 } else { 1.0 };
                ChannelStyle {
                    visible,
                    color: channel.rgb(),
                    min,
                    max: min + (max - min) * headroom,
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
