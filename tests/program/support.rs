//! What several tests need: the program, small exports, the demo plate.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use arrow::array::{Array as _, ArrayRef, RecordBatch};
use arrow::util::display::array_value_to_string;
use cytolance_dataset::CellDataset;

/// What a run of the program left.
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Fails the test unless the program succeeded.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }
}

/// The program, with its settings in a place of its own and without a display.
pub fn program(arguments: &[&str]) -> Command {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cytolance"));
    command
        .args(arguments)
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY");
    command
}

/// Runs the program. A panic is a failure whatever the test expects.
pub fn run(arguments: &[&str]) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = program(arguments).output().expect("the program starts");
    let run = Run {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    };
    assert!(!run.err.contains("panicked"), "{arguments:?}\n{}", run.err);
    run
}

/// A path as the text that arguments are.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A runtime for calls into the library.
pub fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
}

/// Opens a dataset.
pub fn open(path: &Path) -> CellDataset {
    runtime()
        .block_on(CellDataset::open(text(path)))
        .expect("a dataset")
}

/// The demo plate, drawn and imported once for all tests.
pub struct Plate {
    /// Its export.
    pub export: PathBuf,
    /// Its dataset.
    pub dataset: PathBuf,
}

/// Draws the demo plate on the first call.
pub fn plate() -> &'static Plate {
    static PLATE: OnceLock<Plate> = OnceLock::new();
    PLATE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plate");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let plate = Plate {
            export: folder.join("export"),
            dataset: folder.join("demo-plate.lance"),
        };
        run(&[
            "demo",
            "--export",
            text(&plate.export),
            "--out",
            text(&plate.dataset),
        ])
        .ok();
        plate
    })
}

/// Published data, where this machine has it.
pub fn published(name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("CYTOLANCE_TEST_DATA") else {
        eprintln!("skipped: CYTOLANCE_TEST_DATA does not name a folder with {name}");
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not there", folder.display());
    None
}

/// The interpreter named by `CYTOLANCE_TEST_PYTHON`, or `python3`, if it has some packages.
pub fn python_with(packages: &str) -> Option<String> {
    let name = std::env::var("CYTOLANCE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&name)
        .args(["-c", &format!("import {packages}")])
        .output()
        .is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("skipped: {name} lacks one of {packages} (set CYTOLANCE_TEST_PYTHON)");
    }
    found.then_some(name)
}

/// Runs a script of `tests/interop`, which must succeed, and shows what it says.
pub fn run_script(python: &str, script: &str, arguments: &[&str]) {
    let output = Command::new(python)
        .arg(project().join("tests/interop").join(script))
        .args(arguments)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Names in a folder that an import should not have left.
pub fn leftovers(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.contains(".lance") || name.contains(".partial"))
        .collect()
}

/// The project's folder. Asked for when the tests run: the binary may have been built in another checkout.
pub fn project() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Copies a dataset, so that a test can change it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// The values of a column as text, nulls as «-».
pub fn texts_of(values: &ArrayRef) -> Vec<String> {
    (0..values.len())
        .map(|row| {
            if values.is_null(row) {
                "-".to_owned()
            } else {
                array_value_to_string(values, row).expect("text")
            }
        })
        .collect()
}

/// Writes a table as Parquet.
pub fn write_parquet(path: &Path, batch: &RecordBatch) {
    let file = std::fs::File::create(path).expect("a file");
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(batch).expect("rows");
    writer.close().expect("a footer");
}
