//! What the import wizard knows, as plain values.

use std::path::PathBuf;
use std::sync::Arc;

use super::account::Account;
use super::failure::Failure;
use crate::model::latest::Latest;
use cytolance_imaging::{ChannelStyle, default_channel_color, shown_at_first};
use cytolance_import::{
    ChannelChoice, ImportExamples, ImportOptions, ImportPlan, ImportPreview, ImportProgress,
    ImportReport,
};
use cytolance_sources::FoundExport;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Step {
    /// What is imported.
    #[default]
    Source,
    /// What a row is, and what is joined to it.
    Cells,
    /// Where the pictures are, and how channels are called and coloured.
    Pictures,
    /// Where the outlines come from.
    Outlines,
    /// Where it goes; then the import itself and its report.
    Import,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Source,
        Self::Cells,
        Self::Pictures,
        Self::Outlines,
        Self::Import,
    ];

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Source => "Source",
            Self::Cells => "Cells",
            Self::Pictures => "Pictures",
            Self::Outlines => "Outlines",
            Self::Import => "Import",
        }
    }

    /// The step after it, or before.
    pub fn neighbour(self, forward: bool) -> Option<Self> {
        let at = Self::ALL.iter().position(|step| *step == self)?;
        let to = if forward { at + 1 } else { at.checked_sub(1)? };
        Self::ALL.get(to).copied()
    }
}

/// What lies at the source.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file or folder.
    pub source: PathBuf,
    /// The exports in it.
    pub exports: Vec<FoundExport>,
    /// Files and folders that are of no export, and why; a line each.
    pub left_alone: Vec<String>,
    /// Folders near it whose names say that they hold masks.
    pub mask_folders: Vec<PathBuf>,
}

impl Found {
    /// Whether there are exports of several kinds.
    pub fn is_ambiguous(&self) -> bool {
        let mut kinds = self.exports.iter().map(|export| export.kind);
        kinds
            .next()
            .is_some_and(|first| kinds.any(|kind| kind != first))
    }
}

/// A column of one of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnLine {
    /// The object whose table has it.
    pub object: String,
    /// Its name there.
    pub name: String,
    /// Its type in words.
    pub kind: &'static str,
}

/// A plan and what a person wants to know of it.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What was planned; the examples are cut with it. Given back when the import begins.
    pub plan: Option<Arc<ImportPlan>>,
    /// What it says.
    pub preview: Arc<ImportPreview>,
    /// The columns of all tables, each once.
    pub columns: Arc<Vec<ColumnLine>>,
    /// Sums by table, and what is left out and why.
    pub account: Arc<Account>,
    /// Seconds that the plan took.
    pub seconds: f64,
}

/// A few cells, tried out.
#[derive(Debug, Clone)]
pub struct ExampleSet {
    /// Number of the plan they were cut with.
    pub number: u64,
    /// The cells and what was noted.
    pub examples: Arc<ImportExamples>,
    /// Names of their channels in the export, in plane order.
    pub sources: Vec<String>,
    /// Contrast of each.
    pub ranges: Vec<Option<[f32; 2]>>,
    /// Seconds that a field of view took.
    pub seconds_a_field: f64,
}

/// A channel of the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChannel {
    /// Its name in the export.
    pub source: String,
    /// Its usual colour.
    pub color: [u8; 3],
}

/// A path change that is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathDraft {
    /// The recorded folder, or how it begins.
    pub recorded: String,
    /// Where it is now.
    pub found: String,
}

/// What is at the address of the dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nothing.
    Free,
    /// A dataset with so many rows.
    Dataset(usize),
    /// Something else.
    Occupied,
    /// Nothing can be written there, and why.
    Refused(String),
}

/// How far the import itself is.
#[derive(Debug, Clone, Default)]
pub enum Run {
    /// It was not started.
    #[default]
    None,
    /// It runs.
    Running(Running),
    /// It was cancelled; nothing was written.
    Cancelled,
    /// It failed; nothing was written.
    Failed(String),
    /// It is done.
    Done(Arc<Done>),
}

