//! Labels from the command line, and from two processes at once of which one is killed again and again.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use cytolance_dataset::{CellDataset, DatasetSink, WriteTarget};
use serde_json::Value;

use crate::support::{open, program, python_with, run, runtime, text};

/// Cells without pictures, a hundred an image.
fn crowd(folder: &Path, cells: usize) -> PathBuf {
    let path = folder.join("crowd.lance");
    let cells = cells as i64;
    let batch = RecordBatch::try_from_iter_with_nullable([
        (
            "Metadata_Source",
            Arc::new(StringArray::from(vec!["plate"; cells as usize])) as ArrayRef,
            true,
        ),
        (
            "Metadata_ImageNumber",
            Arc::new(Int64Array::from_iter_values(
                (0..cells).map(|cell| cell / 100 + 1),
            )),
            true,
        ),
        (
            "Metadata_ObjectNumber",
            Arc::new(Int64Array::from_iter_values(
                (0..cells).map(|cell| cell % 100 + 1),
            )),
            true,
        ),
        (
            "Cells_AreaShape_Area",
            Arc::new(Float64Array::from_iter_values(
                (0..cells).map(|cell| cell as f64),
            )),
            true,
        ),
    ])
    .expect("a batch");
    runtime().block_on(async {
        let target = WriteTarget::Create;
        let sink = DatasetSink::open(text(&path), target, batch.schema(), HashMap::new()).await;
        let sink = sink.expect("a sink");
        sink.queue().expect("a queue").send(&batch).expect("sent");
        sink.finish().await.expect("a dataset");
    });
    path
}

fn labels(dataset: &CellDataset) -> Vec<Option<String>> {
    runtime()
        .block_on(dataset.read_labels("Label_QC"))
        .expect("labels")
}

/// Rows with their labels.
fn labelled(path: &Path) -> Vec<(usize, String)> {
    labels(&open(path))
        .into_iter()
        .enumerate()
        .filter_map(|(row, label)| Some((row, label?)))
        .collect()
}

