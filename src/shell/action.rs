//! The catalogue of what can be done without further arguments: menus, shortcuts and the palette come from it.

use std::sync::LazyLock;

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::features::checks::ChecksCommand;
use crate::features::compare::CompareCommand;
use crate::features::wizard::WizardCommand;
use crate::model::action::{Action, Menu};
use crate::model::command::Command;
use crate::model::feature::PaneId;
use crate::model::scatter::Tool;
use crate::model::session::SessionCommand;
use crate::model::settings::Theme;
use crate::model::state::Overlay;
use crate::model::table::Density;
use crate::shell::features::FEATURES;

const fn ctrl(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn ctrl_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

macro_rules! action {
    ($title:literal, $menu:ident, $shortcut:expr, $needs:literal, $command:expr) => {
        Action {
            title: $title,
            menu: Menu::$menu,
            shortcut: $shortcut,
            needs_dataset: $needs,
            class: None,
            command: $command,
        }
    };
}

/// All actions, those of the features included, in the order of the menus.
pub static ACTIONS: LazyLock<Vec<&'static Action>> = LazyLock::new(|| {
    let features = FEATURES.iter().flat_map(|feature| feature.actions());
    OWN.iter().chain(features).collect()
});

/// What belongs to no feature.
static OWN: &[Action] = &[
    action!("Open dataset…", File, Some(ctrl(Key::O)), false, |_| {
        Command::SetOverlay(Overlay::Open)
    }),
    action!("Open the demo plate", File, None, false, |_| {
        Command::OpenDemo
    }),
    action!("Export cells…", File, Some(ctrl(Key::E)), true, |_| {
        Command::StartExport
    }),
    action!(
        "Import an export…",
        File,
        Some(ctrl_shift(Key::I)),
        false,
        |_| Command::from(WizardCommand::Show)
    ),
    action!("Save session", File, Some(ctrl_shift(Key::S)), true, |_| {
        Command::from(SessionCommand::Save(None))
    }),
    action!("Open session", File, None, true, |_| Command::from(
        SessionCommand::Open(None)
    )),
    action!("Start afresh", File, None, true, |_| Command::from(
        SessionCommand::StartAfresh
    )),
    action!("Check the segmentation", File, None, true, |_| {
        Command::from(ChecksCommand::Compute)
    }),
    action!("Import report", File, None, true, |_| {
        Command::from(WizardCommand::ShowReport {
            uri: None,
            name: None,
        })
    }),
    action!("Close dataset", File, Some(ctrl(Key::W)), true, |_| {
        Command::CloseDataset
    }),
    action!("Quit", File, Some(ctrl(Key::Q)), false, |_| Command::Quit),
    action!(
        "Select all shown cells",
        Edit,
        Some(ctrl(Key::A)),
        true,
        |_| { Command::SelectShown }
    ),
    action!("Invert selection", Edit, Some(ctrl(Key::I)), true, |_| {
        Command::InvertSelection
    }),
    action!(
        "Clear selection",
        Edit,
        Some(plain(Key::Escape)),
        true,
        |state| {
            let ended = state.workspace.as_ref().and_then(|workspace| {
                let mut features = state.features.iter();
                features.find_map(|feature| feature.escape(workspace))
            });
            ended.unwrap_or(Command::ClearSelection)
        }
    ),
    action!("Copy cells", Edit, Some(ctrl(Key::C)), true, |_| {
        Command::CopyCells
    }),
    action!("Copy plot", Edit, None, true, |_| Command::CopyPlot),
    action!("Add filter…", Edit, Some(ctrl(Key::F)), true, |_| {
        Command::SetOverlay(Overlay::NewFilter)
    }),
    action!(
        "Show only the selected cells",
        Edit,
        Some(ctrl_shift(Key::F)),
        true,
        |_| Command::FilterToSelection
    ),
    action!("Remove all filters", Edit, None, true, |_| {
        Command::ClearFilters
    }),
    action!("Sort as stored", Edit, None, true, |_| Command::SetSort(
        None
    )),
    action!(
        "Command palette…",
        View,
        Some(ctrl(Key::P)),
        false,
        |_| { Command::SetOverlay(Overlay::Palette) }
    ),
    action!(
        "Choose table columns…",
        View,
        Some(ctrl(Key::K)),
        true,
        |_| { Command::SetOverlay(Overlay::Columns) }
    ),
    action!("First table columns again", View, None, true, |_| {
        Command::ResetColumns
    }),
    action!("Compact rows", View, Some(ctrl(Key::Num1)), true, |_| {
        Command::SetDensity(Density::Compact)
    }),
    action!("Medium rows", View, Some(ctrl(Key::Num2)), true, |_| {
        Command::SetDensity(Density::Medium)
    }),
    action!("Large rows", View, Some(ctrl(Key::Num3)), true, |_| {
        Command::SetDensity(Density::Large)
    }),
    action!("Auto contrast of all channels", View, None, true, |_| {
        Command::AutoContrast(None)
    }),
    action!(
        "Plot: move and click",
        View,
        Some(plain(Key::V)),
        true,
        |_| { Command::SetTool(Tool::Pan) }
    ),
    action!("Plot: lasso", View, Some(plain(Key::L)), true, |_| {
        Command::SetTool(Tool::Lasso)
    }),
    action!("Plot: box", View, Some(plain(Key::B)), true, |_| {
        Command::SetTool(Tool::Box)
    }),
    action!(
        "Plot: show all points",
        View,
        Some(plain(Key::Num0)),
        true,
        |_| Command::ResetPlot
    ),
    action!("Dark theme", View, None, false, |_| Command::SetTheme(
        Theme::Dark
    )),
    action!("Light theme", View, None, false, |_| Command::SetTheme(
        Theme::Light
    )),
    action!("Theme of the system", View, None, false, |_| {
        Command::SetTheme(Theme::System)
    }),
    action!("Next cell", Go, Some(plain(Key::ArrowDown)), true, |_| {
        Command::Step(1)
    }),
    action!("Previous cell", Go, Some(plain(Key::ArrowUp)), true, |_| {
        Command::Step(-1)
    }),
    action!("Ten cells on", Go, Some(plain(Key::PageDown)), true, |_| {
        Command::Step(10)
    }),
    action!("Ten cells back", Go, Some(plain(Key::PageUp)), true, |_| {
        Command::Step(-10)
    }),
    action!(
        "Pin this cell for comparison",
        Go,
        Some(plain(Key::P)),
        true,
        |_| Command::from(CompareCommand::TogglePin)
    ),
    action!("Show table", View, Some(plain(Key::T)), true, |_| {
        Command::ShowPane(PaneId("table"))
    }),
    action!("Show gallery", View, Some(plain(Key::G)), true, |_| {
        Command::ShowPane(PaneId("gallery"))
    }),
    action!("Show plate", View, Some(plain(Key::W)), true, |_| {
        Command::ShowPane(PaneId("plate"))
    }),
    action!(
        "Show field of view",
        View,
        Some(plain(Key::F)),
        true,
        |_| { Command::ShowPane(PaneId("field")) }
    ),
    action!("Show comparison", View, Some(plain(Key::C)), true, |_| {
        Command::ShowPane(PaneId("compare"))
    }),
    action!("Show scatter plot", View, Some(plain(Key::S)), true, |_| {
        Command::ShowPane(PaneId("scatter"))
    }),
    action!("Show charts", View, Some(plain(Key::H)), true, |_| {
        Command::ShowPane(PaneId("charts"))
    }),
    action!("Show filters", View, None, true, |_| Command::ShowPane(
        PaneId("filters")
    )),
    action!("Show gates", View, None, true, |_| Command::ShowPane(
        PaneId("gates")
    )),
    action!(
        "Show outlier rules",
        View,
        Some(plain(Key::O)),
        true,
        |_| { Command::ShowPane(PaneId("rules")) }
    ),
    action!("Show inspector", View, Some(plain(Key::I)), true, |_| {
        Command::ShowPane(PaneId("inspector"))
    }),
    action!("Show labels", View, None, true, |_| Command::ShowPane(
        PaneId("labels")
    )),
    action!(
        "Frame times and caches",
        View,
        Some(plain(Key::F12)),
        false,
        |_| Command::ToggleMeter
    ),
    action!("First cell", Go, Some(plain(Key::Home)), true, |_| {
        Command::StepToEnd(false)
    }),
    action!("Last cell", Go, Some(plain(Key::End)), true, |_| {
        Command::StepToEnd(true)
    }),
    action!(
        "Select this cell",
        Go,
        Some(plain(Key::Space)),
        true,
        |state| {
            use crate::model::command::SelectMode;
            let row = state
                .workspace
                .as_ref()
                .and_then(|workspace| workspace.cursor);
            Command::Select(row.into_iter().collect(), SelectMode::Toggle)
        }
    ),
    action!("Tour", Help, None, true, |_| Command::Tour(Some(0))),
    action!(
        "Keyboard shortcuts",
        Help,
        Some(plain(Key::F1)),
        false,
        |_| { Command::SetOverlay(Overlay::Shortcuts) }
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn titles_and_shortcuts_are_distinct() {
        let titles: HashSet<_> = ACTIONS.iter().map(|action| action.title).collect();
        assert_eq!(titles.len(), ACTIONS.len());
        let keys: Vec<_> = ACTIONS
            .iter()
            .filter_map(|action| action.shortcut)
            .collect();
        let distinct: HashSet<_> = keys.iter().map(|keys| format!("{keys:?}")).collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
