//! The pixel size that a TIFF says: in its description, else by its resolution.

use std::io::{BufRead, Read, Seek};
use std::path::Path;

use tiff::decoder::Decoder;
use tiff::decoder::ifd::Value;
use tiff::tags::Tag;

use super::Context;
use crate::ome_layout::{each_tag, physical_sizes};
use crate::samples::Purpose;
use crate::{FilePixelSize, PagePlace, PixelSizeSource, is_pixel_size, micrometres_of};

/// The value of `ResolutionUnit` for centimetres.
const CENTIMETRES: u16 = 3;
/// The one for inches, also the tag's default.
const INCHES: u16 = 2;
/// No scanner or printer has pixels this small, so that an inch is a microscope's.
const BELOW_PRINTERS: f64 = 2.0;

/// The pixel size of a place in the file.
pub(crate) fn pixel_size<R: BufRead + Seek>(
    path: &Path,
    reader: R,
    place: PagePlace,
) -> Option<FilePixelSize> {
    let purpose = Purpose::Intensity;
    let context = Context { path, purpose };
    let (mut decoder, _) = context.open(reader).ok()?;
    let description = decoder
        .find_tag(Tag::ImageDescription)
        .ok()
        .flatten()
        .and_then(|description| description.into_string().ok())
        .unwrap_or_default();
    let sized = |sizes: [Option<f64>; 2], source| {
        let [x, y] = sizes;
        let um = [x?, y.or(x)?];
        let plausible = um.iter().all(|um| is_pixel_size(*um));
        plausible.then_some(FilePixelSize { um, source })
    };
    let said = sized(
        physical_sizes(&description, place.series),
        PixelSizeSource::OmeXml,
    );
    if let Some(said) = said.or_else(|| sized(metamorph(&description), PixelSizeSource::MetaMorph))
    {
        return Some(said);
    }
    let by_unit = [Tag::XResolution, Tag::YResolution]
        .map(|tag| resolution(&mut decoder, tag).map(f64::recip));
    let of_unit = |um: f64| by_unit.map(|by_unit| by_unit.map(|length| length * um));
    if description.starts_with("ImageJ=") {
        let unit = description
            .lines()
            .find_map(|line| line.strip_prefix("unit="));
        // Its unit is what counts: the tag beside it says none, or that of a printer.
        if let Some(unit) = unit {
            return sized(of_unit(micrometres_of(unit)?), PixelSizeSource::ImageJ);
        }
    }
    let unit = decoder.find_tag_unsigned::<u16>(Tag::ResolutionUnit);
    match unit.ok().flatten().unwrap_or(INCHES) {
        CENTIMETRES => sized(of_unit(1e4), PixelSizeSource::Resolution),
        INCHES => sized(of_unit(25_400.0), PixelSizeSource::Resolution)
            .filter(|size| size.um.iter().all(|um| *um <= BELOW_PRINTERS)),
        _ => None,
    }
}

/// Pixels by unit of length.
fn resolution<R: Read + Seek>(decoder: &mut Decoder<R>, tag: Tag) -> Option<f64> {
    let pixels = match decoder.find_tag(tag).ok()?? {
        Value::Rational(pixels, units) => f64::from(pixels) / f64::from(units),
        Value::Float(pixels) => f64::from(pixels),
        Value::Double(pixels) => pixels,
        _ => return None,
    };
    Some(pixels).filter(|pixels| pixels.is_finite() && *pixels > 0.0)
}

/// What `MetaMorph` and `MetaXpress` write, where the calibration is switched on.
fn metamorph(description: &str) -> [Option<f64>; 2] {
    let mut sizes = [None, None];
    let (mut unit, mut is_off) = (None, false);
    each_tag(description, |_, attributes, _| {
        let attribute = |wanted: &str| {
            let mut known = attributes.iter();
            known
                .find(|(key, _)| *key == wanted)
                .map(|(_, value)| *value)
        };
        let (Some(id), Some(value)) = (attribute("id"), attribute("value")) else {
            return;
        };
        match id {
            "spatial-calibration-x" => sizes[0] = value.trim().parse::<f64>().ok(),
            "spatial-calibration-y" => sizes[1] = value.trim().parse::<f64>().ok(),
            "spatial-calibration-units" => unit = micrometres_of(value),
            "spatial-calibration-state" => is_off = value.eq_ignore_ascii_case("off"),
            _ => {}
        }
    });
    match unit.filter(|_| !is_off) {
        Some(unit) => sizes.map(|size| size.map(|size| size * unit)),
        None => [None, None],
    }
}
