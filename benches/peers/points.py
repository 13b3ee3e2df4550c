"""What datashader takes to draw points, in milliseconds, best of N.

Usage: points.py ROWS [N]. Prints lines `name peer milliseconds`; pictures are 1600 x 1000 pixels.
"""

import sys

import datashader as ds
import datashader.transfer_functions as tf
import numpy as np
import pandas as pd
from timing import best

rows = int(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
rng = np.random.default_rng(0)
cluster = rng.integers(0, 7, rows)
frame = pd.DataFrame(
    {
        "x": rng.normal(size=rows) * 0.6 + np.sin(cluster * 1.7) * 0.5,
        "y": rng.normal(size=rows) * 0.6 + np.cos(cluster * 2.3) * 0.5,
        "value": rng.random(rows),
    }
)
canvas = ds.Canvas(1600, 1000, x_range=(-2, 2), y_range=(-2, 2))


def report(name, work):
    print(name, "datashader", f"{best(work, rounds):.2f}", flush=True)


report("scatter", lambda: tf.shade(canvas.points(frame, "x", "y"), how="log"))
report("scatter_count", lambda: canvas.points(frame, "x", "y"))
report("scatter_mean", lambda: tf.shade(canvas.points(frame, "x", "y", ds.mean("value"))))
