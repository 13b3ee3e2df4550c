//! What `CellProfiler`'s features say, in our own words.

use super::ColumnName;

/// Groups of features and what they are about.
const GROUPS: [(&str, &str); 18] = [
    (
        "AreaShape",
        "size and shape of the object, from its outline alone",
    ),
    (
        "Intensity",
        "brightness of a channel inside the object, on the scale of 0 to 1 of its full range",
    ),
    (
        "Texture",
        "how a channel's brightness varies from pixel to pixel (Haralick's features); the numbers at the end are the distance in pixels, the direction, and the grey levels",
    ),
    (
        "Granularity",
        "share of a channel's signal that is lost when structures up to this size are smoothed away",
    ),
    (
        "Correlation",
        "how two channels vary together inside the object",
    ),
    (
        "RadialDistribution",
        "how a channel is distributed from the object's middle to its edge; 1of4 is the innermost ring",
    ),
    ("Neighbors", "other objects near this one"),
    (
        "Location",
        "where the object lies in the field of view, in pixels",
    ),
    (
        "ObjectSkeleton",
        "branches of a skeleton, such as a neuron's",
    ),
    ("Parent", "number of the object that this one lies in"),
    (
        "Children",
        "how many objects of another set lie in this one",
    ),
    ("Number", "number of the object in its image"),
    ("Distance", "distance to another object, in pixels"),
    ("Math", "computed from other features by the pipeline"),
    ("Classify", "class that the pipeline gave to the object"),
    ("Count", "how many objects the image holds"),
    (
        "ImageQuality",
        "focus, noise and saturation of the whole image",
    ),
    (
        "Threshold",
        "the threshold that separated objects from background",
    ),
];

/// Measures and what they are; the longest name that a feature begins with counts.
const MEASURES: [(&str, &str); 74] = [
    ("Area", "number of pixels of the object"),
    (
        "BoundingBoxArea",
        "pixels of the smallest upright box around the object",
    ),
    (
        "BoundingBoxMaximum",
        "right or lower end of the smallest upright box around the object",
    ),
    (
        "BoundingBoxMinimum",
        "left or upper end of the smallest upright box around the object",
    ),
    ("Center", "middle of the object, in pixels"),
    ("CentralMoment", "moment of the shape about its middle"),
    (
        "Compactness",
        "how far the shape is from a disc: 1 for a disc, more for others",
    ),
    ("ConvexArea", "pixels of the convex hull"),
    (
        "Eccentricity",
        "0 for a circle, near 1 for a line: of the ellipse with the same moments",
    ),
    (
        "EquivalentDiameter",
        "diameter of the circle with the same area",
    ),
    (
        "EulerNumber",
        "parts less holes: 1 for an object without holes",
    ),
    ("Extent", "share of the upright box that the object fills"),
    (
        "FormFactor",
        "4π area / perimeter²: 1 for a circle, less for ragged or long shapes",
    ),
    (
        "HuMoment",
        "moment that does not change when the shape is turned, moved or scaled",
    ),
    (
        "InertiaTensor",
        "how the shape's pixels are spread about its middle",
    ),
    (
        "MajorAxisLength",
        "length of the ellipse with the same moments",
    ),
    (
        "MaxFeretDiameter",
        "largest distance between two parallel lines that touch the object",
    ),
    (
        "MaximumRadius",
        "largest distance of a pixel from the outside",
    ),
    ("MeanRadius", "mean distance of the pixels from the outside"),
    (
        "MedianRadius",
        "median distance of the pixels from the outside",
    ),
    (
        "MinFeretDiameter",
        "smallest distance between two parallel lines that touch the object",
    ),
    (
        "MinorAxisLength",
        "width of the ellipse with the same moments",
    ),
    (
        "NormalizedMoment",
        "moment of the shape that does not depend on its size",
    ),
    ("Orientation", "direction of the long axis, in degrees"),
    ("Perimeter", "length of the outline"),
    (
        "Solidity",
        "area / area of the convex hull: 1 without dents",
    ),
    ("SpatialMoment", "moment of the shape"),
    (
        "Zernike",
        "similarity of the shape to a wave pattern on a disc",
    ),
    ("IntegratedIntensityEdge", "sum over the pixels at the edge"),
    (
        "IntegratedIntensity",
        "sum over all pixels: the total amount of the stain",
    ),
    (
        "LowerQuartileIntensity",
        "a quarter of the pixels are darker",
    ),
    (
        "UpperQuartileIntensity",
        "a quarter of the pixels are brighter",
    ),
    (
        "MADIntensity",
        "median distance of the pixels from the median brightness",
    ),
    (
        "MassDisplacement",
        "distance between the shape's middle and the brightness' middle: lopsided staining",
    ),
    ("MaxIntensityEdge", "brightest pixel at the edge"),
    ("MaxIntensity", "brightest pixel"),
    ("MeanIntensityEdge", "mean of the pixels at the edge"),
    ("MeanIntensity", "mean of the pixels"),
    ("MedianIntensity", "median of the pixels"),
    ("MinIntensityEdge", "darkest pixel at the edge"),
    ("MinIntensity", "darkest pixel"),
    (
        "StdIntensityEdge",
        "standard deviation of the pixels at the edge",
    ),
    ("StdIntensity", "standard deviation of the pixels"),
    (
        "AngularSecondMoment",
        "high where few brightness levels prevail: smooth",
    ),
    ("Contrast", "high where neighbouring pixels differ much"),
    (
        "Correlation",
        "how well one pixel tells the next one (texture), or one channel the other",
    ),
    (
        "DifferenceEntropy",
        "disorder of the differences between neighbouring pixels",
    ),
    (
        "DifferenceVariance",
        "variation of the differences between neighbouring pixels",
    ),
    ("Entropy", "disorder of the pairs of neighbouring pixels"),
    ("Gabor", "strength of stripes of one width and direction"),
    ("InfoMeas", "how much one pixel says of its neighbour"),
    (
        "InverseDifferenceMoment",
        "high where neighbouring pixels are alike",
    ),
    ("SumAverage", "mean brightness of neighbouring pixels"),
    ("SumEntropy", "disorder of the sums of neighbouring pixels"),
    (
        "SumVariance",
        "variation of the sums of neighbouring pixels",
    ),
    ("Variance", "variation of the brightness"),
    (
        "Costes",
        "share of one channel that lies where the other is, above an automatic threshold",
    ),
    (
        "K",
        "how strongly one channel follows the other in the overlap",
    ),
    (
        "Manders",
        "share of one channel that lies where the other is",
    ),
    (
        "Overlap",
        "how much of two channels lies on top of each other",
    ),
    (
        "RWC",
        "overlap of two channels, weighted by the similarity of their ranks",
    ),
    ("FracAtD", "share of the channel that lies in this ring"),
    (
        "MeanFrac",
        "brightness of this ring relative to the object's mean",
    ),
    ("RadialCV", "variation around this ring: high for spots"),
    (
        "AngleBetweenNeighbors",
        "angle between the two nearest objects, in degrees",
    ),
    (
        "FirstClosestDistance",
        "distance to the nearest object, in pixels",
    ),
    ("FirstClosestObjectNumber", "number of the nearest object"),
    ("NumberOfNeighbors", "objects within the given distance"),
    (
        "PercentTouching",
        "share of the outline that touches others",
    ),
    (
        "SecondClosestDistance",
        "distance to the second nearest object, in pixels",
    ),
    (
        "SecondClosestObjectNumber",
        "number of the second nearest object",
    ),
    (
        "PowerLogLogSlope",
        "how fast fine structure fades: strongly negative where the image is out of focus",
    ),
    (
        "PercentMaximal",
        "share of the pixels that are as bright as the brightest: saturated where large",
    ),
    (
        "FocusScore",
        "normalised variance of the image: large where sharp",
    ),
];

