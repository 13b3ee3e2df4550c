//! The source pictures of a field of view: where they were recorded, where they are. They are found and read as the
//! import finds and reads them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;
use std::time::Duration;

use arrow::array::{Array as _, RecordBatch};
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use serde::Deserialize as _;

use super::import_entry::ImportEntry;
use super::picture_page::{FoundPages, pages_in, read_page, read_planes};
use super::{
    FetchedPictures, KnownPlaces, PictureFinder, PictureLocation, PictureStores, PlaneRule,
};
use cytolance_dataset::{
    CellDataset, ChannelInfo, DEPTH_COLUMNS, DatasetError, SOURCE_NAME_KEY, column_name, numbers_of,
};
use cytolance_imaging::Plane;
use cytolance_sources::RecordedPicture;

/// The column that names the source of a row.
const SOURCE: &str = "Metadata_Source";
/// A store that did not answer is asked again after this time, where a person looks at fields.
const PATIENCE: Duration = Duration::from_mins(1);

/// The stores of all fields that are looked at.
static STORES: LazyLock<PictureStores> =
    LazyLock::new(|| PictureStores::asked_again_after(PATIENCE));

/// A channel's source picture, opened.
pub struct SourcePlane {
    /// File name as recorded.
    pub file: String,
    /// Where it was found and its pixels, or why they were not read.
    pub plane: Result<(String, Plane), String>,
}

/// The source pictures of a cell's field of view, one a channel; `None` where the dataset names none. Of volumes it is
/// what the cell's crop shows, in the coordinates of the measurements. Blocks while the pictures are read.
///
/// # Errors
/// [`DatasetError`] when the dataset cannot be read.
pub fn source_planes<'a>(
    dataset: &'a CellDataset,
    channels: &'a [ChannelInfo],
    row: u32,
) -> BoxFuture<'a, Result<Option<Vec<SourcePlane>>, DatasetError>> {
    Box::pin(async move {
        let pictures = SourcePictures::new(dataset, channels, &STORES);
        pictures.planes(row).await
    })
}

/// What crops show of the pictures of a field.
struct Shown<'a> {
    /// What says that these are volumes, where something does.
    volumes: Option<&'a str>,
    planes: Option<Range<u32>>,
    rule: PlaneRule,
    /// How much further objects lie in them than they were measured.
    offset: [i64; 2],
}

/// The source pictures of a dataset's fields of view.
pub struct SourcePictures<'a> {
    dataset: &'a CellDataset,
    channels: &'a [ChannelInfo],
    imports: Vec<ImportEntry>,
    finder: PictureFinder<'a>,
}

impl<'a> SourcePictures<'a> {
    /// Takes in what the dataset says of its imports.
    pub fn new(
        dataset: &'a CellDataset,
        channels: &'a [ChannelInfo],
        stores: &'a PictureStores,
    ) -> Self {
        let imports = dataset.metadata().imports.iter();
        Self {
            dataset,
            channels,
            imports: imports
                .filter_map(|import| ImportEntry::deserialize(import).ok())
                .collect(),
            finder: PictureFinder::new(stores),
        }
    }

    /// The pictures of the field of view of a row, one a channel; `None` where the dataset names none.
    ///
    /// # Errors
    /// [`DatasetError`] when the dataset cannot be read.
    pub async fn planes(&self, row: u32) -> Result<Option<Vec<SourcePlane>>, DatasetError> {
        let channel_names: Vec<&str> = self
            .channels
            .iter()
            .map(|channel| channel.name.as_str())
            .chain(self.imports.iter().flat_map(|import| {
                let columns = import.columns.values();
                columns.map(|known| known.column.as_str())
            }))
            .collect();
        let mut names: Vec<String> = channel_names
            .iter()
            .flat_map(|channel| RecordedPicture::PREFIXES.map(|part| format!("{part}{channel}")))
            .filter_map(|column| self.column(&column).map(str::to_owned))
            .collect();
        if names.is_empty() {
            return Ok(None);
        }
        let beside = [SOURCE].into_iter().chain(DEPTH_COLUMNS);
        let beside = beside.filter(|name| self.dataset.column(name).is_some());
        names.extend(beside.map(str::to_owned));
        names.sort_unstable();
        names.dedup();
        let batch = self.dataset.take(&[row], &names).await?;
        let source = text_in(&batch, SOURCE);
        let import = self.import_of(source.as_deref());
        let places = self.places_of(import);
        let [first, end] = DEPTH_COLUMNS.map(|name| text_in(&batch, name)?.parse::<u32>().ok());
        let shown = Shown {
            volumes: import.and_then(|import| import.volumes_of(source.as_deref())),
            planes: first.zip(end).map(|(first, end)| first..end),
            rule: import.and_then(|import| import.plane).unwrap_or_default(),
            offset: import.and_then(|import| import.offset).unwrap_or_default(),
        };
        let recorded: Vec<Option<RecordedPicture>> = self
            .channels
            .iter()
            .map(|channel| {
                let read = |name: &str| {
                    let text = |column: &str| text_in(&batch, self.column(column)?);
                    RecordedPicture::read(name, text)
                };
                let known = import.and_then(|import| import.columns.get(&channel.name));
                let of_column = known.and_then(|known| {
                    let mut recorded = read(&known.column)?;
                    recorded.place.channel = known.channel.or(recorded.place.channel);
                    Some(recorded)
                });
                of_column.or_else(|| read(&channel.name))
            })
            .collect();
        let planes = self
            .channels
            .iter()
            .zip(recorded)
            .map(|(channel, recorded)| match recorded {
                Some(recorded) => {
                    let found =
                        self.finder
                            .find(&places, recorded.folder.as_deref(), &recorded.name);
                    SourcePlane {
                        plane: found
                            .and_then(|found| self.read(&found, &recorded, channel, &shown)),
                        file: recorded.name,
                    }
                }
                None => SourcePlane {
                    file: "not recorded".to_owned(),
                    plane: Err("the dataset holds no file name for this channel".to_owned()),
                },
            })
            .collect();
        Ok(Some(planes))
    }

