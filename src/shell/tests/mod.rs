//! What features and the model do together, without a window.

mod actions;
mod envelope;
mod failure;
mod golden;
mod shortcut_keys;
