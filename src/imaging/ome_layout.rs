//! Which page of an OME-TIFF is which plane of which image: the part of OME-XML that says it.

use super::PagePlace;
use super::pixel_size::micrometres_of;

/// An image (a series) of the file.
#[derive(Debug, Default)]
struct OmeImage {
    /// The order of the dimensions, `XYCZT` or another.
    order: String,
    /// Planes along C, Z and T.
    sizes: [u64; 3],
    /// Samples that one plane holds of the channels.
    samples: u64,
    /// Names of the channels, empty where one has none.
    channels: Vec<String>,
    blocks: Vec<PageBlock>,
}

/// The planes of an image that are in one file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct OmePlanes {
    /// Names of the image's channels, empty where one has none.
    pub(super) channels: Vec<String>,
    /// Channel, place along Z and time of each plane, and its page.
    pub(super) pages: Vec<([u32; 3], u32)>,
}

/// The planes of a series in the file called `name` that has so many pages, told by the description of an OME-TIFF.
///
/// `None` where the description is no OME-XML, or does not know the series.
pub(super) fn planes_of(
    description: &str,
    name: &str,
    series: u32,
    pages: u32,
) -> Option<OmePlanes> {
    let (uuid, images) = images_of(description)?;
    let image = images.get(series as usize)?;
    let planes = image.planes();
    let mut found = OmePlanes {
        channels: image.channels.clone(),
        pages: Vec::new(),
    };
    let mut add = |frame: u64, page: u64| {
        let page = u32::try_from(page).ok().filter(|page| *page < pages);
        if let Some(page) = page.filter(|_| frame < planes) {
            found.pages.push((image.plane_at(frame), page));
        }
    };
    if image.blocks.is_empty() && series == 0 {
        (0..planes.min(u64::from(pages))).for_each(|frame| add(frame, frame));
    }
    for block in image.blocks.iter().filter(|block| block.is_in(name, &uuid)) {
        let start = image.position(block.first);
        let length = block.length(start, planes).min(u64::from(pages));
        let first = match block.first_page {
            Some(page) => page,
            None if series == 0 => 0,
            None => continue,
        };
        (0..length).for_each(|at| add(start.saturating_add(at), first.saturating_add(at)));
    }
    found.pages.sort_unstable();
    found.pages.dedup_by_key(|(plane, _)| *plane);
    Some(found)
}

impl PageBlock {
    /// Whether it is in the file of this name and identifier.
    fn is_in(&self, name: &str, uuid: &str) -> bool {
        let is_named = |file: &str| file.rsplit(['/', '\\']).next() == Some(name);
        match &self.file {
            Some(file) => is_named(file) || (!uuid.is_empty() && self.uuid == uuid),
            None => true,
        }
    }

    /// How many planes it has, the first one being `start` of so many.
    fn length(&self, start: u64, planes: u64) -> u64 {
        self.planes.unwrap_or(match self.first_page {
            Some(_) => 1,
            None => planes.saturating_sub(start),
        })
    }
}

/// Planes that lie in pages one after the other.
#[derive(Debug, Default)]
struct PageBlock {
    first_page: Option<u64>,
    /// The first plane: C, Z and T.
    first: [u64; 3],
    planes: Option<u64>,
    /// Identifier and name of the file that they are in, where they are said.
    uuid: String,
    file: Option<String>,
}

/// The page of a place, told by the description of an OME-TIFF called `name`.
///
/// `None` where the description says nothing of it: it is no OME-XML, or that of several files of which each holds
/// planes of the first image.
///
/// # Errors
/// Why a series or plane is not in this file.
pub(super) fn page_of(
    description: &str,
    name: &str,
    place: PagePlace,
) -> Result<Option<u64>, String> {
    let Some((uuid, images)) = images_of(description) else {
        return Ok(None);
    };
    let PagePlace { series, frame, .. } = place;
    let Some(image) = images.get(series as usize) else {
        return Err(match images.len() {
            1 => "its description knows one image".to_owned(),
            count => format!("its description knows {count} images"),
        });
    };
    let frame = u64::from(frame);
    let planes = image.planes();
    let mut elsewhere = None;
    for block in &image.blocks {
        let start = image.position(block.first);
        let length = block.length(start, planes);
        if !(start..start.saturating_add(length)).contains(&frame) {
            continue;
        }
        if !block.is_in(name, &uuid) {
            elsewhere.clone_from(&block.file);
            continue;
        }
        match block.first_page {
            Some(page) => return Ok(Some(page + (frame - start))),
            None if series == 0 => return Ok(Some(frame - start)),
            None => return Err("its description does not say which pages are of it".to_owned()),
        }
    }
    match elsewhere {
        _ if series == 0 && elsewhere.is_none() && image.blocks.is_empty() => Ok(None),
        Some(_) if series == 0 => Ok(None),
        Some(file) => Err(format!("its description says that it is in {file}")),
        None if frame >= planes => Err(format!("its description says that it has {planes} planes")),
        None => Err("its description does not say which pages are of it".to_owned()),
    }
}

