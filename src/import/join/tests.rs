//! Cases for `join.rs`.

use super::*;
use cytolance_sources::tables_of_csv;

fn tables(files: &[(&str, &str)]) -> Vec<(String, Table)> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    tables_in(dir.path(), files)
}

/// The tables of a folder that stays as long as values are read.
pub(super) fn tables_in(dir: &std::path::Path, files: &[(&str, &str)]) -> Vec<(String, Table)> {
    files
        .iter()
        .enumerate()
        .map(|(at, (name, content))| {
            // Two may have one name.
            let path = dir.join(format!("{at}_{name}.csv"));
            std::fs::write(&path, content).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            ((*name).to_owned(), table)
        })
        .collect()
}

const NUCLEI: &str = "ImageNumber,ObjectNumber\n1,1\n1,2\n1,3\n";
const CELLS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei\n1,1,2\n1,2,1\n1,3,0\n";
const CYTOPLASM: &str =
    "ImageNumber,ObjectNumber,Parent_Cells,Parent_Nuclei\n1,1,1,2\n1,2,2,1\n1,3,9,9\n";
const SPOTS: &str = "ImageNumber,ObjectNumber,Parent_Nuclei\n1,1,1\n1,2,1\n";

fn sums_match(joined: &Joined) {
    for file in &joined.files {
        assert_eq!(
            file.rows,
            file.imported + file.rejected + file.without_parent + file.not_used,
            "{file:?}"
        );
    }
}

#[test]
fn one_row_for_every_primary_object() {
    type Case<'a> = (
        &'a [(&'a str, &'a str)],
        Option<&'a str>,
        &'a str,
        usize,
        &'a [&'a str],
    );
    let cases: &[Case] = &[
        (
            &[
                ("Cells", CELLS),
                ("Cytoplasm", CYTOPLASM),
                ("Nuclei", NUCLEI),
                ("Spots", SPOTS),
            ],
            None,
            "Cells",
            3,
            &["Nuclei", "Cytoplasm"],
        ),
        (
            &[("Cells", CELLS), ("Nuclei", NUCLEI)],
            None,
            "Cells",
            3,
            &["Nuclei"],
        ),
        (
            &[("Nuclei", NUCLEI), ("Spots", SPOTS)],
            None,
            "Nuclei",
            3,
            &[],
        ),
        (&[("Cells", CELLS)], None, "Cells", 3, &[]),
        (
            &[("Cells", CELLS), ("Nuclei", NUCLEI)],
            Some("nuclei"),
            "Nuclei",
            3,
            &["Cells"],
        ),
    ];
    for (files, wanted, primary, rows, compartments) in cases {
        let joined = join_objects(tables(files), *wanted, &[]).expect("joined");
        let names: Vec<_> = joined
            .compartments
            .iter()
            .map(|compartment| compartment.name.as_str())
            .collect();
        assert_eq!(
            (joined.primary.as_str(), joined.rows.len(), names.as_slice()),
            (*primary, *rows, *compartments)
        );
        sums_match(&joined);
    }
}

#[test]
fn parents_join_within_the_image_and_absent_ones_are_null() {
    let files = [
        ("Cells", CELLS),
        ("Cytoplasm", CYTOPLASM),
        ("Nuclei", NUCLEI),
    ];
    let joined = join_objects(tables(&files), None, &[]).expect("joined");
    assert_eq!(joined.compartments[0].rows, [Some(1), Some(0), None]);
    assert_eq!(joined.compartments[1].rows, [Some(0), Some(1), None]);
    assert_eq!(
        joined
            .files
            .iter()
            .map(|file| file.without_parent)
            .sum::<usize>(),
        2
    );
    let mut complete = join_objects(tables(&files), None, &[]).expect("joined");
    complete.drop_incomplete(&[]);
    assert_eq!(complete.rows.len(), 2);
    sums_match(&complete);
    // Another part of the import has what this one lacks.
    complete.drop_incomplete(&["Spots".to_owned()]);
    assert_eq!((complete.rows.len(), complete.files[0].not_used), (0, 3));
    sums_match(&complete);
}

