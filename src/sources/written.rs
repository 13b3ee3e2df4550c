//! What a written value is: a number, a name, or nothing.

use cytolance_profile::KeyPart;

/// Every way in which CellProfiler and its neighbours write a missing value.
pub fn is_null_text(text: &str) -> bool {
    matches!(
        text,
        "" | "nan"
            | "NaN"
            | "NAN"
            | "-nan"
            | "-NaN"
            | "None"
            | "none"
            | "null"
            | "NULL"
            | "NA"
            | "<NA>"
            | "N/A"
            | "n/a"
            | "#N/A"
            | "NaT"
    )
}

/// Words in the names of columns whose values are words even where they look like numbers.
const DESCRIPTIVE: [&str; 9] = [
    "metadata_",
    "filename_",
    "pathname_",
    "url_",
    "md5digest_",
    "barcode",
    "objectsfilename_",
    "objectspathname_",
    "objectsurl_",
];

/// Names whose values are words even where they look like numbers: metadata, files, digests, and the number of a table,
/// which is a digest in some databases. What stands before it, as in `Image_Metadata_Plate`, does not matter.
pub(super) fn is_descriptive(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let has = |word: &str| {
        let mut places = lower.match_indices(word);
        places.any(|(at, _)| at == 0 || lower.as_bytes()[at - 1] == b'_')
    };
    DESCRIPTIVE.iter().any(|word| has(word))
        || lower.ends_with("tablenumber")
        || KeyPart::of(name).is_some()
}

/// What a written value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Null,
    Integer,
    Float,
    /// A name that is a decimal number in another spelling than programs write back: a number in columns of quantities.
    Decimal,
    Text,
}

/// A number as programs write it, told at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainNumber {
    /// Digits alone: `12`, `-3`, not `007`; it fits into an `i64`.
    Integer,
    /// A measurement such as `1.25` or `-1.25e-07`.
    Float,
}

/// The plain number at the beginning of some bytes, and how long it is. What follows may make something else of it.
pub(super) fn plain_number(bytes: &[u8]) -> Option<(PlainNumber, usize)> {
    let digits_from = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits_from(sign);
    if whole == 0 {
        return None;
    }
    let mut end = sign + whole;
    if bytes.get(end) != Some(&b'.') {
        let canonical = whole == 1 || bytes[sign] != b'0';
        return (canonical && whole < 19).then_some((PlainNumber::Integer, end));
    }
    let fraction = digits_from(end + 1);
    if fraction == 0 {
        return None;
    }
    end += 1 + fraction;
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
        let exponent = digits_from(end + 1 + sign);
        // Longer exponents may run over.
        if !(1..3).contains(&exponent) {
            return None;
        }
        end += 1 + sign + exponent;
    }
    Some((PlainNumber::Float, end))
}

/// Tells what a value is by its grammar, without computing it.
pub(super) fn classify(text: &str, descriptive: bool) -> Written {
    let text = text.trim();
    if descriptive {
        return classify_name(text);
    }
    let bytes = text.as_bytes();
    if bytes.len() > LONGEST_NUMBER && text.parse().is_ok_and(|number| runs_over(number, text)) {
        return Written::Text;
    }
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let whole = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if whole == digits.len() && whole > 0 {
        // A whole number as a program writes it: `007` and `+7` are names, not numbers.
        let canonical = digits == b"0" || digits[0] != b'0';
        return match (canonical, whole) {
            (true, ..19) => Written::Integer,
            (true, _) if text.parse::<i64>().is_ok() => Written::Integer,
            _ => Written::Float,
        };
    }
    // `1.25` and `1.25e-07`: the usual measurement.
    if let Some(rest) = digits.get(whole..).and_then(|rest| rest.strip_prefix(b".")) {
        let fraction = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if fraction == rest.len() && whole + fraction > 0 {
            return Written::Float;
        }
    }
    if is_null_text(text) {
        Written::Null
    } else if text
        .parse::<f64>()
        .is_ok_and(|number| !runs_over(number, text))
    {
        Written::Float
    } else {
        Written::Text
    }
}

/// Bytes of a number that cannot run over, whatever its digits.
const LONGEST_NUMBER: usize = 300;

/// Whether a text of digits is larger than all numbers, as `1e400` is: no infinity was written there.
pub(super) fn runs_over(number: f64, text: &str) -> bool {
    number.is_infinite() && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number with commas, be they for the decimal point or between thousands.
pub(super) fn has_number_commas(text: &str) -> bool {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    text.contains(',')
        && digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.ends_with(|letter: char| letter.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b",.eE+-".contains(&byte))
}

/// Tells what a name is. It is a number only in the one spelling that comes back when the number is written again:
/// the plate `24E0123`, the well `1E05` and the barcode `+7` are none, and two of them must not become one.
fn classify_name(text: &str) -> Written {
    if is_null_text(text) {
        Written::Null
    } else if text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == text)
    {
        Written::Integer
    } else if text
        .parse::<f64>()
        .is_ok_and(|number| number.is_finite() && is_plain_spelling(number, text))
    {
        Written::Float
    } else if is_decimal(text) {
        Written::Decimal
    } else {
        Written::Text
    }
}

/// Words in the names of metadata that are quantities: `0.50`, `.5` and Excel's `1E-05` are numbers there.
const QUANTITIES: [&str; 16] = [
    "dose",
    "dosage",
    "conc",
    "concentration",
    "time",
    "timepoint",
    "hours",
    "minutes",
    "seconds",
    "temperature",
    "volume",
    "um",
    "nm",
    "mm",
    "percent",
    "density",
];

/// Whether a name says that its values are quantities, not names.
pub(super) fn is_quantity(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_ascii_alphabetic());
    KeyPart::of(name).is_none() && words.any(|word| QUANTITIES.contains(&word))
}

/// Whether a text is digits with a point among them or a signed exponent after them, and no leading zero as in `007`.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let signed = exponent.map(|exponent| exponent.strip_prefix(['-', '+']));
    is_digits(whole)
        && is_digits(fraction)
        && !(whole.len() > 1 && whole.starts_with('0'))
        && !(whole.is_empty() && fraction.is_empty())
        && (mantissa.contains('.') || exponent.is_some())
        && signed.is_none_or(|rest| rest.is_some_and(|rest| !rest.is_empty() && is_digits(rest)))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether a text is how programs write this number: `0.5` and `2.0`, and very large and small ones as `1.5e-07`.
fn is_plain_spelling(number: f64, text: &str) -> bool {
    let plain = number.to_string();
    if plain.contains('.') {
        if text == plain {
            return true;
        }
    } else if text.strip_suffix(".0") == Some(plain.as_str()) {
        return true;
    }
    // Programs write the exponent's sign and two digits, and only where there would be many zeros: no name looks so.
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return false;
    };
    let Ok(exponent) = exponent.parse::<i32>() else {
        return false;
    };
    let sign = if exponent < 0 { '-' } else { '+' };
    !(-4..16).contains(&exponent) && text == format!("{mantissa}e{sign}{:02}", exponent.abs())
}
