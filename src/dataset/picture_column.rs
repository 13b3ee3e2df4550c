//! Pictures in any of the ways in which a Lance dataset holds them.
//!
//! OME-Arrow structs (planes or chunks), Arrow's fixed- and variable-shape tensors of uint8 or
//! uint16 (channel, y, x or y, x), and encoded PNG or JPEG bytes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type};

use super::ChannelInfo;
use cytolance_imaging::{Crop, default_channel_color};

const EXTENSION: &str = "ARROW:extension:name";
const EXTENSION_METADATA: &str = "ARROW:extension:metadata";

/// Whether a field holds pictures.
pub fn is_picture(field: &Field) -> bool {
    match field.data_type() {
        DataType::Struct(fields) => {
            let has = |name: &str| fields.iter().any(|field| field.name() == name);
            (has("pixels_meta") && (has("planes") || has("chunks")))
                || (has("data") && has("shape") && is_tensor(field))
        }
        DataType::FixedSizeList(item, _) => {
            is_tensor(field)
                && matches!(item.data_type(), DataType::UInt8 | DataType::UInt16)
                && fixed_shape(field).is_some_and(|shape| matches!(shape.len(), 2 | 3))
        }
        DataType::Binary | DataType::LargeBinary => {
            let name = field.name().to_ascii_lowercase();
            ["image", "crop", "picture", "thumbnail", "png", "jpeg"]
                .iter()
                .any(|word| name.contains(word))
        }
        _ => false,
    }
}

fn is_tensor(field: &Field) -> bool {
    field
        .metadata()
        .get(EXTENSION)
        .is_some_and(|name| name.ends_with("shape_tensor"))
}

fn fixed_shape(field: &Field) -> Option<Vec<usize>> {
    let metadata: serde_json::Value =
        serde_json::from_str(field.metadata().get(EXTENSION_METADATA)?).ok()?;
    metadata
        .get("shape")?
        .as_array()?
        .iter()
        .map(|size| size.as_u64().and_then(|size| usize::try_from(size).ok()))
        .collect()
}

/// The picture of a row; `None` for null and for values that do not describe a picture.
pub fn read_picture(field: &Field, array: &ArrayRef, row: usize) -> Option<Crop> {
    if row >= array.len() || array.is_null(row) {
        return None;
    }
    match field.data_type() {
        DataType::Struct(_) => {
            let fields = array.as_struct_opt()?;
            if fields.column_by_name("pixels_meta").is_some() {
                ome_arrow_picture(fields, row)
            } else {
                let data = fields
                    .column_by_name("data")?
                    .as_list_opt::<i32>()?
                    .value(row);
                let shape = fields
                    .column_by_name("shape")?
                    .as_fixed_size_list_opt()?
                    .value(row);
                let shape: Vec<usize> = shape
                    .as_primitive_opt::<Int32Type>()?
                    .values()
                    .iter()
                    .map(|size| usize::try_from(*size).unwrap_or(0))
                    .collect();
                tensor_picture(&pixels_of(&data)?, &shape)
            }
        }
        DataType::FixedSizeList(..) => {
            let values = array.as_fixed_size_list_opt()?.value(row);
            tensor_picture(&pixels_of(&values)?, &fixed_shape(field)?)
        }
        DataType::Binary => encoded_picture(array.as_binary_opt::<i32>()?.value(row)),
        DataType::LargeBinary => encoded_picture(array.as_binary_opt::<i64>()?.value(row)),
        _ => None,
    }
}

/// The channel names and colours stored with an OME-Arrow picture, as name and `0xRRGGBBAA`.
fn stored_channels(array: &ArrayRef, row: usize) -> Option<Vec<(String, Option<u32>)>> {
    if array.is_null(row) {
        return None;
    }
    let meta = array
        .as_struct_opt()?
        .column_by_name("pixels_meta")?
        .as_struct_opt()?;
    let channels = meta
        .column_by_name("channels")?
        .as_list_opt::<i32>()?
        .value(row);
    let channels = channels.as_struct_opt()?;
    let names = channels.column_by_name("name")?.as_string_opt::<i32>()?;
    let colors = channels
        .column_by_name("color_rgba")
        .and_then(|colors| colors.as_primitive_opt::<arrow::datatypes::UInt32Type>());
    Some(
        (0..names.len())
            .map(|index| {
                let name = if names.is_null(index) {
                    format!("channel {}", index + 1)
                } else {
                    names.value(index).to_owned()
                };
                (
                    name,
                    colors
                        .filter(|colors| !colors.is_null(index))
                        .map(|colors| colors.value(index)),
                )
            })
            .collect(),
    )
}

