//! Design tokens: every colour, distance and text size of the program.

use egui::style::{ScrollStyle, WidgetVisuals};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle,
    Theme, Ui, Vec2, Visuals,
};

use super::fonts::{self, SEMIBOLD};

/// Between things that belong together.
pub const SPACE_SMALL: f32 = 4.0;
/// Between things.
pub const SPACE: f32 = 8.0;
/// Between groups of things.
pub const SPACE_LARGE: f32 = 16.0;
/// Height of a row of a list or a table of text.
pub const ROW: f32 = 24.0;
/// Space between the edge of a table cell and its text.
pub const CELL_PADDING: f32 = 8.0;
/// Corner radius of buttons, fields and tiles.
pub const RADIUS: u8 = 4;
/// Corner radius of menus and windows.
pub const RADIUS_LARGE: u8 = 8;
/// Text of labels and cells.
pub const TEXT_SIZE: f32 = 13.0;
/// Text of second lines and notes.
pub const SMALL_TEXT_SIZE: f32 = 11.0;
/// Icons beside text.
pub const ICON_SIZE: f32 = 18.0;

/// The colours of one theme, by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// What is active, selected or drawn to be looked at: handles, the cursor, shown rows of a histogram.
    pub accent: Color32,
    /// Fills that belong to the accent: chosen buttons, selected text.
    pub accent_soft: Color32,
    /// Text.
    pub text: Color32,
    /// Labels, units, second lines, nulls.
    pub text_weak: Color32,
    /// Background of side panels and bars.
    pub panel: Color32,
    /// Background of what is looked at: table, plots, pictures; also of text fields.
    pub surface: Color32,
    /// Buttons, menus, table header.
    pub raised: Color32,
    /// Lines between things.
    pub line: Color32,
    /// Background of selected rows.
    pub selection: Color32,
    /// Something to look at before going on.
    pub warn: Color32,
    /// Something failed.
    pub error: Color32,
    /// Something is done.
    pub ok: Color32,
}

const DARK: Tokens = Tokens {
    accent: Color32::from_rgb(0x3c, 0xb8, 0xd0),
    accent_soft: Color32::from_rgb(0x17, 0x4b, 0x57),
    text: Color32::from_rgb(0xd8, 0xdd, 0xe0),
    text_weak: Color32::from_rgb(0x8b, 0x96, 0x9c),
    panel: Color32::from_rgb(0x12, 0x15, 0x17),
    surface: Color32::from_rgb(0x0b, 0x0d, 0x0e),
    raised: Color32::from_rgb(0x1d, 0x22, 0x25),
    line: Color32::from_rgb(0x25, 0x2b, 0x2e),
    selection: Color32::from_rgb(0x10, 0x2c, 0x34),
    warn: Color32::from_rgb(0xe0, 0xa4, 0x3a),
    error: Color32::from_rgb(0xf0, 0x6b, 0x62),
    ok: Color32::from_rgb(0x5a, 0xb9, 0x72),
};

const LIGHT: Tokens = Tokens {
    accent: Color32::from_rgb(0x07, 0x7f, 0x99),
    accent_soft: Color32::from_rgb(0xbe, 0xe3, 0xea),
    text: Color32::from_rgb(0x1b, 0x21, 0x24),
    text_weak: Color32::from_rgb(0x63, 0x6e, 0x75),
    panel: Color32::from_rgb(0xf5, 0xf7, 0xf7),
    surface: Color32::from_rgb(0xff, 0xff, 0xff),
    raised: Color32::from_rgb(0xe9, 0xed, 0xee),
    line: Color32::from_rgb(0xdf, 0xe4, 0xe6),
    selection: Color32::from_rgb(0xdd, 0xf1, 0xf5),
    warn: Color32::from_rgb(0x96, 0x62, 0x00),
    error: Color32::from_rgb(0xc2, 0x2f, 0x28),
    ok: Color32::from_rgb(0x1d, 0x7a, 0x42),
};

/// What is painted on pictures is the same in both themes, because pictures are.
pub(super) mod on_picture {
    use egui::Color32;

    /// Scale bars and their text.
    pub const INK: Color32 = Color32::WHITE;
    /// Behind ink and outlines, so that they show on bright pixels.
    pub const HALO: Color32 = Color32::from_black_alpha(150);
    /// The texture's own colours.
    pub const UNTINTED: Color32 = Color32::WHITE;
}

