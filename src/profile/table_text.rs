//! Small tables as text.

/// What stands between the values of a line, and what a line ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableStyle {
    /// Commas and CR LF, as RFC 4180 has it: for files.
    Csv,
    /// Tabs and a line feed: for the clipboard, from which spreadsheets take values in quotes as they are.
    Tabs,
}

/// Rows as text, in quotes where a value needs them.
pub fn table_text<R>(style: TableStyle, rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item: AsRef<[u8]>>,
{
    let mut builder = csv::WriterBuilder::new();
    builder.flexible(true);
    match style {
        TableStyle::Csv => builder.terminator(csv::Terminator::CRLF),
        TableStyle::Tabs => builder.delimiter(b'\t'),
    };
    let mut out = builder.from_writer(Vec::new());
    let written = rows.into_iter().try_for_each(|row| out.write_record(row));
    debug_assert!(written.is_ok(), "memory takes everything");
    let bytes = out.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_as_they_were() {
        let rows = [
            vec!["plate", "well"],
            vec!["a\tb", "x,\"y\""],
            vec!["two\nlines", ""],
            vec!["", " "],
        ];
        for (style, delimiter, end) in [
            (TableStyle::Csv, b',', "\r\n"),
            (TableStyle::Tabs, b'\t', "\n"),
        ] {
            let text = table_text(style, &rows);
            assert!(text.ends_with(end) && !text.contains("\r\r"));
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .from_reader(text.as_bytes());
            let read: Vec<Vec<String>> = reader
                .deserialize()
                .map(|row| row.expect("a row"))
                .collect();
            assert_eq!(read, rows);
        }
        assert_eq!(table_text(TableStyle::Tabs, [["a", "b"]]), "a\tb\n");
    }
}
