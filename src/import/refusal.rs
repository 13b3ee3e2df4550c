//! Why nothing of a source is imported: what is wrong with its only export, or with how many of them.

use std::path::{Path, PathBuf};

use super::ImportError;

/// Reasons that a refusal names.
const SHOWN_REASONS: usize = 5;

/// Why none of the exports can be imported: what is wrong with the only one, or what is wrong with how many of them.
pub(super) fn no_part(source: &Path, mut failures: Vec<(PathBuf, ImportError)>) -> ImportError {
    if failures.len() == 1
        && let Some((_, only)) = failures.pop()
    {
        return only;
    }
    let mut reasons: Vec<(String, usize, &Path)> = Vec::new();
    for (path, error) in &failures {
        let reason = reason_of(error);
        match reasons.iter_mut().find(|(known, ..)| *known == reason) {
            Some((_, count, _)) => *count += 1,
            None => reasons.push((reason, 1, path)),
        }
    }
    let more = reasons.len().saturating_sub(SHOWN_REASONS);
    let mut lines: Vec<String> = reasons
        .into_iter()
        .take(SHOWN_REASONS)
        .map(|(reason, count, first)| match count {
            1 => format!("{}: {reason}", first.display()),
            _ => format!("{count} exports, the first {}: {reason}", first.display()),
        })
        .collect();
    if more > 0 {
        lines.push(format!("and {more} other reasons"));
    }
    ImportError::NoRows {
        path: source.to_path_buf(),
        reason: lines.join("; "),
    }
}

/// What is wrong, without the path of an export that is named beside it.
pub(super) fn reason_of(error: &ImportError) -> String {
    match error {
        ImportError::Source(error) => error.reason(),
        ImportError::NoRows { path, reason } => {
            let name = path.file_name().unwrap_or(path.as_os_str());
            format!("{} has no usable row: {reason}", name.to_string_lossy())
        }
        other => other.to_string(),
    }
}
