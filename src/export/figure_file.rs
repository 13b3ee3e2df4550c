//! Figures as files: SVG, PNG of any resolution, and the numbers behind them as CSV.

use std::sync::{Arc, OnceLock};

use resvg::{tiny_skia, usvg};

use super::ExportError;
use super::file_kind::FileKind;
use super::target::Target;
use super::whole_file::write_whole;
use cytolance_plot::figure::{Figure, Palette};
use cytolance_plot::to_svg;

/// Points of a figure by inch.
const POINTS_PER_INCH: f64 = 96.0;
/// Dots by inch of a printed figure.
pub const PRINT_DPI: f64 = 300.0;
/// Longest side of a PNG in pixels.
const MOST_PIXELS: f64 = 20_000.0;

/// The program's fonts, read once: the same figure looks the same on every machine.
fn fonts() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut fonts = usvg::fontdb::Database::new();
        for font in [
            include_bytes!("../../assets/fonts/Inter-Regular.otf").as_slice(),
            include_bytes!("../../assets/fonts/Inter-Medium.otf"),
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        ] {
            fonts.load_font_data(font.to_vec());
        }
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    }))
}

/// SVG drawn at so many dots by inch, as PNG that says so.
///
/// # Errors
/// Why it cannot be drawn, in words.
pub fn svg_to_png(svg: &str, dpi: f64) -> Result<Vec<u8>, String> {
    let options = usvg::Options {
        fontdb: fonts(),
        font_family: "Inter".to_owned(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size();
    let scale = dpi / POINTS_PER_INCH;
    let pixels = [size.width(), size.height()].map(|side| (f64::from(side) * scale).ceil());
    if pixels.iter().any(|side| *side > MOST_PIXELS) {
        return Err(format!(
            "it would have {} x {} pixels, and {MOST_PIXELS} is the most: choose fewer dots by inch or a smaller figure",
            pixels[0], pixels[1]
        ));
    }
    let mut picture =
        tiny_skia::Pixmap::new(pixels[0] as u32, pixels[1] as u32).ok_or("it has no size")?;
    let transform = tiny_skia::Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut picture.as_mut());
    let by_meter = (dpi / 0.0254).round() as u32;
    let resolution = png::PixelDimensions {
        xppu: by_meter,
        yppu: by_meter,
        unit: png::Unit::Meter,
    };
    let (width, height) = (picture.width(), picture.height());
    encoded(
        width,
        height,
        &picture.take_demultiplied(),
        Some(resolution),
    )
}

/// Pixels (red, green, blue, opacity; row by row) as PNG.
///
/// # Errors
/// Why not, in words: where there are not four bytes a pixel.
pub fn png_of_rgba(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, String> {
    if pixels.len() != width as usize * height as usize * 4 {
        return Err(format!(
            "{} bytes are not {width} x {height} pixels",
            pixels.len()
        ));
    }
    encoded(width, height, pixels, None)
}

fn encoded(
    width: u32,
    height: u32,
    rgba: &[u8],
    resolution: Option<png::PixelDimensions>,
) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_pixel_dims(resolution);
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(rgba)?;
            writer.finish()
        })
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Saves a figure as its file name says: `.svg`, `.png` (300 dots by inch), or its numbers as `.csv`.
///
/// # Errors
/// [`ExportError::Ending`] for other names, [`ExportError::Exists`], [`ExportError::Write`].
pub fn save_figure(figure: &Figure, target: &Target) -> Result<(), ExportError> {
    let failed = |reason: String| ExportError::Write {
        path: target.full_path(),
        reason,
    };
    let path = target.path();
    FileKind::CHART.check(path)?;
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let bytes = match ending.as_str() {
        "svg" => to_svg(figure, &Palette::PAPER).into_bytes(),
        "png" => svg_to_png(&to_svg(figure, &Palette::PAPER), PRINT_DPI).map_err(failed)?,
        _ => figure.table.to_csv().into_bytes(),
    };
    write_whole(target, &bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use cytolance_plot::figure::{Anchor, FigureTable, Ink};

    fn figure() -> Figure {
        let mut figure = Figure::new(96.0, 48.0);
        figure.bar([0.0, 0.0, 48.0, 48.0], Ink::Color([255, 0, 0, 255]));
        figure.text([72.0, 24.0], Anchor::Middle, 10.0, Ink::Text, "Müller & Co");
        figure.table = FigureTable {
            header: vec!["a".to_owned()],
            rows: vec![vec!["1".to_owned()]],
        };
        figure
    }

    #[test]
    fn a_png_has_the_size_and_resolution_of_print() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.png");
        let save = |path: &Path| save_figure(&figure(), &Target::new(path, false));
        save(&path).expect("saved");
        let bytes = std::fs::read(&path).expect("read");
        let picture = image::load_from_memory(&bytes)
            .expect("a picture")
            .to_rgba8();
        assert_eq!(picture.dimensions(), (300, 150), "one inch is 300 pixels");
        assert_eq!(picture.get_pixel(10, 10).0, [255, 0, 0, 255]);
        assert_eq!(picture.get_pixel(290, 10).0, [255, 255, 255, 255]);
        let inked = picture
            .enumerate_pixels()
            .filter(|(x, _, pixel)| *x > 150 && pixel.0[0] < 100)
            .count();
        assert!(inked > 50, "the text is drawn: {inked}");
        let at = bytes
            .windows(4)
            .position(|four| four == b"pHYs")
            .expect("a resolution");
        assert_eq!(
            bytes[at + 4..at + 8],
            11811_u32.to_be_bytes(),
            "dots by metre"
        );
        save(&folder.path().join("f.svg")).expect("saved");
        save(&folder.path().join("f.csv")).expect("saved");
        let error = save(&folder.path().join("f.bmp")).expect_err("no");
        assert!(error.to_string().contains(".svg"), "{error}");
        let text = std::fs::read_to_string(folder.path().join("f.csv")).expect("read");
        assert_eq!(text, "a\r\n1\r\n");
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let error = svg_to_png(&to_svg(&Figure::new(1e6, 10.0), &Palette::PAPER), 300.0);
        assert!(error.expect_err("too large").contains("pixels"));
        assert!(svg_to_png("<nonsense", 300.0).is_err());
    }
}
