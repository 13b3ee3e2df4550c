//! Which columns are plate, well and site, however an export spells them.

use super::{ColumnInfo, ColumnKind};

/// A key of the experiment: where on which plate a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPart {
    /// The plate.
    Plate,
    /// The well.
    Well,
    /// The field of view in the well.
    Site,
}

impl KeyPart {
    /// All of them, from large to small.
    pub const ALL: [Self; 3] = [Self::Plate, Self::Well, Self::Site];

    /// The column's usual name, under which an import writes what file names say.
    pub fn column(self) -> &'static str {
        match self {
            Self::Plate => "Metadata_Plate",
            Self::Well => "Metadata_Well",
            Self::Site => "Metadata_Site",
        }
    }

    /// What exports call it, the plainest first; in lower case, without prefixes and underscores.
    fn spellings(self) -> &'static [&'static str] {
        match self {
            Self::Plate => &[
                "plate",
                "platename",
                "plateid",
                "platenumber",
                "platebarcode",
                "assayplatebarcode",
                "barcode",
                "assayplate",
            ],
            Self::Well => &[
                "well",
                "wellname",
                "wellid",
                "wellposition",
                "cpdwellposition",
                "wellnumber",
            ],
            Self::Site => &[
                "site",
                "siteid",
                "sitename",
                "sitenumber",
                "field",
                "fieldid",
                "fieldnumber",
                "fieldindex",
                "fieldofview",
                "fov",
                "fovid",
            ],
        }
    }

    /// How plainly a column's name says it, 0 being the usual name; `None` where it does not.
    ///
    /// `CellProfiler` writes `Metadata_Well`, `CytoTable` and pycytominer also `Image_Metadata_Well` and
    /// `Metadata_Image_Metadata_Well`; tables of other programs have `well_id`.
    fn rank(self, column: &str) -> Option<usize> {
        if column == self.column() {
            return Some(0);
        }
        let mut rest = column;
        let mut is_of_image = false;
        while let Some(after) = ["metadata_", "image_"].iter().find_map(|prefix| {
            let start = rest.get(..prefix.len())?;
            start
                .eq_ignore_ascii_case(prefix)
                .then(|| &rest[prefix.len()..])
        }) {
            is_of_image = true;
            rest = after;
        }
        // Thousands of columns are asked, so no text is made.
        let is_spelled = |spelling: &&str| {
            let letters = rest.bytes().filter(|byte| !b"_- .".contains(byte));
            letters
                .map(|byte| byte.to_ascii_lowercase())
                .eq(spelling.bytes())
        };
        let spellings = self.spellings();
        let place = spellings.iter().position(is_spelled);
        match place {
            Some(place) if is_of_image => Some(1 + place),
            // In pooled screens a cell has a barcode of its own.
            Some(place) if spellings[place] == "barcode" => None,
            Some(place) => Some(1 + spellings.len() + place),
            // `Metadata_Destination_Well` and the like: better than no plate at all.
            None if self == Self::Well
                && (column.ends_with("Well") || column.ends_with("_well")) =>
            {
                Some(1 + 2 * spellings.len())
            }
            None => None,
        }
    }

    /// Whether a column of this name says it.
    pub fn is_said_by(self, column: &str) -> bool {
        self.rank(column).is_some()
    }

    /// The name that says it most plainly.
    fn plainest<'a>(self, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        names
            .filter_map(|name| Some((self.rank(name)?, name)))
            .min_by_key(|(rank, _)| *rank)
            .map(|(_, name)| name)
    }

    /// What a column is a key of, if of anything.
    pub fn of(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.is_said_by(column))
    }
}

/// The columns of a dataset that say plate, well and site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyColumns {
    /// The column of plates.
    pub plate: Option<String>,
    /// The column of wells.
    pub well: Option<String>,
    /// The column of sites.
    pub site: Option<String>,
    /// Wells are names such as B03, not numbers.
    named_wells: bool,
}

impl KeyColumns {
    /// Finds them among a dataset's columns. A column of names is the well before one of numbers.
    pub fn of(columns: &[ColumnInfo]) -> Self {
        let usable = |column: &&ColumnInfo| {
            column.kind.is_category()
                || matches!(column.kind, ColumnKind::Integer | ColumnKind::Float)
        };
        let find = |part: KeyPart, test: &dyn Fn(&ColumnInfo) -> bool| {
            let columns = columns.iter().filter(usable).filter(|column| test(column));
            part.plainest(columns.map(|column| column.name.as_str()))
                .map(str::to_owned)
        };
        let named = find(KeyPart::Well, &|column| column.kind.is_category());
        Self {
            plate: find(KeyPart::Plate, &|_| true),
            site: find(KeyPart::Site, &|_| true),
            named_wells: named.is_some(),
            well: named.or_else(|| find(KeyPart::Well, &|_| true)),
        }
    }

