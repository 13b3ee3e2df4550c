//! Values of wells, and of the sites in them, by plate.

use std::collections::BTreeMap;

use serde::Serialize;

use super::bins::count_codes;
use super::well_keys::{Keys, codes_of, wells_of};
use super::{Column, NULL_CODE, group_statistics};
use cytolance_kernels::RowSet;
use cytolance_profile::{PlateFormat, Well};

/// What a well's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WellStatistic {
    /// Shown cells.
    #[default]
    Count,
    /// Mean of a feature.
    Mean,
    /// Its median.
    Median,
    /// Median distance from the median.
    Mad,
    /// Share of the shown cells that are in a set.
    Fraction,
}

/// A site in a well.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteValue {
    /// Its name.
    pub name: String,
    /// Shown cells.
    pub count: u32,
    /// Its value; `None` without a shown cell that has one.
    pub value: Option<f64>,
}

/// A well.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WellValue {
    /// Its name as stored.
    pub name: String,
    /// Other spellings of it that are stored: `A01` beside `A1`.
    pub also: Vec<String>,
    /// Where it is on the plate; `None` where the name does not say it.
    pub place: Option<Well>,
    /// All cells.
    pub total: u32,
    /// Shown cells.
    pub count: u32,
    /// Selected ones of these.
    pub selected: u32,
    /// Its value; `None` without a shown cell that has one.
    pub value: Option<f64>,
    /// The sites, in order; empty without a column of sites.
    pub sites: Vec<SiteValue>,
}

/// A plate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlateValues {
    /// Its name; empty where there is no column of plates.
    pub name: String,
    /// Rows and columns.
    pub format: PlateFormat,
    /// The wells that have cells, in order of their names.
    pub wells: Vec<WellValue>,
}

/// All plates.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PlateMap {
    /// The plates, in order of their names.
    pub plates: Vec<PlateValues>,
    /// Cells without a well.
    pub without_well: usize,
}

/// What a map is made of.
pub struct PlateInput<'a> {
    /// The column of plates, if there is one.
    pub plate: Option<&'a Column>,
    /// The column of wells.
    pub well: &'a Column,
    /// The column of sites, if there is one and sites are asked for.
    pub site: Option<&'a Column>,
    /// What a well's value is.
    pub statistic: WellStatistic,
    /// The feature, for mean, median and MAD.
    pub feature: Option<&'a Column>,
    /// The set, for the fraction.
    pub set: Option<&'a RowSet>,
    /// Rows that pass the filters.
    pub shown: &'a RowSet,
    /// Selected rows.
    pub selection: &'a RowSet,
}

/// Values by key.
fn values_of(input: &PlateInput<'_>, keys: &Keys) -> Vec<Option<f64>> {
    let len = keys.parts.len();
    let counts = || count_codes(&keys.codes, input.shown, len);
    let positive = |count: &u32| *count > 0;
    match input.statistic {
        WellStatistic::Count => counts()
            .iter()
            .map(|count| positive(count).then(|| f64::from(*count)))
            .collect(),
        WellStatistic::Fraction => {
            let mut inside = input.shown.clone();
            match input.set {
                Some(set) => inside.intersect_with(set),
                None => inside = RowSet::empty(inside.len()),
            }
            let inside = count_codes(&keys.codes, &inside, len);
            counts()
                .iter()
                .zip(inside)
                .map(|(count, inside)| {
                    positive(count).then(|| f64::from(inside) / f64::from(*count))
                })
                .collect()
        }
        WellStatistic::Mean | WellStatistic::Median | WellStatistic::Mad => {
            let mut values = vec![None; len];
            let names: Vec<String> = (0..len).map(|at| at.to_string()).collect();
            let groups = Column::of_categories("key", keys.codes.clone(), names);
            let found = input
                .feature
                .and_then(|feature| group_statistics(feature, &groups, input.shown));
            for group in found.unwrap_or_default() {
                let value = match input.statistic {
                    WellStatistic::Mean => group.mean,
                    WellStatistic::Median => group.median,
                    _ => group.mad,
                };
                if let Some(place) = group
                    .name
                    .parse()
                    .ok()
                    .and_then(|at: usize| values.get_mut(at))
                {
                    *place = value.is_finite().then_some(value);
                }
            }
            values
        }
    }
}

