//! What comes back from work in the background.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::field_pictures::FieldPictures;
use crate::model::group_table::GroupRequest;
use crate::model::row_values::{CellValue, CellsRequest};
use crate::model::scatter::{Points, Raster};
use crate::model::state::{CellValues, ColumnSummary};
use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_explore::{GroupStatistics, QueryResult};
use cytolance_imaging::CellPicture;
use cytolance_kernels::RowSet;

/// News.
pub enum Event {
    /// A feature\'s own.
    Feature(Box<dyn super::feature::FeatureEvent>),
    /// A dataset is open.
    Opened {
        /// The task that opened it.
        task: u64,
        /// The dataset.
        dataset: CellDataset,
        /// Its channels.
        channels: Vec<ChannelInfo>,
    },
    /// A task is so far.
    TaskProgress {
        /// The task.
        task: u64,
        /// What it does now, if that changed.
        title: Option<String>,
        /// Steps done.
        done: usize,
        /// Steps in all.
        total: usize,
    },
    /// A task has ended: what to say, if anything.
    TaskEnded {
        /// The task.
        task: u64,
        /// Good news or the error; `None` where there is nothing to say.
        message: Option<Result<String, String>>,
    },
    /// The first rows of a query that still sorts the others.
    QueryBegun {
        /// Which one.
        generation: u64,
        /// Rows, and the order of the first ones.
        result: QueryResult,
    },
    /// A query has ended.
    QueryEnded {
        /// Which one.
        generation: u64,
        /// Rows and order.
        outcome: Result<QueryResult, String>,
    },
    /// What filters show of their columns.
    Summarized {
        /// Which request.
        generation: u64,
        /// By filter.
        summaries: HashMap<u64, ColumnSummary>,
    },
    /// Statistics by group.
    GroupsCounted {
        /// Which request.
        generation: u64,
        /// What was asked for.
        request: GroupRequest,
        /// By group, or why not.
        outcome: Result<Vec<GroupStatistics>, String>,
    },
    /// Values of the rows in view.
    CellsRead {
        /// Which request.
        generation: u64,
        /// What was asked for, and the values or why there are none.
        request: CellsRequest,
        /// Columns in the order asked for.
        outcome: Result<Vec<Vec<CellValue>>, String>,
    },
    /// Columns are in memory, or why not.
    ColumnsRead {
        /// Their names.
        names: Vec<String>,
        /// The error, if any.
        error: Option<String>,
    },
    /// Pictures are here.
    PicturesRead {
        /// The rows asked for.
        rows: Vec<u32>,
        /// Their pictures in the same order.
        outcome: Result<Vec<Arc<CellPicture>>, String>,
        /// The same as they are shown, where they have crops.
        images: Vec<Option<Arc<egui::ColorImage>>>,
        /// Number of the styles that these show.
        style_generation: u64,
    },
    /// Strips of the recent datasets' first cells, by address.
    ThumbnailsRead(Vec<(String, Arc<egui::ColorImage>)>),
    /// The channels of another column's pictures.
    ChannelsRead {
        /// The column.
        column: String,
        /// How its channels are to be shown.
        styles: Vec<cytolance_session::SessionChannel>,
        /// The channels.
        outcome: Result<Vec<ChannelInfo>, String>,
    },
    /// Contrast of each channel in a sample of all crops, and the number with which these pictures began.
    ContrastFound(u64, Vec<Option<[f32; 2]>>),
    /// The points of the plot.
    PointsBuilt {
        /// Which request.
        generation: u64,
        /// The points.
        outcome: Result<Arc<Points>, String>,
    },
    /// A picture of the plot.
    RasterDrawn {
        /// Which request.
        generation: u64,
        /// The picture; `None` if it was cancelled.
        raster: Option<Raster>,
    },
    /// Rows in an area of the plot.
    AreaSelected {
        /// The rows.
        rows: RowSet,
        /// What to do with them.
        turn: crate::model::selecting::SelectTurn,
    },
    /// All values of a cell.
    ValuesRead {
        /// Which request.
        generation: u64,
        /// The values; `None` where they could not be read.
        values: Option<CellValues>,
    },
    /// The source pictures of a cell.
    FieldRead {
        /// Which request.
        generation: u64,
        /// What was found, if anything was looked for.
        field: Option<FieldPictures>,
    },
    /// A file or folder was chosen in the system's dialog: what is to be done with it.
    Picked(Box<super::command::Command>),
    /// There is no system dialog to choose one in.
    NoFileDialog,
    /// A table for the clipboard, or why there is none.
    CellsCopied(Result<(usize, String), String>),
}

impl Event {
    /// How far a task is. A job sends it as it is, whatever feature it is of.
    pub fn progress(task: u64, done: usize, total: usize) -> Self {
        Self::TaskProgress {
            task,
            title: None,
            done,
            total,
        }
    }

    /// Whether it only says how far something is. The next one says it as well, so it may be left out.
    pub fn is_progress(&self) -> bool {
        match self {
            Self::TaskProgress { .. } => true,
            Self::Feature(event) => event.is_progress(),
            _ => false,
        }
    }
}

impl std::fmt::Debug for Event {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::Feature(_) => "Feature",
            Self::Opened { .. } => "Opened",
            Self::TaskProgress { .. } => "TaskProgress",
            Self::TaskEnded { .. } => "TaskEnded",
            Self::QueryBegun { .. } => "QueryBegun",
            Self::QueryEnded { .. } => "QueryEnded",
            Self::Summarized { .. } => "Summarized",
            Self::GroupsCounted { .. } => "GroupsCounted",
            Self::CellsRead { .. } => "CellsRead",
            Self::ColumnsRead { .. } => "ColumnsRead",
            Self::PicturesRead { .. } => "PicturesRead",
            Self::ThumbnailsRead(_) => "ThumbnailsRead",
            Self::ChannelsRead { .. } => "ChannelsRead",
            Self::ContrastFound(..) => "ContrastFound",
            Self::PointsBuilt { .. } => "PointsBuilt",
            Self::RasterDrawn { .. } => "RasterDrawn",
            Self::AreaSelected { .. } => "AreaSelected",
            Self::ValuesRead { .. } => "ValuesRead",
            Self::FieldRead { .. } => "FieldRead",
            Self::Picked(_) => "Picked",
            Self::NoFileDialog => "NoFileDialog",
            Self::CellsCopied(_) => "CellsCopied",
        };
        out.write_str(name)
    }
}
