//! ExportToSpreadsheet: which CSV files of a folder make up an export.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::FACE;
use super::csv_header::CsvHeader;
use super::csv_table::{open_csv, read_pairs};
use super::image_account::image_account;
use super::joined_csv::{is_joined, open_joined};
use crate::export::is_join_key;
use crate::format::ending;
use crate::source::stem;
use crate::spelling::{image_prefix_len, object_of_table};
use crate::{Export, IgnoredFile, Relations, SourceError, SourceRemark, Table};

/// The files of one export; several may share a folder under different prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CsvFiles {
    /// What stands before every name: `MyExpt_`.
    pub prefix: String,
    pub image: Option<PathBuf>,
    pub objects: Vec<ObjectFile>,
    pub experiment: Option<PathBuf>,
    /// A file of rows that were joined before: then there is no other.
    pub joined: Option<PathBuf>,
}

/// A file of objects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ObjectFile {
    pub path: PathBuf,
    /// Object name; empty where the header says it.
    pub name: String,
    /// Names of its object sets.
    sets: Vec<String>,
    /// The sets that its rows name as parents.
    parents: Vec<String>,
}

impl ObjectFile {
    /// A file of objects whose header was read; `name` is theirs where the header does not say it.
    fn new(path: PathBuf, name: &str, header: &CsvHeader) -> Self {
        let sets: Vec<String> = header
            .sets
            .iter()
            .map(|set| set.object.clone())
            .filter(|object| !object.is_empty())
            .collect();
        let is_named = !sets.is_empty();
        let name = object_of_table(name);
        Self {
            path,
            name: if is_named {
                String::new()
            } else {
                name.to_owned()
            },
            sets: if is_named {
                sets
            } else {
                vec![name.to_owned()]
            },
            parents: header.parents().map(str::to_owned).collect(),
        }
    }

    /// Whether one of the two names the other as a parent.
    fn is_related(&self, other: &Self) -> bool {
        let names = |child: &Self, parent: &Self| {
            child.parents.iter().any(|name| parent.sets.contains(name))
        };
        names(self, other) || names(other, self)
    }
}

/// The exports among the files of a folder, and the files that are of none.
#[derive(Debug, Default)]
pub(super) struct CsvFindings {
    pub exports: Vec<CsvFiles>,
    pub left_alone: Vec<IgnoredFile>,
}

/// What a CSV file is, told from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Image,
    Object,
    Experiment,
    Relationships,
    /// Rows that were joined before.
    Joined,
    Other,
}

/// A file that may be of an export.
struct KnownFile {
    path: PathBuf,
    kind: FileKind,
    header: CsvHeader,
}

