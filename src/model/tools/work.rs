//! What is done for tools in the background.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::Handle;

use super::command::{ToolAnswer, ToolsEvent, ToolsJob};
use super::state::{Outcome, ToolOrder};
use crate::model::event::Event;
use cytolance_explore::Explorer;
use cytolance_profile::ColumnInfo;
use cytolance_tools::{ToolError, ToolInput, compute, keep, tool};

/// Does the work.
pub(super) fn run(job: ToolsJob, handle: &Handle, send: &(dyn Fn(Event) + Sync)) {
    let ToolsJob::Compute {
        task,
        cancelled,
        explorer,
        columns,
        order,
        author,
    } = job;
    let progress = |done, total| send(Event::progress(task, done, total));
    let answer = answer(&explorer, &columns, &order, &author, &progress, &cancelled);
    let outcome = handle.block_on(answer);
    let outcome = outcome.map(Box::new).map_err(|error| error.to_string());
    let computed = ToolsEvent::Computed {
        task,
        order,
        outcome,
    };
    send(computed.into());
}

async fn answer(
    explorer: &Explorer,
    columns: &[ColumnInfo],
    order: &ToolOrder,
    author: &str,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &Arc<AtomicBool>,
) -> Result<ToolAnswer, ToolError> {
    let tool = tool(order.tool)?;
    let input = ToolInput {
        explorer,
        columns,
        progress,
        cancelled,
    };
    let computed = compute(tool, &input, &order.parameters).await?;
    let kept = if order.then == Outcome::Kept {
        let dataset = explorer.dataset();
        Some(keep(dataset, tool, &order.parameters, &computed, author).await?)
    } else {
        None
    };
    let columns = computed.columns.into_iter();
    Ok(ToolAnswer {
        columns: columns.map(|made| made.column).collect(),
        kept,
        account: computed.account,
        notes: computed.notes,
    })
}
