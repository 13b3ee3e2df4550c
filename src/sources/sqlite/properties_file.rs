//! `.properties` files, which tell CellProfiler Analyst where an ExportToDatabase database is and what is in it.

use std::path::{Path, PathBuf};

use configparser::ini::Ini;

use super::layout::TableChoice;
use crate::{ChannelHint, SourceError, SourceRemark};

/// Larger files are no `.properties` files.
const MAX_BYTES: u64 = 4 << 20;

/// Where the tables of a `.properties` file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PropertiesTables {
    /// In a database, where that is now.
    Database(PathBuf, TableChoice),
    /// In CSV files: the image sets, and the objects.
    Csv(Option<PathBuf>, PathBuf),
}

/// What a `.properties` file says that an import needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PropertiesFile {
    pub tables: PropertiesTables,
    pub channels: Vec<ChannelHint>,
    pub remarks: Vec<SourceRemark>,
}

impl PropertiesFile {
    /// Reads a file and finds its database or CSV files: at their paths, or beside the file.
    ///
    /// # Errors
    /// [`SourceError::UnknownFormat`] when it names neither, or what is not there.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let unknown = |reason: String| SourceError::UnknownFormat {
            path: path.to_path_buf(),
            reason,
        };
        let size = std::fs::metadata(path)
            .map_err(|error| SourceError::unreadable(path, error))?
            .len();
        if size > MAX_BYTES {
            return Err(unknown("it is too large for a .properties file".to_owned()));
        }
        let bytes = std::fs::read(path).map_err(|error| SourceError::unreadable(path, error))?;
        let mut ini = Ini::new();
        let mut syntax = ini.defaults();
        // SQL in the values has semicolons and colons.
        syntax.comment_symbols = vec!['#'];
        syntax.enable_inline_comments = false;
        syntax.delimiters = vec!['='];
        ini.load_defaults(syntax);
        ini.read(String::from_utf8_lossy(&bytes).into_owned())
            .map_err(unknown)?;
        let value = |key: &str| {
            ini.get("default", key)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let kind = value("db_type").map(|kind| kind.to_ascii_lowercase());
        let csv = value("object_csv_file");
        let recorded = match (value("db_sqlite_file"), kind.as_deref()) {
            (_, Some("mysql")) => {
                return Err(unknown(
                    "its database is on a MySQL server; export to SQLite, or choose CSV files of the tables".to_owned(),
                ));
            }
            (Some(file), None | Some("sqlite")) => Some(file),
            _ if csv.is_some() => None,
            _ => {
                return Err(unknown(
                    "it names no SQLite database (db_sqlite_file) or CSV file of objects (object_csv_file); choose the folder with the CSV files, or the database".to_owned(),
                ));
            }
        };
        let beside = |recorded: &str| {
            find_beside(path, recorded).ok_or_else(|| {
                unknown(format!(
                    "its file {recorded} is neither there nor beside it; choose the file itself"
                ))
            })
        };
        let tables = match (recorded, csv) {
            // CellProfiler Analyst makes the database of the CSV files; it need not be there.
            (Some(recorded), csv) if csv.is_none() || find_beside(path, &recorded).is_some() => {
                let choice = table_choice(value("image_table"), value("object_table"));
                PropertiesTables::Database(beside(&recorded)?, choice)
            }
            (_, csv) => {
                let image = value("image_csv_file")
                    .map(|file| beside(&file))
                    .transpose()?;
                PropertiesTables::Csv(image, beside(&csv.unwrap_or_default())?)
            }
        };
        let remarks = value("image_url_prepend")
            .map(|address| SourceRemark::PicturesBelow {
                path: path.to_path_buf(),
                address,
            })
            .into_iter()
            .collect();
        Ok(Self {
            tables,
            channels: channels(
                &list(value("image_file_cols")),
                &list(value("image_names")),
                &list(value("image_channel_colors")),
            ),
            remarks,
        })
    }
}

/// The tables that are meant: those with the prefix of an Image table that is called as CellProfiler calls it, else those
/// that are named.
fn table_choice(image: Option<String>, objects: Option<String>) -> TableChoice {
    let Some(image) = image else {
        return TableChoice::All;
    };
    let lower = image.to_ascii_lowercase();
    match lower.strip_suffix("per_image") {
        Some(prefix) => TableChoice::Prefix(image[..prefix.len()].to_owned()),
        None => TableChoice::Named(image, objects),
    }
}

fn list(value: Option<String>) -> Vec<String> {
    value
        .unwrap_or_default()
        .split(',')
        .map(|part| part.trim().to_owned())
        .collect()
}

