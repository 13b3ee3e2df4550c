//! `cytolance compute`, made from the list of tools.

use std::fmt::Write as _;
use std::sync::atomic::AtomicBool;

use clap::builder::PossibleValuesParser;
use tokio::runtime::Runtime;
use toml::Table;

use super::arguments::ComputeArguments;
use super::cells::{COLUMN_BYTES, keys_of};
use super::out::{refused, target};
use super::progress::Progress;
use crate::dataset::CellDataset;
use crate::explore::Explorer;
use crate::export::{
    FileKind, Naming, Provenance, TableFormat, TableRequest, TableSource, Target, export_table,
};
use crate::shell::Settings;
use crate::tools::{
    ColumnTool, Computed, Kept, TOOLS, ToolError, ToolInput, assigned, completed, compute, keep,
    known_columns, parameters_of, tool,
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
        Some(path) => Some(target(
            "--out",
            path,
            arguments.overwrite,
            FileKind::AnyTable,
        )?),
        None => None,
    };
    let progress = Progress::new();
    let outcome = runtime.block_on(async {
        let made = Made::by(tool, uri, &parameters, &progress)
            .await
            .map_err(failed)?;
        let mut text = made.in_words();
        if let Some(out) = &out {
            let rows = made.write(&parameters, out, &progress).await?;
            let _ = writeln!(text, "{rows} cells in {}", out.full_path().display());
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
        let columns = known_columns(&explorer);
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
        lines
            .filter(|line| !line.is_empty())
            .map(|line| format!("{line}\n"))
            .collect()
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

    /// Writes the keys of all cells and the columns. Returns the rows.
    async fn write(
        &self,
        parameters: &Table,
        out: &Target,
        progress: &Progress,
    ) -> Result<usize, String> {
        let dataset = self.explorer.dataset();
        let made = self.computed.columns.iter();
        let extra: Vec<_> = made.map(|made| made.column.to_arrow()).collect();
        let mut columns = keys_of(dataset);
        columns.extend(extra.iter().map(|(field, _)| field.name().clone()));
        let source = TableSource::new(dataset.clone()).with(extra);
        let rows: Vec<u32> = (0..dataset.num_rows() as u32).collect();
        let mut from = Provenance::new(dataset, "all cells", rows.len());
        from.columns.clone_from(&columns);
        let parameters = completed(self.tool, parameters).map_err(|error| error.to_string())?;
        from.session = serde_json::json!({ "tool": self.tool.id(), "parameters": parameters });
        let request = TableRequest {
            rows: &rows,
            columns: &columns,
            format: TableFormat::of(out.path()).unwrap_or_default(),
            naming: Naming::Pycytominer,
            provenance: Some(&from),
        };
        let say = |done, total| progress.say("rows", done, total);
        let failed = |error| refused("--out", error);
        let written = export_table(&source, &request, out, &say, &AtomicBool::new(false))
            .await
            .map_err(failed)?;
        from.write_beside(out).map_err(failed)?;
        Ok(written)
    }
}
