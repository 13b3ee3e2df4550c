//! Columns that are added to a dataset as a new version: nothing that is stored is written again.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow::datatypes::{Field, Schema};
use futures::future::BoxFuture;
use lance::Dataset;
use lance::dataset::transaction::{Operation, Transaction, TransactionBuilder};
use lance::dataset::{CommitBuilder, NewColumnTransform};

use super::labels::{AUTHOR, WHAT};
use super::{CellDataset, DatasetError, SOURCE_NAME_KEY, column_names};
use cytolance_profile::{ColumnKind, Role};

/// Key of the property that says which program wrote a version.
const PROGRAM_KEY: &str = "cytolance:program";
/// Key of what a column says, in the metadata of its field.
const DESCRIPTION_KEY: &str = "cytolance:description";
/// Key of what has computed a column, in the metadata of its field.
const MADE_BY_KEY: &str = "cytolance:made_by";
/// Key of the parameters with which it has, as JSON.
const PARAMETERS_KEY: &str = "cytolance:parameters";
/// Key of a column's role, where its name does not tell it.
const ROLE_KEY: &str = "cytolance:role";

/// A computed column that is to be kept.
#[derive(Debug, Clone)]
pub struct AddedColumn {
    /// The name that it is to have; one that Lance cannot keep is changed.
    pub name: String,
    /// A value a row.
    pub values: ArrayRef,
    /// What it means in a profile.
    pub role: Role,
    /// What it says, in a sentence.
    pub description: String,
}

/// What the history and the columns themselves say of how they came to be.
#[derive(Debug, Clone, Copy)]
pub struct ColumnOrigin<'a> {
    /// What has computed them.
    pub made_by: &'a str,
    /// With which parameters, as JSON.
    pub parameters: &'a str,
    /// Who asked for it.
    pub author: &'a str,
    /// What the version is called in the history.
    pub what: &'a str,
}

/// The role of a stored column: the one that it was kept with, or what its name tells.
pub(super) fn role_of(field: &Field, kind: ColumnKind, objects: &[String]) -> Role {
    let said = field.metadata().get(ROLE_KEY);
    said.filter(|_| kind.is_value())
        .and_then(|word| Role::of_label(word))
        .unwrap_or_else(|| Role::of(field.name(), kind, objects))
}

impl CellDataset {
    /// What a column says, as it was kept with it.
    pub fn description(&self, column: &str) -> Option<&str> {
        let field = self.schema().field_with_name(column).ok()?;
        field.metadata().get(DESCRIPTION_KEY).map(String::as_str)
    }

    /// What has computed a column, and with which parameters, as they were kept with it.
    pub fn made_by(&self, column: &str) -> Option<(&str, &str)> {
        let metadata = self.schema().field_with_name(column).ok()?.metadata();
        let parameters = metadata.get(PARAMETERS_KEY).map_or("", String::as_str);
        Some((metadata.get(MADE_BY_KEY)?, parameters))
    }

    /// Keeps computed columns as one new version, with what they say and how they came to be. Those that were computed
    /// before under the same names make room. Returns the version and the names that the columns have in it.
    ///
    /// # Errors
    /// [`DatasetError::Write`] where a column of the name was measured or labelled, so that it is not to be replaced,
    /// where this is an older version, and those of [`Self::add_columns`].
    pub async fn keep_columns(
        &self,
        added: Vec<AddedColumn>,
        origin: ColumnOrigin<'_>,
    ) -> Result<(Self, Vec<String>), DatasetError> {
        let failed = |reason: String| DatasetError::Write {
            uri: self.uri().to_owned(),
            reason,
        };
        if self.is_pinned() {
            return Err(failed(
                "it is an older version, opened to be looked at; open the newest one".to_owned(),
            ));
        }
        let names = self.names_to_keep(&added).map_err(failed)?;
        let columns = added
            .into_iter()
            .zip(&names)
            .map(|(column, name)| {
                let mut metadata = HashMap::from([
                    (DESCRIPTION_KEY.to_owned(), column.description),
                    (MADE_BY_KEY.to_owned(), origin.made_by.to_owned()),
                    (PARAMETERS_KEY.to_owned(), origin.parameters.to_owned()),
                    (ROLE_KEY.to_owned(), column.role.label().to_owned()),
                ]);
                if *name != column.name {
                    metadata.insert(SOURCE_NAME_KEY.to_owned(), column.name);
                }
                let kind = column.values.data_type().clone();
                (
                    Field::new(name, kind, true).with_metadata(metadata),
                    column.values,
                )
            })
            .collect();
        let properties = [
            (AUTHOR.to_owned(), origin.author.to_owned()),
            (WHAT.to_owned(), origin.what.to_owned()),
        ];
        let dataset = self.add_columns(columns, &properties).await?;
        Ok((dataset, names))
    }