/// A running import.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Running {
    /// Its task.
    pub task: u64,
    /// Where it is.
    pub progress: ImportProgress,
    /// Seconds since its beginning.
    pub seconds: f64,
    /// Seconds since the beginning of this stage.
    pub stage_seconds: f64,
    /// It was told to stop.
    pub stopping: bool,
}

/// A finished import.
#[derive(Debug)]
pub struct Done {
    /// The whole account.
    pub report: ImportReport,
    /// Sums by table, and what was left out and why.
    pub account: Account,
    /// It was read from a dataset.
    pub kept: Option<KeptDone>,
}

impl Done {
    /// A page for a report.
    pub fn new(report: ImportReport, kept: Option<KeptDone>) -> Self {
        let report = report.with_kinds_first();
        Self {
            account: Account::new(&report.files, &report.ignored, &report.remarks),
            report,
            kept,
        }
    }
}

/// Where a report was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDone {
    /// The dataset.
    pub uri: String,
    /// The report's name.
    pub name: String,
    /// Names of all reports of the dataset, newest first.
    pub names: Vec<String>,
}

/// The wizard.
#[derive(Default)]
pub struct Wizard {
    /// The step on the screen.
    pub step: Step,
    /// The furthest step that was seen.
    pub furthest: Step,
    /// The path that is being typed.
    pub source_text: String,
    /// Looking for exports.
    pub finding: Latest<String>,
    /// What was found.
    pub found: Option<Found>,
    /// Why nothing was.
    pub source_error: Option<String>,
    /// Everything that was chosen.
    pub options: ImportOptions,
    /// Planning.
    pub planning: Latest<ImportOptions>,
    /// The last plan that worked.
    pub planned: Option<Planned>,
    /// Counts plans.
    pub plan_number: u64,
    /// Why the newest plan did not.
    pub failure: Option<Failure>,
    /// All objects seen so far: one that is kept out of a plan may still be what is wanted.
    pub objects: Vec<String>,
    /// All channels seen so far, those that are switched off included.
    pub channels: Vec<KnownChannel>,
    /// Cutting out examples.
    pub trying: Latest<u64>,
    /// Examples of the last plan.
    pub examples: Option<ExampleSet>,
    /// Why there are none.
    pub examples_error: Option<String>,
    /// Looking at the dataset's address.
    pub checking: Latest<String>,
    /// What is there.
    pub target: Option<Target>,
    /// A path change that is being written.
    pub draft: PathDraft,
    /// Where the plan was saved.
    pub saved_plan: Option<String>,
    /// Where the report was saved.
    pub saved_report: Option<String>,
    /// The import itself.
    pub run: Run,
}

impl Wizard {
    /// Whether anything for the screen is still being found out.
    pub fn is_working(&self) -> bool {
        self.finding.is_running()
            || self.planning.is_running()
            || self.trying.is_running()
            || self.checking.is_running()
    }

    /// What the last plan says.
    pub fn preview(&self) -> Option<&ImportPreview> {
        self.planned.as_ref().map(|planned| &*planned.preview)
    }

    /// Whether the import runs.
    pub fn is_importing(&self) -> bool {
        matches!(self.run, Run::Running(_))
    }

    /// Whether a step has something to show.
    pub fn is_reachable(&self, step: Step) -> bool {
        if self.is_importing() || matches!(self.run, Run::Done(_)) {
            return step == Step::Import;
        }
        let chooses_primary = self
            .failure
            .as_ref()
            .is_some_and(|failure| !failure.objects.is_empty());
        match step {
            Step::Source => true,
            Step::Cells => self.planned.is_some() || chooses_primary,
            _ => self.planned.is_some(),
        }
    }

