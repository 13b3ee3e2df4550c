//! Crops and outlines of cells.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, Schema};
use futures::future::BoxFuture;
use lance::dataset::ProjectionRequest;

use super::column_kind::kind_of;
use super::handle::{CellDataset, short, sorted_rows};
use super::picture_column::{channels_of_picture, read_picture};
use super::{BBOX_COLUMNS, ChannelInfo, DatasetError, OutlineSources};
use cytolance_imaging::CellPicture;
use cytolance_profile::ColumnKind;

impl CellDataset {
    /// Crops and outlines of some rows, in the order asked for.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails.
    pub fn pictures<'a>(
        &'a self,
        rows: &'a [u32],
    ) -> BoxFuture<'a, Result<Vec<CellPicture>, DatasetError>> {
        Box::pin(async move { self.pictures_with(rows, true).await })
    }

    /// Outlines of some rows without their crops, in the order asked for.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when reading fails.
    pub fn outlines<'a>(
        &'a self,
        rows: &'a [u32],
    ) -> BoxFuture<'a, Result<Vec<CellPicture>, DatasetError>> {
        Box::pin(async move { self.pictures_with(rows, false).await })
    }

    async fn pictures_with(
        &self,
        rows: &[u32],
        crops: bool,
    ) -> Result<Vec<CellPicture>, DatasetError> {
        let mut names: Vec<String> = Vec::new();
        let picture = self
            .columns
            .iter()
            .find(|column| crops && column.kind == ColumnKind::Picture);
        names.extend(picture.map(|column| column.name.clone()));
        names.extend(self.outline_columns());
        let boxes: Vec<&str> = BBOX_COLUMNS[..2]
            .iter()
            .copied()
            .filter(|name| self.column(name).is_some())
            .collect();
        names.extend(boxes.iter().map(|name| (*name).to_owned()));
        let has_cells = !names.is_empty();
        let centers = self.outlines.centers.iter();
        for column in centers.flat_map(|centers| &centers.columns) {
            if has_cells && !names.contains(column) {
                names.push(column.clone());
            }
        }
        if names.is_empty() || rows.is_empty() {
            return Ok(vec![CellPicture::default(); rows.len()]);
        }
        let (sorted, order) = sorted_rows(rows);
        let projection = ProjectionRequest::from_schema(self.projection(&names)?);
        let batch = self
            .inner
            .take(&sorted, projection)
            .await
            .map_err(|error| self.read_error("crops", short(&error)))?;
        let read = pictures_of(&batch, &self.schema, &self.outlines);
        Ok(order
            .iter()
            .map(|place| read.get(*place as usize).cloned().unwrap_or_default())
            .collect())
    }

    /// The channel table: what the dataset declares, or what is stored with the first crop, or numbers.
    ///
    /// # Errors
    /// [`DatasetError::Read`] when a foreign dataset's first crops cannot be read.
    pub fn channels(&self) -> BoxFuture<'_, Result<Vec<ChannelInfo>, DatasetError>> {
        Box::pin(async move {
            if !self.metadata.channels.is_empty() {
                return Ok(self.metadata.channels.clone());
            }
            let Some(column) = self
                .columns
                .iter()
                .find(|column| column.kind == ColumnKind::Picture)
            else {
                return Ok(Vec::new());
            };
            let rows: Vec<u32> = (0..self.num_rows.min(16) as u32).collect();
            if rows.is_empty() {
                return Ok(Vec::new());
            }
            let batch = self.take(&rows, std::slice::from_ref(&column.name)).await?;
            let array = batch.column(0);
            let field = self.field(&column.name)?;
            let Some((row, crop)) =
                (0..array.len()).find_map(|row| Some((row, read_picture(field, array, row)?)))
            else {
                return Ok(Vec::new());
            };
            Ok(channels_of_picture(array, row, &crop))
        })
    }
}

/// Crops and outlines of the rows of a batch. `schema` has the fields' metadata, which a batch may have lost.
pub fn pictures_of(
    batch: &RecordBatch,
    schema: &Schema,
    outlines: &OutlineSources,
) -> Vec<CellPicture> {
    let picture = schema
        .fields()
        .iter()
        .filter(|field| kind_of(field) == ColumnKind::Picture)
        .find_map(|field| Some((field, batch.column_by_name(field.name())?)));
    let corner = |name: &str, row: usize| {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_primitive_opt::<Int64Type>())
            .filter(|column| !column.is_null(row))
            .map_or(0.0, |column| column.value(row) as f64)
    };
    let read = outlines.read(batch);
    let centers = outlines.centers(batch, &read);
    read.into_iter()
        .zip(centers)
        .enumerate()
        .map(|(row, (outlines, center))| CellPicture {
            crop: picture.and_then(|(field, column)| read_picture(field, column, row)),
            origin: [corner(BBOX_COLUMNS[0], row), corner(BBOX_COLUMNS[1], row)],
            outlines,
            center,
        })
        .collect()
}
