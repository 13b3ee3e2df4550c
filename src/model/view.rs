//! What panes remember between frames.

use super::feature::Feature;
use super::parts::Parts;
use super::textures::Textures;

/// What panes and pages remember that is nobody else's business.
#[derive(Default)]
pub struct PaneView {
    /// What the viewer can do: a pane asks the others what they have to say of what it shows.
    pub features: &'static [&'static dyn Feature],
    /// Composited crops.
    pub textures: Textures,
    /// What each pane remembers.
    pub parts: Parts,
    /// What pages remember, whatever dataset is open.
    pub pages: Parts,
}

impl PaneView {
    /// Of a viewer that can do this, with nothing remembered.
    pub fn of(features: &'static [&'static dyn Feature]) -> Self {
        Self {
            features,
            ..Self::default()
        }
    }

    /// Forgets what belongs to the previous dataset.
    pub fn forget_dataset(&mut self) {
        self.textures = Textures::default();
        self.parts = Parts::default();
    }
}
