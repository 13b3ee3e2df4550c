//! What libraries say, without what only their builders understand.

/// Names of types, and the words for them.
const TYPES: [(&[&str], &str); 4] = [
    (&["Utf8", "LargeUtf8", "Utf8View"], "text"),
    (
        &[
            "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64",
        ],
        "whole number",
    ),
    (&["Float16", "Float32", "Float64"], "number"),
    (&["Boolean"], "yes or no"),
];
/// What errors of Lance begin with.
const PREFIX: &str = "LanceError(";

/// A sentence of a library without places in source code and names of types.
pub fn plain_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        if is_place(word) {
            // `os error at /…/mod.rs:788: no connection`, or `no connection, /…/mod.rs:788:12`.
            if word.ends_with(':') {
                while words
                    .last()
                    .is_some_and(|before| !before.ends_with([':', '.', ';']))
                {
                    words.pop();
                }
            } else {
                while let Some(before) = words.last_mut() {
                    if !matches!(before.as_str(), "at" | "location") {
                        *before = before.trim_end_matches([',', ':']).to_owned();
                        break;
                    }
                    words.pop();
                }
            }
            // What came after the place on the next line.
            if let Some((_, rest)) = word.split_once('\n') {
                words.push(rest.to_owned());
            }
            continue;
        }
        if word.starts_with(PREFIX) && word.ends_with(':') {
            continue;
        }
        words.push(typed(word));
    }
    if words.first().is_some_and(|word| word == "winit") {
        words.drain(..2.min(words.len()));
    }
    words.join(" ").trim().to_owned()
}

/// Whether a word is a line of source code: `/root/x.rs:12:3`.
fn is_place(word: &str) -> bool {
    word.split_once(".rs:")
        .is_some_and(|(_, line)| line.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// A word, or what a person calls the type that it names.
fn typed(word: &str) -> String {
    let core = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let known = TYPES.iter().find(|(names, _)| names.contains(&core));
    match known {
        Some((_, plain)) => word.replacen(core, plain, 1),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain_words;

    #[test]
    fn nothing_of_the_builders_is_left() {
        let cases = [
            (
                "LanceError(Schema): column a is Utf8, not Int64, /root/.cargo/registry/src/x-1.0/src/a.rs:12:5",
                "column a is text, not whole number",
            ),
            (
                "Not found: x.lance/_versions, /root/.cargo/a.rs:3:4",
                "Not found: x.lance/_versions",
            ),
            (
                "winit EventLoopError: os error at /root/.cargo/winit/mod.rs:788: Failed to open connection to X server",
                "Failed to open connection to X server",
            ),
            (
                "cannot read x.csv: it is empty: choose another.",
                "cannot read x.csv: it is empty: choose another.",
            ),
            ("(Float64) and «Utf8View»", "(number) and «text»"),
            ("MyInt64 /data/a.rs", "MyInt64 /data/a.rs"),
        ];
        for (text, wanted) in cases {
            assert_eq!(plain_words(text), wanted, "{text}");
        }
    }
}
