//! How large a pixel is, as the header of a file says it.

use std::fmt;
use std::io::Cursor;
use std::path::Path;

use super::PagePlace;
use super::picture_source::{open, pixel_size_in};

/// Edge lengths in micrometres between which light microscopes have their pixels; what is outside is a printer's or a
/// screen's.
const PLAUSIBLE: [f64; 2] = [0.01, 20.0];

/// What of a file's header says the pixel size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PixelSizeSource {
    /// `PhysicalSizeX` of OME-XML.
    OmeXml,
    /// The description that `MetaXpress` and `MetaMorph` write.
    MetaMorph,
    /// The unit in `ImageJ`'s description, with the TIFF's resolution.
    ImageJ,
    /// The TIFF's resolution alone.
    Resolution,
}

impl fmt::Display for PixelSizeSource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::OmeXml => "OME-XML",
            Self::MetaMorph => "MetaMorph's description",
            Self::ImageJ => "ImageJ's description",
            Self::Resolution => "the TIFF's resolution",
        })
    }
}

/// The pixel size that a file says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilePixelSize {
    /// Width and height of a pixel in micrometres.
    pub um: [f64; 2],
    /// What says it.
    pub source: PixelSizeSource,
}

/// Whether a length in micrometres may be that of a microscope's pixel.
pub fn is_pixel_size(um: f64) -> bool {
    (PLAUSIBLE[0]..=PLAUSIBLE[1]).contains(&um)
}

/// Micrometres in a unit of length; `None` for what is none, such as pixels.
pub fn micrometres_of(unit: &str) -> Option<f64> {
    // Escaped by XML, by Java, or read in the wrong encoding.
    let micro = [
        "&#181;",
        "&#xb5;",
        "&#956;",
        "&micro;",
        "\\u00b5",
        "\u{c2}\u{b5}",
        "\u{3bc}",
    ];
    let mut unit = unit.trim().trim_matches('"').to_lowercase();
    for escaped in micro {
        unit = unit.replace(&escaped.to_lowercase(), "\u{b5}");
    }
    Some(match unit.as_str() {
        "\u{b5}m" | "um" | "\u{b5}" | "micron" | "microns" | "micrometer" | "micrometers"
        | "micrometre" | "micrometres" => 1.0,
        "nm" | "nanometer" | "nanometers" | "nanometre" | "nanometres" => 1e-3,
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => 1e3,
        "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => 1e4,
        "m" | "meter" | "meters" | "metre" | "metres" => 1e6,
        "inch" | "inches" | "in" => 25_400.0,
        "\u{e5}" | "angstrom" => 1e-4,
        _ => return None,
    })
}

/// Reads the pixel size of a place in a file. Takes no longer for a large picture; `None` where the file says nothing that
/// may be one, or cannot be read.
pub fn pixel_size(path: &Path, place: PagePlace) -> Option<FilePixelSize> {
    pixel_size_in(path, open(path).ok()?, place)
}

