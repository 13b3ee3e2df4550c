//! Labels: what a person decides of a cell, as a typed column with named classes.

use serde::{Deserialize, Serialize};

use super::category_color::{CATEGORY_COLORS, CLASS_COLORS};

/// One class of a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelClass {
    /// The value that is stored.
    pub name: String,
    /// Its colour: red, green, blue.
    pub color: [u8; 3],
}

/// A label column and its classes. The first nine classes have the keys 1 to 9.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSpec {
    /// The column, which begins with [`LABEL_PREFIX`].
    pub column: String,
    /// Its classes.
    pub classes: Vec<LabelClass>,
}

/// What the names of label columns begin with.
pub const LABEL_PREFIX: &str = "Label_";

impl LabelSpec {
    /// The label that every dataset begins with: pass, fail, unsure. The colours are of Okabe and Ito's palette, which
    /// people with any colour vision tell apart.
    pub fn quality() -> Self {
        let class = |name: &str, color| LabelClass {
            name: name.to_owned(),
            color,
        };
        Self {
            column: "Label_QC".to_owned(),
            classes: vec![
                class("pass", [0, 158, 115]),
                class("fail", [213, 94, 0]),
                class("unsure", [240, 228, 66]),
            ],
        }
    }

    /// The colour of a class more: the first that no class has yet.
    pub fn next_color(&self) -> [u8; 3] {
        let taken = |color: &[u8; 3]| self.classes.iter().any(|class| class.color == *color);
        let mut colors = CLASS_COLORS.iter().chain(&CATEGORY_COLORS).copied();
        colors
            .find(|color| !taken(color))
            .unwrap_or(CATEGORY_COLORS[self.classes.len() % CATEGORY_COLORS.len()])
    }

    /// The class of a value.
    pub fn class(&self, value: &str) -> Option<&LabelClass> {
        self.classes.iter().find(|class| class.name == value)
    }
}
