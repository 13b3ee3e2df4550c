//! The first stage of a part of an import: an export whose tables are read and joined.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use arrow::array::UInt32Array;

use super::part_columns::ColumnSource;
use super::picture_page::volume_column;
use super::plane_rule::PlaneRule;
use super::shapes::angles_of;
use super::stored_pictures::StoredPictures;
use super::{FileReport, ImportError, Joined, join_objects, join_rows};
use cytolance_dataset::{AngleConvention, DatasetMetadata};
use cytolance_profile::RowKind;
use cytolance_sources::{Export, ImageSets, Relations, Table, integers_of, joined_key_of};

/// An export, joined. Nothing is known of its pictures yet but what the tables record.
#[derive(Debug)]
pub(super) struct JoinedPart {
    /// Its folder or file.
    pub path: PathBuf,
    /// What tells it from the other exports of the source; empty when it is the only one.
    pub name: String,
    /// The value of `Metadata_Source` of its rows.
    pub source_name: String,
    pub joined: Joined,
    pub sets: Option<ImageSets>,
    /// The Image table, whose columns every cell repeats.
    pub image_table: Option<Table>,
    /// Row of the Image table for every joined row, where that is not told by the image number.
    image_rows: Option<Vec<u32>>,
    /// Crops and outlines that its rows have already.
    pub stored: Option<StoredPictures>,
    pub experiment: BTreeMap<String, String>,
    /// What its source says about itself, if that is a dataset.
    pub metadata: DatasetMetadata,
    /// How its angles are counted, where its source does not say so.
    pub angles: AngleConvention,
    /// What says that its pictures are volumes, if something does: a column, or the files.
    pub volumes: Option<String>,
    /// Only the files say so: what the tables have along Z is that of flat pictures.
    pub measured_flat: bool,
    /// Which planes of volumes are shown.
    pub plane: PlaneRule,
    /// What its rows are.
    pub rows_are: RowKind,
    /// Columns of its rows that are not read.
    left_out: Vec<String>,
}

impl JoinedPart {
    /// Joins the tables of an export. `pairs` are the object sets that are joined by number and place.
    ///
    /// # Errors
    /// [`ImportError`] when there is no primary object or no row.
    pub fn new(
        export: Export,
        source_name: String,
        primary: Option<&str>,
        pairs: &[String],
    ) -> Result<Self, ImportError> {
        let metadata = DatasetMetadata::from_map(&export.metadata);
        let version_of =
            |known: &BTreeMap<String, String>| known.get("CellProfiler_Version").cloned();
        let version = version_of(&export.experiment).or_else(|| version_of(&metadata.experiment));
        let mut left_out = Vec::new();
        let stored = match export.stored {
            Some(columns) => {
                let (stored, others) = StoredPictures::new(columns, &metadata)?;
                left_out = others;
                Some(stored)
            }
            None => None,
        };
        let rows_are = match export.relations {
            Relations::Profiles(kind) => kind,
            Relations::Parents | Relations::SameRow => RowKind::Objects,
        };
        let mut part = match export.relations {
            Relations::Parents => Self {
                sets: ImageSets::of_tables(export.image.as_ref(), &export.objects)?,
                path: export.path,
                name: export.name,
                source_name,
                joined: join_objects(export.objects, primary, pairs)?,
                image_table: export.image,
                image_rows: None,
                stored,
                experiment: export.experiment,
                metadata,
                angles: AngleConvention::default(),
                volumes: None,
                measured_flat: false,
                plane: PlaneRule::default(),
                rows_are,
                left_out: Vec::new(),
            },
            Relations::SameRow | Relations::Profiles(_) => {
                let table = export.image.ok_or_else(|| ImportError::NoRows {
                    path: export.path.clone(),
                    reason: "the joined table has no columns of its own".to_owned(),
                })?;
                let (sets, images) = ImageSets::of_cells(&table)?;
                let numbers = table
                    .columns
                    .iter()
                    .position(|column| is_object_number(&column.name))
                    .map(|at| table.read(&[at], None))
                    .transpose()?
                    .and_then(|values| integers_of(values.first()?));
                let joined = join_rows(export.objects, &images, numbers.as_deref(), primary)?;
                Self {
                    path: export.path,
                    name: export.name,
                    source_name,
                    image_rows: Some(joined.rows.clone()),
                    joined,
                    sets: Some(sets),
                    image_table: Some(table),
                    experiment: metadata.experiment.clone(),
                    metadata,
                    stored,
                    angles: AngleConvention::default(),
                    volumes: None,
                    measured_flat: false,
                    plane: PlaneRule::default(),
                    rows_are,
                    left_out: Vec::new(),
                }
            }
        };
        part.left_out = left_out;
        part.volumes = volume_column(part.objects().into_iter().map(|(_, table)| table));
        part.angles = angles_of(version.as_deref(), &part.joined.table);
        Ok(part)
    }

    /// The account of its files, once it is settled which rows are imported.
    pub fn take_files(&mut self) -> Vec<FileReport> {
        let mut files = std::mem::take(&mut self.joined.files);
        if let (Some(sets), Some(_), false) = (&self.sets, &self.image_table, self.is_joined()) {
            files.push(image_file_report(sets, &self.joined));
        }
        if let Some(file) = files.first_mut() {
            file.notes.columns_left_out.append(&mut self.left_out);
        }
        files
    }

