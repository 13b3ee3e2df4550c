//! A cell's picture with its outlines, wherever one is shown.

use egui::{Color32, Rect, Ui};

use crate::model::state::Workspace;
use crate::model::textures::{TextureKind, Textures};
use cytolance_imaging::{CellPicture, Outline, common_box};
use cytolance_widgets::{
    OutlineStyle, PictureTransform, paint_center, paint_picture, paint_placeholder,
};

/// A picture of at least so many points has a mark at the centre of a cell without an outline.
const MARKED_FROM: f32 = 60.0;

/// A cell's outlines as they are set: thin in the table, as wide as set where the picture is large.
pub(crate) fn styled_outlines<'a>(
    workspace: &Workspace,
    picture: &'a CellPicture,
    large: bool,
) -> Vec<(&'a Outline, OutlineStyle)> {
    picture
        .outlines
        .iter()
        .filter_map(|(object, outline)| {
            let setting = workspace
                .outlines
                .iter()
                .find(|setting| setting.object == *object)?;
            let [r, g, b] = setting.color;
            let style = OutlineStyle {
                color: Color32::from_rgb(r, g, b),
                width: if large { setting.width } else { 1.0 },
                visible: setting.visible,
                dashed: setting.approximate,
            };
            Some((outline, style))
        })
        .collect()
}

/// Paints the picture of a row, or what stands for it while it is read or where there is none.
pub(crate) fn paint_cell(
    ui: &Ui,
    rect: Rect,
    workspace: &Workspace,
    textures: &mut Textures,
    row: u32,
    sharp: bool,
) -> Option<PictureTransform> {
    let kind = if sharp {
        TextureKind::Sharp
    } else {
        TextureKind::Smooth
    };
    paint_cell_as(ui, rect, workspace, textures, row, kind, true)
}

/// The same with a kind of texture, with or without outlines.
pub(crate) fn paint_cell_as(
    ui: &Ui,
    rect: Rect,
    workspace: &Workspace,
    textures: &mut Textures,
    row: u32,
    kind: TextureKind,
    with_outlines: bool,
) -> Option<PictureTransform> {
    let Some(picture) = workspace.pictures.get(row) else {
        let text = if workspace.pictures.has_failed(row) {
            "unreadable"
        } else {
            ""
        };
        paint_placeholder(ui, rect, text);
        return None;
    };
    let outlines = if with_outlines {
        styled_outlines(workspace, picture, kind == TextureKind::Sharp)
    } else {
        Vec::new()
    };
    let texture = textures.get(ui.ctx(), workspace, row, kind);
    if picture.crop.is_none() && picture.outlines.is_empty() {
        let rows_are = workspace.dataset.metadata().rows_are;
        let text = rows_are.object().map_or_else(
            || "no picture".to_owned(),
            |of| format!("whole {}", of.to_lowercase()),
        );
        paint_placeholder(ui, rect, &text);
        return None;
    }
    let painted = match (texture, &picture.crop) {
        (Some((texture, size)), _) => {
            paint_picture(ui, rect, Some(texture), size, picture.origin, &outlines)
        }
        (None, Some(crop)) => {
            let size = [crop.width as usize, crop.height as usize];
            paint_picture(ui, rect, None, size, picture.origin, &outlines)
        }
        (None, None) => {
            // Outlines without pixels: their own box is the field of view.
            let boxes = outlines.iter().filter_map(|(outline, _)| outline.bounds());
            let bounds = common_box(boxes)?;
            let size = [
                (bounds[2] - bounds[0]).ceil() as usize + 4,
                (bounds[3] - bounds[1]).ceil() as usize + 4,
            ];
            paint_picture(
                ui,
                rect,
                None,
                size,
                [bounds[0] - 2.0, bounds[1] - 2.0],
                &outlines,
            )
        }
    };
    // In a thumbnail it would hide the cell.
    if let (Some(transform), Some(center)) = (painted, picture.center)
        && with_outlines
        && transform.rect.size().min_elem() >= MARKED_FROM
    {
        let clip = transform.rect.intersect(ui.clip_rect());
        paint_center(&ui.painter().with_clip_rect(clip), &transform, center);
    }
    painted
}
