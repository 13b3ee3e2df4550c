//! Which tables of a database are those of an export, told by their names and columns.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::database::{columns_of, connect, quoted};
use crate::SourceError;
use crate::features::object_names;
use crate::spelling::{is_image_name, key_of, object_of_table};

/// Tables of one kind that an error goes through.
const SHOWN_TABLES: usize = 8;

/// Which tables of a database are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum TableChoice {
    /// All that there are.
    #[default]
    All,
    /// Those whose names begin so.
    Prefix(String),
    /// These alone: the Image table, and the table of objects if one is named.
    Named(String, Option<String>),
}

/// The tables of a database, told by their names and columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DatabaseLayout {
    pub image: Option<DatabaseTable>,
    /// Each with the objects that its columns are named after.
    pub objects: Vec<(Vec<String>, DatabaseTable)>,
    pub experiment: Option<DatabaseTable>,
    /// Tables that are left alone, and why.
    pub ignored: Vec<(String, String)>,
}

/// A table of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatabaseTable {
    pub name: String,
    pub columns: Vec<String>,
    /// A view, or a table without row numbers.
    pub unnumbered: bool,
}

impl DatabaseTable {
    /// Whether it has a key, however that is spelled.
    fn has_key(&self, key: &str) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| key_of(column) == Some(key))
    }
}

impl TableChoice {
    /// Why a table is left alone, if it is.
    fn refusal(&self, table: &str) -> Option<String> {
        let is = |name: &String| name.eq_ignore_ascii_case(table);
        match self {
            Self::Prefix(prefix)
                if !table
                    .get(..prefix.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(prefix)) =>
            {
                Some(format!(
                    "the .properties file is about the tables of {prefix}"
                ))
            }
            Self::Named(image, Some(objects)) if !is(image) && !is(objects) => Some(format!(
                "the .properties file is about {image} and {objects}"
            )),
            _ => None,
        }
    }

    /// Whether a table is named as the Image table.
    fn is_image(&self, table: &str) -> bool {
        matches!(self, Self::Named(image, _) if image.eq_ignore_ascii_case(table))
    }

    /// Whether another table is named as the Image table.
    fn has_other_image(&self, table: &str) -> bool {
        matches!(self, Self::Named(..)) && !self.is_image(table)
    }
}

impl DatabaseLayout {
    /// Looks at the schema only, and takes the tables that are meant.
    ///
    /// # Errors
    /// [`SourceError`] when the file is no readable database, has no object table, or has several sets of tables.
    pub fn read(path: &Path, choice: &TableChoice) -> Result<Self, SourceError> {
        let connection = connect(path)?;
        let mut tables = Vec::new();
        {
            let mut statement = connection
                .prepare("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")
                .map_err(|error| SourceError::unreadable(path, error))?;
            let mut rows = statement
                .query([])
                .map_err(|error| SourceError::unreadable(path, error))?;
            while let Some(row) = rows
                .next()
                .map_err(|error| SourceError::unreadable(path, error))?
            {
                let text = |at: usize| {
                    row.get::<_, Option<String>>(at)
                        .ok()
                        .flatten()
                        .unwrap_or_default()
                };
                let (name, kind, sql) = (text(0), text(1), text(2));
                if name.starts_with("sqlite_") {
                    continue;
                }
                let unnumbered =
                    kind == "view" || sql.to_ascii_uppercase().contains("WITHOUT ROWID");
                tables.push((name, unnumbered));
            }
        }
        let mut layout = Self::default();
        let mut perhaps_images = Vec::new();
        for (name, unnumbered) in tables {
            if let Some(reason) = choice.refusal(&name) {
                layout.ignored.push((name, reason));
                continue;
            }
            let columns = columns_of(&connection, &name)
                .map_err(|error| SourceError::unreadable(path, error))?;
            let table = DatabaseTable {
                name: name.clone(),
                columns,
                unnumbered,
            };
            if let Some(table) = layout.take(path, table, choice)? {
                perhaps_images.push(table);
            }
        }
        layout.take_images(perhaps_images);
        // The view over all objects repeats the objects' own tables.
        let numbered = layout.objects.iter().filter(|(_, table)| !table.unnumbered);
        let in_tables: Vec<String> = numbered.flat_map(|(names, _)| names.clone()).collect();
        let (views, kept): (Vec<_>, Vec<_>) =
            layout.objects.into_iter().partition(|(names, table)| {
                table.unnumbered && names.iter().all(|name| in_tables.contains(name))
            });
        layout.objects = kept;
        for (_, view) in views {
            layout.ignored.push((
                view.name,
                "a view of tables that are read themselves".to_owned(),
            ));
        }
        if layout.objects.is_empty() {
            return Err(SourceError::unusable(
                path,
                format!(
                    "the database has no table of objects (Per_Cells, Cells or the like, with ImageNumber and ObjectNumber); {}",
                    layout.account(&connection)
                ),
            ));
        }
        Ok(layout)
    }

