//! The system's file dialogs: what they ask for, and whether there are any.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rfd::AsyncFileDialog;

use super::wizard::{FolderKind, WizardPick};
use crate::export::{FileKind, FolderUse, Found};
use crate::exporters::ExportKind;

/// What a chosen path is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickPurpose {
    /// A dataset to open.
    OpenDataset,
    /// What an export writes: its kind and the whole path so far.
    Export(ExportKind, PathBuf),
    /// What a chart is saved as: the whole path so far.
    Chart(PathBuf),
    /// Outlier rules to read.
    LoadRules,
    /// What outlier rules are saved as: the whole path so far.
    SaveRules(PathBuf),
    /// Something of the import wizard.
    Wizard(WizardPick),
}

/// What came of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// A path was chosen.
    Path(String),
    /// It was closed without a choice.
    Nothing,
    /// There is no dialog on this system.
    NoDialog,
}

/// What to do without a dialog.
pub const NO_DIALOG: &str = "There is no file dialog on this system: type the path, or install xdg-desktop-portal-gtk or zenity.";

/// How a dialog is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Folder,
    Open,
    Save,
}

/// What a dialog shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    way: Way,
    title: &'static str,
    /// Names of kinds of files and their endings.
    filters: Vec<(&'static str, Vec<&'static str>)>,
    /// The file that is proposed.
    file: Option<PathBuf>,
}

impl Wanted {
    fn folder(title: &'static str) -> Self {
        Self {
            way: Way::Folder,
            title,
            filters: Vec::new(),
            file: None,
        }
    }

    fn open(title: &'static str, filters: Vec<(&'static str, Vec<&'static str>)>) -> Self {
        Self {
            way: Way::Open,
            title,
            filters,
            file: None,
        }
    }

    fn save(title: &'static str, kind: &'static str, endings: &[&'static str]) -> Self {
        Self {
            way: Way::Save,
            title,
            filters: if endings.is_empty() {
                Vec::new()
            } else {
                vec![(kind, endings.to_vec())]
            },
            file: None,
        }
    }

    fn proposing(self, file: &Path) -> Self {
        Self {
            file: Some(file.to_path_buf()),
            ..self
        }
    }

    fn of(purpose: &PickPurpose) -> Self {
        match purpose {
            PickPurpose::OpenDataset => Self::folder("Open a dataset (a folder NAME.lance)"),
            PickPurpose::Export(kind, path) => Self::of_export(*kind).proposing(path),
            PickPurpose::Chart(path) => {
                Self::save("Save the chart", "Charts", FileKind::CHART.endings).proposing(path)
            }
            PickPurpose::LoadRules => Self::open(
                "Load outlier rules",
                vec![("YAML", FileKind::RULES.endings.to_vec())],
            ),
            PickPurpose::SaveRules(path) => {
                Self::save("Save outlier rules", "YAML", FileKind::RULES.endings).proposing(path)
            }
            PickPurpose::Wizard(pick) => Self::of_wizard(*pick),
        }
    }

    fn of_export(kind: ExportKind) -> Self {
        let file = kind.file();
        match file.folder {
            FolderUse::Always => Self::folder("Where the folder of files goes"),
            _ => Self::save("Export cells", kind.face().title, file.endings),
        }
    }

    /// The path that a choice means: a folder that holds something is where the proposed one goes, an empty one is it.
    fn chosen(&self, path: &Path) -> PathBuf {
        let name = self.file.as_deref().and_then(Path::file_name);
        match name {
            Some(name) if self.way == Way::Folder && Found::at(path).is_some() => path.join(name),
            _ => path.to_path_buf(),
        }
    }

    fn of_wizard(pick: WizardPick) -> Self {
        match pick {
            WizardPick::SourceFolder => Self::folder("The folder with the export"),
            WizardPick::SourceFile => {
                let exports = vec![
                    "csv",
                    "sqlite",
                    "sqlite3",
                    "db",
                    "db3",
                    "parquet",
                    "pq",
                    "properties",
                    "toml",
                ];
                Self::open(
                    "The export",
                    vec![("Exports", exports), ("All files", vec!["*"])],
                )
            }
            WizardPick::Folder(kind) => Self::folder(match kind {
                FolderKind::Images => "A folder with pictures",
                FolderKind::Masks => "A folder with masks",
                FolderKind::Outlines => "A folder with pictures of outlines",
                FolderKind::Illumination => "A folder with illumination functions",
            }),
            WizardPick::ChangedFolder => Self::folder("Where the recorded folder is now"),
            WizardPick::Dataset => {
                Self::save("The dataset", "Lance", &[]).proposing(Path::new("cells.lance"))
            }
            WizardPick::Plan => {
                Self::save("Save the plan", "Plan", &["toml"]).proposing(Path::new("plan.toml"))
            }
            WizardPick::Report => {
                let mut wanted = Self::save("Save the report", "Text", &["txt"]);
                wanted.filters.push(("JSON", vec!["json"]));
                wanted.proposing(Path::new("import-report.txt"))
            }
        }
    }
}

/// Shows the dialog.
pub async fn pick(purpose: &PickPurpose) -> Picked {
    let wanted = Wanted::of(purpose);
    let mut dialog = AsyncFileDialog::new().set_title(wanted.title);
    for (name, endings) in &wanted.filters {
        dialog = dialog.add_filter(*name, endings);
    }
    if let Some(file) = &wanted.file {
        if let Some(name) = file.file_name() {
            dialog = dialog.set_file_name(name.to_string_lossy());
        }
        if let Some(folder) = file.parent().filter(|folder| folder.is_dir()) {
            dialog = dialog.set_directory(folder);
        }
    }
    let file = match wanted.way {
        Way::Folder => dialog.pick_folder().await,
        Way::Open => dialog.pick_file().await,
        Way::Save => dialog.save_file().await,
    };
    match file {
        Some(file) => {
            let path = wanted.chosen(file.path());
            Picked::Path(path.to_string_lossy().into_owned())
        }
        // The dialog is asked for in any case, so that a system whose dialog is not recognised here has it all the same.
        None if DialogSystem::of_this().has_dialog() => Picked::Nothing,
        None => Picked::NoDialog,
    }
}

/// What decides whether a system has file dialogs. Without any, `rfd` answers as if the user had closed one.
#[derive(Debug, Clone, Default)]
struct DialogSystem {
    /// Whether dialogs belong to the system itself: Windows and macOS.
    is_built_in: bool,
    /// Variables of the environment, by their names.
    variables: Vec<(&'static str, OsString)>,
}

impl DialogSystem {
    const VARIABLES: [&'static str; 10] = [
        "PATH",
        "HOME",
        "XDG_DATA_HOME",
        "XDG_DATA_DIRS",
        "XDG_RUNTIME_DIR",
        "XDG_DESKTOP_PORTAL_DIR",
        "NIX_XDG_DESKTOP_PORTAL_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "FLATPAK_ID",
        "SNAP",
    ];

