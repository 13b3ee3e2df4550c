//! The arguments of what writes cells: tables, figures, crops, outlines, the report.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed"
)]

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use cytolance_export::{Naming, listed};
use cytolance_exporters::ExportKind;

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    #[arg(long, value_name = "FILE", help = out_help())]
    pub out: PathBuf,
    /// What to write [default: what the ending of --out says]
    #[arg(long = "as", value_name = "KIND", value_parser = export_kinds(ExportKind::all()))]
    pub kind: Option<ExportKind>,
    #[command(flatten)]
    pub cells: CellArguments,
    #[command(flatten)]
    pub some: SomeArguments,
    /// Names of columns: as pycytominer has them, or with CellProfiler's ImageNumber and ObjectNumber
    #[arg(long, value_name = "NAMES", default_value = "pycytominer")]
    pub names: Names,
    /// These columns, keys first [default: all but pictures and outlines]
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Cells of a figure side by side
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub across: u64,
    #[command(flatten)]
    pub figure: FigureArguments,
    /// Outlines of these object sets [default: all]
    #[arg(long, value_name = "OBJECT,...", value_delimiter = ',')]
    pub object: Vec<String>,
    /// Features that go along with outlines
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub measurements: Vec<String>,
    /// The label that becomes the class of outlines
    #[arg(long, value_name = "LABEL")]
    pub class: Option<String>,
    /// Replace what is there already
    #[arg(long)]
    pub overwrite: bool,
}

/// How columns are called.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Names {
    Pycytominer,
    #[value(name = "cellprofiler")]
    CellProfiler,
}

impl From<Names> for Naming {
    fn from(names: Names) -> Self {
        match names {
            Names::Pycytominer => Self::Pycytominer,
            Names::CellProfiler => Self::CellProfiler,
        }
    }
}

/// Some exporters, by their words.
fn export_kinds(
    kinds: impl Iterator<Item = ExportKind>,
) -> impl TypedValueParser<Value = ExportKind> {
    let words = kinds.map(|kind| PossibleValue::new(kind.face().id).help(kind.face().title));
    PossibleValuesParser::new(words)
        .try_map(|word| ExportKind::by_id(&word).ok_or_else(|| format!("{word} is not known")))
}

/// What `export --out` may name, from the exporters.
fn out_help() -> String {
    let told = ExportKind::all().map(|kind| {
        let (face, endings) = (kind.face(), listed(kind.file().endings));
        let endings = if endings.is_empty() {
            "a folder"
        } else {
            &endings
        };
        format!("{}: {endings}", face.id)
    });
    format!(
        "The file or folder to write; its ending says what ({})",
        told.collect::<Vec<_>>().join("; ")
    )
}

/// Which cells are meant.
#[derive(Debug, Args)]
pub(super) struct CellArguments {
    /// Only the cells for which this SQL condition holds
    #[arg(long, value_name = "SQL")]
    pub filter: Option<String>,
    /// The pictures of this column, where there are several [default: the session's, else the first]
    #[arg(long, value_name = "COLUMN")]
    pub picture: Option<String>,
    /// Only the cells that this session's filters, gates and rules leave, in its order
    #[arg(long, value_name = "S.cytolance.toml")]
    pub session: Option<PathBuf>,
}

/// Some of these cells.
#[derive(Debug, Args)]
pub(super) struct SomeArguments {
    /// These rows, counted from 0
    #[arg(long, value_name = "ROW,ROW,...", value_delimiter = ',')]
    pub rows: Vec<u32>,
    /// So many of the cells, at random
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// The same seed draws the same cells
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

/// How a figure of cells looks.
#[derive(Debug, Args)]
pub(super) struct FigureArguments {
    /// Side of a cell's picture in points, of which 96 are an inch
    #[arg(long, value_name = "POINTS", default_value_t = 104, value_parser = clap::value_parser!(u64).range(24..=2000))]
    pub tile: u64,
    /// Values below the pictures
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub captions: Vec<String>,
    /// Without outlines
    #[arg(long)]
    pub no_outlines: bool,
    /// Each channel in a picture of its own, too
    #[arg(long)]
    pub split: bool,
    /// A contrast of its own for each cell
    #[arg(long)]
    pub own_contrast: bool,
}

#[derive(Debug, Args)]
pub(super) struct MontageArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// The figure: .svg or .png (300 dots by inch)
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub cells: CellArguments,
    #[command(flatten)]
    pub some: SomeArguments,
    /// Cells side by side
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub columns: u64,
    #[command(flatten)]
    pub figure: FigureArguments,
    /// Replace what is there already
    #[arg(long)]
    pub overwrite: bool,
}

#[derive(Debug, Args)]
pub(super) struct CropsArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub cells: CellArguments,
    /// All channels with every intensity, or as shown
    #[arg(long, value_name = "FORMAT", default_value = "ome-tiff", value_parser = export_kinds(ExportKind::of_family("crops")))]
    pub format: ExportKind,
    /// Write into a folder that holds something, over files of the same names
    #[arg(long)]
    pub overwrite: bool,
}

#[derive(Debug, Args)]
pub(super) struct OutlinesArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// A file .geojson with all outlines, or a folder with a file a field of view
    #[arg(long, value_name = "FILE.geojson|DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub cells: CellArguments,
    /// These object sets [default: all]
    #[arg(long, value_name = "OBJECT,...", value_delimiter = ',')]
    pub object: Vec<String>,
    /// Polygons, or pictures whose pixels are object numbers
    #[arg(long, value_name = "FORMAT", default_value = "geojson", value_parser = export_kinds(ExportKind::of_family("outlines")))]
    pub format: ExportKind,
    /// Features that go along as measurements
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The label that becomes the class
    #[arg(long, value_name = "LABEL")]
    pub class: Option<String>,
    /// Replace a file that is there, or write into a folder that holds something, over files of the same names
    #[arg(long)]
    pub overwrite: bool,
}

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// The page to write
    #[arg(long, value_name = "FILE.html")]
    pub out: PathBuf,
    /// Filters, rules, colours and contrast of this session
    #[arg(long, value_name = "S.cytolance.toml")]
    pub session: Option<PathBuf>,
    /// Replace what is there already
    #[arg(long)]
    pub overwrite: bool,
}
