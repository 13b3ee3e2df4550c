//! How large a pixel is: found, said, and contradicted.

use std::path::Path;

use serde_json::Value;

use super::{Header, cells, folder, picture, report, write};
use crate::support::{run, text};

const OME: &str =
    "<OME><Image><Pixels PhysicalSizeX=\"0.65\" PhysicalSizeY=\"0.65\"/></Image></OME>";
const OTHER: &str =
    "<OME><Image><Pixels PhysicalSizeX=\"0.325\" PhysicalSizeXUnit=\"&#181;m\"/></Image></OME>";
const FLAT: &str =
    "<OME><Image><Pixels PhysicalSizeX=\"0.5\" PhysicalSizeY=\"0.75\"/></Image></OME>";
const METAMORPH: &str = "<MetaData><prop id=\"spatial-calibration-state\" value=\"on\"/><prop id=\"spatial-calibration-x\" value=\"1.3\"/><prop id=\"spatial-calibration-units\" value=\"um\"/></MetaData>";

fn described(description: &str) -> Header<'_> {
    Header {
        description,
        by_cm: None,
    }
}

fn by_cm(pixels: u32) -> Header<'static> {
    Header {
        description: "",
        by_cm: Some(pixels),
    }
}

/// An export of two fields whose pictures have these headers; `column` and its values stand in the Image table.
fn draw(root: &Path, column: &str, values: [&str; 2], headers: [Header; 2]) {
    let table = format!(
        "ImageNumber,FileName_DNA{column}\n1,f1.tif{}\n2,f2.tif{}\n",
        values[0], values[1]
    );
    write(
        root,
        &[
            ("Image.csv", table.into_bytes()),
            ("Nuclei.csv", cells(2)),
            ("f1.tif", picture(100, headers[0])),
            ("f2.tif", picture(200, headers[1])),
        ],
    );
}

fn pixel_size(dataset: &Path) -> Option<f64> {
    let about = run(&["info", text(dataset), "--json"]).ok();
    let about: Value = serde_json::from_str(&about.out).expect("JSON");
    about["pixel_size_um"].as_f64()
}

/// Column of the Image table with its two values, headers of the two pictures, further arguments, and the size and words
/// that come of it; words after `!` do not.
type Case<'a> = (
    [&'a str; 3],
    [Header<'a>; 2],
    &'a [&'a str],
    Option<f64>,
    &'a [&'a str],
);

#[test]
fn the_pixel_size_is_found_and_what_differs_is_told() {
    let nothing = ["", "", ""];
    let metres = [",Metadata_ImageResolutionX", ",6.5e-07", ",6.5e-07"];
    let cases: [Case; 12] = [
        (nothing, [Header::default(); 2], &[], None, &["!pixel size"]),
        (
            nothing,
            [described(OME); 2],
            &[],
            Some(0.65),
            &["0.65 µm by OME-XML"],
        ),
        (
            nothing,
            [described(METAMORPH); 2],
            &[],
            Some(1.3),
            &["MetaMorph"],
        ),
        (nothing, [by_cm(20_000); 2], &[], Some(0.5), &["resolution"]),
        // A screen's, a printer's.
        (
            nothing,
            [by_cm(28), by_cm(118)],
            &[],
            None,
            &["!pixel size"],
        ),
        (
            metres,
            [Header::default(); 2],
            &[],
            Some(0.65),
            &["Metadata_ImageResolutionX"],
        ),
        (
            metres,
            [described(OME); 2],
            &[],
            Some(0.65),
            &["Metadata_ImageResolutionX", "!taken"],
        ),
        (
            metres,
            [described(OTHER); 2],
            &[],
            Some(0.65),
            &["0.65 µm by Metadata_ImageResolutionX, but 0.325 µm by OME-XML of f1.tif"],
        ),
        (
            [",Metadata_PixelSize", ",0.65", ",0.325"],
            [Header::default(); 2],
            &[],
            None,
            &["0.65 µm by Metadata_PixelSize", "no scale bar"],
        ),
        (
            nothing,
            [described(OME), described(OTHER)],
            &[],
            None,
            &["0.65 µm by OME-XML of f1.tif, 0.325 µm by OME-XML of f2.tif: none is taken"],
        ),
        (
            nothing,
            [described(OME), described(OTHER)],
            &["--pixel-size", "0.325"],
            Some(0.325),
            &["0.325 µm by --pixel-size, but 0.65 µm by OME-XML of f1.tif"],
        ),
        (
            nothing,
            [described(FLAT); 2],
            &[],
            Some(0.5),
            &["0.5 µm wide and 0.75 µm high"],
        ),
    ];
    for (at, ([column, one, two], headers, more, expected, words)) in cases.into_iter().enumerate()
    {
        let (_folder, root) = folder();
        let (export, dataset) = (root.join("export"), root.join("x.lance"));
        draw(&export, column, [one, two], headers);
        let mut arguments = vec!["import", text(&export), "--out", text(&dataset)];
        arguments.extend(more);
        let said = run(&arguments).ok();
        for words in words {
            match words.strip_prefix('!') {
                Some(words) => assert!(!said.out.contains(words), "{at} {words}: {}", said.out),
                None => assert!(said.out.contains(words), "{at} {words}: {}", said.out),
            }
        }
        assert_eq!(pixel_size(&dataset), expected, "{at} {}", said.out);
        assert_eq!(
            report(&dataset)["pixel_size"]["um"].as_f64(),
            expected,
            "{at}"
        );
    }
    let (_folder, root) = folder();
    draw(&root, "", ["", ""], [Header::default(); 2]);
    for wrong in ["0", "-1", "nan", "large"] {
        let out = root.join("x.lance");
        let said = run(&[
            "import",
            text(&root),
            "--out",
            text(&out),
            "--pixel-size",
            wrong,
        ]);
        assert_ne!(said.code, 0, "{wrong}");
        assert!(said.err.contains("micrometres"), "{}", said.err);
    }
}

#[test]
fn parts_and_additions_of_another_size_are_told() {
    let (_folder, root) = folder();
    for (part, folders, header) in [("a", [",a"; 2], OME), ("b", [",b"; 2], OTHER)] {
        let part = root.join("both").join(part);
        draw(&part, ",PathName_DNA", folders, [described(header); 2]);
    }
    let [both, one, other] = ["both", "both/a", "both/b"].map(|name| root.join(name));
    let dataset = root.join("both.lance");
    let said = run(&["import", text(&both), "--out", text(&dataset)]).ok();
    assert!(said.out.contains("none is taken"), "{}", said.out);
    assert!(
        said.out.contains("both/a") && said.out.contains("both/b"),
        "{}",
        said.out
    );
    assert_eq!(pixel_size(&dataset), None);

    let dataset = root.join("x.lance");
    run(&["import", text(&one), "--out", text(&dataset)]).ok();
    let said = run(&["import", text(&other), "--append", "--out", text(&dataset)]).ok();
    let words = "a pixel of the dataset is 0.65 µm, of the new pictures 0.325 µm";
    assert!(said.out.contains(words), "{}", said.out);
    let same = run(&["import", text(&one), "--append", "--out", text(&dataset)]).ok();
    assert!(!same.out.contains("a pixel of"), "{}", same.out);
    assert_eq!(pixel_size(&dataset), Some(0.65));

    // A copy has the size of its source, and says that the pictures say another one.
    let copy = root.join("copy.lance");
    run(&["import", text(&dataset), "--out", text(&copy)]).ok();
    assert_eq!(pixel_size(&copy), Some(0.65));
}
