//! What a row is: a cell, or the profile of many.

use serde::{Deserialize, Serialize};

/// What each row of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// One object, such as a cell.
    #[default]
    Objects,
    /// All cells of a well.
    Wells,
    /// All cells of a site of a well.
    Sites,
    /// All cells of a treatment.
    Treatments,
}

impl RowKind {
    /// The kinds of profiles.
    const PROFILES: [Self; 3] = [Self::Wells, Self::Sites, Self::Treatments];

    /// Whether a row is the profile of many cells.
    pub fn is_profile(self) -> bool {
        self != Self::Objects
    }

    /// The word for it in the metadata of a dataset.
    pub fn word(self) -> &'static str {
        match self {
            Self::Objects => "objects",
            Self::Wells => "wells",
            Self::Sites => "sites",
            Self::Treatments => "treatments",
        }
    }

    /// The kind that a word means; objects where it means none.
    pub fn of_word(word: &str) -> Self {
        let mut kinds = Self::PROFILES.into_iter();
        kinds.find(|kind| kind.word() == word).unwrap_or_default()
    }

    /// What one row is of, as the name of an object.
    pub fn object(self) -> Option<&'static str> {
        match self {
            Self::Objects => None,
            Self::Wells => Some("Well"),
            Self::Sites => Some("Site"),
            Self::Treatments => Some("Treatment"),
        }
    }

    /// What many rows stand for, in a word.
    pub fn many(self) -> &'static str {
        match self {
            Self::Objects => "cells",
            kind => kind.word(),
        }
    }

    /// What many rows are, in words.
    pub fn rows(self) -> &'static str {
        match self {
            Self::Objects => "cells",
            Self::Wells => "well profiles",
            Self::Sites => "site profiles",
            Self::Treatments => "treatment profiles",
        }
    }

    /// Why its rows have no picture, if that follows from what they are.
    pub fn why_no_picture(self) -> Option<&'static str> {
        match self {
            Self::Objects => None,
            Self::Wells => Some("No pictures: a row is the profile of a whole well."),
            Self::Sites => Some("No pictures: a row is the profile of a whole site."),
            Self::Treatments => Some("No pictures: a row is the profile of a whole treatment."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for kind in RowKind::PROFILES.into_iter().chain([RowKind::Objects]) {
            assert_eq!(RowKind::of_word(kind.word()), kind);
            assert_eq!(kind.is_profile(), kind.object().is_some());
            assert_eq!(kind.is_profile(), kind.why_no_picture().is_some());
        }
        assert_eq!(RowKind::of_word("planets"), RowKind::Objects);
    }
}
