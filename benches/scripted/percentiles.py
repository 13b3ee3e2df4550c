"""Percentiles of frame and gesture times from a trace of `cytolance view --trace FILE`. Usage: percentiles.py FILE"""

import collections
import json
import sys


def part(values, share):
    values = sorted(values)
    return values[int((len(values) - 1) * share)] if values else float("nan")


frames, gestures, first = [], collections.defaultdict(list), None
for line in open(sys.argv[1]):
    try:
        entry = json.loads(line)
    except ValueError:
        continue  # the last line of a program that was ended
    if "frame" in entry:
        frames.append(entry)
    elif "gesture" in entry:
        gestures[entry["gesture"]].append(entry["ms"])
    elif "first_table_ms" in entry and first is None:
        first = entry["first_table_ms"]

# The first frames make fonts and textures.
settled = [frame for frame in frames if first is not None and frame["at_ms"] > first + 1500]
print(f"first table after {first:.0f} ms from the start of the program; {len(frames)} frames")
for name, key in (("computing of the interface thread", "work_ms"), ("of which our interface, wall time", "interface_ms")):
    values = [frame[key] for frame in settled if frame[key] is not None]
    late = sum(value > 16 for value in values)
    print(
        f"{name}: median {part(values, 0.5):.1f} ms, 99 % {part(values, 0.99):.1f} ms, "
        f"longest {part(values, 1):.1f} ms, {late} of {len(values)} over 16 ms"
    )
print("| gesture | times | median, ms | 99 %, ms | longest, ms |")
print("|---|---|---|---|---|")
for name, values in sorted(gestures.items()):
    print(f"| {name} | {len(values)} | {part(values, 0.5):.1f} | {part(values, 0.99):.1f} | {part(values, 1):.1f} |")
memory = [frame["memory"] for frame in frames if frame["memory"]]
if memory:
    tenth = max(len(memory) // 10, 1)
    print(
        f"memory: largest {max(memory) / 1e6:.0f} MB, mean of the first tenth {sum(memory[:tenth]) / tenth / 1e6:.0f} MB, "
        f"of the last tenth {sum(memory[-tenth:]) / tenth / 1e6:.0f} MB"
    )
