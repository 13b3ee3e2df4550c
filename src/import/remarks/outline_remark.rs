//! Remarks on masks and outlines.

use std::fmt;
use std::path::PathBuf;

use cytolance_profile::counted;

/// A remark on masks and outlines. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutlineRemark {
    /// The mask of some fields cannot be told or is not there.
    NoMaskOf {
        /// The first image's number.
        image: i64,
        /// How many.
        images: usize,
        /// The object set.
        object: String,
        /// Why.
        reason: String,
    },
    /// Some fields have no mask.
    FieldsWithoutMask {
        /// How many.
        without: usize,
        /// All fields.
        fields: usize,
        /// The object set.
        object: String,
        /// Outlines are traced where there is one.
        traced: bool,
    },
    /// There are folders of masks, and none is of an object set.
    NoMask {
        /// The object set.
        object: String,
    },
    /// New rows have exact outlines, the dataset says approximate.
    TracedAmongApproximate {
        /// The object set.
        object: String,
    },
    /// New rows could have ellipses alone, the dataset has exact outlines.
    NoEllipsesAmongTraced {
        /// The object set.
        object: String,
    },
    /// New rows have masks or outlines, the dataset draws ellipses.
    EllipsesLikeBefore {
        /// The object set.
        object: String,
    },
    /// A source of ours lacks the columns of which its ellipses were made.
    LostEllipses {
        /// The object set.
        object: String,
        /// The source.
        path: PathBuf,
    },
}

impl fmt::Display for OutlineRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMaskOf {
                image,
                images,
                object,
                reason,
            } => {
                write!(out, "image {image}, {object} mask: {reason}")?;
                match images.saturating_sub(1) {
                    0 => Ok(()),
                    more => write!(out, " (and {more} more images)"),
                }
            }
            Self::FieldsWithoutMask {
                without,
                fields,
                object,
                traced,
            } => {
                let have = if *fields == 1 { "has" } else { "have" };
                let fields = counted(*fields, "field");
                write!(out, "{without} of {fields} {have} no {object} mask")?;
                if *traced {
                    write!(out, "; their {object} outlines are null, not ellipses")?;
                }
                Ok(())
            }
            Self::NoMask { object } => write!(
                out,
                "no mask of {object} was found; a mask's or outline picture's file name has to hold a picture's name and the object's, as in IMAGE_{object}.tiff"
            ),
            Self::TracedAmongApproximate { object } => write!(
                out,
                "the {object} outlines of the new rows are traced, but the dataset calls this column approximate"
            ),
            Self::NoEllipsesAmongTraced { object } => write!(
                out,
                "the {object} outlines of the dataset are traced; those of the new rows are null, because only ellipses could be drawn of them"
            ),
            Self::EllipsesLikeBefore { object } => write!(
                out,
                "the {object} outlines of the dataset are ellipses from measurements, and so are those of the new rows: what they have of masks or outlines is not used (import these rows into a dataset of their own to have it)"
            ),
            Self::LostEllipses { object, path } => write!(
                out,
                "the {object} outlines of {} are ellipses from measurements that it has no more, so there are none",
                path.display()
            ),
        }
    }
}