/// Finds the exports among the files of one folder; a file that cannot be read is left alone, with the reason.
pub(super) fn csv_exports(files: &[PathBuf]) -> CsvFindings {
    let mut found = CsvFindings::default();
    let mut known: Vec<KnownFile> = Vec::new();
    let mut joined: Vec<PathBuf> = Vec::new();
    for path in files {
        let ending = ending(path);
        if !FACE.endings.contains(&ending.as_str()) {
            continue;
        }
        let reason = match CsvHeader::read(path).map(|header| (kind_of(&header), header)) {
            Ok((FileKind::Relationships, _)) => {
                "a table of object relationships; the parent columns are used".to_owned()
            }
            Ok((FileKind::Joined, _)) => {
                joined.push(path.clone());
                continue;
            }
            Ok((FileKind::Other, _)) if ending != "txt" => {
                "neither an Image nor an object table (no ImageNumber column)".to_owned()
            }
            // Notes for people.
            Ok((FileKind::Other, _)) => continue,
            Ok((kind, header)) => {
                known.push(KnownFile {
                    path: path.clone(),
                    kind,
                    header,
                });
                continue;
            }
            Err(error) => error.reason(),
        };
        found.left_alone.push(IgnoredFile {
            path: path.clone(),
            reason,
        });
    }
    let mut prefixes = prefixes(&known);
    let has_prefix = |file: &KnownFile, prefix: &str| starts_with(&stem(&file.path), prefix);
    let is_object = |file: &&KnownFile| file.kind == FileKind::Object;
    if !known
        .iter()
        .filter(is_object)
        .any(|file| prefixes.iter().any(|prefix| has_prefix(file, prefix)))
    {
        // The Image tables are of other runs: the objects are taken without them.
        let of_objects = shared_prefix(known.iter().filter(is_object));
        prefixes.extend(of_objects);
        prefixes.dedup();
    }
    if known.iter().any(|file| file.kind == FileKind::Object) {
        let alone = joined.into_iter().map(|path| IgnoredFile {
            path,
            reason: "its rows were joined before, beside tables of objects: import it by itself"
                .to_owned(),
        });
        found.left_alone.extend(alone);
    } else {
        let alone = joined.iter().filter_map(|path| joined_export(path));
        found.exports.extend(alone);
    }
    let mut exports: Vec<CsvFiles> = prefixes
        .into_iter()
        .map(|prefix| CsvFiles {
            prefix,
            ..CsvFiles::default()
        })
        .collect();
    // Files that are of no export, and why; those without a reason have another prefix.
    let mut alone: Vec<(PathBuf, Option<String>)> = Vec::new();
    // Of several Image tables the one that looks most like one is taken.
    known.sort_by_cached_key(|file| {
        let rank = image_rank(&stem(&file.path), &file.header);
        (file.kind == FileKind::Image).then_some(std::cmp::Reverse(rank))
    });
    for file in known {
        let name = stem(&file.path);
        let home = exports
            .iter_mut()
            .filter(|export| starts_with(&name, &export.prefix))
            .max_by_key(|export| export.prefix.len());
        let Some(export) = home else {
            alone.push((file.path, None));
            continue;
        };
        let second = |what: &str, first: &Path| {
            let first = file_name(first);
            Some(format!("a second {what} table; {first} is taken"))
        };
        match file.kind {
            FileKind::Image => match &export.image {
                Some(first) => {
                    alone.push((file.path, second("Image", first)));
                }
                None => export.image = Some(file.path),
            },
            FileKind::Experiment => match &export.experiment {
                Some(first) => {
                    alone.push((file.path, second("Experiment", first)));
                }
                None => export.experiment = Some(file.path),
            },
            _ => {
                let name = &name[export.prefix.len()..];
                let object = ObjectFile::new(file.path, name, &file.header);
                export.objects.push(object);
            }
        }
    }
    found
        .left_alone
        .extend(alone.into_iter().map(|(path, reason)| IgnoredFile {
            path,
            reason: reason.unwrap_or_else(|| without_prefix(&exports)),
        }));
    for export in exports {
        if export.objects.is_empty() {
            found.left_alone.extend(export.without_objects());
        } else {
            found.exports.push(export);
        }
    }
    found
}

/// Why a file that has not the prefix of the others is left alone.
fn without_prefix(exports: &[CsvFiles]) -> String {
    let with_image = exports.iter().find_map(|export| {
        let image = export.image.as_ref()?;
        Some((&export.prefix, file_name(image)))
    });
    match with_image {
        Some((prefix, image)) => {
            format!("its name has not the prefix {prefix} of the Image table {image}")
        }
        None => "its name has not the prefix of the export's other files".to_owned(),
    }
}

