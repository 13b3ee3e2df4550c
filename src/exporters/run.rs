//! The one way to write an export, from the window and from the command line.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::exporter::ExportJob;
use super::kind::ExportKind;
use super::options::{ExportOptions, Setting};
use cytolance_dataset::with_classes;
use cytolance_explore::Explorer;
use cytolance_export::{ExportError, Provenance, TableSource, Target};
use cytolance_session::{ComputedColumns, SessionError, SessionFile, computed_columns};
use futures::future::BoxFuture;

/// What is to be written.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// As what.
    pub kind: ExportKind,
    /// The cells, in order.
    pub rows: Vec<u32>,
    /// Which they are, in words.
    pub which: String,
    /// What is set of it.
    pub options: ExportOptions,
    /// How cells are shown and judged: contrast, outlines, rules, labels.
    pub session: SessionFile,
    /// Where to.
    pub target: Target,
}

/// What has been written where.
#[derive(Debug)]
pub struct Exported {
    /// What, in words: "12 crops".
    pub what: String,
    /// The whole path.
    pub at: PathBuf,
    /// What else is to be said, a sentence each.
    pub notes: Vec<String>,
}

/// Writes an export and, beside it, where it comes from. Columns that are not stored go along as if they were: what the
/// session's rules say, marks that are not saved.
///
/// # Errors
/// [`ExportError`]; the target is then as it was.
pub fn run_export<'a>(
    explorer: &'a Explorer,
    request: &'a ExportRequest,
    progress: &'a (dyn Fn(usize, usize) + Sync + 'a),
    cancelled: &'a AtomicBool,
) -> BoxFuture<'a, Result<Exported, ExportError>> {
    Box::pin(async move {
        let (kind, target, dataset) = (request.kind, &request.target, explorer.dataset());
        // Better asked before the work than after it; what comes there meanwhile is seen at the end.
        kind.file().check(target.path())?;
        target.check_with_provenance()?;
        if let Some(lacking) = kind.lacking(dataset) {
            return Err(ExportError::Refused(lacking));
        }
        let settings = kind.face().settings;
        let computed = if settings.iter().any(|setting| setting.names_columns()) {
            computed_columns(explorer, &request.session)
                .await
                .map_err(refused)?
        } else {
            ComputedColumns::default()
        };
        let extra = computed
            .columns
            .iter()
            .map(|column| {
                let (field, values) = column.to_arrow();
                let mut labels = request.session.labels.iter();
                match labels.find(|label| label.column == *field.name()) {
                    // Marks that are not saved have their classes nowhere else.
                    Some(label) => (with_classes(field, &label.classes), values),
                    None => (field, values),
                }
            })
            .collect();
        let mut provenance = Provenance::new(dataset, &request.which, request.rows.len());
        provenance.session = serde_json::to_value(&request.session).unwrap_or_default();
        let mut job = ExportJob {
            explorer,
            source: TableSource::new(dataset.clone()).with(extra),
            request,
            provenance,
            progress,
            cancelled,
        };
        let written = kind.write(&job).await?;
        job.provenance.written = written.number;
        job.provenance.columns = written.columns;
        job.provenance.left_out = written.left_out;
        job.provenance.write_beside(target)?;
        let mut notes = written.notes;
        if settings.contains(&Setting::Columns) && request.options.columns.is_empty() {
            // All were asked for.
            notes.extend(computed.notes);
        }
        Ok(Exported {
            what: written.what,
            at: target.full_path(),
            notes,
        })
    })
}

/// What a session could not do for an export.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
pub(super) fn refused(error: SessionError) -> ExportError {
    ExportError::Refused(error.to_string())
}
