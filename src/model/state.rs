//! Everything the viewer knows, as plain values. No window, no I/O.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::envelope::WorkspaceId;
use crate::model::export_rows::ExportRows;
use crate::model::field_pictures::FieldPictures;
use crate::model::group_table::Groups;
use crate::model::labels::LabelColumns;
use crate::model::latest::Latest;
use crate::model::opening::NextView;
use crate::model::pictures::PictureCache;
use crate::model::row_values::{CellsRequest, RowValues};
use crate::model::scatter::Scatter;
use crate::model::selecting::SelectionOrder;
use crate::model::session::SessionKeeper;
use crate::model::settings::Settings;
use crate::model::table::Table;
use crate::model::task::Task;
use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_explore::{Explorer, FilterHistogram, RowOrder};
use cytolance_imaging::{ChannelStyle, shown_at_first};
use cytolance_kernels::RowSet;
use cytolance_profile::{ColumnInfo, Columns, Query, is_cytoplasm, outline_color};
use cytolance_session::SessionFile;

/// Bytes of columns kept in memory.
const COLUMN_BYTES: usize = 512 << 20;
/// Bytes of columns that are read for the table alone.
const TABLE_BYTES: usize = 128 << 20;

/// The viewer.
#[derive(Default)]
pub struct State {
    /// What the viewer can do.
    pub features: &'static [&'static dyn super::feature::Feature],
    /// What that offers, in the order of the menus.
    pub(super) actions: Vec<&'static super::action::Action>,
    /// What features keep that is of no dataset.
    pub parts: super::parts::Parts,
    /// The open dataset; the start page without one.
    pub workspace: Option<Box<Workspace>>,
    /// What is kept between runs.
    pub settings: Settings,
    /// Messages that wait to be read.
    pub notices: Vec<Notice>,
    /// Work with progress.
    pub tasks: Vec<Task>,
    /// What lies over the panes.
    pub overlay: Overlay,
    /// Where files without a folder go.
    pub folders: crate::model::save_folder::UserFolders,
    /// A session to take up when the task that opens its dataset has ended, and its file.
    pub waiting_session: Option<(u64, std::path::PathBuf, Box<SessionFile>)>,
    /// Pictures of the recent datasets by address.
    pub thumbnails: HashMap<String, Arc<egui::ColorImage>>,
    /// The feature whose page is in front of all panes.
    pub page: Option<super::feature::PaneId>,
    /// Bytes of columns that may be read for the table alone, where that is not the usual number.
    pub table_budget: Option<usize>,
    /// Times of frames and gestures are shown.
    pub meter: bool,
    /// Marks are kept in case the program ends.
    pub keeps: bool,
    /// Keeps what is set up, for the next time the dataset is opened.
    pub sessions: Option<Arc<SessionKeeper>>,
    /// How the next dataset is set up.
    pub next_view: NextView,
    /// The arrangement of the panes, as the window has written it.
    pub layout: String,
    /// Another arrangement that the window is to take up; empty for the first one.
    pub wanted_layout: Option<String>,
    /// What is to be put on the clipboard.
    pub copy: Option<Copied>,
    /// The step of the tour that is shown.
    pub tour: Option<usize>,
    /// A pane that is to come to the front.
    pub wanted_pane: Option<super::feature::PaneId>,
    /// The window is to close.
    pub quit: bool,
    /// The newest task that opens a dataset: what an older one opens comes too late.
    pub(crate) newest_opening: Option<u64>,
    next_id: u64,
}

