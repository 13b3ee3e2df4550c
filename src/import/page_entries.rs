//! What a dataset's metadata says of where the pages of its crops are: what [`source_planes`](super::source_planes) finds
//! them by.

use super::ImportPlan;
use super::planned_part::PlannedPart;

/// What the source of copied crops says of how they were cut.
pub(super) fn copied(plan: &ImportPlan, key: &str) -> Option<serde_json::Value> {
    let copies = plan.parts.iter().filter(|part| part.copies_crops());
    let mut entries = copies.flat_map(|part| &part.metadata.imports);
    entries.find_map(|entry| entry.get(key).filter(|value| !value.is_null()).cloned())
}

/// The parts of an import of volumes that have flat pictures.
pub(super) fn flat_parts(plan: &ImportPlan) -> Vec<&str> {
    let is_flat = |part: &&PlannedPart| part.volumes.is_none() && !part.copies_crops();
    let flat = plan.parts.iter().filter(is_flat);
    let names = flat.map(|part| part.source_name.as_str());
    names.filter(|_| plan.volumes().is_some()).collect()
}

/// The columns that name the files of channels, and which channel of these it is, for all channels that are not called
/// like their column and the file's only one.
pub(super) fn columns_of_channels(plan: &ImportPlan) -> serde_json::Value {
    let columns = plan.channels.iter().zip(&plan.channel_sources);
    let columns = columns.filter_map(|(channel, source)| {
        let mut known = plan.parts.iter().filter_map(|part| part.sets.as_ref());
        let stack = known.find_map(|sets| {
            let mut channels = sets.channels.iter();
            channels.find(|known| known.name == *source)?.stack.clone()
        });
        let column = stack.as_ref().map_or(source, |stack| &stack.column);
        let channel_of = stack.as_ref().map(|stack| stack.channel);
        let entry = serde_json::json!({ "column": column, "channel": channel_of });
        let is_plain = stack.is_none() && channel.name == *source;
        (!is_plain).then(|| (channel.name.clone(), entry))
    });
    serde_json::Value::Object(columns.collect())
}
