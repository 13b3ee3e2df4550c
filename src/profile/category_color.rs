//! Colours of categories, groups and classes.

/// Colours of categories in turn, for points, charts and labels, on dark and on light. People with any colour vision
/// tell each from all the others: a test simulates how they see them.
pub const CATEGORY_COLORS: [[u8; 3]; 10] = [
    [102, 153, 255],
    [255, 153, 0],
    [187, 34, 170],
    [68, 238, 187],
    [221, 0, 0],
    [119, 153, 102],
    [238, 204, 119],
    [119, 68, 255],
    [136, 102, 119],
    [204, 204, 255],
];

/// Colours of the classes that a person adds, in turn: those that differ most from pass, fail and unsure.
pub(super) const CLASS_COLORS: [[u8; 3]; 5] = [
    CATEGORY_COLORS[7],
    CATEGORY_COLORS[2],
    CATEGORY_COLORS[3],
    CATEGORY_COLORS[9],
    CATEGORY_COLORS[0],
];

/// Outlines of nuclei, on dark pictures.
const NUCLEUS: [u8; 3] = [255, 176, 59];
/// Outlines of cytoplasm.
const CYTOPLASM: [u8; 3] = [186, 135, 255];
/// Outlines of other objects, in turn.
const OUTLINE_COLORS: [[u8; 3]; 4] = [
    [235, 242, 245],
    [255, 85, 119],
    [136, 170, 204],
    [153, 255, 153],
];

/// The first colour of the outlines of an object set, the `at`-th of its dataset.
pub fn outline_color(object: &str, at: usize) -> [u8; 3] {
    if object.to_lowercase().contains("nucle") {
        return NUCLEUS;
    }
    if is_cytoplasm(object) {
        return CYTOPLASM;
    }
    OUTLINE_COLORS[at % OUTLINE_COLORS.len()]
}

/// Whether an object set is the cytoplasm, whose outlines repeat those of the other two: they are hidden at first.
pub fn is_cytoplasm(object: &str) -> bool {
    object.to_lowercase().contains("cyto")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LabelSpec;
    use crate::color_vision::least_difference;

    #[test]
    fn any_colour_vision_tells_the_colours_apart() {
        let classes = LabelSpec::quality().classes;
        let classes: Vec<[u8; 3]> = classes.iter().map(|class| class.color).collect();
        let all_classes = [classes.as_slice(), &CLASS_COLORS].concat();
        let outlines = [[NUCLEUS, CYTOPLASM].as_slice(), &OUTLINE_COLORS].concat();
        // What they are, and how different the two most alike of them look at least.
        let cases: [(&str, &[[u8; 3]], f64); 4] = [
            ("categories", &CATEGORY_COLORS, 25.0),
            ("outlines", &outlines, 25.0),
            ("pass, fail, unsure", &classes, 30.0),
            ("classes with five more", &all_classes, 15.0),
        ];
        for (name, colors, least) in cases {
            let (difference, pair, vision) = least_difference(colors);
            assert!(
                difference >= least,
                "{name}: {pair:?} differ by {difference:.1} in {vision}"
            );
        }
    }
}
