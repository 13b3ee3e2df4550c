//! Frames of the viewer, the graphics driver's part left out: with the table, and with the gallery, the plate and gates.

use std::time::{Duration, Instant};

use cytolance::features::gates::GatesState;
use cytolance::shell::{Command, Settings, Start, Viewer, settle};
use cytolance_profile::{Condition, Gate, GateShape};
use cytolance_session::{SessionAxes, SessionFile};
use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tokio::runtime::Runtime;

use crate::Outcome;

const X: &str = "Cells_AreaShape_Area";
const Y: &str = "Nuclei_Intensity_IntegratedIntensity_DNA";
/// As a person moves a hand: the work goes on between the frames.
const HAND: Duration = Duration::from_millis(10);

type Window = Harness<'static, Viewer>;

fn open(runtime: &Runtime, dataset: &str) -> Outcome<Window> {
    let start = Start {
        dataset: Some(dataset.to_owned()),
        settings: Some(Settings::default()),
        ..Start::default()
    };
    let handle = runtime.handle().clone();
    let mut window = Harness::builder()
        .with_size([1600.0, 1000.0])
        .with_accessibility_check(false)
        .build_eframe(|context| Viewer::new(&context.egui_ctx, handle, start));
    settle(&mut window)?;
    Ok(window)
}

/// Idle, while the table scrolls by the wheel and by long jumps, and while a filter moves.
pub fn table(runtime: &Runtime, dataset: &str, what: &str) -> Outcome<()> {
    let opened = Instant::now();
    let mut window = open(runtime, dataset)?;
    println!(
        "{what}, open to complete first screen: {:.0} ms",
        opened.elapsed().as_secs_f64() * 1e3
    );
    let idle = repeated(200, &mut window, |_, _| ());
    say(what, "idle", idle);
    let wheeled = scrolled(&mut window, pos2(700.0, 300.0));
    say(what, "scrolling", wheeled);
    let jumped = repeated(200, &mut window, jump);
    say(what, "jumping", jumped);

    window.state_mut().dispatch(Command::FilterBy(X.to_owned()));
    settle(&mut window)?;
    let open = window.state().state.workspace.as_ref();
    let filter = open
        .and_then(|open| open.query.filters.first())
        .ok_or("no filter")?
        .id;
    let dragged = repeated(200, &mut window, |window, step| {
        std::thread::sleep(HAND);
        let condition = Condition::Range {
            column: X.to_owned(),
            min: 2000.0 + step as f64 * 10.0,
            max: f64::INFINITY,
        };
        let command = Command::SetCondition(filter, condition);
        window.state_mut().dispatch(command);
    });
    say(what, "dragging a filter", dragged);
    Ok(())
}

/// With the gates' pane and three gates on the plot: the gallery scrolls by the wheel and by long jumps, a gate's corner is
/// dragged while its cells are counted, wells are passed over and dragged over.
pub fn panes(runtime: &Runtime, dataset: &str, what: &str) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let session = folder.path().join("gates.cytolance.toml");
    gates().write(&session)?;
    let mut window = open(runtime, dataset)?;
    // Only a dataset that is open can take it up.
    window
        .state_mut()
        .dispatch(Command::Dropped(session.to_string_lossy().into_owned()));
    settle(&mut window)?;
    window.key_press_modifiers(Modifiers::COMMAND, Key::P);
    window.step();
    window.step();
    window.event(egui::Event::Text("Show gates".to_owned()));
    window.step();
    window.key_press(Key::Enter);
    settle(&mut window)?;
    window.get_by_label("add a threshold");

    window.key_press(Key::G);
    settle(&mut window)?;
    window.get_by_label("gallery size");
    let idle = repeated(200, &mut window, |_, _| ());
    say(what, "gallery and gates, idle", idle);
    let wheeled = scrolled(&mut window, pos2(700.0, 300.0));
    say(what, "gallery and gates, scrolling", wheeled);
    let jumped = repeated(200, &mut window, jump);
    say(what, "gallery and gates, jumping", jumped);
    settle(&mut window)?;
    let dragged = gate_dragged(&mut window)?;
    say(what, "gallery and gates, dragging a gate", dragged);

    window.key_press(Key::W);
    settle(&mut window)?;
    let wells = egui::Rect::from_min_max(pos2(380.0, 200.0), pos2(620.0, 350.0));
    let passed = repeated(200, &mut window, |window, step| {
        window.hover_at(along(wells, step, 200));
    });
    say(what, "plate and gates, passing over wells", passed);
    window.hover_at(wells.min);
    window.step();
    window.drag_at(wells.min);
    let dragged = repeated(200, &mut window, |window, step| {
        std::thread::sleep(HAND);
        window.hover_at(along(wells, step, 200));
    });
    window.drop_at(wells.max);
    say(what, "plate and gates, dragging over wells", dragged);
    let selected = repeated(100, &mut window, |_, _| std::thread::sleep(HAND));
    say(
        what,
        "plate and gates, while the wells are selected",
        selected,
    );
    settle(&mut window)?;
    let dragged = gate_dragged(&mut window)?;
    say(what, "plate and gates, dragging a gate", dragged);
    Ok(())
}