    /// What there is instead of objects.
    fn account(&self, connection: &Connection) -> String {
        let mut tables: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (name, reason) in &self.ignored {
            tables.entry(reason.clone()).or_default().push(name);
        }
        if let Some(image) = &self.image {
            let sql = format!("SELECT COUNT(*) FROM {}", quoted(&image.name));
            let sets: rusqlite::Result<i64> = connection.query_row(&sql, [], |row| row.get(0));
            let reason = match sets {
                Ok(1) => "an Image table of 1 image set".to_owned(),
                Ok(sets) => format!("an Image table of {sets} image sets"),
                Err(error) => format!("an Image table that cannot be read: {error}"),
            };
            tables.entry(reason).or_default().push(&image.name);
        }
        let tables: Vec<String> = tables
            .into_iter()
            .map(|(reason, mut names)| {
                let more = names.len().saturating_sub(SHOWN_TABLES);
                names.truncate(SHOWN_TABLES);
                let more = match more {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                format!("{}{more} ({reason})", names.join(", "))
            })
            .collect();
        match tables.as_slice() {
            [] => "it has no table at all".to_owned(),
            tables => format!("it has {}", tables.join("; ")),
        }
    }

    /// Takes the one table that may be the Image table where none is called so as CellProfiler does.
    fn take_images(&mut self, mut tables: Vec<DatabaseTable>) {
        let named = tables.iter().filter(|table| is_image_name(&table.name));
        let place = match (named.count(), tables.len()) {
            (1, _) => tables.iter().position(|table| is_image_name(&table.name)),
            (_, 1) => Some(0),
            _ => None,
        };
        if let (None, Some(at)) = (&self.image, place) {
            self.image = Some(tables.remove(at));
        }
        self.ignored.extend(tables.into_iter().map(|table| {
            let reason = match &self.image {
                Some(image) => format!("no column of object numbers; {} is the Image table", image.name),
                None => "no column of object numbers, and its name does not say that it is the Image table".to_owned(),
            };
            (table.name, reason)
        }));
    }

    /// Takes in a table; one that may be the Image table and is not called so is given back.
    fn take(
        &mut self,
        path: &Path,
        table: DatabaseTable,
        choice: &TableChoice,
    ) -> Result<Option<DatabaseTable>, SourceError> {
        let lower = table.name.to_ascii_lowercase();
        let is_image = choice.is_image(&table.name)
            || (lower.ends_with("per_image") || lower == "image")
                && !choice.has_other_image(&table.name);
        if lower.contains("relationship") {
            self.ignored.push((
                table.name,
                "a table of object relationships; the parent columns are used".to_owned(),
            ));
        } else if lower.ends_with("per_experiment") {
            self.experiment = Some(table);
        } else if !table.has_key("ImageNumber") {
            self.ignored
                .push((table.name, "no ImageNumber column".to_owned()));
        } else if is_image {
            if let Some(first) = &self.image {
                return Err(SourceError::SeveralExports {
                    path: path.to_path_buf(),
                    choices: format!(
                        "the tables of {} and of {}; choose the .properties file of one of them, or copy one set into a database of its own",
                        first.name, table.name
                    ),
                });
            }
            self.image = Some(table);
        } else if is_image_name(&table.name) {
            return Ok(Some(table));
        } else {
            let objects = object_names(table.columns.iter().map(String::as_str));
            if !objects.is_empty() {
                self.objects.push((objects, table));
            } else if table.has_key("ObjectNumber") || table.has_key("Number_Object_Number") {
                // As a CSV file has it: measurements under their own names, and the table is called after the object.
                let object = object_of_table(&table.name).to_owned();
                self.objects.push((vec![object], table));
            } else {
                return Ok(Some(table));
            }
        }
        Ok(None)
    }
}
