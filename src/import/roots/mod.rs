//! Where the pictures and masks of an export are now: folders and object stores, searched by name.

mod candidates;
mod error;
mod file_index;
mod file_naming;
mod folder_contents;
mod image_keys;
mod image_roots;
mod moved_picture;
mod name_key;
mod object_pictures;
mod object_words;
mod path_pair;
mod picture_location;
mod picture_stores;
mod recorded_folder;
mod relocation;
mod shared_picture;
mod unasked_stores;
mod web_server;

pub use error::RootError;
pub use file_index::IndexWatch;
pub use file_naming::{FileNaming, NameParts};
pub use image_keys::ImageKeys;
pub use image_roots::ImageRoots;
pub use moved_picture::{KnownPlaces, PictureFinder};
pub use object_pictures::{NameClaim, ObjectPictureIndex};
pub use object_words::{NameWords, name_words};
pub use picture_location::{FetchedPictures, OpenPicture, PictureLocation};
pub use picture_stores::PictureStores;
pub use relocation::{PathChange, Relocation, UnresolvedPicture};
pub use shared_picture::{folders_of_file, is_same_folder};

#[cfg(test)]
mod object_tests;
#[cfg(test)]
mod relocation_tests;
