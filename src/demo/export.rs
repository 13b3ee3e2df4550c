//! The whole export: draws the fields in parallel, writes pictures and tables.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastrand::Rng;
use rayon::prelude::*;

use super::error::DemoError;
use super::files::write_grey;
use super::labels::{Labels, plant, segment};
use super::optics::expose;
use super::plate::{Case, DemoPlate, FieldPlan};
use super::population::populate;
use super::stain::stain;
use super::tables::{self, FieldTables, OBJECTS, measure_field};
use super::territory::Territory;

/// What was written.
#[derive(Debug, Clone)]
pub struct DemoSummary {
    /// Fields of view, each of five channels.
    pub images: usize,
    /// Rows of the cell table.
    pub cells: usize,
    /// Rows of the nuclei table.
    pub nuclei: usize,
    /// The planted cases for quality control, by image number.
    pub cases: Vec<DemoCase>,
}

/// A planted case: something that a person looking at the cells should find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoCase {
    /// `merged_cells`, `split_cell`, `debris`, `saturated_cell`, `out_of_focus_field`, `missing_nucleus` or `two_nuclei`.
    pub kind: &'static str,
    /// The `ImageNumber` of the export.
    pub image_number: i64,
    /// The `ObjectNumber` of the cell; none if the whole field is meant.
    pub object_number: Option<i64>,
}

/// Draws the plate and writes it below `dir` as a `CellProfiler` export, making the folder if necessary.
///
/// `progress` hears the number of finished fields and their total, from any thread. When `cancelled` answers
/// true the writing stops with [`DemoError::Cancelled`]; what is there by then stays, without tables.
pub fn write_export(
    plate: &DemoPlate,
    dir: &Path,
    progress: &(dyn Fn(usize, usize) + Sync),
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<DemoSummary, DemoError> {
    let plans = plate.fields()?;
    for folder in [dir.join("images"), dir.join("masks")] {
        fs::create_dir_all(&folder).map_err(DemoError::io(&folder))?;
    }
    let done = AtomicUsize::new(0);
    progress(0, plans.len());
    // Collecting keeps the order of the plans, whichever thread is faster.
    let fields: Vec<(FieldTables, Vec<DemoCase>)> = plans
        .par_iter()
        .map(|plan| {
            if cancelled() {
                return Err(DemoError::Cancelled {
                    dir: dir.to_owned(),
                });
            }
            let field = write_field(plan, dir)?;
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, plans.len());
            Ok(field)
        })
        .collect::<Result<_, _>>()?;
    if cancelled() {
        return Err(DemoError::Cancelled {
            dir: dir.to_owned(),
        });
    }
    let (tables, cases): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    tables::write(dir, &tables)?;
    Ok(DemoSummary {
        images: tables.len(),
        cells: tables.iter().map(|field| field.objects[0].len()).sum(),
        nuclei: tables.iter().map(|field| field.objects[1].len()).sum(),
        cases: cases.into_iter().flatten().collect(),
    })
}

fn write_field(plan: &FieldPlan, dir: &Path) -> Result<(FieldTables, Vec<DemoCase>), DemoError> {
    let (channels, labels) = draw_field(plan);
    for (channel, pixels) in channels.iter().enumerate() {
        write_grey(
            &dir.join("images").join(plan.image_file(channel)),
            pixels,
            plan.size,
            true,
        )?;
    }
    for (object, mask) in OBJECTS
        .iter()
        .zip([&labels.cells, &labels.nuclei, &labels.cytoplasm])
    {
        write_grey(
            &dir.join("masks").join(plan.mask_file(object)),
            mask,
            plan.size,
            false,
        )?;
    }
    let tables = measure_field(plan, &channels, &labels);
    let mut cases: Vec<DemoCase> = labels
        .cases
        .iter()
        .map(|(case, number)| DemoCase {
            kind: case.name(),
            image_number: plan.image_number,
            object_number: Some(i64::from(*number)),
        })
        .collect();
    if plan.has(Case::OutOfFocus) {
        cases.push(DemoCase {
            kind: Case::OutOfFocus.name(),
            image_number: plan.image_number,
            object_number: None,
        });
    }
    Ok((tables, cases))
}

