//! What the tables of a part have measured in its pictures, held against these.

use std::path::Path;

use super::columns::GatheredRows;
use super::field::FieldPixels;
use super::field_masks::RowOutline;
use super::field_plan::FieldPlan;
use super::pixels::{
    FieldVerdict, HeldChannel, HeldSet, Measured, MeasuredImage, MeasuredRegion, Numbers,
    PixelView, PlaneView, Sample, hold, measured_images,
};
use super::plan::ImportPlan;
use super::planned_part::PlannedPart;
use super::{Verification, VerificationKind};
use cytolance_imaging::quality::FilledOutline;
use cytolance_imaging::{PixelBox, Plane};
use cytolance_sources::floats_of;

/// Fields in which what explains a wrong picture is always looked for, and of the later ones every so many.
const SEARCHED: usize = 32;

/// Why nothing is told of volumes.
const IN_VOLUMES: &str = "it was measured in three dimensions";

/// What a part has measured of intensities.
#[derive(Debug)]
pub(super) struct PartIntensities {
    /// By object of the part and channel of the import.
    images: Vec<Vec<Vec<MeasuredImage>>>,
    /// The full scale of each channel, where the Image table has it.
    scalings: Vec<Option<f64>>,
}

impl PartIntensities {
    /// Looks through the columns of a part; `channels` are the names that the channels of the import have in it.
    pub fn of(part: &PlannedPart, channels: &[String]) -> Self {
        let own = part.sets.as_ref().map_or(&[][..], |sets| &sets.channels);
        let loaded: Vec<&str> = own.iter().map(|channel| channel.name.as_str()).collect();
        let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
        let images = part
            .objects()
            .into_iter()
            .map(|(_, table)| {
                let columns = table.columns.iter().enumerate();
                let numbers = columns.filter(|(_, column)| column.data_type.is_numeric());
                let names = numbers.map(|(at, column)| (at, column.name.as_str()));
                measured_images(names, &channels, &loaded)
            })
            .collect();
        let scaling = |name: &&str| {
            let channel = own.iter().find(|channel| channel.name == **name)?;
            channel.scaling.map(|scaling| scaling as f64)
        };
        Self {
            images,
            scalings: channels.iter().map(scaling).collect(),
        }
    }
}

/// The rows that are held: joined ones of a field.
pub(super) struct HeldRows<'a> {
    pub plan: &'a ImportPlan,
    pub part: &'a PlannedPart,
    pub field: &'a FieldPlan,
    /// The place of the field in the part.
    pub number: usize,
    pub pixels: &'a FieldPixels,
    pub gathered: &'a GatheredRows,
    /// The first joined row, and how many.
    pub first: usize,
    pub rows: usize,
}

