//! The viewer without a window, drawn through wgpu.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use tokio::runtime::Handle;

use crate::model::settings::Settings;
use crate::shell::viewer::{Start, Viewer};
use cytolance_export::{Target, png_of_rgba, write_whole};

/// Longest wait for a screen to be complete.
const PATIENCE: Duration = Duration::from_mins(2);
/// Frames after the last work, for layouts that need a second look.
const LAST_FRAMES: usize = 4;

/// Draws the viewer's window to a PNG file.
///
/// # Errors
/// A sentence when there is no graphics driver, the dataset does not open, or the file cannot be written.
pub fn render(
    start: Start,
    size: [u32; 2],
    target: &Target,
    runtime: &Handle,
) -> Result<(), String> {
    check_driver()?;
    let runtime = runtime.clone();
    // A picture is no visit: it leaves the recent datasets as they are.
    let start = Start {
        settings: Some(start.settings.unwrap_or_else(Settings::peek)),
        ..start
    };
    let mut harness = Harness::builder()
        .with_size([size[0] as f32, size[1] as f32])
        .with_accessibility_check(false)
        .allow_missing_glyphs()
        .wgpu()
        .build_eframe(|context| Viewer::new(&context.egui_ctx, runtime, start));
    settle(&mut harness)?;
    let notices: Vec<String> = harness
        .state()
        .state
        .notices
        .iter()
        .filter(|notice| notice.is_error)
        .map(|notice| notice.text.clone())
        .collect();
    if !notices.is_empty() {
        return Err(notices.join("; "));
    }
    // Good news would lie over what is to be seen.
    harness.state_mut().state.notices.clear();
    harness.step();
    let image = harness.render()?;
    let png = png_of_rgba(image.width(), image.height(), image.as_raw())?;
    write_whole(target, &png).map_err(|error| error.to_string())
}

/// Runs frames until everything for the screen is there.
///
/// # Errors
/// A sentence when that does not happen.
pub fn settle(harness: &mut Harness<'_, Viewer>) -> Result<(), String> {
    let started = Instant::now();
    let mut quiet = 0;
    while quiet < LAST_FRAMES {
        harness.step();
        // A frame may ask for more only after the previous answer was shown.
        quiet = if harness.state().is_settled() {
            quiet + 1
        } else {
            0
        };
        if started.elapsed() > PATIENCE {
            return Err("the screen was not complete after two minutes".to_owned());
        }
        std::thread::sleep(Duration::from_millis(if quiet > 0 { 1 } else { 5 }));
    }
    Ok(())
}

/// Says what is missing instead of panicking deep in the renderer.
fn check_driver() -> Result<(), String> {
    use eframe::wgpu;
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapters = futures::executor::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
    if adapters.is_empty() {
        return Err("there is no Vulkan driver to draw with; on Debian: apt-get install mesa-vulkan-drivers".to_owned());
    }
    Ok(())
}
