//! Object names, told from column names such as `Cells_AreaShape_Area`.

use std::collections::BTreeMap;

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
    let mut objects: Vec<(&str, usize)> = found.into_iter().collect();
    objects.sort_by_key(|(_, at)| *at);
    objects
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