    fn of_this() -> Self {
        Self {
            is_built_in: cfg!(any(windows, target_os = "macos")),
            variables: Self::VARIABLES
                .into_iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?)))
                .collect(),
        }
    }

    fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .iter()
            .find(|(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value.as_os_str())
    }

    fn has_dialog(&self) -> bool {
        self.is_built_in || self.has_portal() || self.has_program("zenity")
    }

    fn has_program(&self, name: &str) -> bool {
        self.variable("PATH").is_some_and(|path| {
            std::env::split_paths(path).any(|folder| folder.join(name).is_file())
        })
    }

    /// Folders of shared files, the user's own first.
    fn data_folders(&self) -> Vec<PathBuf> {
        let own = self.variable("XDG_DATA_HOME").map_or_else(
            || Some(PathBuf::from(self.variable("HOME")?).join(".local/share")),
            |folder| Some(PathBuf::from(folder)),
        );
        let usual = OsStr::new("/usr/local/share:/usr/share");
        let shared = std::env::split_paths(self.variable("XDG_DATA_DIRS").unwrap_or(usual));
        own.into_iter().chain(shared).collect()
    }

    /// Whether a portal answers on the session's bus, and one of its parts shows file dialogs: a portal alone, as some
    /// window managers bring it for screenshots, does not.
    fn has_portal(&self) -> bool {
        // Inside a sandbox the portal is outside, where nothing can be looked up.
        if self.variable("FLATPAK_ID").is_some() || self.variable("SNAP").is_some() {
            return true;
        }
        let runtime = self.variable("XDG_RUNTIME_DIR").map(PathBuf::from);
        let has_bus = self.variable("DBUS_SESSION_BUS_ADDRESS").is_some()
            || runtime
                .as_ref()
                .is_some_and(|folder| folder.join("bus").exists())
            || self.has_program("dbus-launch");
        let folders = self.data_folders();
        let service = "dbus-1/services/org.freedesktop.portal.Desktop.service";
        let is_known = folders
            .iter()
            .chain(&runtime)
            .any(|folder| folder.join(service).exists());
        let own = ["XDG_DESKTOP_PORTAL_DIR", "NIX_XDG_DESKTOP_PORTAL_DIR"];
        let own = own.into_iter().filter_map(|name| self.variable(name));
        let mut parts = folders
            .iter()
            .map(|folder| folder.join("xdg-desktop-portal/portals"))
            .chain(own.map(PathBuf::from));
        has_bus && is_known && parts.any(|folder| shows_files(&folder))
    }
}

