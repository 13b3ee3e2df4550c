//! Counting wells.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::command::{PlateEvent, PlateJob};
use super::state::{MapRequest, ShareOf};
use cytolance_explore::{
    Column, Explorer, PlateInput, PlateMap, WellStatistic, plate_map, rows_of_wells,
};
use cytolance_kernels::RowSet;
use cytolance_profile::Condition;

/// Does a job.
pub(crate) fn run(job: PlateJob, handle: &Handle, send: &dyn Fn(PlateEvent)) {
    match job {
        PlateJob::Map { explorer, work } => send(PlateEvent::Mapped {
            generation: work.generation,
            outcome: map(handle, &explorer, &work.request),
        }),
        PlateJob::Select {
            explorer,
            wells,
            shown,
            turn,
        } => send(PlateEvent::Found {
            outcome: find(handle, &explorer, &wells, &shown),
            turn,
        }),
    }
}

fn read(
    handle: &Handle,
    explorer: &Explorer,
    name: Option<&str>,
) -> Result<Option<Arc<Column>>, String> {
    let names: Vec<String> = name.into_iter().map(str::to_owned).collect();
    handle
        .block_on(explorer.columns(&names))
        .map(|columns| columns.into_iter().next())
        .map_err(|error| error.to_string())
}

const NO_WELLS: &str = "The dataset has no column of wells, such as Metadata_Well, so there is no plate to show. On import, wells can be read from the file names of the pictures.";

fn map(handle: &Handle, explorer: &Explorer, request: &MapRequest) -> Result<PlateMap, String> {
    let keys = explorer.dataset().keys();
    let well = read(handle, explorer, keys.mapped_well())?.ok_or(NO_WELLS)?;
    let plate = read(handle, explorer, keys.plate.as_deref())?;
    let settings = &request.settings;
    let site = read(
        handle,
        explorer,
        keys.site.as_deref().filter(|_| settings.sites),
    )?;
    let needs_feature = matches!(
        settings.statistic,
        WellStatistic::Mean | WellStatistic::Median | WellStatistic::Mad
    );
    let feature = read(
        handle,
        explorer,
        settings.feature.as_deref().filter(|_| needs_feature),
    )?;
    let set = match (&settings.statistic, &settings.share_of) {
        (WellStatistic::Fraction, ShareOf::Selected) => Some(Arc::clone(&request.selection)),
        (WellStatistic::Fraction, share_of) => {
            let condition = match share_of {
                ShareOf::Outliers(rule) => Condition::Outlier {
                    rule: Arc::new(rule.clone()),
                },
                ShareOf::Value { column, value } => Condition::OneOf {
                    column: column.clone(),
                    values: [value.clone()].into(),
                },
                ShareOf::Selected => return Err(String::new()),
            };
            handle
                .block_on(explorer.passing(&condition, &AtomicBool::new(false)))
                .map_err(|error| error.to_string())?
        }
        _ => None,
    };
    Ok(plate_map(&PlateInput {
        plate: plate.as_deref(),
        well: &well,
        site: site.as_deref(),
        statistic: settings.statistic,
        feature: feature.as_deref(),
        set: set.as_deref(),
        shown: &request.shown,
        selection: &request.selection,
    }))
}

fn find(
    handle: &Handle,
    explorer: &Explorer,
    wells: &[(String, String)],
    shown: &RowSet,
) -> Result<RowSet, String> {
    let keys = explorer.dataset().keys();
    let well = read(handle, explorer, keys.mapped_well())?.ok_or(NO_WELLS)?;
    let plate = read(handle, explorer, keys.plate.as_deref())?;
    Ok(rows_of_wells(plate.as_deref(), &well, wells, shown))
}