impl HeldRows<'_> {
    /// Holds the pictures against them.
    pub fn hold(&self, intensities: &PartIntensities) -> FieldVerdict {
        let Ok(planes) = &self.pixels.planes else {
            return self.untold_volumes();
        };
        let view = |plane| PlaneView {
            plane,
            offset: self.plan.offset,
        };
        let views: Vec<Vec<PlaneView<'_>>> = planes
            .iter()
            .enumerate()
            .map(|(at, plane)| {
                let before: Option<&Plane> =
                    self.pixels.uncorrected.get(at).and_then(Option::as_ref);
                before.into_iter().chain([plane]).map(view).collect()
            })
            .collect();
        let channels: Vec<HeldChannel<'_>> = views
            .iter()
            .enumerate()
            .map(|(at, views)| self.channel(at, views, intensities))
            .collect();
        hold(
            &channels,
            self.number < SEARCHED || self.number.is_multiple_of(SEARCHED),
        )
    }

    /// Of the crops of volumes nothing is told.
    fn untold_volumes(&self) -> FieldVerdict {
        let channels = self.plan.channels.iter();
        let lines = channels.filter(|_| self.pixels.has_crops()).map(|channel| {
            let line = Verification::new(VerificationKind::Pixels, "cells");
            let mut line = line.about_channel(&channel.name);
            line.untold_because(self.rows, IN_VOLUMES);
            line
        });
        FieldVerdict {
            lines: lines.collect(),
            ..FieldVerdict::default()
        }
    }

    fn channel<'v>(
        &'v self,
        at: usize,
        views: &'v [PlaneView<'v>],
        intensities: &PartIntensities,
    ) -> HeldChannel<'v> {
        let name = self
            .plan
            .channels
            .get(at)
            .map_or("", |channel| &channel.name);
        let file = match self.field.planes.get(at) {
            Some(Ok((location, _))) => location.to_string(),
            _ => String::new(),
        };
        let file = Path::new(&file)
            .file_name()
            .map_or(file.clone(), |name| name.to_string_lossy().into_owned());
        let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
        let mut sets = Vec::new();
        let mut in_volumes = self.part.volumes.is_some();
        if !in_volumes {
            for (place, (object, _)) in self.part.objects().into_iter().enumerate() {
                for image in &intensities.images[place][at] {
                    let measured = self.measured(place, object, image, &mut in_volumes);
                    sets.extend(measured.map(|measured| HeldSet {
                        object: object.to_owned(),
                        is_loaded: image.is_loaded,
                        made: self.cropped(&image.name),
                        measured,
                    }));
                }
            }
        }
        let is_measured = intensities
            .images
            .iter()
            .any(|images| !images[at].is_empty());
        let reason = if in_volumes {
            IN_VOLUMES
        } else if is_measured {
            "its intensities have no values here, or neither places nor boxes"
        } else {
            "no intensity of it was measured"
        };
        HeldChannel {
            name,
            file,
            numbers: Numbers {
                scaling: intensities.scalings.get(at).copied().flatten(),
                lossy: matches!(ending.as_str(), "jpg" | "jpeg"),
            },
            views: views.iter().map(|view| view as &dyn PixelView).collect(),
            untold: sets.is_empty().then(|| (self.rows, reason.to_owned())),
            sets,
        }
    }

    /// Of a picture that the pipeline cropped, that it is a part of the loaded one.
    fn cropped(&self, image: &str) -> Option<String> {
        let sets = self.part.sets.as_ref()?;
        let row = *sets.row_by_key.get(&self.field.cells.image)?;
        let area = |what: &str| {
            let text = sets.table.text(&format!("Crop_{what}_{image}"), row)?;
            text.parse::<f64>().ok().filter(|area| area.is_finite())
        };
        let retained = area("AreaRetainedAfterCropping")?;
        let original = area("OriginalImageArea")?;
        (retained < original).then(|| {
            format!(
                "they were measured in {image}, {retained} of {original} pixels: they may lie elsewhere in the whole picture"
            )
        })
    }

    /// What an object of the part has measured in a picture; `None` without any value.
    fn measured(
        &self,
        place: usize,
        object: &str,
        image: &MeasuredImage,
        in_volumes: &mut bool,
    ) -> Option<Measured> {
        let floats = |at: Option<usize>| floats_of(self.gathered.values.get(place)?.get(&at?)?);
        let columns = image.columns;
        let max = floats(columns.max);
        if let (Some(max), Some(xs), Some(ys)) =
            (&max, floats(columns.place[0]), floats(columns.place[1]))
        {
            let depths = floats(columns.place[2]).unwrap_or_default();
            if depths.iter().any(|depth| *depth > 0.0) {
                *in_volumes = true;
                return None;
            }
            let samples: Vec<Sample> = (0..self.rows)
                .filter_map(|row| {
                    let finite =
                        |values: &[f64]| values.get(row).copied().filter(|value| value.is_finite());
                    Sample::new(row, [finite(&xs)?, finite(&ys)?], finite(max)?)
                })
                .collect();
            return (!samples.is_empty()).then_some(Measured::Places(samples));
        }
        let shapes = self.gathered.shapes.get(place)?;
        let area = |row: usize| shapes.areas.as_ref().map_or(f64::NAN, |areas| areas[row]);
        let means = floats(columns.mean).or_else(|| {
            let sums = floats(columns.integrated)?.into_iter().enumerate();
            Some(sums.map(|(row, sum)| sum / area(row)).collect())
        });
        let min = floats(columns.min);
        let set = self
            .plan
            .objects
            .iter()
            .position(|known| known.name == object);
        let regions: Vec<MeasuredRegion> = (0..self.rows)
            .filter_map(|row| {
                let value = |values: &Option<Vec<f64>>| {
                    let value = values.as_ref().map_or(f64::NAN, |values| values[row]);
                    if value.is_finite() { value } else { f64::NAN }
                };
                let measured = [value(&max), value(&min), value(&means)];
                if measured.iter().all(|value| value.is_nan()) {
                    return None;
                }
                let inside = set.and_then(|set| {
                    let places = [set, place];
                    let row = self.first + row;
                    match self.pixels.outline(self.part, self.field, places, row) {
                        RowOutline::Traced(outline, _) => FilledOutline::new(outline),
                        _ => None,
                    }
                });
                // One that is nearly the object's has another mean.
                let inside = inside.filter(|inside| (inside.area as f64 - area(row)).abs() < 0.5);
                let bounds = shapes.measured(row).bounds;
                let around = bounds.map(|bounds| {
                    let [x_min, y_min, x_max, y_max] = bounds.map(|side| side as i64);
                    PixelBox {
                        x_min,
                        y_min,
                        x_max,
                        y_max,
                    }
                });
                let own = inside.as_ref().map(|inside| PixelBox {
                    x_min: inside.origin[0],
                    y_min: inside.origin[1],
                    x_max: inside.origin[0] + inside.size[0] as i64,
                    y_max: inside.origin[1] + inside.size[1] as i64,
                });
                Some(MeasuredRegion {
                    row,
                    area: own.or(around)?,
                    inside,
                    measured,
                })
            })
            .collect();
        (!regions.is_empty()).then_some(Measured::Regions(regions))
    }
}