impl Tokens {
    /// The colours of a theme.
    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// Background of what the pointer is on.
    pub fn hover(&self) -> Color32 {
        self.text.gamma_multiply(0.05)
    }

    /// The accent so faint that text on it is readable.
    pub fn accent_faint(&self) -> Color32 {
        self.accent.gamma_multiply(0.12)
    }
}

/// The colours to paint with in `ui`.
pub fn tokens(ui: &Ui) -> &'static Tokens {
    Tokens::of(Theme::from_dark_mode(ui.visuals().dark_mode))
}

/// Installs fonts and the styles of both themes. Once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    for theme in [Theme::Dark, Theme::Light] {
        ctx.set_style_of(theme, style(theme));
    }
}

fn style(theme: Theme) -> Style {
    let mut style = Style {
        visuals: visuals(theme),
        ..theme.default_style()
    };
    let font = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, font(SMALL_TEXT_SIZE)),
        (TextStyle::Body, font(TEXT_SIZE)),
        (TextStyle::Button, font(TEXT_SIZE)),
        (TextStyle::Monospace, FontId::monospace(12.0)),
        (
            TextStyle::Heading,
            FontId::new(16.0, FontFamily::Name(SEMIBOLD.into())),
        ),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Body;

    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(SPACE, SPACE);
    spacing.button_padding = Vec2::new(SPACE, 3.0);
    spacing.interact_size = Vec2::new(32.0, ROW);
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_spacing = 2.0;
    spacing.indent = 16.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = 6.0;
    spacing.slider_width = 160.0;
    spacing.slider_rail_height = 4.0;
    spacing.combo_width = 120.0;
    spacing.tooltip_width = 480.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 4.0,
        ..ScrollStyle::floating()
    };

    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.1;
    style
}

fn visuals(theme: Theme) -> Visuals {
    let tokens = Tokens::of(theme);
    let mut visuals = theme.default_visuals();
    visuals.weak_text_color = Some(tokens.text_weak);
    visuals.hyperlink_color = tokens.accent;
    visuals.faint_bg_color = tokens.hover();
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.code_bg_color = tokens.raised;
    visuals.warn_fg_color = tokens.warn;
    visuals.error_fg_color = tokens.error;
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = match theme {
        Theme::Dark => tokens.raised,
        Theme::Light => tokens.surface,
    };
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(RADIUS_LARGE);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS_LARGE);
    let shadow = Shadow {
        offset: [0, 4],
        blur: 24,
        spread: 0,
        color: Color32::from_black_alpha(match theme {
            Theme::Dark => 120,
            Theme::Light => 40,
        }),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = Shadow { blur: 16, ..shadow };
    visuals.selection.bg_fill = tokens.accent_soft;
    visuals.selection.stroke = Stroke::new(1.0, tokens.text);
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    visuals.indent_has_left_vline = false;
    visuals.collapsing_header_frame = false;
    visuals.slider_trailing_fill = true;
    visuals.striped = false;
    visuals.handle_shape = egui::style::HandleShape::Circle;

    // Nothing has an outline at rest and nothing grows under the pointer; fields keep a hairline so that they can
    // be told from labels. Focus has an outline in the accent, for those who use the keyboard.
    let flat = |fill: Color32, text: Color32, line: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line,
        corner_radius: CornerRadius::same(RADIUS),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    let step = |share: f32| tokens.raised.lerp_to_gamma(tokens.text, share);
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = flat(tokens.panel, tokens.text, Stroke::new(1.0, tokens.line));
    widgets.inactive = flat(tokens.raised, tokens.text, Stroke::new(1.0, tokens.line));
    // Boxes and circles to tick have to be seen on raised surfaces such as dialogs too; buttons use the weak fill.
    widgets.inactive.bg_fill = step(0.16);
    widgets.hovered = flat(step(0.08), tokens.text, Stroke::new(1.0, step(0.16)));
    widgets.active = flat(step(0.14), tokens.text, Stroke::new(1.0, tokens.accent));
    widgets.open = flat(step(0.08), tokens.text, Stroke::new(1.0, step(0.16)));
    visuals
}
