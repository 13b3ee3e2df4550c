//! The arguments, declared once.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help that is printed"
)]

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use super::export_arguments::{
    CropsArguments, ExportArguments, MontageArguments, OutlinesArguments, ReportArguments,
};
use cytolance_import::{Contradicted, NameChoice, OffsetChoice, PlaneRule, format_faces};

/// View single-cell profiles together with the images of the cells.
///
/// Without a subcommand the viewer opens on its start page.
#[derive(Debug, Parser)]
#[command(name = "cytolance", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Draw a synthetic Cell Painting plate, import it and open it
    Demo(DemoArguments),
    /// Open a dataset in the viewer
    View(ViewArguments),
    /// Turn a CellProfiler export into a dataset
    Import(ImportArguments),
    /// Say what a dataset holds
    Info(InfoArguments),
    /// Write cells of a dataset: as a table, as a dataset of their own, and as all else that the window's dialog offers
    Export(ExportArguments),
    /// Draw chosen cells as one figure with outlines, captions and a scale bar
    Montage(MontageArguments),
    /// Write the crops of chosen cells as OME-TIFF or PNG files
    Crops(CropsArguments),
    /// Write outlines as GeoJSON (QuPath) or as label pictures
    Outlines(OutlinesArguments),
    /// Write a quality report: one HTML page with counts, plate maps, histograms and examples
    Report(ReportArguments),
    /// Check the segmentation from pixels and outlines, as QC_ columns of a new version
    Check(CheckArguments),
    /// Count the cells that outlier rules find, and write them down
    Outliers(OutliersArguments),
    /// Compute columns of a dataset by a tool: write them to a file, or keep them as a new version
    #[command(after_help = super::compute::tools_in_words())]
    Compute(ComputeArguments),
    /// Give cells a label, as one new version
    Label(LabelArguments),
    /// List the versions of a dataset, compare the labels of two, or go back to one
    History(HistoryArguments),
}

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Leave the plate's CellProfiler export (CSV, TIFF, masks) in this folder and open no window
    #[arg(long, value_name = "DIR")]
    pub export: Option<PathBuf>,
    /// Write the plate as a dataset here and open no window
    #[arg(long, value_name = "X.lance")]
    pub out: Option<PathBuf>,
    /// So many cells, whose features follow those of the plate's; needs --out
    #[arg(long, value_name = "N", requires = "out", conflicts_with = "export", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub cells: Option<u64>,
    /// With --cells: feature columns
    #[arg(long, value_name = "F", requires = "cells", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=20_000))]
    pub features: u64,
    /// With --cells: the first M cells are drawn and have crops and outlines [default: all, at most 20000]
    #[arg(long, value_name = "M", requires = "cells", value_parser = clap::value_parser!(u64).range(0..=1_000_000))]
    pub crops: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct ViewArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// Show only the cells for which this SQL condition holds
    #[arg(long, value_name = "SQL")]
    pub filter: Option<String>,
    /// Take up this session: its filters, gates, rules, columns, colours and layout
    #[arg(long, value_name = "S.cytolance.toml")]
    pub session: Option<PathBuf>,
    /// Show the pictures of this column, where there are several [default: the first]
    #[arg(long, value_name = "COLUMN")]
    pub picture: Option<String>,
    /// Select this row, counted from 0; may be given several times
    #[arg(long, value_name = "ROW")]
    pub select: Vec<u32>,
    /// Draw the window to a PNG file without any display, then exit
    #[arg(long, value_name = "FILE")]
    pub screenshot: Option<PathBuf>,
    /// Write the times of frames and gestures to this file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Replace the files of --screenshot and --trace if they are there already
    #[arg(long)]
    pub overwrite: bool,
    /// Size of the window or screenshot in points
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    pub size: Option<[u32; 2]>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct ImportArguments {
    #[arg(value_name = "SOURCE", required_unless_present = "plan", help = sources())]
    pub source: Option<PathBuf>,
    /// The dataset to write
    #[arg(long, value_name = "X.lance", required_unless_present = "plan")]
    pub out: Option<String>,
    /// Repeat the import that this file describes; SOURCE, --out, --append and --overwrite may differ from it
    #[arg(
        long,
        value_name = "PLAN.toml",
        conflicts_with_all = ["images", "masks", "outlines", "illum", "kind", "primary", "complete", "pair", "file_names", "pixel_size", "margin", "crop_size", "plane", "contradicted", "offset"]
    )]
    pub plan: Option<PathBuf>,
    /// Where the images are now; found by file name, in subfolders too [default: the export's folder]
    #[arg(long, value_name = "DIR")]
    pub images: Vec<PathBuf>,
    /// Where the masks of the objects are (labels, or black and white), in subfolders too
    #[arg(long, value_name = "DIR")]
    pub masks: Vec<PathBuf>,
    /// Where pictures of the objects' outlines are, in subfolders too
    #[arg(long, value_name = "DIR")]
    pub outlines: Vec<PathBuf>,
    /// Divide the images by the illumination functions (.npy, .mat or TIFF) in this folder
    #[arg(long, value_name = "DIR")]
    pub illum: Vec<PathBuf>,
    /// Which kind of export, where SOURCE holds several
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    pub kind: Option<String>,
    /// The object that one row stands for, where the export does not tell
    #[arg(long, value_name = "OBJECT")]
    pub primary: Option<String>,
    /// Keep only cells that have every compartment
    #[arg(long)]
    pub complete: bool,
    /// Join this object set by number where no parent column relates it, as far as its objects lie at the same place
    #[arg(long, value_name = "OBJECT")]
    pub pair: Vec<String>,
    /// Which microscope's file names say plate, well and site where the tables do not
    #[arg(long, value_name = "NAMING", default_value = "auto", value_parser = name_choices())]
    pub file_names: NameChoice,
    /// Edge length of a pixel in micrometres, for scale bars [default: what the Image table or the images say]
    #[arg(long, value_name = "UM", value_parser = parse_length, allow_negative_numbers = true)]
    pub pixel_size: Option<f64>,
    /// Pixels around the bounding box
    #[arg(
        long,
        value_name = "PX",
        default_value_t = cytolance_import::DEFAULT_MARGIN,
        conflicts_with = "crop_size"
    )]
    pub margin: u32,
    /// Cut a square of this size around the centre instead of the bounding box
    #[arg(long, value_name = "PX", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub crop_size: Option<u32>,
    /// Of volumes: the plane of each object's centre, the brightest (max) or the mean of its planes, or the plane of this
    /// number, counted from 0 as Center_Z is
    #[arg(long, value_name = "centre|max|mean|N", default_value_t)]
    pub plane: PlaneRule,
    /// What becomes of crops from pictures that are not those that were measured: leave_out or keep
    #[arg(long, value_name = "CHOICE", default_value = "leave_out")]
    pub contradicted: Contradicted,
    /// Objects lie so many pixels further right and down in the pictures than they were measured, as after a Crop module
    #[arg(
        long,
        value_name = "X,Y|auto",
        default_value = "0,0",
        allow_hyphen_values = true
    )]
    pub offset: OffsetChoice,
    /// Add the rows to the dataset that is there, under a source name of their own
    #[arg(long, conflicts_with = "overwrite")]
    pub append: bool,
    /// Replace what the dataset holds by a new version, and the file of --report
    #[arg(long)]
    pub overwrite: bool,
    /// Write the full account of every row, value and image as JSON
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    /// Replace the file of --report if it is there already, whatever becomes of the dataset
    #[arg(long, requires = "report")]
    pub overwrite_report: bool,
    /// Check the segmentation afterwards: QC_ columns, as a version of their own
    #[arg(long)]
    pub checks: bool,
}

