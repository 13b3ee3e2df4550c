//! What is remarked on in the course of an import.

mod column_remark;
mod later_remark;
mod outline_remark;
mod picture_remark;
mod table_remark;

use std::fmt;

use cytolance_sources::{RemarkTopic, SourceRemark, TopicalRemark};

pub use column_remark::ColumnRemark;
pub use later_remark::LaterRemark;
pub use outline_remark::OutlineRemark;
pub use picture_remark::PictureRemark;
pub use table_remark::TableRemark;

/// A remark on an import. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// On what was noted while an export was read.
    Source(SourceRemark),
    /// On an export and its tables.
    Table(TableRemark),
    /// On columns.
    Column(ColumnRemark),
    /// On pictures.
    Picture(PictureRemark),
    /// On masks and outlines.
    Outline(OutlineRemark),
    /// On what came after the rows were written.
    Later(LaterRemark),
    /// The remark of a report that was kept.
    Kept {
        /// What it is about.
        topic: RemarkTopic,
        /// The sentence.
        text: String,
    },
}

impl TopicalRemark for Remark {
    fn topic(&self) -> RemarkTopic {
        match self {
            Self::Source(remark) => remark.topic(),
            Self::Table(_) => RemarkTopic::Tables,
            Self::Column(_) => RemarkTopic::Columns,
            Self::Picture(_) => RemarkTopic::Pictures,
            Self::Outline(_) => RemarkTopic::Outlines,
            Self::Later(_) => RemarkTopic::Afterwards,
            Self::Kept { topic, .. } => *topic,
        }
    }

    fn kept(topic: RemarkTopic, text: String) -> Self {
        Self::Kept { topic, text }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(remark) => remark.fmt(out),
            Self::Table(remark) => remark.fmt(out),
            Self::Column(remark) => remark.fmt(out),
            Self::Picture(remark) => remark.fmt(out),
            Self::Outline(remark) => remark.fmt(out),
            Self::Later(remark) => remark.fmt(out),
            Self::Kept { text, .. } => out.write_str(text),
        }
    }
}

impl From<SourceRemark> for Remark {
    fn from(remark: SourceRemark) -> Self {
        Self::Source(remark)
    }
}

impl From<TableRemark> for Remark {
    fn from(remark: TableRemark) -> Self {
        Self::Table(remark)
    }
}

impl From<ColumnRemark> for Remark {
    fn from(remark: ColumnRemark) -> Self {
        Self::Column(remark)
    }
}

impl From<PictureRemark> for Remark {
    fn from(remark: PictureRemark) -> Self {
        Self::Picture(remark)
    }
}

impl From<OutlineRemark> for Remark {
    fn from(remark: OutlineRemark) -> Self {
        Self::Outline(remark)
    }
}

impl From<LaterRemark> for Remark {
    fn from(remark: LaterRemark) -> Self {
        Self::Later(remark)
    }
}

#[cfg(test)]
mod tests;
