//! What the window and the pictures of exports show of a stranger's dataset.

use std::fs;

use cytolance::shell::{Command, SessionCommand, Start, settle};
use egui_kittest::kittest::Queryable as _;

use super::samples::{batch, written};
use crate::support::{run, text};
use crate::viewer::viewer;

#[test]
fn the_window_shows_and_filters_them_and_another_picture_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    let sessions = folder.path().join("sessions");
    let start = || Start {
        dataset: Some(text(&path).to_owned()),
        sessions: Some(sessions.clone()),
        ..Start::default()
    };
    let mut harness = viewer(start());
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert!(
        workspace.unreadable.is_empty(),
        "{:?}",
        workspace.unreadable
    );
    assert!(workspace.query_error.is_none());
    let values = workspace.values.as_ref().expect("the first cell");
    for (name, shown) in [
        ("at", "2024-01-01T02:00:00.000001Z"),
        ("embedding", "vector of 8"),
        ("raw", "3 bytes"),
        ("mass", "12345678901234567890.123"),
        ("meta.plate", "P2"),
    ] {
        let found = values.values.iter().find(|(known, _)| known == name);
        assert_eq!(
            found.and_then(|(_, text)| text.as_deref()),
            Some(shown),
            "{name}"
        );
    }
    let parts = values.values.iter().find(|(known, _)| known == "parts");
    let parts = parts.and_then(|(_, text)| text.clone()).expect("named");
    assert!(parts.starts_with("not shown: list("), "{parts}");
    for command in [
        Command::FilterBy("day".to_owned()),
        Command::FilterBy("embedding".to_owned()),
        Command::CycleSort("meta.place.row".to_owned()),
        Command::StepToEnd(false),
    ] {
        harness.state_mut().dispatch(command);
        settle(&mut harness).expect("the screen is complete");
    }
    let workspace = harness.state().state.workspace.as_ref().expect("open");
    assert!(
        workspace.query_error.is_none(),
        "{:?}",
        workspace.query_error
    );
    assert_eq!(workspace.order.to_vec(), [1, 2, 0, 3, 5]);
    // The bounds of a range of days are days.
    let bound = harness.get_by_label("day minimum");
    assert_eq!(bound.value().as_deref(), Some("1969-12-31"));
    let crop = |harness: &egui_kittest::Harness<'static, cytolance::shell::Viewer>| {
        let workspace = harness.state().state.workspace.as_ref().expect("open");
        let picture = workspace.pictures.get(1).expect("a picture");
        let crop = picture.crop.clone().expect("a crop");
        let names: Vec<String> = workspace
            .channel_infos()
            .into_iter()
            .map(|info| info.name)
            .collect();
        (crop.planes.len(), crop.planes[0][0], names.join(", "))
    };
    assert_eq!(crop(&harness), (2, 100, "crop 0, crop 1".to_owned()));
    for (command, expected) in [
        (
            Command::ShowPictures("mask".to_owned()),
            (1, 1, "mask 0".to_owned()),
        ),
        (
            Command::Act("next-picture-column"),
            (2, 100, "crop 0, crop 1".to_owned()),
        ),
        (
            Command::Act("next-picture-column"),
            (1, 1, "mask 0".to_owned()),
        ),
    ] {
        harness.state_mut().dispatch(command);
        settle(&mut harness).expect("the screen is complete");
        assert_eq!(crop(&harness), expected);
    }
    let session = folder.path().join("x.cytolance.toml");
    harness
        .state_mut()
        .dispatch(Command::from(SessionCommand::Save(Some(session.clone()))));
    settle(&mut harness).expect("the screen is complete");
    let kept = fs::read_to_string(&session).expect("a session");
    assert!(kept.contains("picture = \"mask\""), "{kept}");
    // Another window takes it up.
    let again = viewer(Start {
        session: Some(session),
        ..start()
    });
    assert_eq!(crop(&again), (1, 1, "mask 0".to_owned()));
}

#[test]
fn exports_have_the_pictures_that_were_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), &batch());
    for (picture, pages, value) in [(None, 2, 100), (Some("crop"), 2, 100), (Some("mask"), 1, 1)] {
        let crops = folder.path().join("crops");
        let mut arguments = vec![
            "crops",
            text(&path),
            "--out",
            text(&crops),
            "--filter",
            "area = 2.5",
        ];
        arguments.extend(picture.iter().flat_map(|column| ["--picture", column]));
        run(&arguments).ok();
        let file = fs::read_dir(&crops)
            .expect("a folder")
            .map(|entry| entry.expect("a file").path())
            .find(|path| {
                path.extension()
                    .is_some_and(|ending| ending == "tiff" || ending == "tif")
            })
            .expect("a TIFF");
        let mut decoder =
            tiff::decoder::Decoder::new(fs::File::open(file).expect("open")).expect("a TIFF");
        let mut found = 1;
        let tiff::decoder::DecodingResult::U16(pixels) = decoder.read_image().expect("pixels")
        else {
            panic!("16 bits")
        };
        assert_eq!(pixels[0], value, "{picture:?}");
        while decoder.more_images() {
            decoder.next_image().expect("a page");
            found += 1;
        }
        assert_eq!(found, pages, "{picture:?}");
        fs::remove_dir_all(&crops).expect("removed");
        fs::remove_file(folder.path().join("crops.json")).expect("its account");
    }
    let figure = folder.path().join("cells.svg");
    run(&[
        "montage",
        text(&path),
        "--picture",
        "mask",
        "--out",
        text(&figure),
    ])
    .ok();
    let refused = run(&[
        "montage",
        text(&path),
        "--picture",
        "raw",
        "--out",
        text(&figure),
        "--overwrite",
    ]);
    assert!(
        refused.code != 0 && refused.err.contains("crop, mask"),
        "{}",
        refused.err
    );
}