#[test]
fn an_empty_table_is_no_primary_object() {
    const EMPTY: &str = "ImageNumber,ObjectNumber\n";
    let joined = join_objects(tables(&[("Worms", NUCLEI), ("Wells", EMPTY)]), None, &[]);
    let joined = joined.expect("joined");
    assert_eq!((joined.primary.as_str(), joined.rows.len()), ("Worms", 3));
    assert!(
        joined.files[1].used_as.contains("empty"),
        "{:?}",
        joined.files
    );
    for (files, wanted) in [
        (&[("A", EMPTY)][..], None),
        (&[("A", EMPTY), ("B", NUCLEI)][..], Some("A")),
    ] {
        let error = join_objects(tables(files), wanted, &[]).expect_err("no row");
        assert!(
            error
                .to_string()
                .contains("it has a header and nothing else"),
            "{error}"
        );
    }
}

#[test]
fn numbers_pair_where_the_places_are_the_same_and_by_choice_alone() {
    const CELLS: &str = "ImageNumber,ObjectNumber,AreaShape_BoundingBoxMinimum_X,AreaShape_BoundingBoxMinimum_Y,AreaShape_BoundingBoxMaximum_X,AreaShape_BoundingBoxMaximum_Y\n1,1,0,0,10,10\n1,2,20,0,30,10\n2,1,0,0,10,10\n";
    let dir = tempfile::tempdir().expect("a temporary folder");
    let nuclei = |third: &str| {
        format!(
            "ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y\n1,1,4,4\n1,2,25,4\n{third}\n"
        )
    };
    // The third nucleus; whether the pairs are offered; the rows that are joined by choice.
    for (third, likely, rows) in [
        ("2,1,4,4", true, vec![Some(0), Some(1), Some(2)]),
        ("2,1,40,4", false, vec![Some(0), Some(1), None]),
        ("2,1,,", false, vec![Some(0), Some(1), None]),
        ("2,7,4,4", true, vec![Some(0), Some(1), None]),
    ] {
        let nuclei = nuclei(third);
        let files = [("Cells", CELLS), ("Nuclei", nuclei.as_str())];
        let joined = join_objects(tables_in(dir.path(), &files), None, &[]).expect("joined");
        assert_eq!(joined.compartments.len(), 0, "{third}");
        assert_eq!(joined.pairs[0].is_likely(), likely, "{:?}", joined.pairs);
        let joined = join_objects(tables_in(dir.path(), &files), None, &["nuclei".to_owned()])
            .expect("joined");
        assert_eq!(joined.compartments[0].rows, rows, "{third}");
        sums_match(&joined);
    }
    let bare = [("Cells", NUCLEI), ("Nuclei", NUCLEI)];
    let joined =
        join_objects(tables_in(dir.path(), &bare), None, &["Nuclei".to_owned()]).expect("joined");
    assert_eq!((joined.compartments.len(), joined.pairs[0].untold), (0, 3));
}

#[test]
fn several_nuclei_take_the_one_that_the_cytoplasm_names() {
    let nuclei = "ImageNumber,ObjectNumber,Parent_Cells\n1,1,1\n1,2,1\n";
    let cells = "ImageNumber,ObjectNumber\n1,1\n";
    let cytoplasm = "ImageNumber,ObjectNumber,Parent_Cells,Parent_Nuclei\n1,1,1,2\n";
    let joined = join_objects(
        tables(&[
            ("Cells", cells),
            ("Nuclei", nuclei),
            ("Cytoplasm", cytoplasm),
        ]),
        None,
        &[],
    )
    .expect("joined");
    assert_eq!(joined.compartments[0].rows, [Some(1)]);
    assert_eq!(joined.nuclei_counts, Some(vec![2]));
    sums_match(&joined);
}

#[test]
fn repeated_keys_keep_their_first_row() {
    let joined = join_objects(
        tables(&[("Cells", "ImageNumber,ObjectNumber\n1,1\n1,1\n1,\n2,1\n")]),
        None,
        &[],
    )
    .expect("joined");
    assert_eq!(joined.rows, [0, 3]);
    assert_eq!(joined.files[0].rejected, 2);
    sums_match(&joined);
}

#[test]
fn an_unclear_primary_is_an_error_with_the_choices() {
    let error = join_objects(tables(&[("A", NUCLEI), ("B", NUCLEI)]), None, &[])
        .expect_err("ambiguous")
        .to_string();
    assert!(
        error.contains("A, B") && error.contains("--primary"),
        "{error}"
    );
}
