//! The last stage of a part of an import: what becomes of each channel of the whole import in its fields of view.

use std::collections::BTreeMap;
use std::ops::{Deref, Range};
use std::sync::Arc;

use super::field_plan::{FieldPlan, LocatedField};
use super::illumination::find_function;
use super::joined_part::JoinedPart;
use super::located_part::LocatedPart;
use super::named_images::NamedImages;
use super::picture_records::{PictureRecord, RecordedDigests};
use super::stored_pictures::StoredRows;
use super::{CropSquare, ImageRoots, ImportError, PictureLocation, PictureRemark, Remark};

/// Where the crops of a part come from.
#[derive(Debug)]
pub(super) enum CropSource {
    /// They are cut from pictures of fields.
    Pictures,
    /// They are copied from its source: which of that's channels each channel of the import is.
    Stored(Vec<Option<usize>>),
}

/// A part that is ready to be imported. It has all that it had when it was joined.
#[derive(Debug)]
pub(super) struct PlannedPart {
    pub(super) tables: JoinedPart,
    /// What file names say of the image sets.
    pub named: Option<NamedImages>,
    /// Its fields with cells, in the order of the joined rows.
    pub fields: Vec<FieldPlan>,
    pub crops: CropSource,
    /// The digests that are recorded of the pictures of all parts.
    pub digests: Arc<RecordedDigests>,
    /// What shows a cell where no boxes were measured.
    pub square: CropSquare,
    /// Edge length of a pixel of its pictures in micrometres.
    pub pixel_size_um: Option<f64>,
}

impl Deref for PlannedPart {
    type Target = JoinedPart;

    fn deref(&self) -> &JoinedPart {
        &self.tables
    }
}

impl PlannedPart {
    /// Gives the fields a picture of each channel of the import, and an illumination function where there are roots of
    /// these. `channels` are the names that the channels have in the export.
    pub fn new(
        part: LocatedPart,
        channels: &[String],
        illumination: Option<&ImageRoots>,
        remarks: &mut Vec<Remark>,
    ) -> Self {
        let functions = match illumination {
            Some(roots) => functions_of(&part, channels, roots, remarks),
            None => vec![Vec::new(); part.fields.len()],
        };
        let crops = match part.stored_channels() {
            Some(own) => CropSource::Stored(
                channels
                    .iter()
                    .map(|name| own.iter().position(|channel| channel.name == *name))
                    .collect(),
            ),
            None => CropSource::Pictures,
        };
        let LocatedPart {
            tables,
            named,
            fields,
            ..
        } = part;
        let own: Vec<&str> = tables
            .sets
            .iter()
            .flat_map(|sets| &sets.channels)
            .map(|channel| channel.name.as_str())
            .collect();
        let records = |field: &LocatedField| -> Vec<PictureRecord> {
            let sets = tables.sets.as_ref();
            let place =
                sets.and_then(|sets| Some((sets, *sets.row_by_key.get(&field.cells.image)?)));
            let of = |channel: &String| match place {
                Some((sets, row)) => PictureRecord::of(sets, channel, row),
                None => PictureRecord::default(),
            };
            channels.iter().map(of).collect()
        };
        let fields = fields
            .into_iter()
            .zip(functions)
            .map(|(field, functions)| FieldPlan {
                records: records(&field),
                ..planned(field, functions, channels, &own)
            })
            .collect();
        Self {
            tables,
            named,
            fields,
            crops,
            digests: Arc::default(),
            square: CropSquare::default(),
            pixel_size_um: None,
        }
    }

    /// Whether the crops are copied, not cut from pictures of fields.
    pub fn copies_crops(&self) -> bool {
        matches!(self.crops, CropSource::Stored(_))
    }

    /// The place of a joined row's field of view among [`PlannedPart::fields`].
    pub fn field_of(&self, row: usize) -> usize {
        self.fields
            .partition_point(|field| field.cells.rows.end <= row)
    }

    /// The crops and outlines that some joined rows have already.
    ///
    /// # Errors
    /// [`ImportError::Source`] when the source cannot be read any more.
    pub fn stored_rows(&self, rows: Range<usize>) -> Result<Option<StoredRows>, ImportError> {
        let Some(stored) = &self.stored else {
            return Ok(None);
        };
        let rows = stored.read(&self.joined.rows[rows], self.copies_crops())?;
        Ok(Some(rows))
    }
}

/// A field with a picture a channel of the import; `own` are the channels of its part.
fn planned(
    field: LocatedField,
    functions: Vec<Option<PictureLocation>>,
    channels: &[String],
    own: &[&str],
) -> FieldPlan {
    let planes = if field.pictures.is_empty() {
        Vec::new()
    } else {
        channels
            .iter()
            .map(|name| {
                own.iter()
                    .position(|own| own == name)
                    .and_then(|at| field.pictures.get(at).cloned())
                    .unwrap_or_else(|| Err(format!("its image set has no channel {name}")))
            })
            .collect()
    };
    FieldPlan {
        cells: field.cells,
        planes,
        masks: field.masks,
        functions,
        records: Vec::new(),
    }
}

/// The illumination functions of each field's channels.
fn functions_of(
    part: &LocatedPart,
    channels: &[String],
    roots: &ImageRoots,
    remarks: &mut Vec<Remark>,
) -> Vec<Vec<Option<PictureLocation>>> {
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    let functions = part
        .fields
        .iter()
        .map(|field| {
            let sets = part.sets.as_ref();
            let found =
                sets.and_then(|sets| Some((sets, *sets.row_by_key.get(&field.cells.image)?)));
            let Some((sets, row)) = found else {
                return Vec::new();
            };
            let function_of = |channel: &String| match find_function(sets, channel, row, roots) {
                Ok(path) => Some(path),
                Err(reason) => {
                    *missing.entry(reason).or_default() += 1;
                    None
                }
            };
            channels.iter().map(function_of).collect()
        })
        .collect();
    let missing = missing.into_iter();
    remarks.extend(
        missing.map(|(reason, fields)| PictureRemark::NotCorrected { fields, reason }.into()),
    );
    functions
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::field_plan::FieldCells;
    use super::*;
    use cytolance_imaging::PagePlace;

    #[test]
    fn pictures_of_a_part_become_planes_of_the_import() {
        let picture = |name: &str| {
            let location = PictureLocation::Local(PathBuf::from(name));
            Ok((location, PagePlace::default()))
        };
        let lost = Err("the Actin picture is missing".to_owned());
        let cases = [
            (
                vec![picture("dna.tif"), lost.clone()],
                vec![
                    lost,
                    Err("its image set has no channel ER".to_owned()),
                    picture("dna.tif"),
                ],
            ),
            // Not in the Image table: there is no channel that one could miss.
            (Vec::new(), Vec::new()),
        ];
        let channels = ["Actin", "ER", "DNA"].map(str::to_owned);
        for (pictures, planes) in cases {
            let field = LocatedField {
                cells: FieldCells {
                    image: (0, 7),
                    rows: 3..5,
                },
                pictures,
                masks: vec![None],
            };
            let field = planned(field, Vec::new(), &channels, &["DNA", "Actin"]);
            let told: Vec<String> = field.planes.iter().map(|one| format!("{one:?}")).collect();
            let wanted: Vec<String> = planes.iter().map(|one| format!("{one:?}")).collect();
            assert_eq!(told, wanted);
            assert_eq!((field.cells.image, field.cells.rows), ((0, 7), 3..5));
            assert_eq!(field.masks.len(), 1);
        }
    }
}