/// The channels of the picture of a row: what is stored with it, or else numbers.
pub fn channels_of_picture(array: &ArrayRef, row: usize, crop: &Crop) -> Vec<ChannelInfo> {
    let stored = stored_channels(array, row).unwrap_or_default();
    let is_8_bit = crop
        .planes
        .iter()
        .all(|plane| plane.iter().all(|value| *value < 256));
    let bit_depth = if is_8_bit { 8 } else { 16 };
    let is_rgb = stored.is_empty() && crop.planes.len() == 3;
    (0..crop.planes.len())
        .map(|index| match stored.get(index) {
            Some((name, Some(color))) if color >> 8 != 0 => {
                let [red, green, blue, _] = color.to_be_bytes();
                ChannelInfo::new(name, [red, green, blue], bit_depth)
            }
            Some((name, _)) => {
                ChannelInfo::new(name, default_channel_color(name, index), bit_depth)
            }
            None if is_rgb => {
                let mut color = [0; 3];
                color[index] = 255;
                ChannelInfo::new(["red", "green", "blue"][index], color, bit_depth)
            }
            None => {
                let name = format!("channel {}", index + 1);
                ChannelInfo::new(&name, default_channel_color(&name, index), bit_depth)
            }
        })
        .collect()
}

fn ome_arrow_picture(image: &StructArray, row: usize) -> Option<Crop> {
    let meta = image.column_by_name("pixels_meta")?.as_struct_opt()?;
    let size = |name: &str| -> Option<u32> { u32::try_from(index(meta, name, row)?).ok() };
    let (width, height) = (size("size_x")?, size("size_y")?);
    let num_channels = size("size_c").unwrap_or(1) as usize;
    let num_pixels = (width as usize).checked_mul(height as usize)?;
    let mut planes: Vec<Option<Arc<[u16]>>> = vec![None; num_channels];
    let list = |name: &str| {
        image
            .column_by_name(name)
            .and_then(|column| column.as_list_opt::<i32>())
            .filter(|list| !list.is_null(row))
            .map(|list| list.value(row))
            .filter(|list| !list.is_empty())
    };
    if let Some(values) = list("planes") {
        let values = values.as_struct_opt()?;
        let pixels = values.column_by_name("pixels")?.as_list_opt::<i32>()?;
        for plane in 0..values.len() {
            let channel = usize::try_from(index(values, "c", plane)?).ok()?;
            // A viewer of flat cells shows the first slice and the first time point.
            if index(values, "z", plane).unwrap_or(0) != 0
                || index(values, "t", plane).unwrap_or(0) != 0
            {
                continue;
            }
            let pixels = pixels_of(&pixels.value(plane))?;
            if let Some(slot) = planes.get_mut(channel)
                && pixels.len() == num_pixels
            {
                *slot = Some(Arc::from(pixels));
            }
        }
    } else if let Some(values) = list("chunks") {
        let values = values.as_struct_opt()?;
        let pixels = values.column_by_name("pixels")?.as_list_opt::<i32>()?;
        let mut canvas = vec![vec![0_u16; num_pixels]; num_channels];
        for chunk in 0..values.len() {
            let at = |name: &str| {
                index(values, name, chunk).and_then(|value| usize::try_from(value).ok())
            };
            if at("z").unwrap_or(0) != 0 || at("t").unwrap_or(0) != 0 {
                continue;
            }
            let (channel, x, y) = (at("c")?, at("x")?, at("y")?);
            let (chunk_width, chunk_height) = (at("shape_x")?, at("shape_y")?);
            let pixels = pixels_of(&pixels.value(chunk))?;
            for line in 0..chunk_height {
                let from = pixels.get(line * chunk_width..(line + 1) * chunk_width)?;
                let start = (y + line) * width as usize + x;
                canvas
                    .get_mut(channel)?
                    .get_mut(start..start + chunk_width)?
                    .copy_from_slice(from);
            }
        }
        planes = canvas
            .into_iter()
            .map(|plane| Some(Arc::from(plane)))
            .collect();
    }
    let planes: Option<Vec<_>> = planes.into_iter().collect();
    Some(Crop {
        width,
        height,
        planes: planes.filter(|planes| !planes.is_empty())?,
    })
}

