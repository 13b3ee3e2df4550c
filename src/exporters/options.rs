//! What can be set of exports.

use cytolance_export::Naming;

/// A setting that exporters may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Which columns.
    Columns,
    /// How they are called.
    Names,
    /// Values below the pictures.
    Captions,
    /// Cells side by side.
    Across,
    /// The size of a cell's picture.
    Tile,
    /// Whether outlines are drawn.
    DrawnOutlines,
    /// Each channel in a picture of its own.
    Split,
    /// A contrast of its own for each cell.
    OwnContrast,
    /// Which object sets.
    Objects,
    /// Features that go along with outlines.
    Measurements,
    /// The label that is the class of outlines.
    Class,
}

impl Setting {
    /// Whether it is a choice of columns, those that are not stored among them.
    pub fn names_columns(self) -> bool {
        matches!(
            self,
            Self::Columns | Self::Captions | Self::Measurements | Self::Class
        )
    }
}

/// What is set. Exporters look at what they take and at nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportOptions {
    /// Which columns, keys first; all that hold values where none are said.
    pub columns: Vec<String>,
    /// How they are called.
    pub names: Naming,
    /// Columns whose values stand below the pictures.
    pub captions: Vec<String>,
    /// Cells side by side.
    pub across: usize,
    /// Side of a cell's picture in points, of which 96 are an inch.
    pub tile: f64,
    /// Whether outlines are drawn: those that the session shows.
    pub drawn_outlines: bool,
    /// Each channel in a picture of its own, too.
    pub split: bool,
    /// A contrast of its own for each cell.
    pub own_contrast: bool,
    /// The object sets whose outlines are written; all where none are said.
    pub objects: Option<Vec<String>>,
    /// Features that go along with outlines.
    pub measurements: Vec<String>,
    /// The label that is the class of outlines.
    pub class: Option<String>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            names: Naming::default(),
            captions: Vec::new(),
            across: 8,
            tile: 104.0,
            drawn_outlines: true,
            split: false,
            own_contrast: false,
            objects: None,
            measurements: Vec::new(),
            class: None,
        }
    }
}

impl ExportOptions {
    /// The settings that are not as usual.
    #[expect(
        clippy::float_cmp,
        reason = "a size that was set is another number altogether"
    )]
    pub fn changed(&self) -> Vec<Setting> {
        let usual = Self::default();
        let changed = [
            (Setting::Columns, self.columns != usual.columns),
            (Setting::Names, self.names != usual.names),
            (Setting::Captions, self.captions != usual.captions),
            (Setting::Across, self.across != usual.across),
            (Setting::Tile, self.tile != usual.tile),
            (
                Setting::DrawnOutlines,
                self.drawn_outlines != usual.drawn_outlines,
            ),
            (Setting::Split, self.split != usual.split),
            (
                Setting::OwnContrast,
                self.own_contrast != usual.own_contrast,
            ),
            (Setting::Objects, self.objects != usual.objects),
            (
                Setting::Measurements,
                self.measurements != usual.measurements,
            ),
            (Setting::Class, self.class != usual.class),
        ];
        let changed = changed.into_iter().filter(|(_, is_changed)| *is_changed);
        changed.map(|(setting, _)| setting).collect()
    }
}
