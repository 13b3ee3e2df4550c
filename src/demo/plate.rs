//! The description of the plate: wells, treatments, and which fields carry which planted case.

use super::error::DemoError;

/// The five stains, in the order of the microscope's filter wheel.
pub(super) const CHANNELS: [&str; 5] = ["DNA", "ER", "RNA", "AGP", "Mito"];
pub(super) const DNA: usize = 0;
pub(super) const ER: usize = 1;
pub(super) const RNA: usize = 2;
pub(super) const AGP: usize = 3;
pub(super) const MITO: usize = 4;

/// The plate's name in file names and metadata.
pub(super) const PLATE_NAME: &str = "DemoPlate1";

/// What to draw. The same description gives the same files, byte for byte, on one machine.
#[derive(Debug, Clone, Copy)]
pub struct DemoPlate {
    /// Everything random follows from this number.
    pub seed: u64,
    /// Rows of wells, the first one being B.
    pub rows: u32,
    /// Columns of wells, the first one being 02.
    pub columns: u32,
    /// Fields of view (sites) in each well.
    pub fields_per_well: u32,
    /// Width and height of a field in pixels.
    pub field_size: u32,
}

impl Default for DemoPlate {
    fn default() -> Self {
        Self {
            seed: 2026,
            rows: 3,
            columns: 4,
            fields_per_well: 2,
            field_size: 512,
        }
    }
}

/// What was given to a well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// The solvent alone.
    Dmso,
    /// Large round nuclei, fewer cells.
    CompoundA,
    /// Elongated cells, bright mitochondria.
    CompoundB,
}

impl Treatment {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dmso => "DMSO",
            Self::CompoundA => "Compound A",
            Self::CompoundB => "Compound B",
        }
    }
}

/// A thing that visual quality control should find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    MergedCells,
    SplitCell,
    Debris,
    SaturatedCell,
    OutOfFocus,
    MissingNucleus,
    TwoNuclei,
}

impl Case {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::MergedCells => "merged_cells",
            Self::SplitCell => "split_cell",
            Self::Debris => "debris",
            Self::SaturatedCell => "saturated_cell",
            Self::OutOfFocus => "out_of_focus_field",
            Self::MissingNucleus => "missing_nucleus",
            Self::TwoNuclei => "two_nuclei",
        }
    }
}

/// Where on the plate the cases lie, as fractions of its list of fields: any plate of a dozen fields has them all.
const CASES: [(Case, f64); 12] = [
    (Case::TwoNuclei, 0.02),
    (Case::SaturatedCell, 0.10),
    (Case::Debris, 0.15),
    (Case::MergedCells, 0.22),
    (Case::MissingNucleus, 0.30),
    (Case::SplitCell, 0.35),
    (Case::Debris, 0.43),
    (Case::OutOfFocus, 0.52),
    (Case::MergedCells, 0.60),
    (Case::SaturatedCell, 0.68),
    (Case::SplitCell, 0.85),
    (Case::Debris, 0.93),
];

/// One field of view before it is drawn.
#[derive(Debug, Clone)]
pub(super) struct FieldPlan {
    /// `CellProfiler`'s `ImageNumber`, from 1.
    pub image_number: i64,
    pub well: String,
    /// The site within the well, from 1.
    pub site: u32,
    pub treatment: Treatment,
    /// Micromolar; 0 for the solvent.
    pub dose: f64,
    /// 0 to 1: how much of the phenotype the dose brings out.
    pub strength: f32,
    pub seed: u64,
    pub size: usize,
    pub cases: Vec<Case>,
}

impl FieldPlan {
    /// The common start of the field's file names.
    pub(super) fn stem(&self) -> String {
        format!("{PLATE_NAME}_{}_s{}", self.well, self.site)
    }

    pub(super) fn image_file(&self, channel: usize) -> String {
        format!("{}_w{}{}.tif", self.stem(), channel + 1, CHANNELS[channel])
    }

    /// The mask's name starts with the stem of the DNA image, which is how such files are found.
    pub(super) fn mask_file(&self, object: &str) -> String {
        format!("{}_w1{}_{object}.tiff", self.stem(), CHANNELS[DNA])
    }

    pub(super) fn has(&self, case: Case) -> bool {
        self.cases.contains(&case)
    }
}

impl DemoPlate {
    /// The fields in the order of their image numbers: by row, column and site.
    pub(super) fn fields(&self) -> Result<Vec<FieldPlan>, DemoError> {
        let total = self.rows as usize * self.columns as usize * self.fields_per_well as usize;
        if total == 0 || !(96..=8192).contains(&self.field_size) {
            return Err(DemoError::Plate);
        }
        let mut fields = Vec::with_capacity(total);
        for row in 0..self.rows {
            for column in 0..self.columns {
                let treatment = match column % 4 {
                    1 => Treatment::CompoundA,
                    2 => Treatment::CompoundB,
                    _ => Treatment::Dmso,
                };
                let (dose, strength) = match (treatment, row % 3) {
                    (Treatment::Dmso, _) => (0.0, 0.0),
                    (_, 0) => (1.0, 0.45),
                    (_, 1) => (3.0, 0.75),
                    _ => (10.0, 1.0),
                };
                for site in 1..=self.fields_per_well {
                    let index = fields.len();
                    fields.push(FieldPlan {
                        image_number: index as i64 + 1,
                        well: format!("{}{:02}", row_letters(row + 1), column + 2),
                        site,
                        treatment,
                        dose,
                        strength,
                        // The golden ratio spreads neighbouring numbers over the generator's states.
                        seed: (self.seed ^ 0x5EED)
                            .wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
                        size: self.field_size as usize,
                        cases: CASES
                            .iter()
                            .filter(|(_, at)| (at * total as f64) as usize == index)
                            .map(|(case, _)| *case)
                            // A blurred field with nothing beside it would hide every other case.
                            .filter(|case| *case != Case::OutOfFocus || total >= 4)
                            .collect(),
                    });
                }
            }
        }
        Ok(fields)
    }
}

/// Row names as on large plates: A to Z, then AA.
fn row_letters(row: u32) -> String {
    let letter = |n: u32| char::from(b'A' + (n % 26) as u8);
    if row < 26 {
        letter(row).to_string()
    } else {
        format!("{}{}", letter(row / 26 - 1), letter(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_plate_is_b02_to_d05() {
        let fields = DemoPlate::default().fields().unwrap();
        assert_eq!(fields.len(), 24);
        assert_eq!(fields[0].well, "B02");
        assert_eq!(fields[23].well, "D05");
        assert_eq!(fields[23].image_number, 24);
        assert_eq!(fields[2].treatment.name(), "Compound A");
        assert_eq!(fields[0].image_file(4), "DemoPlate1_B02_s1_w5Mito.tif");
        assert_eq!(
            fields[0].mask_file("Cells"),
            "DemoPlate1_B02_s1_w1DNA_Cells.tiff"
        );
    }

    #[test]
    fn an_empty_plate_is_refused() {
        let plate = DemoPlate {
            rows: 0,
            ..DemoPlate::default()
        };
        assert!(matches!(plate.fields(), Err(DemoError::Plate)));
        assert_eq!(row_letters(26), "AA");
    }
}
