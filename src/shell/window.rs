//! The real window.

use tokio::runtime::Handle;

use crate::shell::viewer::{Start, Viewer};
use cytolance_profile::plain_words;

/// Size of a first window in points.
const FIRST_SIZE: [f32; 2] = [1500.0, 940.0];

/// Whether there is a display server to open a window on. Other systems than Unix always have one.
pub fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Begins the program once more, with a variable that Mesa reads: choosing a device it looks for a Wayland server
/// whoever draws, and prints an error where there is none. Returns where that is not needed, or not possible.
pub fn quiet_drivers() {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::process::CommandExt as _;
        const CHOSEN: &str = "NODEVICE_SELECT";
        if has_display() || std::env::var_os(CHOSEN).is_some() {
            return;
        }
        if let Ok(program) = std::env::current_exe() {
            let mut again = std::process::Command::new(program);
            again.args(std::env::args_os().skip(1)).env(CHOSEN, "1");
            let error = again.exec();
            tracing::debug!("{error}");
        }
    }
}

/// Opens the viewer's window and returns when it is closed.
///
/// # Errors
/// A sentence when there is no display or no graphics driver.
pub fn open_window(start: Start, size: Option<[u32; 2]>, runtime: &Handle) -> Result<(), String> {
    let size = size.map_or(FIRST_SIZE, |[width, height]| [width as f32, height as f32]);
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Cytolance")
        .with_app_id("io.github.cytolance.Cytolance")
        .with_inner_size(size)
        .with_min_inner_size([640.0, 400.0]);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon-256.png"))
    {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    let runtime = runtime.clone();
    eframe::run_native(
        "Cytolance",
        options,
        Box::new(move |context| Ok(Box::new(Viewer::new(&context.egui_ctx, runtime, start)))),
    )
    .map_err(|error| {
        let reason = plain_words(&error.to_string());
        format!("cannot open a window: {}. A graphics driver (on Debian: mesa-vulkan-drivers) and a display are needed; `cytolance view DATASET --screenshot FILE.png` needs no display", reason.trim_end_matches('.'))
    })
}
