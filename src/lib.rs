//! Cytolance: a desktop viewer for single-cell morphological profiles that kept their images.
//!
//! The layers and what each may use are described in `ARCHITECTURE.md`.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod cli;
pub mod features;
pub mod model;
pub mod shell;

#[cfg(test)]
#[path = "dataset/samples.rs"]
pub mod samples;
