//! Messages: good news in the status bar for a while, where it covers nothing; errors over the panes until they are
//! dismissed.

use std::time::{Duration, Instant};

use egui::{Align2, Context, Frame, Margin, RichText, Ui};
use egui_material_icons::icons::{ICON_CHECK_CIRCLE, ICON_CLOSE};

use crate::model::command::Command;
use crate::model::state::{Notice, State};
use cytolance_widgets::{icon_button, tokens};

/// Good news stays so long at least,
const SHORTEST: Duration = Duration::from_secs(6);
/// and so much longer for each letter, as people read.
const A_LETTER: Duration = Duration::from_millis(50);

/// Points of the status bar's other end.
const OTHER_END: f32 = 460.0;

/// How long the good news on the screen has been there. What waits behind it has its own time afterwards.
#[derive(Debug, Default)]
pub struct NoticeClock {
    shown: Option<(u64, Instant)>,
}

impl NoticeClock {
    /// Dismisses the good news on the screen once it was there long enough; says how long it stays otherwise.
    pub fn tick(
        &mut self,
        state: &State,
        now: Instant,
        hovered: bool,
        commands: &mut Vec<Command>,
    ) -> Option<Duration> {
        let Some(notice) = newest(state) else {
            self.shown = None;
            return None;
        };
        let since = match self.shown {
            Some((id, since)) if id == notice.id && !hovered => since,
            _ => now,
        };
        self.shown = Some((notice.id, since));
        let stays = SHORTEST + A_LETTER * notice.text.chars().count() as u32;
        let rest = stays.checked_sub(now.saturating_duration_since(since));
        if rest.is_none_or(|rest| rest.is_zero()) {
            commands.push(Command::Dismiss(notice.id));
            return None;
        }
        rest
    }
}

/// The good news to show: the newest.
fn newest(state: &State) -> Option<&Notice> {
    state.notices.iter().rev().find(|notice| !notice.is_error)
}

/// Good news, as a part of the status bar. Returns whether the pointer is on it.
pub(crate) fn good_news(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) -> bool {
    let Some(notice) = newest(state) else {
        return false;
    };
    let tokens = tokens(ui);
    let mut lines = notice.text.lines();
    let first = lines.next().unwrap_or_default();
    let more = lines.next().is_some();
    let text = if more {
        format!("{first} …")
    } else {
        first.to_owned()
    };
    ui.label(RichText::new(ICON_CHECK_CIRCLE.codepoint).color(tokens.ok));
    // What stands at the other end keeps its place in a narrow window, too.
    let width = (ui.available_width() - OTHER_END).max(160.0);
    let label = egui::Label::new(RichText::new(text).color(tokens.text))
        .truncate()
        .selectable(true);
    let mut response = ui
        .scope(|ui| {
            ui.set_max_width(width);
            ui.add(label)
        })
        .inner;
    if more {
        response = response.on_hover_text(&notice.text);
    }
    if icon_button(ui, ICON_CLOSE.codepoint, "", "dismiss message").clicked() {
        commands.push(Command::Dismiss(notice.id));
    }
    response.hovered()
}

/// Errors, in the lower right corner; over a page at its upper edge, for its buttons are below.
pub(crate) fn errors(context: &Context, state: &State, commands: &mut Vec<Command>) {
    if !state.notices.iter().any(|notice| notice.is_error) {
        return;
    }
    let (align, offset) = if state.page.is_some() {
        (Align2::CENTER_TOP, [0.0, 40.0])
    } else {
        (Align2::RIGHT_BOTTOM, [-16.0, -40.0])
    };
    egui::Area::new(egui::Id::unique("notices"))
        .anchor(align, offset)
        .order(egui::Order::Foreground)
        .show(context, |ui| {
            for notice in state.notices.iter().filter(|notice| notice.is_error) {
                let tokens = tokens(ui);
                Frame::new()
                    .fill(tokens.raised)
                    .stroke(egui::Stroke::new(1.0, tokens.error))
                    .corner_radius(6)
                    .inner_margin(Margin::symmetric(12, 8))
                    .show(ui, |ui| {
                        ui.horizontal_top(|ui| {
                            ui.set_max_width(440.0);
                            let text = RichText::new(&notice.text).color(tokens.text);
                            ui.vertical(|ui| {
                                ui.set_width(380.0);
                                ui.add(egui::Label::new(text).wrap());
                            });
                            if icon_button(ui, ICON_CLOSE.codepoint, "", "dismiss message")
                                .clicked()
                            {
                                commands.push(Command::Dismiss(notice.id));
                            }
                        });
                    });
                ui.add_space(6.0);
            }
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is dismissed at a moment.
    fn dismissed(clock: &mut NoticeClock, state: &State, now: Instant, hovered: bool) -> Vec<u64> {
        let mut commands = Vec::new();
        clock.tick(state, now, hovered, &mut commands);
        let id = |command| match command {
            Command::Dismiss(id) => id,
            other => panic!("{other:?}"),
        };
        commands.into_iter().map(id).collect()
    }

    #[test]
    fn good_news_goes_and_errors_stay() {
        let mut state = State::default();
        state.notify(true, "no such file");
        state.notify(false, "1 mark is saved");
        state.notify(false, "12 cells are copied");
        let ids: Vec<u64> = state.notices.iter().map(|notice| notice.id).collect();
        let (mut clock, start) = (NoticeClock::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(dismissed(&mut clock, &state, at(0), false).is_empty());
        assert!(dismissed(&mut clock, &state, at(5), false).is_empty());
        // As long as somebody reads it, it stays.
        assert!(dismissed(&mut clock, &state, at(20), true).is_empty());
        assert!(dismissed(&mut clock, &state, at(25), false).is_empty());
        assert_eq!(dismissed(&mut clock, &state, at(30), false), [ids[2]]);
        state.notices.pop();
        // What was behind it has its own time.
        assert!(dismissed(&mut clock, &state, at(31), false).is_empty());
        assert_eq!(dismissed(&mut clock, &state, at(40), false), [ids[1]]);
        state.notices.pop();
        assert!(dismissed(&mut clock, &state, at(1000), false).is_empty());
    }
}