    /// Rows, and their images, of which the Image table says nothing.
    pub fn rows_without_image(&self) -> (usize, usize) {
        let Some(sets) = self.sets.as_ref().filter(|_| !self.is_joined()) else {
            return (0, 0);
        };
        let images = self.joined.images.chunk_by(|a, b| a == b);
        let unknown = images.filter(|rows| !sets.row_by_key.contains_key(&rows[0]));
        unknown.fold((0, 0), |(rows, images), group| {
            (rows + group.len(), images + 1)
        })
    }

    /// Whether the rows were joined before the export came to us.
    pub fn is_joined(&self) -> bool {
        self.image_rows.is_some()
    }

    /// Whether the numbers of its primary objects are only counted, because its tables have none.
    pub fn counts_its_objects(&self) -> bool {
        let tables = [Some(&self.joined.table), self.image_table.as_ref()];
        let mut tables = tables.into_iter().flatten();
        self.is_joined() && !tables.any(|table| table.names().any(is_object_number))
    }

    /// The object sets with their tables, the primary one first.
    pub fn objects(&self) -> Vec<(&str, &Table)> {
        std::iter::once((self.joined.primary.as_str(), &self.joined.table))
            .chain(
                self.joined
                    .compartments
                    .iter()
                    .map(|compartment| (compartment.name.as_str(), &compartment.table)),
            )
            .collect()
    }

    /// The name of the table in which a column is.
    pub fn table_of(&self, source: ColumnSource) -> &str {
        let table = match source {
            ColumnSource::Image(_) => self.image_table.as_ref(),
            ColumnSource::Object(object, _) => self.objects().get(object).map(|(_, table)| *table),
            _ => None,
        };
        table.map_or("the export", |table| table.label.as_str())
    }

    /// Rows of an object's table for some joined rows.
    pub fn table_rows(&self, object: usize, rows: Range<usize>) -> Vec<Option<u32>> {
        match object.checked_sub(1) {
            None => self.joined.rows[rows].iter().copied().map(Some).collect(),
            Some(compartment) => self.joined.compartments[compartment].rows[rows].to_vec(),
        }
    }

    /// Rows of the Image table for some joined rows.
    pub fn image_table_rows(&self, rows: Range<usize>) -> Vec<Option<u32>> {
        match (&self.image_rows, &self.sets) {
            (Some(places), _) => places[rows].iter().copied().map(Some).collect(),
            (None, Some(sets)) => self.joined.images[rows]
                .iter()
                .map(|key| sets.row_by_key.get(key).map(|row| *row as u32))
                .collect(),
            (None, None) => vec![None; rows.len()],
        }
    }

    /// Numbers of an object for some joined rows: what a label mask has at its pixels.
    pub fn object_numbers(
        &self,
        object: usize,
        table_rows: &[Option<u32>],
        rows: Range<usize>,
    ) -> Vec<Option<i64>> {
        let (_, table) = self.objects()[object];
        let held = table
            .held("ObjectNumber")
            .or_else(|| table.held("Number_Object_Number"));
        if object == 0 && held.is_none() {
            return self.joined.object_numbers[rows]
                .iter()
                .copied()
                .map(Some)
                .collect();
        }
        let places: UInt32Array = table_rows.iter().copied().collect();
        held.and_then(|held| arrow::compute::take(held, &places, None).ok())
            .and_then(|numbers| integers_of(&numbers))
            .unwrap_or_else(|| vec![None; table_rows.len()])
    }

    /// `Metadata_Source` of a joined row: rows of a second table, or of a second plate with the same image
    /// numbers, are told apart.
    pub fn source_of(&self, row: usize) -> String {
        match self.joined.images[row].0 {
            0 => self.source_name.clone(),
            table => format!("{}#{table}", self.source_name),
        }
    }

    /// Recorded folder and name of every picture of the fields that have cells.
    pub fn recorded_pictures(&self) -> Vec<(String, String)> {
        let Some(sets) = &self.sets else {
            return Vec::new();
        };
        self.joined
            .images
            .chunk_by(|a, b| a == b)
            .filter_map(|group| sets.row_by_key.get(&group[0]).copied())
            .flat_map(|row| {
                sets.channels.iter().filter_map(move |channel| {
                    let name = sets.file_name(&channel.name, row)?;
                    Some((sets.path_name(&channel.name, row).unwrap_or_default(), name))
                })
            })
            .collect()
    }

    /// Whether its rows have outlines of an object set already; then, whether these are approximate.
    pub fn stored_outlines(&self, object: &str) -> Option<bool> {
        self.stored.as_ref()?.outlines_of(object)
    }
}

/// Whether a column of joined rows says the numbers of objects.
fn is_object_number(name: &str) -> bool {
    matches!(
        joined_key_of(name),
        Some("ObjectNumber" | "Number_Object_Number")
    )
}

fn image_file_report(sets: &ImageSets, joined: &Joined) -> FileReport {
    let mut keys = joined.images.clone();
    keys.dedup();
    let imported = keys
        .iter()
        .filter(|key| sets.row_by_key.contains_key(key))
        .count();
    let report = FileReport::of_table(&sets.table);
    let rejected = report.rejected + sets.rejected_rows.len();
    FileReport {
        used_as: "image".to_owned(),
        imported,
        rejected,
        without_parent: 0,
        not_used: report.rows.saturating_sub(imported + rejected),
        details: sets
            .rejected_rows
            .iter()
            .map(|(row, reason)| format!("{}: {reason}", sets.table.place(*row)))
            .collect(),
        ..report
    }
}
