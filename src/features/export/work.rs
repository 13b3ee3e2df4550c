//! Writing exports.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::draft::{ExportDraft, ExportKind, ExportRows};
use crate::dataset::with_classes;
use crate::explore::Explorer;
use crate::export::{
    CropFormat, ExportError, MontageSettings, Naming, OutlineRequest, Provenance, TableRequest,
    TableSource, Target, chosen_columns, default_columns, export_crops, export_geojson,
    export_label_pictures, export_montage, export_table, write_whole,
};
use crate::model::replace::NotWritten;
use crate::session::{SessionFile, report_of};

/// A label column whose values are classes of outlines.
#[derive(Debug, Clone)]
pub struct LabelInk {
    /// The column.
    pub column: String,
    /// Names and colours of its classes.
    pub colors: Vec<(String, [u8; 3])>,
}

/// What is written how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What.
    pub kind: ExportKind,
    /// Which columns; all where empty.
    pub columns: Vec<String>,
    /// How they are called.
    pub naming: Naming,
    /// Where to.
    pub target: Target,
    /// Columns below the cells of a montage.
    pub captions: Vec<String>,
    /// How a montage looks.
    pub montage: MontageSettings,
    /// The label that is the class of outlines.
    pub label: Option<LabelInk>,
    /// Which cells, in words.
    pub which: String,
    /// What was set up.
    pub session: Box<SessionFile>,
}

/// An export in the background.
pub struct OutputJob {
    /// Its task.
    pub task: u64,
    /// Stops it.
    pub cancelled: Arc<AtomicBool>,
    /// Columns, computed ones among them.
    pub explorer: Explorer,
    /// Which rows.
    pub rows: ExportRows,
    /// What of them.
    pub plan: Plan,
    /// What the dialog said, to be asked again.
    pub draft: Box<ExportDraft>,
}

/// News.
pub enum OutputEvent {
    /// How far it is.
    Progress {
        /// The task.
        task: u64,
        /// Rows done.
        done: usize,
        /// Rows in all.
        total: usize,
    },
    /// It has ended.
    Ended {
        /// The task.
        task: u64,
        /// What to say, or why it was not written.
        outcome: Result<String, NotWritten>,
        /// What the dialog said.
        draft: Box<ExportDraft>,
    },
}

/// Does the work.
pub(crate) fn run(job: &OutputJob, handle: &Handle, send: &(dyn Fn(OutputEvent) + Sync)) {
    let outcome = handle.block_on(write(job, send));
    send(OutputEvent::Ended {
        task: job.task,
        outcome: outcome.map_err(NotWritten::from),
        draft: job.draft.clone(),
    });
}

async fn write(
    job: &OutputJob,
    send: &(dyn Fn(OutputEvent) + Sync),
) -> Result<String, ExportError> {
    let OutputJob {
        task,
        cancelled,
        explorer,
        rows,
        plan,
        ..
    } = job;
    let progress = |done, total| {
        send(OutputEvent::Progress {
            task: *task,
            done,
            total,
        });
    };
    let dataset = explorer.dataset();
    let target = &plan.target;
    // Better asked before the work than after it; what comes there meanwhile is seen at the end.
    target.check_with_provenance()?;
    let at = target.full_path();
    let at = at.display();
    if plan.kind == ExportKind::Report {
        let report =
            report_of(explorer, &plan.session)
                .await
                .map_err(|error| ExportError::Write {
                    path: target.full_path(),
                    reason: error.to_string(),
                })?;
        write_whole(target, report.to_html().as_bytes())?;
        from(plan, explorer, rows.order.len()).write_beside(target)?;
        return Ok(format!("The report is in {at}"));
    }
    let extra = explorer
        .computed()
        .iter()
        .map(|column| {
            let (field, values) = column.to_arrow();
            let mut labels = plan.session.labels.iter();
            match labels.find(|label| label.column == *field.name()) {
                // Marks that are not saved have their classes nowhere else.
                Some(label) => (with_classes(field, &label.classes), values),
                None => (field, values),
            }
        })
        .collect();
    let source = TableSource::new(dataset.clone()).with(extra);
    let rows = rows.list();
    let outlines: Vec<String> = plan
        .montage
        .outlines
        .iter()
        .map(|(object, _, _)| object.clone())
        .collect();
    let request = OutlineRequest {
        objects: &outlines,
        properties: &[],
        class: plan
            .label
            .as_ref()
            .map(|label| (label.column.as_str(), label.colors.as_slice())),
    };
    let lost = dataset.lost_outlines().iter();
    let lost = lost
        .map(|lost| format!("; {lost}"))
        .collect::<Vec<_>>()
        .concat();
    let (written, text) = match plan.kind {
        ExportKind::Table(format) => {
            let all = source.columns();
            let columns = if plan.columns.is_empty() {
                default_columns(&all)
            } else {
                chosen_columns(&all, &plan.columns)?
            };
            let mut provenance = from(plan, explorer, rows.len());
            provenance.columns.clone_from(&columns);
            let table = TableRequest {
                rows: &rows,
                columns: &columns,
                format,
                naming: plan.naming,
                provenance: Some(&provenance),
            };
            let written = export_table(&source, &table, target, &progress, cancelled).await?;
            provenance.write_beside(target)?;
            return Ok(format!("Exported {written} cells to {at}"));
        }
        ExportKind::Montage => {
            let written =
                export_montage(&source, &rows, &plan.captions, &plan.montage, target).await?;
            (written, format!("{written} cells are in {at}{lost}"))
        }
        ExportKind::OmeTiff | ExportKind::Png => {
            let format = if plan.kind == ExportKind::Png {
                CropFormat::Png
            } else {
                CropFormat::OmeTiff
            };
            let styles = &plan.montage.styles;
            let written =
                export_crops(&source, &rows, format, styles, target, &progress, cancelled).await?;
            let without = match written.without {
                0 => String::new(),
                without => format!(", {without} cells have no picture"),
            };
            (
                written.files,
                format!(
                    "{} crops are in {at}{without}{}",
                    written.files,
                    stayed(written.stayed)
                ),
            )
        }
        ExportKind::GeoJson => {
            let written =
                export_geojson(&source, &rows, &request, target, &progress, cancelled).await?;
            let files = match written.files {
                1 => "one file".to_owned(),
                files => format!("{files} files"),
            };
            (
                written.outlines,
                format!(
                    "{} outlines are in {files} at {at}{}{lost}",
                    written.outlines,
                    stayed(written.stayed)
                ),
            )
        }
        ExportKind::LabelTiff => {
            let written =
                export_label_pictures(&source, &rows, &request, target, &progress, cancelled)
                    .await?;
            let overwritten = match written.overwritten {
                0 => String::new(),
                pixels => format!("; {pixels} pixels are claimed by two objects"),
            };
            (
                written.files,
                format!(
                    "{} label pictures are in {at}{overwritten}{}{lost}",
                    written.files,
                    stayed(written.stayed)
                ),
            )
        }
        ExportKind::Report => (0, String::new()),
    };
    from(plan, explorer, written).write_beside(target)?;
    Ok(text)
}

/// Where an export comes from.
fn from(plan: &Plan, explorer: &Explorer, written: usize) -> Provenance {
    let mut provenance = Provenance::new(explorer.dataset(), &plan.which, written);
    provenance.session = serde_json::to_value(&plan.session).unwrap_or_default();
    provenance
}

/// What is said where other files of a folder have stayed.
fn stayed(files: usize) -> String {
    match files {
        0 => String::new(),
        1 => "; another file that was there before stays".to_owned(),
        _ => format!("; {files} other files that were there before stay"),
    }
}
