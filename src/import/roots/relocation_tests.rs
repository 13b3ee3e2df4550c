//! Relocation as a whole, on folders.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::*;
use crate::PictureRemark;

/// A temporary folder with these files.
fn folder_with(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for file in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, b"x").expect("a file");
    }
    dir
}

pub(super) fn roots(files: &[&str]) -> (tempfile::TempDir, ImageRoots) {
    let dir = folder_with(files);
    let roots = ImageRoots::index(&[dir.path()]).expect("an index");
    (dir, roots)
}

pub(super) fn below(root: &Path, found: Result<PictureLocation, String>) -> Result<String, String> {
    let path = found?.as_path().expect("a file").to_path_buf();
    Ok(path
        .strip_prefix(root)
        .expect("below the root")
        .to_string_lossy()
        .replace('\\', "/"))
}

#[test]
fn names_are_found_however_they_were_recorded() {
    let (dir, roots) = roots(&[
        "p1/a.tif",
        "p2/a.tif",
        "p2/B.TIF",
        "p2/c.tiff",
        "p2/my image.tif",
        "p2/Mu\u{308}nchen.tif",
        "deep/plate1/s1/x.tif",
        "deep/plate2/s1/x.tif",
        "two/y.tif",
        "three/y.tif",
        "same/z.tif",
        "same/z.tiff",
    ]);
    let cases: [(Option<&str>, &str, Result<&str, &str>); 22] = [
        (Some("/gone/p2"), "a.tif", Ok("p2/a.tif")),
        (Some("C:\\gone\\P1"), "a.tif", Ok("p1/a.tif")),
        (Some("\\\\server\\share\\p1"), "A.TIF", Ok("p1/a.tif")),
        (Some("file:///gone/p1"), "a.tif", Ok("p1/a.tif")),
        (Some("file:/gone/p1/"), "a.tiff", Ok("p1/a.tif")),
        (Some("/gone"), "a.tif", Err("could be")),
        (None, "a.tif", Err("could be")),
        (Some("/gone"), "b.tif", Ok("p2/B.TIF")),
        (Some("/gone"), "c.tif", Ok("p2/c.tiff")),
        (Some("/gone"), "my%20image.tif", Ok("p2/my image.tif")),
        (
            Some("/gone"),
            "M\u{fc}nchen.tif",
            Ok("p2/Mu\u{308}nchen.tif"),
        ),
        (
            Some("/g/plate2/raw/s1"),
            "x.tif",
            Ok("deep/plate2/s1/x.tif"),
        ),
        (Some("/g/plate3/s1"), "x.tif", Err("could be")),
        (Some("p1"), "a.tif", Ok("p1/a.tif")),
        (Some("./p2/."), "a.tif", Ok("p2/a.tif")),
        (Some("images\\p2"), "a.tif", Ok("p2/a.tif")),
        (Some("/gone"), "p2/a.tif", Ok("p2/a.tif")),
        (Some("/gone"), "y.tif", Err("three/y.tif")),
        (Some("/gone"), "z.tif", Ok("same/z.tif")),
        (Some("/gone"), "Z.tiff", Ok("same/z.tiff")),
        (Some("/gone/p1"), "nothing.tif", Err("not there any more")),
        (None, "", Err("not there any more")),
    ];
    for (recorded, name, expected) in cases {
        let found = below(dir.path(), roots.find(recorded, name));
        match expected {
            Ok(expected) => assert_eq!(found.as_deref(), Ok(expected), "{recorded:?} {name}"),
            Err(words) => assert!(
                found
                    .as_ref()
                    .is_err_and(|reason| reason.replace('\\', "/").contains(words)),
                "{recorded:?} {name}: {found:?}"
            ),
        }
    }
}

