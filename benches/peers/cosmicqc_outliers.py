"""The outliers that coSMicQC finds in a table, by rule.

Usage: cosmicqc_outliers.py TABLE [RULES.yml]. TABLE is Parquet or CSV; RULES.yml is in coSMicQC's format, without it the
sets that coSMicQC ships are used. Prints JSON: for each rule the rows, counted from 0, that `find_outliers` finds (it
leaves out rows that lack one of the rule's features) and those that `identify_outliers` finds (it does not), or the
features that the table lacks.
"""

import contextlib
import json
import sys
import warnings

import pandas as pd
from cosmicqc.analyze import (
    DEFAULT_QC_THRESHOLD_FILE,
    find_outliers,
    identify_outliers,
    read_thresholds_set_from_file,
)

warnings.simplefilter("ignore")
table = sys.argv[1]
rules = sys.argv[2] if len(sys.argv) > 2 else DEFAULT_QC_THRESHOLD_FILE
frame = (
    pd.read_parquet(table)
    if table.endswith(".parquet")
    else pd.read_csv(table, float_precision="round_trip", low_memory=False)
)
# A fresh index: rows are counted, whatever the table calls them.
frame = frame.reset_index(drop=True).copy()
frame["row"] = range(len(frame))
answer = {}
with contextlib.redirect_stdout(sys.stderr):
    for name in read_thresholds_set_from_file(rules):
        features = list(read_thresholds_set_from_file(rules, name))
        missing = [feature for feature in features if feature not in frame.columns]
        if missing:
            answer[name] = {"missing": missing}
            continue
        complete = len(frame.dropna(subset=features)) > 0
        found = find_outliers(frame, ["row"], name, rules)["row"] if complete else []
        flags = identify_outliers(frame, name, rules)
        answer[name] = {
            "find": [int(row) for row in found],
            "identify": [int(row) for row in frame["row"][flags.to_numpy()]],
        }
print(json.dumps(answer))
