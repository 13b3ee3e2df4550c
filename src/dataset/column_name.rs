//! Names that a dataset's columns can have.

use std::borrow::Cow;
use std::collections::HashSet;

/// Key of the name that a column has in its source, in the metadata of its field, where the dataset has another.
pub const SOURCE_NAME_KEY: &str = "cytolance:source_name";
/// Columns that Lance itself makes when it reads.
const SYSTEM: [&str; 7] = [
    "_score",
    "_distance",
    "_rowid",
    "_rowaddr",
    "_rowoffset",
    "_row_created_at_version",
    "_row_last_updated_at_version",
];

/// Letters of the longest name that is kept as it is.
const LONGEST: usize = 200;

/// The name under which a column can be kept: Lance takes a dot for the border of a nested field and refuses it, a
/// grave accent makes the whole table unreadable, and so do its own names, the star for all columns, and none at all.
/// Nobody can write a filter on a name with letters that are not seen, at its ends or within, or without end.
pub fn column_name(wanted: &str) -> Cow<'_, str> {
    let seen = wanted.trim();
    if seen.len() < wanted.len() || seen.chars().any(is_unseen) || seen.len() > LONGEST {
        let letters = seen.chars().map(|letter| match letter {
            letter if is_unseen(letter) => '_',
            letter => letter,
        });
        let short: String = letters.take(LONGEST).collect();
        return match short.trim_end() {
            same if same == wanted => Cow::Borrowed(wanted),
            short => Cow::Owned(column_name(short).into_owned()),
        };
    }
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

/// Whether a letter has no place on a page: control characters, marks of direction, joiners without width.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A name as SQL compares it, which knows no capital letters.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// The names under which these columns can be kept, each once, whatever the case of its letters. What can be kept as it is, is; `reserved` names are
/// those of other columns.
pub fn column_names(wanted: &[&str], reserved: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|name| folded(name)).collect();
    let keeps: Vec<bool> = wanted
        .iter()
        .map(|name| column_name(name) == *name && taken.insert(folded(name)))
        .collect();
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
            while !taken.insert(folded(&unique)) {
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
        let long = "x".repeat(300);
        let short = "x".repeat(200);
        let cases: [(&[&str], &[&str]); 11] = [
            (&["Dose", "dose", "DOSE"], &["Dose", "dose_2", "DOSE_3"]),
            (&["_score", "Picture"], &["source_score", "Picture_2"]),
            (&[" a", "a ", "a\tb"], &["a", "a_2", "a_b"]),
            (
                &["a\u{200b}b", "\u{b5}m", "\u{3bc}m"],
                &["a_b", "\u{b5}m", "\u{3bc}m_2"],
            ),
            (&[&long, "  "], &[&short, "unnamed"]),
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
            "a.b",
            "a`b",
            "",
            "_rowid",
            "_rowaddr",
            "a b",
            "a\"b",
            "a'b",
            "a\\b",
            "a/b",
            "a,b",
            "a(b)",
            "a[0]",
            "ä",
            "A b",
            "a%b",
            "a\nb",
            "*",
            "$",
            "1",
            "select",
            "a:b",
            "a;b",
            "_score",
            "_distance",
            " a",
            "a ",
            "A B",
            "\u{b5}m",
            "e\u{301}",
            "\u{e9}",
            "Metadata_Dose",
            "metadata_dose",
            "a{b}",
            "a-b",
            "a+b",
            "a#b",
            "a?b",
            "a@b",
            "null",
            "true",
            "a'",
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
        // A filter on each is on that one.
        for (number, name) in names.iter().enumerate() {
            for (value, rows) in [(number as i64, 1), (-1, 0)] {
                let filter = format!("`{name}` = {value}");
                let found = dataset.count_rows(Some(filter.clone())).await;
                assert_eq!(found.expect(&filter), rows, "{filter}");
            }
        }
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
