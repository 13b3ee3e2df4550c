//! `cytolance compute`: tools from the list, columns to a file or into the dataset.

use cytolance_tools::TOOLS;

use crate::support::{copy_folder, open, plate, run, text};

#[test]
fn the_help_and_the_errors_are_made_from_the_list_of_tools() {
    let listed = run(&["compute", "--list"]).ok().out;
    let help = run(&["compute", "--help"]).ok().out;
    for tool in TOOLS {
        assert!(listed.contains(tool.about()), "{listed}");
        assert!(help.contains(tool.id()), "{help}");
        for (name, about) in tool.help() {
            assert!(listed.contains(name) && listed.contains(about), "{listed}");
        }
    }
    let one = run(&["compute", "checks", "--list"]).ok().out;
    assert!(
        one.contains("checks:") && !one.contains("outliers:"),
        "{one}"
    );
    let plate = text(&plate().dataset);
    let cases: [(&[&str], i32, &str); 6] = [
        (
            &["compute", "nonsense", plate, "--keep"],
            2,
            "outliers, checks",
        ),
        (&["compute", "outliers", plate], 2, "--keep"),
        (&["compute"], 2, "TOOL"),
        (
            &["compute", "outliers", plate, "--keep", "--set", "z=1"],
            1,
            "outliers has no parameter z",
        ),
        (
            &[
                "compute",
                "outliers",
                plate,
                "--keep",
                "--set",
                "robust=perhaps",
            ],
            1,
            "neither true nor false",
        ),
        (
            &["compute", "outliers", plate, "--out", "x.docx"],
            1,
            "--out",
        ),
    ];
    for (arguments, code, words) in cases {
        let failed = run(arguments);
        assert_eq!(failed.code, code, "{arguments:?}: {}", failed.err);
        assert!(failed.err.contains(words), "{arguments:?}: {}", failed.err);
    }
}

#[test]
fn rules_are_written_to_a_table_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("plate.lance");
    copy_folder(&plate().dataset, &dataset);
    let before = open(&dataset);
    let table = folder.path().join("flags.csv");
    let small = "only=small_and_low_formfactor_nuclei";
    let arguments = [
        "compute",
        "outliers",
        text(&dataset),
        "--set",
        small,
        "--set",
        "scores=false",
        "--out",
        text(&table),
    ];
    run(&arguments).ok();
    let flag = "cqc.small_and_low_formfactor_nuclei.is_outlier";
    let mut read = csv::Reader::from_path(&table).expect("a table");
    let header = read.headers().expect("a header").clone();
    let at = header
        .iter()
        .position(|name| name == flag)
        .expect("the flag");
    assert!(
        header.iter().any(|name| name == "Metadata_Well"),
        "{header:?}"
    );
    let rows: Vec<bool> = read
        .records()
        .map(|record| &record.expect("a row")[at] == "true")
        .collect();
    assert_eq!(rows.len(), before.num_rows());
    assert_eq!(
        open(&dataset).version(),
        before.version(),
        "nothing is kept unasked"
    );
    assert_eq!(run(&arguments).code, 1, "nothing is replaced unasked");
    // As many as the older command counts.
    let rule = "small_and_low_formfactor_nuclei";
    let counted = run(&["outliers", text(&dataset), "--rule", rule]).ok().out;
    let found = rows.iter().filter(|found| **found).count();
    let words = format!("{rule}: {found} of {} cells", rows.len());
    assert!(found > 0 && counted.contains(&words), "{counted}");

    let said = run(&[
        "compute",
        "outliers",
        text(&dataset),
        "--set",
        small,
        "--keep",
    ]);
    let said = said.ok().out;
    let kept = open(&dataset);
    assert_eq!(kept.version(), before.version() + 1, "{said}");
    let stored = "cqc_small_and_low_formfactor_nuclei_is_outlier";
    assert!(said.contains(stored), "{said}");
    let info = kept.column(stored).expect("the flag");
    assert_eq!(info.arrow_type, "boolean");
    let about = kept.description(stored).expect("a description");
    assert!(about.contains("Nuclei_AreaShape_Area"), "{about}");
    assert_eq!(kept.made_by(stored).map(|made| made.0), Some("outliers"));
    let history = run(&["history", text(&dataset)]).ok().out;
    assert!(history.contains("Outlier rules: 3 columns"), "{history}");
}
