//! What answers do to the gallery, and what a session has of it.

use super::state::GallerySettings;
use super::{Gallery, GalleryCommand, GalleryJob, GalleryState};
use crate::model::command::Command;
use crate::model::feature::Feature;
use crate::model::test_request::{PaneRequest, comes_back, opened, show_fewer, start};
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use cytolance_session::SessionFile;

fn group_by(run: &mut TestRun, group: Option<&str>) {
    run.apply(Command::from(GalleryCommand::Set(GallerySettings {
        group: group.map(str::to_owned),
        ..GallerySettings::default()
    })));
}

fn group_by_well(run: &mut TestRun) {
    group_by(run, Some("Metadata_Well"));
}

#[test]
fn groups_are_of_the_newest_request_and_of_their_dataset() {
    let request = PaneRequest {
        prepare: group_by_well,
        ask: || Command::from(GalleryCommand::Want),
        change: show_fewer,
        stop: |job| {
            let GalleryJob::Group { work, .. } = job.of()?;
            Some(&work.cancelled)
        },
        seen: |workspace| {
            let gallery = workspace.parts.get::<GalleryState>();
            let groups = gallery.groups.as_ref();
            let groups = groups.map(|groups| format!("{:?} {:?}", groups.names, groups.counts));
            (groups, gallery.error.clone())
        },
    };
    request.holds();
}

#[test]
fn groups_that_come_when_there_are_to_be_none_are_dropped() {
    let mut run = opened();
    group_by_well(&mut run);
    let mut jobs = apply(&mut run.state, Command::from(GalleryCommand::Want));
    group_by(&mut run, None);
    start(&run, jobs.remove(0));
    run.settle();
    let gallery = run.workspace().parts.get::<GalleryState>();
    assert!(gallery.groups.is_none() && gallery.error.is_none());
    assert!(!run.workspace().is_busy());
}

#[test]
fn a_session_has_how_the_gallery_looks_and_its_captions() {
    comes_back(
        &Gallery,
        r#"
        side = 64.0
        group = "Metadata_Well"
        outlines = false
        own_contrast = true
        captions = ["Cells_AreaShape_Area", "Metadata_Well"]
        sample = 20
        seed = 7
        label = "Label_Phenotype"
        "#,
    );
    // What a session does not say is as at first.
    let mut run = opened();
    run.apply(Command::from(GalleryCommand::SetCaptions(vec![
        "Metadata_Well".to_owned(),
    ])));
    assert_eq!(run.workspace().captions, ["Metadata_Well"]);
    let mut session = SessionFile::default();
    let few = toml::from_str("side = 32.0").expect("TOML");
    session.panes.insert("gallery".to_owned(), few);
    let mut notes = Vec::new();
    Gallery.restore(&mut run.state, &session, &mut notes);
    let settings = &run.workspace().parts.get::<GalleryState>().settings;
    let wanted = GallerySettings {
        side: 32.0,
        ..GallerySettings::default()
    };
    assert_eq!((settings, notes.len()), (&wanted, 0));
    assert!(run.workspace().captions.is_empty());
}
