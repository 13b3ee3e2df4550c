//! Which file and which page of it a field's picture is.

use cytolance_import::source_planes;

use super::{Measured, SIDE, corners, import, mask, outlines, squares, table, tiff16};
use crate::support::runtime;

#[test]
fn a_picture_stands_for_one_recorded_folder() {
    let squares = squares(0);
    let images = "ImageNumber,FileName_DNA,PathName_DNA\n1,a.tif,/run/A01\n2,a.tif,/run/A02\n";
    let cells = table([&squares, &squares], Measured::Boxes, false);
    let picture = tiff16(&[&mask(&squares, |_| 7)], "");
    for (place, with_picture) in [("pictures/A02/a.tif", 12), ("pictures/a.tif", 0)] {
        let imported = import(
            &[
                ("export/Image.csv", images.as_bytes().to_vec()),
                ("export/Nuclei.csv", cells.clone().into_bytes()),
                (place, picture.clone()),
            ],
            &[],
        );
        let report = &imported.report;
        assert_eq!(
            report["rows_with_picture"], with_picture,
            "{place}: {report}"
        );
        let missing = report["images"]["missing"].as_array().map_or(0, Vec::len);
        assert_eq!(missing, if with_picture > 0 { 1 } else { 2 }, "{place}");
        let shown = |row: u32| {
            let channels = imported.dataset.metadata().channels.clone();
            let planes = runtime().block_on(source_planes(&imported.dataset, &channels, row));
            let planes = planes.expect("readable");
            planes.is_some_and(|planes| planes.iter().all(|plane| plane.plane.is_ok()))
        };
        assert!(!shown(0), "{place}: the field of view shows another field");
        assert_eq!(shown(12), with_picture > 0, "{place}");
    }
}

/// OME-XML of two images with two channels each.
const TWO_IMAGES: &str = "<?xml version=\"1.0\"?><OME><Image ID=\"Image:0\"><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ=\"1\" SizeT=\"1\"><TiffData IFD=\"0\" PlaneCount=\"2\"/></Pixels></Image><Image ID=\"Image:1\"><Pixels DimensionOrder=\"XYCZT\" SizeC=\"2\" SizeZ=\"1\" SizeT=\"1\"><TiffData IFD=\"2\" PlaneCount=\"2\"/></Pixels></Image></OME>";

#[test]
fn a_series_is_no_page() {
    let images = "ImageNumber,FileName_DNA,FileName_ER,PathName_DNA,PathName_ER,Frame_DNA,Frame_ER,Series_DNA,Series_ER\n1,two.ome.tif,two.ome.tif,/gone,/gone,0,1,0,0\n2,two.ome.tif,two.ome.tif,/gone,/gone,0,1,1,1\n";
    let squares = squares(0);
    let cells = table([&squares, &squares], Measured::Boxes, false);
    let values = [1000, 2000, 11_000, 12_000];
    let pages: Vec<Vec<u16>> = values
        .iter()
        .map(|value| vec![*value; SIDE * SIDE])
        .collect();
    let pages: Vec<&[u16]> = pages.iter().map(Vec::as_slice).collect();
    let files = |description: &str| {
        [
            ("export/Image.csv", images.as_bytes().to_vec()),
            ("export/Nuclei.csv", cells.clone().into_bytes()),
            ("pictures/two.ome.tif", tiff16(&pages, description)),
        ]
    };
    let imported = import(&files(TWO_IMAGES), &["--checks"]);
    let dataset = &imported.dataset;
    assert_eq!(
        imported.report["images"]["pages_unused"],
        serde_json::json!([])
    );
    let channels = dataset.metadata().channels.clone();
    let backgrounds: Vec<Vec<f64>> = ["DNA", "ER"]
        .iter()
        .map(|channel| {
            let name = format!("QC_FieldBackground_{channel}");
            let columns = runtime().block_on(dataset.read_columns(&[name]));
            cytolance_dataset::numbers_of(&columns.expect("a column")[0]).expect("numbers")
        })
        .collect();
    for (row, expected) in [(0_u32, [1000, 2000]), (12, [11_000, 12_000])] {
        let pictures = runtime()
            .block_on(dataset.pictures(&[row]))
            .expect("a picture");
        let crop = pictures[0].crop.as_ref().expect("a crop");
        let planes = runtime().block_on(source_planes(dataset, &channels, row));
        let planes = planes.expect("readable").expect("recorded names");
        for (channel, value) in expected.into_iter().enumerate() {
            assert_eq!(crop.planes[channel][0], value, "crop of row {row}");
            let (_, plane) = planes[channel].plane.as_ref().expect("a source picture");
            assert_eq!(plane.pixels[0], value, "field of row {row}");
            let background = backgrounds[channel][row as usize];
            assert_eq!(background, f64::from(value), "check of row {row}");
        }
    }
    // Without a description nobody knows: the second field is left out and named.
    let imported = import(&files(""), &[]);
    let report = &imported.report;
    assert_eq!(report["rows_with_picture"], 12, "{report}");
    assert!(
        imported
            .said
            .contains("two.ome.tif has 4 pages, and nothing tells which are of series 1")
            && imported
                .said
                .contains("two.ome.tif has 4 pages, used are 1, 2"),
        "{}",
        imported.said
    );
    let planes = runtime().block_on(source_planes(&imported.dataset, &channels, 12));
    let planes = planes.expect("readable").expect("recorded names");
    assert!(planes.iter().all(|plane| plane.plane.is_err()));
}

#[test]
fn masks_may_be_pages_of_one_file() {
    let fields = [squares(0), squares(1)];
    let cells = table([&fields[0], &fields[1]], Measured::Boxes, false);
    let pages = [&fields[0], &fields[1]].map(|squares| mask(squares, |number| number));
    let masks = tiff16(&[&pages[0], &pages[1]], "");
    let images = "ImageNumber,FileName_DNA,Scaling_DNA,ObjectsFileName_Nuclei,ObjectsFrame_Nuclei\n1,f1.tif,65535,all.tiff,0\n2,f2.tif,65535,all.tiff,1\n";
    let picture = tiff16(&[&mask(&fields[0], |_| 900)], "");
    let imported = import(
        &[
            ("export/Image.csv", images.as_bytes().to_vec()),
            ("export/Nuclei.csv", cells.into_bytes()),
            ("pictures/f1.tif", picture.clone()),
            ("pictures/f2.tif", picture),
            ("masks/all.tiff", masks),
        ],
        &[],
    );
    let expected: Vec<_> = fields
        .iter()
        .flatten()
        .map(|one| Some(corners(*one)))
        .collect();
    assert_eq!(outlines(&imported.dataset), expected, "{}", imported.said);
}
