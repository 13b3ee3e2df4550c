//! What the window exports is what the command line exports, for every exporter there is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use cytolance::features::export::{ExportCommand, ExportState};
use cytolance::features::rules::{RuleUse, RulesCommand};
use cytolance::shell::{Command, Start, Viewer};
use cytolance_dataset::DatasetMetadata;
use cytolance_exporters::{ExportKind, Setting};
use cytolance_profile::Condition;
use egui_kittest::Harness;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{copy_folder, open, plate, run, runtime, text};
use crate::viewer::{settled, viewer};
use crate::workbench::command;

/// Exports what the window shows.
fn from_window(harness: &mut Harness<'static, Viewer>, kind: ExportKind, path: &Path) {
    let export = |command: ExportCommand| Command::from(command);
    harness.state_mut().dispatch(export(ExportCommand::Start));
    let workspace = harness.state_mut().state.workspace.as_mut().expect("open");
    let part = workspace.parts.get_mut::<ExportState>();
    let draft = part.draft.as_mut().expect("a dialog");
    draft.set_kind(kind);
    text(path).clone_into(&mut draft.path);
    draft.options.across = 5;
    harness.state_mut().dispatch(export(ExportCommand::Run));
    settled(harness);
    let notices = &harness.state().state.notices;
    assert!(path.exists(), "{kind:?}: {notices:?}");
}

/// The same on the command line, with what the window is set up to.
fn from_command_line(
    harness: &Harness<'static, Viewer>,
    dataset: &Path,
    kind: ExportKind,
    path: &Path,
    cells: [&str; 2],
) {
    let face = kind.face();
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    let outlines = workspace.outlines.iter().filter(|outline| outline.visible);
    let visible: Vec<&str> = outlines.map(|outline| outline.object.as_str()).collect();
    let visible = visible.join(",");
    let mut arguments = vec![
        "export",
        text(dataset),
        "--as",
        face.id,
        "--out",
        text(path),
    ];
    arguments.extend(cells);
    for setting in face.settings {
        arguments.extend(match setting {
            Setting::Across => ["--across", "5"],
            Setting::Captions => ["--captions", "Metadata_Well"],
            Setting::Objects => ["--object", visible.as_str()],
            Setting::Class => ["--class", "Label_QC"],
            _ => continue,
        });
    }
    run(&arguments).ok();
}

/// What is at a path, but for the time when it was written.
struct Contents {
    /// Files by their names; of what says of itself where it comes from, what it says.
    files: BTreeMap<String, Vec<u8>>,
    /// Its rows.
    rows: Vec<RecordBatch>,
}

fn contents(path: &Path) -> Contents {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let (mut files, mut rows) = (BTreeMap::new(), Vec::new());
    let said = |schema: &Schema| {
        let mut about = DatasetMetadata::from_map(schema.metadata());
        assert_eq!(about.exports.len(), 1);
        about.exports.iter_mut().for_each(without_time);
        format!("{about:?}\n{}", fields_of(schema)).into_bytes()
    };
    match ending {
        Some("lance") => {
            let dataset = open(path);
            let columns = dataset.columns().iter();
            let names: Vec<String> = columns.map(|column| column.name.clone()).collect();
            let all: Vec<u32> = (0..dataset.num_rows() as u32).collect();
            let batch = runtime().block_on(dataset.take(&all, &names));
            files.insert(String::new(), said(dataset.schema()));
            // What the schema says has the time in it.
            let batch = batch.expect("rows");
            rows.push(plain(&batch));
        }
        Some("parquet") => {
            let file = std::fs::File::open(path).expect("a file");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
            files.insert(String::new(), said(reader.schema()));
            for batch in reader.build().expect("a reader") {
                let batch = batch.expect("rows");
                rows.push(plain(&batch));
            }
        }
        _ if path.is_dir() => {
            for entry in std::fs::read_dir(path).expect("a folder") {
                let file = entry.expect("an entry").path();
                let name = file.file_name().expect("a name").to_string_lossy();
                files.insert(name.into_owned(), std::fs::read(&file).expect("read"));
            }
        }
        Some("html") => {
            let page = std::fs::read_to_string(path).expect("text");
            let lines = page.lines().filter(|line| !line.contains("<td>Time</td>"));
            let page: Vec<&str> = lines.collect();
            files.insert(String::new(), page.join("\n").into_bytes());
        }
        _ => {
            files.insert(String::new(), std::fs::read(path).expect("read"));
        }
    }
    Contents { files, rows }
}