    /// Finds them among the names of a table.
    pub fn of_names(names: &[&str]) -> Self {
        let find = |part: KeyPart| part.plainest(names.iter().copied()).map(str::to_owned);
        Self {
            plate: find(KeyPart::Plate),
            well: find(KeyPart::Well),
            site: find(KeyPart::Site),
            named_wells: false,
        }
    }

    /// The column of a key.
    pub fn get(&self, part: KeyPart) -> Option<&str> {
        match part {
            KeyPart::Plate => self.plate.as_deref(),
            KeyPart::Well => self.well.as_deref(),
            KeyPart::Site => self.site.as_deref(),
        }
    }

    /// The columns that there are: plate, well, site.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        KeyPart::ALL.into_iter().filter_map(|part| self.get(part))
    }

    /// The column of wells where these are names, which have a place on a plate.
    pub fn mapped_well(&self) -> Option<&str> {
        self.well.as_deref().filter(|_| self.named_wells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn column(name: &str, kind: ColumnKind) -> ColumnInfo {
        ColumnInfo {
            name: name.to_owned(),
            kind,
            role: Role::Metadata,
            arrow_type: String::new(),
        }
    }

    #[test]
    fn names_say_what_they_are_keys_of() {
        use KeyPart::{Plate, Site, Well};
        let cases = [
            ("Metadata_Plate", Some(Plate)),
            ("Image_Metadata_Plate", Some(Plate)),
            ("image_Metadata_Barcode", Some(Plate)),
            ("Metadata_Assay_Plate_Barcode", Some(Plate)),
            ("Metadata_plate_name", Some(Plate)),
            ("Plate", Some(Plate)),
            ("Image_Barcode", Some(Plate)),
            ("barcode", None),
            // A layout is no plate.
            ("Metadata_Plate_Map_Name", None),
            ("Metadata_PlateType", None),
            ("Metadata_Well", Some(Well)),
            ("Metadata_Image_Metadata_Well", Some(Well)),
            ("Image_Metadata_CPD_WELL_POSITION", Some(Well)),
            ("Image_Metadata_well_position", Some(Well)),
            ("Metadata_Destination_Well", Some(Well)),
            ("Metadata_Col", None),
            ("Metadata_Swell", None),
            ("FileName_Well_1", None),
            ("Image_Metadata_Site", Some(Site)),
            ("Metadata_FieldID", Some(Site)),
            ("Metadata_Field_Width", None),
            ("Cells_AreaShape_Area", None),
        ];
        for (name, expected) in cases {
            assert_eq!(KeyPart::of(name), expected, "{name}");
        }
    }

    #[test]
    fn the_plainest_column_is_the_key() {
        type Case<'a> = (&'a [(&'a str, ColumnKind)], [Option<&'a str>; 3], bool);
        let (text, number) = (ColumnKind::Text, ColumnKind::Integer);
        let cases: [Case; 4] = [
            (
                &[
                    ("Image_Metadata_Well", text),
                    ("Metadata_Barcode", text),
                    ("Metadata_Well", text),
                    ("Metadata_Plate", number),
                    ("Image_Metadata_Site", number),
                ],
                [
                    Some("Metadata_Plate"),
                    Some("Metadata_Well"),
                    Some("Image_Metadata_Site"),
                ],
                true,
            ),
            (
                &[
                    ("Metadata_Well", number),
                    ("Metadata_Well_Position", text),
                    ("Metadata_Plate", ColumnKind::Picture),
                ],
                [None, Some("Metadata_Well_Position"), None],
                true,
            ),
            (
                &[("Metadata_Well", number)],
                [None, Some("Metadata_Well"), None],
                false,
            ),
            (&[("Cells_AreaShape_Area", number)], [None; 3], false),
        ];
        for (columns, expected, is_mapped) in cases {
            let columns: Vec<_> = columns
                .iter()
                .map(|(name, kind)| column(name, *kind))
                .collect();
            let keys = KeyColumns::of(&columns);
            assert_eq!(KeyPart::ALL.map(|part| keys.get(part)), expected);
            assert_eq!(keys.mapped_well().is_some(), is_mapped, "{columns:?}");
            assert_eq!(keys.names().count(), expected.iter().flatten().count());
        }
    }
}
