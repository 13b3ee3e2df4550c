//! What is remarked on while an export is read.

use std::fmt;
use std::path::PathBuf;

use cytolance_profile::{RowKind, counted};
/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemarkTopic {
    /// Files and tables: damaged, left out, or another kind than one may think.
    Tables,
    /// Rows, and how they were joined.
    Rows,
    /// Columns, their names and types.
    Columns,
    /// Pictures, where they are and what is cut from them.
    Pictures,
    /// Masks and outlines.
    Outlines,
    /// What came after the rows were written.
    Afterwards,
    /// What a report of an earlier version does not say.
    Other,
}

impl RemarkTopic {
    /// All of them, in the order in which they are read best.
    pub const ALL: [Self; 7] = [
        Self::Tables,
        Self::Rows,
        Self::Columns,
        Self::Pictures,
        Self::Outlines,
        Self::Afterwards,
        Self::Other,
    ];

    /// The word for it in a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Pictures => "pictures",
            Self::Outlines => "outlines",
            Self::Afterwards => "afterwards",
            Self::Other => "other",
        }
    }

    /// The topic that a word means.
    pub fn of_word(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|topic| topic.word() == word)
            .unwrap_or(Self::Other)
    }

    /// A heading for remarks on it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Tables => "Remarks on files and tables",
            Self::Rows => "Remarks on rows",
            Self::Columns => "Remarks on columns",
            Self::Pictures => "Remarks on pictures",
            Self::Outlines => "Remarks on masks and outlines",
            Self::Afterwards => "Remarks on what came after the import",
            Self::Other => "Remarks",
        }
    }
}

/// A remark on an export or one of its tables. It reads as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceRemark {
    /// No column of joined rows is named after an object.
    UnnamedObject {
        /// The table.
        path: PathBuf,
    },
    /// The rows came joined.
    JoinedBefore {
        /// The table.
        path: PathBuf,
    },
    /// The rows are no cells.
    Profiles {
        /// The table.
        path: PathBuf,
        /// What they are.
        kind: RowKind,
        /// How many.
        rows: usize,
        /// The columns of which each row has other values.
        by: Vec<String>,
    },
    /// A `.properties` file says that the pictures are on a server.
    PicturesBelow {
        /// The file.
        path: PathBuf,
        /// The server's address.
        address: String,
    },
    /// A Parquet file with pictures of whole fields.
    WholePictures {
        /// The file.
        path: PathBuf,
    },
    /// Crops that nothing leads to.
    CropsWithoutKey {
        /// The table of the cells.
        path: PathBuf,
        /// The column that it lacks.
        column: &'static str,
    },
    /// Crops of no row.
    CropsOfNoRow {
        /// How many.
        crops: usize,
        /// The table of the cells.
        path: PathBuf,
    },
    /// There are crops in a table and beside it.
    CropsBesideTaken {
        /// The table of the cells.
        path: PathBuf,
    },
    /// The Experiment table cannot be read.
    NoExperiment {
        /// Why, with the file.
        reason: String,
    },
    /// A column has bytes that are not UTF-8.
    Latin1 {
        /// The column.
        column: String,
        /// The first line with such bytes.
        line: u64,
    },
    /// Columns of numbers that are written with commas.
    CommaNumbers {
        /// The columns.
        columns: Vec<String>,
        /// A value.
        example: String,
    },
    /// A column of names holds numbers into which the database may have turned them.
    PerhapsConverted {
        /// The column.
        column: String,
        /// How many.
        values: usize,
        /// One of them.
        example: String,
    },
    /// Whole numbers of a column of fractions have too many digits.
    Rounded {
        /// The column.
        column: String,
        /// How many.
        values: usize,
        /// One of them.
        example: String,
    },
    /// A key column has another spelling.
    Respelled {
        /// The column.
        column: String,
        /// What it is read as.
        key: &'static str,
    },
    /// Fractions of a CSV file have a comma.
    DecimalCommas,
    /// Rows have a field more than the header.
    FurtherField {
        /// It is the first, as R writes the names of rows, not the last.
        first: bool,
    },
    /// CellProfiler noted errors in image sets.
    ModuleErrors {
        /// The module, as the column names it.
        module: String,
        /// Image sets with an error.
        images: usize,
        /// All image sets.
        of: usize,
    },
    /// The file has no line break at its end.
    NoLastLineBreak,
    /// There is a header and nothing else.
    NoCompleteRow,
    /// Rows of a table of several objects that hold no object of this set.
    Padding {
        /// How many.
        rows: usize,
    },
    /// Rows of which nothing tells whether they hold an object.
    PerhapsPadding {
        /// How many.
        rows: usize,
    },
    /// A remark of a report that was kept.
    Kept {
        /// What it is about.
        topic: RemarkTopic,
        /// The sentence.
        text: String,
    },
}

impl SourceRemark {
    /// What it is about.
    pub fn topic(&self) -> RemarkTopic {
        match self {
            Self::UnnamedObject { .. }
            | Self::JoinedBefore { .. }
            | Self::Profiles { .. }
            | Self::Padding { .. }
            | Self::PerhapsPadding { .. } => RemarkTopic::Rows,
            Self::PicturesBelow { .. }
            | Self::WholePictures { .. }
            | Self::CropsWithoutKey { .. }
            | Self::CropsOfNoRow { .. }
            | Self::CropsBesideTaken { .. } => RemarkTopic::Pictures,
            Self::NoExperiment { .. }
            | Self::NoLastLineBreak
            | Self::NoCompleteRow
            | Self::ModuleErrors { .. } => RemarkTopic::Tables,
            Self::Latin1 { .. }
            | Self::CommaNumbers { .. }
            | Self::PerhapsConverted { .. }
            | Self::Rounded { .. }
            | Self::Respelled { .. }
            | Self::DecimalCommas
            | Self::FurtherField { .. } => RemarkTopic::Columns,
            Self::Kept { topic, .. } => *topic,
        }
    }
}

