//! What panes remember between frames.

use super::parts::Parts;
use super::textures::Textures;

/// What panes remember that is nobody else's business; of one dataset.
#[derive(Default)]
pub struct PaneView {
    /// Composited crops.
    pub textures: Textures,
    /// What each pane remembers.
    pub parts: Parts,
}

impl PaneView {
    /// Forgets what belongs to the previous dataset.
    pub fn forget_dataset(&mut self) {
        *self = Self::default();
    }
}