/// The map of all plates.
pub fn plate_map(input: &PlateInput<'_>) -> PlateMap {
    let (wells, well_names, spellings) = wells_of(input.well);
    let (plates, plate_names) = input.plate.map_or_else(
        || (Vec::new(), vec![String::new()]),
        |column| {
            let (codes, mut names) = codes_of(column);
            // Cells without a plate are on one of their own.
            let none = names.len() as u32;
            names.push("no plate".to_owned());
            let codes = codes
                .into_iter()
                .map(|code| if code == NULL_CODE { none } else { code })
                .collect();
            (codes, names)
        },
    );
    let by_well = Keys::new(&plates, &wells, &[]);
    let len = by_well.parts.len();
    let everything = RowSet::full(wells.len());
    let mut selected = input.selection.clone();
    selected.intersect_with(input.shown);
    let totals = count_codes(&by_well.codes, &everything, len);
    let counts = count_codes(&by_well.codes, input.shown, len);
    let chosen = count_codes(&by_well.codes, &selected, len);
    let values = values_of(input, &by_well);
    let mut sites: BTreeMap<(u32, u32), Vec<(u32, SiteValue)>> = BTreeMap::new();
    if let Some(column) = input.site {
        let (codes, names) = codes_of(column);
        let by_site = Keys::new(&plates, &wells, &codes);
        let counts = count_codes(&by_site.codes, input.shown, by_site.parts.len());
        let values = values_of(input, &by_site);
        for ((parts, count), value) in by_site.parts.iter().zip(counts).zip(values) {
            let [plate, well, site] = *parts;
            let name = names.get(site as usize).cloned().unwrap_or_default();
            let site_value = SiteValue { name, count, value };
            sites
                .entry((plate, well))
                .or_default()
                .push((site, site_value));
        }
    }
    let mut by_plate: BTreeMap<u32, Vec<(u32, WellValue)>> = BTreeMap::new();
    for (at, [plate, well, _]) in by_well.parts.iter().enumerate() {
        let name = well_names.get(*well as usize).cloned().unwrap_or_default();
        let mut own = sites.remove(&(*plate, *well)).unwrap_or_default();
        own.sort_by_key(|(site, _)| *site);
        by_plate.entry(*plate).or_default().push((
            *well,
            WellValue {
                place: Well::parse(&name),
                also: spellings.get(*well as usize).cloned().unwrap_or_default(),
                name,
                total: totals[at],
                count: counts[at],
                selected: chosen[at],
                value: values[at],
                sites: own.into_iter().map(|(_, site)| site).collect(),
            },
        ));
    }
    let plates = by_plate
        .into_iter()
        .map(|(plate, mut wells)| {
            wells.sort_by_key(|(well, _)| *well);
            let wells: Vec<WellValue> = wells.into_iter().map(|(_, well)| well).collect();
            PlateValues {
                name: plate_names.get(plate as usize).cloned().unwrap_or_default(),
                format: PlateFormat::holding(wells.iter().filter_map(|well| well.place)),
                wells,
            }
        })
        .collect();
    PlateMap {
        plates,
        without_well: wells.iter().filter(|code| **code == NULL_CODE).count(),
    }
}

impl PlateMap {
    /// A colour range that single wells do not spoil: the 5th and the 95th percentile of the wells' values, or their ends
    /// where these are equal. `None` without a value.
    pub fn robust_range(&self) -> Option<[f64; 2]> {
        let mut values: Vec<f64> = self
            .plates
            .iter()
            .flat_map(|plate| &plate.wells)
            .filter_map(|well| well.value)
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*values.first()?, *values.last()?);
        let at = |share| cytolance_kernels::quantile(&values, share);
        let (low, high) = (at(0.05), at(0.95));
        Some(if low < high {
            [low, high]
        } else {
            [first, last]
        })
    }
}

