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
