//! Stores in which pictures were recorded and that nobody asked for.

use std::collections::BTreeMap;

use super::recorded_folder::split_name;
use super::{ImageRoots, UnresolvedPicture};
use crate::PictureRemark;
use cytolance_remote::is_url;

/// Places that are named.
const NAMED: usize = 3;

/// One remark for each bucket or server in which missing pictures were recorded, with the place that holds them all.
pub(super) fn unasked_stores(
    roots: &ImageRoots,
    missing: &[UnresolvedPicture],
) -> Vec<PictureRemark> {
    let mut places: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for picture in missing {
        let (folder, _) = split_name(Some(picture.folder.trim()), &picture.name);
        let Some(folder) = folder.filter(|folder| is_url(folder) && !roots.covers(folder)) else {
            continue;
        };
        let folder = folder.trim_end_matches('/');
        let origin: String = folder.split('/').take(3).collect::<Vec<_>>().join("/");
        let known = places
            .entry(origin)
            .or_insert_with(|| (folder.to_owned(), 0));
        known.0 = common_folder(&known.0, folder);
        known.1 += 1;
    }
    let more = places.len().saturating_sub(NAMED);
    let mut remarks: Vec<PictureRemark> = places
        .into_values()
        .take(NAMED)
        .map(|(place, pictures)| PictureRemark::InStore { place, pictures })
        .collect();
    if more > 0 {
        remarks.push(PictureRemark::InMoreStores { stores: more });
    }
    remarks
}

/// The folder in which both are.
fn common_folder(one: &str, other: &str) -> String {
    let pairs = one.split('/').zip(other.split('/'));
    let same: Vec<&str> = pairs
        .take_while(|(one, other)| one == other)
        .map(|(one, _)| one)
        .collect();
    same.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_store_is_named_once() {
        let picture = |folder: &str, name: &str| UnresolvedPicture {
            folder: folder.to_owned(),
            name: name.to_owned(),
            reason: String::new(),
        };
        let missing = [
            picture("s3://bucket/x/p1", "a.tif"),
            picture("s3://bucket/x/p2/", "a.tif"),
            picture("/data", "a.tif"),
            picture("", "https://host/y/b.tif"),
            picture("https://host/y", "c.tif"),
            picture("s3://bucket/x/p1", "d.tif"),
        ];
        let said = unasked_stores(&ImageRoots::default(), &missing);
        let named = |place: &str, pictures| PictureRemark::InStore {
            place: place.to_owned(),
            pictures,
        };
        assert_eq!(
            said,
            [named("https://host/y", 2), named("s3://bucket/x", 3)]
        );
        let many: Vec<UnresolvedPicture> = (0..5)
            .map(|number| picture(&format!("gs://bucket{number}/x"), "a.tif"))
            .collect();
        let said = unasked_stores(&ImageRoots::default(), &many);
        assert_eq!(said.len(), 4);
        assert_eq!(said[3], PictureRemark::InMoreStores { stores: 2 });
    }
}
