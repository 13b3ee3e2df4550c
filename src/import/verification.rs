//! What an import has held against the measurements, and what came of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Examples that a line keeps; a report shows the first of them.
const EXAMPLES: usize = 100;

/// What is held against the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationKind {
    /// Measured intensities against the pixels at their places.
    Pixels,
    /// Recorded sizes and digests against the files.
    Size,
    /// Measured boxes, centres and areas against outlines.
    Outlines,
    /// Columns of a row, and tables, against each other.
    Tables,
    /// Files against each other.
    Files,
}

impl VerificationKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pixels => "pixels",
            Self::Size => "size",
            Self::Outlines => "outlines",
            Self::Tables => "tables",
            Self::Files => "files",
        }
    }
}

/// One line of the self-check: what was looked at, and how many of it agree.
///
/// `checked = verified + contradicted + cannot_tell`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// What was compared.
    pub kind: VerificationKind,
    /// The object set, where it is about one.
    #[serde(default)]
    pub object: Option<String>,
    /// The channel, where it is about one.
    #[serde(default)]
    pub channel: Option<String>,
    /// What is counted: `cells`, `pictures`, `fields`, `rows`.
    #[serde(default)]
    pub of: String,
    /// How many were looked at.
    pub checked: usize,
    /// Those that agree.
    pub verified: usize,
    /// Those that cannot be what was measured.
    pub contradicted: usize,
    /// Those of which nothing tells.
    pub cannot_tell: usize,
    /// Sentences about some that contradict.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Why nothing tells of some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

impl Verification {
    /// A line in which nothing is counted yet.
    pub fn new(kind: VerificationKind, of: &str) -> Self {
        Self {
            kind,
            object: None,
            channel: None,
            of: of.to_owned(),
            checked: 0,
            verified: 0,
            contradicted: 0,
            cannot_tell: 0,
            examples: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// The same about an object set.
    #[must_use]
    pub fn about_object(self, object: &str) -> Self {
        Self {
            object: Some(object.to_owned()),
            ..self
        }
    }

    /// The same about a channel.
    #[must_use]
    pub fn about_channel(self, channel: &str) -> Self {
        Self {
            channel: Some(channel.to_owned()),
            ..self
        }
    }

    /// Counts some that agree.
    pub fn agree(&mut self, count: usize) {
        self.checked += count;
        self.verified += count;
    }

    /// Counts some of which nothing tells.
    pub fn untold(&mut self, count: usize) {
        self.checked += count;
        self.cannot_tell += count;
    }

    /// Counts some of which nothing tells, and keeps the reason.
    pub fn untold_because(&mut self, count: usize, reason: &str) {
        self.untold(count);
        let is_new = !self.reasons.iter().any(|known| known == reason);
        if count > 0 && is_new && self.reasons.len() < EXAMPLES {
            self.reasons.push(reason.to_owned());
        }
    }

    /// Counts some that contradict, and keeps the sentence as long as there are few.
    pub fn contradict(&mut self, count: usize, example: impl FnOnce() -> String) {
        self.checked += count;
        self.contradicted += count;
        if count > 0 && self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    /// What it is about: `pixels Nuclei DNA`.
    pub fn title(&self) -> String {
        let about = [&self.object, &self.channel].into_iter().flatten();
        let words = about.map(String::as_str);
        let words: Vec<&str> = std::iter::once(self.kind.word()).chain(words).collect();
        words.join(" ")
    }

    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.object == other.object
            && self.channel == other.channel
            && self.of == other.of
    }

    /// Adds a line about the same.
    pub(super) fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.verified += other.verified;
        self.contradicted += other.contradicted;
        self.cannot_tell += other.cannot_tell;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
        for reason in other.reasons {
            if !self.reasons.contains(&reason) && self.reasons.len() < EXAMPLES {
                self.reasons.push(reason);
            }
        }
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self.checked {
            1 => self.of.strip_suffix('s').unwrap_or(&self.of),
            _ => &self.of,
        };
        let title = self.title();
        let verdict = match self.kind {
            VerificationKind::Files => "unlike all others",
            _ => "verified",
        };
        write!(
            out,
            "{title}: {} of {} {of} {verdict}",
            self.verified, self.checked
        )?;
        if self.contradicted > 0 {
            write!(out, ", {} contradicted", self.contradicted)?;
        }
        if self.cannot_tell > 0 {
            write!(out, ", {} cannot be told", self.cannot_tell)?;
            if !self.reasons.is_empty() {
                write!(out, " ({})", self.reasons.join("; "))?;
            }
        }
        Ok(())
    }
}

/// Adds lines to others: those about the same are counted together, in the order in which they came.
pub fn add_verifications(
    sum: &mut Vec<Verification>,
    lines: impl IntoIterator<Item = Verification>,
) {
    for line in lines {
        if line.checked == 0 {
            continue;
        }
        match sum.iter_mut().find(|known| known.is_same(&line)) {
            Some(known) => known.add(line),
            None => sum.push(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_the_same_are_counted_together() {
        let line = || Verification::new(VerificationKind::Pixels, "cells").about_channel("DNA");
        let mut sum = Vec::new();
        for field in 0..4 {
            let mut one = line().about_object("Nuclei");
            one.agree(3);
            one.contradict(2, || format!("field {field}"));
            one.untold(1);
            add_verifications(&mut sum, [one, line()]);
        }
        assert_eq!(sum.len(), 1);
        let all = &sum[0];
        assert_eq!(
            [all.checked, all.verified, all.contradicted, all.cannot_tell],
            [24, 12, 8, 4]
        );
        assert_eq!(all.examples.len(), 4);
        assert_eq!(
            all.to_string(),
            "pixels Nuclei DNA: 12 of 24 cells verified, 8 contradicted, 4 cannot be told"
        );
        let json = serde_json::json!(all);
        assert_eq!(json["kind"], "pixels");
        assert_eq!(
            serde_json::from_value::<Verification>(json).ok().as_ref(),
            Some(all)
        );
    }
}
