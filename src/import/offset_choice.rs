//! What becomes of pictures that are not as they were measured.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What becomes of crops from pictures that contradict the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contradicted {
    /// They are left out, with the reason.
    #[default]
    LeaveOut,
    /// They are taken, with a remark.
    Keep,
}

impl Contradicted {
    /// Both.
    pub const ALL: [Self; 2] = [Self::LeaveOut, Self::Keep];

    /// Whether it is what happens unless said otherwise.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The word for it on the command line and in a plan.
    pub fn word(self) -> &'static str {
        match self {
            Self::LeaveOut => "leave_out",
            Self::Keep => "keep",
        }
    }
}

impl FromStr for Contradicted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.into_iter();
        all.find(|choice| choice.word() == text.replace('-', "_"))
            .ok_or_else(|| format!("«{text}» is neither leave_out nor keep"))
    }
}

/// How much further right and down objects lie in the pictures than where they were measured: a picture that was cropped
/// before it was measured, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum OffsetChoice {
    /// They lie where they were measured.
    #[default]
    None,
    /// So much.
    Given([i64; 2]),
    /// As much as explains the measured intensities.
    Auto,
}

impl OffsetChoice {
    /// Whether it is what happens unless said otherwise.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl fmt::Display for OffsetChoice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("0,0"),
            Self::Given([x, y]) => write!(out, "{x},{y}"),
            Self::Auto => out.write_str("auto"),
        }
    }
}

impl From<OffsetChoice> for String {
    fn from(choice: OffsetChoice) -> Self {
        choice.to_string()
    }
}

impl FromStr for OffsetChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        /// Pixels beyond which no picture reaches.
        const MOST: i64 = 1_000_000;
        if text.trim() == "auto" {
            return Ok(Self::Auto);
        }
        let number = |part: &str| {
            let number = part.trim().parse::<i64>().ok();
            number.filter(|number| number.abs() <= MOST)
        };
        let read = text
            .split_once(',')
            .and_then(|(x, y)| Some([number(x)?, number(y)?]));
        match read {
            Some([0, 0]) => Ok(Self::None),
            Some(offset) => Ok(Self::Given(offset)),
            None => Err(format!("«{text}» is no offset in pixels: give X,Y or auto")),
        }
    }
}

impl TryFrom<String> for OffsetChoice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_as_they_are_written() {
        for (text, choice) in [
            ("40,24", Some(OffsetChoice::Given([40, 24]))),
            (" -3 , 0", Some(OffsetChoice::Given([-3, 0]))),
            ("0,0", Some(OffsetChoice::None)),
            ("auto", Some(OffsetChoice::Auto)),
            ("40", None),
            ("40,x", None),
            ("9999999,0", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), choice, "{text}");
            if let Some(choice) = choice {
                assert_eq!(choice.to_string().parse(), Ok(choice));
            }
        }
        for choice in Contradicted::ALL {
            assert_eq!(choice.word().parse(), Ok(choice));
        }
        assert_eq!("leave-out".parse(), Ok(Contradicted::LeaveOut));
        assert!("drop".parse::<Contradicted>().is_err());
    }
}
