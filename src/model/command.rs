//! What a user can ask for, as values.

use crate::model::envelope::Envelope;
use crate::model::event::Event;
use crate::model::feature::PaneId;
use crate::model::row_values::CellsRequest;
use crate::model::scatter::{Axes, Tool};
use crate::model::settings::Theme;
use crate::model::state::{OutlineSetting, Overlay};
use crate::model::table::Density;
use cytolance_imaging::ChannelStyle;
use cytolance_plot::Bounds;
use cytolance_profile::{Condition, Sort};

/// What a new selection does with the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectMode {
    /// Takes its place.
    Replace,
    /// Is added.
    Add,
    /// Is taken away.
    Remove,
    /// Adds what is not there and removes what is.
    Toggle,
}

impl SelectMode {
    /// What the keys that are held now mean.
    pub fn held(ui: &egui::Ui) -> Self {
        Self::of(ui.input(|input| input.modifiers))
    }

    /// What keys held while choosing several cells at once mean: Ctrl both ways, Shift adds, Alt removes.
    pub fn of(keys: egui::Modifiers) -> Self {
        match keys {
            _ if keys.command => Self::Toggle,
            _ if keys.shift => Self::Add,
            _ if keys.alt => Self::Remove,
            _ => Self::Replace,
        }
    }
}

/// An area drawn on the scatter plot.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    /// A closed path.
    Polygon(Vec<[f64; 2]>),
    /// A box.
    Box(Bounds),
}

impl Command {
    /// What a click on a cell does: it is selected and looked at; Ctrl adds or removes it, Shift selects up to it.
    pub fn click(row: u32, keys: egui::Modifiers) -> Vec<Self> {
        if keys.shift {
            return vec![Self::SelectTo(row)];
        }
        let mode = if keys.command {
            SelectMode::Toggle
        } else {
            SelectMode::Replace
        };
        vec![Self::Select(vec![row], mode), Self::Look(row)]
    }

    /// Whether it only asks for what the screen shows, every frame anew, and changes nothing by itself.
    pub fn is_request(&self) -> bool {
        match self {
            Self::WantPictures(_)
            | Self::WantColumns(_)
            | Self::WantCells(_)
            | Self::ShowPlot { .. } => true,
            Self::Feature(command) => command.is_request(),
            _ => false,
        }
    }

    /// Whether a session is kept or taken up with it, for which the arrangement of the panes has to be known.
    pub fn needs_layout(&self) -> bool {
        match self {
            Self::CloseDataset => true,
            Self::Feature(command) => command.needs_layout(),
            Self::Happened(envelope) => match &envelope.event {
                Event::Opened { .. } => true,
                Event::Picked(command) => command.needs_layout(),
                Event::Feature(event) => event.needs_layout(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether it asks for other rows or another order.
    pub fn changes_query(&self) -> bool {
        matches!(
            self,
            Self::AddFilter(_)
                | Self::FilterBy(_)
                | Self::SetCondition(..)
                | Self::EnableFilter(..)
                | Self::RemoveFilter(_)
                | Self::ClearFilters
                | Self::FilterToSelection
                | Self::CycleSort(_)
                | Self::SetSort(_)
        )
    }
}

/// Everything that changes the state.
#[derive(Debug)]
pub enum Command {
    /// A feature's own.
    Feature(Box<dyn super::feature::FeatureCommand>),
    /// Opens a dataset by path or URL.
    Open(String),
    /// Makes the demo plate if need be and opens it.
    OpenDemo,
    /// Asks for a dataset with the system's dialog.
    BrowseDataset,
    /// Back to the start page.
    CloseDataset,
    /// Adds a filter.
    AddFilter(Condition),
    /// Adds a filter that suits a column and keeps everything at first.
    FilterBy(String),
    /// Changes a filter.
    SetCondition(u64, Condition),
    /// Switches a filter on or off.
    EnableFilter(u64, bool),
    /// Removes a filter.
    RemoveFilter(u64),
    /// Removes all filters.
    ClearFilters,
    /// Keeps only the selected cells.
    FilterToSelection,
    /// Sorts by a column, the other way round, or not at all.
    CycleSort(String),
    /// Sorts.
    SetSort(Option<Sort>),
    /// Shows or hides a column.
    ToggleColumn(String),
    /// Moves a column.
    MoveColumn(usize, usize),
    /// Pins a column.
    PinColumn(usize, bool),
    /// Makes a column wider or narrower.
    ResizeColumn(usize, f32),
    /// Shows the pictures of this column.
    ShowPictures(String),
    /// Goes back to the first columns.
    ResetColumns,
    /// Changes the row height.
    SetDensity(Density),
    /// Selects rows.
    Select(Vec<u32>, SelectMode),
    /// Selects from the last clicked cell to this one.
    SelectTo(u32),
    /// Selects all shown cells.
    SelectShown,
    /// Selects the shown cells that are not selected, and no others.
    InvertSelection,
    /// Selects nothing.
    ClearSelection,
    /// Looks at a cell.
    Look(u32),
    /// Looks at the cell so many places further.
    Step(i64),
    /// Looks at the first or the last shown cell.
    StepToEnd(bool),
    /// The columns of the scatter plot.
    SetAxes(Axes),
    /// The tool of the scatter plot.
    SetTool(Tool),
    /// The scatter plot shows this part at this size in pixels.
    ShowPlot {
        /// Part of the plane.
        view: Bounds,
        /// Pixels.
        size: [usize; 2],
        /// Dark background.
        dark: bool,
        /// How often all points were to be fitted into the plot when this part was chosen.
        fit: u64,
    },
    /// Shows all points again.
    ResetPlot,
    /// Selects what lies in an area of the plot.
    SelectArea(Area, SelectMode),
    /// How a channel is shown.
    SetChannel(usize, ChannelStyle),
    /// Contrast of a channel (or all) from the sample of all crops.
    AutoContrast(Option<usize>),
    /// How an object's outlines are drawn.
    SetOutline(usize, OutlineSetting),
    /// The rows on the screen.
    WantPictures(Vec<u32>),
    /// Values on the screen, of columns that are not in memory.
    WantCells(CellsRequest),
    /// The columns on the screen.
    WantColumns(Vec<String>),
    /// Opens or closes what lies over the panes.
    SetOverlay(Overlay),
    /// Does the action of this identity, where it can be done now.
    Act(&'static str),
    /// What is in the way may be replaced.
    Replace,
    /// Cancels a task.
    CancelTask(u64),
    /// Closes a message.
    Dismiss(u64),
    /// Light or dark.
    SetTheme(Theme),
    /// Gives an action (by its identity) other keys, none, or with `None` its usual ones.
    SetShortcut(String, Option<Option<egui::KeyboardShortcut>>),
    /// Copies the selected cells, or the current one, as a table.
    CopyCells,
    /// Copies the picture of the scatter plot.
    CopyPlot,
    /// Shows a step of the tour, or ends it.
    Tour(Option<usize>),
    /// Statistics of a feature by the groups of another column, the well at first.
    ShowGroups(String, Option<String>),
    /// Tries again to read what could not be read.
    RetryReads,
    /// Shows or hides the times of frames and gestures.
    ToggleMeter,
    /// Closes the window.
    Quit,
    /// Brings a pane to the front.
    ShowPane(PaneId),
    /// A file or folder was dropped on the window.
    Dropped(String),
    /// Something finished.
    Happened(Envelope),
}
