//! Whole-program tests: the layers, the command line, the import, the viewer, the interop with Python.

// Helpers stand outside `#[test]` functions, where clippy.toml's allowance does not reach; a test that
// meets an unexpected value should stop there and say so.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// Tests write what they read, and make schemas that say nothing.
#![allow(clippy::disallowed_methods)]

mod checks;
mod cli;
mod compute;
mod copies;
mod damage;
mod ellipses;
mod exports;
mod foreign;
mod formats;
mod found;
mod identity;
mod interop;
mod keys;
mod kill;
mod large;
mod large_view;
mod layers;
mod marks;
mod outliers;
mod output;
mod pixels;
mod places;
mod plate;
mod records;
mod reference;
mod remote_reading;
mod returning;
mod roles;
mod rows;
mod stored;
mod stores;
mod support;
mod viewer;
mod volumes;
mod wizard;
mod workbench;