/// Whether a folder describes a part of the portal that shows file dialogs.
fn shows_files(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "portal"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .any(|text| text.contains("org.freedesktop.impl.portal.FileChooser"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_proposes_what_is_written() {
        for kind in ExportKind::all() {
            let face = kind.face();
            let path = PathBuf::from(format!("/data/plate-cells{}", face.suffix));
            let wanted = Wanted::of(&PickPurpose::Export(kind, path.clone()));
            assert_eq!(wanted.file, Some(path.clone()), "{kind:?}");
            let fits = wanted.filters.iter().flat_map(|(_, endings)| endings);
            let fits: Vec<&&str> = fits.collect();
            let ending = path.extension().and_then(|ending| ending.to_str());
            if face.file.folder == FolderUse::Always {
                assert_eq!(wanted.way, Way::Folder, "{kind:?}");
                assert!(fits.is_empty() && ending.is_none(), "{kind:?}");
            } else {
                assert_eq!(wanted.way, Way::Save, "{kind:?}");
                assert!(
                    ending.is_some_and(|ending| fits.contains(&&ending)),
                    "{kind:?}"
                );
            }
        }
        let wanted = Wanted::of(&PickPurpose::Export(ExportKind::default(), "x.csv".into()));
        assert_eq!(wanted.filters, [("CSV", vec!["csv"])]);
    }

    #[test]
    fn a_folder_of_files_goes_into_the_chosen_one_or_is_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("empty")).expect("a folder");
        std::fs::create_dir(at("full")).expect("a folder");
        std::fs::write(at("full/mine.txt"), "mine").expect("written");
        let crops = ExportKind::by_id("ome-tiff").expect("an exporter");
        let wanted = Wanted::of(&PickPurpose::Export(crops, "/data/plate-crops".into()));
        assert_eq!(wanted.chosen(&at("full")), at("full/plate-crops"));
        for name in ["empty", "new"] {
            assert_eq!(wanted.chosen(&at(name)), at(name));
        }
        // A dataset that is opened is the folder that was chosen.
        let wanted = Wanted::of(&PickPurpose::OpenDataset);
        assert_eq!(wanted.chosen(&at("full")), at("full"));
        let wanted = Wanted::of(&PickPurpose::Export(
            ExportKind::default(),
            "/data/x.csv".into(),
        ));
        assert_eq!(wanted.chosen(&at("y.csv")), at("y.csv"));
    }

    /// Variables of an environment and the folders that they name.
    type Variables<'a> = Vec<(&'static str, &'a Path)>;

    /// A system whose variables name these folders.
    fn system(variables: &[(&'static str, &Path)]) -> DialogSystem {
        DialogSystem {
            is_built_in: false,
            variables: variables
                .iter()
                .map(|(name, path)| (*name, path.as_os_str().to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_system_without_dialogs_is_told_from_one_with() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("written");
        };
        let at = |path: &str| root.path().join(path);
        write("bin/ls", "");
        write("with-zenity/zenity", "");
        let service = "dbus-1/services/org.freedesktop.portal.Desktop.service";
        write(&format!("bare/{service}"), "");
        write(&format!("shots/{service}"), "");
        write(
            "shots/xdg-desktop-portal/portals/wlr.portal",
            "[portal]\nInterfaces=org.freedesktop.impl.portal.Screenshot;\n",
        );
        write(&format!("gtk/{service}"), "");
        write(
            "gtk/xdg-desktop-portal/portals/gtk.portal",
            "[portal]\nInterfaces=org.freedesktop.impl.portal.FileChooser;org.freedesktop.impl.portal.Print;\n",
        );
        write("run/bus", "");
        std::fs::create_dir_all(at("home")).expect("a folder");
        let (bin, zenity, run, home) = (at("bin"), at("with-zenity"), at("run"), at("home"));
        let (bare, shots, gtk) = (at("bare"), at("shots"), at("gtk"));
        let base = [("PATH", bin.as_path()), ("XDG_DATA_HOME", home.as_path())];
        let bus = ("XDG_RUNTIME_DIR", run.as_path());
        let data = |folder: &'_ Path| ("XDG_DATA_DIRS", folder.to_path_buf());
        let with = |more: &[(&'static str, &Path)]| {
            let all: Vec<_> = base.iter().chain(more).copied().collect();
            system(&all).has_dialog()
        };
        let (bare, shots, gtk) = (data(&bare), data(&shots), data(&gtk));
        let cases: [(&str, Variables<'_>, bool); 6] = [
            ("nothing", vec![("XDG_DATA_DIRS", &home), bus], false),
            (
                "a portal without parts",
                vec![(bare.0, &bare.1), bus],
                false,
            ),
            (
                "a portal for screenshots",
                vec![(shots.0, &shots.1), bus],
                false,
            ),
            ("a portal without a bus", vec![(gtk.0, &gtk.1)], false),
            ("a portal for files", vec![(gtk.0, &gtk.1), bus], true),
            ("a sandbox", vec![("FLATPAK_ID", Path::new("x"))], true),
        ];
        for (what, variables, has) in cases {
            assert_eq!(with(&variables), has, "{what}");
        }
        let zenity = [
            ("PATH", zenity.as_path()),
            ("XDG_DATA_DIRS", home.as_path()),
        ];
        assert!(system(&zenity).has_dialog(), "zenity");
        let built_in = DialogSystem {
            is_built_in: true,
            ..DialogSystem::default()
        };
        assert!(built_in.has_dialog(), "Windows and macOS");
        assert!(!DialogSystem::default().has_dialog());
    }
}
