//! Which page of its file a field's picture is, and files that are volumes.

use std::collections::{BTreeMap, BTreeSet};

use super::roots::OpenPicture;
use cytolance_imaging::{FoundPage, PagePlace};
use cytolance_sources::{Table, floats_of};

/// Rows in which a column is looked at for a third dimension.
const ROWS_LOOKED_AT: usize = 1000;

/// The column that says that the objects of these tables were measured in three dimensions, if one does: a volume, or
/// centres above the first plane.
pub(super) fn volume_column<'a>(tables: impl Iterator<Item = &'a Table>) -> Option<String> {
    let mut found = None;
    for table in tables {
        let rows: Vec<Option<u32>> = (0..table.num_rows.min(ROWS_LOOKED_AT) as u32)
            .map(Some)
            .collect();
        for name in ["AreaShape_Center_Z", "Location_Center_Z"] {
            let is_named = |column: &cytolance_sources::TableColumn| column.name == name;
            let Some(at) = table.columns.iter().position(is_named) else {
                continue;
            };
            let values = table.read(&[at], Some(&rows)).ok();
            let depths = values.and_then(|values| floats_of(values.first()?));
            if depths.is_some_and(|depths| depths.iter().any(|depth| *depth > 0.0)) {
                return Some(name.to_owned());
            }
        }
        if found.is_none() && table.has("AreaShape_Volume") {
            found = Some("AreaShape_Volume".to_owned());
        }
    }
    found
}

/// The page of a place in an open file. `volumes` is the column that says that the objects are three-dimensional.
///
/// # Errors
/// A sentence for the report: the page cannot be told, or the file is a volume of which one page would be wrong.
pub(super) fn page_in(
    picture: &OpenPicture<'_>,
    place: PagePlace,
    volumes: Option<&str>,
) -> Result<FoundPage, String> {
    let found = picture
        .find_page(place)
        .map_err(|error| error.to_string())?;
    match volumes {
        Some(column) if found.pages > 1 && place.frame == 0 => Err(format!(
            "{} has {} pages; {column} says these are volumes, of which one page is not shown for the whole",
            picture.name().display(),
            found.pages
        )),
        _ => Ok(found),
    }
}

/// The files with several pages, and which of these are used.
#[derive(Debug, Default, Clone)]
pub(super) struct UsedPages(BTreeMap<String, (u32, BTreeSet<u32>)>);

impl UsedPages {
    /// Takes in a page that is used. Files of one page do not matter.
    pub fn take(&mut self, file: &impl ToString, found: FoundPage) {
        if found.pages > 1 {
            let known = self.0.entry(file.to_string()).or_default();
            known.0 = found.pages;
            known.1.insert(found.page);
        }
    }

    /// Takes in those of another field.
    pub fn add(&mut self, other: Self) {
        for (file, (pages, used)) in other.0 {
            let known = self.0.entry(file).or_default();
            known.0 = pages;
            known.1.extend(used);
        }
    }

    /// A sentence for each file with pages that nobody uses.
    pub fn unused(&self) -> Vec<String> {
        let unused = self
            .0
            .iter()
            .filter(|(_, (pages, used))| used.len() < *pages as usize);
        unused
            .map(|(file, (pages, used))| {
                let numbers: Vec<String> = used.iter().map(|page| (page + 1).to_string()).collect();
                match numbers.as_slice() {
                    [only] if only == "1" => format!("{file} has {pages} pages, the first is used"),
                    [only] => format!("{file} has {pages} pages, page {only} is used"),
                    _ => format!("{file} has {pages} pages, used are {}", numbers.join(", ")),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_sources::tables_of_csv;

    #[test]
    fn pages_of_nobody_are_named() {
        let mut pages = UsedPages::default();
        let found = |page, pages| FoundPage { page, pages };
        pages.take(&"one.tif", found(0, 1));
        pages.take(&"all.tif", found(0, 2));
        pages.take(&"first.tif", found(0, 3));
        let mut others = UsedPages::default();
        others.take(&"all.tif", found(1, 2));
        others.take(&"last.tif", found(5, 6));
        others.take(&"some.tif", found(1, 6));
        others.take(&"some.tif", found(3, 6));
        pages.add(others);
        assert_eq!(
            pages.unused(),
            [
                "first.tif has 3 pages, the first is used",
                "last.tif has 6 pages, page 6 is used",
                "some.tif has 6 pages, used are 2, 4"
            ]
        );
    }

    #[test]
    fn volumes_are_told_by_their_columns() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Nuclei.csv");
        for (text, expected) in [
            ("ObjectNumber,Location_Center_Z\n1,0\n2,0\n", None),
            ("ObjectNumber,Location_Center_Z\n1,0\n2,nan\n", None),
            (
                "ObjectNumber,Location_Center_Z\n1,0\n2,1.5\n",
                Some("Location_Center_Z"),
            ),
            (
                "ObjectNumber,AreaShape_Volume,AreaShape_Center_Z\n1,9,2\n",
                Some("AreaShape_Center_Z"),
            ),
            (
                "ObjectNumber,AreaShape_Volume\n1,9\n",
                Some("AreaShape_Volume"),
            ),
            ("ObjectNumber,AreaShape_Area\n1,9\n", None),
        ] {
            std::fs::write(&path, text).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            let found = volume_column(std::iter::once(&table));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
