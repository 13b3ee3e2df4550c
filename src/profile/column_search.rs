//! Finding a column among thousands.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::ColumnInfo;

/// Columns whose names match fuzzily, best first; all of them in stored order for an empty pattern.
///
/// Words may come in any order: `nuc area` finds `Nuclei_AreaShape_Area`.
pub fn search_columns<'a>(columns: &'a [ColumnInfo], pattern: &str) -> Vec<&'a ColumnInfo> {
    if pattern.trim().is_empty() {
        return columns.iter().collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(pattern, CaseMatching::Ignore, Normalization::Smart);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize, &ColumnInfo)> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| {
            let score = pattern.score(Utf32Str::new(&column.name, &mut buffer), &mut matcher)?;
            Some((score, at, column))
        })
        .collect();
    // Among equals the shorter name is the plainer feature.
    found.sort_by_key(|(score, at, column)| (std::cmp::Reverse(*score), column.name.len(), *at));
    found.into_iter().map(|(_, _, column)| column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnKind, Role};

    #[test]
    fn words_find_columns_in_any_order() {
        let names = [
            "Cells_AreaShape_Area",
            "Nuclei_AreaShape_Area",
            "Nuclei_AreaShape_Area_Raw",
            "Metadata_Well",
        ];
        let columns: Vec<ColumnInfo> = names
            .iter()
            .map(|name| ColumnInfo {
                name: (*name).to_owned(),
                kind: ColumnKind::Float,
                role: Role::Feature,
                arrow_type: String::new(),
            })
            .collect();
        let cases: [(&str, &[&str]); 4] = [
            (
                "area nuc",
                &["Nuclei_AreaShape_Area", "Nuclei_AreaShape_Area_Raw"],
            ),
            ("WELL", &["Metadata_Well"]),
            ("zzz", &[]),
            ("", &names),
        ];
        for (pattern, expected) in cases {
            let found: Vec<&str> = search_columns(&columns, pattern)
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
