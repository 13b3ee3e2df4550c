//! `cytolance report`.

use tokio::runtime::Runtime;

use super::arguments::{CellArguments, ReportArguments};
use super::cells::choose;
use super::out::{provenance, refused, target};
use crate::export::{FileKind, write_whole};
use crate::session::report_of;

pub(super) fn run(arguments: &ReportArguments, runtime: &Runtime) -> Result<(), String> {
    let target = target("--out", &arguments.out, arguments.overwrite, FileKind::Page)?;
    let cells = CellArguments {
        filter: None,
        session: arguments.session.clone(),
    };
    let (sections, size) = runtime.block_on(async {
        let chosen = choose(&arguments.dataset, &cells).await?;
        let report = report_of(&chosen.explorer, &chosen.session)
            .await
            .map_err(|error| error.to_string())?;
        let page = report.to_html();
        let failed = |error| refused("--out", error);
        write_whole(&target, page.as_bytes()).map_err(failed)?;
        provenance(&chosen, chosen.rows.len())
            .write_beside(&target)
            .map_err(failed)?;
        Ok::<_, String>((report.sections.len(), page.len()))
    })?;
    super::say(&format!(
        "{sections} sections, {} kB in {}\n",
        size / 1000,
        target.full_path().display()
    ));
    Ok(())
}
