//! The spellings of key columns: programs and people write them in many ways.

/// The key that a column is, however it is spelled: `imagenumber`, `Image Number` and `IMAGE.NUMBER` are `ImageNumber`.
pub(super) fn key_of(name: &str) -> Option<&'static str> {
    // Nearly all names are longer than any key.
    if name.len() > 32 {
        return None;
    }
    let letters: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    Some(match letters.as_str() {
        "imagenumber" => "ImageNumber",
        "objectnumber" => "ObjectNumber",
        "numberobjectnumber" => "Number_Object_Number",
        "tablenumber" | "metadatatablenumber" => "TableNumber",
        _ => return None,
    })
}

/// The key that a column of joined rows is: `Metadata_ImageNumber`, or `ImageNumber` without what stands before it.
pub fn joined_key_of(name: &str) -> Option<&'static str> {
    const METADATA: &str = "metadata_";
    let (start, rest) = name.split_at_checked(METADATA.len()).unwrap_or_default();
    if start.eq_ignore_ascii_case(METADATA) {
        key_of(rest)
    } else {
        key_of(name)
    }
}

/// The keys among some names that are spelled otherwise, with their places; what is spelled right goes first, then the
/// first of several spellings.
pub(super) fn respelled(names: &[&str]) -> Vec<(usize, &'static str)> {
    let mut found: Vec<(usize, &'static str)> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if let Some(key) = key_of(name)
            && *name != key
            && !names.contains(&key)
            && !found.iter().any(|(_, known)| *known == key)
        {
            found.push((at, key));
        }
    }
    found
}

/// Whether the name of a table says that its rows are image sets: `Image`, `Images`, `MyExpt_Per_Image`.
pub(super) fn is_image_name(name: &str) -> bool {
    image_prefix_len(name).is_some()
}

/// Length of what stands before `Image`, `Images` or `Per_Image` at the end of a table's name.
pub(super) fn image_prefix_len(name: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    let start = lower
        .strip_suffix("images")
        .or_else(|| lower.strip_suffix("image"))?;
    let short = start.strip_suffix("per_");
    let short = short.filter(|short| short.is_empty() || short.ends_with('_'));
    Some(short.unwrap_or(start).len())
}

/// The object that a table is called after: what comes after `Per_`, or all of its name.
pub(super) fn object_of_table(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    match lower.rfind("per_") {
        Some(at) if at + 4 < name.len() && (at == 0 || lower.as_bytes()[at - 1] == b'_') => {
            &name[at + 4..]
        }
        _ => name,
    }
}

/// How columns of an Image table begin that repeat its name: `Image_`, or as most of them spell it.
pub(super) fn image_prefix<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut spellings: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for name in names {
        if let Some((start, _)) = name.split_once('_')
            && start.eq_ignore_ascii_case("Image")
        {
            *spellings.entry(start).or_default() += 1;
        }
    }
    let most = spellings.into_iter().max_by_key(|(_, columns)| *columns);
    most.map_or("Image", |(spelling, _)| spelling).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_letters() {
        for (name, key) in [
            ("ImageNumber", Some("ImageNumber")),
            ("imagenumber", Some("ImageNumber")),
            ("Image Number", Some("ImageNumber")),
            ("IMAGE.NUMBER", Some("ImageNumber")),
            ("object_number", Some("ObjectNumber")),
            ("number_object_number", Some("Number_Object_Number")),
            ("Metadata_TableNumber", Some("TableNumber")),
            ("Metadata_ImageNumber", None),
            ("ImageNumbers", None),
            ("Number", None),
        ] {
            assert_eq!(key_of(name), key, "{name}");
        }
        for name in [
            "Metadata_ImageNumber",
            "metadata_image_number",
            "ImageNumber",
        ] {
            assert_eq!(joined_key_of(name), Some("ImageNumber"), "{name}");
        }
        assert_eq!(joined_key_of("Metadata_Site"), None);
        let names = ["x", "image number", "imagenumber", "objectnumber"];
        let found = respelled(&names);
        assert_eq!(found, [(1, "ImageNumber"), (3, "ObjectNumber")]);
        let found = respelled(&["imagenumber", "ImageNumber"]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn image_tables_are_known_by_their_ends() {
        for (name, prefix) in [
            ("Image", Some("")),
            ("images", Some("")),
            ("MyExpt_Image", Some("MyExpt_")),
            ("MyExpt_Per_Image", Some("MyExpt_")),
            ("per_image", Some("")),
            ("Super_Image", Some("Super_")),
            ("Imagery", None),
        ] {
            let found = image_prefix_len(name).map(|len| &name[..len]);
            assert_eq!(found, prefix, "{name}");
        }
        for (name, object) in [
            ("Nuclei", "Nuclei"),
            ("Per_Nuclei", "Nuclei"),
            ("MyExpt_per_Nuclei", "Nuclei"),
            ("Super_Nuclei", "Super_Nuclei"),
            ("Per_", "Per_"),
        ] {
            assert_eq!(object_of_table(name), object);
        }
    }
}
