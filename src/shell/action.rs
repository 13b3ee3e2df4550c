//! What can be done without further arguments and belongs to no other feature: menus, shortcuts and the palette have it.

use egui::Key;

use crate::model::action::{Action, action, ctrl, ctrl_shift, plain};
use crate::model::command::Command;
use crate::model::feature::{Feature, PaneId};
use crate::model::picture_choice::next_pictures;
use crate::model::scatter::Tool;
use crate::model::session::SessionCommand;
use crate::model::settings::Theme;
use crate::model::state::Overlay;
use crate::model::table::Density;

/// What the window does by itself.
pub struct Window;

impl Feature for Window {
    fn id(&self) -> PaneId {
        PaneId("window")
    }

    fn actions(&self) -> &'static [Action] {
        ACTIONS
    }
}

static ACTIONS: &[Action] = &[
    action!(10, "open-dataset" => "Open dataset…", File, Some(ctrl(Key::O)), false, |_| {
        Command::SetOverlay(Overlay::Open)
    }),
    action!(20, "open-the-demo-plate" => "Open the demo plate", File, None, false, |_| {
        Command::OpenDemo
    }),
    action!(50, "save-session" => "Save session", File, Some(ctrl_shift(Key::S)), true, |_| {
        Command::from(SessionCommand::Save(None))
    }),
    action!(60, "open-session" => "Open session", File, None, true, |_| Command::from(
        SessionCommand::Open(None)
    )),
    action!(70, "start-afresh" => "Start afresh", File, None, true, |_| Command::from(
        SessionCommand::StartAfresh
    )),
    action!(100, "close-dataset" => "Close dataset", File, Some(ctrl(Key::W)), true, |_| {
        Command::CloseDataset
    }),
    action!(110, "quit" => "Quit", File, Some(ctrl(Key::Q)), false, |_| Command::Quit),
    action!(120, "select-all-shown-cells" => "Select all shown cells",
        Edit,
        Some(ctrl(Key::A)),
        true,
        |_| { Command::SelectShown }
    ),
    action!(130, "invert-selection" => "Invert selection", Edit, Some(ctrl(Key::I)), true, |_| {
        Command::InvertSelection
    }),
    action!(140, "clear-selection" => "Clear selection",
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
    action!(150, "copy-cells" => "Copy cells", Edit, Some(ctrl(Key::C)), true, |_| {
        Command::CopyCells
    }),
    action!(160, "copy-plot" => "Copy plot", Edit, None, true, |_| Command::CopyPlot),
    action!(170, "add-filter" => "Add filter…", Edit, Some(ctrl(Key::F)), true, |_| {
        Command::SetOverlay(Overlay::NewFilter)
    }),
    action!(180, "show-only-the-selected-cells" => "Show only the selected cells",
        Edit,
        Some(ctrl_shift(Key::F)),
        true,
        |_| Command::FilterToSelection
    ),
    action!(190, "remove-all-filters" => "Remove all filters", Edit, None, true, |_| {
        Command::ClearFilters
    }),
    action!(200, "sort-as-stored" => "Sort as stored", Edit, None, true, |_| Command::SetSort(
        None
    )),
    action!(400, "command-palette" => "Command palette…",
        View,
        Some(ctrl(Key::P)),
        false,
        |_| { Command::SetOverlay(Overlay::Palette) }
    ),
    action!(410, "choose-table-columns" => "Choose table columns…",
        View,
        Some(ctrl(Key::K)),
        true,
        |_| { Command::SetOverlay(Overlay::Columns) }
    ),
    action!(420, "first-table-columns-again" => "First table columns again", View, None, true, |_| {
        Command::ResetColumns
    }),
    action!(430, "compact-rows" => "Compact rows", View, Some(ctrl(Key::Num1)), true, |_| {
        Command::SetDensity(Density::Compact)
    }),
    action!(440, "medium-rows" => "Medium rows", View, Some(ctrl(Key::Num2)), true, |_| {
        Command::SetDensity(Density::Medium)
    }),
    action!(450, "large-rows" => "Large rows", View, Some(ctrl(Key::Num3)), true, |_| {
        Command::SetDensity(Density::Large)
    }),
    action!(455, "next-picture-column" => "Pictures of the next column", View, None, true, |state| {
        let workspace = state.workspace.as_ref();
        let next = workspace.and_then(|workspace| next_pictures(workspace));
        next.map_or(Command::SetOverlay(Overlay::None), Command::ShowPictures)
    }),
    action!(460, "auto-contrast-of-all-channels" => "Auto contrast of all channels", View, None, true, |_| {
        Command::AutoContrast(None)
    }),
    action!(470, "plot-move-and-click" => "Plot: move and click",
        View,
        Some(plain(Key::V)),
        true,
        |_| { Command::SetTool(Tool::Pan) }
    ),
    action!(480, "plot-lasso" => "Plot: lasso", View, Some(plain(Key::L)), true, |_| {
        Command::SetTool(Tool::Lasso)
    }),
    action!(490, "plot-box" => "Plot: box", View, Some(plain(Key::B)), true, |_| {
        Command::SetTool(Tool::Box)
    }),
    action!(500, "plot-show-all-points" => "Plot: show all points",
        View,
        Some(plain(Key::Num0)),
        true,
        |_| Command::ResetPlot
    ),
    action!(510, "dark-theme" => "Dark theme", View, None, false, |_| Command::SetTheme(
        Theme::Dark
    )),
    action!(520, "light-theme" => "Light theme", View, None, false, |_| Command::SetTheme(
        Theme::Light
    )),
    action!(530, "theme-of-the-system" => "Theme of the system", View, None, false, |_| {
        Command::SetTheme(Theme::System)
    }),
    action!(540, "next-cell" => "Next cell", Go, Some(plain(Key::ArrowDown)), true, |_| {
        Command::Step(1)
    }),
    action!(550, "previous-cell" => "Previous cell", Go, Some(plain(Key::ArrowUp)), true, |_| {
        Command::Step(-1)
    }),
    action!(560, "ten-cells-on" => "Ten cells on", Go, Some(plain(Key::PageDown)), true, |_| {
        Command::Step(10)
    }),
    action!(570, "ten-cells-back" => "Ten cells back", Go, Some(plain(Key::PageUp)), true, |_| {
        Command::Step(-10)
    }),
    action!(590, "show-table" => "Show table", View, Some(plain(Key::T)), true, |_| {
        Command::ShowPane(PaneId("table"))
    }),
    action!(600, "show-gallery" => "Show gallery", View, Some(plain(Key::G)), true, |_| {
        Command::ShowPane(PaneId("gallery"))
    }),
    action!(610, "show-plate" => "Show plate", View, Some(plain(Key::W)), true, |_| {
        Command::ShowPane(PaneId("plate"))
    }),
    action!(620, "show-field-of-view" => "Show field of view",
        View,
        Some(plain(Key::F)),
        true,
        |_| { Command::ShowPane(PaneId("field")) }
    ),
    action!(630, "show-comparison" => "Show comparison", View, Some(plain(Key::C)), true, |_| {
        Command::ShowPane(PaneId("compare"))
    }),
    action!(640, "show-scatter-plot" => "Show scatter plot", View, Some(plain(Key::S)), true, |_| {
        Command::ShowPane(PaneId("scatter"))
    }),
    action!(650, "show-charts" => "Show charts", View, Some(plain(Key::H)), true, |_| {
        Command::ShowPane(PaneId("charts"))
    }),
    action!(660, "show-filters" => "Show filters", View, None, true, |_| Command::ShowPane(
        PaneId("filters")
    )),
    action!(670, "show-gates" => "Show gates", View, None, true, |_| Command::ShowPane(
        PaneId("gates")
    )),
    action!(680, "show-outlier-rules" => "Show outlier rules",
        View,
        Some(plain(Key::O)),
        true,
        |_| { Command::ShowPane(PaneId("rules")) }
    ),
    action!(690, "show-inspector" => "Show inspector", View, Some(plain(Key::I)), true, |_| {
        Command::ShowPane(PaneId("inspector"))
    }),
    action!(700, "show-labels" => "Show labels", View, None, true, |_| Command::ShowPane(
        PaneId("labels")
    )),
    action!(710, "frame-times-and-caches" => "Frame times and caches",
        View,
        Some(plain(Key::F12)),
        false,
        |_| Command::ToggleMeter
    ),
    action!(720, "first-cell" => "First cell", Go, Some(plain(Key::Home)), true, |_| {
        Command::StepToEnd(false)
    }),
    action!(730, "last-cell" => "Last cell", Go, Some(plain(Key::End)), true, |_| {
        Command::StepToEnd(true)
    }),
    action!(740, "select-this-cell" => "Select this cell",
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
    action!(750, "tour" => "Tour", Help, None, true, |_| Command::Tour(Some(0))),
    action!(760, "keyboard-shortcuts" => "Keyboard shortcuts",
        Help,
        Some(plain(Key::F1)),
        false,
        |_| { Command::SetOverlay(Overlay::Shortcuts) }
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::model::action::{actions, id_of};
    use crate::shell::features::FEATURES;

    #[test]
    fn titles_and_shortcuts_are_distinct() {
        let all = actions(FEATURES);
        let titles: HashSet<_> = all.iter().map(|action| action.title).collect();
        assert_eq!(titles.len(), all.len());
        let ids: HashSet<_> = all.iter().map(|action| action.id).collect();
        assert_eq!(ids.len(), all.len());
        for id in ids {
            assert_eq!(id_of(id), id, "settings that name it find it");
        }
        let places: HashSet<_> = all.iter().map(|action| action.order).collect();
        assert_eq!(places.len(), all.len(), "menus have one order");
        let keys: Vec<_> = all.iter().filter_map(|action| action.shortcut).collect();
        let distinct: HashSet<_> = keys.iter().map(|keys| format!("{keys:?}")).collect();
        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn settings_of_earlier_versions_name_titles() {
        let all = actions(FEATURES);
        for (title, id) in [
            ("Open dataset…", "open-dataset"),
            ("Review: next without a mark", "review-next-without-a-mark"),
            ("Mark with class 1", "mark-with-class-1"),
            ("Plot: lasso", "plot-lasso"),
        ] {
            assert_eq!(id_of(title), id);
            assert!(all.iter().any(|action| action.id == id), "{id}");
        }
    }

    /// Buttons name actions of features that they do not know.
    #[test]
    fn actions_that_buttons_name_are_there() {
        let all = actions(FEATURES);
        for id in ["export-cells", "import-an-export"] {
            assert!(all.iter().any(|action| action.id == id), "{id}");
        }
    }
}
