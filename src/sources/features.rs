//! Object names, told from column names such as `Cells_AreaShape_Area`.

use std::collections::BTreeMap;

use super::spelling::key_of;

/// Groups of measurements that every kind of object may have.
const GROUPS: [&str; 13] = [
    "AreaShape",
    "Children",
    "Correlation",
    "Granularity",
    "Intensity",
    "Location",
    "Neighbors",
    "Number",
    "ObjectSkeleton",
    "Overlap",
    "Parent",
    "RadialDistribution",
    "Texture",
];

/// The object a column belongs to, and the feature's name without it.
pub(super) fn split_object<'a>(name: &'a str, objects: &[String]) -> Option<(&'a str, &'a str)> {
    objects
        .iter()
        .filter_map(|object| {
            let rest = name.strip_prefix(object.as_str())?.strip_prefix('_')?;
            (!rest.is_empty()).then_some((&name[..object.len()], rest))
        })
        // `Nuclei_Expanded_AreaShape_Area` belongs to `Nuclei_Expanded`, not to `Nuclei`.
        .max_by_key(|(object, _)| object.len())
}

/// The objects that columns are named after, in the columns' order.
pub(super) fn object_names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, name) in names.enumerate() {
        let place = GROUPS
            .iter()
            .filter_map(|group| {
                let at = name.find(&format!("_{group}_"))?;
                Some(at)
            })
            .min();
        if let Some(end) = place
            && end > 0
            && !matches!(&name[..end], "Image" | "Metadata")
            && !name.starts_with("Image_")
            && !name.starts_with("Metadata_")
        {
            found.entry(&name[..end]).or_insert(at);
        }
    }
    let mut objects: Vec<(&str, usize)> = found
        .iter()
        .filter(|(name, _)| !is_average(name, |object| found.contains_key(object)))
        .map(|(name, at)| (*name, *at))
        .collect();
    objects.sort_by_key(|(_, at)| *at);
    objects
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// How a parent's values of its children begin, as `RelateObjects` writes them.
const AVERAGES: [&str; 3] = ["Mean_", "Median_", "StDev_"];

/// Whether a name is a parent's average over its children, and no object: `Cells_Mean_Nuclei`, `Mean_Nuclei`.
fn is_average(name: &str, is_object: impl Fn(&str) -> bool) -> bool {
    AVERAGES.iter().any(|average| {
        name.starts_with(average)
            || name
                .find(&format!("_{average}"))
                .is_some_and(|at| is_object(&name[..at]))
    })
}

/// The objects of a table whose columns begin with their names, as those of databases do: each has its own numbers.
/// None where measurements stand under their own names.
pub(super) fn prefixed_objects(names: &[String]) -> Vec<String> {
    let is_plain = |name: &String| {
        let mut groups = GROUPS.iter();
        groups.any(|group| {
            name.strip_prefix(group)
                .is_some_and(|rest| rest.starts_with('_'))
        })
    };
    if names.iter().any(is_plain) {
        return Vec::new();
    }
    let mut objects = object_names(names.iter().map(String::as_str));
    let is_numbered = |object: &str| {
        let mut own = names
            .iter()
            .filter_map(|name| name.strip_prefix(object)?.strip_prefix('_'));
        own.any(|rest| matches!(key_of(rest), Some("ObjectNumber" | "Number_Object_Number")))
    };
    objects.retain(|object| is_numbered(object));
    objects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_of_children_are_no_objects() {
        let names = [
            "Cells_Mean_Nuclei_AreaShape_Area",
            "Cells_Number_Object_Number",
            "Cells_StDev_Nuclei_Number_Object_Number",
            "Mean_Cells_AreaShape_Area",
        ];
        assert_eq!(object_names(names.into_iter()), ["Cells"]);
        let owned = |names: &[&str]| -> Vec<String> {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            prefixed_objects(&names)
        };
        assert_eq!(owned(&names), ["Cells"]);
        assert_eq!(
            owned(&[
                "ImageNumber",
                "Nuclei_ObjectNumber",
                "Nuclei_AreaShape_Area"
            ]),
            ["Nuclei"]
        );
        assert!(owned(&["ImageNumber", "Nuclei_AreaShape_Area"]).is_empty());
        assert!(owned(&["Number_Object_Number", "Nuclei_Number_Object_Number"]).is_empty());
    }

    #[test]
    fn objects_are_what_measurements_are_named_after() {
        let names = [
            "Metadata_Cells_Parent_Nuclei",
            "ImageNumber",
            "Image_Intensity_MeanIntensity_DNA",
            "Nuclei_AreaShape_Area",
            "Nuclei_Expanded_AreaShape_Area",
            "Cells_Number_Object_Number",
            "Cells_Math_Ratio",
            "Something_Else",
        ];
        let objects = object_names(names.into_iter());
        assert_eq!(objects, ["Nuclei", "Nuclei_Expanded", "Cells"]);
        let cases = [
            ("Nuclei_AreaShape_Area", Some(("Nuclei", "AreaShape_Area"))),
            (
                "Nuclei_Expanded_AreaShape_Area",
                Some(("Nuclei_Expanded", "AreaShape_Area")),
            ),
            ("Cells_Math_Ratio", Some(("Cells", "Math_Ratio"))),
            ("Something_Else", None),
            ("Cells_", None),
        ];
        for (name, expected) in cases {
            assert_eq!(split_object(name, &objects), expected, "{name}");
        }
    }
}
