//! Columns that are added to a dataset as a new version: nothing that is stored is written again.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow::datatypes::{Field, Schema};
use futures::future::BoxFuture;
use lance::Dataset;
use lance::dataset::transaction::{Operation, Transaction, TransactionBuilder};
use lance::dataset::{CommitBuilder, NewColumnTransform};

use super::{CellDataset, DatasetError};

/// Key of the property that says which program wrote a version.
const PROGRAM_KEY: &str = "cytolance:program";

impl CellDataset {
    /// Adds columns, one value a row, as one new version with `properties`. A column of the same name makes room first, in
    /// a version of its own. Crops and all other columns stay in their files.
    ///
    /// # Errors
    /// [`DatasetError::Write`] where the number of values is wrong, the dataset cannot be written, or somebody else
    /// changed its rows in the meantime.
    pub fn add_columns<'a>(
        &'a self,
        columns: Vec<(Field, ArrayRef)>,
        properties: &'a [(String, String)],
    ) -> BoxFuture<'a, Result<Self, DatasetError>> {
        Box::pin(async move {
            let failed = |reason: String| DatasetError::Write {
                uri: self.uri().to_owned(),
                reason,
            };
            for (field, values) in &columns {
                if values.len() != self.num_rows() {
                    return Err(failed(format!(
                        "{} has {} values for {} rows",
                        field.name(),
                        values.len(),
                        self.num_rows()
                    )));
                }
            }
            let mut dataset = (**self.inner()).clone();
            let known: Vec<&str> = columns
                .iter()
                .map(|(field, _)| field.name().as_str())
                .filter(|name| dataset.schema().field(name).is_some())
                .collect();
            let lance_failed = |error: lance::Error| failed(super::handle::short(&error));
            if !known.is_empty() {
                dataset.drop_columns(&known).await.map_err(lance_failed)?;
            }
            let transaction = add_transaction(&dataset, columns, properties)
                .await
                .map_err(lance_failed)?;
            CommitBuilder::new(Arc::new(dataset))
                .execute(transaction)
                .await
                .map_err(lance_failed)?;
            Self::open(self.uri()).await
        })
    }
}

/// A transaction that adds columns to every fragment of a dataset.
pub(super) async fn add_transaction(
    dataset: &Dataset,
    columns: Vec<(Field, ArrayRef)>,
    properties: &[(String, String)],
) -> lance::Result<Transaction> {
    let (fields, values): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    #[expect(
        clippy::disallowed_methods,
        reason = "columns that are new say nothing yet"
    )]
    let schema = Arc::new(Schema::new(fields));
    let all = RecordBatch::try_new(Arc::clone(&schema), values)
        .map_err(|error| lance::Error::invalid_input(error.to_string()))?;
    let (mut fragments, mut new_schema, mut first) = (Vec::new(), None, 0);
    for fragment in dataset.get_fragments() {
        let rows = fragment.count_rows(None).await?;
        let part = all.slice(first, rows.min(all.num_rows().saturating_sub(first)));
        first += rows;
        let reader = RecordBatchIterator::new([Ok(part)], Arc::clone(&schema));
        let (fragment, schema) = fragment
            .add_columns(NewColumnTransform::Reader(Box::new(reader)), None, None)
            .await?;
        fragments.push(fragment);
        new_schema = Some(schema);
    }
    let schema =
        new_schema.ok_or_else(|| lance::Error::invalid_input("the dataset has no rows"))?;
    let operation = Operation::Merge {
        fragments,
        schema,
        // New columns are nullable, so rows without them are as good as before.
        preserves_nullability: true,
    };
    Ok(with_properties(dataset, operation, properties))
}

/// A transaction on a version, with properties that the history shows.
pub(super) fn with_properties(
    dataset: &Dataset,
    operation: Operation,
    properties: &[(String, String)],
) -> Transaction {
    let mut all: HashMap<String, String> = properties.iter().cloned().collect();
    let program = concat!("cytolance ", env!("CARGO_PKG_VERSION"));
    all.insert(PROGRAM_KEY.to_owned(), program.to_owned());
    TransactionBuilder::new(dataset.manifest().version, operation)
        .transaction_properties(Some(Arc::new(all)))
        .build()
}

#[cfg(test)]
mod tests {
    use arrow::array::{BooleanArray, Float64Array};
    use arrow::datatypes::DataType;

    use super::*;
    use crate::dataset::samples::six_cells;

    #[tokio::test]
    async fn columns_are_added_and_replaced_beside_the_files_that_are_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let files = |dataset: &CellDataset| -> Vec<String> {
            dataset
                .inner()
                .fragments()
                .iter()
                .flat_map(|fragment| fragment.files.iter().map(|file| file.path.clone()))
                .collect()
        };
        let before = files(&dataset);
        let flag = |values: Vec<Option<bool>>| -> (Field, ArrayRef) {
            (
                Field::new("QC_Border_Cells", DataType::Boolean, true),
                Arc::new(BooleanArray::from(values)),
            )
        };
        let values = vec![Some(true), None, Some(false), None, None, Some(true)];
        let note = [("cytolance:what".to_owned(), "checks".to_owned())];
        let added = dataset
            .add_columns(vec![flag(values.clone())], &note)
            .await
            .expect("added");
        assert_eq!(added.version(), dataset.version() + 1, "one version");
        let names = [
            "QC_Border_Cells".to_owned(),
            "Cells_AreaShape_Area".to_owned(),
        ];
        let read = added.read_columns(&names).await.expect("read");
        assert_eq!(
            read[0].as_ref(),
            &BooleanArray::from(values) as &dyn arrow::array::Array
        );
        let areas = [
            Some(50.0),
            Some(30.0),
            Some(40.0),
            None,
            Some(20.0),
            Some(60.0),
        ];
        assert_eq!(
            read[1].as_ref(),
            &Float64Array::from(areas.to_vec()) as &dyn arrow::array::Array
        );
        assert!(
            files(&added).starts_with(&before),
            "nothing is written again"
        );
        let again = added
            .add_columns(vec![flag(vec![None; 6])], &[])
            .await
            .expect("replaced");
        let read = again.read_columns(&names[..1]).await.expect("read");
        assert_eq!(read[0].null_count(), 6);
        assert_eq!(again.columns().len(), added.columns().len());
        let wrong = dataset.add_columns(vec![flag(vec![None; 5])], &[]).await;
        assert!(
            wrong
                .expect_err("too few")
                .to_string()
                .contains("5 values for 6 rows")
        );
    }
}