impl fmt::Display for SourceRemark {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = |count: usize| if count == 1 { "row" } else { "rows" };
        match self {
            Self::UnnamedObject { path } => write!(
                out,
                "no column of {} is named after an object and a measurement (such as Cells_AreaShape_Area); each row is taken for a cell",
                path.display()
            ),
            Self::JoinedBefore { path } => write!(
                out,
                "the rows of {} were joined before; every one is kept",
                path.display()
            ),
            Self::Profiles {
                path,
                kind,
                rows: count,
                by,
            } => write!(
                out,
                "the {count} rows of {} are {}, not cells: each has a {} of its own, and no column says which object it is",
                path.display(),
                kind.rows(),
                listed(by)
            ),
            Self::PicturesBelow { path, address } => write!(
                out,
                "{} says that the images are below {address}: name that as a folder with the images if they are",
                path.display()
            ),
            Self::WholePictures { path } => write!(
                out,
                "{} was left alone: it holds whole pictures",
                path.display()
            ),
            Self::CropsWithoutKey { path, column } => write!(
                out,
                "there are crops beside {}, but it has no column {column} that says which belongs to which row",
                path.display()
            ),
            Self::CropsOfNoRow { crops, path } => {
                let belong = if *crops == 1 { "belongs" } else { "belong" };
                let crops = counted(*crops, "crop");
                write!(out, "{crops} {belong} to no row of {}", path.display())
            }
            Self::CropsBesideTaken { path } => write!(
                out,
                "the crops beside {} are taken, not the pictures in it",
                path.display()
            ),
            Self::NoExperiment { reason } => out.write_str(reason),
            Self::Latin1 { column, line } => write!(
                out,
                "{column}: bytes that are not UTF-8, first on line {line}; read as Latin-1"
            ),
            Self::CommaNumbers { columns, example } => write!(
                out,
                "numbers with commas («{example}») are not read as numbers in {}: export them with points and no commas",
                listed(columns)
            ),
            Self::PerhapsConverted {
                column,
                values,
                example,
            } => write!(
                out,
                "{column}: {values} names are stored as numbers such as {example}; names like 24E0123 were lost in the database"
            ),
            Self::Rounded {
                column,
                values,
                example,
            } => write!(
                out,
                "{column}: {values} whole numbers such as {example} are rounded: among fractions, numbers hold 15 digits"
            ),
            Self::Respelled { column, key } => write!(out, "the column {column} is read as {key}"),
            Self::DecimalCommas => out.write_str("numbers are written as 1,5: the comma is read as a point"),
            Self::FurtherField { first: true } => out.write_str(
                "every row has a field more than the header: the first is taken for names of rows, as R writes them",
            ),
            Self::FurtherField { first: false } => out.write_str(
                "every row ends with a delimiter that the header has not: the empty field is left out",
            ),
            Self::ModuleErrors { module, images, of } => write!(
                out,
                "CellProfiler noted errors in {images} of {of} image sets (ModuleError_{module}): what that module measures may be missing"
            ),
            Self::NoLastLineBreak => out.write_str(
                "the file does not end with a line break: its last row may have been cut",
            ),
            Self::NoCompleteRow => out.write_str("the file has a header but no complete row"),
            Self::Padding { rows: count } => write!(
                out,
                "{count} padding {}: other objects of the table have more rows; these hold no object and are not counted",
                rows(*count)
            ),
            Self::PerhapsPadding { rows: count } => write!(
                out,
                "{count} {} of zeros alone, and no column of object numbers that says whether they are objects or padding; they are kept",
                rows(*count)
            ),
            Self::Kept { text, .. } => out.write_str(text),
        }
    }
}

/// The first few of some names.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names[..names.len().min(SHOWN)].join(" and ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl TopicalRemark for SourceRemark {
    fn topic(&self) -> RemarkTopic {
        self.topic()
    }

    fn kept(topic: RemarkTopic, text: String) -> Self {
        Self::Kept { topic, text }
    }
}

/// A remark that can be written to a report and read from one.
pub trait TopicalRemark: fmt::Display {
    /// What it is about.
    fn topic(&self) -> RemarkTopic;

    /// The remark of a report that was kept.
    fn kept(topic: RemarkTopic, text: String) -> Self;
}

/// Remarks in a report: `remarks` are sentences, `remark_topics` says what each is about.
pub mod remark_lists {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{RemarkTopic, TopicalRemark};

    #[derive(Serialize, Deserialize)]
    struct Lists {
        #[serde(default)]
        remarks: Vec<String>,
        /// Absent where there are no remarks, and in reports of earlier versions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remark_topics: Vec<String>,
    }

    /// Writes remarks.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<R: TopicalRemark, S: Serializer>(
        remarks: &[R],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let lists = Lists {
            remarks: remarks.iter().map(ToString::to_string).collect(),
            remark_topics: remarks
                .iter()
                .map(|remark| remark.topic().word().to_owned())
                .collect(),
        };
        lists.serialize(serializer)
    }

    /// Reads remarks.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, R: TopicalRemark, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<R>, D::Error> {
        let lists = Lists::deserialize(deserializer)?;
        let topics = lists.remark_topics.iter().map(String::as_str);
        let topics = topics.map(RemarkTopic::of_word);
        let topics = topics.chain(std::iter::repeat(RemarkTopic::Other));
        let remarks = lists.remarks.into_iter().zip(topics);
        Ok(remarks.map(|(text, topic)| R::kept(topic, text)).collect())
    }
}
