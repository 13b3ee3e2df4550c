//! The label image of a volume, plane after plane: where its objects lie, and their outlines in some of its planes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::part_fit::{EDGE, Fit, fit_of_box, fit_of_center};
use super::{LabelImage, MaskRefusal, NoPart, Outline, trace_labels};

/// The most pieces of rows that are kept: volumes of labels have far fewer, intensities more.
const MAX_RUNS: usize = 1 << 24;

/// What was measured of an object of a volume. Everything is optional.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MeasuredVolume {
    /// The number that the labels should have at its voxels.
    pub label: Option<u32>,
    /// Centre x, y, z in coordinates of the voxels' centres; what was not measured is NaN.
    pub center: Option<[f64; 3]>,
    /// Bounding box as minima of x, y, z and maxima of x, y, z, these exclusive; those of z may be NaN.
    pub bounds: Option<[f64; 6]>,
    /// Voxels.
    pub voxels: Option<f64>,
}

/// For each object how well the part with its number fits, or why it has none.
pub type VolumeMatch = Vec<Result<Fit, NoPart>>;

/// The objects of a label volume.
#[derive(Debug, Default)]
pub struct LabelVolume {
    size: Option<[u32; 2]>,
    depth: u32,
    runs: usize,
    parts: BTreeMap<u32, VolumePart>,
}

/// The voxels of one number.
#[derive(Debug, Default)]
struct VolumePart {
    voxels: u64,
    /// Minima of x, y, z.
    low: [u32; 3],
    /// Maxima of x, y, z, exclusive.
    high: [u32; 3],
    /// Sums of the voxels' coordinates.
    sums: [f64; 3],
    /// Pieces of rows: z, y, first x and the x behind the last one.
    runs: Vec<[u32; 4]>,
}

impl VolumePart {
    fn add(&mut self, [z, y, start, end]: [u32; 4]) {
        let count = u64::from(end - start);
        let (low, high) = ([start, y, z], [end, y + 1, z + 1]);
        for axis in 0..3 {
            let is_first = self.voxels == 0;
            self.low[axis] = if is_first {
                low[axis]
            } else {
                self.low[axis].min(low[axis])
            };
            self.high[axis] = self.high[axis].max(high[axis]);
        }
        self.voxels += count;
        let middle = f64::midpoint(f64::from(start), f64::from(end) - 1.0);
        for (sum, at) in self
            .sums
            .iter_mut()
            .zip([middle, f64::from(y), f64::from(z)])
        {
            *sum += at * count as f64;
        }
        self.runs.push([z, y, start, end]);
    }

    /// How well it fits an object: by box, else by centre, else by its voxels.
    fn fit(&self, object: &MeasuredVolume) -> Fit {
        let edge = (self.voxels as f64).cbrt();
        let distance = |center: [f64; 3]| {
            let off = (0..3).map(|axis| self.sums[axis] / self.voxels as f64 - center[axis]);
            // What was not measured is not held against it.
            off.filter(|off| !off.is_nan())
                .map(|off| off * off)
                .sum::<f64>()
                .sqrt()
        };
        // Objects lie one above the other, so that half the way through one is another.
        let depth = f64::from(self.high[2] - self.low[2]);
        let above = object
            .center
            .map(|[_, _, z]| (self.sums[2] / self.voxels as f64 - z).abs());
        if above.is_some_and(|off| off > (depth / 2.0).max(1.0)) {
            return Fit::Other;
        }
        match (object.bounds, object.center) {
            (Some(bounds), center) => {
                let (mut common, mut own, mut other, mut off) = (1.0, 1.0, 1.0, 0.0_f64);
                for axis in 0..3 {
                    let [low, high] = [self.low[axis], self.high[axis]].map(f64::from);
                    let (from, to) = (bounds[axis], bounds[axis + 3]);
                    if from.is_nan() || to.is_nan() {
                        continue;
                    }
                    common *= (high.min(to) - low.max(from)).max(0.0);
                    own *= high - low;
                    other *= (to - from).max(0.0);
                    off = off.max((low - from).abs()).max((high - to).abs());
                }
                let overlap = common / (own + other - common);
                let beside = center.is_some_and(|center| distance(center) > edge.max(EDGE));
                fit_of_box(overlap, off, beside)
            }
            (None, Some(center)) => fit_of_center(distance(center), edge),
            (None, None) => {
                let own = self.voxels as f64;
                let is_like = |voxels: f64| own <= 2.0 * voxels && voxels <= 2.0 * own;
                if object.voxels.is_none_or(is_like) {
                    Fit::Untold
                } else {
                    Fit::Other
                }
            }
        }
    }