/// A batch without what its schema says beside its fields.
fn plain(batch: &RecordBatch) -> RecordBatch {
    let schema = Arc::new(Schema::new(batch.schema().fields().clone()));
    RecordBatch::try_new(schema, batch.columns().to_vec()).expect("the same")
}

/// Files that are not on both sides or not the same.
fn differences(one: &Contents, other: &Contents) -> Vec<String> {
    let names = one.files.keys().chain(other.files.keys());
    let mut found: Vec<String> = names
        .filter(|name| one.files.get(*name) != other.files.get(*name))
        .map(|name| format!("file «{name}»"))
        .collect();
    found.dedup();
    if one.rows != other.rows {
        found.push("rows".to_owned());
    }
    found
}

/// Fields with what they say, in an order of their own.
fn fields_of(schema: &Schema) -> String {
    let said = schema.fields().iter().map(|field| {
        let metadata: BTreeMap<_, _> = field.metadata().iter().collect();
        format!("{} {} {metadata:?}\n", field.name(), field.data_type())
    });
    said.collect()
}

fn without_time(from: &mut serde_json::Value) {
    let time = from.as_object_mut().and_then(|from| from.remove("time"));
    assert!(time.is_some_and(|time| time.is_string()), "{from}");
}

/// Where an export says it comes from.
fn provenance(path: &Path) -> serde_json::Value {
    let beside = format!("{}.json", text(path));
    let bytes = std::fs::read(&beside).expect("where it is from");
    let mut from = serde_json::from_slice(&bytes).expect("JSON");
    without_time(&mut from);
    from
}

/// Names of a table's columns.
fn header(path: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let names = reader.headers().expect("a header").iter();
    names.map(str::to_owned).collect()
}

