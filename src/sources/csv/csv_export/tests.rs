//! Cases for `csv_export.rs`.

use super::*;

fn found(files: &[(&str, &str)]) -> CsvFindings {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut paths: Vec<PathBuf> = files
        .iter()
        .map(|(name, content)| {
            let path = dir.path().join(name);
            std::fs::write(&path, content).expect("a file");
            path
        })
        .collect();
    paths.sort();
    csv_exports(&paths)
}

const OBJECT: &str = "ImageNumber,ObjectNumber\n1,1\n";
const IMAGE: &str = "ImageNumber,FileName_DNA\n1,a.tif\n";

#[test]
fn exports_are_found_by_their_headers() {
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a [&'a str], bool)]);
    let cases: &[Case] = &[
        (
            &[("Image.csv", IMAGE), ("Cells.csv", OBJECT)],
            &[(&["Cells"], true)],
        ),
        (
            &[
                ("MyExpt_Image.csv", IMAGE),
                ("MyExpt_Cells.csv", OBJECT),
                ("MyExpt_Nuclei.csv", OBJECT),
            ],
            &[(&["Cells", "Nuclei"], true)],
        ),
        (
            &[("X_Cells.csv", OBJECT), ("X_Nuclei.csv", OBJECT)],
            &[(&["Cells", "Nuclei"], false)],
        ),
        (
            &[("image.csv", IMAGE), ("Cells.csv", OBJECT)],
            &[(&["Cells"], true)],
        ),
        (
            &[
                ("A_Image.csv", IMAGE),
                ("A_Cells.csv", OBJECT),
                ("B_Image.csv", IMAGE),
                ("B_Cells.csv", OBJECT),
                ("Experiment.csv", "Key,Value\n"),
            ],
            &[(&["Cells"], true), (&["Cells"], true)],
        ),
        (
            &[
                ("Image.csv", IMAGE),
                (
                    "All.csv",
                    "Image,Cells,Cells\nImageNumber,ObjectNumber,AreaShape_Area\n1,1,1\n",
                ),
                ("Experiment.csv", "Key,Value\n"),
                ("Object relationships.csv", "Module,First Object Name\n"),
                ("notes.csv", "a,b\n"),
            ],
            &[(&[""], true)],
        ),
        (&[("notes.csv", "a,b\n")], &[]),
    ];
    for (files, expected) in cases {
        let found = found(files).exports;
        let shape: Vec<(Vec<&str>, bool)> = found
            .iter()
            .map(|export| {
                (
                    export
                        .objects
                        .iter()
                        .map(|file| file.name.as_str())
                        .collect(),
                    export.image.is_some(),
                )
            })
            .collect();
        let expected: Vec<(Vec<&str>, bool)> = expected
            .iter()
            .map(|(names, image)| (names.to_vec(), *image))
            .collect();
        assert_eq!(shape, expected, "{files:?}");
    }
}

#[test]
fn what_is_left_alone_is_named() {
    let found = found(&[
        ("Image.csv", IMAGE),
        ("Cells.csv", OBJECT),
        ("notes.csv", "a,b\n"),
        ("empty.csv", ""),
        ("Object relationships.csv", "Module,First Object Name\n"),
    ]);
    assert_eq!(found.left_alone.len(), 3, "{:?}", found.left_alone);
}
