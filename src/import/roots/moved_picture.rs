//! Finding one picture again by what an import wrote down, in the order in which the import itself looked for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::folder_contents::FolderContents;
use super::name_key::{decoded, name_distance};
use super::recorded_folder::{RecordedFolder, is_below, split_name};
use super::{PathChange, PictureLocation, PictureStores};
use cytolance_remote::is_url;

/// What an import knows of where recorded folders are now.
#[derive(Debug, Clone, Default)]
pub struct KnownPlaces {
    /// What the importing person said: it comes before the recorded place itself.
    pub said: Vec<PathChange>,
    /// What was found.
    pub found: Vec<PathChange>,
    /// Stores and servers that the importing person named. Others are not asked: the dataset may be somebody else's.
    pub asked: Vec<String>,
}

/// Looks for pictures one by one. Folders are read once, and stores that do not answer are asked once.
#[derive(Debug)]
pub struct PictureFinder<'a> {
    stores: &'a PictureStores,
    folders: Mutex<HashMap<PathBuf, Arc<FolderContents>>>,
}

impl<'a> PictureFinder<'a> {
    /// Looks in folders, and asks these stores.
    pub fn new(stores: &'a PictureStores) -> Self {
        Self {
            stores,
            folders: Mutex::default(),
        }
    }

    /// Where a picture is: as was said, where it was recorded, or where the import found it. Blocks.
    ///
    /// # Errors
    /// A sentence that names the places where it is no longer.
    pub fn find(
        &self,
        known: &KnownPlaces,
        recorded: Option<&str>,
        name: &str,
    ) -> Result<PictureLocation, String> {
        let recorded = recorded.map(str::trim).filter(|folder| !folder.is_empty());
        let (folder, file) = split_name(recorded, name);
        let folder = folder.unwrap_or_default();
        let parsed = RecordedFolder::parse(&folder);
        let is_asked = |place: &str| known.asked.iter().any(|root| is_below(place, root));
        let mut refusals = Vec::new();
        let mut places: Vec<String> = Vec::new();
        let mut add = |place: String| {
            if !places.contains(&place) {
                places.push(place);
            }
        };
        known
            .said
            .iter()
            .filter_map(|change| change.apply(&folder))
            .for_each(&mut add);
        if is_url(&folder) && !is_asked(&decoded(&folder)) {
            refusals.push(format!(
                "{folder}: in a store that the import was not told to ask (--images {folder})"
            ));
        } else if parsed.absolute {
            add(folder.clone());
        }
        let mut found: Vec<(usize, String)> = known
            .found
            .iter()
            .filter_map(|change| {
                let prefix = RecordedFolder::parse(&change.recorded_prefix).parts.len();
                Some((prefix, change.apply(&folder)?))
            })
            .collect();
        found.sort_by_key(|(prefix, _)| std::cmp::Reverse(*prefix));
        found.into_iter().map(|(_, place)| place).for_each(&mut add);
        let mut here: Vec<PictureLocation> = Vec::new();
        for place in &places {
            match self.find_at(place, file) {
                Ok(Some(location)) if parsed.is_none() => here.push(location),
                Ok(Some(location)) => return Ok(location),
                Ok(None) => {}
                Err(reason) => refusals.push(format!("{place}: {reason}")),
            }
        }
        // Without a folder the name alone tells, and only where it is the only one.
        let distance = |location: &PictureLocation| {
            let text = location.to_string();
            name_distance(file, text.rsplit(['/', '\\']).next().unwrap_or_default())
        };
        let nearest = here.iter().map(distance).min();
        here.retain(|location| Some(distance(location)) == nearest);
        match here.as_slice() {
            [only] => return Ok(only.clone()),
            [one, other, ..] => {
                return Err(format!("could be {one} or {other}; no folder was recorded"));
            }
            [] => {}
        }
        Err(match (refusals.is_empty(), places.is_empty()) {
            (false, _) => refusals.join("; "),
            (true, true) => "no folder was recorded".to_owned(),
            (true, false) => format!("no longer in {}", places.join(" or ")),
        })
    }

    /// Leaves the store of a picture alone that could not be read.
    pub(crate) fn keep_silent(&self, location: &PictureLocation, reason: &str) {
        self.stores.keep_silent(&location.to_string(), reason);
    }

