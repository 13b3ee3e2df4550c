//! The second stage of a part of an import: its fields of view, with the pictures and masks that were found of them.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::field_plan::{LocatedField, MaskRoots, locate_fields};
use super::image_roles::{RoleRoots, settle_roles};
use super::joined_part::JoinedPart;
use super::named_images::NamedImages;
use super::picture_owners::settle_pictures;
use super::{
    ImageReport, ImageRoots, ImportError, ImportOptions, ImportReport, ObjectPictureIndex, Remark,
    RootError,
};
use cytolance_dataset::ChannelInfo;

/// A part whose pictures and masks are found. It has all that it had when it was joined.
#[derive(Debug)]
pub(super) struct LocatedPart {
    pub(super) tables: JoinedPart,
    /// What file names say of the image sets.
    pub named: Option<NamedImages>,
    /// Its fields with cells, in the order of the joined rows.
    pub fields: Vec<LocatedField>,
    /// The crops are those that its rows have already, not cut from pictures of fields. Then fields have no pictures.
    pub copies_crops: bool,
}

impl Deref for LocatedPart {
    type Target = JoinedPart;

    fn deref(&self) -> &JoinedPart {
        &self.tables
    }
}

impl LocatedPart {
    /// Finds the pictures and masks of every field that has cells. Where there are no pictures of fields, the crops
    /// that the rows have already are taken.
    ///
    /// `objects` are the object sets of the whole import.
    pub fn new(
        tables: JoinedPart,
        named: Option<NamedImages>,
        objects: &[String],
        roots: &ImageRoots,
        masks: &MaskRoots,
        images: &mut ImageReport,
        remarks: &mut Vec<Remark>,
    ) -> Self {
        let mut found = ImageReport::default();
        let fields = locate_fields(
            &tables,
            named.as_ref(),
            objects,
            roots,
            masks,
            &mut found,
            remarks,
        );
        let mut part = Self {
            tables,
            named,
            fields,
            copies_crops: false,
        };
        let mut pictures = part.fields.iter().flat_map(|field| &field.pictures);
        if let Some(stored) = &part.tables.stored
            && stored.has_pictures()
            && pictures.all(Result::is_err)
        {
            for name in stored.column_names() {
                if !images.stored.iter().any(|known| known == name) {
                    images.stored.push(name.to_owned());
                }
            }
            part.copies_crops = true;
            for field in &mut part.fields {
                field.pictures.clear();
            }
        } else {
            images.expected += found.expected;
            images.missing.extend(found.missing);
        }
        part
    }

    /// Names of its channels.
    pub fn channel_names(&self) -> Vec<&str> {
        match self.stored_channels() {
            Some(channels) => channels
                .iter()
                .map(|channel| channel.name.as_str())
                .collect(),
            None => self
                .sets
                .iter()
                .flat_map(|sets| &sets.channels)
                .map(|channel| channel.name.as_str())
                .collect(),
        }
    }

    /// The channels of the crops that its rows have already, where these are taken.
    pub fn stored_channels(&self) -> Option<&[ChannelInfo]> {
        let stored = self.stored.as_ref()?;
        self.copies_crops.then_some(&stored.channels)
    }
}

/// Indexes the folders given with an option.
///
/// # Errors
/// [`ImportError`] when one is not there or cannot be searched.
pub(super) fn index_roots(
    option: &'static str,
    folders: &[PathBuf],
) -> Result<ImageRoots, ImportError> {
    ImageRoots::index(folders).map_err(|error| match error {
        RootError::NoFolder(path) => ImportError::NoFolder { option, path },
        source => ImportError::Root { option, source },
    })
}

/// Finds the pictures and masks of all parts, each with what its pictures' names say. `beside` says that pictures may
/// lie beside the source; `objects` are the object sets of all parts.
///
/// # Errors
/// [`ImportError`] when a folder given with an option is not there or cannot be searched.
pub(super) fn locate_parts(
    parts: Vec<(JoinedPart, Option<NamedImages>)>,
    options: &ImportOptions,
    beside: bool,
    objects: &[String],
    report: &mut ImportReport,
) -> Result<Vec<LocatedPart>, ImportError> {
    let image_folders = if options.images.is_empty() {
        let folder = beside.then(|| folder_of(&options.source));
        folder.into_iter().collect()
    } else {
        options.images.clone()
    };
    let mut roots = index_roots("--images", &image_folders)?;
    for choice in &options.path_changes {
        roots = roots
            .with_change(&choice.recorded, &choice.found)
            .map_err(|source| ImportError::Root {
                option: "path change:",
                source,
            })?;
    }
    let recorded: Vec<(String, String)> = parts
        .iter()
        .flat_map(|(part, _)| part.recorded_pictures())
        .collect();
    let relocation = roots.propose(&recorded);
    let roots = roots.with_relocation(&relocation);
    let object_folders = [options.masks.as_slice(), options.outlines.as_slice()].concat();
    let mask_roots = index_roots("--masks or --outlines", &object_folders)?;
    let remarks = [roots.remarks(), mask_roots.remarks(), &relocation.remarks].concat();
    report
        .remarks
        .extend(remarks.into_iter().map(Remark::Picture));
    let masks = MaskRoots {
        pictures: ObjectPictureIndex::new(&mask_roots),
        roots: mask_roots,
    };
    let mut located = Vec::new();
    for (mut part, named) in parts {
        let role_roots = RoleRoots {
            images: &roots,
            masks: Some(&masks),
        };
        let applied = !options.illumination.is_empty();
        settle_roles(&mut part, objects, role_roots, applied, &mut report.images);
        let (images, remarks) = (&mut report.images, &mut report.remarks);
        located.push(LocatedPart::new(
            part, named, objects, &roots, &masks, images, remarks,
        ));
    }
    for column in &mut report.images.no_channels {
        let sets = located.iter().filter_map(|part| part.sets.as_ref());
        let mut channels = sets.flat_map(|sets| &sets.channels);
        if channels.any(|channel| channel.name == column.name) {
            column.reason += " in one part, in another it is";
        }
    }
    report.images.path_changes = relocation.changes;
    settle_pictures(&mut located, &mut report.images);
    Ok(located)
}

/// The folder that pictures are looked for in when none is named.
fn folder_of(source: &Path) -> PathBuf {
    if source.is_file() {
        source
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
    } else {
        source.to_path_buf()
    }
}