    fn read(
        &self,
        location: &PictureLocation,
        recorded: &RecordedPicture,
        channel: &ChannelInfo,
        shown: &Shown<'_>,
    ) -> Result<(String, Plane), String> {
        let fetched = FetchedPictures::fetch(std::iter::once(location));
        if let Some(reason) = fetched.silence() {
            self.finder.keep_silent(location, &reason);
        }
        let open = location.open(&fetched).map_err(|error| error.to_string())?;
        let plane = match pages_in(&open, recorded.place, shown.volumes)? {
            FoundPages::One(found) => read_page(&open, found.page, channel.scale)?,
            FoundPages::Volume(volume) => {
                let planes = shown.planes.clone();
                let planes = planes.ok_or("the cell has no crop that says which plane")?;
                read_planes(&open, &volume, planes, shown.rule, channel.scale)?
            }
        };
        let plane = plane
            .counted_from(shown.offset)
            .ok_or_else(|| format!("{location}: the offset of its import lies outside"))?;
        Ok((location.to_string(), plane))
    }

    /// The dataset's column of the pictures, by the name that the export gives it.
    fn column(&self, name: &str) -> Option<&str> {
        let wanted = format!("Image_{name}");
        let schema = self.dataset.schema();
        let renamed = schema.fields().iter().find(|field| {
            let source = field.metadata().get(SOURCE_NAME_KEY);
            source == Some(&wanted)
        });
        if let Some(field) = renamed {
            return Some(field.name());
        }
        let stored = column_name(&wanted);
        let field = schema.field_with_name(&stored).ok()?;
        // Another column of the export may have been given this name.
        let is_own = stored == wanted || !field.metadata().contains_key(SOURCE_NAME_KEY);
        is_own.then(|| field.name().as_str())
    }

    /// The import that a row is of; of several that it may be of the one with the longest name. One that says the same as
    /// the only one before it is not written down.
    fn import_of(&self, source: Option<&str>) -> Option<&ImportEntry> {
        if let [only] = self.imports.as_slice() {
            return Some(only);
        }
        let source = source?;
        let imports = self.imports.iter();
        imports
            .filter(|import| import.is_of(source))
            .max_by_key(|import| import.source.len())
    }

    /// Where an import knows pictures; where it is not known which one a row is of, all have a say.
    fn places_of(&self, import: Option<&ImportEntry>) -> KnownPlaces {
        if let Some(import) = import {
            return import.places();
        }
        let mut all = KnownPlaces::default();
        for places in self.imports.iter().map(ImportEntry::places) {
            all.said.extend(places.said);
            all.found.extend(places.found);
            all.asked.extend(places.asked);
        }
        all
    }
}

/// The rows of a field by what their crops show of volumes; all together where they show flat pictures.
///
/// # Errors
/// [`DatasetError`] when the dataset cannot be read.
pub(super) async fn rows_by_planes(
    dataset: &CellDataset,
    rows: &[u32],
) -> Result<Vec<Vec<u32>>, DatasetError> {
    let names = DEPTH_COLUMNS.map(str::to_owned);
    if names.iter().any(|name| dataset.column(name).is_none()) {
        return Ok(vec![rows.to_vec()]);
    }
    let batch = dataset.take(rows, &names).await?;
    let numbers: Vec<Vec<f64>> = batch.columns().iter().filter_map(numbers_of).collect();
    let mut groups: BTreeMap<Vec<u64>, Vec<u32>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let planes = numbers.iter().map(|values| values[at].to_bits()).collect();
        groups.entry(planes).or_default().push(*row);
    }
    Ok(groups.into_values().collect())
}

/// The text of the only row of a batch.
fn text_in(batch: &RecordBatch, column: &str) -> Option<String> {
    let array = batch.column_by_name(column)?;
    if array.is_empty() || array.is_null(0) {
        return None;
    }
    array_value_to_string(array, 0).ok()
}
