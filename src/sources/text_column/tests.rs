//! Types follow what is written, and nothing is decided in silence.

use super::*;
use arrow::array::Array;

fn typed(name: &str, texts: &[&str]) -> (ArrayRef, ColumnDecision) {
    let mut counts = ColumnCounts::default();
    for (row, text) in texts.iter().enumerate() {
        counts.add(row as u32, text, is_descriptive(name));
    }
    let decision = counts.decide(name, |row| u64::from(row) + 2);
    let mut builder = ColumnBuilder::new(&decision.data_type, texts.len());
    for text in texts {
        builder.append(text);
    }
    (builder.finish(), decision)
}

#[test]
fn plain_numbers_are_what_a_closer_look_finds() {
    let texts = [
        "0",
        "-0",
        "7",
        "-7",
        "007",
        "+7",
        "123456789012345678",
        "1234567890123456789",
        "1.5",
        "-1.25e-07",
        "1.5E+300",
        "1e5",
        "1.5e",
        "1.",
        ".5",
        "-",
        "",
        "nan",
        "inf",
        "1,5",
        "1.5x",
        "00.5",
        "9007199254740993",
        "1.7976931348623157e308",
        "4.9e-324",
    ];
    for text in texts {
        let whole = |len: usize| len == text.len();
        let written = classify(text, false);
        if let Some((number, _)) = plain_number(text.as_bytes()).filter(|found| whole(found.1)) {
            let expected = match number {
                PlainNumber::Integer => Written::Integer,
                PlainNumber::Float => Written::Float,
            };
            assert_eq!(written, expected, "{text}");
        }
        for data_type in [DataType::Int64, DataType::Float64, DataType::Utf8] {
            let mut slow = ColumnBuilder::new(&data_type, 1);
            slow.append(text);
            let mut fast = ColumnBuilder::new(&data_type, 1);
            let plain = fast.plain(text.as_bytes());
            if let Some((value, _)) = plain.filter(|found| whole(found.1)) {
                fast.append_plain(value);
                assert_eq!(&fast.finish(), &slow.finish(), "{text} as {data_type}");
            }
        }
    }
    // The usual ones are plain.
    for text in ["12", "-3", "1.25", "-1.25e-07"] {
        assert_eq!(
            plain_number(text.as_bytes()).map(|found| found.1),
            Some(text.len())
        );
    }
}

