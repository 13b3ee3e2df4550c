//! Recorded and found folders, and the fewest path changes that explain them.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::PathChange;
use super::name_key::{folded_parts, shared_tail, without_last_parts};
use super::recorded_folder::{RecordedFolder, is_same_place};

/// A recorded folder, the folder its files are in, and how many they are.
pub(super) struct Pair {
    pub recorded: String,
    pub found: String,
    pub files: usize,
}

/// Takes the change that explains the most files, the longest of several, until all pairs are explained.
pub(super) fn merge(pairs: &[Pair]) -> Vec<PathChange> {
    struct Candidate {
        key: (bool, String, String),
        files: usize,
        pairs: Vec<(usize, usize)>,
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut number_by_key: HashMap<(bool, String, String), usize> = HashMap::new();
    let mut candidates_of: Vec<Vec<usize>> = vec![Vec::new(); pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let recorded = RecordedFolder::parse(&pair.recorded);
        let found = folded_parts(&pair.found);
        let shared = shared_tail(&recorded.parts, &found);
        for cut in 0..=shared {
            let recorded_parts = &recorded.parts[..recorded.parts.len() - cut];
            let found_parts = &found[..found.len() - cut];
            // No part of the new path is left to name.
            if cut > 0 && found_parts.is_empty() {
                break;
            }
            let key = (
                recorded.absolute,
                recorded_parts.join("/"),
                found_parts.join("/"),
            );
            let number = *number_by_key.entry(key.clone()).or_insert_with(|| {
                candidates.push(Candidate {
                    key,
                    files: 0,
                    pairs: Vec::new(),
                });
                candidates.len() - 1
            });
            candidates[number].files += pair.files;
            candidates[number].pairs.push((at, cut));
            candidates_of[at].push(number);
        }
    }
    let mut files: Vec<usize> = candidates.iter().map(|candidate| candidate.files).collect();
    let mut open = vec![true; pairs.len()];
    // The largest first; of equal ones the longest. Counts only shrink, so an outdated one is put back.
    let rank = |number: usize, files: usize| (files, candidates[number].key.1.len(), number);
    let mut heap: BinaryHeap<(usize, usize, usize)> = (0..candidates.len())
        .map(|number| rank(number, files[number]))
        .collect();
    let mut changes = Vec::new();
    while let Some((count, _, number)) = heap.pop() {
        if files[number] == 0 {
            continue;
        }
        if count != files[number] {
            heap.push(rank(number, files[number]));
            continue;
        }
        let mut folders: HashSet<&str> = HashSet::new();
        let mut prefixes: Option<(&str, &str)> = None;
        for (at, cut) in &candidates[number].pairs {
            if !std::mem::replace(&mut open[*at], false) {
                continue;
            }
            let pair = &pairs[*at];
            folders.insert(&pair.recorded);
            prefixes.get_or_insert_with(|| {
                (
                    without_last_parts(&pair.recorded, *cut),
                    without_last_parts(&pair.found, *cut),
                )
            });
            for other in &candidates_of[*at] {
                files[*other] -= pair.files;
            }
        }
        if let Some((recorded, found)) = prefixes
            && !is_same_place(recorded, found)
        {
            changes.push(PathChange {
                recorded_prefix: recorded.to_owned(),
                found_prefix: found.to_owned(),
                files: count,
                folders: folders.len(),
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    type Moved<'a> = (&'a str, &'a str, usize);
    type Expected<'a> = &'a [(&'a str, &'a str, usize, usize)];

    fn merged(pairs: &[Moved]) -> Vec<(String, String, usize, usize)> {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|(recorded, found, files)| Pair {
                recorded: (*recorded).to_owned(),
                found: (*found).to_owned(),
                files: *files,
            })
            .collect();
        merge(&pairs)
            .into_iter()
            .map(|change| {
                (
                    change.recorded_prefix,
                    change.found_prefix,
                    change.files,
                    change.folders,
                )
            })
            .collect()
    }

    #[test]
    fn folders_that_moved_together_are_one_change() {
        let cases: [(&[Moved], Expected); 7] = [
            (
                &[
                    ("/home/ubuntu/a/p1", "/data/p1", 3),
                    ("/home/ubuntu/a/p2", "/data/p2", 4),
                ],
                &[("/home/ubuntu/a", "/data", 7, 2)],
            ),
            // One folder: as long as it can be.
            (
                &[("/x/images", "/data/images", 2)],
                &[("/x/images", "/data/images", 2, 1)],
            ),
            (
                &[
                    (r"C:\exp\P1\raw", "/d/p1/raw", 1),
                    (r"C:\exp\P2\raw", "/d/p2/raw", 1),
                    (r"C:\exp\P3", "/other/p3", 5),
                ],
                &[(r"C:\exp\P3", "/other/p3", 5, 1), (r"C:\exp", "/d", 2, 2)],
            ),
            // Flattened folders have nothing in common but their new place.
            (
                &[("/a/p1", "/d", 1), ("/a/p2", "/d", 2)],
                &[("/a/p2", "/d", 2, 1), ("/a/p1", "/d", 1, 1)],
            ),
            (
                &[("/p1", "/d/p1", 1), ("/p2", "/d/p2", 1)],
                &[("/", "/d", 2, 2)],
            ),
            (
                &[("p1", "s3://bucket/x/p1", 1), ("p2", "s3://bucket/x/p2", 1)],
                &[("", "s3://bucket/x", 2, 2)],
            ),
            // What did not move is no change.
            (&[("/a/b", "/a/b", 9)], &[]),
        ];
        for (pairs, expected) in cases {
            let expected: Vec<_> = expected
                .iter()
                .map(|(recorded, found, files, folders)| {
                    (
                        (*recorded).to_owned(),
                        (*found).to_owned(),
                        *files,
                        *folders,
                    )
                })
                .collect();
            assert_eq!(merged(pairs), expected, "{pairs:?}");
        }
    }
}
