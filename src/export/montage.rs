//! Cells as one figure: crops in a grid, with outlines, captions and a scale bar.

use std::sync::Arc;

use cytolance_imaging::{CellPicture, ChannelStyle, Compositor, Crop, auto_range};
use cytolance_plot::figure::{Anchor, Figure, FigureTable, Ink, Item};

use super::figure_file::png_of_rgba;

/// Height of a caption in points.
const CAPTION: f64 = 12.0;
/// Points between two tiles.
const GAP: f64 = 4.0;

/// How a montage looks.
#[derive(Debug, Clone)]
pub struct MontageSettings {
    /// Tiles side by side.
    pub columns: usize,
    /// Side of a tile in points, of which 96 are an inch.
    pub tile: f64,
    /// How the channels are shown.
    pub styles: Vec<ChannelStyle>,
    /// Names of the channels.
    pub channels: Vec<String>,
    /// Every channel in a tile of its own beside the composite.
    pub split: bool,
    /// Every cell has a contrast of its own.
    pub own_contrast: bool,
    /// Object, colour and width of the outlines that are drawn.
    pub outlines: Vec<(String, [u8; 3], f64)>,
    /// Pixel size in micrometres.
    pub pixel_size_um: Option<f64>,
    /// Above the cells.
    pub title: String,
}

/// A cell of a montage.
#[derive(Debug, Clone)]
pub struct MontageCell {
    /// Its picture.
    pub picture: Arc<CellPicture>,
    /// Lines below it.
    pub captions: Vec<String>,
}

/// The figure. All cells have the same magnification, so that sizes can be compared; a cell without a picture is an empty
/// tile that says so.
///
/// # Errors
/// Why a crop cannot be drawn, in words.
pub fn montage(cells: &[MontageCell], settings: &MontageSettings) -> Result<Figure, String> {
    let split: Vec<Option<usize>> = if settings.split {
        std::iter::once(None)
            .chain((0..settings.styles.len()).map(Some))
            .collect()
    } else {
        vec![None]
    };
    let across = settings.columns.max(1) * split.len();
    let lines = cells
        .iter()
        .map(|cell| cell.captions.len())
        .max()
        .unwrap_or(0);
    let cell_height = settings.tile + lines as f64 * CAPTION + GAP;
    let rows = cells.len().div_ceil(settings.columns.max(1));
    let header = if settings.title.is_empty() { 8.0 } else { 28.0 }
        + if settings.split { 14.0 } else { 0.0 };
    let width = across as f64 * (settings.tile + GAP) + GAP;
    let mut figure = Figure::new(width.max(160.0), header + rows as f64 * cell_height + 26.0);
    if !settings.title.is_empty() {
        figure.text(
            [GAP, 18.0],
            Anchor::Start,
            13.0,
            Ink::Text,
            settings.title.as_str(),
        );
    }
    // One magnification for all.
    let largest = cells
        .iter()
        .filter_map(|cell| cell.picture.crop.as_ref())
        .map(|crop| crop.width.max(crop.height))
        .max()
        .unwrap_or(1)
        .max(1);
    let scale = settings.tile / f64::from(largest);
    for (at, cell) in cells.iter().enumerate() {
        let top = header + (at / settings.columns.max(1)) as f64 * cell_height;
        for (place, channel) in split.iter().enumerate() {
            let column = (at % settings.columns.max(1)) * split.len() + place;
            let left = GAP + column as f64 * (settings.tile + GAP);
            tile(&mut figure, cell, settings, *channel, [left, top], scale)?;
            if at < settings.columns.max(1) && settings.split {
                let name = channel
                    .and_then(|channel| settings.channels.get(channel))
                    .map_or("all", String::as_str);
                let middle = [left + settings.tile / 2.0, header - 4.0];
                figure.text(middle, Anchor::Middle, 9.0, Ink::Weak, name);
            }
        }
        let left =
            GAP + ((at % settings.columns.max(1)) * split.len()) as f64 * (settings.tile + GAP);
        for (line, caption) in cell.captions.iter().enumerate() {
            let letters = (settings.tile / 5.0) as usize;
            let text: String = caption.chars().take(letters.max(4)).collect();
            figure.text(
                [
                    left + settings.tile / 2.0,
                    top + settings.tile + 9.5 + line as f64 * CAPTION,
                ],
                Anchor::Middle,
                9.0,
                Ink::Text,
                text,
            );
        }
    }
    footer(&mut figure, settings, scale);
    figure.table = FigureTable {
        header: vec!["place".to_owned(), "captions".to_owned()],
        rows: cells
            .iter()
            .enumerate()
            .map(|(at, cell)| vec![(at + 1).to_string(), cell.captions.join("; ")])
            .collect(),
    };
    Ok(figure)
}