/// Three gates on one plot.
fn gates() -> SessionFile {
    let rectangle = |min, max| GateShape::Rectangle {
        x: X.to_owned(),
        y: Y.to_owned(),
        min,
        max,
    };
    let gate = |name: &str, shape| Gate {
        name: name.to_owned(),
        shape,
    };
    SessionFile {
        axes: SessionAxes {
            x: Some(X.to_owned()),
            y: Some(Y.to_owned()),
            color: None,
        },
        gates: vec![
            gate("small", rectangle([0.0, 0.0], [4000.0, 150.0])),
            gate("bright", rectangle([3000.0, 100.0], [9000.0, 400.0])),
            gate(
                "middle",
                GateShape::Polygon {
                    x: X.to_owned(),
                    y: Y.to_owned(),
                    points: vec![
                        [3000.0, 50.0],
                        [6000.0, 50.0],
                        [7000.0, 150.0],
                        [3000.0, 200.0],
                    ],
                },
            ),
        ],
        ..SessionFile::default()
    }
}

/// The corner of the second gate there and back, four times.
fn gate_dragged(window: &mut Window) -> Outcome<Vec<f64>> {
    let plot = window.get_by_label("scatter plot").rect();
    let open = window.state().state.workspace.as_ref().ok_or("not open")?;
    let corner = open
        .parts
        .get::<GatesState>()
        .gates
        .get(1)
        .map(|gate| &gate.shape);
    let Some(GateShape::Rectangle { max, .. }) = corner else {
        return Err("the session's gates are not there".into());
    };
    let view = open.scatter.view.ok_or("the plot is not there")?;
    let share = |axis: usize| {
        let (low, high) = (view.min[axis], view.max[axis]);
        ((max[axis] - low) / (high - low)) as f32
    };
    let before = max.to_owned();
    let corner = pos2(
        plot.left() + share(0) * plot.width(),
        plot.bottom() - share(1) * plot.height(),
    );
    window.hover_at(corner);
    window.step();
    window.drag_at(corner);
    window.step();
    let mut moved = false;
    let times = repeated(200, window, |window, step| {
        std::thread::sleep(HAND);
        let place = (step % 50) as f32;
        let away = if place < 25.0 { place } else { 50.0 - place };
        window.hover_at(corner + vec2(-2.0, 2.0) * away);
        let open = window.state().state.workspace.as_ref();
        let now = open.and_then(|open| open.parts.get::<GatesState>().gates.get(1));
        if let Some(GateShape::Rectangle { max, .. }) = now.map(|gate| &gate.shape) {
            moved |= *max != before;
        }
    });
    window.drop_at(corner);
    settle(window)?;
    if moved {
        Ok(times)
    } else {
        Err("the gate was not dragged".into())
    }
}

/// A point on the way from one corner of an area to the other.
fn along(area: egui::Rect, step: usize, steps: usize) -> Pos2 {
    area.min.lerp(area.max, step as f32 / steps as f32)
}

fn jump(window: &mut Window, turn: usize) {
    let open = window.state().state.workspace.as_ref();
    let rows = open.map_or(0, |open| open.order.len());
    let by = (rows / 200) as i64 * if turn.is_multiple_of(3) { -1 } else { 1 };
    window.state_mut().dispatch(Command::Step(by));
}

/// Turns of the wheel over a place.
fn scrolled(window: &mut Window, at: Pos2) -> Vec<f64> {
    window.hover_at(at);
    window.step();
    repeated(400, window, |window, _| {
        window.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, -60.0),
            modifiers: Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
        });
    })
}

/// Seconds of computing of the interface thread for each of so many frames, and what is done before each.
fn repeated(
    frames: usize,
    window: &mut Window,
    mut before: impl FnMut(&mut Window, usize),
) -> Vec<f64> {
    (0..frames)
        .map(|number| {
            before(window, number);
            // Of this thread alone: what others do with the cores meanwhile is not in it.
            let start = cpu_time::ThreadTime::now();
            frame(window);
            start.elapsed().as_secs_f64()
        })
        .collect()
}

/// One frame with the shapes turned into triangles, as the window has them before the driver paints.
fn frame(window: &mut Window) {
    window.step();
    let shapes = window.output().shapes.clone();
    std::hint::black_box(window.ctx.tessellate(shapes, 1.0));
}

fn say(what: &str, name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let part = |share: f64| times[((times.len() - 1) as f64 * share) as usize] * 1e3;
    println!(
        "{what}, frame without the driver's part, {name}: median {:.2} ms, 99 % {:.2} ms, longest {:.2} ms",
        part(0.5),
        part(0.99),
        part(1.0)
    );
}