/// The rows that lie in some wells, given as plate and well by name.
pub fn rows_of_wells(
    plate: Option<&Column>,
    well: &Column,
    wanted: &[(String, String)],
    shown: &RowSet,
) -> RowSet {
    let (wells, well_names, _) = wells_of(well);
    let plates = plate.map(codes_of);
    let wanted: std::collections::HashSet<(u32, u32)> = wanted
        .iter()
        .filter_map(|(plate_name, well_name)| {
            let well = well_names.iter().position(|name| name == well_name)? as u32;
            let plate = match &plates {
                Some((_, names)) => names
                    .iter()
                    .position(|name| name == plate_name)
                    .map_or(NULL_CODE, |at| at as u32),
                None => 0,
            };
            Some((plate, well))
        })
        .collect();
    let rows = wells.iter().enumerate().filter_map(|(row, well)| {
        let plate = plates
            .as_ref()
            .map_or(0, |(codes, _)| codes.get(row).copied().unwrap_or(NULL_CODE));
        wanted.contains(&(plate, *well)).then_some(row as u32)
    });
    let mut found = RowSet::from_rows(wells.len(), rows);
    found.intersect_with(shown);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(values: &[Option<&str>]) -> Column {
        let mut names: Vec<String> = values
            .iter()
            .flatten()
            .map(|name| (*name).to_owned())
            .collect();
        names.sort();
        names.dedup();
        let codes: Vec<u32> = values
            .iter()
            .map(|value| {
                value.map_or(NULL_CODE, |value| {
                    names.iter().position(|name| name == value).unwrap_or(0) as u32
                })
            })
            .collect();
        Column::of_categories("c", codes, names)
    }

    #[test]
    fn wells_have_values_by_plate_and_site() {
        let a = Some("A01");
        let b = Some("B02");
        let well = categories(&[a, a, a, b, b, None, Some("odd"), a]);
        let plate = categories(&[
            Some("P1"),
            Some("P1"),
            Some("P1"),
            Some("P1"),
            Some("P1"),
            Some("P1"),
            Some("P1"),
            Some("P2"),
        ]);
        let site = Column::of_floats("s", vec![1.0, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        let feature = Column::of_floats("f", vec![1.0, 3.0, 8.0, f64::NAN, 5.0, 0.0, 2.0, 7.0]);
        let shown = RowSet::from_rows(8, [0, 1, 2, 3, 4, 5, 6]);
        let set = RowSet::from_rows(8, [0, 4]);
        let map = |statistic| {
            plate_map(&PlateInput {
                plate: Some(&plate),
                well: &well,
                site: Some(&site),
                statistic,
                feature: Some(&feature),
                set: Some(&set),
                shown: &shown,
                selection: &set,
            })
        };
        let values = |statistic| -> Vec<Option<f64>> {
            map(statistic)
                .plates
                .iter()
                .flat_map(|plate| plate.wells.iter().map(|well| well.value))
                .collect()
        };
        assert_eq!(
            values(WellStatistic::Count),
            [Some(3.0), Some(2.0), Some(1.0), None]
        );
        assert_eq!(
            values(WellStatistic::Mean),
            [Some(4.0), Some(5.0), Some(2.0), None]
        );
        assert_eq!(
            values(WellStatistic::Median),
            [Some(3.0), Some(5.0), Some(2.0), None]
        );
        assert_eq!(
            values(WellStatistic::Mad),
            [Some(2.0), Some(0.0), Some(0.0), None]
        );
        assert_eq!(
            values(WellStatistic::Fraction),
            [Some(1.0 / 3.0), Some(0.5), Some(0.0), None]
        );
        let map = map(WellStatistic::Mean);
        assert_eq!(map.without_well, 1);
        assert_eq!(map.plates.len(), 2);
        let first = &map.plates[0].wells[0];
        assert_eq!((first.total, first.count, first.selected), (3, 3, 1));
        let sites: Vec<_> = first
            .sites
            .iter()
            .map(|site| (site.name.as_str(), site.value))
            .collect();
        assert_eq!(sites, [("1", Some(2.0)), ("2", Some(8.0))]);
        assert_eq!(map.plates[0].wells[2].place, None, "listed all the same");
        let p2 = &map.plates[1].wells[0];
        assert_eq!((p2.total, p2.count), (1, 0), "there, but not shown");
        let wanted = [
            ("P1".to_owned(), "A01".to_owned()),
            ("P1".to_owned(), "odd".to_owned()),
        ];
        let rows = rows_of_wells(Some(&plate), &well, &wanted, &shown);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [0, 1, 2, 6]);
    }

    #[test]
    fn spellings_of_a_well_are_one_well() {
        let well = categories(&[
            Some("A1"),
            Some("A01"),
            Some("B2"),
            Some("a01"),
            Some("odd"),
            None,
        ]);
        let shown = RowSet::full(6);
        let map = plate_map(&PlateInput {
            plate: None,
            well: &well,
            site: None,
            statistic: WellStatistic::Count,
            feature: None,
            set: None,
            shown: &shown,
            selection: &RowSet::empty(6),
        });
        let wells: Vec<_> = map.plates[0]
            .wells
            .iter()
            .map(|well| (well.name.as_str(), well.also.join(" "), well.count))
            .collect();
        let expected = [("A01", "A1 a01", 3), ("B2", "", 1), ("odd", "", 1)];
        assert_eq!(
            wells,
            expected.map(|(name, also, count)| (name, also.to_owned(), count))
        );
        let wanted = [(String::new(), "A01".to_owned())];
        let rows = rows_of_wells(None, &well, &wanted, &shown);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [0, 1, 3]);
    }

    #[test]
    fn single_wells_do_not_spoil_the_range() {
        let wells: Vec<WellValue> = (0..101)
            .map(|at| WellValue {
                name: format!("w{at}"),
                also: Vec::new(),
                place: None,
                total: 1,
                count: 1,
                selected: 0,
                value: Some(if at == 100 { 1e9 } else { f64::from(at) }),
                sites: Vec::new(),
            })
            .collect();
        let map = PlateMap {
            plates: vec![PlateValues {
                name: String::new(),
                format: PlateFormat {
                    rows: 8,
                    columns: 12,
                },
                wells,
            }],
            without_well: 0,
        };
        assert_eq!(map.robust_range(), Some([5.0, 95.0]));
        assert_eq!(PlateMap::default().robust_range(), None);
    }
}
