"""Reads what Cytolance exported with other people's programs, and compares it with the dataset.

usage: check_exports.py DATASET FOLDER

FOLDER holds cells.csv, cells.tsv, cells.parquet, cells.lance, crops/, outlines.geojson, labels/ and report.html.
"""

import csv
import html.parser
import json
import sys
from pathlib import Path

import lance
import numpy as np
import pyarrow.parquet as pq
import tifffile


def tables(dataset, folder):
    """Every value comes back with the same bits, from each kind of table."""
    wanted = dataset.to_table(columns=["Metadata_Well", "Cells_AreaShape_Area", "Nuclei_Intensity_MeanIntensity_DNA"])
    wanted = wanted.to_pydict()

    def same(name, found, what):
        for ours, theirs in zip(wanted[name], found, strict=True):
            if ours is None or theirs in (None, ""):
                assert ours is None and theirs in (None, ""), (what, name, ours, theirs)
            else:
                assert type(ours)(theirs) == ours, (what, name, ours, theirs)

    for file, mark in [("cells.csv", ","), ("cells.tsv", "\t")]:
        with open(folder / file, newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream, delimiter=mark, strict=True))
        for name in wanted:
            same(name, [row[name] for row in rows], file)
    raw = (folder / "cells.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") in (0, raw.count(b"\n"))
    for what, table in [
        ("parquet", pq.read_table(folder / "cells.parquet")),
        ("lance", lance.dataset(str(folder / "cells.lance")).to_table()),
    ]:
        for name in wanted:
            same(name, table[name].to_pylist(), what)
    try:
        import pandas
    except ImportError:
        print("pandas is not there")
    else:
        frame = pandas.read_csv(folder / "cells.csv", float_precision="round_trip")
        assert len(frame) == dataset.count_rows()
        # Text cannot become a number, and a number no text.
        assert frame["Metadata_Well"].dtype.kind not in "if"
        same("Cells_AreaShape_Area", frame["Cells_AreaShape_Area"].tolist(), "pandas")
        print("pandas read", frame.shape)
    for file in ["cells.csv", "cells.tsv", "cells.parquet"]:
        provenance = json.loads((folder / f"{file}.json").read_text())
        text = json.dumps(provenance)
        assert "Cytolance" in text or "cytolance" in text, provenance
        assert str(dataset.count_rows()) in text, provenance
    return len(wanted["Metadata_Well"])


def crops(folder):
    """Channels are an axis of their own, with names, and pixels are 16 bit."""
    files = sorted((folder / "crops").glob("*.ome.tif*"))
    assert len(files) == 75, len(files)
    for path in files:
        with tifffile.TiffFile(path) as tiff:
            assert tiff.is_ome, path
            series = tiff.series[0]
            assert series.axes == "CYX", (path, series.axes)
            assert series.shape[0] == 5, (path, series.shape)
            assert series.asarray().dtype == np.uint16
            names = [line for line in tiff.ome_metadata.split("Name=") if line.startswith('"DNA"')]
            assert names, tiff.ome_metadata
            assert series.asarray().max() > 0
    return len(files)


def ring_area(ring):
    """Twice the signed area; positive against the clock, with x to the right and y up."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False))


def outlines(folder):
    """The rules of RFC 7946, section 3.1.6: closed rings, four positions, outer ones against the clock."""
    text = (folder / "outlines.geojson").read_text()
    found = json.loads(text)
    assert found["type"] == "FeatureCollection"
    for feature in found["features"]:
        assert feature["type"] == "Feature" and isinstance(feature["properties"], dict)
        geometry = feature["geometry"]
        polygons = {"Polygon": lambda c: [c], "MultiPolygon": lambda c: c}[geometry["type"]](geometry["coordinates"])
        assert polygons
        for polygon in polygons:
            for at, ring in enumerate(polygon):
                assert len(ring) >= 4 and ring[0] == ring[-1], feature
                assert all(len(place) == 2 for place in ring)
                assert (ring_area(ring) > 0) == (at == 0), (feature["properties"], at)
    try:
        import geojson
    except ImportError:
        print("geojson is not there")
    else:
        read = geojson.loads(text)
        bad = [feature.errors() for feature in read["features"] if not feature.is_valid]
        assert not bad, bad[:3]
        print("geojson finds all", len(read["features"]), "features valid")
    return len(found["features"])


def labels(folder):
    """Label pictures are integers."""
    files = sorted((folder / "labels").glob("*.tif*"))
    numbers = set()
    for path in files:
        picture = tifffile.imread(path)
        assert picture.dtype.kind == "u" and picture.ndim == 2, (path, picture.dtype, picture.shape)
        numbers.update(np.unique(picture).tolist())
    assert len(numbers) > 2, numbers
    return len(files)


class Page(html.parser.HTMLParser):
    """Notes what a page would load, and whether its tags match."""

    def __init__(self):
        super().__init__()
        self.loads, self.text = [], []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("src", "href") and value and not value.startswith(("data:", "#")):
                self.loads.append((tag, value))

    def handle_data(self, data):
        self.text.append(data)


def report(folder):
    """The page stands alone."""
    page = Page()
    page.feed((folder / "report.html").read_text(encoding="utf-8"))
    assert not page.loads, page.loads
    text = " ".join(page.text)
    assert "831" in text, text[:500]


def main():
    """All of it."""
    dataset, folder = lance.dataset(sys.argv[1]), Path(sys.argv[2])
    report(folder)
    print(
        f"{tables(dataset, folder)} rows, {crops(folder)} crops, {outlines(folder)} outlines, "
        f"{labels(folder)} label pictures, a report"
    )


main()