    /// The names under which columns are kept: those of their last time, where they were computed before.
    fn names_to_keep(&self, added: &[AddedColumn]) -> Result<Vec<String>, String> {
        let mut known: HashMap<&str, &str> = HashMap::new();
        let mut reserved = Vec::new();
        for field in self.schema().fields() {
            let name = field.name().as_str();
            let first = field.metadata().get(SOURCE_NAME_KEY);
            let first = first.map_or(name, String::as_str);
            let is_wanted = |wanted: &str| added.iter().any(|column| column.name == wanted);
            // Checks of before this was written down are told by their role.
            let computed = field.metadata().contains_key(MADE_BY_KEY)
                || self
                    .column(name)
                    .is_some_and(|info| info.role == Role::Quality);
            if computed && is_wanted(first) {
                known.insert(first, name);
            } else if is_wanted(name) {
                return Err(format!(
                    "it has a column {name} that was not computed, and that is not replaced; give the new one another name"
                ));
            }
            reserved.push(name.to_owned());
        }
        let new: Vec<&str> = added
            .iter()
            .map(|column| column.name.as_str())
            .filter(|name| !known.contains_key(name))
            .collect();
        let mut new = column_names(&new, &reserved).into_iter();
        let names = added.iter().map(|column| {
            let kept = known.get(column.name.as_str());
            kept.map_or_else(|| new.next(), |name| Some((*name).to_owned()))
        });
        Ok(names.flatten().collect())
    }

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
            Ok(Self::open(self.uri()).await?.seen_as(self))
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
    use crate::samples::six_cells;

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

    fn scores(name: &str, values: [f64; 6]) -> AddedColumn {
        AddedColumn {
            name: name.to_owned(),
            values: Arc::new(Float64Array::from(values.to_vec())),
            role: Role::Quality,
            description: format!("what {name} says"),
        }
    }

    const ORIGIN: ColumnOrigin<'static> = ColumnOrigin {
        made_by: "outliers",
        parameters: "{\"robust\":true}",
        author: "Ada",
        what: "z-scores",
    };

    #[tokio::test]
    async fn computed_columns_are_kept_with_what_they_say_and_take_their_own_places_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let two = vec![scores("a.b", [1.0; 6]), scores("a_b", [2.0; 6])];
        let (first, names) = dataset.keep_columns(two, ORIGIN).await.expect("kept");
        assert_eq!(names, ["a_b_2", "a_b"]);
        assert_eq!(first.version(), dataset.version() + 1, "one version");
        for (name, source) in [("a_b_2", "a.b"), ("a_b", "a_b")] {
            let said = format!("what {source} says");
            assert_eq!(first.description(name), Some(said.as_str()));
            assert_eq!(first.made_by(name), Some(("outliers", "{\"robust\":true}")));
            let info = first.column(name).expect("a column");
            assert_eq!(info.role, Role::Quality, "not what its name would tell");
        }
        assert_eq!(first.description("Cells_AreaShape_Area"), None);
        // Again, in another order: each takes its own place.
        let again = vec![scores("a_b", [4.0; 6]), scores("a.b", [3.0; 6])];
        let (second, names) = first.keep_columns(again, ORIGIN).await.expect("kept");
        assert_eq!(names, ["a_b", "a_b_2"]);
        let read = second.read_columns(&names).await.expect("read");
        for (values, expected) in read.iter().zip([4.0, 3.0]) {
            assert_eq!(
                values.as_ref(),
                &Float64Array::from(vec![expected; 6]) as &dyn arrow::array::Array
            );
        }
        assert_eq!(second.columns().len(), first.columns().len());
        let history = second.versions().await.expect("a history");
        let mut versions = history.iter();
        let version = versions.find(|known| known.version == second.version());
        let version = version.expect("the version");
        assert_eq!(version.author.as_deref(), Some("Ada"));
        assert_eq!(version.what.as_deref(), Some("z-scores"));
    }

    #[tokio::test]
    async fn what_was_measured_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let dataset = six_cells(&folder).await;
        let measured = vec![scores("Cells_AreaShape_Area", [0.0; 6])];
        let refused = dataset.keep_columns(measured, ORIGIN).await;
        let said = refused.expect_err("refused").to_string();
        assert!(said.contains("Cells_AreaShape_Area"), "{said}");
        let now = CellDataset::open(dataset.uri()).await.expect("open");
        assert_eq!(now.version(), dataset.version(), "nothing was written");
    }
}
