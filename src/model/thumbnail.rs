//! Pictures of the recent datasets for the start page: a strip of their first cells, kept between runs.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use egui::ColorImage;
use image::imageops::{FilterType, overlay, resize};
use image::{ImageFormat, RgbaImage};

use super::settings::kept_file;
use crate::model::job::Job;
use crate::model::state::{State, Workspace};
use crate::model::textures::composed;
use cytolance_files::write_whole;
use cytolance_imaging::{CellPicture, ChannelStyle, Compositor};

/// Cells side by side.
const CELLS: usize = 4;
/// Pixels a cell's square is wide and high; twice what the start page shows, for screens that are scaled.
const SIDE: u32 = 80;
/// Pixels between squares.
const GAP: u32 = 4;
/// Pixels of a file that is read back at most; a foreign one may be of any size.
const MOST_SIDE: u32 = 1024;

/// Points of a strip on the screen.
pub(crate) const STRIP: [f32; 2] = [
    (CELLS as u32 * (SIDE + GAP) - GAP) as f32 / 2.0,
    SIDE as f32 / 2.0,
];

/// Keeps the strip of a dataset that was opened, once its first crops and their contrast are known.
pub(crate) fn keep_job(workspace: &mut Workspace) -> Option<Job> {
    if !workspace.thumbnail_due {
        return None;
    }
    let rows = workspace.order.rows(0..workspace.order.len().min(CELLS));
    let pictures = &workspace.pictures;
    let found: Option<Vec<&Arc<CellPicture>>> = rows.iter().map(|row| pictures.get(*row)).collect();
    // They are read a few at a time.
    let found = found.filter(|found| !found.is_empty())?;
    let found = found.into_iter().filter(|picture| picture.crop.is_some());
    let found: Vec<Arc<CellPicture>> = found.cloned().collect();
    workspace.thumbnail_due = false;
    if found.is_empty() {
        return None;
    }
    let styles = workspace.channels.iter().map(|channel| channel.style);
    Some(Job::KeepThumbnail {
        uri: workspace.dataset.uri().to_owned(),
        styles: styles.collect(),
        pictures: found,
    })
}

/// Reads the strips of the recent datasets, for the start page.
pub(crate) fn read_job(state: &State) -> Job {
    Job::ReadThumbnails(state.settings.recents.clone())
}

/// Draws a strip and writes it. That it cannot be written is no reason to bother anybody.
pub(crate) fn keep(uri: &str, styles: &[ChannelStyle], pictures: &[Arc<CellPicture>]) {
    let Some(path) = path(uri) else { return };
    let Some(strip) = strip(styles, pictures) else {
        return;
    };
    let mut bytes = Cursor::new(Vec::new());
    let written = strip
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(std::io::Error::other)
        .and_then(|()| path.parent().map_or(Ok(()), std::fs::create_dir_all))
        .and_then(|()| write_whole(&path, bytes.get_ref()));
    if let Err(error) = written {
        tracing::warn!("cannot write {}: {error}", path.display());
    }
}

/// The strips that are kept of these datasets; those of others are deleted.
pub(crate) fn read(uris: &[String]) -> Vec<(String, Arc<ColorImage>)> {
    if let Some(folder) = folder()
        && let Ok(entries) = std::fs::read_dir(folder)
    {
        let known: Vec<PathBuf> = uris.iter().filter_map(|uri| path(uri)).collect();
        let files = entries.flatten().map(|entry| entry.path());
        for file in files.filter(|file| !known.contains(file)) {
            // Another window may have been quicker.
            let _ = std::fs::remove_file(file);
        }
    }
    uris.iter()
        .filter_map(|uri| {
            let file = std::fs::read(path(uri)?).ok()?;
            let mut reader = image::ImageReader::with_format(Cursor::new(file), ImageFormat::Png);
            let mut limits = image::Limits::default();
            limits.max_image_width = Some(MOST_SIDE);
            limits.max_image_height = Some(MOST_SIDE);
            reader.limits(limits);
            let strip = reader.decode().ok()?.into_rgba8();
            let size = [strip.width() as usize, strip.height() as usize];
            let image = ColorImage::from_rgba_unmultiplied(size, strip.as_raw());
            Some((uri.clone(), Arc::new(image)))
        })
        .collect()
}

/// The crops side by side, each fitted into its square.
fn strip(styles: &[ChannelStyle], pictures: &[Arc<CellPicture>]) -> Option<RgbaImage> {
    let compositor = Compositor::new(styles);
    let crops = pictures.iter().filter_map(|picture| picture.crop.as_ref());
    let images: Vec<ColorImage> = crops
        .filter_map(|crop| composed(&compositor, crop))
        .collect();
    if images.is_empty() {
        return None;
    }
    let mut strip = RgbaImage::new(CELLS as u32 * (SIDE + GAP) - GAP, SIDE);
    for (at, image) in images.iter().take(CELLS).enumerate() {
        let [width, height] = image.size.map(|side| side as u32);
        let crop = RgbaImage::from_raw(width, height, image.as_raw().to_vec())?;
        let scale = f64::from(SIDE) / f64::from(width.max(height));
        let [wide, high] = [width, height].map(|side| (f64::from(side) * scale).round() as u32);
        let crop = resize(&crop, wide.max(1), high.max(1), FilterType::Triangle);
        let left = at as u32 * (SIDE + GAP) + (SIDE - crop.width()) / 2;
        let top = (SIDE - crop.height()) / 2;
        overlay(&mut strip, &crop, left.into(), top.into());
    }
    Some(strip)
}

fn folder() -> Option<PathBuf> {
    Some(dirs::cache_dir()?.join("cytolance").join("thumbnails"))
}

fn path(uri: &str) -> Option<PathBuf> {
    Some(kept_file(&folder()?, uri, ".png"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::Crop;

    #[test]
    fn a_strip_holds_the_crops_in_their_proportions() {
        let style = ChannelStyle {
            visible: true,
            color: [255, 255, 255],
            min: 0.0,
            max: 100.0,
            gamma: 1.0,
        };
        let picture = |width: u32, height: u32| {
            Arc::new(CellPicture {
                crop: Some(Crop {
                    width,
                    height,
                    planes: vec![vec![100_u16; (width * height) as usize].into()],
                }),
                ..CellPicture::default()
            })
        };
        assert!(strip(&[style], &[]).is_none(), "nothing to show");
        let image = strip(&[style], &[picture(10, 20), picture(300, 300)]).unwrap();
        assert_eq!(image.dimensions(), (4 * SIDE + 3 * GAP, SIDE));
        // Half as wide as high, in the middle of its square.
        let lit = |x: u32, y: u32| image.get_pixel(x, y).0 == [255; 4];
        assert!(!lit(SIDE / 4 - 2, 40) && lit(SIDE / 4 + 1, 40));
        assert!(lit(SIDE * 3 / 4 - 2, 40) && !lit(SIDE * 3 / 4 + 2, 40));
        assert!(lit(SIDE + GAP, 0) && !lit(2 * (SIDE + GAP), 0));
    }
}
