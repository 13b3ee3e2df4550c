//! Files that may be a recorded picture: the best of them, and how they are named in a sentence.

/// A recorded picture as a person writes it.
pub(super) fn shown(recorded: Option<&str>, name: &str) -> String {
    match recorded.filter(|folder| !folder.is_empty()) {
        None => name.to_owned(),
        Some(folder) => {
            let separator = if folder.contains('\\') && !folder.contains('/') {
                '\\'
            } else {
                '/'
            };
            format!("{}{separator}{name}", folder.trim_end_matches(['/', '\\']))
        }
    }
}

/// Those with the smallest rank.
pub(super) fn best<K: Ord>(files: Vec<u32>, rank: impl Fn(u32) -> K) -> Vec<u32> {
    let mut kept: Vec<u32> = Vec::new();
    let mut smallest: Option<K> = None;
    for file in files {
        let rank = rank(file);
        match smallest.as_ref().map(|smallest| rank.cmp(smallest)) {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => kept.push(file),
            _ => {
                kept.clear();
                kept.push(file);
                smallest = Some(rank);
            }
        }
    }
    kept
}

/// How many parts two paths share in the same order (their longest common subsequence).
pub(super) fn common_parts(a: &[u32], b: &[u32]) -> usize {
    let mut row = vec![0_usize; b.len() + 1];
    for part in a {
        let mut diagonal = 0;
        for (at, other) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if part == other && *part != u32::MAX {
                diagonal + 1
            } else {
                above.max(row[at])
            };
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or_default()
}