impl State {
    /// A viewer that can do this, with nothing open.
    pub fn of(features: &'static [&'static dyn super::feature::Feature]) -> Self {
        Self {
            features,
            actions: super::action::actions(features),
            ..Self::default()
        }
    }

    /// A number that was not used before.
    pub fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// So many numbers that were not used before; they follow the one that is returned.
    pub fn fresh_ids(&mut self, count: u64) -> u64 {
        let before = self.next_id;
        self.next_id += count;
        before
    }

    /// Shows a message: an error until it is dismissed, anything else for a while.
    pub fn notify(&mut self, is_error: bool, text: impl Into<String>) {
        let (id, text) = (self.fresh_id(), text.into());
        // Said again it is the newest one, not one more.
        self.notices.retain(|notice| notice.text != text);
        self.notices.push(Notice { id, is_error, text });
        // Old ones make room, so that a repeated failure cannot fill the window.
        if self.notices.len() > 4 {
            self.notices.remove(0);
        }
    }

    /// Starts the account of a task.
    pub fn begin_task(&mut self, title: impl Into<String>) -> (u64, Arc<AtomicBool>) {
        let id = self.fresh_id();
        let (task, cancelled) = Task::new(id, title.into());
        self.tasks.push(task);
        (id, cancelled)
    }

    /// Ends the account of a task.
    pub fn end_task(&mut self, task: u64) {
        self.tasks.retain(|known| known.id != task);
    }
}

/// Something for the clipboard.
#[derive(Debug, Clone)]
pub enum Copied {
    /// Text.
    Text(String),
    /// A picture.
    Image(Arc<egui::ColorImage>),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: u64,
    /// An error, or good news.
    pub is_error: bool,
    /// What it says.
    pub text: String,
}

/// What lies over the panes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The command palette.
    Palette,
    /// The choice of table columns.
    Columns,
    /// The choice of a column to filter by.
    NewFilter,
    /// Opening a dataset by its path.
    Open,
    /// What a feature shows.
    Of(super::feature::PaneId),
    /// Whether something may be replaced.
    Replace(Box<crate::model::replace::ReplaceQuestion>),
    /// Statistics by group.
    Groups,
    /// Keyboard shortcuts.
    Shortcuts,
}

/// A channel and how it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Name, first colour, bit depth.
    pub info: ChannelInfo,
    /// How it is shown.
    pub style: ChannelStyle,
    /// Contrast found in a sample of all crops.
    pub auto: [f32; 2],
}

/// How the outlines of an object set are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlineSetting {
    /// The object set.
    pub object: String,
    /// Whether they are drawn.
    pub visible: bool,
    /// Their colour.
    pub color: [u8; 3],
    /// Line width in points.
    pub width: f32,
    /// Ellipses from measurements; drawn dashed.
    pub approximate: bool,
}

/// What a filter's widget shows of its column.
#[derive(Debug, Clone)]
pub enum ColumnSummary {
    /// Counts in equal bins.
    Range(FilterHistogram),
    /// Counts of each value: name, all rows, shown rows.
    Categories(Vec<(String, usize, usize)>),
}

/// What is to be filtered and sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryRequest {
    /// Filters and order.
    pub query: Query,
    /// The last change of the values that it reads.
    pub stamp: u64,
}

/// What the filters are to show of their columns: they count again when the filters have changed.
#[derive(Debug, Clone)]
pub struct SummaryRequest {
    /// The filters.
    pub query: Query,
    /// What they leave.
    pub shown: Arc<RowSet>,
    /// The last change of the values that they read.
    pub stamp: u64,
}

impl PartialEq for SummaryRequest {
    fn eq(&self, other: &Self) -> bool {
        self.query.filters == other.query.filters
            && Arc::ptr_eq(&self.shown, &other.shown)
            && self.stamp == other.stamp
    }
}

/// Values of one cell: column name and text.
#[derive(Debug, Clone, Default)]
pub struct CellValues {
    /// Dataset row.
    pub row: u32,
    /// Name and text (empty where null) in stored order.
    pub values: Vec<(String, Option<String>)>,
}

