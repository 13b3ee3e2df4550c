"""What numpy, polars, pandas and DuckDB take for the questions of the viewer, in milliseconds, best of N.

Usage: columns.py ROWS [N]. Prints lines `name peer milliseconds`. Columns are float64, as CellProfiler measures; those with
`_f4` after their name are float32.
"""

import sys
import tempfile

import numpy as np
import pandas as pd
import polars as pl
from timing import best

rows = int(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
rng = np.random.default_rng(0)


def report(name, peer, work, rounds=rounds):
    print(name, peer, f"{best(work, rounds):.2f}", flush=True)


for suffix, kind in (("", "f8"), ("_f4", "f4")):
    a = rng.gamma(3, 300, rows).astype(kind)
    b = rng.random(rows).astype(kind)
    report("filter" + suffix, "numpy", lambda: np.flatnonzero((a > 1500) & (b < 0.5)))
    frame = pl.DataFrame({"a": a, "b": b})
    report(
        "filter" + suffix,
        "polars",
        lambda: frame.select(((pl.col("a") > 1500) & (pl.col("b") < 0.5)).arg_true()),
    )
    table = pd.DataFrame({"a": a, "b": b})
    report("filter" + suffix, "pandas", lambda: table.index[(table.a > 1500) & (table.b < 0.5)])
    report("sort" + suffix, "polars", lambda: frame["a"].arg_sort(), 2)
    report("histogram" + suffix, "numpy", lambda: np.histogram(a, 256), 2)
    if not suffix:
        well = rng.integers(0, 384, rows).astype("i4")
        frame = frame.with_columns(well=well)
        report("groups", "polars", lambda: frame.group_by("well").agg(pl.col("a").median()), 2)

export = pl.DataFrame({f"c{i}": rng.gamma(3, 300, rows // 10) for i in range(60)})
with tempfile.TemporaryDirectory() as folder:
    report("csv", "polars", lambda: export.write_csv(f"{folder}/out.csv"), 1)
