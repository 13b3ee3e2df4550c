"""Writes a dataset of types that an import does not make, or checks what an export has left of it.

Usage: foreign_dataset.py write|check DATASET

Needs pylance and pyarrow.
"""

import datetime
import decimal
import sys

import lance
import pyarrow

UTC = datetime.timezone.utc


def rows():
    for row in range(20):
        yield {
            "area": float(row),
            "day": datetime.date(2024, 1, 1) + datetime.timedelta(days=row % 3) if row else None,
            "at": datetime.datetime(2024, 1, 1, row, tzinfo=UTC),
            "clock": datetime.time(row, 1, 2),
            "second": datetime.datetime(2024, 1, 1, 0, 0, row),
            "lasted": datetime.timedelta(seconds=row),
            "dose": decimal.Decimal(row) / 4,
            "raw": bytes(row),
            "embedding": [float(row + at) for at in range(384)],
            "tags": ["edge"] * (row % 3),
            "meta": {"plate": f"P{row % 2}", "place": {"row": row}} if row != 5 else None,
        }


def table():
    place = pyarrow.struct([("row", pyarrow.int16())])
    schema = pyarrow.schema(
        [
            ("area", pyarrow.float64()),
            ("day", pyarrow.date32()),
            ("at", pyarrow.timestamp("ns", "Europe/Berlin")),
            ("clock", pyarrow.time64("us")),
            ("second", pyarrow.timestamp("s")),
            ("lasted", pyarrow.duration("ms")),
            ("dose", pyarrow.decimal128(12, 2)),
            ("raw", pyarrow.large_binary()),
            ("embedding", pyarrow.list_(pyarrow.float16(), 384)),
            ("tags", pyarrow.list_(pyarrow.string())),
            ("meta", pyarrow.struct([("plate", pyarrow.string()), ("place", place)])),
        ]
    )
    return pyarrow.Table.from_pylist(list(rows()), schema=schema)


def main():
    what, path = sys.argv[1:]
    if what == "write":
        lance.write_dataset(table(), path)
        return
    found = lance.dataset(path).to_table()
    wanted = [
        place
        for place, row in enumerate(rows())
        if row["day"] and row["day"] > datetime.date(2024, 1, 1) and (row["meta"] or {}).get("plate") == "P1"
    ]
    expected = table().take(wanted)
    if len(wanted) < 3 or found.num_rows != len(wanted):
        sys.exit(f"{found.num_rows} rows, not {len(wanted)}")
    for name in expected.column_names:
        if found[name].type != expected[name].type:
            sys.exit(f"{name} is {found[name].type}, not {expected[name].type}")
        if found[name].to_pylist() != expected[name].to_pylist():
            sys.exit(f"{name}: {found[name].to_pylist()}")
    print(f"{found.num_rows} rows with {len(expected.column_names)} columns as they were written")


if __name__ == "__main__":
    main()
