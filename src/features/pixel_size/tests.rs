//! Saying the pixel size of the open dataset.

use super::{PixelSize, PixelSizeCommand};
use crate::model::command::Command;
use crate::model::state::Overlay;
use crate::model::test_run::TestRun;

fn pixel_size(run: &TestRun) -> Option<f64> {
    run.workspace().dataset.metadata().pixel_size_um
}

#[test]
fn what_is_said_is_a_version_that_can_be_gone_back_from() {
    let mut run = TestRun::of(&[&PixelSize]);
    let dataset = run.dataset("a.lance", &[900.0, 100.0, 500.0]);
    let first = dataset.version();
    run.opened(dataset);
    run.settle();
    assert_eq!(pixel_size(&run), None);
    let say = |run: &mut TestRun, text: &str| {
        run.apply(Command::from(PixelSizeCommand::Ask));
        assert!(matches!(run.state.overlay, Overlay::Of(_)));
        run.apply(Command::from(PixelSizeCommand::Fill(text.to_owned())));
        run.apply(Command::from(PixelSizeCommand::Keep));
        run.settle();
        assert!(run.state.tasks.is_empty());
        assert!(!run.workspace().parts.is_writing());
    };
    for (text, size, version) in [
        ("0,65", Some(0.65), first + 1),
        // The same once more is nothing new.
        ("0.65", Some(0.65), first + 1),
        ("0.325", Some(0.325), first + 2),
        ("", None, first + 3),
        ("0.5", Some(0.5), first + 4),
    ] {
        say(&mut run, text);
        assert_eq!(pixel_size(&run), size, "{text}");
        assert_eq!(run.workspace().dataset.version(), version, "{text}");
        assert_eq!(run.state.overlay, Overlay::None);
    }
    assert_eq!(run.workspace().dataset.num_rows(), 3);
    let dataset = run.workspace().dataset.clone();
    let versions = run.runtime.block_on(dataset.versions()).expect("a history");
    let what = versions[0].what.as_deref();
    assert_eq!(what, Some("a pixel is 0.5 \u{b5}m"));
    let note = cytolance_dataset::SaveNote::now("me", "back");
    let restored = run.runtime.block_on(dataset.restore(first + 1, &note));
    let restored = restored.expect("the version is there");
    assert_eq!(restored.metadata().pixel_size_um, Some(0.65));
}

#[test]
fn what_is_no_size_is_not_kept() {
    let mut run = TestRun::of(&[&PixelSize]);
    let dataset = run.dataset("a.lance", &[900.0, 100.0]);
    let version = dataset.version();
    run.opened(dataset);
    run.settle();
    for text in ["0", "-1", "large", "nan", "1e999"] {
        run.apply(Command::from(PixelSizeCommand::Ask));
        run.apply(Command::from(PixelSizeCommand::Fill(text.to_owned())));
        run.apply(Command::from(PixelSizeCommand::Keep));
        run.settle();
        assert!(matches!(run.state.overlay, Overlay::Of(_)), "{text}");
        assert_eq!(run.workspace().dataset.version(), version, "{text}");
    }
}
