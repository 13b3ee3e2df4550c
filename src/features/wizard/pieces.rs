//! Building blocks of the steps: cards, messages, folder lists, collapsed lists, the table of sums.

use egui::{
    Align, CollapsingHeader, Frame, Grid, Label, Layout, Margin, Response, RichText, ScrollArea,
    TextEdit, Ui, vec2,
};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_ERROR, ICON_WARNING};

use super::account::{Account, Notes, TableSum};
use super::command::{FolderKind, WizardCommand, WizardPick};
use super::page::WizardView;
use super::state::Wizard;
use super::update::folders_of;
use crate::model::command::Command;
use cytolance_import::ImportOptions;
use cytolance_profile::thousands;
use cytolance_widgets::theme::{RADIUS_LARGE, SPACE, SPACE_LARGE, SPACE_SMALL};
use cytolance_widgets::{ICONS, heading, icon_button, medium_font, tokens};

/// From this width on, two columns stand side by side.
const TWO_COLUMNS_FROM: f32 = 860.0;
/// Lines that are shown at full length; longer lists scroll.
const WRAPPED_LINES: usize = 24;

/// What a step draws with.
pub(super) struct Pane<'a> {
    /// What is known.
    pub wizard: &'a Wizard,
    /// The dataset behind the wizard, if one is open.
    pub open_dataset: Option<&'a str>,
    /// The choices, to be changed in place.
    pub options: ImportOptions,
    /// Texts and textures.
    pub view: &'a mut WizardView,
    /// What was asked for.
    pub commands: &'a mut Vec<Command>,
}

impl Pane<'_> {
    /// Asks for something.
    pub fn send(&mut self, command: WizardCommand) {
        self.commands.push(Command::from(command));
    }
}

/// A surface with a heading.
pub(super) fn card<R>(ui: &mut Ui, title: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let inner = Frame::new()
        .fill(tokens(ui).surface)
        .corner_radius(RADIUS_LARGE)
        .inner_margin(Margin::same(16))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            if !title.is_empty() {
                heading(ui, title);
            }
            content(ui)
        })
        .inner;
    ui.add_space(SPACE);
    inner
}

/// Two columns, or one below the other where the window is narrow. `content` gets 0 and 1.
pub(super) fn two_columns(ui: &mut Ui, left_share: f32, mut content: impl FnMut(&mut Ui, usize)) {
    let width = ui.available_width();
    if width < TWO_COLUMNS_FROM {
        content(ui, 0);
        content(ui, 1);
        return;
    }
    let left = ((width - SPACE_LARGE) * left_share).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE_LARGE;
        for (side, width) in [(0, left), (1, width - SPACE_LARGE - left)] {
            ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing = vec2(SPACE, SPACE);
                content(ui, side);
            });
        }
    });
}

/// Quiet text.
pub(super) fn weak(ui: &mut Ui, text: impl Into<String>) -> Response {
    let color = tokens(ui).text_weak;
    ui.add(Label::new(RichText::new(text.into()).color(color)).wrap())
}

/// A sentence of the import, which begins small, as one of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn message(ui: &mut Ui, icon: &str, color: egui::Color32, text: &str) {
    let text = sentence(text);
    Frame::new()
        .fill(color.gamma_multiply(0.12))
        .corner_radius(6)
        .inner_margin(Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.label(
                    RichText::new(icon)
                        .font(egui::FontId::new(
                            18.0,
                            egui::FontFamily::Name(ICONS.into()),
                        ))
                        .color(color),
                );
                let width = ui.available_width();
                ui.vertical(|ui| {
                    ui.set_width(width);
                    // The first line stands level with the icon.
                    ui.add_space(3.0);
                    ui.add(
                        Label::new(RichText::new(text).color(tokens(ui).text))
                            .wrap()
                            .selectable(true),
                    );
                });
            });
        });
}

/// Something failed.
pub(super) fn error(ui: &mut Ui, text: &str) {
    message(ui, ICON_ERROR.codepoint, tokens(ui).error, text);
}

/// Something to look at.
pub(super) fn warning(ui: &mut Ui, text: &str) {
    message(ui, ICON_WARNING.codepoint, tokens(ui).warn, text);
}

/// Something is as it should be.
pub(super) fn good(ui: &mut Ui, text: &str) {
    message(ui, ICON_CHECK_CIRCLE.codepoint, tokens(ui).ok, text);
}

/// A text field that is called by the label before it.
pub(super) fn labelled_field(
    ui: &mut Ui,
    label: &str,
    text: &mut String,
    hint: &str,
    width: f32,
) -> Response {
    let label = ui.label(label);
    ui.add(
        TextEdit::singleline(text)
            .hint_text(hint)
            .desired_width(width),
    )
    .labelled_by(label.id)
}

