//! Ellipses that stand in for outlines: of which columns they are made, for the rows of all parts and of what is there.

use std::collections::BTreeSet;

use super::plan::ObjectPlan;
use super::planned_part::PlannedPart;
use super::shapes::ellipse_columns;
use super::{ImportPlan, OutlineRemark};
use cytolance_dataset::{
    CellDataset, DatasetMetadata, EllipseColumns, OUTLINE_PREFIX, RowCondition,
};

/// Says of which import a row is.
const SOURCE: &str = "Metadata_Source";

impl ImportPlan {
    /// What the ellipses of the new rows are made of, for every object set that can have some. Where the parts do not
    /// agree, and where the rows come to others, each is for the rows of its source.
    pub(super) fn ellipses(&self, existing: Option<&DatasetMetadata>) -> Vec<EllipseColumns> {
        let mut entries: Vec<EllipseColumns> = Vec::new();
        let objects = self.objects.iter();
        for object in objects.filter(|object| object.ellipses && !object.traced) {
            let of_parts: Vec<Vec<EllipseColumns>> = (0..self.parts.len())
                .map(|part| self.ellipses_of(part, object))
                .collect();
            if let Some(existing) = existing {
                for (part, own) in self.parts.iter().zip(of_parts) {
                    let sources = sources_of(part);
                    if !is_known(&own, existing, &sources) {
                        entries.extend(own.iter().map(|entry| of_sources(entry, &sources)));
                    }
                }
            } else if let Some(one) = self.agreed(&of_parts) {
                entries.push(one);
            } else {
                for (part, own) in self.parts.iter().zip(of_parts) {
                    let sources = sources_of(part);
                    entries.extend(own.iter().map(|entry| of_sources(entry, &sources)));
                }
            }
        }
        let known = existing.into_iter().flat_map(|existing| &existing.ellipses);
        entries.extend(known.cloned());
        entries
    }

    /// What they are made of in one part, for its rows.
    fn ellipses_of(&self, number: usize, object: &ObjectPlan) -> Vec<EllipseColumns> {
        let part = &self.parts[number];
        let said: Vec<&EllipseColumns> = part
            .metadata
            .ellipses
            .iter()
            .filter(|entry| entry.object == object.column_name)
            .collect();
        if said.iter().any(|entry| !entry.rows.is_empty()) {
            // Its rows differ, and its columns may have other names here.
            let renamed: Option<Vec<EllipseColumns>> = said
                .iter()
                .map(|entry| self.renamed(number, entry))
                .collect();
            return renamed.unwrap_or_default();
        }
        if object.stored && said.is_empty() && part.stored_outlines(&object.name) == Some(true) {
            // They are copied as they are.
            return Vec::new();
        }
        let objects = part.objects();
        let Some(place) = objects.iter().position(|(name, _)| *name == object.name) else {
            return Vec::new();
        };
        let names = ellipse_columns(objects[place].1).and_then(|columns| {
            let [x, y, major, minor, orientation] = columns.map(|at| {
                let name = self.layout.name_of_object_column(number, place, at);
                name.map(str::to_owned)
            });
            Some(EllipseColumns {
                object: object.column_name.clone(),
                center_x: x?,
                center_y: y?,
                major_axis: major?,
                minor_axis: minor?,
                orientation: orientation?,
                angle: said.first().map_or(part.angles, |entry| entry.angle),
                rows: Vec::new(),
            })
        });
        names.into_iter().collect()
    }

    /// What a source says, with the names that its columns have in the new dataset; `None` where one is not there.
    fn renamed(&self, number: usize, entry: &EllipseColumns) -> Option<EllipseColumns> {
        let part = &self.parts[number];
        let objects = part.objects();
        let name = |recorded: &str| -> Option<String> {
            let image = part.image_table.iter().find_map(|table| {
                let mut columns = table.columns.iter();
                let at = columns.position(|column| column.output.as_deref() == Some(recorded))?;
                self.layout.name_of_image_column(number, at)
            });
            let of_object = || {
                objects
                    .iter()
                    .enumerate()
                    .find_map(|(place, (name, table))| {
                        let feature = recorded.strip_prefix(name)?.strip_prefix('_')?;
                        let mut columns = table.columns.iter();
                        let at = columns.position(|column| column.name == feature)?;
                        self.layout.name_of_object_column(number, place, at)
                    })
            };
            image.or_else(of_object).map(str::to_owned)
        };
        let rows = entry
            .rows
            .iter()
            .map(|rows| {
                Some(RowCondition {
                    column: name(&rows.column)?,
                    values: rows.values.clone(),
                })
            })
            .collect::<Option<_>>()?;
        Some(EllipseColumns {
            object: entry.object.clone(),
            center_x: name(&entry.center_x)?,
            center_y: name(&entry.center_y)?,
            major_axis: name(&entry.major_axis)?,
            minor_axis: name(&entry.minor_axis)?,
            orientation: name(&entry.orientation)?,
            angle: entry.angle,
            rows,
        })
    }

