//! Sessions that earlier versions of the program have written: what is set up by them.

use std::path::Path;

use crate::model::session::{session_of, take_up};
use crate::model::test_run::TestRun;
use cytolance_session::SessionFile;

#[test]
fn settings_of_panes_go_on_being_understood() {
    let text = include_str!("../../../tests/data/session-1.cytolance.toml");
    let session = SessionFile::parse(text, Path::new("1")).expect("a session");
    let mut run = TestRun::of(crate::shell::features::FEATURES);
    let dataset = run.dataset("a.lance", &[900.0, 100.0, 500.0, 300.0]);
    run.opened(dataset);
    run.settle();
    let (_, notes) = take_up(&mut run.state, &session);
    let strange: Vec<&String> = notes
        .iter()
        .filter(|note| note.contains("not understood"))
        .collect();
    assert!(strange.is_empty(), "{strange:?}");
    let open = run.workspace();
    assert!(
        open.parts
            .get::<crate::features::gates::GatesState>()
            .hidden
            .contains("bright")
    );
    assert_eq!(
        open.parts
            .get::<crate::features::gallery::GalleryState>()
            .settings
            .sample,
        Some(9)
    );
    // What is kept of it again is the same, pane by pane.
    assert_eq!(
        session_of(run.state.features, open, "").panes,
        session.panes
    );
}
