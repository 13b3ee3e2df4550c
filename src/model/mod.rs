//! What the viewer knows, and how that changes: state, commands, jobs, events.

pub mod action;
pub mod background;
pub mod clipboard;
pub mod column_menu;
pub mod command;
pub mod envelope;
pub mod event;
pub mod failure;
pub mod feature;
pub mod field_pictures;
pub mod file_dialog;
pub mod group_table;
pub mod job;
pub mod labels;
pub mod latest;
pub mod news;
pub mod notices;
pub mod opening;
pub mod parts;
pub mod picture_cell;
pub mod pictures;
pub mod points;
pub mod replace;
pub mod row_values;
pub mod save_folder;
pub mod scatter;
pub mod selecting;
pub mod session;
pub mod settings;
pub mod state;
pub mod table;
pub mod task;
pub mod textures;
pub mod thumbnail;
pub mod update;
pub mod values;
pub mod view;

#[cfg(test)]
pub(crate) mod test_run;
