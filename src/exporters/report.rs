//! The quality report.

use futures::future::BoxFuture;

use super::exporter::{ExportJob, Exporter, Face, Needs, Written};
use super::run::refused;
use cytolance_export::{ExportError, FileKind, write_whole};
use cytolance_session::report_of;

/// A page of counts, maps and examples.
pub(super) struct ReportPage;

pub(super) static REPORT: ReportPage = ReportPage;

static FACE: Face = Face {
    id: "report",
    title: "report (HTML)",
    place: "Page",
    hint: "Counts, plate maps, the outlier rules with their histograms, labels and examples, of the cells that the filters show. One page that opens in any browser; everything is inside, nothing is fetched.",
    family: "reports",
    suffix: "-report.html",
    file: FileKind::file("the report is a page whose name ends in", &["html", "htm"]),
    needs: Needs::Cells,
    settings: &[],
    chooses_cells: false,
};

impl Exporter for ReportPage {
    fn face(&self) -> &'static Face {
        &FACE
    }

    fn write<'a>(&'a self, job: &'a ExportJob<'a>) -> BoxFuture<'a, Result<Written, ExportError>> {
        Box::pin(async move {
            let request = job.request;
            let report = report_of(job.explorer, &request.session)
                .await
                .map_err(refused)?;
            let page = report.to_html();
            write_whole(&request.target, page.as_bytes())?;
            Ok(Written {
                number: request.rows.len(),
                what: format!(
                    "report of {} sections, {} kB",
                    report.sections.len(),
                    page.len() / 1000
                ),
                ..Written::default()
            })
        })
    }
}
