//! Sets of rows as text: runs of rows, as a person would write them.

use cytolance_kernels::RowSet;

/// The rows as `0-5,8,11-12`.
pub(super) fn to_text(rows: &RowSet) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in rows.iter() {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => runs.push((row, row)),
        }
    }
    let texts: Vec<String> = runs
        .into_iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect();
    texts.join(",")
}

/// The rows of such a text in a dataset of `len` rows; the part that is not understood otherwise.
pub(super) fn from_text(text: &str, len: usize) -> Result<RowSet, String> {
    let mut rows = RowSet::empty(len);
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let bounds = match part.split_once('-') {
            Some((first, last)) => first.trim().parse().ok().zip(last.trim().parse().ok()),
            None => part.parse().ok().map(|row: u32| (row, row)),
        };
        let Some((first, last)) = bounds.filter(|(first, last)| first <= last) else {
            return Err(part.to_owned());
        };
        // Rows past the end are left out, however many a damaged file names.
        for row in first..=last.min(u32::try_from(len).unwrap_or(u32::MAX)) {
            rows.insert(row);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back() {
        let cases: [(&[u32], &str); 4] = [
            (&[], ""),
            (&[3], "3"),
            (&[0, 1, 2, 5, 7, 8], "0-2,5,7-8"),
            (&[98, 99], "98-99"),
        ];
        for (rows, text) in cases {
            let set = RowSet::from_rows(100, rows.iter().copied());
            assert_eq!(to_text(&set), text);
            assert_eq!(from_text(text, 100), Ok(set));
        }
        assert_eq!(from_text("3-1", 9), Err("3-1".to_owned()));
        assert_eq!(from_text("0,x", 9), Err("x".to_owned()));
        let all = from_text("0-4294967295", 5).expect("rows");
        assert_eq!(all.count(), 5, "rows past the end are left out");
    }
}