/// One open dataset.
pub struct Workspace {
    /// What its work is told by from that of other datasets.
    pub id: WorkspaceId,
    /// The dataset.
    pub dataset: CellDataset,
    /// Where what is made of it goes, unless another folder is named.
    pub save_folder: crate::model::save_folder::SaveFolder,
    /// The session file that this window has read or written: its own, which it may replace.
    pub session_file: Option<std::path::PathBuf>,
    /// The columns, stored and computed.
    pub columns: Arc<Columns>,
    /// Changes of values so far: what is made of any of them asks for it.
    pub values_generation: u64,
    /// The number of the last one by column.
    pub(crate) changes: HashMap<String, u64>,
    /// The number of the one in which another version of the dataset was gone on with.
    pub(crate) rebased: u64,
    /// Its columns in memory.
    pub explorer: Explorer,
    /// Channels of the crops.
    pub channels: Vec<Channel>,
    /// Counts changes of channels and outlines, so that textures know when they are stale.
    pub style_generation: u64,
    /// The number of those with which the pictures of this column began: what is older shows another column.
    pub pictures_since: u64,
    /// The picture column that was asked for last and is not shown yet.
    pub pictures_wanted: Option<String>,
    /// What features keep of this dataset.
    pub parts: super::parts::Parts,
    /// Outlined objects.
    pub outlines: Vec<OutlineSetting>,
    /// Columns whose values stand below pictures of cells, on the screen and in exported figures.
    pub captions: Vec<String>,
    /// Filters and sort order.
    pub query: Query,
    /// The running and the next query.
    pub query_work: Latest<QueryRequest>,
    /// Why the last query failed.
    pub query_error: Option<String>,
    /// Rows that pass the filters.
    pub shown: Arc<RowSet>,
    /// The same in order.
    pub order: RowOrder,
    /// What the filters show of their columns, by filter.
    pub summaries: HashMap<u64, ColumnSummary>,
    /// The running and the next count for them.
    pub summary_work: Latest<SummaryRequest>,
    /// Selected rows.
    pub selection: Arc<RowSet>,
    /// Their number.
    pub num_selected: usize,
    /// The cell that is looked at, as a dataset row.
    pub cursor: Option<u32>,
    /// Where a range selection starts.
    pub anchor: Option<u32>,
    /// Table columns.
    pub table: Table,
    /// Scatter plot.
    pub scatter: Scatter,
    /// Values of the rows in view, where columns are too large to be read for the table alone.
    pub cells: RowValues,
    /// The running and the next read of them.
    pub cells_work: Latest<CellsRequest>,
    /// Statistics by group.
    pub groups: Groups,
    /// Bytes of columns that may be read for the table alone.
    pub table_budget: usize,
    /// Crops in memory.
    pub pictures: PictureCache,
    /// Selections that were asked for and whose rows are being found.
    pub selecting: SelectionOrder,
    /// A strip of the first cells is to be kept for the start page, as soon as they are read.
    pub thumbnail_due: bool,
    /// Columns that are being read.
    pub loading: HashSet<String>,
    /// Columns that could not be read, and why.
    pub unreadable: BTreeMap<String, String>,
    /// All values of the cell under the cursor.
    pub values: Option<Arc<CellValues>>,
    /// The running and the next read of them.
    pub values_work: Latest<u32>,
    /// The source pictures of the cell under the cursor.
    pub source_pictures: Option<FieldPictures>,
    /// The running and the next search for them.
    pub field_work: Latest<u32>,
    /// Labels: what a person decides of each cell.
    pub labels: LabelColumns,
}

/// Channels as they are first shown.
pub(crate) fn channels_of(channels: Vec<ChannelInfo>) -> Vec<Channel> {
    let names: Vec<&str> = channels.iter().map(|info| info.name.as_str()).collect();
    let visible = shown_at_first(&names);
    channels
        .into_iter()
        .zip(visible)
        .map(|(info, visible)| {
            let top = info.full_scale();
            Channel {
                style: ChannelStyle {
                    visible,
                    color: info.rgb(),
                    min: 0.0,
                    max: top,
                    gamma: 1.0,
                },
                auto: [0.0, top],
                info,
            }
        })
        .collect()
}

