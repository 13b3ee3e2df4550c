//! The account of the tables as a page shows it: sums by table, notes by kind.

use super::failure::in_words;
use cytolance_import::{FileReport, Remark, table_names};
use cytolance_profile::{counted, kinds_first};
use cytolance_sources::{IgnoredFile, RemarkTopic, TopicalRemark};

/// Lines kept of one kind of notes; a page is read, not searched.
const MOST_LINES: usize = 5_000;

/// What files and tables that are of no export are listed under.
pub(super) const LEFT_ALONE: &str = "Files and tables left alone";

/// All tables of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSum {
    /// Name of the file or table.
    pub table: String,
    /// What it was used for.
    pub used_as: String,
    /// How many there are.
    pub files: usize,
    /// Their rows; the four counts below add up to it.
    pub rows: usize,
    /// Rows that are in the dataset.
    pub imported: usize,
    /// Rows that are damaged or doubled.
    pub rejected: usize,
    /// Rows whose parent is not there.
    pub without_parent: usize,
    /// Rows left out for another reason.
    pub not_used: usize,
}

/// Notes of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// What they are.
    pub title: &'static str,
    /// All of them, also those that are not listed.
    pub total: usize,
    /// A line each.
    pub lines: Vec<String>,
}

/// Sums and notes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// By table.
    pub sums: Vec<TableSum>,
    /// By kind; none is empty.
    pub notes: Vec<Notes>,
}

impl Account {
    /// Adds up the files of an import.
    pub fn new(files: &[FileReport], ignored: &[IgnoredFile], remarks: &[Remark]) -> Self {
        Self {
            sums: sums(files),
            notes: notes(files, ignored, remarks),
        }
    }
}

fn sums(files: &[FileReport]) -> Vec<TableSum> {
    let mut sums: Vec<TableSum> = Vec::new();
    for file in files {
        let used_as = used_for(&file.used_as);
        let known = sums
            .iter_mut()
            .position(|sum| sum.table == file.table && sum.used_as == used_as);
        let at = known.unwrap_or_else(|| {
            sums.push(TableSum {
                table: file.table.clone(),
                used_as,
                files: 0,
                rows: 0,
                imported: 0,
                rejected: 0,
                without_parent: 0,
                not_used: 0,
            });
            sums.len() - 1
        });
        let sum = &mut sums[at];
        sum.files += 1;
        sum.rows += file.rows;
        sum.imported += file.imported;
        sum.rejected += file.rejected;
        sum.without_parent += file.without_parent;
        sum.not_used += file.not_used;
    }
    sums
}

fn used_for(used_as: &str) -> String {
    match used_as {
        "primary" => "one row a cell".to_owned(),
        "compartment" => "joined to the cells".to_owned(),
        "image" => "fields of view".to_owned(),
        "joined table" => "one row a cell, joined before".to_owned(),
        other => in_words(other),
    }
}

fn notes(files: &[FileReport], ignored: &[IgnoredFile], remarks: &[Remark]) -> Vec<Notes> {
    let mut all = [
        Notes::empty("Rows that are damaged or doubled"),
        Notes::empty("Rows that are not joined, or joined in a way to know of"),
        Notes::empty("Values that are no numbers and become empty"),
        Notes::empty("Columns left out"),
        Notes::empty("Columns kept as text because not all values are numbers"),
        Notes::empty(LEFT_ALONE),
    ];
    let mut topics = RemarkTopic::ALL.map(|topic| Notes::empty(topic.title()));
    let mut remark = |topic: RemarkTopic, line: String| {
        let mut all = RemarkTopic::ALL.into_iter().zip(&mut topics);
        if let Some((_, notes)) = all.find(|(known, _)| *known == topic) {
            notes.add(line);
        }
    };
    for (file, table) in files.iter().zip(table_names(files)) {
        let notes = &file.notes;
        for row in &notes.rejected {
            all[0].add(format!(
                "{table}, {} {}: {}",
                notes.unit, row.line, row.reason
            ));
        }
        for line in &file.details {
            all[1].add(format!("{table}: {}", in_words(line)));
        }
        for value in &notes.coerced {
            all[2].add(format!(
                "{table}, {} {}, {}: «{}»",
                notes.unit, value.line, value.column, value.text
            ));
        }
        all[2].total += notes.num_coerced.saturating_sub(notes.coerced.len());
        for column in &notes.columns_left_out {
            all[3].add(format!("{table}: {column}"));
        }
        for mixed in &notes.mixed {
            all[4].add(format!(
                "{table}, {}: {} among {}",
                mixed.column,
                counted(mixed.numbers, "number"),
                counted(mixed.texts, "text")
            ));
        }
        for noted in &notes.remarks {
            let words = in_words(&noted.to_string());
            remark(noted.topic(), format!("{table}: {words}"));
        }
    }
    for file in ignored {
        all[5].add(format!(
            "{}: {}",
            file.path.display(),
            in_words(&file.reason)
        ));
    }
    for noted in remarks {
        remark(noted.topic(), in_words(&noted.to_string()));
    }
    let notes = all.into_iter().chain(topics);
    let mut notes: Vec<Notes> = notes.filter(|notes| notes.total > 0).collect();
    for notes in &mut notes {
        notes.lines = kinds_first(&notes.lines);
    }
    notes
}

impl Notes {
    fn empty(title: &'static str) -> Self {
        Self {
            title,
            total: 0,
            lines: Vec::new(),
        }
    }

    fn add(&mut self, line: String) {
        self.total += 1;
        if self.lines.len() < MOST_LINES {
            self.lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_import::{OutlineRemark, PictureRemark};

    #[test]
    fn tables_of_many_exports_are_added_up() {
        let file = |table: &str, rows: usize| FileReport {
            table: table.to_owned(),
            used_as: "primary".to_owned(),
            rows,
            imported: rows - 1,
            rejected: 1,
            details: vec!["left out by --complete".to_owned()],
            ..FileReport::default()
        };
        let files = [
            file("Cells.csv", 10),
            file("Nuclei.csv", 4),
            file("Cells.csv", 20),
        ];
        let no_boxes = PictureRemark::NoBoxes {
            traced: false,
            squares: vec![cytolance_import::CropSquare::default()],
        };
        let remarks = [
            OutlineRemark::NoMask {
                object: "Cells".to_owned(),
            }
            .into(),
            no_boxes.into(),
            PictureRemark::CopiedCrops.into(),
        ];
        let account = Account::new(&files, &[], &remarks);
        assert_eq!(account.sums.len(), 2);
        let cells = &account.sums[0];
        assert_eq!((cells.files, cells.rows, cells.imported), (2, 30, 28));
        assert_eq!(cells.rows, cells.imported + cells.rejected);
        let totals: Vec<_> = account.notes.iter().map(|notes| notes.total).collect();
        assert_eq!(totals, [3, 2, 1], "no empty kinds");
        let titles = account.notes[1..].iter().map(|notes| notes.title);
        let wanted = [RemarkTopic::Pictures, RemarkTopic::Outlines];
        assert!(titles.eq(wanted.map(RemarkTopic::title)));
        assert!(!account.notes[0].lines[0].contains("--"));
    }
}