impl OmeImage {
    /// How many planes it has along C, Z and T, colours of one plane counted once.
    fn sizes(&self) -> [u64; 3] {
        let [channels, z, t] = self.sizes;
        [channels / self.samples.max(1), z, t].map(|size| size.max(1))
    }

    fn planes(&self) -> u64 {
        self.sizes().into_iter().fold(1, u64::saturating_mul)
    }

    /// The number of a plane in the order of the dimensions.
    fn position(&self, plane: [u64; 3]) -> u64 {
        let sizes = self.sizes();
        let mut step = 1_u64;
        let mut position = 0_u64;
        for letter in self.order.chars() {
            let Some(at) = "CZT".find(letter) else {
                continue;
            };
            position = position.saturating_add(plane[at].saturating_mul(step));
            step = step.saturating_mul(sizes[at]);
        }
        position
    }

    /// Channel, place along Z and time of the plane of this number.
    fn plane_at(&self, number: u64) -> [u32; 3] {
        let sizes = self.sizes();
        let mut rest = number;
        let mut plane = [0; 3];
        for at in self.order.chars().filter_map(|letter| "CZT".find(letter)) {
            plane[at] = (rest % sizes[at]) as u32;
            rest /= sizes[at];
        }
        plane
    }
}

/// Edge lengths of a pixel in micrometres that OME-XML says of a series, as far as it says them.
pub(super) fn physical_sizes(description: &str, series: u32) -> [Option<f64>; 2] {
    let (mut is_ome, mut images) = (false, 0);
    let mut found = [None, None];
    each_tag(description, |name, attributes, _| {
        is_ome |= name == "OME";
        images += u32::from(name == "Image");
        if name != "Pixels" || images != series + 1 {
            return;
        }
        let attribute = |wanted: String| {
            let mut known = attributes.iter();
            known
                .find(|(key, _)| *key == wanted)
                .map(|(_, value)| *value)
        };
        found = ["X", "Y"].map(|axis| {
            let size = attribute(format!("PhysicalSize{axis}"))?;
            let size: f64 = size.trim().parse().ok()?;
            let unit = attribute(format!("PhysicalSize{axis}Unit"));
            Some(size * micrometres_of(unit.unwrap_or("\u{b5}m"))?)
        });
    });
    if is_ome { found } else { [None, None] }
}

