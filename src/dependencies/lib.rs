//! Nothing but a list of outside crates in the manifest.
//!
//! Cargo builds a crate with the features that what is being built asks for. The tests of one layer ask for fewer than the
//! program does, and would build hundreds of crates once more; with this one among their dependencies they ask for all.
//! It is one of the tests' alone: nothing is named through it and nothing of it is linked.