#[derive(Debug, Args)]
pub(super) struct InfoArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// The report of the last import into it instead
    #[arg(long)]
    pub report: bool,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// These checks alone: border, area, parts, solidity, nucleus, share, contact, nuclei, regions, overlap, saturation, focus, background
    #[arg(long, value_name = "CHECK,CHECK,...", value_delimiter = ',')]
    pub only: Vec<String>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct OutliersArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// Rules in coSMicQC's YAML [default: those that coSMicQC ships]
    #[arg(long, value_name = "FILE.yaml")]
    pub rules: Option<PathBuf>,
    /// The rules of this session; how many of its cells each finds is counted, too
    #[arg(long, value_name = "S.cytolance.toml", conflicts_with = "rules")]
    pub session: Option<PathBuf>,
    /// Only this rule; may be given several times
    #[arg(long, value_name = "NAME")]
    pub rule: Vec<String>,
    /// Z-scores within each plate (`Metadata_Plate`, or what is called like it)
    #[arg(long)]
    pub per_plate: bool,
    /// Z-scores by median and MAD
    #[arg(long)]
    pub robust: bool,
    /// One missing value makes all z-scores of its column unknown, as in coSMicQC's identify_outliers
    #[arg(long)]
    pub strict_nulls: bool,
    /// Write the cells' keys and true or false by rule to this CSV file
    #[arg(long, value_name = "FILE.csv")]
    pub out: Option<PathBuf>,
    /// Replace the file of --out if it is there already
    #[arg(long, requires = "out")]
    pub overwrite: bool,
}

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("to").required(true).multiple(true).args(["keep", "out", "list"])))]
pub(super) struct ComputeArguments {
    /// What computes
    #[arg(value_name = "TOOL", required_unless_present = "list", value_parser = super::compute::tool_names())]
    pub tool: Option<String>,
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET", required_unless_present = "list")]
    pub dataset: Option<String>,
    /// Say what the tools compute and which parameters they have, of TOOL alone where it is named
    #[arg(long)]
    pub list: bool,
    /// Set a parameter; may be given several times. Lists are written with commas
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Keep the columns in the dataset, as one new version
    #[arg(long)]
    pub keep: bool,
    /// Write the cells' keys and the columns to this file, a table: .csv, .tsv, .parquet or .lance
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace the file of --out if it is there already
    #[arg(long, requires = "out")]
    pub overwrite: bool,
}

