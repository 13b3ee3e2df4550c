//! What the viewer knows, and how that changes: state, commands, jobs, events.

pub mod action;
pub mod background;
pub mod clipboard;
pub mod command;
pub mod dropping;
pub mod envelope;
pub mod event;
pub mod executor;
pub mod export_rows;
pub mod failure;
pub mod feature;
pub mod field_pictures;
pub mod file_dialog;
pub mod group_table;
pub mod job;
pub mod labels;
pub mod latest;
pub mod news;
pub mod opening;
pub mod parts;
pub mod picture_cell;
pub mod picture_choice;
pub mod pictures;
pub mod plot_frame;
pub mod points;
pub mod reads;
pub mod replace;
pub mod row_values;
pub mod save_folder;
pub mod scatter;
pub mod selecting;
pub mod session;
pub mod settings;
pub mod shortcut_keys;
pub mod state;
pub mod table;
pub mod task;
pub mod textures;
pub mod thumbnail;
pub mod tools;
pub mod update;
pub mod values;
pub mod view;
pub mod work;

#[cfg(test)]
pub(crate) mod test_request;
#[cfg(test)]
pub(crate) mod test_run;
