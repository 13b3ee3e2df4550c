//! The source pictures of a field of view: where they were recorded, where they are. They are found and read as the
//! import finds and reads them.

use std::sync::LazyLock;
use std::time::Duration;

use arrow::array::{Array as _, RecordBatch};
use arrow::util::display::array_value_to_string;
use futures::future::BoxFuture;
use serde::Deserialize as _;

use super::field::read_channel;
use super::import_entry::ImportEntry;
use super::{FetchedPictures, KnownPlaces, PictureFinder, PictureLocation, PictureStores};
use cytolance_dataset::{CellDataset, ChannelInfo, DatasetError, SOURCE_NAME_KEY, column_name};
use cytolance_imaging::Plane;
use cytolance_sources::RecordedPicture;

/// The column that names the source of a row.
const SOURCE: &str = "Metadata_Source";
/// A store that did not answer is asked again after this time, where a person looks at fields.
const PATIENCE: Duration = Duration::from_secs(60);

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

/// The source pictures of a cell's field of view, one a channel; `None` where the dataset names none. Blocks while the
/// pictures are read.
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
                let sources = import.channel_sources.iter();
                sources.map(String::as_str)
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
        names.extend(self.dataset.column(SOURCE).map(|_| SOURCE.to_owned()));
        names.sort_unstable();
        names.dedup();
        let batch = self.dataset.take(&[row], &names).await?;
        let source = text_in(&batch, SOURCE);
        let import = self.import_of(source.as_deref());
        let places = self.places_of(import);
        let volumes = import.and_then(|import| import.volumes.as_deref());
        let recorded: Vec<Option<RecordedPicture>> = self
            .channels
            .iter()
            .enumerate()
            .map(|(at, channel)| {
                let read = |name: &str| {
                    let text = |column: &str| text_in(&batch, self.column(column)?);
                    RecordedPicture::read(name, text)
                };
                let source = import.and_then(|import| import.channel_sources.get(at));
                source
                    .and_then(|source| read(source))
                    .or_else(|| read(&channel.name))
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
                            .and_then(|found| self.read(&found, &recorded, channel, volumes)),
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
        volumes: Option<&str>,
    ) -> Result<(String, Plane), String> {
        let fetched = FetchedPictures::fetch(std::iter::once(location));
        if let Some(reason) = fetched.silence() {
            self.finder.keep_silent(location, &reason);
        }
        let (plane, _) = read_channel(location, &fetched, recorded.place, channel.scale, volumes)?;
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

/// The text of the only row of a batch.
fn text_in(batch: &RecordBatch, column: &str) -> Option<String> {
    let array = batch.column_by_name(column)?;
    if array.is_empty() || array.is_null(0) {
        return None;
    }
    array_value_to_string(array, 0).ok()
}
