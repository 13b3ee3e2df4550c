//! What features and the model do together, without a window.

mod actions;
mod envelope;
mod failure;
mod shortcut_keys;
