//! What an import writes down of itself in the dataset, and what of it is needed again to find its pictures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::page_entries::{copied, flat_parts};
use super::{CropRule, ImportOptions, ImportPlan, KnownPlaces, PathChange, PathChoice, PlaneRule};
use cytolance_remote::is_url;

/// What an import wrote down of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImportEntry {
    pub source: String,
    images: Vec<String>,
    /// Not said by imports of before this was written down: then the changes that were found have what was said, too.
    path_choices: Option<Vec<PathChoice>>,
    path_changes: Vec<PathChange>,
    volumes: Option<String>,
    /// Parts of an import of volumes that have flat pictures.
    flat: Vec<String>,
    /// What crops show of volumes.
    pub plane: Option<PlaneRule>,
    /// How much further objects lie in the pictures than they were measured.
    pub offset: Option<[i64; 2]>,
    /// By the channel's name in the dataset, for those that are not the only one of a column of their own name.
    pub columns: BTreeMap<String, ChannelColumn>,
}

/// The column that names a channel's files, and which channel of these it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ChannelColumn {
    pub column: String,
    pub channel: Option<u32>,
}

impl ImportEntry {
    /// Whether a value of `Metadata_Source` is of this import: parts of it, and the tables of one, have its name at the
    /// beginning of theirs.
    pub fn is_of(&self, source: &str) -> bool {
        let rest = source.strip_prefix(self.source.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
    }

    /// What says that the pictures of a source's rows are volumes, where something does.
    pub fn volumes_of(&self, source: Option<&str>) -> Option<&str> {
        let is_of = |part: &String| {
            let rest = source.and_then(|source| source.strip_prefix(part.as_str()));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
        };
        let volumes = self.volumes.as_deref();
        volumes.filter(|_| !self.flat.iter().any(is_of))
    }

    pub fn places(&self) -> KnownPlaces {
        let said = match &self.path_choices {
            Some(choices) => choices.iter().map(PathChange::of_choice).collect(),
            None => self.path_changes.clone(),
        };
        let found = self.path_changes.iter().map(|change| &change.found_prefix);
        let roots = self.images.iter().chain(found);
        KnownPlaces {
            said,
            asked: roots.filter(|root| is_url(root)).cloned().collect(),
            found: self.path_changes.clone(),
        }
    }
}

/// What is written down of an import.
pub(super) fn entry_of(plan: &ImportPlan, options: &ImportOptions) -> serde_json::Value {
    let crop = match options.crop {
        CropRule::Margin(margin) => format!("margin {margin}"),
        CropRule::Square(size) => format!("square {size}"),
    };
    serde_json::json!({
        "source": plan.report.source_name,
        "folder": plan.report.source,
        "images": image_roots(plan, options),
        "masks": options.masks,
        "outlines": options.outlines,
        "illumination": options.illumination,
        "crop": crop,
        "complete": options.complete,
        "pair": options.pair,
        "names": plan.report.names,
        "rows": plan.num_rows(),
        "offset": (plan.offset != [0, 0]).then_some(plan.offset),
        "path_choices": options.path_changes,
        "path_changes": path_changes(plan),
        "volumes": copied(plan, "volumes").or_else(|| plan.volumes().map(Into::into)),
        "flat": flat_parts(plan),
        "plane": copied(plan, "plane")
            .or_else(|| plan.volumes().map(|_| options.plane.to_string().into())),
        "columns": columns_of_channels(plan),
    })
}

/// Where the importing person said that pictures are, and the stores that sources which are datasets were made from.
fn image_roots(plan: &ImportPlan, options: &ImportOptions) -> Vec<PathBuf> {
    let mut roots: Vec<PathBuf> = options.images.iter().map(|root| absolute(root)).collect();
    let entries = plan.parts.iter().flat_map(|part| &part.metadata.imports);
    for known in entries.filter_map(|entry| ImportEntry::deserialize(entry).ok()) {
        for root in known.images.iter().filter(|root| is_url(root)) {
            if !roots.contains(&PathBuf::from(root)) {
                roots.push(PathBuf::from(root));
            }
        }
    }
    roots
}

/// A folder as it is called from anywhere; the address of a store is.
fn absolute(folder: &Path) -> PathBuf {
    let is_address = folder.to_str().is_some_and(|text| {
        let scheme = text.get(..5);
        is_url(text) || scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"))
    });
    if is_address {
        return folder.to_path_buf();
    }
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// Where recorded folders are: as was found, and as sources that are datasets say themselves.
fn path_changes(plan: &ImportPlan) -> Vec<PathChange> {
    let mut changes = plan.report.images.path_changes.clone();
    let entries = plan.parts.iter().flat_map(|part| &part.metadata.imports);
    for known in entries.filter_map(|entry| ImportEntry::deserialize(entry).ok()) {
        for change in known.path_changes {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
    }
    changes
}

/// The columns of the tables that name the files of channels, also where the channels are those of a dataset that calls
/// them otherwise.
fn columns_of_channels(plan: &ImportPlan) -> BTreeMap<&str, ChannelColumn> {
    let mut known: BTreeMap<String, ChannelColumn> = BTreeMap::new();
    // Where crops are cut anew, the channels are those of the tables already.
    for part in plan.parts.iter().filter(|part| part.copies_crops()) {
        let entries = part.metadata.imports.iter();
        for entry in entries.filter_map(|entry| ImportEntry::deserialize(entry).ok()) {
            for (channel, column) in entry.columns {
                known.entry(channel).or_insert(column);
            }
        }
    }
    let sets = || plan.parts.iter().filter_map(|part| part.sets.as_ref());
    let mut columns = BTreeMap::new();
    for (channel, source) in plan.channels.iter().zip(&plan.channel_sources) {
        let stack = sets().find_map(|sets| {
            let mut channels = sets.channels.iter();
            channels.find(|known| known.name == *source)?.stack.clone()
        });
        let column = match (known.get(source), stack) {
            (Some(column), _) => column.clone(),
            (None, Some(stack)) => ChannelColumn {
                column: stack.column,
                channel: Some(stack.channel),
            },
            (None, None) if channel.name == *source => continue,
            (None, None) => ChannelColumn {
                column: source.clone(),
                channel: None,
            },
        };
        columns.insert(channel.name.as_str(), column);
    }
    columns
}
