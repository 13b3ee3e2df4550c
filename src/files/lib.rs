//! Files and folders on this machine that are there whole or not at all, and names for what is kept of an address. The
//! one door through which the program writes what must survive a crash or a power cut.

// Tests write what they read, and make schemas that say nothing.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod growing_file;
mod settle;
mod stable_key;

pub use growing_file::{GrowingFile, UNFINISHED, usual_rights, write_whole};
pub use settle::{put_folder, settle_folder, settle_tree};
pub use stable_key::stable_key;
