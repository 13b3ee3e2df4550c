//! What tables count of each other's rows, held against the rows that are there: `Children_X_Count` against the rows
//! that name the object as their parent, `Count_X` of the Image table against the objects of the image.

use std::collections::{HashMap, HashSet};

use super::joined_part::JoinedPart;
use super::{Verification, VerificationKind, add_verifications};
use cytolance_profile::counted;
use cytolance_sources::{Export, ImageKey, Relations, Table, image_keys};

/// Image and number of an object.
type Key = (ImageKey, i64);

/// The objects of a table. A row that repeats another one's key is no further object.
struct CountedSet<'a> {
    name: &'a str,
    table: &'a Table,
    /// Of every row; none where it has no key, or repeats one.
    keys: Vec<Option<Key>>,
}

impl<'a> CountedSet<'a> {
    fn new(name: &'a str, table: &'a Table, images: Vec<Option<ImageKey>>) -> Option<Self> {
        let numbers = table
            .integers("ObjectNumber")
            .or_else(|| table.integers("Number_Object_Number"))?;
        let mut seen = HashSet::with_capacity(numbers.len());
        let keys = images
            .into_iter()
            .zip(numbers)
            .map(|(image, number)| image.zip(number).filter(|key| seen.insert(*key)))
            .collect();
        Some(Self { name, table, keys })
    }

    /// Objects by image.
    fn by_image(&self) -> HashMap<ImageKey, usize> {
        let mut counts = HashMap::new();
        for (image, _) in self.keys.iter().flatten() {
            *counts.entry(*image).or_default() += 1;
        }
        counts
    }

    /// Objects by the parent that they name; `None` where they name none of this set.
    fn by_parent(&self, parent: &str) -> Option<HashMap<Key, usize>> {
        let parents = self.table.integers(&format!("Parent_{parent}"))?;
        let mut counts = HashMap::new();
        for (key, parent) in self.keys.iter().zip(parents) {
            if let Some(((image, _), parent)) = key.zip(parent) {
                *counts.entry((image, parent)).or_default() += 1;
            }
        }
        Some(counts)
    }
}

/// Holds the counts of an export's tables against their rows. `place` stands before each example, where there are
/// several exports.
pub(super) fn check_counts(export: &Export, place: &str) -> Vec<Verification> {
    let mut lines = Vec::new();
    if export.relations != Relations::Parents {
        return lines;
    }
    let sets: Vec<CountedSet> = export
        .objects
        .iter()
        .filter_map(|(name, table)| CountedSet::new(name, table, image_keys(table)?))
        .collect();
    for set in &sets {
        let counts = export.image.as_ref().and_then(|image| {
            let recorded = image.integers(&format!("Count_{}", set.name))?;
            Some((image, image_keys(image)?, recorded))
        });
        if let Some((image, keys, recorded)) = counts {
            let found = set.by_image();
            let line = image_counts(set, image, &keys, &recorded, &found, place);
            add_verifications(&mut lines, [line]);
        }
        for parent in &sets {
            let recorded = parent
                .table
                .integers(&format!("Children_{}_Count", set.name));
            if let Some((recorded, found)) = recorded.zip(set.by_parent(parent.name)) {
                let line = child_counts(set, parent, &recorded, &found, place);
                add_verifications(&mut lines, [line]);
            }
        }
    }
    lines
}

fn image_counts(
    set: &CountedSet<'_>,
    image: &Table,
    keys: &[Option<ImageKey>],
    recorded: &[Option<i64>],
    found: &HashMap<ImageKey, usize>,
    place: &str,
) -> Verification {
    let mut line =
        Verification::new(VerificationKind::Tables, "object counts").about_object(set.name);
    let mut seen = HashSet::new();
    for (key, recorded) in keys.iter().zip(recorded) {
        let Some(key) = key.filter(|key| seen.insert(*key)) else {
            continue;
        };
        let Some(recorded) = recorded else {
            line.untold(1);
            continue;
        };
        let rows = found.get(&key).copied().unwrap_or(0);
        if *recorded == rows as i64 {
            line.agree(1);
            continue;
        }
        line.contradict(1, || {
            format!(
                "{place}image {}: {} counts {recorded} {}, {} has {} of it",
                key.1,
                image.label,
                set.name,
                set.table.label,
                counted(rows, "row")
            )
        });
    }
    line
}

fn child_counts(
    set: &CountedSet<'_>,
    parent: &CountedSet<'_>,
    recorded: &[Option<i64>],
    found: &HashMap<Key, usize>,
    place: &str,
) -> Verification {
    let mut line =
        Verification::new(VerificationKind::Tables, "child counts").about_object(set.name);
    for (key, recorded) in parent.keys.iter().zip(recorded) {
        let Some(key) = key else { continue };
        let Some(recorded) = recorded else {
            line.untold(1);
            continue;
        };
        let rows = found.get(key).copied().unwrap_or(0);
        if *recorded == rows as i64 {
            line.agree(1);
            continue;
        }
        let ((_, image), number) = key;
        line.contradict(1, || {
            format!(
                "{place}image {image}, {} {number}: {} counts {recorded} {}, {} has {} of it",
                parent.name,
                parent.table.label,
                set.name,
                set.table.label,
                counted(rows, "row")
            )
        });
    }
    line
}

/// Holds `Count_X` against the objects of rows that were joined before. There may be fewer of them, because such tables
/// are often a selection; more there cannot be.
pub(super) fn check_joined_counts(part: &JoinedPart, place: &str) -> Vec<Verification> {
    let mut lines = Vec::new();
    let Some(sets) = part.sets.as_ref().filter(|_| part.is_joined()) else {
        return lines;
    };
    // The tables have the rows in their own order, the images are those of the joined ones.
    let mut images = vec![None; part.joined.table.num_rows];
    for (row, image) in part.joined.rows.iter().zip(&part.joined.images) {
        images[*row as usize] = Some(*image);
    }
    for (name, table) in part.objects() {
        let recorded = sets.table.integers(&format!("Count_{name}"));
        let set = CountedSet::new(name, table, images.clone());
        let Some((recorded, set)) = recorded.zip(set) else {
            continue;
        };
        let mut line =
            Verification::new(VerificationKind::Tables, "object counts").about_object(name);
        let mut found: Vec<(ImageKey, usize)> = set.by_image().into_iter().collect();
        found.sort_unstable();
        for (image, rows) in found {
            let row = sets.row_by_key.get(&image);
            let recorded = row.and_then(|row| recorded[*row]);
            match recorded {
                Some(recorded) if recorded == rows as i64 => line.agree(1),
                Some(recorded) if recorded < rows as i64 => line.contradict(1, || {
                    format!(
                        "{place}image {}: {recorded} {name} were counted, {} has {} of it",
                        image.1,
                        table.label,
                        counted(rows, "row")
                    )
                }),
                _ => line.untold(1),
            }
        }
        add_verifications(&mut lines, [line]);
    }
    lines
}
