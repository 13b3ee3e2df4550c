"""Draws volumes, stacks of channels and series with tifffile, and holds the crops of their datasets to the files.

Usage: planes.py draw FOLDER, then an import of each CASE, then planes.py check CASE. Needs pylance, tifffile and numpy.
"""

import csv
import json
import pathlib
import sys

import lance
import numpy
import tifffile

SIDE = 64
# x, y and z from and to.
BOXES = [(5, 6, 0, 17, 18, 3), (5, 6, 3, 17, 18, 6), (30, 20, 1, 44, 40, 5)]


def pixels(*shape):
    return numpy.random.default_rng(7).integers(0, 60_000, (*shape, SIDE, SIDE), dtype=numpy.uint16)


def write(folder, name, rule, image, draw, deep=True):
    case = folder / name
    (case / "export").mkdir(parents=True)
    (case / "pictures").mkdir()
    (case / "rule").write_text(rule)
    draw(case / "pictures")
    with open(case / "export" / "Image.csv", "w", newline="") as file:
        csv.writer(file).writerows(image)
    box = [f"AreaShape_BoundingBox{side}_{axis}" for side in ("Minimum", "Maximum") for axis in "XYZ"]
    with open(case / "export" / "Nuclei.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["ImageNumber", "ObjectNumber", *box, "AreaShape_Center_Z"])
        for number in range(1, len(image)):
            for at, bounds in enumerate(BOXES):
                low, high = (bounds[2], bounds[5]) if deep else (0, 1)
                flat = [*bounds[:2], low, *bounds[3:5], high]
                rows.writerow([number, at + 1, *flat, (low + high - 1) / 2])


def draw(folder):
    raw = [["ImageNumber", "FileName_raw"], [1, "f1.tif"]]

    def one(data, **options):
        return lambda pictures: tifffile.imwrite(pictures / "f1.tif", data, photometric="minisblack", **options)

    write(folder, "volume", "centre", raw, one(pixels(6)))
    write(folder, "volume-imagej", "mean", raw, one(pixels(6), imagej=True, metadata={"axes": "ZYX"}))
    ome = {"axes": "CZYX", "Channel": {"Name": ["DNA", "ER"]}}
    write(folder, "volume-ome", "max", raw, one(pixels(2, 6), ome=True, metadata=ome))
    write(folder, "stack", "centre", raw, one(pixels(3)), deep=False)
    write(folder, "stack-imagej", "centre", raw, one(pixels(3), imagej=True, metadata={"axes": "CYX"}), deep=False)

    def series(pictures):
        with tifffile.TiffWriter(pictures / "f1.tif", ome=True) as file:
            for data in pixels(2, 2):
                file.write(data, photometric="minisblack", metadata={"axes": "CYX"})

    parts = [f"{part}_{name}" for name in ("DNA", "ER") for part in ("FileName", "Series", "Frame")]
    rows = [[number + 1, "f1.tif", number, 0, "f1.tif", number, 1] for number in range(2)]
    write(folder, "series", "centre", [["ImageNumber", *parts], *rows], series, deep=False)


def volume_of(case, row, channel):
    """Planes along Z of a channel, by tifffile's axes."""
    with tifffile.TiffFile(case / "pictures" / "f1.tif") as file:
        series = row.get(f"Image_Series_{channel}") or 0
        found = file.series[int(series)]
        data, axes = found.asarray(), found.axes
    frame = row.get(f"Image_Frame_{channel}")
    if frame is not None:
        return data[int(frame)][None]
    number = {"raw_DNA": 0, "raw_ER": 1}.get(channel)
    if number is None and channel.startswith("raw_"):
        number = int(channel.removeprefix("raw_")) - 1
    if number is None:
        return data
    return data[number] if axes == "CZYX" else data[number][None]


def check(case):
    rule = (case / "rule").read_text().strip()
    dataset = lance.dataset(str(case / "x.lance"))
    entries = json.loads(dataset.schema.metadata[b"cytolance:imports"])
    compared = 0
    for row in dataset.to_table().to_pylist():
        box = [row[f"Metadata_SourceBBox{side}"] for side in ("XMin", "YMin", "XMax", "YMax")]
        picture = row["ome_arrow_image"]
        names = [channel["name"] for channel in picture["pixels_meta"]["channels"]]
        for plane in picture["planes"]:
            volume = volume_of(case, row, names[plane["c"]])
            low, high = (row["Nuclei_AreaShape_BoundingBox%s_Z" % side] for side in ("Minimum", "Maximum"))
            # Python rounds halves to even numbers.
            middle = int(row["Nuclei_AreaShape_Center_Z"] + 0.5)
            first, end = (middle, middle + 1) if rule == "centre" else (int(low), int(high))
            if len(volume) > 1:
                known = [row["Metadata_SourceBBoxZMin"], row["Metadata_SourceBBoxZMax"]]
                assert known == [first, end], (known, first, end)
            shown = volume[first:end].astype(numpy.uint32)
            count = end - first
            wanted = shown.max(axis=0) if rule != "mean" else (shown.sum(axis=0) + count // 2) // count
            wanted = wanted[box[1] : box[3], box[0] : box[2]]
            stored = numpy.array(plane["pixels"]).reshape(wanted.shape)
            assert numpy.array_equal(wanted, stored), (case.name, row["Metadata_ObjectNumber"], names[plane["c"]])
            compared += wanted.size
    assert compared > 0
    said = entries[0]["plane"] or "flat pictures"
    print(f"{case.name}: {compared} pixels of channels {', '.join(names)} equal tifffile's ({said})")


if __name__ == "__main__":
    {"draw": draw, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
