//! Cases for `join.rs`.

use super::*;
use cytolance_sources::tables_of_csv;

fn tables(files: &[(&str, &str)]) -> Vec<(String, Table)> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    files
        .iter()
        .map(|(name, content)| {
            let path = dir.path().join(format!("{name}.csv"));
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
        let joined = join_objects(tables(files), *wanted, false).expect("joined");
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
    let joined = join_objects(tables(&files), None, false).expect("joined");
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
    let complete = join_objects(tables(&files), None, true).expect("joined");
    assert_eq!(complete.rows.len(), 2);
    sums_match(&complete);
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
        false,
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
        false,
    )
    .expect("joined");
    assert_eq!(joined.rows, [0, 3]);
    assert_eq!(joined.files[0].rejected, 2);
    sums_match(&joined);
}

#[test]
fn an_unclear_primary_is_an_error_with_the_choices() {
    let error = join_objects(tables(&[("A", NUCLEI), ("B", NUCLEI)]), None, false)
        .expect_err("ambiguous")
        .to_string();
    assert!(
        error.contains("A, B") && error.contains("--primary"),
        "{error}"
    );
}
