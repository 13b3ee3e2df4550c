//! Outlines as files: `GeoJSON` as `QuPath` reads it, and label pictures.

use std::io::{BufWriter, Cursor, Write as _};

use cytolance_files::GrowingFile;
use serde_json::{Map, Value, json};
use tiff::encoder::{TiffEncoder, colortype};

use super::ExportError;
use super::target::Target;
use super::whole_file::{begin, finish, write_whole};
use cytolance_imaging::Outline;
use cytolance_imaging::quality::FilledOutline;

/// An outline with what is known of it.
#[derive(Debug, Clone)]
pub struct OutlineFeature {
    /// The object set.
    pub object: String,
    /// The outline, in field pixels.
    pub outline: Outline,
    /// The object's number in its picture.
    pub number: u32,
    /// Keys and values that go along.
    pub properties: Vec<(String, Value)>,
    /// A class and its colour, such as a label.
    pub class: Option<(String, [u8; 3])>,
}

/// A `GeoJSON` file that grows outline by outline, a line each: polygons with holes, or several of them, in field pixels
/// with y down. Outer rings run against the clock in these coordinates, as RFC 7946 wants it; rings are closed.
pub(super) struct GeojsonFile {
    target: Target,
    out: BufWriter<GrowingFile>,
    outlines: usize,
}

impl GeojsonFile {
    /// Begins a file beside its target.
    ///
    /// # Errors
    /// [`ExportError::Exists`], [`ExportError::Write`].
    pub fn begin(target: &Target) -> Result<Self, ExportError> {
        let mut out = BufWriter::with_capacity(1 << 20, begin(target)?);
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
            .map_err(|error| target.failed(&error))?;
        Ok(Self {
            target: target.clone(),
            out,
            outlines: 0,
        })
    }

    /// Adds an outline; one without a polygon is left out.
    ///
    /// # Errors
    /// [`ExportError::Write`].
    pub fn push(&mut self, one: &OutlineFeature) -> Result<(), ExportError> {
        let Some(feature) = feature(one) else {
            return Ok(());
        };
        let separator: &[u8] = if self.outlines == 0 { b"\n" } else { b",\n" };
        self.outlines += 1;
        self.out
            .write_all(separator)
            .and_then(|()| serde_json::to_writer(&mut self.out, &feature).map_err(Into::into))
            .map_err(|error| self.target.failed(&error))
    }

    /// Puts the file in its place; returns how many outlines it has.
    ///
    /// # Errors
    /// [`ExportError::Exists`], [`ExportError::Write`].
    pub fn finish(mut self) -> Result<usize, ExportError> {
        self.out
            .write_all(b"\n]}\n")
            .map_err(|error| self.target.failed(&error))?;
        let file = self.out.into_inner();
        let file = file.map_err(|error| self.target.failed(error.error()))?;
        finish(file, &self.target)?;
        Ok(self.outlines)
    }
}

fn feature(feature: &OutlineFeature) -> Option<Value> {
    let polygons = polygons(&feature.outline);
    let geometry = match polygons.as_slice() {
        [] => return None,
        [one] => json!({ "type": "Polygon", "coordinates": one }),
        several => json!({ "type": "MultiPolygon", "coordinates": several }),
    };
    let mut properties = Map::new();
    let kind = if feature.object.to_lowercase().contains("cell") {
        "cell"
    } else {
        "detection"
    };
    properties.insert("objectType".to_owned(), json!(kind));
    properties.insert("object".to_owned(), json!(feature.object));
    properties.insert(
        "name".to_owned(),
        json!(format!("{} {}", feature.object, feature.number)),
    );
    if let Some((name, color)) = &feature.class {
        properties.insert(
            "classification".to_owned(),
            json!({ "name": name, "color": color }),
        );
    }
    for (name, value) in &feature.properties {
        properties.insert(name.clone(), value.clone());
    }
    Some(json!({
        "type": "Feature",
        "geometry": geometry,
        "properties": properties,
    }))
}

/// Rings as polygons: an outer ring and the holes after it.
fn polygons(outline: &Outline) -> Vec<Vec<Vec<[f64; 2]>>> {
    let mut polygons: Vec<Vec<Vec<[f64; 2]>>> = Vec::new();
    for ring in &outline.rings {
        let finite = ring.iter().flatten().all(|value| value.is_finite());
        if ring.len() < 4 || !finite {
            continue;
        }
        let area: f64 = ring
            .windows(2)
            .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
            .sum();
        let mut ring = ring.clone();
        if ring.first() != ring.last() {
            ring.extend(ring.first().copied());
        }
        // A positive area is against the clock where y points up, and that is what readers compute.
        match (area > 0.0, polygons.last_mut()) {
            (false, Some(polygon)) => polygon.push(ring),
            (false, None) => {
                ring.reverse();
                polygons.push(vec![ring]);
            }
            (true, _) => polygons.push(vec![ring]),
        }
    }
    polygons
}

/// A label picture of one field and object set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelPicture {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Object numbers, row by row; 0 where there is none.
    pub labels: Vec<u32>,
    /// Pixels that two objects claim; the later one has them.
    pub overwritten: usize,
}

