//! The columns that checks of the segmentation write, and what they mean.

/// A check: how its column begins, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckColumn {
    /// The column's name; where it ends in an underscore, an object's or a channel's name follows.
    pub name: &'static str,
    /// A word by which the check is chosen on the command line.
    pub word: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// All checks.
pub const CHECK_COLUMNS: [CheckColumn; 13] = [
    CheckColumn {
        name: "QC_Border_",
        word: "border",
        meaning: "the outline touches the border of the field of view, so the object may be cut off",
    },
    CheckColumn {
        name: "QC_AreaRatio_",
        word: "area",
        meaning: "area inside the outline by the measured area: 1 where the outline is the measured object's",
    },
    CheckColumn {
        name: "QC_Parts_",
        word: "parts",
        meaning: "separate parts of the outline: 1 for a whole object",
    },
    CheckColumn {
        name: "QC_Solidity_",
        word: "solidity",
        meaning: "area by area of the convex hull: 1 without dents, low for merged or ragged objects",
    },
    CheckColumn {
        name: "QC_NucleusOutside",
        word: "nucleus",
        meaning: "share of the nucleus that lies outside its cell: 0 as it should be",
    },
    CheckColumn {
        name: "QC_NucleusShare",
        word: "share",
        meaning: "area of the nucleus by that of its cell: near 1 for debris, where both are the same spot",
    },
    CheckColumn {
        name: "QC_NucleusContact",
        word: "contact",
        meaning: "share of the nucleus's border that touches another nucleus: 0 for separate nuclei, a tenth and more for the halves of a split one",
    },
    CheckColumn {
        name: "QC_NucleiInCell",
        word: "nuclei",
        meaning: "outlined nuclei of the dataset whose middle lies inside the cell's outline: 1 as it should be, 0 where the nucleus was missed; nuclei that belong to no cell are not in the dataset",
    },
    CheckColumn {
        name: "QC_NuclearRegions",
        word: "regions",
        meaning: "bright regions of the nuclear stain in the cell, each at least a quarter of the median nucleus: 2 and more in merged or dividing cells, whatever the segmentation has made of them",
    },
    CheckColumn {
        name: "QC_Overlap",
        word: "overlap",
        meaning: "share of the cell that other cells' outlines cover, too",
    },
    CheckColumn {
        name: "QC_Saturated_",
        word: "saturation",
        meaning: "share of the cell's pixels that are as bright as the camera can say; their intensities are too small",
    },
    CheckColumn {
        name: "QC_FieldFocus_",
        word: "focus",
        meaning: "fine structure by all structure of the whole field of view: low where it is out of focus",
    },
    CheckColumn {
        name: "QC_FieldBackground_",
        word: "background",
        meaning: "the intensity below which a twentieth of the field's pixels lie",
    },
];

/// What a column of a check says.
pub fn check_meaning(column: &str) -> Option<&'static str> {
    if column == "QC_NucleiCount" {
        return Some("nuclei that CellProfiler gave to this cell as their parent");
    }
    CHECK_COLUMNS
        .iter()
        .find(|check| {
            if check.name.ends_with('_') {
                column.starts_with(check.name)
            } else {
                column == check.name
            }
        })
        .map(|check| check.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_explained() {
        assert!(check_meaning("QC_Border_Cells").is_some_and(|text| text.contains("border")));
        assert!(check_meaning("QC_Overlap").is_some());
        assert!(check_meaning("QC_NucleiCount").is_some());
        assert_eq!(check_meaning("QC_OverlapX"), None);
        assert_eq!(check_meaning("Cells_AreaShape_Area"), None);
    }
}
