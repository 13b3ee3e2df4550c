//! Work for the background, as values.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::command::Area;
use crate::model::export_rows::ExportRows;
use crate::model::file_dialog::FilePick;
use crate::model::group_table::GroupRequest;
use crate::model::latest::Started;
use crate::model::row_values::CellsRequest;
use crate::model::scatter::{BuildRequest, Points, RasterRequest};
use crate::model::selecting::SelectTurn;
use crate::model::settings::Settings;
use crate::model::state::{QueryRequest, SummaryRequest};
use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_explore::Explorer;
use cytolance_imaging::{CellPicture, ChannelStyle};
use cytolance_kernels::RowSet;
use cytolance_session::SessionChannel;

/// Work to be done off the interface thread.
pub enum Job {
    /// A feature\'s own.
    Feature(Box<dyn super::feature::FeatureJob>),
    /// Opens a dataset.
    Open {
        /// Its task.
        task: u64,
        /// Path or URL.
        uri: String,
    },
    /// Draws and imports the demo plate where it is not there yet, then opens it.
    OpenDemo {
        /// Its task.
        task: u64,
        /// Stops it.
        cancelled: Arc<AtomicBool>,
    },
    /// Counts what the filters show of their columns.
    Summarize {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<SummaryRequest>,
    },
    /// Statistics by group.
    CountGroups {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<GroupRequest>,
    },
    /// Reads some values of some rows.
    ReadCells {
        /// The dataset.
        dataset: CellDataset,
        /// The request.
        work: Started<CellsRequest>,
    },
    /// Filters and sorts.
    Query {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<QueryRequest>,
    },
    /// Reads columns into memory.
    ReadColumns {
        /// Columns.
        explorer: Explorer,
        /// Which.
        names: Vec<String>,
    },
    /// Reads crops and outlines, and puts the channels of the crops together.
    ReadPictures {
        /// The dataset.
        dataset: CellDataset,
        /// Which rows.
        rows: Vec<u32>,
        /// How the channels are shown.
        styles: Vec<ChannelStyle>,
        /// Number of the styles.
        style_generation: u64,
    },
    /// Reads which channels the pictures of another column have.
    ReadChannels {
        /// The dataset with these pictures.
        dataset: CellDataset,
        /// The column.
        column: String,
        /// How its channels are to be shown.
        styles: Vec<SessionChannel>,
    },
    /// Finds the contrast of each channel in a sample of all crops.
    FindContrast {
        /// The dataset.
        dataset: CellDataset,
        /// How many channels.
        channels: usize,
        /// The number with which these pictures began.
        pictures: u64,
    },
    /// Sorts the points of the plot.
    BuildPoints {
        /// Columns.
        explorer: Explorer,
        /// The request.
        work: Started<BuildRequest>,
    },
    /// Draws the plot.
    DrawRaster(Started<RasterRequest>),
    /// Finds what lies in an area.
    SelectArea {
        /// The points.
        points: Arc<Points>,
        /// The area.
        area: Area,
        /// Rows that pass the filters.
        shown: Arc<RowSet>,
        /// What to do with the rows.
        turn: SelectTurn,
    },
    /// Reads all values of a cell.
    ReadValues {
        /// The dataset.
        dataset: CellDataset,
        /// The cell.
        work: Started<u32>,
    },
    /// Looks for the source pictures of a cell.
    ReadField {
        /// The dataset.
        dataset: CellDataset,
        /// Its channels.
        channels: Vec<ChannelInfo>,
        /// The cell.
        work: Started<u32>,
    },
    /// Makes a table of cells for the clipboard.
    CopyCells {
        /// The dataset.
        dataset: CellDataset,
        /// Columns in memory, computed ones among them.
        explorer: Explorer,
        /// Which rows.
        rows: ExportRows,
        /// Which columns.
        columns: Vec<String>,
    },
    /// Shows the system's file dialog.
    Pick(FilePick),
    /// Keeps the settings.
    SaveSettings(Settings),
    /// Keeps a strip of a dataset's first cells for the start page.
    KeepThumbnail {
        /// The dataset.
        uri: String,
        /// Channel styles in plane order.
        styles: Vec<ChannelStyle>,
        /// The first cells.
        pictures: Vec<Arc<CellPicture>>,
    },
    /// Reads these strips.
    ReadThumbnails(Vec<String>),
}
