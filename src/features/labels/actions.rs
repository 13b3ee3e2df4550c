//! The Label menu.

use egui::Key;

use super::command::LabelsCommand;
use super::state::ReviewKind;
use crate::model::action::{Action, Menu, action, ctrl, ctrl_shift, plain};
use crate::model::command::Command;

/// Marks with the class at a place of the list; the key is that place, counted from one.
macro_rules! mark {
    ($order:literal, $class:literal, $id:literal => $title:literal, $key:ident) => {
        Action {
            id: $id,
            title: $title,
            menu: Menu::Label,
            order: $order,
            shortcut: Some(plain(Key::$key)),
            needs_dataset: true,
            class: Some($class),
            command: |_| Command::from(LabelsCommand::Mark(Some($class))),
        }
    };
}

/// Its actions, in the order of the menu.
pub(super) static ACTIONS: &[Action] = &[
    action!(210, "save-marks" => "Save marks", Label, Some(ctrl(Key::S)), true, |_| {
        Command::from(LabelsCommand::Save)
    }),
    action!(220, "redo-mark" => "Redo mark", Label, Some(ctrl_shift(Key::Z)), true, |_| {
        Command::from(LabelsCommand::Redo)
    }),
    action!(230, "undo-mark" => "Undo mark", Label, Some(ctrl(Key::Z)), true, |_| {
        Command::from(LabelsCommand::Undo)
    }),
    mark!(240, 0, "mark-with-class-1" => "Mark with class 1", Num1),
    mark!(250, 1, "mark-with-class-2" => "Mark with class 2", Num2),
    mark!(260, 2, "mark-with-class-3" => "Mark with class 3", Num3),
    mark!(270, 3, "mark-with-class-4" => "Mark with class 4", Num4),
    mark!(280, 4, "mark-with-class-5" => "Mark with class 5", Num5),
    mark!(290, 5, "mark-with-class-6" => "Mark with class 6", Num6),
    mark!(300, 6, "mark-with-class-7" => "Mark with class 7", Num7),
    mark!(310, 7, "mark-with-class-8" => "Mark with class 8", Num8),
    mark!(320, 8, "mark-with-class-9" => "Mark with class 9", Num9),
    action!(330, "unmark" => "Unmark", Label, Some(plain(Key::Delete)), true, |_| {
        Command::from(LabelsCommand::Mark(None))
    }),
    action!(340, "review-the-unmarked-cells" => "Review the unmarked cells", Label, None, true, |_| {
        Command::from(LabelsCommand::StartReview(ReviewKind::Unmarked))
    }),
    action!(350, "review-next-without-a-mark" => "Review: next without a mark",
        Label,
        Some(plain(Key::Enter)),
        true,
        |_| Command::from(LabelsCommand::StepReview(1))
    ),
    action!(360, "review-the-cell-before" => "Review: the cell before",
        Label,
        Some(plain(Key::Backspace)),
        true,
        |_| Command::from(LabelsCommand::StepReview(-1))
    ),
    action!(370, "show-unmarked-cells-only" => "Show unmarked cells only", Label, None, true, |_| {
        Command::from(LabelsCommand::Filter(None))
    }),
    action!(380, "colour-the-plot-by-label" => "Colour the plot by label", Label, None, true, |_| {
        Command::from(LabelsCommand::ColorPlot)
    }),
    action!(390, "show-the-versions" => "Show the versions", Label, None, true, |_| {
        Command::from(LabelsCommand::ReadHistory)
    }),
];
