//! The pixels of one field of view: decoded once, then cut into crops and traced into outlines.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::part::FieldPlan;
use crate::imaging::{Outline, Plane, read_labels, read_plane, trace_labels};

/// What was read of a field.
pub(super) struct FieldPixels {
    /// One plane a channel, all of one size; or why there are none.
    pub planes: Result<Vec<Plane>, String>,
    /// Outlines by object number, for each object set with a mask.
    pub outlines: Vec<Option<BTreeMap<u32, Outline>>>,
    /// Pictures read.
    pub read: usize,
    /// Pictures that are there but cannot be used.
    pub failed: Vec<String>,
    /// Masks that are there but cannot be used.
    pub failed_masks: Vec<String>,
}

impl FieldPixels {
    /// Decodes a field's pictures and masks.
    pub fn read(field: &FieldPlan) -> Self {
        let planes: Vec<Result<Plane, (String, Option<String>)>> = field
            .planes
            .par_iter()
            .map(|source| match source {
                Err(reason) => Err((reason.clone(), None)),
                Ok((path, page)) => read_plane(path, *page).map_err(|error| {
                    (
                        "a picture cannot be read".to_owned(),
                        Some(error.to_string()),
                    )
                }),
            })
            .collect();
        let read = planes.iter().filter(|plane| plane.is_ok()).count();
        let failed: Vec<String> = planes
            .iter()
            .filter_map(|plane| plane.as_ref().err()?.1.clone())
            .collect();
        let planes = planes
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|(reason, _)| reason)
            .and_then(|planes| check_sizes(field, planes));
        let size = planes
            .as_ref()
            .ok()
            .and_then(|planes| planes.first())
            .map(|plane| (plane.width, plane.height));
        let traced: Vec<Option<Result<BTreeMap<u32, Outline>, String>>> = field
            .masks
            .par_iter()
            .map(|mask| {
                let path = mask.as_ref()?;
                Some(read_labels(path).map_err(|error| error.to_string()).and_then(|labels| {
                    if let Some((width, height)) = size
                        && (labels.width, labels.height) != (width, height)
                    {
                        return Err(format!(
                            "{}: the mask has {} x {} pixels, the pictures {width} x {height}",
                            path.display(),
                            labels.width,
                            labels.height
                        ));
                    }
                    Ok(trace_labels(&labels))
                }))
            })
            .collect();
        let mut failed_masks = Vec::new();
        let outlines = traced
            .into_iter()
            .map(|traced| match traced? {
                Ok(outlines) => Some(outlines),
                Err(reason) => {
                    failed_masks.push(reason);
                    Some(BTreeMap::new())
                }
            })
            .collect();
        Self {
            planes,
            outlines,
            read,
            failed,
            failed_masks,
        }
    }
}

fn check_sizes(field: &FieldPlan, planes: Vec<Plane>) -> Result<Vec<Plane>, String> {
    let Some(first) = planes.first() else {
        return Err(format!("image {} is not in the Image table", field.image.1));
    };
    let differs = planes
        .iter()
        .find(|plane| (plane.width, plane.height) != (first.width, first.height));
    match differs {
        None => Ok(planes),
        Some(other) => Err(format!(
            "image {}: the channels differ in size ({} x {} and {} x {} pixels)",
            field.image.1, first.width, first.height, other.width, other.height
        )),
    }
}