#[test]
fn labels_are_given_compared_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = crowd(folder.path(), 400);
    let dataset = text(&path);
    let label = |extra: &[&str]| {
        let mut arguments = vec!["label", dataset, "--author", "Ada"];
        arguments.extend(extra);
        run(&arguments)
    };
    let said = label(&["--set", "pass", "--rows", "3,5,9"]).ok().out;
    assert!(said.contains("3 of 3 marks are in version 2"), "{said}");
    let own = |cells: &[(usize, &str)]| {
        let cells = cells.iter().map(|(row, label)| (*row, (*label).to_owned()));
        cells.collect::<Vec<_>>()
    };
    assert_eq!(
        labelled(&path),
        own(&[(3, "pass"), (5, "pass"), (9, "pass")])
    );
    let table = folder.path().join("marks.csv");
    let numbers = run(&[
        "export",
        dataset,
        "--out",
        text(&table),
        "--columns",
        "Metadata_Source,Metadata_ImageNumber,Metadata_ObjectNumber",
        "--filter",
        "Label_QC = 'pass'",
    ]);
    numbers.ok();
    // The cells of the export again, by their numbers: the second fails, the third loses its label.
    let lines = std::fs::read_to_string(&table).expect("a file");
    let mut marks = String::new();
    for (line, value) in lines.lines().zip(["value", "pass", "fail", ""]) {
        let _ = writeln!(marks, "{line},{value}");
    }
    std::fs::write(&table, marks).expect("written");
    label(&["--from", text(&table), "--note", "second look"]).ok();
    assert_eq!(labelled(&path), own(&[(3, "pass"), (5, "fail")]));
    label(&["--set", "unsure", "--where", "Label_QC = 'fail'"]).ok();
    label(&["--clear", "--rows", "3"]).ok();
    assert_eq!(labelled(&path), own(&[(5, "unsure")]));

    let listed = run(&["history", dataset, "--json"]).ok().out;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let field = |at: usize, name: &str| listed[at][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(listed.as_array().map(Vec::len), Some(5));
    assert_eq!(
        (field(2, "author"), field(2, "what")),
        ("Ada".into(), "second look".into())
    );
    assert_eq!(listed[0]["version"], 5);
    let plain = run(&["history", dataset]).ok().out;
    assert!(
        plain.contains("second look") && plain.lines().count() == 5,
        "{plain}"
    );

    let compared = run(&["history", dataset, "--compare", "2", "3", "--json"])
        .ok()
        .out;
    let compared: Value = serde_json::from_str(&compared).expect("JSON");
    assert_eq!(
        (&compared["both"], &compared["only_first"]),
        (&2.into(), &1.into())
    );
    assert_eq!(compared["agreement"], 0.5);
    assert_eq!(compared["kappa"], 0.0);
    assert_eq!(compared["differing"][0]["row"], 5);
    let plain = run(&["history", dataset, "--compare", "2", "3"]).ok().out;
    assert!(plain.contains("row 5: pass -> fail"), "{plain}");

    run(&["history", dataset, "--restore", "2", "--author", "Grace"]).ok();
    assert_eq!(labelled(&path).len(), 3);
    // Beside the dataset, and merged later, by which time somebody has marked one of the cells.
    let side = folder.path().join("side.jsonl");
    label(&["--set", "fail", "--rows", "20,21", "--side", text(&side)]).ok();
    assert_eq!(labelled(&path).len(), 3, "the dataset is left alone");
    label(&["--set", "pass", "--rows", "21"]).ok();
    let merged = run(&["label", dataset, "--merge", text(&side)]);
    assert_eq!(merged.code, 1, "{}", merged.err);
    assert!(merged.out.contains("1 of 2 marks of Ada"), "{}", merged.out);
    assert!(
        merged.err.contains("row 21 is pass and not fail"),
        "{}",
        merged.err
    );
    assert_eq!(labelled(&path).len(), 5);

    let cases: [(&[&str], i32, &str); 9] = [
        (&["label", dataset], 2, "--set"),
        (&["label", dataset, "--set", "pass"], 1, "--rows"),
        (
            &["label", dataset, "--set", "pas", "--rows", "1"],
            1,
            "pass, fail, unsure",
        ),
        (
            &["label", dataset, "--set", "pass", "--rows", "400"],
            1,
            "400 rows",
        ),
        (
            &[
                "label", dataset, "--set", "x", "--rows", "1", "--column", "QC",
            ],
            1,
            "Label_",
        ),
        (
            &["label", dataset, "--set", "pass", "--where", "Nonsense = 1"],
            1,
            "Nonsense",
        ),
        (&["history", dataset, "--restore", "99"], 1, "versions 1 to"),
        (
            &[
                "history",
                dataset,
                "--compare",
                "1",
                "2",
                "--column",
                "Label_No",
            ],
            1,
            "Label_No",
        ),
        (&["history", "/nowhere/x.lance"], 1, "no such file"),
    ];
    for (arguments, code, words) in cases {
        let run = run(arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
}

/// What is marked, how often it is saved, how often one of the two processes is killed.
struct Load {
    marks: usize,
    saves: usize,
    kills: usize,
}

/// A process that marks what a table says and tells of every save.
struct Marker {
    table: PathBuf,
    batch: usize,
    author: &'static str,
    /// Rows in the order of the table.
    rows: Vec<usize>,
    /// Marks whose save was told.
    told: usize,
    /// Those that were told before the process was started that runs now.
    base: usize,
    /// Times from one save to the next.
    times: Vec<Duration>,
    last: Option<Instant>,
}

fn class_of(row: usize) -> &'static str {
    ["pass", "fail", "unsure"][row % 3]
}

fn write_table(path: &Path, rows: &[usize]) {
    let mut lines = "row,value\n".to_owned();
    for row in rows {
        let _ = writeln!(lines, "{row},{}", class_of(*row));
    }
    std::fs::write(path, lines).expect("written");
}

impl Marker {
    /// Starts the program on what is not yet told as saved.
    fn start(&mut self, dataset: &Path) -> (Child, BufReader<ChildStdout>) {
        self.base = self.told;
        self.last = None;
        write_table(&self.table, &self.rows[self.told..]);
        let batch = self.batch.to_string();
        let mut child = program(&[
            "label",
            text(dataset),
            "--from",
            text(&self.table),
            "--batch",
            &batch,
            "--author",
            self.author,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        (child, out)
    }

    /// Reads what it tells, of up to so many saves.
    fn listen(&mut self, out: &mut BufReader<ChildStdout>, saves: usize) {
        let mut line = String::new();
        let mut heard = 0;
        while heard < saves {
            line.clear();
            if out.read_line(&mut line).expect("text") == 0 {
                break;
            }
            // A half-written line tells nothing.
            let Some(count) = line
                .strip_prefix("saved ")
                .and_then(|n| n.strip_suffix('\n'))
            else {
                continue;
            };
            self.told = self.base + count.parse::<usize>().expect("a number");
            heard += 1;
            self.times.extend(self.last.map(|last| last.elapsed()));
            self.last = Some(Instant::now());
        }
    }

    /// Every mark that it has told of is in the dataset.
    fn check(&self, dataset: &Path) {
        let labels = labels(&open(dataset));
        for row in &self.rows[..self.told] {
            assert_eq!(
                labels[*row].as_deref(),
                Some(class_of(*row)),
                "row {row}, whose save was reported"
            );
        }
    }
}

/// Two processes mark cells among each other's; the second is killed and started again where it was.
fn mark_from_two_processes(load: &Load) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = crowd(folder.path(), load.marks + 100);
    // The second starts ten times, so it has less to do: they are at it at the same time.
    let is_second = |row: &usize| row % 10 % 3 == 2;
    let (second, first): (Vec<usize>, Vec<usize>) = (0..load.marks).partition(is_second);
    let marker = |rows: Vec<usize>, author: &'static str| Marker {
        table: folder.path().join(format!("{author}.csv")),
        batch: load.marks / load.saves,
        author,
        rows,
        told: 0,
        base: 0,
        times: Vec::new(),
        last: None,
    };
    let (mut steady, mut killed) = (marker(first, "Ada"), marker(second, "Grace"));
    let started = Instant::now();
    let dataset = path.clone();
    let thread = std::thread::spawn(move || {
        let (mut child, mut out) = steady.start(&dataset);
        steady.listen(&mut out, usize::MAX);
        assert!(child.wait().expect("a status").success());
        steady
    });
    let mut random = fastrand::Rng::with_seed(6);
    let mut kills = 0;
    for round in 0..load.kills {
        if killed.told == killed.rows.len() {
            break;
        }
        let (mut child, mut out) = killed.start(&path);
        let left = (killed.rows.len() - killed.told) / killed.batch;
        let saves = random.usize(0..=left / (load.kills - round + 1));
        killed.listen(&mut out, saves);
        // Anywhere between two saves, which take some milliseconds, or before the first.
        let pause = if saves == 0 { 0.06 } else { 0.01 };
        std::thread::sleep(Duration::from_secs_f64(pause * random.f64()));
        if child.try_wait().expect("a status").is_none() {
            // SIGKILL: no chance to clean up.
            child.kill().expect("killed");
            kills += 1;
        }
        child.wait().expect("a status");
        // What it had still told.
        killed.listen(&mut out, usize::MAX);
        killed.check(&path);
    }
    if killed.told < killed.rows.len() {
        let (mut child, mut out) = killed.start(&path);
        killed.listen(&mut out, usize::MAX);
        assert!(child.wait().expect("a status").success());
    }
    let steady = thread.join().expect("no panic");
    let took = started.elapsed();
    assert!(kills * 2 >= load.kills, "only {kills} were killed in time");
    for marker in [&steady, &killed] {
        assert_eq!(marker.told, marker.rows.len(), "{}", marker.author);
        marker.check(&path);
        write_table(&marker.table, &marker.rows);
    }
    let dataset = open(&path);
    let count = labels(&dataset).iter().flatten().count();
    assert_eq!(count, load.marks);
    let versions = runtime().block_on(dataset.versions()).expect("versions");
    let by = |author: &str| {
        let own = versions
            .iter()
            .filter(|version| version.author.as_deref() == Some(author));
        own.count()
    };
    // A save that was killed between its commit and its report is not made twice.
    assert_eq!(
        (by("Ada"), by("Grace")),
        (load.saves * 7 / 10, load.saves * 3 / 10)
    );
    let mut times = [steady.times.as_slice(), killed.times.as_slice()].concat();
    times.sort_unstable();
    println!(
        "{} marks in {} saves from two processes, one killed {kills} times: {count} are there; {:.1} s in all; from save to save {:.0} ms (median), {:.0} ms (longest)",
        load.marks,
        load.saves,
        took.as_secs_f64(),
        times[times.len() / 2].as_secs_f64() * 1e3,
        times[times.len() - 1].as_secs_f64() * 1e3
    );
    if let Some(python) = python_with("lance") {
        let script = crate::support::project().join("tests/interop/count_marks.py");
        let output = Command::new(python)
            .args([
                text(&script),
                text(&path),
                text(&steady.table),
                text(&killed.table),
            ])
            .output()
            .expect("Python starts");
        print!("{}", String::from_utf8_lossy(&output.stdout));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
}

/// The whole load with `CYTOLANCE_MARKS=full`: see `benches/marks/run.sh`.
#[test]
fn no_reported_mark_is_lost_however_often_a_process_is_killed() {
    let full = std::env::var_os("CYTOLANCE_MARKS").is_some_and(|load| load == "full");
    mark_from_two_processes(&if full {
        Load {
            marks: 10_000,
            saves: 200,
            kills: 10,
        }
    } else {
        Load {
            marks: 400,
            saves: 20,
            kills: 3,
        }
    });
}
