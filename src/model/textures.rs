//! Composited crops as textures, with a byte budget and a time budget per frame.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Color32, ColorImage, TextureHandle, TextureOptions};

use crate::model::state::Workspace;
use cytolance_imaging::{ChannelStyle, Compositor, Crop, auto_range};
use cytolance_profile::RecentlyUsed;

/// Bytes of textures kept.
const BUDGET: usize = 192 << 20;
/// Compositing per frame; what is left waits for the next one.
const FRAME_TIME: Duration = Duration::from_millis(5);

/// The picture of a crop; `None` where it has no pixels.
pub(crate) fn composed(compositor: &Compositor, crop: &Crop) -> Option<ColorImage> {
    let planes: Vec<&[u16]> = crop.planes.iter().map(AsRef::as_ref).collect();
    let mut pixels = Vec::new();
    compositor.composite(&planes, &mut pixels);
    let size = [crop.width as usize, crop.height as usize];
    if pixels.len() != size[0] * size[1] || pixels.is_empty() {
        return None;
    }
    let pixels = pixels
        .into_iter()
        .map(|[r, g, b, _]| Color32::from_rgb(r, g, b))
        .collect();
    Some(ColorImage::new(size, pixels))
}

/// A texture of one crop.
struct Entry {
    handle: TextureHandle,
    size: [usize; 2],
    style: u64,
    seen: u64,
}

/// How the crop of a row is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextureKind {
    /// Small: pixels flow into each other.
    Smooth,
    /// Large: every pixel is seen.
    Sharp,
    /// Small, and every channel between the cell's own darkest and brightest pixels.
    OwnContrast,
}

/// The channels' styles with a crop's own contrast.
fn own_styles(styles: Vec<ChannelStyle>, crop: &Crop) -> Vec<ChannelStyle> {
    styles
        .into_iter()
        .zip(&crop.planes)
        .map(|(style, plane)| match auto_range(plane.iter().copied()) {
            Some([min, max]) => ChannelStyle { min, max, ..style },
            None => style,
        })
        .collect()
}

/// Textures by row and kind.
#[derive(Default)]
pub struct Textures {
    entries: RecentlyUsed<(u32, TextureKind), Entry>,
    compositor: Option<(u64, Compositor)>,
    frame: u64,
    deadline: Option<Instant>,
    late: bool,
}

impl Textures {
    /// Starts a frame.
    pub fn begin_frame(&mut self) {
        self.frame += 1;
        self.deadline = Some(Instant::now() + FRAME_TIME);
        self.late = false;
    }

    /// Whether some texture has to wait for the next frame.
    pub fn is_late(&self) -> bool {
        self.late
    }

    /// Bytes in use.
    pub fn bytes(&self) -> usize {
        self.entries.bytes()
    }

    /// The texture of a row with its size in pixels; of the previous style while there is no time for the new one.
    pub fn get(
        &mut self,
        ctx: &egui::Context,
        workspace: &Workspace,
        row: u32,
        kind: TextureKind,
    ) -> Option<(egui::TextureId, [usize; 2])> {
        let style = workspace.style_generation;
        let frame = self.frame;
        let key = (row, kind);
        // A texture of another picture column is no stale one: it shows something else.
        if let Some(entry) = self.entries.peek(&key)
            && entry.style < workspace.pictures_since
        {
            self.entries.remove(&key);
        }
        let stale = match self.entries.get(&key) {
            Some(entry) => {
                entry.seen = frame;
                if entry.style == style {
                    return Some((entry.handle.id(), entry.size));
                }
                true
            }
            None => false,
        };
        let in_time = self
            .deadline
            .is_none_or(|deadline| Instant::now() < deadline);
        let crop = workspace
            .pictures
            .get(row)
            .and_then(|picture| picture.crop.as_ref());
        if let Some(crop) = crop {
            if in_time {
                self.compose(ctx, workspace, crop, key, style);
            } else {
                self.late = true;
            }
        }
        debug_assert!(!stale || self.entries.peek(&key).is_some());
        self.entries
            .peek(&key)
            .map(|entry| (entry.handle.id(), entry.size))
    }

    fn compose(
        &mut self,
        ctx: &egui::Context,
        workspace: &Workspace,
        crop: &Crop,
        key: (u32, TextureKind),
        style: u64,
    ) {
        if key.1 == TextureKind::OwnContrast {
            let own = Compositor::new(&own_styles(workspace.styles(), crop));
            if let Some(image) = composed(&own, crop) {
                self.keep(ctx, key, Arc::new(image), style);
            }
            return;
        }
        let compositor = match &mut self.compositor {
            Some((known, compositor)) if *known == style => compositor,
            other => {
                &mut other
                    .insert((style, Compositor::new(&workspace.styles())))
                    .1
            }
        };
        if let Some(image) = composed(compositor, crop) {
            self.keep(ctx, key, Arc::new(image), style);
        }
    }

    /// Takes pictures that were composited in the background.
    pub fn prepare(
        &mut self,
        ctx: &egui::Context,
        rows: &[u32],
        images: &[Option<Arc<ColorImage>>],
        style: u64,
    ) {
        for (row, image) in rows.iter().zip(images) {
            if let Some(image) = image {
                self.keep(ctx, (*row, TextureKind::Smooth), Arc::clone(image), style);
            }
        }
    }

    fn keep(
        &mut self,
        ctx: &egui::Context,
        key: (u32, TextureKind),
        image: Arc<ColorImage>,
        style: u64,
    ) {
        let size = image.size;
        let options = if key.1 == TextureKind::Sharp {
            TextureOptions::NEAREST
        } else {
            TextureOptions::LINEAR
        };
        let image = egui::ImageData::Color(image);
        let bytes = size[0] * size[1] * 4;
        if let Some(mut entry) = self.entries.remove(&key) {
            entry.handle.set(image, options);
            (entry.style, entry.size) = (style, size);
            self.entries.insert(key, entry, bytes);
            return;
        }
        let entry = Entry {
            handle: ctx.load_texture(format!("cell {}", key.0), image, options),
            size,
            style,
            seen: self.frame,
        };
        self.entries.insert(key, entry, bytes);
        if self.entries.bytes() > BUDGET {
            // Never what is on the screen now.
            let frame = self.frame;
            self.entries
                .shrink_to(BUDGET / 4 * 3, |_, entry| entry.seen != frame);
        }
    }
}