/// The pictures and the segmentation of a field; depends on nothing but the plan.
fn draw_field(plan: &FieldPlan) -> ([Vec<u16>; 5], Labels) {
    let mut rng = Rng::with_seed(plan.seed);
    let cells = populate(plan, &mut rng);
    let territory = Territory::new(&cells, plan.size, &mut rng);
    let planted = plant(plan, &cells, &territory, &mut rng);
    let light = stain(&cells, &territory, &planted, &mut rng);
    let in_focus = !plan.has(Case::OutOfFocus);
    let mut channel = 0;
    let channels = light.map(|plane| {
        channel += 1;
        expose(plane, channel - 1, in_focus, &mut rng)
    });
    (channels, segment(&cells, &territory, &planted))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;

    const TINY: DemoPlate = DemoPlate {
        seed: 11,
        rows: 1,
        columns: 1,
        fields_per_well: 1,
        field_size: 192,
    };

    /// A folder that is gone at the end of the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("cytolance-demo-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
            let mut all = BTreeMap::new();
            let mut folders = vec![self.0.clone()];
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        let name = path.strip_prefix(&self.0).unwrap().to_owned();
                        all.insert(name, fs::read(&path).unwrap());
                    }
                }
            }
            all
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn write(plate: &DemoPlate, folder: &Folder) -> DemoSummary {
        write_export(plate, &folder.0, &|_, _| {}, &|| false).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (first, second) = (Folder::new("same-a"), Folder::new("same-b"));
        write(&TINY, &first);
        write(&TINY, &second);
        let contents = first.contents();
        assert_eq!(contents.len(), 5 + 5 + 3);
        assert!(contents == second.contents());
        let other = Folder::new("same-c");
        write(&DemoPlate { seed: 12, ..TINY }, &other);
        assert!(contents != other.contents());
    }

    #[test]
    fn tables_have_many_features_and_agree_with_the_masks() {
        let folder = Folder::new("tables");
        write(&TINY, &folder);
        for object in OBJECTS {
            let mut table = csv::Reader::from_path(folder.0.join(format!("{object}.csv"))).unwrap();
            let header = table.headers().unwrap().clone();
            assert_eq!((&header[0], &header[1]), ("ImageNumber", "ObjectNumber"));
            assert!(header.iter().skip(2).is_sorted());
            let features = header
                .iter()
                .filter(|name| !name.starts_with("Parent_"))
                .count()
                - 2;
            assert!(features >= 60, "{object}: {features}");

            let mask = folder
                .0
                .join(format!("masks/DemoPlate1_B02_s1_w1DNA_{object}.tiff"));
            let mut decoder = tiff::decoder::Decoder::new(fs::File::open(mask).unwrap()).unwrap();
            let tiff::decoder::DecodingResult::U16(labels) = decoder.read_image().unwrap() else {
                panic!("not 16 bits")
            };
            let column = |name: &str| header.iter().position(|column| column == name).unwrap();
            let mut rows = 0;
            for row in table.records().map(Result::unwrap) {
                let number: u16 = row[1].parse().unwrap();
                let area = row[column("AreaShape_Area")].to_owned();
                let right: usize = row[column("AreaShape_BoundingBoxMaximum_X")]
                    .parse()
                    .unwrap();
                let pixels: Vec<usize> = (0..labels.len())
                    .filter(|at| labels[*at] == number)
                    .collect();
                assert_eq!(
                    format!("{:?}", pixels.len() as f64),
                    area,
                    "{object} {number}"
                );
                assert_eq!(pixels.iter().map(|at| at % 192 + 1).max(), Some(right));
                rows += 1;
            }
            assert!(rows > 0);
        }
    }

    #[test]
    fn the_default_plate_has_every_case() {
        let folder = Folder::new("cases");
        let summary = write(&DemoPlate::default(), &folder);
        assert_eq!(summary.images, 24);
        assert!((400..900).contains(&summary.cells), "{}", summary.cells);
        for kind in [
            "merged_cells",
            "split_cell",
            "debris",
            "saturated_cell",
            "out_of_focus_field",
            "missing_nucleus",
            "two_nuclei",
        ] {
            assert!(summary.cases.iter().any(|case| case.kind == kind), "{kind}");
        }
    }

    #[test]
    fn cancelling_says_so_and_leaves_no_tables() {
        let folder = Folder::new("cancel");
        let result = write_export(&TINY, &folder.0, &|_, _| {}, &|| true);
        assert!(matches!(result, Err(DemoError::Cancelled { .. })));
        assert!(!folder.0.join("Image.csv").exists());
    }
}
