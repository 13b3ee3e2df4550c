//! Answers that come late, of another dataset, or in another order.

use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::labels::LabelColumn;
use crate::model::state::State;
use crate::model::test_run::TestRun;
use crate::shell::features::FEATURES;
use cytolance_dataset::CellDataset;

/// Asks for everything that the panes ask for.
fn ask_for_all(run: &mut TestRun) {
    run.apply(Command::WantPictures(vec![0, 1]));
    run.apply(Command::WantColumns(vec![
        "Cells_AreaShape_FormFactor".to_owned(),
    ]));
    run.apply(Command::CycleSort("Cells_AreaShape_Area".to_owned()));
    run.apply(Command::FilterBy("Cells_AreaShape_Area".to_owned()));
    run.apply(Command::ShowGroups(
        "Cells_AreaShape_Area".to_owned(),
        Some("Metadata_Well".to_owned()),
    ));
    run.apply(Command::Look(1));
}

/// What is on the screen.
fn seen(run: &TestRun) -> String {
    let open = run.workspace();
    let points = open.scatter.points.as_ref().expect("points");
    let values = open.values.as_ref().expect("the cell's values");
    format!(
        "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} journal {:?}",
        open.dataset.name(),
        open.order.to_vec(),
        open.shown.len(),
        (0..points.x.len() as u32)
            .map(|row| points.x.number(row))
            .collect::<Vec<_>>(),
        points.axes,
        values.values,
        open.groups
            .found
            .as_ref()
            .map(|(_, found)| found.as_ref().map(Vec::len)),
        open.pictures.num_loading(),
        open.labels
            .columns
            .iter()
            .map(LabelColumn::num_marked)
            .collect::<Vec<_>>(),
    )
}

fn two(run: &TestRun) -> [CellDataset; 2] {
    [
        run.dataset("a.lance", &[900.0, 100.0, 500.0, 300.0]),
        run.dataset("b.lance", &[10.0, 30.0, 20.0]),
    ]
}

#[test]
fn answers_of_a_closed_dataset_are_nobodys_in_whatever_order_they_come() {
    let mut calm = TestRun::of(FEATURES);
    let [_, b] = two(&calm);
    calm.opened(b);
    ask_for_all(&mut calm);
    calm.settle();
    let expected = seen(&calm);
    assert!(expected.contains("b.lance [0, 2, 1]"), "{expected}");

    for seed in 0..12 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut run = TestRun::of(FEATURES);
        let [a, b] = two(&run);
        // A, B, A again and B again, with the answers of each still on their way.
        let mut late = Vec::new();
        for dataset in [&a, &b, &a, &b] {
            run.opened(dataset.clone());
            ask_for_all(&mut run);
            late.extend(run.answers());
        }
        assert!(late.len() > 20, "there is something to confuse");
        while !late.is_empty() {
            random.shuffle(&mut late);
            run.deliver(std::mem::take(&mut late));
            late = run.answers();
        }
        assert_eq!(seen(&run), expected, "seed {seed}");
        assert!(!run.workspace().is_busy());
        assert!(run.state.tasks.is_empty() && run.state.notices.is_empty());
    }
}

#[test]
fn the_dataset_that_was_asked_for_last_is_the_one_that_is_shown() {
    let mut run = TestRun::of(FEATURES);
    let [a, b] = two(&run);
    let begun = |state: &mut State| state.begin_opening("Opening").0;
    let (first, second) = (begun(&mut run.state), begun(&mut run.state));
    assert_eq!(run.state.tasks.len(), 1, "the older one is of no use");
    for (task, dataset) in [(second, b), (first, a)] {
        let opened = Event::Opened {
            task,
            dataset,
            channels: Vec::new(),
        };
        run.apply(Command::Happened(opened.into()));
    }
    assert_eq!(run.workspace().dataset.name(), "b.lance");
    assert!(run.state.tasks.is_empty());
}

#[test]
fn a_lasso_in_a_closed_dataset_selects_nothing_in_the_next() {
    use crate::model::command::{Area, SelectMode};
    use cytolance_plot::Bounds;

    let mut run = TestRun::of(FEATURES);
    let [a, b] = two(&run);
    for dataset in [a, b] {
        run.opened(dataset);
        run.apply(Command::SetAxes(crate::model::scatter::Axes {
            x: Some("Cells_AreaShape_Area".to_owned()),
            y: Some("Cells_AreaShape_FormFactor".to_owned()),
            color: None,
        }));
        if run.workspace().dataset.name() == "a.lance" {
            run.settle();
            let all = Bounds {
                min: [f64::MIN; 2],
                max: [f64::MAX; 2],
            };
            run.apply(Command::SelectArea(Area::Box(all), SelectMode::Replace));
        }
    }
    run.settle();
    assert_eq!(run.workspace().dataset.name(), "b.lance");
    assert_eq!(run.workspace().num_selected, 0);
}
