//! Lines of a report: some of many, one of each kind first, and none too long for a terminal.

use std::collections::HashMap;

/// No line of a report has more letters.
pub const LINE_WIDTH: usize = 158;
/// At least so much is left of a path whose line is too long.
const PATH_WIDTH: usize = 60;
/// What goes on on the next line begins so much further right.
const FURTHER: usize = 4;
/// Kinds of lines that are shown although there are more than lines were wanted.
const MOST_KINDS: usize = 12;

/// Some of many lines, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenLines {
    /// The lines; one that is there several times is shown once, with its count.
    pub shown: Vec<String>,
    /// Those that are not shown.
    pub more: usize,
}

/// Chooses about `most` of some lines: one of every kind before a second one of any.
///
/// Lines are of one kind that differ in nothing but names of files, numbers and what is quoted.
pub fn choose_lines(lines: &[String], most: usize) -> ChosenLines {
    let order = by_kind(lines);
    let kinds = order.iter().filter(|one| one.turn == 0).count();
    let room = most.max(kinds.min(MOST_KINDS));
    let mut chosen: Vec<&KindOfLine> = order.iter().take(room).collect();
    chosen.sort_by_key(|one| one.first);
    let told: usize = chosen.iter().map(|one| one.times).sum();
    ChosenLines {
        shown: chosen
            .into_iter()
            .map(|one| match one.times {
                1 => lines[one.first].clone(),
                times => format!("{} ({times} times)", lines[one.first]),
            })
            .collect(),
        more: lines.len() - told,
    }
}

/// All lines, one of every kind before a second one of any.
pub fn kinds_first(lines: &[String]) -> Vec<String> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let turns: Vec<usize> = lines
        .iter()
        .map(|line| {
            let turn = seen.entry(kind_of(line)).or_default();
            *turn += 1;
            // A kind's first line comes first; the others stay as they are.
            usize::from(*turn > 1)
        })
        .collect();
    order.sort_by_key(|at| turns[*at]);
    order.into_iter().map(|at| lines[at].clone()).collect()
}

/// One of several different lines.
struct KindOfLine {
    /// Where it is first.
    first: usize,
    /// How many there are of it.
    times: usize,
    /// How many different ones of its kind come before it.
    turn: usize,
}

/// The different lines, in the order in which they are chosen.
fn by_kind(lines: &[String]) -> Vec<KindOfLine> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut turns: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<KindOfLine> = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        if let Some(at) = known.get(line.as_str()) {
            found[*at].times += 1;
            continue;
        }
        known.insert(line, found.len());
        let turn = turns.entry(kind_of(line)).or_default();
        found.push(KindOfLine {
            first,
            times: 1,
            turn: *turn,
        });
        *turn += 1;
    }
    found.sort_by_key(|one| (one.turn, one.first));
    found
}

/// A line without what differs from one to the next of its kind.
fn kind_of(line: &str) -> String {
    let mut kind = String::new();
    let mut quoted = false;
    for word in line.split_whitespace() {
        let begins = word.contains('«');
        let is_plain = !quoted
            && !begins
            && !is_path(word)
            && !word.contains(|letter: char| letter.is_ascii_digit());
        quoted = (quoted || begins) && !word.contains('»');
        if is_plain {
            kind.push_str(word);
            kind.push(' ');
        } else if !kind.ends_with("_ ") {
            kind.push_str("_ ");
        }
    }
    kind
}

/// Whether a word is a path, or the name of a file.
fn is_path(word: &str) -> bool {
    let word = word.trim_end_matches([':', ',', ';', '.', ')']);
    word.contains(['/', '\\', '.'])
}

