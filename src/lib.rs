//! Cytolance: a desktop viewer for single-cell morphological profiles that kept their images.
//!
//! The layers and what each may use are described in `ARCHITECTURE.md`.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod app;
pub mod cli;
pub mod dataset;
pub mod demo;
pub mod explore;
pub mod export;
pub mod features;
pub mod files;
pub mod imaging;
pub mod import;
pub mod model;
pub mod plot;
pub mod profile;
pub mod remote;
pub mod session;
pub mod shell;
pub mod sources;
pub mod widgets;
