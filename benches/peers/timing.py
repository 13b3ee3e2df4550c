"""The best of several runs, in milliseconds, after one that warms up."""

import time


def best(work, rounds):
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)
