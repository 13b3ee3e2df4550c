//! Cell by cell: what is stored, what was seen, what is wanted.

use cytolance_profile::{LabelClass, LabelSpec};

/// What becomes of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is written.
    Write,
    /// It is already so.
    Stands,
    /// Somebody decided otherwise.
    Conflict,
}

/// A cell that nobody touched since it was seen is written; one that somebody has set to the same stands.
pub(super) fn verdict(stored: Option<&str>, before: Option<&str>, after: Option<&str>) -> Verdict {
    if stored == after {
        Verdict::Stands
    } else if stored == before {
        Verdict::Write
    } else {
        Verdict::Conflict
    }
}

/// The classes to store, or none where those that are stored are right: `seen` are the classes of the version the
/// person saw, `stored` those of the latest. Where both sides changed them, the stored ones come first, new ones after
/// them, and a class that both know has the colour it was given last.
pub(super) fn merged_classes(
    seen: &[LabelClass],
    stored: &[LabelClass],
    mine: &LabelSpec,
) -> Option<Vec<LabelClass>> {
    if mine.classes == stored || mine.classes == seen {
        return None;
    }
    if seen == stored {
        return Some(mine.classes.clone());
    }
    let mut merged = stored.to_vec();
    for class in &mine.classes {
        match merged.iter_mut().find(|known| known.name == class.name) {
            Some(known) if !seen.contains(class) => known.color = class.color,
            Some(_) => {}
            None => merged.push(class.clone()),
        }
    }
    (merged != stored).then_some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_untouched_cells_are_written() {
        let (p, f, none) = (Some("pass"), Some("fail"), None);
        let cases = [
            // Stored, seen, wanted.
            (none, none, p, Verdict::Write),
            (p, p, none, Verdict::Write),
            (p, none, p, Verdict::Stands),
            (f, none, p, Verdict::Conflict),
            (none, p, f, Verdict::Conflict),
            (none, none, none, Verdict::Stands),
            (f, p, p, Verdict::Conflict),
        ];
        for (stored, before, after, wanted) in cases {
            assert_eq!(
                verdict(stored, before, after),
                wanted,
                "{stored:?} {before:?} {after:?}"
            );
        }
    }

    #[test]
    fn classes_of_both_sides_are_kept() {
        let classes = |text: &str| -> Vec<LabelClass> {
            text.split_whitespace()
                .map(|word| LabelClass {
                    name: word[..1].to_owned(),
                    color: [word[1..].parse().expect("a number"), 0, 0],
                })
                .collect()
        };
        let cases = [
            // Seen, stored, mine, merged.
            ("", "", "a1 b2", Some("a1 b2")),
            ("a1", "a1", "a1", None),
            ("a1", "a1", "a9", Some("a9")),
            ("a1 b2", "a1 b2", "b2", Some("b2")),
            ("a1", "a1 c3", "a1", None),
            ("a1", "a1 c3", "a1 b2", Some("a1 c3 b2")),
            ("a1", "a5", "a1 b2", Some("a5 b2")),
            ("a1", "a5 b2", "a7", Some("a7 b2")),
            ("", "a1", "a1", None),
        ];
        for (seen, stored, mine, wanted) in cases {
            let spec = LabelSpec {
                column: "Label_a".to_owned(),
                classes: classes(mine),
            };
            assert_eq!(
                merged_classes(&classes(seen), &classes(stored), &spec),
                wanted.map(classes),
                "{seen} | {stored} | {mine}"
            );
        }
    }
}