#[test]
fn what_is_still_there_comes_first_and_a_forced_change_before_it() {
    let (dir, roots) = roots(&["here/p1/a.tif", "there/p1/a.tif", "there/p1/only.tif"]);
    let outside = folder_with(&["p1/A.TIFF"]);
    let recorded = dir.path().join("here/p1").to_string_lossy().into_owned();
    let found = below(dir.path(), roots.find(Some(&recorded), "a.tif"));
    assert_eq!(found.as_deref(), Ok("here/p1/a.tif"));
    // Not there, but elsewhere under the root.
    let found = below(dir.path(), roots.find(Some(&recorded), "only.tif"));
    assert_eq!(found.as_deref(), Ok("there/p1/only.tif"));

    let prefix = dir.path().join("here").to_string_lossy().into_owned();
    let roots = roots
        .with_change(&prefix, &dir.path().join("there").to_string_lossy())
        .expect("a change")
        .with_change("/home/x", &outside.path().to_string_lossy())
        .expect("a change");
    let found = below(dir.path(), roots.find(Some(&recorded), "a.tif"));
    assert_eq!(found.as_deref(), Ok("there/p1/a.tif"));
    let found = roots.find(Some("/home/x/p1"), "a.tif").expect("found");
    assert_eq!(
        found,
        PictureLocation::Local(outside.path().join("p1/A.TIFF"))
    );
    assert!(matches!(
        roots.with_change("/home", "/not/there"),
        Err(RootError::NoFolder(_))
    ));
}

#[test]
fn a_folder_outside_the_roots_is_still_found_where_it_was_recorded() {
    let recorded = folder_with(&["a b/x.tif"]);
    let (_dir, roots) = roots(&["x.tif"]);
    let folder = recorded.path().join("a b");
    for text in [
        folder.to_string_lossy().into_owned(),
        format!("file://{}", folder.to_string_lossy().replace(' ', "%20")),
    ] {
        let found = roots.find(Some(&text), "x.tif");
        assert_eq!(
            found,
            Ok(PictureLocation::Local(folder.join("x.tif"))),
            "{text}"
        );
    }
}

#[test]
fn one_change_is_proposed_for_folders_that_moved_together() {
    let (dir, roots) = roots(&[
        "p1/a.tif",
        "p1/b.tif",
        "p2/a.tif",
        "p2/b.tif",
        "elsewhere/c.tif",
        "m/d.tif",
        "n/d.tif",
    ]);
    let relocation = roots.propose(&[
        ("/home/ubuntu/a/p1", "a.tif"),
        ("/home/ubuntu/a/p1", "b.tif"),
        ("/home/ubuntu/a/p2", "a.tif"),
        ("/home/ubuntu/a/p2", "B.tif"),
        ("/scratch", "c.tif"),
        ("/scratch", "d.tif"),
        ("/scratch", "e.tif"),
    ]);
    assert_eq!(relocation.found, 5, "{relocation}");
    assert_eq!(relocation.expected, 7);
    assert_eq!(relocation.missing.len(), 1);
    assert_eq!(relocation.ambiguous.len(), 1);
    assert_eq!(
        relocation.changes,
        [
            PathChange {
                recorded_prefix: "/home/ubuntu/a".to_owned(),
                found_prefix: dir.path().to_string_lossy().into_owned(),
                files: 4,
                folders: 2
            },
            PathChange {
                recorded_prefix: "/scratch".to_owned(),
                found_prefix: dir.path().join("elsewhere").to_string_lossy().into_owned(),
                files: 1,
                folders: 1
            }
        ]
    );
    let informed = roots.with_relocation(&relocation);
    let found = informed.find(Some("/home/ubuntu/a/p2"), "a.tif");
    assert_eq!(below(dir.path(), found).as_deref(), Ok("p2/a.tif"));
}

#[test]
fn namesakes_follow_the_rest_of_their_folder_only_when_that_is_clear() {
    let (dir, roots) = roots(&[
        "renamed A/1.tif",
        "renamed A/2.tif",
        "renamed A/3.tif",
        "B/1.tif",
        "C/1.tif",
    ]);
    let pictures = [
        ("/x/A", "1.tif"),
        ("/x/A", "2.tif"),
        ("/x/A", "3.tif"),
        ("/x/D", "1.tif"),
    ];
    let relocation = roots.propose(&pictures);
    assert_eq!(relocation.found, 3, "{relocation}");
    assert_eq!(relocation.ambiguous.len(), 1);
    let roots = roots.with_relocation(&relocation);
    let found = below(dir.path(), roots.find(Some("/x/A"), "1.tif"));
    assert_eq!(found.as_deref(), Ok("renamed A/1.tif"));
}

