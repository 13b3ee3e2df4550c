//! The OME-Arrow struct (`ome_arrow` 0.1, `meta.py`): the community's typed picture value.
//!
//! Crops are written as `planes`; `chunk_grid`, `chunks` and `masks` stay null.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Float32Array, Int16Array, Int32Array, ListArray, NullArray, StringArray,
    StructArray, TimestampMicrosecondArray, UInt16Array, UInt32Array, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, TimeUnit};
use arrow::error::ArrowError;

use super::ChannelInfo;

fn field(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(field("item", item)))
}

fn channel_fields() -> Fields {
    Fields::from(vec![
        field("id", DataType::Utf8),
        field("name", DataType::Utf8),
        field("emission_um", DataType::Float32),
        field("excitation_um", DataType::Float32),
        field("illumination", DataType::Utf8),
        field("color_rgba", DataType::UInt32),
    ])
}

fn pixels_meta_fields() -> Fields {
    Fields::from(vec![
        field("dimension_order", DataType::Utf8),
        field("type", DataType::Utf8),
        field("size_x", DataType::Int32),
        field("size_y", DataType::Int32),
        field("size_z", DataType::Int32),
        field("size_c", DataType::Int16),
        field("size_t", DataType::Int32),
        field("physical_size_x", DataType::Float32),
        field("physical_size_y", DataType::Float32),
        field("physical_size_z", DataType::Float32),
        field("physical_size_x_unit", DataType::Utf8),
        field("physical_size_y_unit", DataType::Utf8),
        field("physical_size_z_unit", DataType::Utf8),
        field("channels", list(DataType::Struct(channel_fields()))),
    ])
}

fn plane_fields() -> Fields {
    Fields::from(vec![
        field("z", DataType::Int32),
        field("t", DataType::Int32),
        field("c", DataType::Int16),
        field("pixels", list(DataType::UInt16)),
    ])
}

fn image_fields() -> Fields {
    let chunk_grid = Fields::from(vec![
        field("order", DataType::Utf8),
        field("chunk_t", DataType::Int32),
        field("chunk_c", DataType::Int16),
        field("chunk_z", DataType::Int32),
        field("chunk_y", DataType::Int32),
        field("chunk_x", DataType::Int32),
        field("chunk_order", DataType::Utf8),
    ]);
    let chunk = Fields::from(vec![
        field("t", DataType::Int32),
        field("c", DataType::Int16),
        field("z", DataType::Int32),
        field("y", DataType::Int32),
        field("x", DataType::Int32),
        field("shape_z", DataType::Int32),
        field("shape_y", DataType::Int32),
        field("shape_x", DataType::Int32),
        field("pixels", list(DataType::UInt16)),
    ]);
    Fields::from(vec![
        field("type", DataType::Utf8),
        field("version", DataType::Utf8),
        field("id", DataType::Utf8),
        field("name", DataType::Utf8),
        field("image_type", DataType::Utf8),
        field(
            "acquisition_datetime",
            DataType::Timestamp(TimeUnit::Microsecond, None),
        ),
        field("pixels_meta", DataType::Struct(pixels_meta_fields())),
        field("chunk_grid", DataType::Struct(chunk_grid)),
        field("chunks", list(DataType::Struct(chunk))),
        field("planes", list(DataType::Struct(plane_fields()))),
        field("masks", DataType::Null),
    ])
}

/// The Arrow type of an OME-Arrow picture.
pub fn ome_arrow_type() -> DataType {
    DataType::Struct(image_fields())
}

/// Collects crops of one channel table into an OME-Arrow array.
#[derive(Debug)]
pub struct OmeArrowBuilder {
    channels: Vec<ChannelInfo>,
    pixel_size_um: Option<f32>,
    ids: Vec<Option<String>>,
    widths: Vec<i32>,
    heights: Vec<i32>,
    pixels: Vec<u16>,
    plane_lengths: Vec<usize>,
}

impl OmeArrowBuilder {
    /// A builder for crops with one plane per channel.
    pub fn new(channels: Vec<ChannelInfo>, pixel_size_um: Option<f64>) -> Self {
        Self {
            channels,
            pixel_size_um: pixel_size_um.map(|size| size as f32),
            ids: Vec::new(),
            widths: Vec::new(),
            heights: Vec::new(),
            pixels: Vec::new(),
            plane_lengths: Vec::new(),
        }
    }

    /// Adds a crop. `planes` hold `width * height` pixels each, row-major, one a channel.
    pub fn append(&mut self, id: String, width: u32, height: u32, planes: &[impl AsRef<[u16]>]) {
        debug_assert_eq!(planes.len(), self.channels.len());
        self.ids.push(Some(id));
        self.widths.push(width as i32);
        self.heights.push(height as i32);
        for plane in planes.iter().map(AsRef::as_ref) {
            debug_assert_eq!(plane.len(), width as usize * height as usize);
            self.pixels.extend_from_slice(plane);
            self.plane_lengths.push(plane.len());
        }
    }

    /// Adds a row without a picture.
    pub fn append_null(&mut self) {
        self.ids.push(None);
        self.widths.push(0);
        self.heights.push(0);
    }