/// The identifier of the file and its images; `None` where the text is no OME-XML.
fn images_of(description: &str) -> Option<(String, Vec<OmeImage>)> {
    let mut uuid = String::new();
    let mut images: Vec<OmeImage> = Vec::new();
    let mut is_ome = false;
    each_tag(description, |name, attributes, rest| {
        let attribute = |wanted: &str| {
            let found = attributes.iter().find(|(key, _)| *key == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        let number = |wanted: &str| attribute(wanted)?.trim().parse::<u64>().ok();
        match (name, images.last_mut()) {
            ("OME", _) => {
                is_ome = true;
                uuid = attribute("UUID").unwrap_or_default();
            }
            ("Image", _) => images.push(OmeImage::default()),
            ("Pixels", Some(image)) => {
                image.order = attribute("DimensionOrder").unwrap_or_default();
                image.sizes = ["SizeC", "SizeZ", "SizeT"].map(|size| number(size).unwrap_or(1));
            }
            ("Channel", Some(image)) => {
                if image.samples == 0 {
                    image.samples = number("SamplesPerPixel").unwrap_or(1);
                }
                let name = attribute("Name").unwrap_or_default();
                image.channels.push(plain_text(name.trim()));
            }
            ("TiffData", Some(image)) => image.blocks.push(PageBlock {
                first_page: number("IFD"),
                first: ["FirstC", "FirstZ", "FirstT"].map(|first| number(first).unwrap_or(0)),
                planes: number("PlaneCount").or_else(|| number("NumPlanes")),
                ..PageBlock::default()
            }),
            ("UUID", Some(image)) => {
                if let Some(block) = image.blocks.last_mut() {
                    block.file = attribute("FileName");
                    let text = rest.split('<').next().unwrap_or_default();
                    text.trim().clone_into(&mut block.uuid);
                }
            }
            _ => {}
        }
    });
    (is_ome && !images.is_empty()).then_some((uuid, images))
}

/// A text without XML's spellings of letters.
fn plain_text(text: &str) -> String {
    let spelled = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
    ];
    let text = spelled
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&amp;", "&")
}

/// Hands out the tags that open or stand alone, with their attributes and what follows them, until one is damaged.
pub(super) fn each_tag(text: &str, mut take: impl FnMut(&str, &Attributes<'_>, &str)) {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("/", ">")];
        if let Some((_, end)) = skipped.iter().find(|(start, _)| rest.starts_with(start)) {
            rest = rest.find(end).map_or("", |at| &rest[at + end.len()..]);
            continue;
        }
        let Some((name, attributes, after)) = tag_of(rest) else {
            break;
        };
        rest = after;
        take(name, &attributes, rest);
    }
}

pub(super) type Attributes<'a> = Vec<(&'a str, &'a str)>;

/// Name without prefix and attributes of the tag at the start, and what follows it.
fn tag_of(text: &str) -> Option<(&str, Attributes<'_>, &str)> {
    let is_end = |letter: char| letter.is_whitespace() || letter == '/' || letter == '>';
    let end = text.find(is_end)?;
    let name = text[..end].rsplit(':').next()?;
    let mut attributes = Vec::new();
    let mut rest = text[end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return Some((name, attributes, after));
        }
        if let Some(after) = rest.strip_prefix('/') {
            rest = after.trim_start();
            continue;
        }
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|quote| "\"'".contains(*quote))?;
        let (value, after) = after[1..].split_once(quote)?;
        attributes.push((key.trim(), value));
        rest = after.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description, a place, and its page or words of the refusal.
    type Case<'a> = (&'a str, PagePlace, Result<Option<u64>, &'a str>);

    /// An image of two channels and three planes along Z with these blocks.
    fn image(blocks: &str) -> String {
        format!(
            "<Image ID=\"i\"><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ='3' SizeT=\"1\"><Channel SamplesPerPixel=\"1\"><LightPath/></Channel>{blocks}</Pixels></Image>"
        )
    }

    fn ome(images: &[&str]) -> String {
        let images: String = images.iter().map(|blocks| image(blocks)).collect();
        format!(
            "<?xml version=\"1.0\"?><!-- <Image> --><OME xmlns=\"x\" UUID=\"urn:uuid:1\">{images}</OME>"
        )
    }

    #[test]
    fn pages_are_told_by_the_description() {
        let place = |series, frame| PagePlace {
            series,
            frame,
            ..PagePlace::default()
        };
        let first = "<TiffData IFD=\"0\" PlaneCount=\"6\"/>";
        let two = ome(&[first, "<TiffData IFD=\"6\" PlaneCount=\"6\"/>"]);
        let shuffled =
            ome(&["<TiffData FirstC=\"1\" FirstZ=\"2\" IFD=\"0\"/><TiffData IFD=\"4\"/>"]);
        let files = ome(&[
            "<TiffData IFD=\"0\" PlaneCount=\"6\"><UUID FileName=\"b.ome.tif\">urn:uuid:2</UUID></TiffData>",
            "<TiffData IFD=\"2\" PlaneCount=\"6\"><UUID FileName=\"old.ome.tif\">urn:uuid:1</UUID></TiffData>",
            "<TiffData IFD=\"0\" PlaneCount=\"6\"><UUID FileName=\"c.ome.tif\">urn:uuid:3</UUID></TiffData>",
        ]);
        let open = ome(&["<TiffData/>", "<TiffData/>"]);
        let cases: [Case; 14] = [
            (&two, place(0, 1), Ok(Some(1))),
            (&two, place(1, 0), Ok(Some(6))),
            (&two, place(1, 5), Ok(Some(11))),
            (&two, place(1, 6), Err("6 planes")),
            (&two, place(2, 0), Err("2 images")),
            (&shuffled, place(0, 5), Ok(Some(0))),
            (&shuffled, place(0, 0), Ok(Some(4))),
            (&shuffled, place(0, 2), Err("does not say")),
            (&files, place(0, 0), Ok(None)),
            (&files, place(1, 3), Ok(Some(5))),
            (&files, place(2, 0), Err("c.ome.tif")),
            (&open, place(0, 4), Ok(Some(4))),
            (&open, place(1, 0), Err("does not say")),
            ("ImageJ=1.53\nimages=6", place(1, 0), Ok(None)),
        ];
        for (description, place, expected) in cases {
            let found = page_of(description, "a.ome.tif", place);
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(*found, expected, "{place:?}"),
                (Err(reason), Err(words)) => assert!(reason.contains(words), "{place:?}: {reason}"),
                _ => panic!("{place:?}: {found:?}"),
            }
        }
        let named = two.replacen("SamplesPerPixel=\"1\"", "Name=\"A &amp; B\"", 1);
        let planes = planes_of(&named, "a.ome.tif", 1, 12).expect("OME-XML");
        assert_eq!(planes.pages.len(), 6);
        assert_eq!(planes.pages[1], ([0, 1, 0], 8));
        let planes = planes_of(&named, "a.ome.tif", 0, 5).expect("OME-XML");
        assert_eq!(
            (planes.channels, planes.pages.len()),
            (vec!["A & B".to_owned()], 5)
        );
        let here = planes_of(&files, "a.ome.tif", 1, 12).map(|planes| planes.pages);
        assert_eq!(here.map(|pages| pages[0]), Some(([0, 0, 0], 2)));
        assert_eq!(
            planes_of(&files, "a.ome.tif", 0, 12).map(|one| one.pages),
            Some(Vec::new())
        );
        assert_eq!(planes_of(&two, "a.ome.tif", 2, 12), None);
        // A damaged description is none, and never a panic.
        for length in 0..two.len() {
            let _ = planes_of(&two[..length], "a.ome.tif", 1, 12);
            let _ = page_of(&two[..length], "a.ome.tif", place(1, 0));
        }
    }
}
