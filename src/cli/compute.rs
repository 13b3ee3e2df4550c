//! `cytolance compute`, made from the list of tools.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::builder::PossibleValuesParser;
use tokio::runtime::Runtime;
use toml::Table;

use super::arguments::ComputeArguments;
use super::cells::{COLUMN_BYTES, ChosenCells};
use super::export::written;
use super::out::target;
use super::progress::Progress;
use crate::shell::Settings;
use cytolance_dataset::CellDataset;
use cytolance_explore::Explorer;
use cytolance_export::{Target, cell_columns};
use cytolance_exporters::{ExportKind, ExportOptions};
use cytolance_session::{Application, SessionFile};
use cytolance_tools::{
    ColumnTool, Computed, Kept, TOOLS, ToolError, ToolInput, assigned, completed, compute, keep,
    parameters_of, tool,
};

/// The words by which tools are called.
pub(super) fn tool_names() -> PossibleValuesParser {
    PossibleValuesParser::new(TOOLS.iter().map(|tool| tool.id()))
}

/// What there is, for the help.
pub(super) fn tools_in_words() -> String {
    let tools = TOOLS.iter();
    let words = tools.map(|tool| format!("  {:<10} {}", tool.id(), tool.about()));
    let words: Vec<String> = words.collect();
    format!(
        "Tools:\n{}\n\nTheir parameters: cytolance compute --list",
        words.join("\n")
    )
}

pub(super) fn run(arguments: &ComputeArguments, runtime: &Runtime) -> Result<(), String> {
    let failed = |error: ToolError| error.to_string();
    let chosen = match &arguments.tool {
        Some(id) => Some(tool(id).map_err(failed)?),
        None => None,
    };
    if arguments.list {
        let listed = TOOLS.iter().copied();
        let listed = listed.filter(|tool| chosen.is_none_or(|chosen| chosen.id() == tool.id()));
        super::say(&listed.map(told).collect::<String>());
        return Ok(());
    }
    let (Some(tool), Some(uri)) = (chosen, &arguments.dataset) else {
        return Err("say which tool and which dataset".to_owned());
    };
    let mut parameters = Table::new();
    for assignment in &arguments.set {
        assigned(tool, &mut parameters, assignment).map_err(failed)?;
    }
    let out = match &arguments.out {
        Some(path) => {
            let mut tables = ExportKind::of_family("tables");
            let kind = tables
                .find(|kind| kind.file().has_ending(path))
                .ok_or_else(|| table_expected(path))?;
            let target = target("--out", path, arguments.overwrite, kind.file())?;
            Some((kind, target))
        }
        None => None,
    };
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let made = Made::by(tool, uri, &parameters, &progress)
            .await
            .map_err(failed)?;
        let mut text = made.in_words();
        if let Some((kind, target)) = out {
            text += &made.write(&parameters, kind, target, &progress).await?;
        }
        if arguments.keep {
            let kept = made.keep(&parameters).await.map_err(failed)?;
            text += &kept_in_words(&kept);
        }
        Ok::<_, String>(text)
    });
    progress.finish();
    super::say(&outcome?);
    Ok(())
}

/// How the name of a table may end.
fn table_expected(path: &Path) -> String {
    let tables = ExportKind::of_family("tables");
    let endings: Vec<&str> = tables
        .flat_map(|kind| kind.file().endings)
        .copied()
        .collect();
    format!(
        "--out {}: the columns are written as a table, whose name ends in .{}",
        path.display(),
        endings.join(", .")
    )
}

/// A tool and its parameters, for `--list`.
fn told(tool: &dyn ColumnTool) -> String {
    let mut text = format!("{}: {}\n", tool.id(), tool.about());
    for parameter in parameters_of(tool) {
        let default = match parameter.default.as_str() {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        let _ = writeln!(text, "  {:<14} {}{default}", parameter.name, parameter.help);
    }
    text
}

/// What is said of columns that are kept.
pub(super) fn kept_in_words(kept: &Kept) -> String {
    format!(
        "{} columns in version {}: {}\n",
        kept.names.len(),
        kept.dataset.version(),
        kept.names.join(", ")
    )
}

/// Columns that a tool has computed for a dataset.
pub(super) struct Made {
    explorer: Explorer,
    tool: &'static dyn ColumnTool,
    computed: Computed,
}

impl Made {
    /// Opens the dataset and computes, with progress on standard error.
    ///
    /// # Errors
    /// [`ToolError`].
    pub async fn by(
        tool: &'static dyn ColumnTool,
        uri: &str,
        parameters: &Table,
        progress: &Progress,
    ) -> Result<Self, ToolError> {
        let explorer = Explorer::new(CellDataset::open(uri).await?, COLUMN_BYTES);
        let columns = explorer.known_columns();
        let input = ToolInput {
            explorer: &explorer,
            columns: &columns,
            progress: &|done, total| progress.say(tool.steps(), done, total),
            cancelled: &AtomicBool::new(false),
        };
        let computed = compute(tool, &input, parameters).await?;
        Ok(Self {
            explorer,
            tool,
            computed,
        })
    }

    /// What was done, and what could not be told.
    pub fn in_words(&self) -> String {
        let notes = self.computed.notes.iter();
        let lines = std::iter::once(&self.computed.account).chain(notes);
        let lines = lines.filter(|line| !line.is_empty());
        lines.flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    /// Keeps the columns as a new version.
    ///
    /// # Errors
    /// [`ToolError`]; the dataset is then as it was.
    pub async fn keep(&self, parameters: &Table) -> Result<Kept, ToolError> {
        let author = Settings::peek().author_name();
        let dataset = self.explorer.dataset();
        keep(dataset, self.tool, parameters, &self.computed, &author).await
    }

    /// Writes the keys of all cells and the columns; what is to be said of it.
    async fn write(
        &self,
        parameters: &Table,
        kind: ExportKind,
        target: Target,
        progress: &Progress,
    ) -> Result<String, String> {
        let mut columns = cell_columns(self.explorer.dataset());
        let mut names = Vec::new();
        for made in &self.computed.columns {
            self.explorer.set_computed(Arc::clone(&made.column));
            names.push(made.column.name.clone());
        }
        columns.extend(names.iter().cloned());
        // What has computed them goes into the account of the file.
        let applied = Application {
            tool: self.tool.id().to_owned(),
            parameters: completed(self.tool, parameters).map_err(|error| error.to_string())?,
            columns: names,
        };
        let mut session = SessionFile::default();
        session.set_applications(&[applied])?;
        let all = ChosenCells {
            rows: (0..self.explorer.dataset().num_rows() as u32).collect(),
            which: "all cells".to_owned(),
            session,
            explorer: self.explorer.clone(),
        };
        let options = ExportOptions {
            columns,
            ..ExportOptions::default()
        };
        written(all, kind, options, target, progress).await
    }
}
