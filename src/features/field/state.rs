//! What is known of the fields of view.

use std::sync::Arc;

use crate::model::latest::Latest;
use crate::model::parts::Part;
use cytolance_explore::FieldIndex;
use cytolance_imaging::{CellPicture, Plane};
use cytolance_kernels::RowSet;

/// One field in the strip.
#[derive(Debug, Clone, PartialEq)]
pub struct StripField {
    /// Plate, well and site, or the image's number.
    pub name: String,
    /// Its first cell.
    pub first_row: u32,
    /// Cells.
    pub count: u32,
    /// Those that pass the filters.
    pub shown: u32,
    /// Sharpness, by the strip's focus column.
    pub focus: Option<f64>,
    /// Background or mean intensity, by the strip's light column.
    pub light: Option<f64>,
}

/// All fields, in the order in which they are stored.
pub struct Strip {
    /// Which cell lies where.
    pub index: Arc<FieldIndex>,
    /// The fields.
    pub fields: Vec<StripField>,
    /// The column that says how sharp a field is.
    pub focus: Option<String>,
    /// The column that says how it was lit.
    pub light: Option<String>,
}

/// What the strip is made of.
#[derive(Clone)]
pub struct StripRequest {
    /// Rows that pass the filters.
    pub shown: Arc<RowSet>,
    /// The version of the dataset: it may have got columns.
    pub version: u64,
    /// The index so far.
    pub known: Option<Arc<FieldIndex>>,
}

impl PartialEq for StripRequest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shown, &other.shown) && self.version == other.version
    }
}

/// A field with its cells.
pub struct FieldOfView {
    /// Its number in the strip.
    pub field: u32,
    /// The cell that was looked at, where it decides which plane of volumes is shown.
    pub cell: Option<u32>,
    /// Its cells as dataset rows.
    pub rows: Vec<u32>,
    /// Their outlines, in the same order; without crops.
    pub outlines: Vec<CellPicture>,
    /// Size in pixels, where a picture says it.
    pub size: Option<[usize; 2]>,
    /// The source pictures, one a channel.
    pub planes: Vec<Option<Arc<Plane>>>,
    /// Why some of them are missing.
    pub missing: Vec<String>,
    /// The channels put together, as they are shown.
    pub image: Option<Arc<egui::ColorImage>>,
    /// Field pixels by pixel of the image.
    pub reduction: usize,
    /// Number of the styles that it shows.
    pub style_generation: u64,
}

/// What is to be read.
#[derive(Clone)]
pub struct LookRequest {
    /// The field.
    pub field: u32,
    /// The cell that is looked at, where it decides which plane of volumes is shown.
    pub cell: Option<u32>,
    /// Number of the styles.
    pub style_generation: u64,
    /// What was read last: of the same field only the image is made anew.
    pub known: Option<Arc<FieldOfView>>,
}

impl PartialEq for LookRequest {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
            && self.cell == other.cell
            && self.style_generation == other.style_generation
    }
}

/// Fields of view.
#[derive(Default)]
pub struct FieldState {
    /// All fields.
    pub strip: Option<Arc<Strip>>,
    /// Why there is no strip.
    pub strip_error: Option<String>,
    /// The running and the next count of them.
    pub strip_work: Latest<StripRequest>,
    /// The field that is looked at.
    pub view: Option<Arc<FieldOfView>>,
    /// Why it could not be read.
    pub look_error: Option<String>,
    /// The running and the next read of it.
    pub look_work: Latest<LookRequest>,
}

impl Part for FieldState {
    fn is_busy(&self) -> bool {
        self.strip_work.is_running() || self.look_work.is_running()
    }

    fn leave(&mut self) -> Vec<u64> {
        self.strip_work.abandon();
        self.look_work.abandon();
        Vec::new()
    }
}
