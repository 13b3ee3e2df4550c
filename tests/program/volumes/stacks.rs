//! Files that the tables name as a whole and that have several pages, none of them a volume.

use std::io::Cursor;

use cytolance_import::source_planes;
use serde_json::json;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use super::{SIDE, import, runtime, stack};

/// Columns and values of the Image table, and columns of intensities.
#[derive(Clone, Copy)]
struct Tables {
    image: [&'static str; 2],
    measured: &'static str,
}

/// A name, the tables, the file, its channels with their values, and words of the report.
type Case<'a> = (&'a str, Tables, Vec<u8>, &'a [(&'a str, u16)], &'a str);

const RAW: Tables = Tables {
    image: ["FileName_raw", "f1.tif"],
    measured: "",
};

fn pages(count: usize) -> Vec<Vec<u16>> {
    (0..count)
        .map(|page| vec![100 + page as u16; SIDE * SIDE])
        .collect()
}

/// Three pages, a third as large copy of the first one, and a thumbnail that says so.
fn pyramid() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = TiffEncoder::new(Cursor::new(&mut bytes)).expect("a TIFF");
    for (value, side, kind) in [
        (100, SIDE, 0),
        (101, SIDE, 0),
        (9, SIDE, 1),
        (8, SIDE / 3, 0),
    ] {
        let size = side as u32;
        let mut image = encoder
            .new_image::<colortype::Gray16>(size, size)
            .expect("a page");
        let written = image.encoder().write_tag(Tag::NewSubfileType, kind as u32);
        written.expect("a tag");
        image.write_data(&vec![value; side * side]).expect("pixels");
    }
    bytes
}

fn cells(measured: &str) -> String {
    let values = ",0.5".repeat(measured.matches(",Intensity_").count());
    format!(
        "ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y,Location_Center_Z{measured}\n1,1,40,40,0{values}\n1,2,50,50,0{values}\n"
    )
}

#[test]
fn pages_become_the_channels_that_they_are() {
    const OWN: &str = ",Intensity_MeanIntensity_raw";
    const C3: &str =
        ",Intensity_MeanIntensity_C1,Intensity_MeanIntensity_C2,Intensity_MeanIntensity_C3";
    let ome = |names: [&str; 3]| {
        let channels = names
            .map(|name| format!("<Channel Name=\"{name}\"/>"))
            .concat();
        format!(
            "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeC=\"3\" SizeZ=\"1\" SizeT=\"1\">{channels}<TiffData/></Pixels></Image></OME>"
        )
    };
    let recorded = Tables {
        image: ["FileName_raw,Frame_raw,Series_raw", "f1.tif,0,0"],
        ..RAW
    };
    let several = Tables {
        image: ["FileName_DNA,FileName_ER", "f1.tif,f1.tif"],
        ..RAW
    };
    let numbered = Tables {
        image: [
            "FileName_DNA,FileName_ER,Channel_DNA,Channel_ER",
            "f1.tif,f1.tif,0,2",
        ],
        ..RAW
    };
    let told = ome(["DNA", "ER", "Mito &amp; co"]);
    let three = || stack(&pages(3), "");
    let split: &[(&str, u16)] = &[("raw_1", 100), ("raw_2", 101), ("raw_3", 102)];
    let first: &[(&str, u16)] = &[("raw", 100)];
    let cases: Vec<Case> = vec![
        (
            "untold",
            RAW,
            three(),
            split,
            "f1.tif has 3 pages, taken as channels",
        ),
        (
            "measured",
            Tables {
                measured: C3,
                ..RAW
            },
            three(),
            split,
            "taken as channels",
        ),
        (
            "a frame is recorded, others were measured",
            Tables {
                measured: C3,
                ..recorded
            },
            three(),
            split,
            "taken as channels",
        ),
        (
            "a frame is recorded",
            recorded,
            three(),
            first,
            "3 pages, the first is used",
        ),
        (
            "measured as one",
            Tables {
                measured: OWN,
                ..RAW
            },
            three(),
            first,
            "3 pages, the first is used",
        ),
        (
            "ImageJ",
            RAW,
            stack(&pages(3), "ImageJ=1.53\nimages=3\nchannels=3\n"),
            split,
            "3 channels, as ImageJ says: raw_1, raw_2, raw_3",
        ),
        (
            "tifffile",
            RAW,
            stack(&pages(3), "{\"shape\": [3, 96, 96], \"axes\": \"CYX\"}"),
            split,
            "3 channels, as tifffile says",
        ),
        (
            "OME with names",
            RAW,
            stack(&pages(3), &told),
            &[("raw_DNA", 100), ("raw_ER", 101), ("raw_Mito & co", 102)],
            "as OME-XML says: raw_DNA",
        ),
        (
            "OME with one name for two",
            RAW,
            stack(&pages(3), &ome(["a", "a", "b"])),
            split,
            "raw_1, raw_2, raw_3",
        ),
        (
            "columns by the names in the file",
            several,
            stack(&pages(3), &ome(["Mito", "er", "DNA"])),
            &[("DNA", 102), ("ER", 101)],
            "DNA is channel 3 of",
        ),
        (
            "a column by its name in the file",
            Tables {
                image: ["FileName_ER", "f1.tif"],
                ..RAW
            },
            stack(&pages(3), &told),
            &[("ER", 101)],
            "ER is channel 2 of",
        ),
        (
            "a channel is recorded",
            numbered,
            three(),
            &[("DNA", 100), ("ER", 102)],
            "used are 1, 3",
        ),
        (
            "nothing tells the columns apart",
            several,
            three(),
            &[],
            "f1.tif has 3 pages, and nothing tells which are of DNA, ER",
        ),
        (
            "many pages of which nothing says what they are",
            RAW,
            stack(&pages(17), ""),
            &[],
            "f1.tif has 17 pages, and nothing tells whether these are channels, planes or times",
        ),
        (
            "times",
            RAW,
            stack(&pages(4), "ImageJ=1.53\nimages=4\nframes=4\n"),
            &[],
            "f1.tif has 4 times, and no Frame_ column tells which one is meant",
        ),
        (
            "a volume that was measured flat",
            RAW,
            stack(&pages(4), "ImageJ=1.53\nimages=4\nslices=4\n"),
            &[],
            "its place along Z was not measured (--plane max, mean or a number needs none)",
        ),
        (
            "one page that says it is many",
            RAW,
            stack(&pages(1), "ImageJ=1.53\nimages=4\nslices=4\n"),
            &[],
            "a stack of 4 images in one page",
        ),
        (
            "smaller copies are no pages",
            RAW,
            pyramid(),
            &[("raw_1", 100), ("raw_2", 101)],
            "f1.tif has 2 pages",
        ),
    ];
    cases.into_iter().for_each(check_case);
}

