//! What answers do to the plate, and what a session has of it.

use std::fmt::Write as _;

use super::{Plate, PlateCommand, PlateJob, PlateState};
use crate::model::command::{Command, SelectMode};
use crate::model::test_request::{PaneRequest, comes_back, selects, show_fewer};

#[test]
fn a_map_is_of_the_newest_request_and_of_its_dataset() {
    let request = PaneRequest {
        prepare: |_| {},
        ask: || Command::from(PlateCommand::Want),
        change: show_fewer,
        stop: |job| match job.of()? {
            PlateJob::Map { work, .. } => Some(&work.cancelled),
            PlateJob::Select { .. } => None,
        },
        seen: |workspace| {
            let plate = workspace.parts.get::<PlateState>();
            let map = plate.map.as_ref().map(|map| {
                let mut text = String::new();
                for well in map.plates.iter().flat_map(|plate| &plate.wells) {
                    let _ = write!(text, "{} {} of {};", well.name, well.count, well.total);
                }
                text
            });
            (map, plate.error.clone())
        },
    };
    request.holds();
}

#[test]
fn the_cells_of_wells_are_selected_unless_something_else_was_in_the_meantime() {
    let select = || {
        let wells = vec![(String::new(), "A02".to_owned())];
        Command::from(PlateCommand::Select(wells, SelectMode::Replace))
    };
    selects(|_| {}, select, &[1, 3]);
}

#[test]
fn a_session_has_what_the_plate_shows() {
    comes_back(
        &Plate,
        r#"
        statistic = "fraction"
        feature = "Cells_AreaShape_Area"
        share_of = { value = { column = "Label_QC", value = "good" } }
        sites = true
        values = false
        range = [0.25, 0.75]
        "#,
    );
}
