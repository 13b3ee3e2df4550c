//! Cytolance: a desktop viewer for single-cell morphological profiles that kept their images.
//!
//! The layers and what each may use are described in `ARCHITECTURE.md`.

pub mod app;
pub mod cli;
pub mod dataset;
pub mod demo;
pub mod explore;
pub mod export;
pub mod exporters;
pub mod imaging;
pub mod import;
pub mod plot;
pub mod profile;
pub mod remote;
pub mod session;
pub mod sources;
pub mod widgets;
