//! Of which recorded folder a file is that was found for several.

use super::PictureLocation;
use super::recorded_folder::RecordedFolder;

/// The places in the list of those recorded folders whose end is most like the folder of a file. Folders that only
/// write the same differently stay together; of really different ones that are equally like it, none is meant.
pub fn folders_of_file(file: &PictureLocation, recorded: &[&str]) -> Vec<usize> {
    let text = file.to_string();
    let (folder, _) = text.rsplit_once(['/', '\\']).unwrap_or_default();
    let own = RecordedFolder::parse(folder).parts;
    let folders: Vec<Vec<String>> = recorded
        .iter()
        .map(|folder| RecordedFolder::parse(folder).parts)
        .collect();
    let tail = |parts: &Vec<String>| {
        let pairs = parts.iter().rev().zip(own.iter().rev());
        pairs.take_while(|(one, other)| one == other).count()
    };
    let Some(longest) = folders.iter().map(tail).max() else {
        return Vec::new();
    };
    let best: Vec<usize> = (0..folders.len())
        .filter(|at| tail(&folders[*at]) == longest)
        .collect();
    if best.iter().all(|at| folders[*at] == folders[best[0]]) {
        best
    } else {
        Vec::new()
    }
}

/// Whether two texts are one folder.
pub fn is_same_folder(one: &str, other: &str) -> bool {
    RecordedFolder::parse(one).parts == RecordedFolder::parse(other).parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_folder_that_ends_like_its_own() {
        let file = PictureLocation::Local("/pics/run/A01/img.tif".into());
        let cases: [(&[&str], &[usize]); 5] = [
            (&["/data/run/A01", "/data/run/A02"], &[0]),
            (&["/data/run/A02", "D:\\x\\run\\a01"], &[1]),
            (&["/data/run/A01/", "/data/run/A01"], &[0, 1]),
            (&["/data/run/A02", "/data/run/A03"], &[]),
            (&["", "/data/A01"], &[1]),
        ];
        for (recorded, expected) in cases {
            assert_eq!(folders_of_file(&file, recorded), expected, "{recorded:?}");
        }
        assert!(is_same_folder("/a/b/", "/a/B") && !is_same_folder("/a/b", "/a/c"));
    }
}
