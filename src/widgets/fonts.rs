//! The fonts of the program and their names.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily, FontId};

/// Family of column headers and emphasised text.
pub const MEDIUM: &str = "medium";
/// Family of headings.
pub const SEMIBOLD: &str = "semibold";
/// Family whose digits all have the same width, for numbers that stand below each other.
pub const NUMBERS: &str = "numbers";
/// Family of the icons, see `egui_material_icons::icons`.
pub const ICONS: &str = egui_material_icons::FONT_FAMILY;

const INTER: &str = "Inter";

/// Numbers in columns: all digits have the same width.
pub fn numbers_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(NUMBERS.into()))
}

/// Text a little heavier than the body.
pub fn medium_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// The fonts to install: Inter before egui's own, icons last in every family.
pub(super) fn definitions() -> FontDefinitions {
    let files: [(&str, &'static [u8]); 4] = [
        (
            INTER,
            include_bytes!("../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            MEDIUM,
            include_bytes!("../../assets/fonts/Inter-Medium.otf"),
        ),
        (
            SEMIBOLD,
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        ),
        (
            NUMBERS,
            include_bytes!("../../assets/fonts/InterNumbers-Regular.otf"),
        ),
    ];
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in files {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
    }
    // Not `egui_material_icons::initialize`: it adds the icons to the body family only, and then a heading with an
    // icon in it shows a box.
    let icons = egui_material_icons::font_insert();
    fonts
        .font_data
        .insert(ICONS.to_owned(), Arc::new(icons.data));

    let body = fonts.families.entry(FontFamily::Proportional).or_default();
    body.insert(0, INTER.to_owned());
    body.push(ICONS.to_owned());
    let body = body.clone();
    if let Some(monospace) = fonts.families.get_mut(&FontFamily::Monospace) {
        monospace.extend(body.iter().cloned());
    }
    for name in [MEDIUM, SEMIBOLD, NUMBERS] {
        let family = std::iter::once(name.to_owned()).chain(body.iter().cloned());
        fonts
            .families
            .insert(FontFamily::Name(name.into()), family.collect());
    }
    let icons_first = std::iter::once(ICONS.to_owned()).chain(body);
    fonts
        .families
        .insert(FontFamily::Name(ICONS.into()), icons_first.collect());
    fonts
}
