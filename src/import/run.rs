//! Carrying out a plan: fields are decoded side by side while earlier ones are written.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::error::ArrowError;
use rayon::prelude::*;
use tokio::runtime::Handle;

use super::colored_pictures::ColoredPictures;
use super::equal_pictures::equal_pictures;
use super::field::FieldPixels;
use super::import_entry::entry_of;
use super::picture_page::UsedPages;
use super::picture_records::ReadPicture;
use super::planned_part::PlannedPart;
use super::report::{KeptReport, ObjectPictureReport};
use super::rows::{RowBuilder, RowCounts, RowGroup};
use super::{
    CropRule, FetchedPictures, ImportError, ImportOptions, ImportPlan, ImportReport, LaterRemark,
    PictureRemark, Remark, Verification, add_verifications,
};
use cytolance_dataset::{
    BatchQueue, CellDataset, DatasetError, DatasetMetadata, DatasetSink, WriteTarget,
};
use cytolance_imaging::GreySource;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportProgress {
    /// Tables are being read and joined.
    Reading,
    /// Fields of view done, of how many.
    Fields(usize, usize),
    /// The dataset is being committed.
    Committing,
}

/// Imports an export. Blocks; must not be called from an async task.
///
/// `progress` may be called from any thread. Nothing becomes visible before everything is written.
///
/// # Errors
/// [`ImportError`]; what was at the target before is still there.
pub fn run_import(
    options: &ImportOptions,
    runtime: &Handle,
    progress: &(dyn Fn(ImportProgress) + Sync),
    cancelled: &AtomicBool,
) -> Result<ImportReport, ImportError> {
    let started = Instant::now();
    progress(ImportProgress::Reading);
    let existing = match options.target {
        WriteTarget::Append => Some(runtime.block_on(CellDataset::open(&options.dataset))?),
        WriteTarget::Create | WriteTarget::Overwrite => None,
    };
    let mut plan = ImportPlan::new(options)?;
    if let Some(existing) = &existing {
        fit_to_existing(&mut plan, existing, runtime)?;
    }
    let existing = existing.as_ref().map(CellDataset::metadata);
    if let Some(existing) = existing
        && !plan.channels.is_empty()
    {
        let remark = plan.pixel_sizes.beside(existing.pixel_size_um);
        plan.report.remarks.extend(remark.map(Remark::Picture));
    }
    let metadata = metadata_of(&plan, options, existing);
    let builder = RowBuilder::new(&plan, &metadata);
    let mut remarks = Vec::new();
    if options.crop != CropRule::default() && plan.parts.iter().any(PlannedPart::copies_crops) {
        remarks.push(PictureRemark::CopiedCrops.into());
    }
    let properties = HashMap::from([
        (
            "cytolance.source".to_owned(),
            plan.report.source_name.clone(),
        ),
        (
            "cytolance.version".to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
    ]);
    let sink = runtime.block_on(DatasetSink::open(
        &options.dataset,
        options.target,
        builder.schema().clone(),
        properties,
    ))?;
    let written = match sink.queue() {
        Some(queue) => write_groups(&plan, &builder, &queue, progress, cancelled),
        None => Ok(Outcome::default()),
    };
    let outcome = match written {
        Ok(outcome) if !outcome.stopped => outcome,
        Ok(_) => {
            // The writer ended before us: its error says why.
            runtime.block_on(sink.finish())?;
            return Err(ImportError::Cancelled);
        }
        Err(error) => {
            runtime.block_on(sink.abort());
            return Err(match error {
                // What does not fit the dataset's columns is no fault of the rows.
                ImportError::Batch {
                    source: ArrowError::CastError(reason),
                    ..
                } => ImportError::Dataset(DatasetError::Mismatch {
                    uri: options.dataset.clone(),
                    reason,
                }),
                error => error,
            });
        }
    };
    progress(ImportProgress::Committing);
    if cancelled.load(Ordering::Relaxed) {
        runtime.block_on(sink.abort());
        return Err(ImportError::Cancelled);
    }
    let dataset = runtime.block_on(sink.finish())?;
    let mut report = plan.report.clone();
    report.remarks.extend(remarks);
    report.rows = plan.num_rows();
    outcome.note(&mut report, &plan);
    report.seconds = started.elapsed().as_secs_f64();
    let kept = serde_json::json!(KeptReport::of(&report));
    let source = report.source_name.clone();
    // The rows are there whether or not the report can be kept beside them.
    if let Err(error) = runtime.block_on(dataset.keep_report(&source, &kept.to_string())) {
        let reason = error.to_string();
        report
            .remarks
            .push(LaterRemark::ReportNotKept { reason }.into());
    }
    Ok(report)
}

#[derive(Default)]
struct Outcome {
    counts: RowCounts,
    read: usize,
    failed: Vec<String>,
    failed_masks: Vec<String>,
    /// What is to be said of masks that are used.
    mask_remarks: Vec<String>,
    pages: UsedPages,
    colored: ColoredPictures,
    /// Pixels of each channel outside its scale.
    clipped: Vec<usize>,
    /// What the pictures of each object set were.
    object_pictures: Vec<ObjectPictureReport>,
    /// The pictures that were read.
    pictures: Vec<ReadPicture>,
    verification: Vec<Verification>,
    /// The writer ended early.
    stopped: bool,
}

impl Outcome {
    fn note(self, report: &mut ImportReport, plan: &ImportPlan) {
        report.rows_with_picture = self.counts.with_picture;
        report.rows_without_picture = self.counts.without_picture;
        report.images.read = self.read;
        report.images.failed = self.failed;
        report.images.pages_unused = self.pages.unused();
        report.masks_failed.extend(self.failed_masks);
        report.masks_by_place = self.mask_remarks;
        let contradictions = &self.counts.contradictions;
        let (digests, other_digests) = plan.digests(&self.pictures);
        let lines = self.verification.into_iter().chain(digests);
        let lines = lines.chain([equal_pictures(
            &plan.parts,
            &plan.channel_names(),
            &self.pictures,
        )]);
        let lines = lines.chain(self.counts.verification);
        let lines = lines.chain([contradictions.verification()]);
        add_verifications(&mut report.verification, lines);
        report.remarks.extend(other_digests);
        report
            .remarks
            .extend(contradictions.remarks().map(Remark::Column));
        let alone = self.counts.shifts.len() == 1;
        for (offset, fields) in self.counts.shifts {
            let remark = PictureRemark::Displaced {
                offset,
                fields,
                alone,
            };
            report.remarks.push(remark.into());
        }
        if self.counts.kept > 0 {
            let cells = self.counts.kept;
            report
                .remarks
                .push(PictureRemark::ContradictedKept { cells }.into());
        }
        let colors = self.colored.remarks(plan);
        report
            .remarks
            .extend(colors.into_iter().map(Remark::Picture));
        for (channel, clipped) in plan.channels.iter().zip(&self.clipped) {
            if *clipped > 0 {
                let remark = PictureRemark::OutsideRange {
                    channel: channel.name.clone(),
                    pixels: *clipped,
                };
                report.remarks.push(remark.into());
            }
        }
        let places = plan.object_names().zip(self.counts.places);
        add_verifications(
            &mut report.verification,
            places.map(|(name, line)| line.about_object(name)),
        );
        for (at, name) in plan.object_names().enumerate() {
            if let Some(pictures) = self
                .object_pictures
                .get(at)
                .filter(|report| !report.kinds.is_empty())
            {
                report
                    .object_pictures
                    .insert(name.to_owned(), pictures.clone());
            }
            let some = |count: Option<&usize>| count.copied().filter(|count| *count > 0);
            let missing = self
                .counts
                .missing
                .get(at)
                .filter(|missing| !missing.is_empty());
            if let Some(missing) = missing {
                report
                    .outlines_missing
                    .insert(name.to_owned(), missing.clone());
            }
            if let Some(untold) = some(self.counts.untold.get(at)) {
                report.places_untold.insert(name.to_owned(), untold);
            }
            if !plan.objects[at].traced && missing.is_some() {
                report.outlines_traced.insert(name.to_owned(), 0);
            } else if let Some(traced) = some(self.counts.traced.get(at)) {
                report.outlines_traced.insert(name.to_owned(), traced);
                report
                    .areas_agree
                    .insert(name.to_owned(), self.counts.agree[at]);
                if !self.counts.worst[at].is_empty() {
                    let worst = self.counts.worst[at].iter().map(|(_, text)| text.clone());
                    report.worst_areas.insert(name.to_owned(), worst.collect());
                }
            }
            if let Some(stored) = some(self.counts.stored.get(at)) {
                report.outlines_stored.insert(name.to_owned(), stored);
            }
            if let Some(approximate) = some(self.counts.approximate.get(at)) {
                report
                    .outlines_approximate
                    .insert(name.to_owned(), approximate);
            }
        }
    }
}

struct FieldRows {
    batches: Vec<RecordBatch>,
    counts: RowCounts,
    read: usize,
    failed: Vec<String>,
    failed_masks: Vec<String>,
    mask_remarks: Vec<String>,
    pages: UsedPages,
    /// Channels, files and what they are, where these hold colours.
    colored: Vec<(usize, String, GreySource)>,
    /// Kind, parts left over and melted objects of the picture of each object set.
    object_pictures: Vec<Option<(&'static str, usize, usize)>>,
    /// Pixels of each channel outside its scale.
    clipped: Vec<usize>,
    pictures: Vec<ReadPicture>,
    verification: Vec<Verification>,
    fields: usize,
}

fn read_group(
    plan: &ImportPlan,
    builder: &RowBuilder<'_>,
    group: RowGroup,
    fetched: &FetchedPictures,
) -> Result<FieldRows, ImportError> {
    let part = &plan.parts[group.part];
    let pixels = FieldPixels::read(plan, part, &part.fields[group.first], fetched);
    let (batches, counts) = builder.batches(group, &pixels)?;
    let object_pictures = pixels
        .traced
        .iter()
        .map(|traced| {
            let traced = traced.as_ref()?;
            Some((traced.kind, traced.parts_left, traced.melted))
        })
        .collect();
    let mask_remarks = pixels
        .traced
        .iter()
        .filter_map(|traced| traced.as_ref()?.remark.clone())
        .collect();
    let traits = pixels.traits.iter().enumerate();
    let pictures = traits
        .filter_map(|(channel, traits)| {
            Some(ReadPicture {
                place: (group.part, group.first, channel),
                traits: (*traits)?,
            })
        })
        .collect();
    Ok(FieldRows {
        pictures,
        verification: pixels.verification,
        mask_remarks,
        pages: pixels.pages,
        colored: pixels.colored,
        batches,
        counts,
        read: pixels.read,
        failed: pixels.failed,
        failed_masks: pixels.failed_masks,
        object_pictures,
        clipped: pixels.clipped,
        fields: group.last + 1 - group.first,
    })
}

/// Reads and decodes a few fields at a time while the ones before are handed to the writer, and the next ones
/// fetched where they are not on this machine.
fn write_groups(
    plan: &ImportPlan,
    builder: &RowBuilder<'_>,
    queue: &BatchQueue,
    progress: &(dyn Fn(ImportProgress) + Sync),
    cancelled: &AtomicBool,
) -> Result<Outcome, ImportError> {
    let mut outcome = Outcome::default();
    let total = plan.parts.iter().map(|part| part.fields.len()).sum();
    let mut done = 0;
    progress(ImportProgress::Fields(0, total));
    let all = builder.groups();
    let mut groups = all.chunks(rayon::current_num_threads().max(1)).peekable();
    let fetch = |groups: Option<&&[RowGroup]>| {
        let fields = groups.into_iter().flat_map(|groups| groups.iter());
        FetchedPictures::fetch(
            fields.flat_map(|group| plan.parts[group.part].fields[group.first].pictures()),
        )
    };
    let mut fetched = fetch(groups.peek());
    let mut ready: Vec<FieldRows> = Vec::new();
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(ImportError::Cancelled);
        }
        let next_groups = groups.next();
        if next_groups.is_none() && ready.is_empty() {
            return Ok(outcome);
        }
        let handed_over = std::mem::take(&mut ready);
        let after = groups.peek();
        let (next, coming, sent) = std::thread::scope(|scope| {
            let sender = scope.spawn(|| send(queue, handed_over, &mut outcome));
            let fetcher = scope.spawn(|| fetch(after));
            let next: Result<Vec<FieldRows>, ImportError> = next_groups
                .unwrap_or_default()
                .par_iter()
                .map(|group| read_group(plan, builder, *group, &fetched))
                .collect();
            (next, fetcher.join(), sender.join())
        });
        fetched = coming.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match sent {
            Ok(sent) => sent?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        if outcome.stopped {
            return Ok(outcome);
        }
        ready = next?;
        done += ready.iter().map(|rows| rows.fields).sum::<usize>();
        if next_groups.is_some() {
            progress(ImportProgress::Fields(done, total));
        }
    }
}

fn send(
    queue: &BatchQueue,
    fields: Vec<FieldRows>,
    outcome: &mut Outcome,
) -> Result<(), ImportError> {
    for field in fields {
        outcome.counts.add(&field.counts);
        outcome.read += field.read;
        outcome.failed.extend(field.failed);
        outcome.failed_masks.extend(field.failed_masks);
        outcome.mask_remarks.extend(field.mask_remarks);
        outcome.pictures.extend(field.pictures);
        add_verifications(&mut outcome.verification, field.verification);
        outcome.pages.add(field.pages);
        outcome.colored.take(field.colored);
        outcome
            .clipped
            .resize(field.clipped.len().max(outcome.clipped.len()), 0);
        for (sum, clipped) in outcome.clipped.iter_mut().zip(&field.clipped) {
            *sum += clipped;
        }
        outcome
            .object_pictures
            .resize_with(field.object_pictures.len(), ObjectPictureReport::default);
        for (report, picture) in outcome
            .object_pictures
            .iter_mut()
            .zip(field.object_pictures)
        {
            if let Some((kind, parts_left, melted)) = picture {
                report.take(kind, parts_left, melted);
            }
        }
        for batch in &field.batches {
            let sent = queue.send(batch).map_err(|source| ImportError::Batch {
                image_number: first_image(batch),
                source,
            })?;
            if !sent {
                outcome.stopped = true;
                return Ok(());
            }
        }
    }
    Ok(())
}

fn first_image(batch: &RecordBatch) -> i64 {
    batch
        .column_by_name("Metadata_ImageNumber")
        .and_then(|column| {
            column
                .as_primitive_opt::<arrow::datatypes::Int64Type>()?
                .iter()
                .next()?
        })
        .unwrap_or_default()
}

/// What the dataset will say about itself.
fn metadata_of(
    plan: &ImportPlan,
    options: &ImportOptions,
    existing: Option<&DatasetMetadata>,
) -> DatasetMetadata {
    let objects: Vec<String> = plan
        .objects
        .iter()
        .map(|object| object.column_name.clone())
        .collect();
    DatasetMetadata {
        channels: plan.channels.clone(),
        primary_object: match plan.report.rows_are.object() {
            Some(whole) => Some(whole.to_owned()),
            None => objects.first().cloned(),
        },
        rows_are: plan.report.rows_are,
        approximate_outlines: plan
            .objects
            .iter()
            .filter(|object| object.has_outlines() && !object.traced)
            .map(|object| object.column_name.clone())
            .collect(),
        objects,
        imports: vec![entry_of(plan, options)],
        pixel_size_um: plan.pixel_sizes.dataset.um,
        experiment: plan
            .parts
            .iter()
            .map(|part| &part.experiment)
            .find(|experiment| !experiment.is_empty())
            .cloned()
            .unwrap_or_default(),
        ellipses: plan.ellipses(existing),
        ..DatasetMetadata::default()
    }
}

/// Finds a free source name, checks that the crops have the same planes and fits the outlines to those that are there.
fn fit_to_existing(
    plan: &mut ImportPlan,
    existing: &CellDataset,
    runtime: &Handle,
) -> Result<(), ImportError> {
    let names = |channels: &[cytolance_dataset::ChannelInfo]| {
        channels
            .iter()
            .map(|channel| channel.name.clone())
            .collect::<Vec<_>>()
    };
    let (theirs, ours) = (existing.metadata().rows_are, plan.report.rows_are);
    if theirs != ours {
        return Err(ImportError::Dataset(DatasetError::Mismatch {
            uri: existing.uri().to_owned(),
            reason: format!(
                "its rows are {}, the new ones are {}: import these into a dataset of their own",
                theirs.rows(),
                ours.rows()
            ),
        }));
    }
    let theirs = names(&existing.metadata().channels);
    let ours = names(&plan.channels);
    if !theirs.is_empty() && !ours.is_empty() && theirs != ours {
        return Err(ImportError::Dataset(DatasetError::Mismatch {
            uri: existing.uri().to_owned(),
            reason: format!(
                "its channels are {}, the export's are {}",
                theirs.join(", "),
                ours.join(", ")
            ),
        }));
    }
    plan.fit_outlines(existing);
    plan.layout
        .fit_to(existing.schema(), &mut plan.report.remarks);
    plan.report.renamed_columns = plan.layout.renamed();
    if existing.column("Metadata_Source").is_none() {
        return Ok(());
    }
    let sources = runtime.block_on(existing.read_columns(&["Metadata_Source".to_owned()]))?;
    let taken: std::collections::HashSet<&str> = sources
        .first()
        .and_then(|column| column.as_string_opt::<i32>())
        .map(|column| column.iter().flatten().collect())
        .unwrap_or_default();
    // A part's rows may carry a number of their table behind its name.
    let clashes = |plan: &ImportPlan| {
        plan.parts.iter().any(|part| {
            taken.iter().any(|taken| {
                taken
                    .strip_prefix(part.source_name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
            })
        })
    };
    let name = plan.report.source_name.clone();
    let mut number = 2;
    while clashes(plan) {
        let fresh = format!("{name} ({number})");
        for part in &mut plan.parts {
            let rest = part.source_name[plan.report.source_name.len()..].to_owned();
            part.tables.source_name = format!("{fresh}{rest}");
        }
        plan.report.source_name = fresh;
        number += 1;
    }
    Ok(())
}
