//! Imports go downward only.

use std::collections::BTreeMap;
use std::path::Path;

/// What each layer may use of the crate. `cli` and `main` stand above all.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("profile", &[] as &[&str]),
        ("imaging", &["profile"]),
        ("plot", &["profile"]),
        ("remote", &[]),
        ("dataset", &["profile", "imaging", "plot", "remote"]),
        ("sources", &["profile", "imaging", "plot"]),
        (
            "import",
            &["profile", "imaging", "plot", "remote", "dataset", "sources"],
        ),
        (
            "explore",
            &["profile", "imaging", "plot", "dataset", "sources"],
        ),
        (
            "export",
            &["profile", "imaging", "plot", "dataset", "sources"],
        ),
        (
            "session",
            &["profile", "imaging", "plot", "dataset", "explore", "export"],
        ),
        (
            "exporters",
            &["profile", "dataset", "explore", "export", "session"],
        ),
        ("widgets", &["profile", "imaging", "plot"]),
        ("demo", &["profile", "imaging"]),
        (
            "app",
            &[
                "profile",
                "imaging",
                "plot",
                "remote",
                "dataset",
                "sources",
                "import",
                "explore",
                "export",
                "session",
                "exporters",
                "widgets",
                "demo",
            ],
        ),
    ])
}

/// Outside crates that only one layer may name.
const OWNED: [(&str, &str); 2] = [("lance", "dataset"), ("polars", "explore")];

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
fn imports_go_downward() {
    let source = crate::support::project().join("src");
    let allowed = allowed();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for entry in std::fs::read_dir(&source).expect("src") {
        let folder = entry.expect("an entry").path();
        let layer = folder
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if !folder.is_dir() || layer == "cli" {
            continue;
        }
        let may = allowed
            .get(layer.as_str())
            .unwrap_or_else(|| panic!("the layer {layer} is not in the table"));
        let mut files = Vec::new();
        rust_files(&folder, &mut files);
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
                    // Upper case: an item re-exported by the layer's own macro or the crate root; there are none.
                    if used != layer && !may.contains(&used.as_str()) {
                        wrong.push(format!("{}: {layer} uses {used}", file.display()));
                    }
                }
                for (name, owner) in OWNED {
                    let named = line.contains(&format!("{name}::"))
                        || line.contains(&format!("{name}_file::"));
                    if named && layer != owner && !line.contains("crate::") {
                        wrong.push(format!(
                            "{}: {layer} names {name}, which only {owner} may",
                            file.display()
                        ));
                    }
                }
            }
        }
    }
    assert!(checked > 50, "the test reads the wrong folder");
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