#[test]
fn two_plates_on_one_folder_are_remarked() {
    let (_dir, roots) = roots(&["p1/r01c01.tif"]);
    let relocation = roots.propose(&[("/x/p1", "r01c01.tif"), ("/x/p2", "r01c01.tif")]);
    assert_eq!(relocation.found, 2);
    assert!(
        relocation.remarks.iter().any(|remark| matches!(
            remark,
            PictureRemark::SharedFiles { folders, .. } if folders.iter().any(|folder| folder.starts_with("/x/p2"))
        )),
        "{relocation}"
    );
}

#[test]
fn bad_roots_are_errors_and_odd_folders_are_not() {
    let dir = folder_with(&["a/x.tif"]);
    let cases = [
        (dir.path().join("nothing"), true),
        (dir.path().join("a/x.tif"), true),
        (PathBuf::from("s3://bucket/prefix"), true),
        (dir.path().to_path_buf(), false),
    ];
    for (root, bad) in cases {
        assert_eq!(
            ImageRoots::index(&[&root]).is_err(),
            bad,
            "{}",
            root.display()
        );
    }
    // The same folder twice, and a folder inside another, are indexed once.
    let twice = [
        dir.path().to_path_buf(),
        dir.path().join("a"),
        dir.path().to_path_buf(),
    ];
    let roots = ImageRoots::index(&twice).expect("an index");
    assert_eq!(roots.num_files(), 1);
    assert!(roots.find(Some("/gone"), "x.tif").is_ok());
    assert!(
        ImageRoots::index::<PathBuf>(&[])
            .expect("nothing")
            .is_empty()
    );
}

#[cfg(unix)]
#[test]
fn loops_of_links_and_closed_folders_do_not_stop_the_search() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder_with(&["a/x.tif", "closed/y.tif"]);
    std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).expect("a link");
    std::os::unix::fs::symlink(dir.path().join("a"), dir.path().join("again")).expect("a link");
    std::os::unix::fs::symlink("/not/there", dir.path().join("dangling")).expect("a link");
    let closed = dir.path().join("closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("closed");
    let readable_anyway = std::fs::read_dir(&closed).is_ok();
    let roots = ImageRoots::index(&[dir.path()]).expect("an index");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).expect("opened");
    // One file through two links is one file.
    assert!(roots.find(Some("/gone"), "x.tif").is_ok());
    if !readable_anyway {
        let closed = |remark: &PictureRemark| matches!(remark, PictureRemark::Unreadable { path, .. } if path.contains("closed"));
        assert!(roots.remarks().iter().any(closed));
    }
}

#[test]
fn cancelling_stops_the_search() {
    let dir = folder_with(&["a/x.tif"]);
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let watch = IndexWatch {
        progress: &|_, _| (),
        cancel: &cancel,
    };
    let stopped = ImageRoots::index_watched(&[dir.path()], &watch);
    assert!(matches!(stopped, Err(RootError::Cancelled)));
}

/// 100 plates of 1,000 files, all plates with the same names: the worst case of namesakes.
#[test]
#[ignore = "a figure, not a check: run it with --ignored --nocapture"]
fn figures_of_a_large_index() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for plate in 0..100 {
        let folder = dir.path().join(format!("set/plate{plate}/Images"));
        std::fs::create_dir_all(&folder).expect("a folder");
        for file in 0..1000 {
            let name = format!("r01c01f{file:04}p01-ch1.tiff");
            std::fs::write(folder.join(name), b"").expect("a file");
        }
    }
    let start = Instant::now();
    let roots = ImageRoots::index(&[dir.path()]).expect("an index");
    println!(
        "index of {} files: {:?}",
        roots.num_files(),
        start.elapsed()
    );
    let folders: Vec<String> = (0..50)
        .map(|plate| format!("/home/ubuntu/plate{plate}/Images"))
        .collect();
    let pictures: Vec<(&str, String)> = folders
        .iter()
        .flat_map(|folder| {
            (0..1000).map(move |file| (folder.as_str(), format!("r01c01f{file:04}p01-ch1.tif")))
        })
        .collect();
    let start = Instant::now();
    let found = pictures
        .iter()
        .filter(|(folder, name)| roots.find(Some(folder), name).is_ok())
        .count();
    println!("find of {found} pictures: {:?}", start.elapsed());
    assert_eq!(found, pictures.len());
    let start = Instant::now();
    let relocation = roots.propose(&pictures);
    println!("propose: {:?}\n{relocation}", start.elapsed());
    assert_eq!(relocation.changes.len(), 1);
}