fn index(values: &StructArray, name: &str, row: usize) -> Option<i64> {
    let column = values.column_by_name(name)?;
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Int16 => Some(column.as_primitive_opt::<Int16Type>()?.value(row).into()),
        DataType::Int32 => Some(column.as_primitive_opt::<Int32Type>()?.value(row).into()),
        // pandas makes every whole number one of 64 bits.
        DataType::Int64 => Some(column.as_primitive_opt::<Int64Type>()?.value(row)),
        _ => None,
    }
}

/// Pixels of whichever whole numbers they are stored as; `None` where one does not fit.
fn pixels_of(values: &ArrayRef) -> Option<Vec<u16>> {
    match values.data_type() {
        DataType::UInt16 => Some(values.as_primitive_opt::<UInt16Type>()?.values().to_vec()),
        DataType::UInt8 => Some(
            values
                .as_primitive_opt::<UInt8Type>()?
                .values()
                .iter()
                .map(|value| u16::from(*value))
                .collect(),
        ),
        kind if kind.is_integer() => {
            let exact = CastOptions {
                safe: false,
                ..CastOptions::default()
            };
            let cast = cast_with_options(values, &DataType::UInt16, &exact).ok()?;
            Some(cast.as_primitive_opt::<UInt16Type>()?.values().to_vec())
        }
        _ => None,
    }
}

fn tensor_picture(pixels: &[u16], shape: &[usize]) -> Option<Crop> {
    let (channels, height, width) = match *shape {
        [height, width] => (1, height, width),
        [channels, height, width] => (channels, height, width),
        _ => return None,
    };
    let num_pixels = height.checked_mul(width)?;
    if num_pixels == 0 || pixels.len() != num_pixels.checked_mul(channels)? {
        return None;
    }
    Some(Crop {
        width: u32::try_from(width).ok()?,
        height: u32::try_from(height).ok()?,
        planes: pixels.chunks_exact(num_pixels).map(Arc::from).collect(),
    })
}

fn encoded_picture(bytes: &[u8]) -> Option<Crop> {
    let picture = image::load_from_memory(bytes).ok()?;
    let (width, height) = (picture.width(), picture.height());
    let planes: Vec<Arc<[u16]>> = match &picture {
        image::DynamicImage::ImageLuma8(grey) => vec![
            grey.as_raw()
                .iter()
                .map(|value| u16::from(*value))
                .collect(),
        ],
        image::DynamicImage::ImageLuma16(grey) => vec![grey.as_raw().iter().copied().collect()],
        _ => {
            let rgb = picture.to_rgb16();
            (0..3)
                .map(|channel| {
                    rgb.as_raw()
                        .iter()
                        .skip(channel)
                        .step_by(3)
                        .copied()
                        .collect()
                })
                .collect()
        }
    };
    Some(Crop {
        width,
        height,
        planes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelInfo, OmeArrowBuilder};

    #[test]
    fn an_ome_arrow_crop_reads_back() {
        let channels = vec![
            ChannelInfo::new("A", [255, 0, 0], 16),
            ChannelInfo::new("B", [0, 255, 0], 16),
        ];
        let mut builder = OmeArrowBuilder::new(channels, Some(0.5));
        builder.append_null();
        builder.append(
            "x".to_owned(),
            2,
            2,
            &[vec![1, 2, 3, 4], vec![5, 6, 7, 65535]],
        );
        let array = builder.finish().expect("an array");
        let field = Field::new("ome_arrow_image", array.data_type().clone(), true);
        assert!(is_picture(&field));
        assert_eq!(read_picture(&field, &array, 0), None);
        let crop = read_picture(&field, &array, 1).expect("a crop");
        assert_eq!((crop.width, crop.height), (2, 2));
        assert_eq!(&crop.planes[1][..], [5, 6, 7, 65535]);
        let stored = stored_channels(&array, 1).expect("channels");
        assert_eq!(stored[1], ("B".to_owned(), Some(0x00FF_00FF)));
    }

    #[test]
    fn tensors_need_a_matching_shape() {
        assert_eq!(
            tensor_picture(&[1, 2, 3, 4], &[2, 1, 2]).map(|crop| crop.planes.len()),
            Some(2)
        );
        assert_eq!(tensor_picture(&[1, 2, 3], &[2, 2]), None);
        assert_eq!(tensor_picture(&[], &[0, 2]), None);
    }
}