/// Draws outlines as object numbers; without a size, the picture is just large enough. `None` for absurd sizes.
pub fn label_picture(
    features: &[&OutlineFeature],
    size: Option<[usize; 2]>,
) -> Option<LabelPicture> {
    let filled: Vec<(u32, FilledOutline)> = features
        .iter()
        .filter_map(|feature| Some((feature.number, FilledOutline::new(&feature.outline)?)))
        .collect();
    let size = size.unwrap_or_else(|| {
        filled.iter().fold([1, 1], |size, (_, filled)| {
            [0, 1].map(|axis| {
                let end = filled.origin[axis] + filled.size[axis] as i64;
                size[axis].max(end.max(0) as usize)
            })
        })
    });
    if size[0]
        .checked_mul(size[1])
        .is_none_or(|pixels| pixels > 1 << 28)
    {
        return None;
    }
    let mut picture = LabelPicture {
        size,
        labels: vec![0; size[0] * size[1]],
        overwritten: 0,
    };
    for (number, filled) in &filled {
        for (x, y) in filled.pixels() {
            if x < 0 || y < 0 || x as usize >= size[0] || y as usize >= size[1] {
                continue;
            }
            let pixel = &mut picture.labels[y as usize * size[0] + x as usize];
            picture.overwritten += usize::from(*pixel != 0 && pixel != number);
            *pixel = *number;
        }
    }
    Some(picture)
}

/// Writes a label picture as TIFF, of 16 bits where the numbers fit.
///
/// # Errors
/// [`ExportError::Write`].
pub fn write_label_tiff(target: &Target, picture: &LabelPicture) -> Result<(), ExportError> {
    let encode = || -> Result<Vec<u8>, tiff::TiffError> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes)?;
        let [width, height] = picture.size.map(|side| side as u32);
        let small: Option<Vec<u16>> = picture
            .labels
            .iter()
            .map(|label| u16::try_from(*label).ok())
            .collect();
        match small {
            Some(labels) => encoder.write_image::<colortype::Gray16>(width, height, &labels)?,
            None => encoder.write_image::<colortype::Gray32>(width, height, &picture.labels)?,
        }
        Ok(bytes.into_inner())
    };
    let bytes = encode().map_err(|error| ExportError::Write {
        path: target.full_path(),
        reason: error.to_string(),
    })?;
    write_whole(target, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64) -> Vec<[f64; 2]> {
        vec![
            [x, y],
            [x + side, y],
            [x + side, y + side],
            [x, y + side],
            [x, y],
        ]
    }

    fn feature(number: u32, rings: Vec<Vec<[f64; 2]>>) -> OutlineFeature {
        OutlineFeature {
            object: "Cells".to_owned(),
            outline: Outline { rings },
            number,
            properties: vec![("Metadata_Well".to_owned(), json!("A01"))],
            class: Some(("fail".to_owned(), [213, 94, 0])),
        }
    }

    #[test]
    fn polygons_have_holes_and_parts() {
        let mut hole = square(2.0, 2.0, 2.0);
        hole.reverse();
        let features = [
            feature(1, vec![square(0.0, 0.0, 6.0), hole]),
            feature(2, vec![square(0.0, 0.0, 2.0), square(8.0, 8.0, 1.0)]),
            feature(3, vec![vec![[f64::NAN, 0.0]; 5]]),
            feature(4, Vec::new()),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let written = |features: &[OutlineFeature]| {
            let target = Target::new(folder.path().join("x.geojson"), true);
            let mut file = GeojsonFile::begin(&target).expect("begun");
            for feature in features {
                file.push(feature).expect("pushed");
            }
            let count = file.finish().expect("finished");
            let text = std::fs::read_to_string(target.path()).expect("a file");
            let parsed: Value = serde_json::from_str(&text).expect("JSON");
            (count, parsed)
        };
        let (none, empty) = written(&[]);
        assert_eq!(none, 0);
        assert_eq!(
            empty,
            json!({ "type": "FeatureCollection", "features": [] })
        );
        let (count, parsed) = written(&features);
        assert_eq!(count, 2);
        let found = parsed["features"].as_array().expect("features");
        assert_eq!(found.len(), 2, "what has no polygon is left out");
        assert_eq!(found[0]["geometry"]["type"], "Polygon");
        assert_eq!(
            found[0]["geometry"]["coordinates"].as_array().map(Vec::len),
            Some(2)
        );
        assert_eq!(found[1]["geometry"]["type"], "MultiPolygon");
        assert_eq!(found[0]["properties"]["classification"]["name"], "fail");
        assert_eq!(found[0]["properties"]["objectType"], "cell");
        let area = |ring: &Value| -> f64 {
            let points: Vec<[f64; 2]> = serde_json::from_value(ring.clone()).expect("points");
            assert_eq!(points.first(), points.last(), "closed");
            points
                .windows(2)
                .map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1])
                .sum()
        };
        let rings = &found[0]["geometry"]["coordinates"];
        assert!(area(&rings[0]) > 0.0 && area(&rings[1]) < 0.0);
    }

    #[test]
    fn label_pictures_hold_numbers() {
        let (a, b) = (
            feature(1, vec![square(0.0, 0.0, 3.0)]),
            feature(70_000, vec![square(2.0, 0.0, 2.0)]),
        );
        let picture = label_picture(&[&a, &b], None).expect("a picture");
        assert_eq!(picture.size, [4, 3]);
        assert_eq!(picture.labels[..4], [1, 1, 70_000, 70_000]);
        assert_eq!(picture.overwritten, 2);
        let cut = label_picture(&[&a], Some([2, 2])).expect("a picture");
        assert_eq!(cut.labels, [1; 4]);
        assert_eq!(label_picture(&[&a], Some([1 << 20, 1 << 20])), None);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("labels.tif");
        write_label_tiff(&Target::new(&path, false), &picture).expect("written");
        let read = cytolance_imaging::read_labels(&path).expect("labels");
        assert_eq!(read.labels[..4], [1, 1, 70_000, 70_000]);
    }
}