impl Workspace {
    /// A dataset as it is first seen.
    pub fn new(dataset: CellDataset, channels: Vec<ChannelInfo>) -> Self {
        let rows = dataset.num_rows();
        let explorer = Explorer::new(dataset.clone(), COLUMN_BYTES);
        let mut scatter = Scatter::default();
        if let Some((x, y)) = explorer.suggest_axes() {
            scatter.axes.x = Some(x);
            scatter.axes.y = Some(y);
        }
        let metadata = dataset.metadata();
        let outlines = dataset
            .outline_objects()
            .into_iter()
            .enumerate()
            .map(|(at, object)| OutlineSetting {
                visible: !is_cytoplasm(&object),
                color: outline_color(&object, at),
                width: 1.5,
                approximate: metadata.approximate_outlines.contains(&object),
                object,
            })
            .collect();
        let channels = channels_of(channels);
        Self {
            id: WorkspaceId::fresh(),
            table: Table::first(&dataset),
            columns: Arc::clone(dataset.columns()),
            values_generation: 0,
            changes: HashMap::new(),
            rebased: 0,
            explorer,
            channels,
            style_generation: 0,
            pictures_since: 0,
            pictures_wanted: None,
            parts: super::parts::Parts::default(),
            outlines,
            captions: Vec::new(),
            save_folder: crate::model::save_folder::SaveFolder::default(),
            session_file: None,
            query: Query::default(),
            query_work: Latest::default(),
            query_error: None,
            shown: Arc::new(RowSet::full(rows)),
            order: RowOrder::stored(Arc::new(RowSet::full(rows))),
            summaries: HashMap::new(),
            summary_work: Latest::default(),
            cells: RowValues::default(),
            cells_work: Latest::default(),
            groups: Groups::default(),
            table_budget: TABLE_BYTES,
            selection: Arc::new(RowSet::empty(rows)),
            num_selected: 0,
            cursor: (rows > 0).then_some(0),
            anchor: None,
            scatter,
            pictures: PictureCache::default(),
            thumbnail_due: false,
            selecting: SelectionOrder::default(),
            loading: HashSet::new(),
            unreadable: BTreeMap::new(),
            values: None,
            values_work: Latest::default(),
            source_pictures: None,
            field_work: Latest::default(),
            labels: LabelColumns::default(),
            dataset,
        }
    }

    /// A column's description.
    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.named(name)
    }

    /// What the dataset says of its channels, in plane order.
    pub fn channel_infos(&self) -> Vec<ChannelInfo> {
        let channels = self.channels.iter();
        channels.map(|channel| channel.info.clone()).collect()
    }

    /// Channel styles in plane order.
    pub fn styles(&self) -> Vec<ChannelStyle> {
        self.channels.iter().map(|channel| channel.style).collect()
    }

    /// Place of a row among the shown ones.
    pub fn position(&self, row: u32) -> Option<usize> {
        self.order.position(row)
    }

    /// Replaces the selection, whatever else was asked for before.
    pub fn set_selection(&mut self, selection: RowSet) {
        self.selecting.start_over();
        self.keep_selection(selection);
    }

    /// The selection as it is after one of those that were asked for.
    pub(crate) fn keep_selection(&mut self, selection: RowSet) {
        self.num_selected = selection.count();
        self.selection = Arc::new(selection);
    }

    /// Rows an export writes: selected or shown, in the table's order.
    pub fn rows_to_export(&self, selected: bool) -> ExportRows {
        ExportRows {
            order: self.order.clone(),
            selection: selected.then(|| Arc::clone(&self.selection)),
        }
    }

    /// Whether the table can show a value of its first row.
    pub fn has_first_row(&self) -> bool {
        let (Some(column), Some(row)) = (self.table.columns.first(), self.order.get(0)) else {
            return true;
        };
        self.explorer.cached(&column.name).is_some() || self.cells.get(&column.name, row).is_some()
    }

    /// Whether the table's columns are read as a whole. Of a large dataset only the rows in view are: its columns
    /// would take the place of those that filters and plots need.
    pub fn reads_whole_columns(&self) -> bool {
        self.dataset.num_rows() * 8 * self.table.columns.len() <= self.table_budget
    }

    /// Whether anything is still being computed for the screen.
    pub fn is_busy(&self) -> bool {
        self.query_work.is_running()
            || self.summary_work.is_running()
            || self.cells_work.is_running()
            || self.groups.work.is_running()
            || self.scatter.build.is_running()
            || self.scatter.raster_work.is_running()
            || self.pictures.num_loading() > 0
            || !self.loading.is_empty()
            || self.parts.is_busy()
    }
}