#[test]
fn the_window_and_the_command_line_write_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = folder.path().join("plate.lance");
    copy_folder(&plate().dataset, &dataset);
    run(&[
        "label",
        text(&dataset),
        "--set",
        "fail",
        "--where",
        "Cells_AreaShape_Area < 900",
    ])
    .ok();
    let session = folder.path().join("plate.cytolance.toml");
    let rule = |name: &str, z: f64| {
        format!(
            "[[rules]]\nname = \"{name}\"\n\
             thresholds = [{{ feature = \"Cells_AreaShape_Area\", z = {z} }}]\n\n"
        )
    };
    let said = [
        "format = \"cytolance-session\"\nformat_version = 1\n\n".to_owned(),
        format!("[dataset]\nuri = '{}'\nversion = 2\nrows = 831\n\n", text(&dataset)),
        "[[filters]]\nkind = \"one_of\"\ncolumn = \"Metadata_Well\"\nvalues = [\"B02\", \"B03\"]\n\n".to_owned(),
        "[sort]\ncolumn = \"Cells_AreaShape_Area\"\ndescending = true\n\n".to_owned(),
        rule("large", 1.0),
        rule("small", -1.0),
    ];
    std::fs::write(&session, said.concat()).expect("written");
    let mut harness = viewer(Start {
        session: Some(session.clone()),
        ..Start::default()
    });
    settled(&mut harness);
    // One rule's columns are put beside the stored ones, and filtered by; the other is a rule alone.
    let add = RulesCommand::Use("large".to_owned(), RuleUse::AddColumns);
    harness.state_mut().dispatch(Command::from(add));
    settled(&mut harness);
    let flag = "cqc.large.is_outlier".to_owned();
    harness
        .state_mut()
        .dispatch(Command::AddFilter(Condition::OneOf {
            column: flag.clone(),
            values: ["false".to_owned()].into(),
        }));
    // A channel and the outlines are shown otherwise than at first.
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    let mut style = workspace.channels[0].style;
    style.max *= 0.5;
    style.color = [255, 0, 255];
    let mut outline = workspace.outlines[0].clone();
    outline.visible = !outline.visible;
    harness.state_mut().dispatch(Command::SetChannel(0, style));
    harness
        .state_mut()
        .dispatch(Command::SetOutline(0, outline));
    settled(&mut harness);
    let shown = harness.state().state.workspace.as_ref().expect("open");
    let shown = shown.order.len();
    assert!(shown > 5 && shown < 200, "{shown}");
    command(&mut harness, "Save session");
    let saved = std::fs::read_to_string(&session).expect("a session");
    assert!(saved.contains("[[panes.tools]]"), "{saved}");
    let mut wrong = Vec::new();
    for kind in ExportKind::all() {
        let at = |side: &str| {
            let folder = folder.path().join(side);
            std::fs::create_dir_all(&folder).expect("a folder");
            folder.join(format!("cells{}", kind.face().suffix))
        };
        let (ours, theirs) = (at("window"), at("line"));
        from_window(&mut harness, kind, &ours);
        let cells = ["--session", text(&session)];
        from_command_line(&harness, &dataset, kind, &theirs, cells);
        let (one, other) = (contents(&ours), contents(&theirs));
        assert!(!one.files.is_empty(), "{kind:?}");
        for what in differences(&one, &other) {
            wrong.push(format!("{kind:?}: {what}"));
        }
        let from = provenance(&ours);
        assert_eq!(from, provenance(&theirs), "{kind:?}");
        assert_eq!(from["dataset"], text(&dataset), "{kind:?}");
        assert_eq!(from["session"]["rules"][1]["name"], "small", "{kind:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let names = header(&folder.path().join("line/cells.csv"));
    for name in [
        flag.as_str(),
        "cqc.large.Z_Score.Cells_AreaShape_Area",
        "cqc.small.is_outlier",
        "Label_QC",
    ] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    // They stay with the copy.
    let copy = open(&folder.path().join("line/cells.lance"));
    assert_eq!(copy.num_rows(), shown);
    assert!(copy.column("cqc_small_is_outlier").is_some());
}

#[test]
fn without_a_session_cells_look_as_the_window_shows_them_at_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = &plate().dataset;
    let filter = "Metadata_Well = 'B02'";
    let mut harness = viewer(Start {
        dataset: Some(text(dataset).to_owned()),
        filter: Some(filter.to_owned()),
        ..Start::default()
    });
    settled(&mut harness);
    for id in ["png", "montage"] {
        let kind = ExportKind::by_id(id).expect("an exporter");
        let at = |side: &str| folder.path().join(format!("{side}{}", kind.face().suffix));
        let (ours, theirs) = (at("window"), at("line"));
        from_window(&mut harness, kind, &ours);
        from_command_line(&harness, dataset, kind, &theirs, ["--filter", filter]);
        let (one, other) = (contents(&ours), contents(&theirs));
        assert!(!one.files.is_empty(), "{id}");
        assert_eq!(differences(&one, &other), [""; 0], "{id}");
    }
}

#[test]
fn what_a_kind_does_not_take_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let dataset = text(&plate().dataset);
    let cases: [(&str, &[&str], &str); 8] = [
        (
            "x.csv",
            &["--across", "3"],
            "--across is for montage, not for csv",
        ),
        (
            "x.svg",
            &["--columns", "Metadata_Well"],
            "--columns is for csv, tsv, parquet, lance",
        ),
        (
            "x",
            &["--as", "label-tiff", "--class", "Label_QC"],
            "--class is for geojson",
        ),
        ("x.html", &["--sample", "3"], "--rows and --sample"),
        ("x.csv", &["--rows", "831"], "there is no row 831"),
        (
            "x.geojson",
            &["--class", "Label_Qc"],
            "there is no column Label_Qc",
        ),
        (
            "x.geojson",
            &["--measurements", "Area"],
            "Cells_AreaShape_Area",
        ),
        (
            "x.png",
            &["--sample", "2", "--captions", "Well"],
            "Metadata_Well",
        ),
    ];
    for (name, more, words) in cases {
        let path = folder.path().join(name);
        let refused = run(&[&["export", dataset, "--out", text(&path)], more].concat());
        assert_eq!(refused.code, 1, "{name} {more:?}");
        assert!(refused.err.contains(words), "{name}: {}", refused.err);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
    // Words that are none are refused with those that are.
    let refused = run(&["export", dataset, "--out", "x", "--as", "xlsx"]);
    assert_eq!(refused.code, 2);
    for kind in ExportKind::all() {
        assert!(refused.err.contains(kind.face().id), "{}", refused.err);
    }
}
