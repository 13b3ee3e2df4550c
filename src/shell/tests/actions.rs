//! Actions that are done by their name.

use crate::model::command::Command;
use crate::model::state::{Overlay, State};
use crate::model::test_run::TestRun;
use crate::model::update::apply;
use crate::shell::features::FEATURES;

#[test]
fn an_action_is_done_by_its_name_where_it_can_be_done() {
    let mut state = State::of(FEATURES);
    assert!(apply(&mut state, Command::Act("export-cells")).is_empty());
    assert_eq!(state.overlay, Overlay::None, "there is nothing to export");
    assert!(apply(&mut state, Command::Act("no such action")).is_empty());
    apply(&mut state, Command::Act("import-an-export"));
    assert!(state.page.is_some(), "the wizard is a page of its own");

    let mut run = TestRun::of(FEATURES);
    let dataset = run.dataset("a.lance", &[2.0, 1.0]);
    run.opened(dataset);
    run.settle();
    run.apply(Command::Act("import-an-export"));
    run.apply(Command::Act("export-cells"));
    assert_eq!(run.state.overlay, Overlay::None, "nothing behind a page");
    run.state.page = None;
    run.apply(Command::Act("export-cells"));
    assert!(matches!(run.state.overlay, Overlay::Of(_)));
}

#[test]
fn menus_have_the_actions_of_all_features_in_one_order() {
    let state = State::of(FEATURES);
    let actions = state.actions();
    let at = |id: &str| actions.iter().position(|action| action.id == id);
    let ids = [
        "open-the-demo-plate",
        "export-cells",
        "import-an-export",
        "save-session",
        "check-the-segmentation",
        "import-report",
        "close-dataset",
    ];
    let places: Vec<usize> = ids.iter().filter_map(|id| at(id)).collect();
    assert_eq!(places.len(), ids.len());
    assert!(places.is_sorted(), "{places:?}");
}
