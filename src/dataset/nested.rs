//! Values inside of struct columns as columns of their own: `meta.plate` for the field `plate` of `meta`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch, RecordBatchOptions};
use arrow::compute::{is_null, nullif};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::error::ArrowError;
use lance::datatypes::Field as LanceField;

use super::column_kind::{EXTENSION, is_blob, kind_of};
use cytolance_profile::ColumnKind;

/// Where a column inside of another one is, and what it is.
#[derive(Debug, Clone)]
pub(super) struct Nested {
    /// Names of the fields, from the outermost to its own.
    pub path: Vec<String>,
    /// Its own field; nullable, for where the outer value is missing it is, too.
    pub field: Field,
}

/// The columns inside of others, by the names that they have here.
pub(super) type NestedColumns = HashMap<String, Nested>;

/// All columns by name, each struct that is no picture, outline or blob in its fields.
pub(super) fn columns_of(schema: &Schema) -> (Vec<(String, Field)>, NestedColumns) {
    let mut columns = Vec::new();
    let mut nested = NestedColumns::new();
    let mut taken: HashSet<String> = schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    for field in schema.fields() {
        match inner(field) {
            Some(fields) => {
                let mut path = vec![field.name().clone()];
                collect(fields, &mut path, &mut taken, &mut columns, &mut nested);
            }
            None => columns.push((field.name().clone(), field.as_ref().clone())),
        }
    }
    (columns, nested)
}

/// The fields of a column that is shown as several. One of a type of its own is whole or nothing.
fn inner(field: &Field) -> Option<&Fields> {
    let DataType::Struct(fields) = field.data_type() else {
        return None;
    };
    let is_plain = !field.metadata().contains_key(EXTENSION) && !is_blob(field);
    (is_plain && !fields.is_empty() && kind_of(field) == ColumnKind::Other).then_some(fields)
}

fn collect(
    fields: &Fields,
    path: &mut Vec<String>,
    taken: &mut HashSet<String>,
    columns: &mut Vec<(String, Field)>,
    nested: &mut NestedColumns,
) {
    for field in fields {
        path.push(field.name().clone());
        if let Some(fields) = inner(field) {
            collect(fields, path, taken, columns, nested);
        } else {
            let mut name = dotted(path);
            if !taken.insert(name.clone()) {
                // A column of this very name lies outside.
                name = sql_path(path);
            }
            let field = field.as_ref().clone().with_name(&name).with_nullable(true);
            columns.push((name.clone(), field.clone()));
            let path = path.clone();
            nested.insert(name, Nested { path, field });
        }
        path.pop();
    }
}

/// As Lance writes a path: names with dots in grave accents.
fn dotted(path: &[String]) -> String {
    let part = |name: &String| {
        if name.contains(['.', '`']) {
            quoted(name)
        } else {
            name.clone()
        }
    };
    path.iter().map(part).collect::<Vec<_>>().join(".")
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A path in SQL.
pub(super) fn sql_path(path: &[String]) -> String {
    let names: Vec<String> = path.iter().map(|name| quoted(name)).collect();
    names.join(".")
}

/// Leaves of Lance's fields what lies on one of the paths: all of a field where a path ends.
pub(super) fn prune(fields: &mut Vec<LanceField>, paths: &[&[String]]) {
    fields.retain_mut(|field| {
        let inside: Vec<&[String]> = paths
            .iter()
            .filter_map(|path| match path.split_first() {
                Some((first, rest)) if *first == field.name => Some(rest),
                _ => None,
            })
            .collect();
        if inside.is_empty() {
            return false;
        }
        if inside.iter().all(|rest| !rest.is_empty()) {
            prune(&mut field.children, &inside);
        }
        true
    });
}

/// The columns of a batch by the names that they have here, in this order.
pub(super) fn flatten(
    batch: &RecordBatch,
    names: &[String],
    nested: &NestedColumns,
) -> Result<RecordBatch, ArrowError> {
    let mut seen = HashSet::new();
    let (mut fields, mut arrays) = (Vec::new(), Vec::new());
    for name in names.iter().filter(|name| seen.insert(name.as_str())) {
        if let Some(inside) = nested.get(name) {
            fields.push(Arc::new(inside.field.clone()));
            arrays.push(value_at(batch, &inside.path)?);
        } else {
            let at = batch.schema().index_of(name)?;
            fields.push(Arc::clone(&batch.schema().fields()[at]));
            arrays.push(Arc::clone(batch.column(at)));
        }
    }
    let schema = Schema::new_with_metadata(fields, batch.schema().metadata().clone());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
}

fn value_at(batch: &RecordBatch, path: &[String]) -> Result<ArrayRef, ArrowError> {
    let lost = |name: &str| ArrowError::SchemaError(format!("there is no field {name}"));
    let (first, rest) = path.split_first().ok_or_else(|| lost(""))?;
    let outer = batch.column_by_name(first).ok_or_else(|| lost(first))?;
    let mut values = Arc::clone(outer);
    for name in rest {
        let fields = values.as_struct_opt().ok_or_else(|| lost(name))?;
        let inner = fields.column_by_name(name).ok_or_else(|| lost(name))?;
        // A value inside of a missing one is missing.
        values = if fields.null_count() > 0 {
            nullif(inner, &is_null(fields)?)?
        } else {
            Arc::clone(inner)
        };
    }
    Ok(values)
}