/// A line, or several where it is too long: paths are shortened in the middle, then it goes on on the next line,
/// further right.
pub fn fitted(line: &str) -> String {
    if line.chars().count() <= LINE_WIDTH {
        return line.to_owned();
    }
    let body = line.trim_start_matches(' ');
    let indent = line.len() - body.len();
    let long = |word: &&str| is_path(word) && word.chars().count() > PATH_WIDTH;
    let (mut paths, mut letters) = (0, 0);
    for word in body.split(' ').filter(long) {
        paths += 1;
        letters += word.chars().count();
    }
    let others = (line.chars().count() - letters).min(LINE_WIDTH);
    let path_width = ((LINE_WIDTH - others) / paths.max(1)).max(PATH_WIDTH);
    let short: Vec<String> = body
        .split(' ')
        .map(|word| {
            shortened(
                word,
                if is_path(word) {
                    path_width
                } else {
                    PATH_WIDTH
                },
            )
        })
        .collect();
    let mut out = " ".repeat(indent);
    let mut width = indent;
    for (at, word) in short.iter().enumerate() {
        let letters = word.chars().count();
        if at > 0 && width + 1 + letters > LINE_WIDTH {
            width = indent + FURTHER;
            out.push('\n');
            out.push_str(&" ".repeat(width));
        } else if at > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += letters;
    }
    out
}

/// A word without its middle, where it has more letters than these; its end says more than its beginning.
fn shortened(word: &str, most: usize) -> String {
    let letters = word.chars().count();
    if letters <= most {
        return word.to_owned();
    }
    // Which machine an address is of says its beginning.
    let host = word.find("://").and_then(|at| {
        let rest = &word[at + 3..];
        Some(at + 4 + rest.find('/')?)
    });
    let host = host.map_or(0, |end| word[..end].chars().count());
    let begin = host.min(most / 2).max(most / 4);
    let end = most - begin - 1;
    let first: String = word.chars().take(begin).collect();
    let last: String = word.chars().skip(letters - end).collect();
    format!("{first}…{last}")
}

/// All lines of a text, each [`fitted`].
pub fn fitted_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let plain = line.strip_suffix('\n');
        out.push_str(&fitted(plain.unwrap_or(line)));
        if plain.is_some() {
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn one_of_every_kind_comes_before_a_second() {
        let mut lines: Vec<String> = (1..=7)
            .map(|at| format!("/data/my run/f{at}.tif: not there any more"))
            .collect();
        lines.push("/data/c.tif: it is a colour picture".to_owned());
        lines.push("line 9, Area: «seven b» became null".to_owned());
        lines.push("line 12, Area: «x» became null".to_owned());
        let chosen = choose_lines(&lines, 5);
        let shown: Vec<String> = [0, 1, 7, 8, 9].map(|at| lines[at].clone()).to_vec();
        assert_eq!(chosen, ChosenLines { shown, more: 5 });
        assert_eq!(choose_lines(&lines, 1).shown.len(), 3, "no kind is hidden");
        let all = kinds_first(&lines);
        assert_eq!(all[..3], [0, 7, 8].map(|at| lines[at].clone()));
        assert_eq!(all.len(), lines.len());
    }

    #[test]
    fn a_line_that_is_there_twice_is_shown_once() {
        let chosen = choose_lines(&texts(&["a.tif: lost", "a.tif: lost", "b.tif: lost"]), 1);
        assert_eq!(chosen.shown, ["a.tif: lost (2 times)"]);
        assert_eq!(chosen.more, 1);
        let none = choose_lines(&[], 5);
        assert_eq!((none.shown.len(), none.more), (0, 0));
    }

    #[test]
    fn no_line_is_too_long() {
        let path = format!("/data/{}f1.tif", "folder/".repeat(40));
        let cases = [
            "short".to_owned(),
            format!("    {path}: not there any more"),
            format!("  {}", "columns that some parts have not, ".repeat(20)),
            format!("  {}", "x".repeat(900)),
            format!("  {path} {path} {path} and {path}"),
        ];
        for case in &cases {
            let text = fitted(case);
            assert!(
                text.lines().all(|line| line.chars().count() <= LINE_WIDTH),
                "{text}"
            );
            let indent = case.len() - case.trim_start().len();
            assert!(text.starts_with(&" ".repeat(indent)), "{text}");
        }
        assert_eq!(fitted("short"), "short");
        let line = fitted(&cases[1]);
        assert!(
            line.ends_with("folder/f1.tif: not there any more"),
            "{line}"
        );
        assert_eq!(line.lines().count(), 1);
        assert_eq!(fitted_text("a\n\nb"), "a\n\nb");
        let words = fitted(&cases[2]);
        let joined: Vec<&str> = words.split_whitespace().collect();
        let wanted: Vec<&str> = cases[2].split_whitespace().collect();
        assert_eq!(joined, wanted, "nothing but paths is shortened");
    }
}