    /// How far its box lies beside the measured one along x and y, where both have one size.
    fn offset(&self, object: &MeasuredVolume) -> Option<[f64; 2]> {
        let bounds = object.bounds?;
        let off = [0, 1].map(|axis| {
            let (low, high) = (f64::from(self.low[axis]), f64::from(self.high[axis]));
            let (from, to) = (bounds[axis], bounds[axis + 3]);
            let same = ((high - low) - (to - from)).abs() <= EDGE;
            same.then_some(f64::midpoint(low, high) - f64::midpoint(from, to))
        });
        Some([off[0]?, off[1]?])
    }
}

impl LabelVolume {
    /// Takes in the next plane.
    ///
    /// # Errors
    /// A reason: the plane has another size, or too many pieces to be one of labels.
    pub fn add_plane(&mut self, plane: &LabelImage) -> Result<(), String> {
        let size = [plane.width, plane.height];
        if *self.size.get_or_insert(size) != size {
            return Err("its pages differ in size".to_owned());
        }
        let width = (plane.width as usize).max(1);
        for (y, row) in (0..plane.height).zip(plane.labels.chunks(width)) {
            let mut start = 0;
            while let Some(&label) = row.get(start) {
                let length = row[start..]
                    .iter()
                    .take_while(|other| **other == label)
                    .count();
                if label != 0 {
                    self.runs += 1;
                    if self.runs > MAX_RUNS {
                        return Err("it has too many pieces to show objects".to_owned());
                    }
                    let run = [self.depth, y, start as u32, (start + length) as u32];
                    self.parts.entry(label).or_default().add(run);
                }
                start += length;
            }
        }
        self.depth += 1;
        Ok(())
    }

    /// Width and height of its planes.
    pub fn size(&self) -> Option<[u32; 2]> {
        self.size
    }

    /// Numbers that are there.
    pub fn num_parts(&self) -> usize {
        self.parts.len()
    }

    /// Whether the parts with the numbers of objects lie where these were measured. A number counts where its part lies at
    /// the object, and no other part lies better.
    ///
    /// # Errors
    ///
    /// [`MaskRefusal`] where the volume as a whole is of something else.
    pub fn match_objects(&self, objects: &[MeasuredVolume]) -> Result<VolumeMatch, MaskRefusal> {
        let has_place =
            |object: &MeasuredVolume| object.bounds.is_some() || object.center.is_some();
        let fits: VolumeMatch = objects
            .iter()
            .map(|object| {
                let part = object.label.and_then(|label| self.parts.get(&label));
                let fit = part.ok_or(NoPart::NoNumber)?.fit(object);
                let is_better = || {
                    self.parts
                        .values()
                        .any(|part| part.fit(object) == Fit::Same)
                };
                match fit {
                    Fit::Other if !has_place(object) => Err(NoPart::OtherArea),
                    Fit::Other => Err(NoPart::Elsewhere),
                    Fit::Like if is_better() => Err(NoPart::Elsewhere),
                    fit => Ok(fit),
                }
            })
            .collect();
        let tried = objects.len().min(self.parts.len());
        let fitting = fits.iter().filter(|fit| fit.is_ok()).count();
        if 2 * fitting < tried {
            return Err(if objects.iter().any(has_place) {
                MaskRefusal::OtherPlaces(fitting, tried)
            } else {
                MaskRefusal::OtherAreas(fitting, tried)
            });
        }
        match self.shift_of(objects, &fits) {
            Some(shift) => Err(MaskRefusal::Shifted(shift)),
            None => Ok(fits),
        }
    }

    /// How far the parts lie beside their objects, where most do by the same way.
    fn shift_of(
        &self,
        objects: &[MeasuredVolume],
        fits: &[Result<Fit, NoPart>],
    ) -> Option<[i64; 2]> {
        let fitting = objects.iter().zip(fits).filter(|(_, fit)| fit.is_ok());
        let off: Vec<[f64; 2]> = fitting
            .filter_map(|(object, _)| self.parts.get(&object.label?)?.offset(object))
            .collect();
        if off.is_empty() {
            return None;
        }
        let middle = [0, 1].map(|axis| {
            let mut values: Vec<f64> = off.iter().map(|off| off[axis]).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        });
        let alike =
            |off: &&[f64; 2]| (0..2).all(|axis| (off[axis] - middle[axis]).abs() <= EDGE / 2.0);
        let together = 2 * off.iter().filter(alike).count() > off.len();
        let is_off = middle.iter().any(|pixels| pixels.abs() > EDGE / 2.0);
        (is_off && together).then(|| middle.map(|pixels| pixels.round() as i64))
    }

