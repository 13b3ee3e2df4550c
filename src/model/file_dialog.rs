//! The system's file dialogs: what they ask for, and whether there are any.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rfd::AsyncFileDialog;

use super::command::Command;
use super::event::Event;
use super::job::Job;
use cytolance_export::Found;

/// What came of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Picked {
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
pub enum Way {
    /// For a folder.
    Folder,
    /// For a file that is there.
    Open,
    /// For a file that is to be written.
    Save,
}

/// What a dialog shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDialog {
    /// How it is shown.
    pub way: Way,
    /// Its title.
    pub title: &'static str,
    /// Names of kinds of files and their endings.
    pub filters: Vec<(&'static str, Vec<&'static str>)>,
    /// The file that is proposed.
    pub file: Option<PathBuf>,
}

impl FileDialog {
    /// Asks for a folder.
    pub fn folder(title: &'static str) -> Self {
        Self {
            way: Way::Folder,
            title,
            filters: Vec::new(),
            file: None,
        }
    }

    /// Asks for a file that is there.
    pub fn open(title: &'static str) -> Self {
        Self {
            way: Way::Open,
            ..Self::folder(title)
        }
    }

    /// Asks for a file that is to be written.
    pub fn save(title: &'static str) -> Self {
        Self {
            way: Way::Save,
            ..Self::folder(title)
        }
    }

    /// Offers a kind of files, by the endings of their names; none where it has no endings.
    #[must_use]
    pub fn kind(mut self, name: &'static str, endings: &[&'static str]) -> Self {
        if !endings.is_empty() {
            self.filters.push((name, endings.to_vec()));
        }
        self
    }

    /// Proposes a file.
    #[must_use]
    pub fn proposing(self, file: &Path) -> Self {
        Self {
            file: Some(file.to_path_buf()),
            ..self
        }
    }

    /// Asks, and does this with the path that is chosen.
    pub fn then(self, then: impl FnOnce(String) -> Command + Send + 'static) -> Job {
        Job::Pick(FilePick {
            dialog: self,
            then: Box::new(then),
        })
    }

    /// The path that a choice means: a folder that holds something is where the proposed one goes, an empty one is it.
    pub fn chosen(&self, path: &Path) -> PathBuf {
        let name = self.file.as_deref().and_then(Path::file_name);
        match name {
            Some(name) if self.way == Way::Folder && Found::at(path).is_some() => path.join(name),
            _ => path.to_path_buf(),
        }
    }

    async fn show(&self) -> Picked {
        let mut dialog = AsyncFileDialog::new().set_title(self.title);
        for (name, endings) in &self.filters {
            dialog = dialog.add_filter(*name, endings);
        }
        if let Some(file) = &self.file {
            if let Some(name) = file.file_name() {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            if let Some(folder) = file.parent().filter(|folder| folder.is_dir()) {
                dialog = dialog.set_directory(folder);
            }
        }
        let file = match self.way {
            Way::Folder => dialog.pick_folder().await,
            Way::Open => dialog.pick_file().await,
            Way::Save => dialog.save_file().await,
        };
        match file {
            Some(file) => {
                let path = self.chosen(file.path());
                Picked::Path(path.to_string_lossy().into_owned())
            }
            // The dialog is asked for in any case, so that a system whose dialog is not recognised here has it all the same.
            None if DialogSystem::of_this().has_dialog() => Picked::Nothing,
            None => Picked::NoDialog,
        }
    }
}

/// A dialog, and what is done with the path that is chosen in it.
pub struct FilePick {
    /// The dialog.
    pub dialog: FileDialog,
    /// What is done.
    pub then: Box<dyn FnOnce(String) -> Command + Send>,
}

impl FilePick {
    /// Shows the dialog; the news, if anything was chosen.
    pub async fn ask(self) -> Option<Event> {
        match self.dialog.show().await {
            Picked::Path(path) => Some(Event::Picked(Box::new((self.then)(path)))),
            Picked::NoDialog => Some(Event::NoFileDialog),
            Picked::Nothing => None,
        }
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