/// What a column says, where its name is one of `CellProfiler`'s; `None` for others.
pub fn feature_meaning(column: &str) -> Option<String> {
    let name = ColumnName::parse(column);
    let group = GROUPS
        .iter()
        .find(|(group, _)| *group == name.group)
        .map(|(_, meaning)| *meaning)?;
    let measure = MEASURES
        .iter()
        .filter(|(measure, _)| begins_with(name.measure, measure))
        .max_by_key(|(measure, _)| measure.len())
        .map(|(_, meaning)| *meaning);
    Some(match measure {
        Some(measure) => format!("{measure}\n{}: {group}", name.group),
        None => format!("{}: {group}", name.group),
    })
}

/// Whether a measure is called so, up to its parameters.
fn begins_with(name: &str, measure: &str) -> bool {
    name.strip_prefix(measure).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with('_') || rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_explained_by_measure_and_group() {
        let cases = [
            ("Cells_AreaShape_Area", "number of pixels"),
            ("Cells_AreaShape_FormFactor", "4π"),
            ("Nuclei_Intensity_MeanIntensityEdge_DNA", "at the edge"),
            ("Nuclei_Intensity_MeanIntensity_DNA", "mean of the pixels\n"),
            ("Cells_Texture_InfoMeas1_AGP_3_00_256", "neighbour"),
            ("Cytoplasm_RadialDistribution_FracAtD_RNA_1of4", "ring"),
            ("Cells_Granularity_5_Mito", "smoothed away"),
        ];
        for (column, words) in cases {
            let meaning = feature_meaning(column).unwrap_or_default();
            assert!(meaning.contains(words), "{column}: {meaning}");
        }
        assert_eq!(feature_meaning("Metadata_Well"), None);
        assert_eq!(feature_meaning("umap1"), None);
    }
}
