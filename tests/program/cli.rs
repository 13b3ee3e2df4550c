//! The command line: what it says, and its exit codes.

use serde_json::Value;

use crate::support::{open, plate, program, run, text};

#[test]
fn exit_codes_tell_wrong_usage_from_failure() {
    let cases: [(&[&str], i32, &str); 9] = [
        (&["--help"], 0, "Usage"),
        (&["--version"], 0, "cytolance"),
        (&["import"], 2, "SOURCE"),
        (&["frobnicate"], 2, "frobnicate"),
        (&["view", "x.lance", "--size", "huge"], 2, "WIDTHxHEIGHT"),
        (&["info", "/nowhere/x.lance"], 1, "no such file"),
        (
            &["import", "/nowhere", "--out", "/nowhere/x.lance"],
            1,
            "/nowhere",
        ),
        (
            &["export", "/nowhere/x.lance", "--out", "x.csv"],
            1,
            "no such file",
        ),
        (&[], 1, "--screenshot"),
    ];
    for (arguments, code, words) in cases {
        let run = run(arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!((run.out + &run.err).contains(words), "{arguments:?}");
    }
}

#[test]
fn info_describes_the_plate() {
    let about: Value =
        serde_json::from_str(&run(&["info", text(&plate().dataset), "--json"]).ok().out)
            .expect("JSON");
    assert_eq!(about["rows"], 831);
    assert_eq!(about["version"], 1);
    assert_eq!(about["format"], "cytolance.single-cell-profile");
    assert_eq!(
        about["objects"],
        serde_json::json!(["Cells", "Nuclei", "Cytoplasm"])
    );
    let channels: Vec<&str> = about["channels"]
        .as_array()
        .expect("channels")
        .iter()
        .filter_map(|channel| channel["name"].as_str())
        .collect();
    assert_eq!(channels, ["AGP", "DNA", "ER", "Mito", "RNA"]);
    assert!(
        about["channels"][0]["color"]
            .as_str()
            .is_some_and(|color| color.starts_with('#'))
    );
    let column = |name: &str| {
        let columns = about["columns"].as_array().expect("columns");
        columns
            .iter()
            .find(|column| column["name"] == name)
            .unwrap_or_else(|| panic!("no column {name}"))
            .clone()
    };
    let cases = [
        ("Metadata_Well", "utf8", "metadata", 0),
        ("Metadata_ObjectNumber", "int64", "metadata", 0),
        ("Cells_AreaShape_Area", "int64", "feature", 0),
        ("Nuclei_AreaShape_Area", "int64", "feature", 1),
        ("ome_arrow_image", "ome-arrow", "picture", 0),
        ("Outline_Cytoplasm", "geoarrow.polygon", "outline", 3),
    ];
    for (name, kind, role, nulls) in cases {
        let column = column(name);
        assert_eq!(column["role"], role, "{name}");
        assert_eq!(column["nulls"], nulls, "{name}");
        assert!(
            column["type"]
                .as_str()
                .is_some_and(|text| text == kind || name.ends_with("Area")),
            "{name}: {}",
            column["type"]
        );
    }
    let plain = run(&["info", text(&plate().dataset)]).ok().out;
    assert!(plain.contains("831") && plain.contains("Cells_AreaShape_Area"));
}

#[test]
fn export_writes_what_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("cells.csv");
    let dataset = text(&plate().dataset);
    let export = |extra: &[&str]| {
        let mut arguments = vec!["export", dataset, "--out", text(&file), "--overwrite"];
        arguments.extend(extra);
        run(&arguments)
    };
    export(&[
        "--filter",
        "Metadata_Well = 'B03'",
        "--columns",
        "Cells_AreaShape_Area,Metadata_Well",
    ])
    .ok();
    let text = std::fs::read_to_string(&file).expect("a file");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("Metadata_Well,Cells_AreaShape_Area"),
        "keys first"
    );
    assert!(text.lines().count() > 10 && lines.all(|line| line.starts_with("B03,")));
    export(&[]).ok();
    let mut reader = csv::Reader::from_path(&file).expect("CSV");
    let columns = open(&plate().dataset).columns().len();
    assert_eq!(
        reader.headers().expect("a header").len(),
        columns - 4,
        "all but the crop and three outlines"
    );
    assert_eq!(reader.records().flatten().count(), 831);
    let before = std::fs::metadata(&file).expect("a file").len();
    for (extra, words) in [
        (["--filter", "Nonsense > 1"], "Nonsense"),
        (["--filter", "Cells_AreaShape_Area +"], "+"),
        (["--columns", "Area"], "Cells_AreaShape_Area"),
    ] {
        let run = export(&extra);
        assert!(
            run.code == 1 && run.err.contains(words),
            "{extra:?}: {}",
            run.err
        );
    }
    assert_eq!(
        std::fs::metadata(&file).expect("a file").len(),
        before,
        "a failed export changes nothing"
    );
    let nowhere = run(&["export", dataset, "--out", "/nowhere/cells.csv"]);
    assert!(nowhere.code == 1 && nowhere.err.contains("/nowhere/cells.csv"));
}

#[test]
fn view_without_a_display_says_what_to_do() {
    let run = run(&["view", text(&plate().dataset)]);
    assert!(
        run.code == 1 && run.err.contains("--screenshot"),
        "{}",
        run.err
    );
    // A display that is not there: one sentence, and no place in anybody's source code.
    let dataset = text(&plate().dataset);
    let output = program(&["view", dataset]).env("DISPLAY", ":7777").output();
    let said = String::from_utf8_lossy(&output.expect("the program starts").stderr).into_owned();
    let driver = |word: &str| said.contains(word);
    assert!(driver("cannot open a window") && !driver(".rs:"), "{said}");
    assert_eq!(said.matches("error:").count(), 1, "{said}");
}

#[test]
fn screenshots_need_no_display() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shot.png");
    let dataset = text(&plate().dataset);
    let shot = run(&[
        "view",
        dataset,
        "--select",
        "5",
        "--filter",
        "Metadata_Well = 'B03'",
        "--screenshot",
        text(&file),
        "--size",
        "900x600",
    ]);
    if shot.err.contains("no Vulkan driver") {
        eprintln!("skipped: {}", shot.err);
        return;
    }
    assert_eq!(shot.code, 0, "{}", shot.err);
    assert!(!shot.err.contains("error"), "the driver's: {}", shot.err);
    let picture = image::open(&file).expect("a PNG").to_rgb8();
    assert_eq!(picture.dimensions(), (900, 600));
    let colors: std::collections::HashSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(
        colors.len() > 500,
        "only {} colours: no cells in it",
        colors.len()
    );
    for (arguments, words) in [
        (["view", dataset, "--select", "9999"], "831 rows"),
        (["view", dataset, "--filter", "Nonsense = 1"], "Nonsense"),
    ] {
        let run = crate::support::run(&arguments);
        assert!(run.code == 1 && run.err.contains(words), "{}", run.err);
    }
}
