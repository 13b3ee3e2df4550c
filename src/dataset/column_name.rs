//! Names that a dataset's columns can have.

use std::borrow::Cow;
use std::collections::HashSet;

/// Key of the name that a column has in its source, in the metadata of its field, where the dataset has another.
pub const SOURCE_NAME_KEY: &str = "cytolance:source_name";
/// Columns that Lance itself makes when it reads.
const SYSTEM: [&str; 5] = [
    "_rowid",
    "_rowaddr",
    "_rowoffset",
    "_row_created_at_version",
    "_row_last_updated_at_version",
];

/// The name under which a column can be kept: Lance takes a dot for the border of a nested field and refuses it, a
/// grave accent makes the whole table unreadable, and so do its own names, the star for all columns, and none at all.
pub fn column_name(wanted: &str) -> Cow<'_, str> {
    if wanted.is_empty() {
        return Cow::Borrowed("unnamed");
    }
    if SYSTEM.contains(&wanted) {
        return Cow::Owned(format!("source{wanted}"));
    }
    if wanted == "*" {
        return Cow::Borrowed("_");
    }
    if wanted.contains(['.', '`']) {
        return Cow::Owned(wanted.replace(['.', '`'], "_"));
    }
    Cow::Borrowed(wanted)
}

/// The names under which these columns can be kept, each once. What can be kept as it is, is; `reserved` names are
/// those of other columns.
pub fn column_names(wanted: &[&str], reserved: &[String]) -> Vec<String> {
    let is_reserved = |name: &str| reserved.iter().any(|other| other == name);
    let stays = |name: &str| column_name(name) == name && !is_reserved(name);
    let mut taken: HashSet<String> = reserved.iter().cloned().collect();
    let mut first: HashSet<&str> = HashSet::new();
    let keeps: Vec<bool> = wanted
        .iter()
        .map(|name| stays(name) && first.insert(name))
        .collect();
    taken.extend(first.into_iter().map(str::to_owned));
    wanted
        .iter()
        .zip(keeps)
        .map(|(name, keeps)| {
            if keeps {
                return (*name).to_owned();
            }
            let base = column_name(name);
            let mut unique = base.clone().into_owned();
            let mut number = 2;
            while !taken.insert(unique.clone()) {
                unique = format!("{base}_{number}");
                number += 1;
            }
            unique
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, RecordBatch};
    use arrow::datatypes::{DataType, Field, Schema};
    use lance::Dataset;
    use lance::dataset::scanner::ColumnOrdering;

    use super::*;

    #[test]
    fn what_can_be_kept_is_and_nothing_collides() {
        let cases: [(&[&str], &[&str]); 6] = [
            (
                &["Metadata_Dose.uM", "Metadata_Well"],
                &["Metadata_Dose_uM", "Metadata_Well"],
            ),
            (&["a.b", "a_b", "a`b"], &["a_b_2", "a_b", "a_b_3"]),
            (&["a.b", "a.b_2", "a_b"], &["a_b_2", "a_b_2_2", "a_b"]),
            (&["", "unnamed", "."], &["unnamed_2", "unnamed", "_"]),
            (&["_rowid", "picture"], &["source_rowid", "picture_2"]),
            (&["same", "same"], &["same", "same_2"]),
        ];
        for (wanted, expected) in cases {
            let reserved = ["picture".to_owned()];
            assert_eq!(column_names(wanted, &reserved), expected, "{wanted:?}");
        }
    }

    /// Lance is asked itself, so that a name more that it refuses is seen here.
    #[tokio::test]
    async fn lance_reads_back_every_name_that_is_kept() {
        let odd = [
            "a.b", "a`b", "", "_rowid", "_rowaddr", "a b", "a\"b", "a'b", "a\\b", "a/b", "a,b",
            "a(b)", "a[0]", "ä", "A b", "a%b", "a\nb", "*", "$", "1", "select", "a:b", "a;b",
        ];
        let names = column_names(&odd, &[]);
        let fields: Vec<Field> = names
            .iter()
            .map(|name| Field::new(name, DataType::Int64, true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let values = (0..names.len() as i64)
            .map(|number| Arc::new(Int64Array::from(vec![number])) as _)
            .collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), values).expect("a batch");
        let folder = tempfile::tempdir().expect("a folder");
        let uri = folder.path().join("x.lance");
        let uri = uri.to_str().expect("UTF-8");
        let reader = arrow::array::RecordBatchIterator::new([Ok(batch.clone())], schema);
        let dataset = Dataset::write(reader, uri, None).await.expect("written");
        let read = dataset
            .scan()
            .try_into_batch()
            .await
            .expect("all columns read");
        assert_eq!(read.columns(), batch.columns());
        // By name, as Python's `to_table(columns=[...])` asks for them.
        let mut scanner = dataset.scan();
        scanner.project(&names).expect("every name is found");
        scanner
            .order_by(Some(vec![ColumnOrdering::asc_nulls_first(
                names[0].clone(),
            )]))
            .expect("sorted");
        let read = scanner.try_into_batch().await.expect("all columns read");
        assert_eq!(read.columns(), batch.columns());
    }
}
