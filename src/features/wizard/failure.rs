//! Why a plan does not work, in words of the wizard instead of the command line.

use super::state::Step;
use cytolance_import::ImportError;

/// Why there is no plan, and where to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong and what to do.
    pub text: String,
    /// Object sets to choose from, where that is what is missing.
    pub objects: Vec<String>,
    /// The step that has the remedy.
    pub step: Step,
}

impl Failure {
    /// From the import's own error.
    pub fn new(error: &ImportError) -> Self {
        let objects_of = |choices: &str| {
            choices
                .split(", ")
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        match error {
            ImportError::AmbiguousPrimary { choices } => Self {
                text:
                    "Which object should one row stand for? The export does not tell: choose one."
                        .to_owned(),
                objects: objects_of(choices),
                step: Step::Cells,
            },
            ImportError::UnknownPrimary { name, choices } => Self {
                text: format!("There is no object {name} in this export: choose another."),
                objects: objects_of(choices),
                step: Step::Cells,
            },
            ImportError::NoFolder { option, path } => Self {
                text: format!(
                    "There is no folder {}: remove it from the list, or add the right one.",
                    path.display()
                ),
                objects: Vec::new(),
                step: if ["--images", "--illum"].contains(option) {
                    Step::Pictures
                } else {
                    Step::Outlines
                },
            },
            other => Self {
                text: in_words(&other.to_string()),
                objects: Vec::new(),
                step: Step::Source,
            },
        }
    }
}

/// Flags of the command line as what they are called here.
pub fn in_words(text: &str) -> String {
    let mut text = text.to_owned();
    for (flag, words) in [
        (" (--report FILE.json lists them all)", ""),
        (" (no --images folder was given)", ""),
        (
            "choose another name, or say --append to add to it or --overwrite to replace it",
            "choose another name, or choose to add to it or to replace it",
        ),
        (
            "; leave out --append to create one",
            ": choose a new dataset instead",
        ),
        (
            "(--crop-size PX changes that)",
            "(a fixed size changes that)",
        ),
        (" (--pixel-size UM says it)", ": say it with the pictures"),
        ("--pixel-size", "what you say"),
        (": --images ", ": the folder of pictures "),
        ("--complete", "«complete cells only»"),
        ("--pair", "«join by number and place»:"),
        ("under --masks", "in the folders with masks"),
        ("--primary OBJECT", "the choice of the object"),
        ("--images", "the folders with pictures"),
        ("--masks", "the folders with masks"),
        ("--outlines", "the folders with outlines"),
        ("--illum", "the folders with illumination functions"),
    ] {
        text = text.replace(flag, words);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_lead_to_the_step_with_the_remedy() {
        let error = ImportError::AmbiguousPrimary {
            choices: "Worms, Embryos".to_owned(),
        };
        let failure = Failure::new(&error);
        assert_eq!(failure.objects, ["Worms", "Embryos"]);
        assert_eq!(failure.step, Step::Cells);
        assert!(!failure.text.contains("--"));
        let error = ImportError::NoFolder {
            option: "--masks",
            path: "/gone".into(),
        };
        let failure = Failure::new(&error);
        assert_eq!(failure.step, Step::Outlines);
        assert!(failure.text.contains("/gone") && !failure.text.contains("--"));
    }
}
