//! Masks and outline pictures, on folders.

use std::path::PathBuf;
use std::time::Instant;

use super::object_pictures::NameClaim;
use super::relocation_tests::{below, roots};
use super::*;

/// Object, image names, keys, and the file that is found.
type Case<'a> = (
    &'a str,
    &'a [&'a str],
    ImageKeys,
    Result<Option<&'a str>, ()>,
);

fn keys(plate: &str, well: &str, site: &str) -> ImageKeys {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ImageKeys {
        plate: some(plate),
        well: some(well),
        site: some(site),
    }
}

#[test]
fn pictures_of_objects_are_found_without_a_pattern() {
    let (dir, roots) = roots(&[
        "A_s1_Cells.tiff",
        "A_s10_Cells.tiff",
        "A_s1_MaskNuclei.png",
        "A_s1_Overlay_Cells.png",
        "._A_s1_Cells.tiff",
        "r01c01f01p01-ch3sk1fk1fl1_cell_outlines.png",
        "r01c01f01p01-ch5sk1fk1fl1_nuclei_outlines.png",
        "both_1_cells.png",
        "both_1_cell_outlines.tif",
        "P_B02_s1_CytoMask.tif",
        "CellsOutlines_BR00143976_C03_3.tiff",
        "CellsOutlines_BR00143976_C03_13.tiff",
        "CellsOutlines_BR00143977_C03_3.tiff",
        "D04_s2_nuc.png",
        "BR1/E05_1_cells.png",
        "BR2/E05_1_cells.png",
        "x/B1_cells.tiff",
        "y/B1_cells.tiff",
        "IMG1_preCells.tiff",
        "z/11.ome_cells.ome.tif",
    ]);
    let pictures = ObjectPictureIndex::new(&roots);
    let none = ImageKeys::default;
    let cases: [Case; 24] = [
        ("Cells", &["A_s1"], none(), Ok(Some("A_s1_Cells.tiff"))),
        ("cells", &["a_S10"], none(), Ok(Some("A_s10_Cells.tiff"))),
        ("Nuclei", &["A_s1"], none(), Ok(Some("A_s1_MaskNuclei.png"))),
        (
            "OrigNuclei",
            &["A_s1"],
            none(),
            Ok(Some("A_s1_MaskNuclei.png")),
        ),
        ("Cytoplasm", &["A_s1"], none(), Ok(None)),
        (
            "Cells",
            &["r01c01f01p01-ch2sk1fk1fl1", "r01c01f01p01-ch3sk1fk1fl1"],
            none(),
            Ok(Some("r01c01f01p01-ch3sk1fk1fl1_cell_outlines.png")),
        ),
        // Named after a channel that is not in the list: what the others share is enough.
        (
            "Nuclei",
            &["r01c01f01p01-ch2sk1fk1fl1", "r01c01f01p01-ch3sk1fk1fl1"],
            none(),
            Ok(Some("r01c01f01p01-ch5sk1fk1fl1_nuclei_outlines.png")),
        ),
        // A mask before outlines, whatever the ending.
        ("Cells", &["both_1"], none(), Ok(Some("both_1_cells.png"))),
        (
            "Cytoplasm",
            &["P_B02_s1_w1", "P_B02_s1_w2"],
            none(),
            Ok(Some("P_B02_s1_CytoMask.tif")),
        ),
        ("Cytoplasm", &["P_B02_s1_w1"], none(), Ok(None)),
        (
            "Cytoplasm",
            &["P_B02_s2_w1", "P_B02_s2_w2"],
            none(),
            Ok(None),
        ),
        // No image name, but keys.
        (
            "Cells",
            &["q"],
            keys("BR00143976", "C3", "03"),
            Ok(Some("CellsOutlines_BR00143976_C03_3.tiff")),
        ),
        (
            "Cells",
            &[],
            keys("br00143977", "C03", "3.0"),
            Ok(Some("CellsOutlines_BR00143977_C03_3.tiff")),
        ),
        ("Cells", &[], keys("BR00143978", "C03", "3"), Ok(None)),
        ("Cells", &[], keys("", "C03", "3"), Err(())),
        ("Cells", &[], keys("BR00143976", "C03", "4"), Ok(None)),
        ("Nuclei", &[], keys("BR00143976", "C03", "3"), Ok(None)),
        (
            "Nuclei",
            &[],
            keys("any", "D04", "2"),
            Ok(Some("D04_s2_nuc.png")),
        ),
        // Which of two plates a name without one is of is told by what was measured, once all fields are known.
        (
            "Nuclei",
            &[],
            keys("other", "D04", "2"),
            Ok(Some("D04_s2_nuc.png")),
        ),
        (
            "Cells",
            &[],
            keys("BR2", "E05", "1"),
            Ok(Some("BR2/E05_1_cells.png")),
        ),
        ("Cells", &["B1"], none(), Err(())),
        (
            "Cells",
            &["B1"],
            keys("y", "", ""),
            Ok(Some("y/B1_cells.tiff")),
        ),
        ("Cells", &["IMG1"], none(), Ok(None)),
        (
            "Cells",
            &["11.ome"],
            none(),
            Ok(Some("z/11.ome_cells.ome.tif")),
        ),
    ];
    for (object, stems, keys, expected) in cases {
        let stems: Vec<String> = stems.iter().map(|stem| (*stem).to_owned()).collect();
        let found = pictures.find(object, &stems, &keys);
        let shown = found
            .clone()
            .map(|found| found.map(|found| below(dir.path(), Ok(found)).expect("a path")));
        assert_eq!(
            shown.as_ref().map(Option::as_deref).map_err(|_| ()),
            expected,
            "{object} {stems:?} {keys:?}: {found:?}"
        );
    }
    let stems = ["B1".to_owned()];
    let beside = pictures.find_beside("Cells", &stems, &none(), Some("/gone/x/images"));
    let (found, claim) = beside.expect("clear").expect("found");
    assert_eq!(claim, NameClaim::Picture);
    assert_eq!(
        below(dir.path(), Ok(found)).as_deref(),
        Ok("x/B1_cells.tiff")
    );
}