/// The folders of a kind, with a field and a button for one more.
pub(super) fn folder_list(
    ui: &mut Ui,
    pane: &mut Pane<'_>,
    kind: FolderKind,
    label: &str,
    when_empty: &str,
) {
    let folders = folders_of(&mut pane.options, kind);
    let mut removed = None;
    for (at, folder) in folders.iter().enumerate() {
        ui.horizontal(|ui| {
            let text = folder.to_string_lossy();
            let name = format!("remove folder {text}");
            if icon_button(ui, ICON_CLOSE.codepoint, "Remove this folder", &name).clicked() {
                removed = Some(at);
            }
            ui.add(Label::new(text.as_ref()).truncate());
        });
    }
    if let Some(at) = removed {
        folders.remove(at);
    }
    if folders.is_empty() {
        weak(ui, when_empty);
    }
    ui.horizontal(|ui| {
        let text = &mut pane.view.folder_texts[kind as usize];
        let width = (ui.available_width() - 320.0).max(120.0);
        let field = labelled_field(
            ui,
            label,
            text,
            "path of a folder, or s3://bucket/prefix",
            width,
        );
        let enter = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let ready = !text.trim().is_empty();
        let add = ui.add_enabled(ready, egui::Button::new("Add")).clicked();
        if ready && (add || enter) {
            let folder = std::mem::take(text);
            pane.send(WizardCommand::AddFolder(kind, folder));
        }
        if ui.button("Browse…").clicked() {
            pane.send(WizardCommand::Pick(WizardPick::Folder(kind)));
        }
    });
}

/// A list that opens on a click.
pub(super) fn lines(ui: &mut Ui, title: &str, total: usize, lines: &[String]) {
    let title = format!("{title} ({})", thousands(total));
    CollapsingHeader::new(&title)
        .id_salt(&title)
        .show(ui, |ui| open_lines(ui, &title, total, lines));
}

/// The lines themselves: at full length where they are few, one below the other with scroll bars where not.
pub(super) fn open_lines(ui: &mut Ui, salt: &str, total: usize, lines: &[String]) {
    ui.spacing_mut().item_spacing.y = SPACE_SMALL;
    if lines.len() <= WRAPPED_LINES {
        for line in lines {
            ui.add(
                Label::new(RichText::new(line).color(tokens(ui).text_weak))
                    .wrap()
                    .selectable(true),
            );
        }
    } else {
        let height = ui.text_style_height(&egui::TextStyle::Body);
        ScrollArea::both()
            .id_salt(("lines", salt))
            .max_height(260.0)
            .auto_shrink([false, true])
            .show_rows(ui, height, lines.len(), |ui, range| {
                for line in &lines[range] {
                    ui.add(
                        Label::new(RichText::new(line).color(tokens(ui).text_weak))
                            .extend()
                            .selectable(true),
                    );
                }
            });
    }
    if total > lines.len() {
        weak(
            ui,
            format!(
                "and {} more of the same kind",
                thousands(total - lines.len())
            ),
        );
    }
}

/// Notes by kind, each closed at first; or that there are none. `is_whole`: all pictures and masks were used, too.
pub(super) fn account_notes(ui: &mut Ui, account: &Account, is_whole: bool) {
    let left_out = |sum: &TableSum| sum.rejected + sum.without_parent + sum.not_used;
    if account.notes.is_empty() {
        let rows: usize = account.sums.iter().map(left_out).sum();
        weak(
            ui,
            if rows > 0 {
                "Only rows: «Rows of each table» counts them."
            } else if !is_whole {
                "Every row and every column is there; not every picture, outline or mask: see these."
            } else {
                "Nothing: every row and every column is there."
            },
        );
    }
    notes(ui, &account.notes);
}

/// Notes by kind, each closed at first.
pub(super) fn notes(ui: &mut Ui, notes: &[Notes]) {
    for notes in notes {
        lines(ui, notes.title, notes.total, &notes.lines);
    }
}

/// The rows of each table, and what became of them.
pub(super) fn sums_table(ui: &mut Ui, salt: &str, sums: &[TableSum]) {
    let color = tokens(ui).text_weak;
    ScrollArea::horizontal()
        .id_salt(("sums", salt))
        .auto_shrink([false, true])
        .show(ui, |ui| {
            Grid::new(("sums grid", salt))
                .num_columns(7)
                .spacing([24.0, 6.0])
                .show(ui, |ui| {
                    ui.label(RichText::new("Table").small().color(color));
                    for title in ["Rows", "Imported", "Damaged", "Without cell", "Not used"] {
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            ui.label(RichText::new(title).small().color(color));
                        });
                    }
                    // Last, because a reason may be long; the numbers stay in sight.
                    ui.label(RichText::new("Used as").small().color(color));
                    ui.end_row();
                    for sum in sums {
                        let name = if sum.files > 1 {
                            format!("{} ({} files)", sum.table, thousands(sum.files))
                        } else {
                            sum.table.clone()
                        };
                        ui.label(name);
                        for (at, number) in [
                            sum.rows,
                            sum.imported,
                            sum.rejected,
                            sum.without_parent,
                            sum.not_used,
                        ]
                        .into_iter()
                        .enumerate()
                        {
                            let text = RichText::new(thousands(number)).font(
                                cytolance_widgets::numbers_font(
                                    cytolance_widgets::theme::TEXT_SIZE,
                                ),
                            );
                            // Nothing left out is nothing to look at.
                            let text = if at > 1 && number == 0 {
                                text.color(color)
                            } else if at > 1 {
                                text.color(tokens(ui).warn)
                            } else {
                                text
                            };
                            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                                ui.label(text);
                            });
                        }
                        ui.label(RichText::new(&sum.used_as).color(color));
                        ui.end_row();
                    }
                });
        });
}

/// A line of a list of facts: what, and how much.
pub(super) fn fact(ui: &mut Ui, what: &str, value: &str) {
    ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(140.0, 20.0), egui::Sense::hover());
        let color = tokens(ui).text_weak;
        ui.painter().text(
            rect.left_center(),
            egui::Align2::LEFT_CENTER,
            what,
            egui::TextStyle::Body.resolve(ui.style()),
            color,
        );
        ui.add(Label::new(RichText::new(value).font(medium_font(13.0))).wrap());
    });
}
