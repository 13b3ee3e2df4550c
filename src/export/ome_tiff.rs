//! One cell's crop as an OME-TIFF: a page a channel, channel names and colours, pixel size; Fiji, napari and tifffile
//! read it.

use std::fmt::Write as _;
use std::io::Cursor;

use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use super::ExportError;
use super::target::Target;
use super::whole_file::write_whole;
use cytolance_dataset::ChannelInfo;
use cytolance_imaging::Crop;
use cytolance_plot::escape_xml_ascii;

/// What a picture is of.
#[derive(Debug, Clone, Default)]
pub struct CropNote {
    /// A name, such as plate, well, site and object.
    pub name: String,
    /// Pixel size in micrometres.
    pub pixel_size_um: Option<f64>,
    /// Keys and their values, kept in the file.
    pub keys: Vec<(String, String)>,
}

/// Writes a crop.
///
/// # Errors
/// [`ExportError::Exists`], [`ExportError::Write`].
pub fn write_ome_tiff(
    target: &Target,
    crop: &Crop,
    channels: &[ChannelInfo],
    note: &CropNote,
) -> Result<(), ExportError> {
    let bytes = encode(crop, channels, note).map_err(|error| ExportError::Write {
        path: target.full_path(),
        reason: error.to_string(),
    })?;
    write_whole(target, &bytes)
}

fn encode(
    crop: &Crop,
    channels: &[ChannelInfo],
    note: &CropNote,
) -> Result<Vec<u8>, tiff::TiffError> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes)?;
    let xml = ome_xml(crop, channels, note);
    for (at, plane) in crop.planes.iter().enumerate() {
        let mut image = encoder.new_image::<colortype::Gray16>(crop.width, crop.height)?;
        if at == 0 {
            image
                .encoder()
                .write_tag(Tag::ImageDescription, xml.as_str())?;
        }
        image.encoder().write_tag(Tag::Software, "Cytolance")?;
        image.write_data(plane)?;
    }
    Ok(bytes.into_inner())
}

/// The description, in ASCII, as TIFF's text wants it.
fn ome_xml(crop: &Crop, channels: &[ChannelInfo], note: &CropNote) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    xml.push_str("<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://www.openmicroscopy.org/Schemas/OME/2016-06 http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd\" Creator=\"Cytolance\">");
    let _ = write!(
        xml,
        "<Image ID=\"Image:0\" Name=\"{}\">",
        escape_xml_ascii(&note.name)
    );
    let size = note
        .pixel_size_um
        .filter(|size| size.is_finite() && *size > 0.0)
        .map(|size| {
            format!(
                " PhysicalSizeX=\"{size}\" PhysicalSizeXUnit=\"&#181;m\" PhysicalSizeY=\"{size}\" PhysicalSizeYUnit=\"&#181;m\""
            )
        })
        .unwrap_or_default();
    let _ = write!(
        xml,
        "<Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint16\" SizeX=\"{}\" SizeY=\"{}\" SizeC=\"{}\" SizeZ=\"1\" SizeT=\"1\" BigEndian=\"false\"{size}>",
        crop.width,
        crop.height,
        crop.planes.len()
    );
    for at in 0..crop.planes.len() {
        let (name, [r, g, b]) = channels.get(at).map_or_else(
            || (format!("channel {}", at + 1), [255; 3]),
            |channel| (channel.name.clone(), channel.rgb()),
        );
        // Red, green, blue and opacity as one signed number.
        let color = i32::from_be_bytes([r, g, b, 255]);
        let _ = write!(
            xml,
            "<Channel ID=\"Channel:0:{at}\" Name=\"{}\" SamplesPerPixel=\"1\" Color=\"{color}\"/>",
            escape_xml_ascii(&name)
        );
    }
    for at in 0..crop.planes.len() {
        let _ = write!(
            xml,
            "<TiffData IFD=\"{at}\" FirstC=\"{at}\" FirstZ=\"0\" FirstT=\"0\" PlaneCount=\"1\"/>"
        );
    }
    xml.push_str("</Pixels>");
    if !note.keys.is_empty() {
        xml.push_str("<AnnotationRef ID=\"Annotation:0\"/>");
    }
    xml.push_str("</Image>");
    if !note.keys.is_empty() {
        xml.push_str("<StructuredAnnotations><MapAnnotation ID=\"Annotation:0\" Namespace=\"cytolance\"><Value>");
        for (key, value) in &note.keys {
            let _ = write!(
                xml,
                "<M K=\"{}\">{}</M>",
                escape_xml_ascii(key),
                escape_xml_ascii(value)
            );
        }
        xml.push_str("</Value></MapAnnotation></StructuredAnnotations>");
    }
    xml.push_str("</OME>");
    xml
}

/// A file name of these parts, in letters that every system knows.
pub fn safe_name(parts: &[String]) -> String {
    let joined = parts
        .iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join("_");
    let name: String = joined
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || "-._".contains(letter) {
                letter
            } else {
                '-'
            }
        })
        .take(120)
        .collect();
    let name = name.trim_matches(['.', '-']).to_owned();
    if name.is_empty() {
        "cell".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tiff::decoder::{Decoder, DecodingResult};

    use super::*;

    #[test]
    fn pages_and_description_read_back() {
        let crop = Crop {
            width: 3,
            height: 2,
            planes: vec![
                Arc::from(vec![1, 2, 3, 4, 5, 65_535]),
                Arc::from(vec![9, 8, 7, 6, 5, 4]),
            ],
        };
        let channels = [
            ChannelInfo::new("DNA", [0, 0, 255], 16),
            ChannelInfo::new("ER & Mü", [0, 255, 0], 16),
        ];
        let note = CropNote {
            name: "P1_A01".to_owned(),
            pixel_size_um: Some(0.325),
            keys: vec![("Metadata_Well".to_owned(), "A01".to_owned())],
        };
        let bytes = encode(&crop, &channels, &note).expect("encoded");
        let mut decoder = Decoder::new(Cursor::new(bytes)).expect("a TIFF");
        let xml = decoder
            .get_tag_ascii_string(Tag::ImageDescription)
            .expect("a description");
        for part in [
            "SizeC=\"2\"",
            "Name=\"DNA\"",
            "ER &amp; M&#252;",
            "PhysicalSizeX=\"0.325\"",
            "<M K=\"Metadata_Well\">A01</M>",
            "Color=\"65535\"",
        ] {
            assert!(xml.contains(part), "{part}: {xml}");
        }
        assert!(matches!(decoder.read_image(), Ok(DecodingResult::U16(page)) if page[5] == 65_535));
        decoder.next_image().expect("a second page");
        assert!(matches!(decoder.read_image(), Ok(DecodingResult::U16(page)) if page[0] == 9));
    }

    #[test]
    fn file_names_are_safe() {
        let name = |parts: &[&str]| {
            safe_name(
                &parts
                    .iter()
                    .map(|part| (*part).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(name(&["P 1", "A01", "", "3"]), "P-1_A01_3");
        assert_eq!(name(&["../..", "a/b:c"]), "_a-b-c");
        assert_eq!(name(&["..."]), "cell");
    }
}
