//! What answers do to the fields of view.

use super::{FieldCommand, FieldJob, FieldState};
use crate::model::command::Command;
use crate::model::test_request::{PaneRequest, show_fewer};
use crate::model::test_run::TestRun;

fn want() -> Command {
    Command::from(FieldCommand::Want)
}

#[test]
fn fields_and_the_one_that_is_looked_at_are_of_the_newest_request_and_of_their_dataset() {
    let strip = PaneRequest {
        prepare: |_| {},
        ask: want,
        change: show_fewer,
        stop: |job| match job.of()? {
            FieldJob::Strip { work, .. } => Some(&work.cancelled),
            FieldJob::Look { .. } => None,
        },
        seen: |workspace| {
            let fields = workspace.parts.get::<FieldState>();
            let strip = fields.strip.as_ref();
            let strip = strip.map(|strip| format!("{:?}", strip.fields));
            (strip, fields.strip_error.clone())
        },
    };
    let look = PaneRequest {
        prepare: |run: &mut TestRun| {
            // The fields are counted first; the one of the cell is asked for in the next frame.
            run.apply(want());
            run.settle();
        },
        change: |run| {
            run.apply(Command::Look(2));
            run.settle();
        },
        stop: |job| match job.of()? {
            FieldJob::Look { work, .. } => Some(&work.cancelled),
            FieldJob::Strip { .. } => None,
        },
        seen: |workspace| {
            let fields = workspace.parts.get::<FieldState>();
            let view = fields.view.as_ref();
            let view = view.map(|view| format!("{} {:?}", view.field, view.rows));
            (view, fields.look_error.clone())
        },
        ..strip
    };
    for request in [&strip, &look] {
        request.holds();
    }
}