/// Names and colours by the columns with the file names; none where two channels would get one name.
fn channels(files: &[String], names: &[String], colors: &[String]) -> Vec<ChannelHint> {
    let hints: Vec<ChannelHint> = files
        .iter()
        .zip(names)
        .enumerate()
        .filter_map(|(at, (file, name))| {
            let (_, channel) = file.split_once("FileName_")?;
            (!name.is_empty()).then(|| ChannelHint {
                channel: channel.to_owned(),
                name: name.clone(),
                color: colors.get(at).and_then(|color| hex_of(color)),
            })
        })
        .collect();
    let repeated = hints.iter().enumerate().any(|(at, hint)| {
        hints[..at]
            .iter()
            .any(|other| other.name == hint.name || other.channel == hint.channel)
    });
    if repeated { Vec::new() } else { hints }
}

/// The colours that CellProfiler Analyst knows by name; `none` is no colour.
fn hex_of(color: &str) -> Option<String> {
    let hex = match color.to_ascii_lowercase().as_str() {
        "red" => "#FF0000",
        "green" => "#00FF00",
        "blue" => "#0000FF",
        "cyan" => "#00FFFF",
        "magenta" => "#FF00FF",
        "yellow" => "#FFFF00",
        "gray" | "grey" | "white" => "#FFFFFF",
        _ => return None,
    };
    Some(hex.to_owned())
}

/// The recorded path, relative to the file if it is relative, or the file of this name beside it.
fn find_beside(properties: &Path, recorded: &str) -> Option<PathBuf> {
    let folder = properties.parent().unwrap_or(Path::new(""));
    let name = recorded.rsplit(['/', '\\']).next().unwrap_or(recorded);
    [folder.join(recorded), folder.join(name)]
        .into_iter()
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PropertiesFile, String> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("plate.db"), b"x").expect("a file");
        let path = folder.path().join("plate.properties");
        std::fs::write(&path, text).expect("a file");
        PropertiesFile::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn what_an_import_needs_is_read() {
        let file = read(
            "#comment = x\n\ndb_type      = sqlite\ndb_sqlite_file = C:\\out\\plate.db\nimage_table = Run2_Per_Image\n\
             image_file_cols = Image_FileName_OrigBlue, Image_FileName_OrigGreen\nimage_names = DNA,Actin,\n\
             image_channel_colors = blue, none, red\nfilter_SQL_x = SELECT a; b = 'c' # d\nobject_table = \n",
        )
        .expect("a properties file");
        let PropertiesTables::Database(database, choice) = &file.tables else {
            panic!("{:?}", file.tables);
        };
        assert_eq!(database.file_name(), Some("plate.db".as_ref()));
        assert_eq!(*choice, TableChoice::Prefix("Run2_".to_owned()));
        let channels: Vec<(&str, &str, Option<&str>)> = file
            .channels
            .iter()
            .map(|hint| {
                (
                    hint.channel.as_str(),
                    hint.name.as_str(),
                    hint.color.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            channels,
            [
                ("OrigBlue", "DNA", Some("#0000FF")),
                ("OrigGreen", "Actin", None)
            ]
        );
    }

    #[test]
    fn tables_may_have_any_name_and_be_csv_files() {
        let named = "db_sqlite_file = plate.db\nimage_table = MyImages\nobject_table = MyNuclei\n";
        let PropertiesTables::Database(_, choice) = read(named).expect("a file").tables else {
            panic!("a database");
        };
        let objects = Some("MyNuclei".to_owned());
        assert_eq!(choice, TableChoice::Named("MyImages".to_owned(), objects));
        for database in ["", "db_type = sqlite\n", "db_sqlite_file = made-later.db\n"] {
            let text = format!(
                "{database}image_csv_file = sub\\plate.db\nobject_csv_file = /gone/plate.db\n"
            );
            let PropertiesTables::Csv(Some(image), objects) = read(&text).expect("a file").tables
            else {
                panic!("CSV files: {text}");
            };
            assert_eq!(image, objects, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        let cases = [
            ("db_type = mysql\ndb_host = x\n", "MySQL"),
            ("db_sqlite_file = /nowhere/other.db\n", "neither there"),
            ("db_type = mysql\nobject_csv_file = plate.db\n", "MySQL"),
            ("object_csv_file = other.csv\n", "neither there"),
            ("hello", "db_sqlite_file"),
            ("", "db_sqlite_file"),
        ];
        for (text, words) in cases {
            let error = read(text).expect_err(text);
            assert!(error.contains(words), "{error}");
        }
        let twice = "db_sqlite_file = plate.db\nimage_file_cols = FileName_A, FileName_B\nimage_names = X, X\n";
        assert!(read(twice).expect("a file").channels.is_empty());
    }
}
