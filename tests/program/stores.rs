//! Pictures and datasets in object stores and on web servers, served by moto on this machine.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Plate, Run, plate, program, python_with, text};

/// The demo plate's pictures and masks in a bucket, and on a web server.
pub struct Servers {
    process: Child,
    /// Where the bucket is.
    pub endpoint: String,
    web: String,
}

impl Drop for Servers {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Servers {
    /// None, having said so, where Python has no moto.
    pub fn start(folder: &Path, prefix: &str) -> Option<Self> {
        let python = python_with("moto.server, boto3")?;
        let script = crate::support::project().join("tests/interop/object_store.py");
        let mut process = Command::new(python)
            .args([text(&script), text(folder), prefix])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let mut line = || lines.next().expect("a line").expect("text");
        Some(Self {
            endpoint: line(),
            web: line(),
            process,
        })
    }

    fn run(&self, arguments: &[&str]) -> Run {
        run_at(&self.endpoint, arguments)
    }
}

fn run_at(endpoint: &str, arguments: &[&str]) -> Run {
    let output = program(arguments)
        .env("AWS_ENDPOINT", endpoint)
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .output()
        .expect("the program starts");
    let run = Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(!run.err.contains("panicked"), "{arguments:?}\n{}", run.err);
    run
}

/// The export's tables without its pictures, in a folder of the same name, so that nothing local is found.
fn tables_only(plate: &Plate, folder: &Path) -> std::path::PathBuf {
    let tables = folder.join(plate.export.file_name().expect("a name"));
    std::fs::create_dir(&tables).expect("a folder");
    for entry in std::fs::read_dir(&plate.export).expect("the export") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            std::fs::copy(&path, tables.join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    tables
}

/// The rows as CSV: what two equal datasets agree on.
fn csv(servers: &Servers, dataset: &str, folder: &Path) -> String {
    let out = folder.join("rows.csv");
    let arguments = ["export", dataset, "--out", text(&out), "--overwrite"];
    servers.run(&arguments).ok();
    std::fs::read_to_string(&out).expect("the CSV")
}

/// Rows that have a picture, of all, as the import's summary says.
fn with_picture(run: &Run) -> &str {
    run.out
        .lines()
        .find_map(|line| line.trim().strip_prefix("with picture"))
        .map(str::trim)
        .unwrap_or_default()
}

#[test]
fn a_plate_in_a_bucket_becomes_a_dataset_in_a_bucket() {
    let plate = plate();
    let Some(servers) = Servers::start(&plate.export, "raw data/plate 1") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let tables = tables_only(plate, folder.path());
    let target = "s3://plates/datasets/demo.lance";
    let import = |more: &[&str]| {
        let mut arguments = vec![
            "import",
            text(&tables),
            "--images",
            "s3://plates/raw data/plate 1/images",
            "--masks",
            "s3://plates/raw data/plate 1/masks",
            "--out",
            target,
        ];
        arguments.extend(more);
        servers.run(&arguments)
    };
    let first = import(&[]).ok();
    assert_eq!(with_picture(&first), "831 of 831");
    assert!(
        first
            .out
            .contains("is now s3://plates/raw data/plate 1/images"),
        "{}",
        first.out
    );
    let local = csv(&servers, text(&plate.dataset), folder.path());
    assert!(csv(&servers, target, folder.path()) == local);
    let report = servers.run(&["info", target, "--report"]).ok();
    assert!(report.out.contains("831"), "{}", report.out);

    let again = import(&[]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("exists already"), "{}", again.err);
    import(&["--append"]).ok();
    let rows = csv(&servers, target, folder.path()).lines().count();
    assert_eq!(rows, 1 + 2 * 831);
    import(&["--overwrite"]).ok();
    assert!(csv(&servers, target, folder.path()) == local);
}

#[test]
fn pictures_on_a_web_server_are_asked_for_by_name() {
    let plate = plate();
    let Some(servers) = Servers::start(&plate.export, "x") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let tables = tables_only(plate, folder.path());
    let target = folder.path().join("web.lance");
    let import = servers
        .run(&[
            "import",
            text(&tables),
            "--images",
            &format!("{}/images", servers.web),
            "--out",
            text(&target),
        ])
        .ok();
    assert_eq!(with_picture(&import), "831 of 831", "{}", import.out);
    assert!(import.out.contains("cannot list"), "{}", import.out);
}

#[test]
fn what_a_store_refuses_is_said() {
    let plate = plate();
    let Some(servers) = Servers::start(&plate.export.join("masks"), "masks") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("x.lance");
    let source = text(&plate.export);
    let cases: [(&[&str], &str); 5] = [
        (
            &[
                "import",
                source,
                "--images",
                "s3://absent/raw",
                "--out",
                text(&out),
            ],
            "--images s3://absent/raw: The specified bucket does not exist",
        ),
        (
            &[
                "import",
                source,
                "--images",
                "ftp://host/raw",
                "--out",
                text(&out),
            ],
            "ftp://host/raw",
        ),
        (
            &["import", source, "--out", "https://host/x.lance"],
            "at s3://, gs:// and az://",
        ),
        (
            &["info", "s3://plates/absent.lance"],
            "s3://plates/absent.lance",
        ),
        (&["info", "ftp://host/x.lance"], "at s3://, gs:// and az://"),
    ];
    for (arguments, words) in cases {
        let run = servers.run(arguments);
        assert_eq!(run.code, 1, "{arguments:?} {}", run.out);
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
        assert!(!run.err.contains("<Error>"), "{}", run.err);
        assert!(!out.exists());
    }
    let nobody = run_at("http://127.0.0.1:9", &["info", "s3://plates/x.lance"]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.err.contains("127.0.0.1:9"), "{}", nobody.err);
}
