//! The work of gates in the background: their cells, counted or found.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::command::{GatesEvent, GatesJob};
use super::state::{CountRequest, GateCounts};
use cytolance_explore::{Explorer, gate_bound};
use cytolance_profile::{Condition, GateShape, GateTree};

/// Does its work.
pub(crate) fn run(job: GatesJob, handle: &Handle, send: &dyn Fn(GatesEvent)) {
    match job {
        GatesJob::Count { explorer, work } => {
            let counts = count(handle, &explorer, &work.request, &work.cancelled);
            send(GatesEvent::Counted {
                generation: work.generation,
                counts,
            });
        }
        GatesJob::Select {
            explorer,
            tree,
            shown,
            turn,
        } => {
            let condition = Condition::Gates {
                name: String::new(),
                tree,
            };
            let found = handle.block_on(explorer.passing(&condition, &AtomicBool::new(false)));
            let outcome = match found {
                Ok(Some(rows)) => {
                    let mut rows = (*rows).clone();
                    rows.intersect_with(&shown);
                    Ok(rows)
                }
                Ok(None) => Ok((*shown).clone()),
                Err(error) => Err(error.to_string()),
            };
            send(GatesEvent::Found { outcome, turn });
        }
    }
}

fn count(
    handle: &Handle,
    explorer: &Explorer,
    request: &CountRequest,
    cancelled: &AtomicBool,
) -> GateCounts {
    let mut counts = GateCounts::default();
    let passing = |tree: GateTree| {
        let condition = Condition::Gates {
            name: String::new(),
            tree: Arc::new(tree),
        };
        handle
            .block_on(explorer.passing(&condition, cancelled))
            .map(|rows| rows.map_or(explorer.dataset().num_rows(), |rows| rows.count()))
            .map_err(|error| error.to_string())
    };
    for gate in &request.gates {
        if let GateShape::Quantile { column, share, .. } = &gate.shape {
            let columns = handle.block_on(explorer.columns(std::slice::from_ref(column)));
            let bound = columns
                .ok()
                .and_then(|columns| gate_bound(column, *share, &columns));
            if let Some(bound) = bound {
                counts.bounds.insert(gate.name.clone(), bound);
            }
        }
        let found = passing(GateTree::Gate(Arc::clone(gate)));
        counts.gates.insert(gate.name.clone(), found);
    }
    counts.tree = request.tree.clone().and_then(|tree| passing(tree).ok());
    counts
}
