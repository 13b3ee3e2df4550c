//! Plate, well and site of an image set, and the same in file names.

/// What tells an image set from the others, where a picture's name does not hold the image's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageKeys {
    /// Plate name.
    pub plate: Option<String>,
    /// Well, as `C03` or `c3`.
    pub well: Option<String>,
    /// Site or field, as `3` or `03`.
    pub site: Option<String>,
}

/// A well as `C03`: from `C3`, `c03`, `wellC03`, `C003`.
pub(super) fn well_of(token: &str) -> Option<String> {
    let token = token.to_ascii_uppercase();
    let token = token.strip_prefix("WELL").unwrap_or(&token);
    let row_length = token.bytes().take_while(u8::is_ascii_uppercase).count();
    let (row, column) = token.split_at(row_length);
    // A plate of 1536 wells has the rows A to AF and 48 columns.
    let is_row = match row.as_bytes() {
        [_] => true,
        [b'A', second] => (b'A'..=b'F').contains(second),
        _ => false,
    };
    if !is_row || column.is_empty() || column.len() > 3 {
        return None;
    }
    let column: u32 = column.parse().ok()?;
    (1..=48)
        .contains(&column)
        .then(|| format!("{row}{column:02}"))
}

/// A row (from 1) and a column as a well.
pub(super) fn well_at(row: u32, column: u32) -> Option<String> {
    let letter = |number: u32| char::from_u32(u32::from(b'A') + number);
    let row = match row {
        1..=26 => letter(row - 1)?.to_string(),
        27..=32 => format!("A{}", letter(row - 27)?),
        _ => return None,
    };
    (1..=48)
        .contains(&column)
        .then(|| format!("{row}{column:02}"))
}

/// Well and site in a token that holds both: `r01c01f01p01`, `D03f00d0`.
pub(super) fn well_and_site_of(token: &str) -> Option<(String, Option<String>)> {
    let token = token.to_ascii_lowercase();
    let (head, rest) = split_number(&token)?;
    if head == "r" {
        let (row, rest) = take_number(rest);
        let (head, rest) = split_number(rest)?;
        if head != "c" {
            return None;
        }
        let (column, rest) = take_number(rest);
        let well = well_at(row.parse().ok()?, column.parse().ok()?)?;
        return Some((well, field_in(rest)));
    }
    let (column, rest) = take_number(rest);
    let well = well_of(&format!("{head}{column}"))?;
    if rest.is_empty() {
        return Some((well, None));
    }
    Some((well, Some(field_in(rest)?)))
}

/// The number after `f` at the start.
fn field_in(text: &str) -> Option<String> {
    let (field, _) = take_number(text.strip_prefix('f')?);
    (!field.is_empty()).then(|| site_of(field))
}

/// Letters before the first digit, and the rest.
fn split_number(text: &str) -> Option<(&str, &str)> {
    let at = text.find(|letter: char| letter.is_ascii_digit())?;
    Some(text.split_at(at))
}

fn take_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A site without leading zeros, letters in lower case; `3.0` of a float column is `3`.
pub(super) fn site_of(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let number = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
        _ => text.as_str(),
    };
    if !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) {
        let short = number.trim_start_matches('0');
        return if short.is_empty() { "0" } else { short }.to_owned();
    }
    text
}

/// A site written with its letter: `s3`, `f03`, `site3`, `field3`, `fov3`.
pub(super) fn lettered_site(token: &str) -> Option<String> {
    let token = token.to_ascii_lowercase();
    let (letters, digits) = split_number(&token)?;
    let is_site = ["s", "f", "site", "field", "fov", "pos", "position"].contains(&letters);
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    (is_site && is_number).then(|| site_of(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wells_have_one_form() {
        let cases = [
            ("C3", Some("C03")),
            ("c03", Some("C03")),
            ("WellC03", Some("C03")),
            ("C003", Some("C03")),
            ("AF48", Some("AF48")),
            ("AG1", None),
            ("C49", None),
            ("C0", None),
            ("3", None),
            ("C", None),
            ("BR00143976", None),
        ];
        for (text, well) in cases {
            assert_eq!(well_of(text).as_deref(), well, "{text}");
        }
        assert_eq!(well_at(32, 48).as_deref(), Some("AF48"));
        assert_eq!(well_at(33, 1), None);
    }

    #[test]
    fn tokens_with_well_and_field_are_read() {
        let cases = [
            ("r01c01f01p01", Some(("A01", Some("1")))),
            ("R16C24F12", Some(("P24", Some("12")))),
            ("D03f00d0", Some(("D03", Some("0")))),
            ("r01c01", Some(("A01", None))),
            ("D03", Some(("D03", None))),
            ("ch2sk1fk1fl1", None),
            ("c03x", None),
            ("r01", None),
        ];
        for (text, expected) in cases {
            let found = well_and_site_of(text);
            let found = found
                .as_ref()
                .map(|(well, site)| (well.as_str(), site.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn sites_have_one_form() {
        for (text, site) in [("03", "3"), ("3.0", "3"), ("000", "0"), ("Left", "left")] {
            assert_eq!(site_of(text), site);
        }
        for (text, site) in [
            ("s3", Some("3")),
            ("Site03", Some("3")),
            ("f01", Some("1")),
            ("w2", None),
            ("3", None),
        ] {
            assert_eq!(lettered_site(text).as_deref(), site, "{text}");
        }
    }
}
