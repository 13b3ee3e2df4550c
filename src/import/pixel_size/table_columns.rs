//! Columns of the Image table that say how large a pixel is.

use super::{SaidSize, note};
use crate::ImportError;
use crate::planned_part::PlannedPart;
use cytolance_imaging::{is_pixel_size, micrometres_of};
use cytolance_sources::{Table, text_of};

/// Lengths in metres that may be a pixel's have a unit of their own.
const METRES: f64 = 1e6;

/// A column with the width or height of a pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SizeColumn {
    /// The kind of name that it has: the height of one belongs to the width of the same.
    kind: &'static str,
    is_height: bool,
    /// Micrometres in its unit, where the name says it.
    unit: Option<f64>,
}

/// What the name of a column says: `Metadata_ImageResolutionX`, `Metadata_PixelSizeUM`, `Metadata_PhysicalSizeY`.
fn size_column(name: &str) -> Option<SizeColumn> {
    let name = name.strip_prefix("Image_").unwrap_or(name);
    let plain: String = name
        .strip_prefix("Metadata_")?
        .chars()
        .filter(|letter| letter.is_alphanumeric() || *letter == '\u{b5}')
        .flat_map(char::to_lowercase)
        .collect();
    let kinds = ["imageresolution", "pixelsize", "physicalsize"];
    let kind = kinds.into_iter().find(|kind| plain.starts_with(kind))?;
    let mut rest = &plain[kind.len()..];
    let mut is_height = false;
    // `PixelSizeX`, `PixelSizeXUM` and `PixelSizeUMX`.
    for (axis, height) in [('x', false), ('y', true)] {
        let cut = rest.strip_prefix(axis).or_else(|| rest.strip_suffix(axis));
        if let Some(cut) = cut {
            (rest, is_height) = (cut, height);
            break;
        }
    }
    let unit = match rest {
        "" => None,
        unit => Some(micrometres_of(unit)?),
    };
    Some(SizeColumn {
        kind,
        is_height,
        unit,
    })
}

/// Micrometres of a number that says no unit: Opera Phenix writes metres, others micrometres.
fn micrometres(value: f64, unit: Option<f64>) -> Option<f64> {
    let lengths = match unit {
        Some(unit) => [value * unit; 2],
        None => [value * METRES, value],
    };
    lengths.into_iter().find(|um| is_pixel_size(*um))
}

/// What the Image table says of the fields of a part.
///
/// # Errors
/// [`ImportError::Source`] when the table cannot be read.
pub(super) fn sizes_in_table(part: &PlannedPart) -> Result<Vec<SaidSize>, ImportError> {
    let Some(table) = &part.image_table else {
        return Ok(Vec::new());
    };
    let rows: Vec<Option<u32>> = part
        .fields
        .iter()
        .flat_map(|field| {
            let first = field.cells.rows.start;
            part.image_table_rows(first..first + 1)
        })
        .collect();
    sizes_of_rows(table, &rows)
}

fn sizes_of_rows(table: &Table, rows: &[Option<u32>]) -> Result<Vec<SaidSize>, ImportError> {
    let found: Vec<(usize, SizeColumn)> = table
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| Some((at, size_column(&column.name)?)))
        .collect();
    let mut known = Vec::new();
    for (at, column) in found.iter().filter(|(_, column)| !column.is_height) {
        let mut others = found.iter();
        let height = others.find(|(_, other)| {
            other.is_height && (other.kind, other.unit) == (column.kind, column.unit)
        });
        // A column of its own may say the unit.
        let own_unit = |name: &str| {
            let unit = format!("{name}Unit");
            let mut columns = table.columns.iter();
            columns.position(|other| other.name.eq_ignore_ascii_case(&unit))
        };
        let unit = own_unit(&table.columns[*at].name);
        let wanted: Vec<usize> = [Some(*at), height.map(|(at, _)| *at), unit]
            .into_iter()
            .flatten()
            .collect();
        let values = table.read(&wanted, Some(rows))?;
        let from = &table.columns[*at].name;
        for row in 0..rows.len() {
            let text = |place: usize| text_of(values.get(place)?, row);
            let said = match unit {
                Some(_) => text(wanted.len() - 1).and_then(|unit| micrometres_of(&unit)),
                None => column.unit,
            };
            let length = |place: usize| {
                let number = text(place)?.trim().parse().ok()?;
                micrometres(number, said)
            };
            let Some(width) = length(0) else { continue };
            let height = height.and_then(|_| length(1)).unwrap_or(width);
            let size = SaidSize {
                um: [width, height],
                from: from.clone(),
            };
            note(&mut known, size);
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cytolance_sources::tables_of_csv;

    #[test]
    fn columns_say_sizes_in_their_units() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Image.csv");
        let cases: [(&str, &[[f64; 2]]); 10] = [
            (
                "Metadata_ImageResolutionX,Metadata_ImageResolutionY\n5.98e-07,5.98e-07\n",
                &[[0.598, 0.598]],
            ),
            ("Metadata_PixelSizeUM\n0.65\n0.65\n", &[[0.65, 0.65]]),
            (
                "Metadata_PixelSize\n0.65\n0.325\n",
                &[[0.65, 0.65], [0.325, 0.325]],
            ),
            ("Metadata_PixelSize_nm\n650\n", &[[0.65, 0.65]]),
            (
                "Metadata_PhysicalSizeX,Metadata_PhysicalSizeXUnit,Metadata_PhysicalSizeY\n650,nm,700\n",
                &[[0.65, 0.7]],
            ),
            ("Metadata_PhysicalSizeY\n0.65\n", &[]),
            ("Metadata_PixelSize\n0\n", &[]),
            ("Metadata_PixelSize\n1300\n", &[]),
            ("Metadata_PixelSizeBinned\n0.65\n", &[]),
            ("PixelSize\n0.65\n", &[]),
        ];
        for (text, expected) in cases {
            std::fs::write(&path, text).expect("a file");
            let (_, table) = tables_of_csv(&path).expect("readable").remove(0);
            let rows: Vec<Option<u32>> = (0..table.num_rows as u32).map(Some).collect();
            let found = sizes_of_rows(&table, &rows).expect("readable");
            assert_eq!(found.len(), expected.len(), "{text} {found:?}");
            for (found, expected) in found.iter().zip(expected) {
                let near = found
                    .um
                    .iter()
                    .zip(expected)
                    .all(|(a, b)| (a - b).abs() < 1e-9);
                assert!(near, "{text} {found:?}");
            }
        }
    }
}