    /// What holds for the rows of all parts, if one does: no other part says otherwise, or has the columns and says
    /// nothing.
    fn agreed(&self, of_parts: &[Vec<EllipseColumns>]) -> Option<EllipseColumns> {
        let one = of_parts.iter().flatten().next()?;
        let holds = |(number, own): (usize, &Vec<EllipseColumns>)| match own.as_slice() {
            [] => {
                let mut columns = one.measurements().into_iter();
                columns.any(|name| !self.layout.is_filled(number, name))
            }
            [own] => own == one && own.rows.is_empty(),
            _ => false,
        };
        of_parts.iter().enumerate().all(holds).then(|| one.clone())
    }

    /// Fits the outlines of the new rows to those that are there: an object set stays traced, or approximate, as it is.
    pub(super) fn fit_outlines(&mut self, existing: &CellDataset) {
        let metadata = existing.metadata();
        for at in 0..self.objects.len() {
            let object = &mut self.objects[at];
            let name = object.column_name.clone();
            let approximate = metadata.approximate_outlines.contains(&name);
            let has_column = existing
                .column(&format!("{OUTLINE_PREFIX}{name}"))
                .is_some();
            let made = metadata.ellipses.iter().any(|entry| entry.object == name);
            if has_column && approximate && object.traced {
                let object = name;
                let remark = OutlineRemark::TracedAmongApproximate { object };
                self.report.remarks.push(remark.into());
            } else if has_column && !approximate && !object.traced {
                if object.has_outlines() {
                    let object = name;
                    let remark = OutlineRemark::NoEllipsesAmongTraced { object };
                    self.report.remarks.push(remark.into());
                }
                (object.stored, object.ellipses) = (false, false);
            } else if !has_column && made {
                if object.has_column() {
                    let object = name;
                    let remark = OutlineRemark::EllipsesLikeBefore { object };
                    self.report.remarks.push(remark.into());
                }
                (object.traced, object.stored, object.masks) = (false, false, false);
                let fields = self.parts.iter_mut().flat_map(|part| &mut part.fields);
                for field in fields {
                    field.masks[at] = None;
                }
            } else if !has_column && !object.traced {
                // No column takes them; the new rows have ellipses where they have the measurements.
                object.stored = false;
            }
        }
    }

    /// Remarks on sources whose ellipses cannot be made any more.
    pub(super) fn note_lost_ellipses(&mut self) {
        let objects = self.objects.iter();
        for object in objects.filter(|object| !object.has_column()) {
            for (number, part) in self.parts.iter().enumerate() {
                let mut said = part.metadata.ellipses.iter();
                if said.any(|entry| entry.object == object.column_name)
                    && self.ellipses_of(number, object).is_empty()
                {
                    let remark = OutlineRemark::LostEllipses {
                        object: object.name.clone(),
                        path: part.path.clone(),
                    };
                    self.report.remarks.push(remark.into());
                }
            }
        }
    }
}

/// The values of `Metadata_Source` of a part.
fn sources_of(part: &PlannedPart) -> Vec<String> {
    let mut seen = BTreeSet::new();
    (0..part.joined.images.len())
        .filter(|row| seen.insert(part.joined.images[*row].0))
        .map(|row| part.source_of(row))
        .collect()
}

fn of_sources(entry: &EllipseColumns, sources: &[String]) -> EllipseColumns {
    let mut rows = entry.rows.clone();
    rows.push(RowCondition {
        column: SOURCE.to_owned(),
        values: sources.to_vec(),
    });
    entry.for_rows(rows)
}

/// Whether a dataset makes the ellipses of rows from these sources just so.
fn is_known(own: &[EllipseColumns], existing: &DatasetMetadata, sources: &[String]) -> bool {
    let [own] = own else {
        return own.is_empty();
    };
    sources.iter().all(|source| {
        let mut entries = existing.ellipses.iter();
        let first = entries.find(|entry| {
            // A condition on another column may hold for them or not.
            let about = |rows: &RowCondition| rows.column != SOURCE || rows.values.contains(source);
            entry.object == own.object && entry.rows.iter().all(about)
        });
        first.is_some_and(|entry| {
            let same = entry.rows.iter().all(|rows| rows.column == SOURCE);
            same && entry.for_rows(Vec::new()) == *own
        })
    })
}
