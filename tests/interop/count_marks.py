"""Counts the marks of tables in a dataset, with nothing but pylance.

Usage: count_marks.py DATASET TABLE.csv...

A table has the columns row and value, as `cytolance label --from` reads it. Fails unless every mark is there.
"""

import csv
import sys

import lance


def main():
    dataset = lance.dataset(sys.argv[1])
    labels = dataset.to_table(columns=["Label_QC"]).column("Label_QC").to_pylist()
    wanted = {}
    for path in sys.argv[2:]:
        with open(path, newline="") as file:
            wanted.update((int(line["row"]), line["value"]) for line in csv.DictReader(file))
    there = sum(labels[row] == value for row, value in wanted.items())
    print(f"python: {there} of {len(wanted)} marks, {dataset.version} versions, {len(labels)} rows")
    others = sum(label is not None for row, label in enumerate(labels) if row not in wanted)
    assert there == len(wanted), "marks are missing"
    assert others == 0, f"{others} marks that nobody made"


if __name__ == "__main__":
    main()
