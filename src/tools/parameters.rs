//! Parameters of tools as text: `key=value`, or a table in TOML.

use toml::{Table, Value};

use super::{ColumnTool, ToolError};

/// A parameter as it is told of.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it does.
    pub help: &'static str,
    /// Its value where nothing is said, as it is written.
    pub default: String,
}

/// The parameters of a tool, in the order of its help.
pub fn parameters_of(tool: &dyn ColumnTool) -> Vec<Parameter> {
    let defaults = tool.defaults();
    tool.help()
        .iter()
        .filter_map(|(name, help)| {
            Some(Parameter {
                name: (*name).to_owned(),
                help,
                default: written(defaults.get(*name)?),
            })
        })
        .collect()
}

/// A value as [`assigned`] reads it: text without quotes, lists with commas.
pub fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(Value::is_str) => {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            texts.join(",")
        }
        other => other.to_string(),
    }
}

/// Sets a parameter from `key=value`, or a whole table of them from TOML with the name of a key. Text needs no quotes, and
/// a list of words is written with commas.
///
/// # Errors
/// [`ToolError::UnknownParameter`]; [`ToolError::Parameter`] for values of another kind.
pub fn assigned(
    tool: &dyn ColumnTool,
    parameters: &mut Table,
    assignment: &str,
) -> Result<(), ToolError> {
    let Some((name, text)) = assignment.split_once('=') else {
        return Err(ToolError::Parameter {
            tool: tool.id(),
            name: assignment.to_owned(),
            reason: "write it as name=value".to_owned(),
        });
    };
    let (name, text) = (name.trim(), text.trim());
    let defaults = tool.defaults();
    let default = known(tool, &defaults, name)?;
    let value = read(default, text).map_err(|reason| ToolError::Parameter {
        tool: tool.id(),
        name: name.to_owned(),
        reason,
    })?;
    parameters.insert(name.to_owned(), value);
    Ok(())
}

/// The parameters with the defaults of those that are not among them.
///
/// # Errors
/// [`ToolError::UnknownParameter`].
pub fn completed(
    tool: &(impl ColumnTool + ?Sized),
    parameters: &Table,
) -> Result<Table, ToolError> {
    let mut complete = tool.defaults();
    for (name, value) in parameters {
        if !complete.contains_key(name) {
            return Err(unknown(tool.id(), &complete, name));
        }
        complete.insert(name.clone(), value.clone());
    }
    Ok(complete)
}

fn known<'a>(
    tool: &dyn ColumnTool,
    defaults: &'a Table,
    name: &str,
) -> Result<&'a Value, ToolError> {
    defaults
        .get(name)
        .ok_or_else(|| unknown(tool.id(), defaults, name))
}

fn unknown(tool: &'static str, defaults: &Table, name: &str) -> ToolError {
    ToolError::UnknownParameter {
        tool,
        name: name.to_owned(),
        known: defaults.keys().cloned().collect(),
    }
}

/// A text as a value of the default's kind.
fn read(default: &Value, text: &str) -> Result<Value, String> {
    let in_toml = || -> Result<Value, String> {
        let table: Table = format!("value = {text}")
            .parse()
            .map_err(|error: toml::de::Error| error.message().to_owned())?;
        table
            .get("value")
            .cloned()
            .ok_or_else(|| "it has no value".to_owned())
    };
    match default {
        Value::String(_) => Ok(Value::String(text.to_owned())),
        Value::Boolean(_) => match text {
            "true" | "yes" | "on" => Ok(Value::Boolean(true)),
            "false" | "no" | "off" => Ok(Value::Boolean(false)),
            _ => Err(format!("«{text}» is neither true nor false")),
        },
        Value::Integer(_) => text
            .parse()
            .map(Value::Integer)
            .map_err(|_| format!("«{text}» is no whole number")),
        Value::Float(_) => text
            .parse()
            .map(Value::Float)
            .map_err(|_| format!("«{text}» is no number")),
        Value::Array(_) if text.is_empty() => Ok(Value::Array(Vec::new())),
        Value::Array(_) if !text.starts_with('[') => {
            let words = text.split(',').map(|word| word.trim().to_owned());
            Ok(Value::Array(words.map(Value::String).collect()))
        }
        _ => in_toml(),
    }
}