fn tile(
    figure: &mut Figure,
    cell: &MontageCell,
    settings: &MontageSettings,
    channel: Option<usize>,
    [left, top]: [f64; 2],
    scale: f64,
) -> Result<(), String> {
    figure.bar(
        [left, top, settings.tile, settings.tile],
        Ink::Color([0, 0, 0, 255]),
    );
    let Some(crop) = &cell.picture.crop else {
        figure.text(
            [left + settings.tile / 2.0, top + settings.tile / 2.0],
            Anchor::Middle,
            9.0,
            Ink::Color([160, 160, 160, 255]),
            "no picture",
        );
        return Ok(());
    };
    let (width, height) = (
        f64::from(crop.width) * scale,
        f64::from(crop.height) * scale,
    );
    let corner = [
        left + (settings.tile - width) / 2.0,
        top + (settings.tile - height) / 2.0,
    ];
    figure.items.push(Item::Picture {
        rect: [corner[0], corner[1], width, height],
        png: png_of_crop(crop, &styles_for(crop, settings, channel))?.into(),
    });
    let [x0, y0] = cell.picture.origin;
    let (right, bottom) = (x0 + f64::from(crop.width), y0 + f64::from(crop.height));
    for (object, [r, g, b], line) in &settings.outlines {
        let Some((_, outline)) = cell
            .picture
            .outlines
            .iter()
            .find(|(name, _)| name == object)
        else {
            continue;
        };
        for ring in &outline.rings {
            let points = ring
                .iter()
                .map(|[x, y]| {
                    // An outline ends where the crop does.
                    let (x, y) = (x.clamp(x0, right), y.clamp(y0, bottom));
                    [corner[0] + (x - x0) * scale, corner[1] + (y - y0) * scale]
                })
                .collect();
            figure.items.push(Item::Line {
                points,
                ink: Ink::Color([*r, *g, *b, 255]),
                width: *line,
                dashed: false,
            });
        }
    }
    Ok(())
}

fn styles_for(
    crop: &Crop,
    settings: &MontageSettings,
    channel: Option<usize>,
) -> Vec<ChannelStyle> {
    settings
        .styles
        .iter()
        .enumerate()
        .map(|(at, style)| {
            let mut style = *style;
            if let Some(channel) = channel {
                style.visible = at == channel;
            }
            if settings.own_contrast
                && let Some([min, max]) = crop
                    .planes
                    .get(at)
                    .and_then(|plane| auto_range(plane.iter().copied()))
            {
                (style.min, style.max) = (min, max);
            }
            style
        })
        .collect()
}

/// A crop as it is shown, as PNG.
///
/// # Errors
/// Why not, in words.
pub fn png_of_crop(crop: &Crop, styles: &[ChannelStyle]) -> Result<Vec<u8>, String> {
    let planes: Vec<&[u16]> = crop.planes.iter().map(AsRef::as_ref).collect();
    let mut pixels = Vec::new();
    Compositor::new(styles).composite(&planes, &mut pixels);
    png_of_rgba(crop.width, crop.height, pixels.as_flattened())
}