/// A file's name.
fn file_name(path: &Path) -> String {
    let name = path.file_name();
    name.map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Whether a name begins with a prefix, in upper or lower case.
fn starts_with(name: &str, prefix: &str) -> bool {
    let start = name.get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// How much a file with image numbers is like an Image table: by its name, then by its columns.
fn image_rank(name: &str, header: &CsvHeader) -> (bool, usize) {
    let columns = header.sets.iter().flat_map(|set| &set.fields);
    let marks = ["FileName_", "PathName_", "URL_", "Count_", "ModuleError_"];
    let is_mark = |name: &str| marks.iter().any(|mark| name.starts_with(mark));
    (
        image_prefix_len(name).is_some(),
        columns.filter(|(_, name)| is_mark(name)).count(),
    )
}

/// The export that a file of joined rows is, if it is one.
pub(super) fn joined_export(path: &Path) -> Option<CsvFiles> {
    let header = CsvHeader::read(path).ok()?;
    (kind_of(&header) == FileKind::Joined).then(|| CsvFiles {
        prefix: format!("{}_", stem(path)),
        joined: Some(path.to_path_buf()),
        ..CsvFiles::default()
    })
}

impl CsvFiles {
    /// Reads the tables' types and keys.
    ///
    /// # Errors
    /// [`SourceError`] naming the file that cannot be read.
    pub fn read(&self, folder: &Path, name: String) -> Result<Export, SourceError> {
        if let Some(path) = &self.joined {
            return open_joined(path, name);
        }
        let mut remarks = Vec::new();
        let image = match &self.image {
            Some(path) => {
                let header = CsvHeader::read(path)?;
                let mut tables = open_csv(path, &header, |_| true)?;
                tables.pop().map(|(_, table)| table)
            }
            None => None,
        };
        // Side by side: where the rows of a file begin is found on one core.
        let opened: Vec<Result<Vec<(String, Table)>, SourceError>> = self
            .objects
            .par_iter()
            .map(|file| open_csv(&file.path, &CsvHeader::read(&file.path)?, is_join_key))
            .collect();
        let mut objects: Vec<(String, Table)> = Vec::new();
        for (file, opened) in self.objects.iter().zip(opened) {
            for (own, table) in opened? {
                let object = if own.is_empty() {
                    file.name.clone()
                } else {
                    own
                };
                objects.push((object, table));
            }
        }
        let experiment = match &self.experiment {
            Some(path) => match read_pairs(path) {
                Ok(pairs) => pairs,
                Err(error) => {
                    remarks.push(SourceRemark::NoExperiment {
                        reason: error.to_string(),
                    });
                    BTreeMap::new()
                }
            },
            None => BTreeMap::new(),
        };
        Ok(Export {
            path: folder.to_path_buf(),
            name,
            image,
            objects,
            relations: Relations::Parents,
            stored: None,
            metadata: HashMap::new(),
            experiment,
            ignored: Vec::new(),
            remarks,
        })
    }

    /// Files that somebody says are of image sets and of objects.
    ///
    /// # Errors
    /// [`SourceError`] when one of them cannot be read or is another table.
    pub fn of_pair(image: Option<&Path>, objects: &Path) -> Result<Self, SourceError> {
        let header = CsvHeader::read(objects)?;
        if kind_of(&header) != FileKind::Object {
            let reason =
                "it has no columns ImageNumber and ObjectNumber, so it is no table of objects";
            return Err(SourceError::unusable(objects, reason));
        }
        if let Some(image) = image
            && !CsvHeader::read(image)?.has("ImageNumber")
        {
            let reason = "it has no column ImageNumber, so it is no Image table";
            return Err(SourceError::unusable(image, reason));
        }
        let image_name = image.map(stem).unwrap_or_default();
        let prefix = &image_name[..image_prefix_len(&image_name).unwrap_or(0)];
        let name = stem(objects);
        let name = if starts_with(&name, prefix) {
            &name[prefix.len()..]
        } else {
            &name
        };
        Ok(Self {
            image: image.map(Path::to_path_buf),
            objects: vec![ObjectFile::new(objects.to_path_buf(), name, &header)],
            ..Self::default()
        })
    }

    /// All its files.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        let objects = self.objects.iter().map(|file| &file.path);
        let others = self.image.iter().chain(&self.experiment);
        objects.chain(others).chain(&self.joined)
    }

    /// Keeps of its objects those of a file that was named, and what parents relate to them; returns the other files.
    /// An Image or Experiment table stands for all of it.
    pub fn keep_related(&mut self, named: &Path) -> Vec<IgnoredFile> {
        let is_named = |file: &ObjectFile| file.path.file_name() == named.file_name();
        let Some(first) = self.objects.iter().position(is_named) else {
            return Vec::new();
        };
        let mut kept = vec![false; self.objects.len()];
        let mut waiting = vec![first];
        while let Some(at) = waiting.pop() {
            if std::mem::replace(&mut kept[at], true) {
                continue;
            }
            let related = |other: &usize| self.objects[at].is_related(&self.objects[*other]);
            waiting.extend((0..self.objects.len()).filter(related));
        }
        let reason = format!(
            "{} was named, and no Parent_ column relates the two; choose the folder to import both",
            file_name(named)
        );
        let mut left_alone = Vec::new();
        let mut kept = kept.into_iter();
        self.objects.retain(|file| {
            let keep = kept.next() == Some(true);
            if !keep {
                left_alone.push(IgnoredFile {
                    path: file.path.clone(),
                    reason: reason.clone(),
                });
            }
            keep
        });
        left_alone
    }

    /// Why its files are left alone where there is no object table among them.
    fn without_objects(&self) -> Vec<IgnoredFile> {
        let of = |prefix: &str| match prefix {
            "" => "no object table beside it".to_owned(),
            prefix => format!("no object table beside it that begins with {prefix}"),
        };
        let image = self.image.iter().map(|path| IgnoredFile {
            path: path.clone(),
            reason: image_account(path, &of(&self.prefix)),
        });
        let experiment = self.experiment.iter().map(|path| IgnoredFile {
            path: path.clone(),
            reason: format!("an Experiment table, {}", of(&self.prefix)),
        });
        image.chain(experiment).collect()
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.objects
            .iter()
            .map(|file| &file.path)
            .chain(&self.image)
            .chain(&self.joined)
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}

/// A CSV file as tables, all columns held: for files known to be small.
///
/// # Errors
/// [`SourceError`] when it cannot be read.
pub fn tables_of_csv(path: &Path) -> Result<Vec<(String, Table)>, SourceError> {
    let header = CsvHeader::read(path)?;
    open_csv(path, &header, |_| true)
}

fn kind_of(header: &CsvHeader) -> FileKind {
    let has = |name: &str| header.has(name);
    if header.names.len() == 2 && has("Key") && has("Value") {
        FileKind::Experiment
    } else if has("First Object Name") {
        FileKind::Relationships
    } else if !has("ImageNumber") && is_joined(header) {
        FileKind::Joined
    } else if !has("ImageNumber") {
        FileKind::Other
    } else if header.sets.iter().any(|set| !set.object.is_empty())
        || has("ObjectNumber")
        || has("Number_Object_Number")
    {
        FileKind::Object
    } else {
        FileKind::Image
    }
}

/// The prefixes before the files' names: one for each Image table (`MyExpt_Image.csv`), or what all object files share.
fn prefixes(files: &[KnownFile]) -> Vec<String> {
    let of_kind = |kind: FileKind| files.iter().filter(move |file| file.kind == kind);
    let mut prefixes: Vec<String> = of_kind(FileKind::Image)
        .filter_map(|image| {
            let name = stem(&image.path);
            let len = image_prefix_len(&name)?;
            Some(name[..len].to_owned())
        })
        .collect();
    // A table of image sets under another name.
    if prefixes.is_empty() && of_kind(FileKind::Image).next().is_some() {
        prefixes.push(String::new());
    }
    prefixes.sort();
    prefixes.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    if prefixes.is_empty() {
        prefixes.extend(shared_prefix(of_kind(FileKind::Object)));
    }
    // An Experiment table that is there alone.
    if prefixes.is_empty() && of_kind(FileKind::Experiment).next().is_some() {
        prefixes.push(String::new());
    }
    prefixes
}

/// What the names of several files begin with; empty for one file, nothing for none.
fn shared_prefix<'a>(files: impl Iterator<Item = &'a KnownFile>) -> Option<String> {
    let names: Vec<String> = files.map(|file| stem(&file.path)).collect();
    let first = names.first()?;
    let candidate = first.rfind('_').map_or("", |at| &first[..=at]);
    let is_shared = names.len() > 1 && names.iter().all(|name| name.starts_with(candidate));
    Some(if is_shared {
        candidate.to_owned()
    } else {
        String::new()
    })
}

#[cfg(test)]
mod tests;
