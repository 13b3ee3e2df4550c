//! What an import writes down of itself in the dataset, and what of it is needed again to find its pictures.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{CropRule, ImportOptions, ImportPlan, KnownPlaces, PathChange, PathChoice};
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
    pub volumes: Option<String>,
    /// Names of the dataset's channels in the export, in their order.
    pub channel_sources: Vec<String>,
}

impl ImportEntry {
    /// Whether a value of `Metadata_Source` is of this import: parts of it, and the tables of one, have its name at the
    /// beginning of theirs.
    pub fn is_of(&self, source: &str) -> bool {
        let rest = source.strip_prefix(self.source.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '#']))
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
        "names": plan.report.names,
        "rows": plan.num_rows(),
        "path_choices": options.path_changes,
        "path_changes": path_changes(plan),
        "channel_sources": channel_sources(plan),
        "volumes": plan.parts.iter().find_map(|part| part.volumes.as_ref()),
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

/// The names that channels have in the tables: those of the export, also where the channels are those of a dataset that
/// calls them otherwise.
fn channel_sources(plan: &ImportPlan) -> Vec<String> {
    let mut known: Vec<(String, String)> = Vec::new();
    // Where crops are cut anew, the channels are those of the tables already.
    for part in plan.parts.iter().filter(|part| part.copies_crops()) {
        let entries = part.metadata.imports.iter();
        for entry in entries.filter_map(|entry| ImportEntry::deserialize(entry).ok()) {
            let channels = part.metadata.channels.iter();
            let names = channels.map(|channel| channel.name.clone());
            known.extend(names.zip(entry.channel_sources));
        }
    }
    plan.channel_sources
        .iter()
        .map(|name| {
            let renamed = known.iter().find(|(shown, _)| shown == name);
            renamed.map_or(name, |(_, source)| source).clone()
        })
        .collect()
}
