//! The catalogue of what can be done without further arguments: menus, shortcuts and the palette come from it.

use egui::{Key, KeyboardShortcut, Modifiers};

use super::command::Command;
use super::scatter::Tool;
use super::settings::Theme;
use super::state::{Overlay, State};
use super::table::Density;
use super::wizard::WizardCommand;

/// The menu an action is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// Datasets and files.
    File,
    /// Selection and filters.
    Edit,
    /// What is shown.
    View,
    /// Moving from cell to cell; not in a menu of its own.
    Go,
    /// About the program.
    Help,
}

/// Something to do.
pub struct Action {
    /// Name in menus and palette.
    pub title: &'static str,
    /// Its menu.
    pub menu: Menu,
    /// Keys.
    pub shortcut: Option<KeyboardShortcut>,
    /// Whether it needs an open dataset.
    pub needs_dataset: bool,
    /// What it does.
    pub command: fn(&State) -> Command,
}

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
            command: $command,
        }
    };
}

/// All actions, in the order of the menus. Shortcuts with more modifiers come before those with fewer.
pub static ACTIONS: &[Action] = &[
    action!("Open dataset…", File, Some(ctrl(Key::O)), false, |_| {
        Command::SetOverlay(Overlay::Open)
    }),
    action!("Open the demo plate", File, None, false, |_| {
        Command::OpenDemo
    }),
    action!(
        "Export cells to CSV…",
        File,
        Some(ctrl(Key::E)),
        true,
        |_| { Command::StartExport }
    ),
    action!(
        "Import an export…",
        File,
        Some(ctrl_shift(Key::I)),
        false,
        |_| Command::Wizard(WizardCommand::Show)
    ),
    action!("Import report", File, None, true, |_| {
        Command::Wizard(WizardCommand::ShowReport {
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
        |_| { Command::ClearSelection }
    ),
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
            use super::command::SelectMode;
            let row = state
                .workspace
                .as_ref()
                .and_then(|workspace| workspace.cursor);
            Command::Select(row.into_iter().collect(), SelectMode::Toggle)
        }
    ),
    action!(
        "Keyboard shortcuts",
        Help,
        Some(plain(Key::F1)),
        false,
        |_| { Command::SetOverlay(Overlay::Shortcuts) }
    ),
];

impl Action {
    /// Whether it can be done now.
    pub fn is_enabled(&self, state: &State) -> bool {
        // Over the wizard the dataset is not seen, so nothing is done to it.
        !self.needs_dataset || (state.workspace.is_some() && !state.wizard.visible)
    }
}

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