/// Reads it from the bytes of a file, as [`pixel_size`] does.
pub fn pixel_size_from(name: &Path, bytes: &[u8], place: PagePlace) -> Option<FilePixelSize> {
    pixel_size_in(name, Cursor::new(bytes), place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::{Rational, TiffEncoder, colortype::Gray8};
    use tiff::tags::{ResolutionUnit, Tag};

    /// A TIFF with a description, and pixels by unit.
    fn tiff(description: &str, resolution: Option<([u32; 2], ResolutionUnit)>) -> Vec<u8> {
        let mut bytes = Vec::new();
        {
            let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).unwrap();
            let mut image = encoder.new_image::<Gray8>(2, 2).unwrap();
            if let Some(([n, d], unit)) = resolution {
                image.resolution(unit, Rational { n, d });
            }
            let written = image
                .encoder()
                .write_tag(Tag::ImageDescription, description);
            written.unwrap();
            image.write_data(&[0; 4]).unwrap();
        }
        bytes
    }

    #[test]
    fn headers_say_how_large_a_pixel_is() {
        use PixelSizeSource::{ImageJ, MetaMorph, OmeXml, Resolution};
        let ome = |attributes: &str| {
            format!(
                "<OME><Image><Pixels SizeC=\"1\" {attributes}/></Image><Image><Pixels PhysicalSizeX=\"2\"/></Image></OME>"
            )
        };
        let metamorph = |state: &str, unit: &str| {
            format!(
                "<MetaData><prop id=\"spatial-calibration-state\" type=\"bool\" value=\"{state}\"/>\
                 <prop id=\"spatial-calibration-x\" type=\"float\" value=\"0.325\"/>\
                 <prop id=\"spatial-calibration-y\" type=\"float\" value=\"0.325\"/>\
                 <prop id=\"spatial-calibration-units\" type=\"string\" value=\"{unit}\"/></MetaData>"
            )
        };
        let cm = |pixels: [u32; 2]| Some((pixels, ResolutionUnit::Centimeter));
        let inch = |pixels: [u32; 2]| Some((pixels, ResolutionUnit::Inch));
        let none = |pixels: [u32; 2]| Some((pixels, ResolutionUnit::None));
        let both = |um: f64, source| Some(([um, um], source));
        let cases = [
            (
                ome("PhysicalSizeX=\"0.65\" PhysicalSizeY=\"0.7\""),
                None,
                Some(([0.65, 0.7], OmeXml)),
            ),
            (
                ome("PhysicalSizeX=\"0.65\""),
                cm([10_000, 1]),
                both(0.65, OmeXml),
            ),
            (
                ome("PhysicalSizeX=\"650\" PhysicalSizeXUnit=\"nm\""),
                None,
                both(0.65, OmeXml),
            ),
            (
                ome("PhysicalSizeX=\"0.65\" PhysicalSizeXUnit=\"&#181;m\""),
                None,
                both(0.65, OmeXml),
            ),
            (
                ome("PhysicalSizeX=\"1\" PhysicalSizeXUnit=\"pixel\""),
                None,
                None,
            ),
            (ome("PhysicalSizeX=\"0\""), None, None),
            (metamorph("on", "um"), inch([72, 1]), both(0.325, MetaMorph)),
            (metamorph("off", "um"), None, None),
            (metamorph("on", "pixel"), None, None),
            (
                "ImageJ=1.53\nunit=\\u00B5m\n".to_owned(),
                none([2, 1]),
                both(0.5, ImageJ),
            ),
            (
                "ImageJ=1.53\nunit=micron\n".to_owned(),
                inch([4, 1]),
                both(0.25, ImageJ),
            ),
            ("ImageJ=1.53\nunit=pixel\n".to_owned(), none([2, 1]), None),
            ("ImageJ=1.53\nunit=inch\n".to_owned(), inch([72, 1]), None),
            (
                String::new(),
                cm([15_384, 1]),
                both(10_000.0 / 15_384.0, Resolution),
            ),
            (String::new(), cm([28, 1]), None),
            (String::new(), inch([300, 1]), None),
            (String::new(), inch([4_800, 1]), None),
            (String::new(), inch([50_800, 1]), both(0.5, Resolution)),
            (String::new(), none([2, 1]), None),
            (String::new(), cm([0, 1]), None),
            (String::new(), None, None),
        ];
        for (description, resolution, expected) in cases {
            let bytes = tiff(&description, resolution);
            let found = pixel_size_from(Path::new("a.tif"), &bytes, PagePlace::default());
            let found = found.map(|found| (found.um, found.source));
            match (found, expected) {
                (Some((um, source)), Some((wanted, from))) => {
                    assert_eq!(source, from, "{description}");
                    let near = um
                        .iter()
                        .zip(wanted)
                        .all(|(um, wanted)| (um - wanted).abs() < 1e-9);
                    assert!(near, "{description} {um:?}");
                }
                (found, expected) => assert_eq!(found, expected, "{description} {resolution:?}"),
            }
        }
        let second = PagePlace {
            series: 1,
            ..PagePlace::default()
        };
        let bytes = tiff(&ome("PhysicalSizeX=\"0.65\""), None);
        let found = pixel_size_from(Path::new("a.tif"), &bytes, second);
        assert_eq!(found.map(|found| found.um), Some([2.0, 2.0]));
        assert_eq!(
            pixel_size_from(Path::new("a.tif"), b"no picture", second),
            None
        );
    }
}
