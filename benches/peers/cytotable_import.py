"""CytoTable's conversion of a CellProfiler CSV export to one joined Parquet table, best of N, in seconds.

Usage: cytotable_import.py EXPORT [N]
"""

import sys
import tempfile
import time

import cytotable
from parsl.config import Config
from parsl.executors import ThreadPoolExecutor


def main():
    source, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    best = float("inf")
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            # Parsl writes its logs into the working directory unless told otherwise.
            config = Config(
                executors=[ThreadPoolExecutor(label="threads", max_threads=2)],
                run_dir=f"{folder}/parsl",
            )
            start = time.perf_counter()
            cytotable.convert(
                source_path=source,
                source_datatype="csv",
                dest_path=f"{folder}/out.parquet",
                dest_datatype="parquet",
                preset="cellprofiler_csv",
                parsl_config=config,
            )
            best = min(best, time.perf_counter() - start)
    print(f"seconds {best:.4f}")


if __name__ == "__main__":
    main()