fn check_case((name, tables, picture, channels, words): Case) {
    let [columns, values] = tables.image;
    let named = columns
        .split(',')
        .filter(|name| name.starts_with("FileName_"));
    let folders: Vec<String> = named.map(|name| name.replace("File", ",Path")).collect();
    let folders = folders.concat();
    let gone = ",/gone".repeat(folders.matches(',').count());
    let images = format!("ImageNumber,{columns}{folders}\n1,{values}{gone}\n");
    let imported = import(
        &[
            ("export/Image.csv", images.into_bytes()),
            ("export/Nuclei.csv", cells(tables.measured).into_bytes()),
            ("pictures/f1.tif", picture),
        ],
        &["--crop-size", "8"],
    );
    let (said, report) = (&imported.said, &imported.report);
    assert!(said.contains(words), "{name}: {words} is not in\n{said}");
    let with_picture = if channels.is_empty() { 0 } else { 2 };
    assert_eq!(report["rows_with_picture"], with_picture, "{name}: {said}");
    let images = &report["images"];
    let count = |key: &str| images[key].as_array().map_or(0, Vec::len) as u64;
    let read = images["read"].as_u64().unwrap_or(0);
    assert_eq!(
        images["expected"].as_u64(),
        Some(read + count("missing") + count("failed")),
        "{name}: {images}"
    );
    if channels.is_empty() {
        return;
    }
    let names: Vec<&str> = channels.iter().map(|(name, _)| *name).collect();
    assert_eq!(report["channels"], json!(names), "{name}");
    let dataset = &imported.dataset;
    let picture = runtime()
        .block_on(dataset.pictures(&[1]))
        .expect("a picture");
    let crop = picture[0].crop.as_ref().expect("a crop");
    let infos = dataset.metadata().channels.clone();
    let sources = runtime().block_on(source_planes(dataset, &infos, 1));
    let sources = sources.expect("readable").expect("recorded names");
    for (at, (channel, value)) in channels.iter().enumerate() {
        assert_eq!(crop.planes[at][0], *value, "{name}: {channel}");
        let (_, plane) = sources[at].plane.as_ref().expect("a source picture");
        assert_eq!(plane.pixels[0], *value, "{name}: field of {channel}");
    }
}

#[test]
fn every_file_has_the_channels_of_the_first() {
    let images = "ImageNumber,FileName_raw\n1,f1.tif\n2,f2.tif\n";
    let cells =
        "ImageNumber,ObjectNumber,Location_Center_X,Location_Center_Y\n1,1,40,40\n2,1,40,40\n";
    let imported = import(
        &[
            ("export/Image.csv", images.as_bytes().to_vec()),
            ("export/Nuclei.csv", cells.as_bytes().to_vec()),
            ("pictures/f1.tif", stack(&pages(3), "")),
            ("pictures/f2.tif", stack(&pages(2), "")),
        ],
        &["--crop-size", "8"],
    );
    assert_eq!(imported.report["rows_with_picture"], 1);
    let why = "f2.tif has 2 pages, so there is no channel 3";
    assert!(imported.said.contains(why), "{}", imported.said);
}
