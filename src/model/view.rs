//! What panes remember between frames.

use super::parts::Parts;
use super::textures::Textures;

/// What panes and pages remember that is nobody else's business.
#[derive(Default)]
pub struct PaneView {
    /// Composited crops.
    pub textures: Textures,
    /// What each pane remembers.
    pub parts: Parts,
    /// What pages remember, whatever dataset is open.
    pub pages: Parts,
}

impl PaneView {
    /// Forgets what belongs to the previous dataset.
    pub fn forget_dataset(&mut self) {
        self.textures = Textures::default();
        self.parts = Parts::default();
    }
}