    fn find_at(&self, place: &str, file: &str) -> Result<Option<PictureLocation>, String> {
        if is_url(place) {
            return self.stores.find(place, file);
        }
        // A folder of another system is nowhere here, and least of all below where the program was started.
        let Some(folder) = RecordedFolder::parse(place).local else {
            return Ok(None);
        };
        match &*self.contents(&folder) {
            FolderContents::Unreadable(reason) => Err(reason.clone()),
            contents => Ok(contents.find(file).map(PictureLocation::Local)),
        }
    }

    fn contents(&self, folder: &Path) -> Arc<FolderContents> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Arc::new(FolderContents::read(folder));
        Arc::clone(folders.entry(folder.to_path_buf()).or_insert_with(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(recorded: &str, found: &str) -> PathChange {
        PathChange {
            recorded_prefix: recorded.to_owned(),
            found_prefix: found.to_owned(),
            files: 1,
            folders: 1,
        }
    }

    #[test]
    fn pictures_are_found_where_an_import_found_them() {
        let folder = tempfile::tempdir().expect("folder");
        let root = folder.path().display().to_string();
        for name in ["plate 1/A01.tif", "other/A02.tif", "third/A02.tif"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder");
            std::fs::write(path, b"x").expect("file");
        }
        let stores = PictureStores::default();
        let found = |known: &KnownPlaces, recorded: Option<&str>, name: &str| {
            let finder = PictureFinder::new(&stores);
            let found = finder.find(known, recorded, name);
            found.map(|location| location.to_string())
        };
        let moved = KnownPlaces {
            found: vec![change(r"D:\screen", &root)],
            ..KnownPlaces::default()
        };
        let expected = Ok(format!("{root}/plate 1/A01.tif"));
        let in_place = format!("{root}/plate 1");
        let file_url = format!("file:{root}/plate%201");
        for (recorded, name) in [
            (r"D:\screen\plate 1", "A01.tif"),
            (r"d:\screen\plate 1", "a01.TIFF"),
            (in_place.as_str(), "A01.tif"),
            (file_url.as_str(), "A%301.tif"),
            (r"D:\screen", r"plate 1\A01.tif"),
        ] {
            assert_eq!(found(&moved, Some(recorded), name), expected, "{recorded}");
        }
        let missing = format!(r"no longer in D:\screen\plate 2 or {root}/plate 2");
        assert_eq!(
            found(&moved, Some(r"D:\screen\plate 2"), "A01.tif"),
            Err(missing)
        );
        let none = Err("no folder was recorded".to_owned());
        assert_eq!(found(&KnownPlaces::default(), None, "A01.tif"), none);
        // Where nothing was recorded, the name has to be the only one.
        let places =
            ["plate 1", "other", "third"].map(|name| change("", &format!("{root}/{name}")));
        let known = KnownPlaces {
            found: places.to_vec(),
            ..KnownPlaces::default()
        };
        assert_eq!(found(&known, None, "A01.tif"), expected);
        let two = found(&known, Some(" "), "A02.tif").expect_err("two of them");
        assert!(two.starts_with("could be "), "{two}");
        // What a person said comes first, what was found last.
        let other = format!("{root}/other");
        let third = vec![change(&other, &format!("{root}/third"))];
        let said = KnownPlaces {
            said: third.clone(),
            ..KnownPlaces::default()
        };
        let only_found = KnownPlaces {
            found: third,
            ..KnownPlaces::default()
        };
        for (known, expected) in [(said, "third"), (only_found, "other")] {
            let expected = Ok(format!("{root}/{expected}/A02.tif"));
            assert_eq!(found(&known, Some(&other), "A02.tif"), expected);
        }
    }

    #[test]
    fn stores_are_asked_only_where_somebody_named_them() {
        let stores = PictureStores::default();
        let known = KnownPlaces::default();
        for place in ["s3://bucket/x", "http://host.invalid/x", "gs://bucket/x"] {
            let finder = PictureFinder::new(&stores);
            let reason = finder.find(&known, Some(place), "a.tif");
            let reason = reason.expect_err("not asked");
            assert!(reason.contains(&format!("--images {place}")), "{reason}");
        }
    }
}
