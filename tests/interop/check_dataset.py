"""Checks a dataset against the export and the images it was made from, with nothing but public readers.

Usage: check_dataset.py DATASET --export DIR --images DIR [--seed N] [--cells N]

Needs pylance, pyarrow, tifffile and numpy; ome_arrow is used where installed.
"""

import argparse
import csv
import pathlib
import random
import struct
import sys

import lance
import numpy
import tifffile

NULLS = {"", "nan", "NaN", "None", "none", "null", "NULL", "NA"}


def bits(value):
    return struct.pack("<d", value)


def find(folder, name):
    found = [path for path in pathlib.Path(folder).rglob("*") if path.name.lower() == name.lower()]
    if not found:
        sys.exit(f"{name} is not under {folder}")
    return found[0]


def check_crops(dataset, images, rows):
    """The stored planes equal the source pixels at the stored box."""
    table = dataset.take(rows)
    compared = 0
    for row in table.to_pylist():
        picture = row["ome_arrow_image"]
        channels = [channel["name"] for channel in picture["pixels_meta"]["channels"]]
        box = [row[f"Metadata_SourceBBox{side}"] for side in ("XMin", "YMin", "XMax", "YMax")]
        width, height = picture["pixels_meta"]["size_x"], picture["pixels_meta"]["size_y"]
        assert (width, height) == (box[2] - box[0], box[3] - box[1]), (box, width, height)
        for plane in picture["planes"]:
            name = channels[plane["c"]]
            source = tifffile.imread(find(images, row[f"Image_FileName_{name}"]))
            wanted = source[box[1] : box[3], box[0] : box[2]].astype(numpy.uint16)
            stored = numpy.array(plane["pixels"], dtype=numpy.uint16).reshape(height, width)
            assert numpy.array_equal(wanted, stored), (row["Metadata_ObjectNumber"], name)
            compared += 1
    print(f"crops: {compared} planes of {len(rows)} cells equal their source pixels")


def check_ome_arrow(dataset, rows):
    try:
        import ome_arrow
    except ImportError:
        print("ome_arrow: not installed, left out")
        return
    for row in dataset.take(rows, columns=["ome_arrow_image"]).to_pylist():
        opened = ome_arrow.OMEArrow(row["ome_arrow_image"])
        info = opened.info()
        assert info, row
    print(f"ome_arrow: opened {len(rows)} cells ({info.get('shape', '')})")


def check_floats(dataset, export):
    """Every number of every object table equals Python's reading of the text, bit for bit."""
    metadata = {key.decode(): value.decode() for key, value in (dataset.schema.metadata or {}).items()}
    primary = metadata["cytolance:primary_object"]
    table = dataset.to_table(columns=[name for name in dataset.schema.names if not name.startswith(("Outline_", "ome_"))])
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    objects = {primary: "Metadata_ObjectNumber"}
    objects |= {
        name[len("Metadata_") : -len("_ObjectNumber")]: name
        for name in columns
        if name.startswith("Metadata_") and name.endswith("_ObjectNumber") and name != "Metadata_ObjectNumber"
    }
    for name, key in objects.items():
        files = [path for path in pathlib.Path(export).glob("*.csv") if path.stem == name or path.stem.endswith("_" + name)]
        if len(files) != 1:
            print(f"{name}: no table of this name in the export, left out")
            continue
        place = {
            (image, number): row
            for row, (image, number) in enumerate(zip(columns["Metadata_ImageNumber"], columns[key]))
            if number is not None
        }
        compared = nulls = 0
        with open(files[0], newline="") as file:
            for record in csv.DictReader(file):
                row = place.get((int(float(record["ImageNumber"])), int(float(record["ObjectNumber"]))))
                if row is None:
                    continue
                for feature, text in record.items():
                    stored = columns.get(feature if feature.startswith(name + "_") else f"{name}_{feature}")
                    if stored is None or isinstance(stored[row], str):
                        continue
                    if text in NULLS:
                        assert stored[row] is None, (name, feature, text, stored[row])
                        nulls += 1
                    else:
                        assert stored[row] is not None and bits(float(text)) == bits(float(stored[row])), (name, feature, text)
                        compared += 1
        print(f"{name}: {compared} numbers equal their text bit for bit, {nulls} nulls")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset")
    parser.add_argument("--export", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=5)
    arguments = parser.parse_args()
    dataset = lance.dataset(arguments.dataset)
    print(f"{dataset.count_rows()} rows, {len(dataset.schema)} columns, version {dataset.version}")
    rows = sorted(random.Random(arguments.seed).sample(range(dataset.count_rows()), arguments.cells))
    check_crops(dataset, arguments.images, rows)
    check_ome_arrow(dataset, rows)
    check_floats(dataset, arguments.export)


if __name__ == "__main__":
    main()
