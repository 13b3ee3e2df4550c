//! Indices on plate, well and site, so that a question about wells reads nothing else.

use std::sync::Arc;

use lance::Dataset;
use lance::dataset::CommitBuilder;
use lance::dataset::transaction::{Operation, TransactionBuilder};
use lance::index::{CreateIndexBuilder, DatasetIndexExt as _};
use lance_index::IndexType;
use lance_index::optimize::OptimizeOptions;
use lance_index::scalar::{BuiltinIndexType, ScalarIndexParams};

use cytolance_profile::KeyColumns;

/// Rows below which a scan is faster than opening an index.
const WORTH_AN_INDEX: usize = 10_000;

/// Makes the indices that are missing in one commit, and adds new rows to those that are there.
///
/// # Errors
/// Lance's. The rows are there all the same: without an index they are scanned.
pub(super) async fn index_keys(dataset: Dataset) -> lance::Result<()> {
    if dataset.count_rows(None).await? < WORTH_AN_INDEX {
        return Ok(());
    }
    let mut dataset = dataset;
    let known = dataset.load_indices().await?;
    let (mut new_indices, mut grown) = (Vec::new(), Vec::new());
    // Columns with few values, which questions about the experiment name.
    let keys = {
        let fields = dataset.schema().fields.iter();
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        KeyColumns::of_names(&names)
    };
    for column in keys.names() {
        // Its place in the schema, as a name may be no path.
        let fields = &dataset.schema().fields;
        let Some(field) = fields.iter().find(|field| field.name == column) else {
            continue;
        };
        let id = field.id;
        if let Some(index) = known.iter().find(|index| index.fields == [id]) {
            grown.push(index.name.clone());
            continue;
        }
        let params = ScalarIndexParams::for_builtin(BuiltinIndexType::Bitmap);
        let index = CreateIndexBuilder::new(&mut dataset, &[column], IndexType::Bitmap, &params)
            .execute_uncommitted()
            .await?;
        new_indices.push(index);
    }
    if !grown.is_empty() {
        let options = OptimizeOptions::append().index_names(grown);
        dataset.optimize_indices(&options).await?;
    }
    if !new_indices.is_empty() {
        let operation = Operation::CreateIndex {
            new_indices,
            removed_indices: Vec::new(),
        };
        let transaction = TransactionBuilder::new(dataset.manifest().version, operation).build();
        CommitBuilder::new(Arc::new(dataset))
            .execute(transaction)
            .await?;
    }
    Ok(())
}
