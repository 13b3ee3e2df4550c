//! Finding one picture again by what an import wrote down.

use std::path::Path;

use super::folder_contents::FolderContents;
use super::name_key::decoded;
use super::recorded_folder::{RecordedFolder, split_name};
use super::{PathChange, PictureLocation};
use cytolance_remote::{RemoteStore, is_url};

/// Where a picture is by the path changes of the import that read it, or where it was recorded. Blocks.
///
/// # Errors
/// A sentence that names the places where it is no longer.
pub fn find_moved(
    changes: &[PathChange],
    recorded: Option<&str>,
    name: &str,
) -> Result<PictureLocation, String> {
    let recorded = recorded.map(str::trim).filter(|folder| !folder.is_empty());
    let (folder, file) = split_name(recorded, name);
    let folder = folder.unwrap_or_default();
    let mut places: Vec<String> = Vec::new();
    let changed = changes.iter().filter_map(|change| change.apply(&folder));
    // A web server is asked only when the importing person named it: the dataset may be somebody else's.
    let is_web = is_url(&folder) && folder.to_ascii_lowercase().starts_with("http");
    let in_place = (!is_web && !folder.is_empty()).then(|| folder.clone());
    for place in changed.chain(in_place) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let mut refusals = Vec::new();
    for place in &places {
        match find_at(place, file) {
            Ok(Some(location)) => return Ok(location),
            Ok(None) => {}
            Err(reason) => refusals.push(format!("{place}: {reason}")),
        }
    }
    Err(match (refusals.is_empty(), places.is_empty()) {
        (false, _) => refusals.join("; "),
        (true, true) => "no folder was recorded".to_owned(),
        (true, false) => format!("no longer in {}", places.join(" or ")),
    })
}

fn find_at(place: &str, file: &str) -> Result<Option<PictureLocation>, String> {
    if !is_url(place) {
        let local = RecordedFolder::parse(place).local;
        let folder = local.as_deref().unwrap_or_else(|| Path::new(place));
        return match FolderContents::read(folder) {
            FolderContents::Unreadable(reason) => Err(reason),
            contents => Ok(contents.find(file).map(PictureLocation::Local)),
        };
    }
    let store = RemoteStore::open(place).map_err(|error| error.to_string())?;
    let url = format!("{}/{}", store.base(), decoded(file));
    match store.exist(std::slice::from_ref(&url)).pop() {
        Some(Ok(true)) => Ok(Some(PictureLocation::Remote { url, store })),
        Some(Ok(false)) | None => Ok(None),
        Some(Err(error)) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_where_an_import_found_them() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().display().to_string();
        std::fs::create_dir(folder.path().join("plate 1")).expect("folder");
        std::fs::write(folder.path().join("plate 1/A01.tif"), b"x").expect("file");
        let change = PathChange {
            recorded_prefix: r"D:\screen".to_owned(),
            found_prefix: root.clone(),
            files: 1,
            folders: 1,
        };
        let found = |recorded: &str, name: &str| {
            find_moved(std::slice::from_ref(&change), Some(recorded), name)
                .map(|location| location.to_string())
        };
        let expected = Ok(format!("{root}/plate 1/A01.tif"));
        let in_place = format!("{root}/plate 1");
        let file_url = format!("file:{root}/plate%201");
        for (recorded, name) in [
            (r"D:\screen\plate 1", "A01.tif"),
            (r"d:\screen\plate 1", "a01.TIFF"),
            (in_place.as_str(), "A01.tif"),
            (file_url.as_str(), "A01.tif"),
        ] {
            assert_eq!(found(recorded, name), expected, "{recorded} {name}");
        }
        let missing = format!(r"no longer in {root}/plate 2 or D:\screen\plate 2");
        assert_eq!(found(r"D:\screen\plate 2", "A01.tif"), Err(missing));
        assert_eq!(
            find_moved(&[], None, "A01.tif"),
            Err("no folder was recorded".to_owned())
        );
    }
}