/// Scale bar, and what contrast the pictures have.
fn footer(figure: &mut Figure, settings: &MontageSettings, scale: f64) {
    let y = figure.height - 10.0;
    let contrast = if settings.own_contrast {
        "contrast: each cell its own, brightness cannot be compared"
    } else {
        "contrast: the same for all cells"
    };
    let mut text = contrast.to_owned();
    if let Some(size) = settings.pixel_size_um.filter(|size| *size > 0.0) {
        // A round length of about half a tile.
        let wanted = settings.tile * 0.5 / scale * size;
        let unit = 10_f64.powf(wanted.log10().floor());
        let microns = [5.0, 2.0, 1.0]
            .into_iter()
            .map(|factor| factor * unit)
            .find(|length| *length <= wanted)
            .unwrap_or(unit);
        let length = microns / size * scale;
        figure.bar([GAP, y - 3.0, length, 3.0], Ink::Text);
        figure.text(
            [GAP + length + 4.0, y],
            Anchor::Start,
            9.0,
            Ink::Text,
            format!("{microns} µm"),
        );
        figure.text(
            [GAP + length + 60.0, y],
            Anchor::Start,
            9.0,
            Ink::Weak,
            text,
        );
        return;
    }
    text.push_str("; no scale bar, because the pixel size is not known");
    figure.text([GAP, y], Anchor::Start, 9.0, Ink::Weak, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_imaging::Outline;
    use cytolance_plot::figure::Palette;
    use cytolance_plot::to_svg;

    #[test]
    fn cells_have_one_magnification_outlines_and_captions() {
        let cell = |side: u32| MontageCell {
            picture: Arc::new(CellPicture {
                crop: Some(Crop {
                    width: side,
                    height: side,
                    planes: vec![Arc::from(vec![500; (side * side) as usize])],
                }),
                origin: [100.0, 50.0],
                outlines: vec![(
                    "Cells".to_owned(),
                    Outline {
                        rings: vec![vec![
                            [101.0, 51.0],
                            [300.0, 51.0],
                            [101.0, 60.0],
                            [101.0, 51.0],
                        ]],
                    },
                )],
                center: None,
            }),
            captions: vec!["A01".to_owned()],
        };
        let mut settings = MontageSettings {
            columns: 2,
            tile: 80.0,
            styles: vec![ChannelStyle {
                visible: true,
                color: [255, 255, 255],
                min: 0.0,
                max: 1000.0,
                gamma: 1.0,
            }],
            channels: vec!["DNA".to_owned()],
            split: false,
            own_contrast: false,
            outlines: vec![("Cells".to_owned(), [255, 0, 0], 1.0)],
            pixel_size_um: Some(0.5),
            title: "three cells".to_owned(),
        };
        let empty = MontageCell {
            picture: Arc::default(),
            captions: Vec::new(),
        };
        let cells = [cell(40), cell(20), empty];
        let figure = montage(&cells, &settings).expect("a figure");
        let pictures: Vec<f64> = figure
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Picture { rect, .. } => Some(rect[2]),
                _ => None,
            })
            .collect();
        assert_eq!(pictures, [80.0, 40.0], "half as large on the figure, too");
        let svg = to_svg(&figure, &Palette::PAPER);
        for part in [
            "no picture",
            "A01",
            "three cells",
            "10 µm",
            "the same for all",
        ] {
            assert!(svg.contains(part), "{part}");
        }
        let line = figure.items.iter().find_map(|item| match item {
            Item::Line { points, .. } => Some(points.clone()),
            _ => None,
        });
        let most = line
            .expect("an outline")
            .iter()
            .map(|point| point[0])
            .fold(0.0, f64::max);
        assert!(most <= 4.0 + 80.0 + 0.01, "cut where the crop ends: {most}");
        settings.split = true;
        settings.own_contrast = true;
        settings.pixel_size_um = None;
        let svg = to_svg(
            &montage(&cells, &settings).expect("a figure"),
            &Palette::PAPER,
        );
        assert!(svg.contains("DNA") && svg.contains("pixel size is not known"));
    }
}