#[test]
fn types_follow_what_is_written() {
    let cases: &[(&str, &[&'static str], DataType, usize, usize)] = &[
        ("Number", &["1", "2", ""], DataType::Int64, 1, 0),
        (
            "Area",
            &["1.5", "nan", "NaN", "None", "null", ""],
            DataType::Float64,
            5,
            0,
        ),
        ("Area", &["1", "2.0"], DataType::Float64, 0, 0),
        ("Area", &["1", "2", "x"], DataType::Int64, 1, 1),
        ("Area", &["1.5", "2", "-1.#IND"], DataType::Float64, 1, 1),
        ("Area", &["1", "x", "y"], DataType::Utf8, 0, 0),
        (
            "Area",
            &["1.", ".5", "-2.5e-7", "1E5"],
            DataType::Float64,
            0,
            0,
        ),
        ("Area", &[".", "-", "1.5"], DataType::Utf8, 0, 0),
        ("Metadata_Plate", &["007", "12"], DataType::Utf8, 0, 0),
        ("Metadata_Site", &["1", "2"], DataType::Int64, 0, 0),
        ("Metadata_Dose", &["1", "2", "x"], DataType::Utf8, 0, 0),
        (
            "Metadata_Plate",
            &["24E0123", "24E0124"],
            DataType::Utf8,
            0,
            0,
        ),
        ("Metadata_Plate", &["24E0401", "1"], DataType::Utf8, 0, 0),
        (
            "MD5Digest_DNA",
            &["593e35", "12345678901234567890123456789012"],
            DataType::Utf8,
            0,
            0,
        ),
        (
            "Image_Metadata_Well",
            &["1E05", "2E05"],
            DataType::Utf8,
            0,
            0,
        ),
        ("image_Metadata_Barcode", &["1e10"], DataType::Utf8, 0, 0),
        ("Barcode", &["1E5"], DataType::Utf8, 0, 0),
        ("Plate", &["1e+10"], DataType::Utf8, 0, 0),
        (
            "Cells_Metadata_Plate",
            &["inf", "nan"],
            DataType::Utf8,
            1,
            0,
        ),
        ("FileName_DNA", &["+7", "7"], DataType::Utf8, 0, 0),
        ("Metadata_Batch", &["-0", "0x1f"], DataType::Utf8, 0, 0),
        ("Metadata_Batch", &["1.10", "1.1"], DataType::Utf8, 0, 0),
        // Doses are quantities, whoever wrote them; plates and batches are names.
        (
            "Metadata_Dose",
            &["1E-05", "0.50", ".5", "10", "1e+02"],
            DataType::Float64,
            0,
            0,
        ),
        (
            "Image_Metadata_Concentration_uM",
            &["1.50", "0.5"],
            DataType::Float64,
            0,
            0,
        ),
        ("Metadata_Dose", &["0.50", "vehicle"], DataType::Utf8, 0, 0),
        ("Metadata_Dose", &["007", "0.5"], DataType::Utf8, 0, 0),
        ("Metadata_Dose", &["24E0123", "0.5"], DataType::Utf8, 0, 0),
        ("Metadata_TimePoint", &["0.50"], DataType::Float64, 0, 0),
        ("Metadata_Batch", &["1.", ".5"], DataType::Utf8, 0, 0),
        ("TableNumber", &["9e12", "12"], DataType::Utf8, 0, 0),
        (
            "Metadata_Id",
            &["9007199254740993", "0.5"],
            DataType::Utf8,
            0,
            0,
        ),
        (
            "Metadata_Dose",
            &["0.5", "2.0", "-10", "1e-05", "1.5e-07", "nan", " 3"],
            DataType::Float64,
            1,
            0,
        ),
        (
            "Metadata_Site",
            &["-1", "0", "9007199254740993"],
            DataType::Int64,
            0,
            0,
        ),
        ("Area", &["", "nan"], DataType::Float64, 2, 0),
        ("Metadata_Note", &["", "None"], DataType::Utf8, 2, 0),
        (
            "Big",
            &["123456789012345678901234567890"],
            DataType::Float64,
            0,
            0,
        ),
        ("Area", &["inf", "1.0"], DataType::Float64, 0, 0),
        ("Area", &["-inf", "Infinity", "1"], DataType::Float64, 0, 0),
        // Larger than any number is none, and no infinity that was measured.
        ("Area", &["1e400", "1.0", "2"], DataType::Float64, 1, 1),
        ("Area", &["1.5e400", "1.0", "2"], DataType::Float64, 1, 1),
        ("Area", &["1.5e-400", "1.0"], DataType::Float64, 0, 0),
        ("Area", &["#N/A", "N/A", "1.5"], DataType::Float64, 2, 0),
        ("Metadata_Site", &["#N/A", "1"], DataType::Int64, 1, 0),
        ("Area", &["1,5", "2,5"], DataType::Utf8, 0, 0),
        ("Flag", &["True", "False"], DataType::Utf8, 0, 0),
        ("Area", &["007", "1"], DataType::Float64, 0, 0),
    ];
    for (name, texts, data_type, nulls, coerced) in cases {
        let (values, decision) = typed(name, texts);
        assert_eq!(values.data_type(), data_type, "{name} {texts:?}");
        assert_eq!(values.null_count(), *nulls, "{name} {texts:?}");
        assert_eq!(decision.coerced.len(), *coerced, "{name} {texts:?}");
    }
}

#[test]
fn a_coerced_value_is_listed_with_line_and_text() {
    let (_, decision) = typed("Area", &["1", "oops", "3"]);
    assert_eq!(
        decision.coerced,
        [Coercion {
            column: "Area".to_owned(),
            line: 3,
            text: "oops".to_owned()
        }]
    );
}

#[test]
fn commas_in_numbers_are_noted() {
    for (name, texts, commas) in [
        ("Area", &["1,5", "-2,5e3", "x"][..], 2),
        ("Area", &["1,234", "1,234,567.8", "5"], 2),
        ("Metadata_Dose", &["0,5"], 1),
        ("Metadata_Sites", &["1,2"], 0),
        ("Area", &["a,b", ",", "1, 2", "1;2"], 0),
    ] {
        let found = typed(name, texts).1.commas;
        assert_eq!(found.map_or(0, |(number, _)| number), commas, "{texts:?}");
    }
}

#[test]
fn whole_numbers_that_are_rounded_are_noted() {
    for (texts, rounded) in [
        (&["9007199254740993", "0.5"][..], 1),
        (&["12345678901234567891", "12345678901234567893"], 2),
        (&["9007199254740993", "5"], 0),
        (&["10000000000000000", "0.5"], 0),
    ] {
        let found = typed("Cells_Id", texts).1.rounded;
        assert_eq!(found.map_or(0, |(number, _)| number), rounded, "{texts:?}");
    }
}

#[test]
fn long_texts_are_not_held() {
    let long = "x".repeat(100_000);
    let (_, decision) = typed("Area", &["1", "2", &long]);
    assert!(decision.size.is_long());
    assert!(decision.coerced[0].text.len() < 200);
}

#[test]
fn a_mixed_text_column_is_noted() {
    assert_eq!(
        typed("Name", &["a", "b", "3"])
            .1
            .mixed
            .map(|mixed| mixed.numbers),
        Some(1)
    );
}