    /// The outline of all that some planes have of a number; `None` where they have nothing.
    pub fn outline(&self, label: u32, planes: Range<u32>) -> Option<Outline> {
        let part = self.parts.get(&label)?;
        let [left, top, _] = part.low;
        let [width, height] = [part.high[0] - left, part.high[1] - top];
        let mut shown = LabelImage {
            width,
            height,
            labels: vec![0; width as usize * height as usize],
        };
        for [_, y, start, end] in part.runs.iter().filter(|run| planes.contains(&run[0])) {
            let row = (y - top) as usize * width as usize;
            let columns = (start - left) as usize..(end - left) as usize;
            shown.labels[row + columns.start..row + columns.end].fill(1);
        }
        let mut outline = trace_labels(&shown).remove(&1)?;
        for [x, y] in outline.rings.iter_mut().flatten() {
            *x += f64::from(left);
            *y += f64::from(top);
        }
        Some(outline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Boxes of numbers in a volume of 20 x 16 x 6 voxels.
    fn volume(boxes: &[(u32, [u32; 6])]) -> LabelVolume {
        let mut volume = LabelVolume::default();
        for z in 0..6 {
            let mut plane = LabelImage {
                width: 20,
                height: 16,
                labels: vec![0; 320],
            };
            for (label, [x0, y0, z0, x1, y1, z1]) in boxes {
                for y in (*y0..*y1).filter(|_| (*z0..*z1).contains(&z)) {
                    let row = y as usize * 20;
                    plane.labels[row + *x0 as usize..row + *x1 as usize].fill(*label);
                }
            }
            volume.add_plane(&plane).expect("a plane");
        }
        volume
    }

    fn object(label: u32, bounds: [u32; 6]) -> MeasuredVolume {
        MeasuredVolume {
            label: Some(label),
            bounds: Some(bounds.map(f64::from)),
            ..MeasuredVolume::default()
        }
    }

    const LOW: [u32; 6] = [2, 2, 0, 10, 9, 3];
    const HIGH: [u32; 6] = [2, 2, 3, 10, 9, 6];
    const ASIDE: [u32; 6] = [12, 3, 1, 18, 9, 5];

    #[test]
    fn numbers_count_where_their_parts_lie_at_the_objects() {
        let labels = volume(&[(1, LOW), (2, HIGH), (3, ASIDE)]);
        let right = [object(1, LOW), object(2, HIGH), object(3, ASIDE)];
        assert_eq!(labels.match_objects(&right), Ok(vec![Ok(Fit::Same); 3]));
        // One above the other is another object.
        let exchanged = [object(2, LOW), object(1, HIGH), object(3, ASIDE)];
        assert_eq!(
            labels.match_objects(&exchanged),
            Err(MaskRefusal::OtherPlaces(1, 3))
        );
        let one = [object(1, LOW), object(2, HIGH), object(7, ASIDE)];
        let fits = labels.match_objects(&one).expect("most fit");
        assert_eq!(fits[2], Err(NoPart::NoNumber));
        let moved = right.map(|object| MeasuredVolume {
            bounds: object.bounds.map(|[left, top, low, right, bottom, high]| {
                [left + 2.0, top, low, right + 2.0, bottom, high]
            }),
            ..object
        });
        assert_eq!(
            labels.match_objects(&moved),
            Err(MaskRefusal::Shifted([-2, 0]))
        );
        // By centre alone, along Z as well; and where that was not measured.
        let center = |label, z| MeasuredVolume {
            label: Some(label),
            center: Some([5.5, 5.0, z]),
            ..MeasuredVolume::default()
        };
        for (z, expected) in [
            ([1.0, 4.0], Ok(vec![Ok(Fit::Same); 2])),
            ([4.0, 1.0], Err(MaskRefusal::OtherPlaces(0, 2))),
            ([f64::NAN; 2], Ok(vec![Ok(Fit::Same); 2])),
        ] {
            let found = labels.match_objects(&[center(1, z[0]), center(2, z[1])]);
            assert_eq!(found, expected, "{z:?}");
        }
        let voxels = |label, voxels| MeasuredVolume {
            label: Some(label),
            voxels: Some(voxels),
            ..MeasuredVolume::default()
        };
        let fits = labels.match_objects(&[voxels(1, 168.0), voxels(2, 400.0)]);
        assert_eq!(fits, Ok(vec![Ok(Fit::Untold), Err(NoPart::OtherArea)]));
    }

    #[test]
    fn outlines_are_those_of_the_planes() {
        let labels = volume(&[(1, [2, 2, 0, 6, 5, 2]), (1, [4, 4, 1, 9, 8, 4]), (2, ASIDE)]);
        let shown = |planes| {
            labels
                .outline(1, planes)
                .map(|outline| (outline.bounds(), outline.area()))
        };
        assert_eq!(shown(0..1), Some((Some([2.0, 2.0, 6.0, 5.0]), 12.0)));
        assert_eq!(shown(3..4), Some((Some([4.0, 4.0, 9.0, 8.0]), 20.0)));
        assert_eq!(shown(0..6), Some((Some([2.0, 2.0, 9.0, 8.0]), 30.0)));
        assert_eq!(shown(4..6), None);
        assert_eq!(labels.outline(9, 0..6), None);
        assert_eq!((labels.size(), labels.num_parts()), (Some([20, 16]), 2));
        let mut other = volume(&[]);
        let small = LabelImage {
            width: 1,
            height: 1,
            labels: vec![1],
        };
        assert!(other.add_plane(&small).is_err());
    }
}