    /// The array, one value a row.
    ///
    /// # Errors
    /// Arrow's, when the parts do not fit together.
    pub fn finish(self) -> Result<ArrayRef, ArrowError> {
        let rows = self.ids.len();
        let num_channels = self.channels.len();
        let present: Vec<bool> = self.ids.iter().map(Option::is_some).collect();
        let nulls = NullBuffer::from(present.clone());
        let repeat = |text: &str| -> ArrayRef {
            Arc::new(
                present
                    .iter()
                    .map(|present| present.then_some(text))
                    .collect::<StringArray>(),
            )
        };
        let ints = |value: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![value; rows])) };
        let unit = self.pixel_size_um.map(|_| "µm");
        let physical: ArrayRef = Arc::new(Float32Array::from(vec![self.pixel_size_um; rows]));
        let units: ArrayRef = Arc::new(StringArray::from(vec![unit; rows]));

        let lengths = |per_row: usize| {
            present
                .iter()
                .map(move |present| if *present { per_row } else { 0 })
        };
        let num_planes = self.plane_lengths.len();
        let per_plane = |value: fn(&ChannelInfo) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(
                (0..num_planes).map(|plane| value(&self.channels[plane % num_channels])),
            ))
        };
        let colors: UInt32Array = (0..num_planes)
            .map(|plane| {
                let [red, green, blue] = self.channels[plane % num_channels].rgb();
                Some(u32::from_be_bytes([red, green, blue, 255]))
            })
            .collect();
        let indices = (0..num_planes).map(|plane| (plane % num_channels) as i16);
        let channel_values = StructArray::try_new(
            channel_fields(),
            vec![
                Arc::new(StringArray::from_iter_values(
                    indices.clone().map(|index| format!("channel-{index}")),
                )),
                per_plane(|channel| channel.name.clone()),
                new_null_array(&DataType::Float32, num_planes),
                new_null_array(&DataType::Float32, num_planes),
                new_null_array(&DataType::Utf8, num_planes),
                Arc::new(colors),
            ],
            None,
        )?;
        let channel_list = ListArray::try_new(
            Arc::new(field("item", DataType::Struct(channel_fields()))),
            OffsetBuffer::from_lengths(lengths(num_channels)),
            Arc::new(channel_values),
            None,
        )?;
        let pixels_meta = StructArray::try_new(
            pixels_meta_fields(),
            vec![
                repeat("XYCT"),
                repeat("uint16"),
                Arc::new(Int32Array::from(self.widths)),
                Arc::new(Int32Array::from(self.heights)),
                ints(1),
                Arc::new(Int16Array::from(vec![num_channels as i16; rows])),
                ints(1),
                Arc::clone(&physical),
                physical,
                new_null_array(&DataType::Float32, rows),
                Arc::clone(&units),
                units,
                new_null_array(&DataType::Utf8, rows),
                Arc::new(channel_list),
            ],
            Some(nulls.clone()),
        )?;
        let pixel_lists = ListArray::try_new(
            Arc::new(field("item", DataType::UInt16)),
            OffsetBuffer::from_lengths(self.plane_lengths.iter().copied()),
            Arc::new(UInt16Array::from(self.pixels)),
            None,
        )?;
        let planes = StructArray::try_new(
            plane_fields(),
            vec![
                Arc::new(Int32Array::from(vec![0; num_planes])),
                Arc::new(Int32Array::from(vec![0; num_planes])),
                Arc::new(Int16Array::from_iter_values(indices)),
                Arc::new(pixel_lists),
            ],
            None,
        )?;
        let plane_list = ListArray::try_new(
            Arc::new(field("item", DataType::Struct(plane_fields()))),
            OffsetBuffer::from_lengths(lengths(num_channels)),
            Arc::new(planes),
            Some(nulls.clone()),
        )?;
        let fields = image_fields();
        let null_of = |name: &str| {
            fields
                .find(name)
                .map(|(_, field)| new_null_array(field.data_type(), rows))
                .ok_or_else(|| ArrowError::SchemaError(format!("no field {name}")))
        };
        let chunk_grid = null_of("chunk_grid")?;
        let chunks = null_of("chunks")?;
        let ids: ArrayRef = Arc::new(StringArray::from(self.ids));
        let image = StructArray::try_new(
            fields,
            vec![
                repeat("ome.arrow"),
                repeat("0.1.0"),
                Arc::clone(&ids),
                ids,
                repeat("image"),
                Arc::new(TimestampMicrosecondArray::new_null(rows)),
                Arc::new(pixels_meta),
                chunk_grid,
                chunks,
                Arc::new(plane_list),
                Arc::new(NullArray::new(rows)),
            ],
            Some(nulls),
        )?;
        debug_assert_eq!(image.len(), rows);
        Ok(Arc::new(image))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crops_and_nulls_keep_their_places() {
        let channels = vec![
            ChannelInfo::new("A", [255, 0, 0], 16),
            ChannelInfo::new("B", [0, 255, 0], 16),
        ];
        let mut builder = OmeArrowBuilder::new(channels, None);
        builder.append("one".to_owned(), 2, 1, &[vec![1, 2], vec![3, 4]]);
        builder.append_null();
        builder.append("three".to_owned(), 1, 1, &[vec![5], vec![6]]);
        let array = builder.finish().expect("an array");
        assert_eq!(array.data_type(), &ome_arrow_type());
        assert_eq!(array.len(), 3);
        assert!(array.is_null(1));
    }
}
