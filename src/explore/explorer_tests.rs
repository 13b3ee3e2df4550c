//! Tests of `explorer.rs`.

use std::collections::BTreeSet;

use super::*;
use crate::samples::six_cells;
use cytolance_profile::Filter;

fn by_area(descending: bool) -> Sort {
    Sort {
        column: "Cells_AreaShape_Area".to_owned(),
        descending,
    }
}

#[tokio::test]
async fn queries_filter_and_sort() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let area = |min, max| Condition::Range {
        column: "Cells_AreaShape_Area".to_owned(),
        min,
        max,
    };
    let well = Condition::OneOf {
        column: "Metadata_Well".to_owned(),
        values: BTreeSet::from(["A01".to_owned()]),
    };
    let unknown = Condition::Null {
        column: "Cells_AreaShape_Area".to_owned(),
        null: true,
    };
    let sql = Condition::Sql {
        text: "Metadata_ObjectNumber % 2 = 0".to_owned(),
    };
    let cases: [(Vec<Condition>, Option<Sort>, &[u32]); 10] = [
        (vec![], None, &[0, 1, 2, 3, 4, 5]),
        (vec![], Some(by_area(false)), &[4, 1, 2, 0, 5, 3]),
        (vec![], Some(by_area(true)), &[5, 0, 2, 1, 4, 3]),
        (vec![area(30.0, 50.0)], None, &[0, 1, 2]),
        // A range without bounds keeps everything, the unknown too.
        (
            vec![area(f64::NEG_INFINITY, f64::INFINITY)],
            None,
            &[0, 1, 2, 3, 4, 5],
        ),
        (vec![area(f64::NEG_INFINITY, 99.0)], None, &[0, 1, 2, 4, 5]),
        (vec![unknown], None, &[3]),
        (
            vec![well.clone(), area(35.0, 99.0)],
            Some(by_area(false)),
            &[2, 0],
        ),
        (vec![sql.clone()], Some(by_area(true)), &[5, 1, 3]),
        (vec![well, sql, area(99.0, 100.0)], None, &[]),
    ];
    for (conditions, sort, rows) in cases {
        let filters = conditions
            .into_iter()
            .zip(1..)
            .map(|(condition, id)| Filter {
                id,
                condition,
                enabled: true,
            })
            .collect();
        let query = Query { filters, sort };
        let result = explorer
            .run(&query, &AtomicBool::new(false), &|_| ())
            .await
            .expect("a result");
        assert_eq!(result.order.to_vec(), *rows, "{query:?}");
        for (at, row) in rows.iter().enumerate() {
            assert_eq!(result.order.get(at), Some(*row), "{query:?}");
            assert_eq!(result.order.position(*row), Some(at), "{query:?}");
        }
        assert_eq!(result.shown.count(), rows.len(), "{query:?}");
    }
}

#[tokio::test]
async fn a_query_says_why_it_has_no_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let cases = [
        (Query::default(), true, "cancelled"),
        (
            Query {
                filters: vec![Filter {
                    id: 1,
                    condition: Condition::Sql {
                        text: "Metadata_Wel = 'A01'".to_owned(),
                    },
                    enabled: true,
                }],
                sort: None,
            },
            false,
            "Metadata_Wel",
        ),
        (
            Query {
                filters: vec![],
                sort: Some(Sort {
                    column: "Cells_Gone".to_owned(),
                    descending: false,
                }),
            },
            false,
            "Cells_Gone",
        ),
    ];
    for (query, cancelled, word) in cases {
        let error = explorer
            .run(&query, &AtomicBool::new(cancelled), &|_| ())
            .await
            .expect_err("no answer");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn stored_values_are_found_behind_computed_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let explorer = Explorer::new(six_cells(&folder).await, 1 << 20);
    let area = "Cells_AreaShape_Area";
    explorer.set_computed(Arc::new(Column::of_floats(area, vec![1.0; 6])));
    let first = async |stored: bool| {
        let names = [area.to_owned()];
        let columns = if stored {
            explorer.stored(&names).await
        } else {
            explorer.columns(&names).await
        };
        columns.expect("columns")[0].number(0)
    };
    assert_eq!(first(true).await, Some(50.0));
    assert_eq!(first(false).await, Some(1.0));
    // While a column is replaced nobody finds the stored one in its place.
    let mut calls = 0;
    explorer.replace_computed(area, || {
        calls += 1;
        Some(Arc::new(Column::of_floats(area, vec![2.0; 6])))
    });
    assert_eq!((calls, first(false).await), (1, Some(2.0)));
    explorer.replace_computed(area, || None);
    assert_eq!(first(false).await, Some(50.0));
}