    /// Whether the import can begin.
    pub fn is_ready(&self) -> bool {
        let target_fits = match (&self.target, self.options.target) {
            (Some(Target::Free), target) => target != cytolance_dataset::WriteTarget::Append,
            (Some(Target::Dataset(_)), target) => target != cytolance_dataset::WriteTarget::Create,
            _ => false,
        };
        self.planned.is_some()
            && self.failure.is_none()
            && !self.planning.is_running()
            && !self.checking.is_running()
            && !self.is_importing()
            && target_fits
    }

    /// What is wished of a channel.
    pub fn choice(&self, source: &str) -> Option<&ChannelChoice> {
        self.options
            .channels
            .iter()
            .find(|choice| choice.channel == source)
    }

    /// The colour that a channel will have.
    pub fn channel_color(&self, source: &str) -> [u8; 3] {
        let choice = self.choice(source);
        let at = self
            .channels
            .iter()
            .position(|channel| channel.source == source);
        if let Some(color) = choice.and_then(|choice| choice.color.as_deref()) {
            return color_of(color);
        }
        if let Some(name) = choice.and_then(|choice| choice.name.as_deref()) {
            // A channel that is called by its stain gets the stain's colour.
            return default_channel_color(name, at.unwrap_or(0));
        }
        at.map_or([255; 3], |at| self.channels[at].color)
    }

    /// How the planes of the examples are shown.
    pub fn example_styles(&self) -> Vec<ChannelStyle> {
        let Some(set) = &self.examples else {
            return Vec::new();
        };
        let skipped = |source: &str| self.choice(source).is_some_and(|choice| choice.skip);
        let kept: Vec<&String> = set.sources.iter().filter(|name| !skipped(name)).collect();
        let names: Vec<&str> = kept
            .iter()
            .map(|source| {
                let name = self
                    .choice(source)
                    .and_then(|choice| choice.name.as_deref());
                name.unwrap_or(source)
            })
            .collect();
        let shown: Vec<&String> = kept
            .iter()
            .zip(shown_at_first(&names))
            .filter_map(|(source, shown)| shown.then_some(*source))
            .collect();
        set.sources
            .iter()
            .zip(&set.ranges)
            .map(|(source, range)| {
                // Without a pixel nothing is drawn in it.
                let [min, max] = range.unwrap_or([0.0, f32::from(u16::MAX)]);
                ChannelStyle {
                    visible: shown.contains(&source),
                    color: self.channel_color(source),
                    min,
                    max,
                    gamma: 1.0,
                }
            })
            .collect()
    }

    /// Bytes that the dataset will take at most.
    pub fn estimated_bytes(&self) -> Option<u64> {
        let preview = self.preview()?;
        let crop = self
            .examples
            .as_ref()
            .map_or(0, |set| set.examples.bytes_a_crop);
        Some(preview.value_bytes + (preview.rows * crop) as u64)
    }

    /// Seconds that the import will take: planning once more, then the fields side by side.
    pub fn estimated_seconds(&self) -> Option<f64> {
        let planned = self.planned.as_ref()?;
        let a_field = self
            .examples
            .as_ref()
            .map_or(0.0, |set| set.seconds_a_field);
        let at_once = std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64);
        let fields = planned.preview.fields as f64 * a_field / at_once;
        let writing = planned.preview.value_bytes as f64 / 100e6;
        Some(planned.seconds + fields + writing)
    }
}

/// A colour from `#RRGGBB`.
pub fn color_of(text: &str) -> [u8; 3] {
    cytolance_dataset::ChannelInfo {
        name: String::new(),
        color: text.to_owned(),
        bit_depth: 8,
        scale: None,
    }
    .rgb()
}

/// The part of the options that decides the plan: where it goes and how channels are called does not.
pub fn plan_key(options: &ImportOptions) -> ImportOptions {
    ImportOptions {
        dataset: String::new(),
        target: cytolance_dataset::WriteTarget::Create,
        channels: options
            .channels
            .iter()
            .filter(|choice| choice.skip)
            .map(|choice| ChannelChoice {
                channel: choice.channel.clone(),
                name: None,
                color: None,
                skip: true,
            })
            .collect(),
        ..options.clone()
    }
}