#[derive(Debug, Args)]
pub(super) struct LabelArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// The label; made where it is not there yet
    #[arg(long, value_name = "LABEL", default_value = "Label_QC")]
    pub column: String,
    /// The class that the cells get
    #[arg(long, value_name = "CLASS", required_unless_present_any = ["clear", "from", "merge"])]
    pub set: Option<String>,
    /// Take the label away instead
    #[arg(long, conflicts_with = "set")]
    pub clear: bool,
    /// These rows, counted from 0
    #[arg(long, value_name = "ROW,ROW,...", value_delimiter = ',')]
    pub rows: Vec<u32>,
    /// The cells for which this SQL condition holds
    #[arg(long = "where", value_name = "SQL", conflicts_with = "rows")]
    pub condition: Option<String>,
    /// A table with a column `row`, or `Metadata_ImageNumber`, `Metadata_ObjectNumber` and `Metadata_Source`, and a column `value`
    #[arg(long, value_name = "FILE.csv", conflicts_with_all = ["set", "clear", "rows", "condition"])]
    pub from: Option<PathBuf>,
    /// With --from: save after every N lines
    #[arg(long, value_name = "N", requires = "from", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch: Option<u32>,
    /// Save the labels that this side file has kept
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["set", "clear", "rows", "condition", "from"])]
    pub merge: Option<PathBuf>,
    /// Leave the dataset as it is and write the labels to this side file
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["merge", "batch"])]
    pub side: Option<PathBuf>,
    /// Classes that the label does not have yet become classes of it
    #[arg(long)]
    pub add_class: bool,
    /// Who decided [default: the name of the account]
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// What the version is about, in a few words
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct HistoryArguments {
    /// Path or URL of a Lance dataset
    #[arg(value_name = "DATASET")]
    pub dataset: String,
    /// Make a new version that is as this one was
    #[arg(long, value_name = "VERSION", conflicts_with = "compare")]
    pub restore: Option<u64>,
    /// Compare the labels of two versions: how many agree, Cohen's kappa, the cells that differ
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    pub compare: Vec<u64>,
    /// With --compare: the label; or the first version's and the second's
    #[arg(
        long,
        value_name = "LABEL[,LABEL]",
        value_delimiter = ',',
        num_args = 1,
        requires = "compare",
        default_value = "Label_QC"
    )]
    pub column: Vec<String>,
    /// As JSON
    #[arg(long, conflicts_with = "restore")]
    pub json: bool,
    /// With --restore: who does it [default: the name of the account]
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
}

fn name_choices() -> impl TypedValueParser<Value = NameChoice> {
    PossibleValuesParser::new(NameChoice::words()).try_map(|word| word.parse::<NameChoice>())
}

/// A length in micrometres.
fn parse_length(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(length) if length.is_finite() && length > 0.0 => Ok(length),
        _ => Err("a number of micrometres above 0, for example 0.65".to_owned()),
    }
}

fn parse_size(text: &str) -> Result<[u32; 2], String> {
    let parts = text.split_once(['x', 'X']).and_then(|(width, height)| {
        Some([width.trim().parse().ok()?, height.trim().parse().ok()?])
    });
    match parts {
        Some([width, height])
            if (200..=8192).contains(&width) && (150..=8192).contains(&height) =>
        {
            Ok([width, height])
        }
        Some(_) => Err("between 200x150 and 8192x8192, please".to_owned()),
        None => Err("write it as WIDTHxHEIGHT, for example 1600x1000".to_owned()),
    }
}

/// What can be imported, in words.
fn sources() -> String {
    let given: Vec<&str> = format_faces().map(|face| face.given).collect();
    let given = given.join(", ");
    let first = given
        .chars()
        .next()
        .into_iter()
        .flat_map(char::to_uppercase);
    let rest = given.chars().skip(1);
    first.chain(rest).collect()
}

/// The words for the kinds of exports.
fn kinds() -> Vec<&'static str> {
    format_faces().map(|face| face.word).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sizes_are_width_x_height() {
        let cases = [
            ("1600x1000", true),
            ("800X600", true),
            ("1600", false),
            ("0x0", false),
            ("9x99999", false),
        ];
        for (text, good) in cases {
            assert_eq!(parse_size(text).is_ok(), good, "{text}");
        }
    }
}