#[test]
fn published_outlines_are_found() {
    let root = std::env::var_os("CYTOLANCE_TEST_DATA")
        .map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let folder = root.join("JUMP_BR00117006/images");
    if !folder.is_dir() {
        println!("skipped: {} is not a folder", folder.display());
        return;
    }
    let roots = ImageRoots::index(&[folder.as_path()]).expect("an index");
    let pictures = ObjectPictureIndex::new(&roots);
    let stems: Vec<String> = [2, 3, 5]
        .iter()
        .map(|channel| format!("r01c01f01p01-ch{channel}sk1fk1fl1"))
        .collect();
    for (object, expected) in [
        ("Cells", Some("r01c01f01p01-ch3sk1fk1fl1_cell_outlines.png")),
        (
            "Nuclei",
            Some("r01c01f01p01-ch5sk1fk1fl1_nuclei_outlines.png"),
        ),
        ("Cytoplasm", None),
    ] {
        let found = pictures.find(object, &stems, &ImageKeys::default());
        let found = found.expect("clear").map(|found| {
            let path = found.as_path().expect("a file");
            path.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        });
        assert_eq!(found.as_deref(), expected, "{object}");
    }
}

/// A plate of 3,456 fields with three object sets, by image name and by keys.
#[test]
#[ignore = "a figure, not a check: run it with --ignored --nocapture"]
fn figures_of_many_object_pictures() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let wells: Vec<String> = (0..384_u32)
        .map(|well| {
            format!(
                "{}{:02}",
                char::from(b'A' + (well / 24) as u8),
                well % 24 + 1
            )
        })
        .collect();
    for well in &wells {
        for site in 1..=9 {
            for object in ["Cells", "Nuclei", "Cyto"] {
                for name in [
                    format!("Plate_1_{well}_s{site}_Mask{object}.tiff"),
                    format!("{object}Outlines_BR1_{well}_{site}.tiff"),
                ] {
                    std::fs::write(dir.path().join(name), b"").expect("a file");
                }
            }
        }
    }
    let roots = ImageRoots::index(&[dir.path()]).expect("an index");
    let start = Instant::now();
    let pictures = ObjectPictureIndex::new(&roots);
    println!(
        "{} names taken apart: {:?}",
        roots.num_files(),
        start.elapsed()
    );
    for by_keys in [false, true] {
        let start = Instant::now();
        let mut found = 0;
        for well in &wells {
            for site in 1..=9 {
                let stems: Vec<String> = (1..=5)
                    .map(|channel| {
                        let start = if by_keys { "q" } else { "Plate_1" };
                        format!("{start}_{well}_s{site}_w{channel}")
                    })
                    .collect();
                let keys = keys("BR1", well, &site.to_string());
                for object in ["Cells", "Nuclei", "Cytoplasm"] {
                    let picture = pictures.find(object, &stems, &keys).expect("clear");
                    found += usize::from(picture.is_some());
                }
            }
        }
        println!("by keys {by_keys}: {found} found in {:?}", start.elapsed());
        assert_eq!(found, 3456 * 3);
    }
}
