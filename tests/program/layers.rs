//! Crates and folders use what is below them.
//!
//! A crate cannot use what its manifest does not name, so the manifests are read; inside the crate on top, the imports are.

use std::path::{Path, PathBuf};

use toml::Table;

/// The crates of the layers, each in the folder of its name: a manifest names those before it alone.
const LAYERS: [&str; 16] = [
    "files",
    "kernels",
    "profile",
    "imaging",
    "plot",
    "remote",
    "dataset",
    "sources",
    "explore",
    "import",
    "export",
    "tools",
    "session",
    "exporters",
    "widgets",
    "demo",
];

/// The list of outside crates, for the tests of the layers.
const DEPENDENCIES: &str = "dependencies";

/// The folders of the crate on top: a folder uses those before it alone.
const FOLDERS: [&str; 4] = ["model", "features", "shell", "cli"];

/// Outside crates, by how their names begin, and the crates that may name them. The empty name is the crate on top.
const OWNED: [(&str, &[&str]); 5] = [
    ("lance", &["dataset"]),
    ("polars", &["explore"]),
    ("egui", &["widgets", ""]),
    ("eframe", &[""]),
    ("object_store", &["remote"]),
];

fn source() -> PathBuf {
    crate::support::project().join("src")
}

fn manifest(folder: &Path) -> Table {
    let path = folder.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).expect("a manifest");
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The keys of a table of a manifest.
fn names(manifest: &Table, table: &str) -> Vec<String> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn rust_files(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn manifests_name_what_is_below() {
    let mut wrong = Vec::new();
    for (at, layer) in LAYERS.iter().enumerate() {
        let manifest = manifest(&source().join(layer));
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in names(&manifest, table) {
                let below = name.strip_prefix("cytolance-").is_none_or(|used| {
                    LAYERS[..at].contains(&used)
                        || (used == DEPENDENCIES && table == "dev-dependencies")
                });
                if !below || name == "cytolance" {
                    wrong.push(format!("{layer}: {table} name {name}"));
                }
            }
        }
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        if lints.and_then(toml::Value::as_bool) != Some(true) {
            wrong.push(format!("{layer}: not under the lints of the workspace"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_belongs_to_a_layer_is_named_there_alone() {
    let top = crate::support::project();
    let layers = LAYERS.map(|layer| (layer, source().join(layer)));
    let mut wrong = Vec::new();
    let mut found = [false; OWNED.len()];
    for (layer, folder) in layers.into_iter().chain([("", top)]) {
        for name in names(&manifest(&folder), "dependencies") {
            for (at, (owned, owners)) in OWNED.iter().enumerate() {
                if name.starts_with(owned) {
                    found[at] = true;
                    if !owners.contains(&layer) {
                        wrong.push(format!("{layer}: names {name}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found, [true; OWNED.len()], "crates that nobody names");
}

#[test]
fn every_folder_is_a_layer_or_of_the_crate_on_top() {
    let workspace = manifest(&crate::support::project());
    let workspace = workspace["workspace"].as_table().expect("a workspace");
    let mut folders: Vec<String> = std::fs::read_dir(source())
        .expect("src")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into())
        .collect();
    folders.sort();
    let mut known = [&LAYERS[..], &FOLDERS, &[DEPENDENCIES]].concat();
    known.sort_unstable();
    assert_eq!(folders, known);
    // What is no default member is not tested where nobody asks for it.
    for (table, more) in [("members", None), ("default-members", Some("."))] {
        let listed: Vec<&str> = workspace[table]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(toml::Value::as_str)
            .collect();
        let mut expected: Vec<String> = LAYERS.map(|layer| format!("src/{layer}")).to_vec();
        expected.extend(more.map(str::to_owned));
        assert!(
            expected.iter().all(|path| listed.contains(&path.as_str())),
            "{table}: {listed:?}"
        );
    }
}

#[test]
fn the_tests_of_a_layer_ask_for_all_outside_crates() {
    let top = manifest(&crate::support::project());
    let mut outside = names(
        top["workspace"].as_table().expect("a workspace"),
        "dependencies",
    );
    outside.retain(|name| !name.starts_with("cytolance"));
    let list = manifest(&source().join(DEPENDENCIES));
    assert_eq!(names(&list, "dependencies"), outside);
    for layer in LAYERS {
        let manifest = manifest(&source().join(layer));
        let list = format!("cytolance-{DEPENDENCIES}");
        assert!(
            names(&manifest, "dev-dependencies").contains(&list),
            "{layer}"
        );
    }
}

#[test]
fn folders_use_what_is_below() {
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (at, folder) in FOLDERS.iter().enumerate() {
        let mut files = Vec::new();
        rust_files(&source().join(folder), &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).expect("readable");
            for line in text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                for part in line.split("crate::").skip(1) {
                    let used: String = part
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    checked += 1;
                    if FOLDERS[at + 1..].contains(&used.as_str()) {
                        wrong.push(format!("{}: {folder} uses {used}", file.display()));
                    }
                }
            }
        }
    }
    assert!(checked > 50, "the test reads the wrong folder");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What two features need is the model's, or a hook of `Feature`; the one list of all of them is the shell's.
#[test]
fn no_feature_names_another() {
    let folder = source().join("features");
    let mut wrong = Vec::new();
    let mut features = 0;
    for entry in std::fs::read_dir(&folder).expect("features") {
        let path = entry.expect("an entry").path();
        if !path.is_dir() {
            continue;
        }
        features += 1;
        let own = path.file_name().expect("a name").to_string_lossy();
        let mut files = Vec::new();
        rust_files(&path, &mut files);
        for file in files {
            let text = std::fs::read_to_string(&file).expect("readable");
            for named in text.split("crate::features::").skip(1) {
                let other = named.split(|c: char| !c.is_alphanumeric() && c != '_');
                if other
                    .map(str::to_owned)
                    .next()
                    .is_none_or(|other| other != own)
                {
                    wrong.push(format!("{}: names another feature", file.display()));
                }
            }
        }
    }
    assert!(features > 12, "the test reads the wrong folder");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_have_a_length_that_can_be_read() {
    let mut files = Vec::new();
    rust_files(&crate::support::project().join("src"), &mut files);
    let long: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let lines = std::fs::read_to_string(file).ok()?.lines().count();
            // Tests beside the code count too; this catches what has grown out of hand.
            (lines > 650).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
