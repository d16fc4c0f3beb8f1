"""Counts the wrong labels among the first suspects.

python3 found.py NAME OUT.truth.csv DIR/suspects.csv
Prints NAME,wrong,first20,first40,flagged,flagged_wrong,suggested_right
"""
import csv
import sys

name, truth, suspects = sys.argv[1:]
known = {row["file"]: row for row in csv.DictReader(open(truth))}
rows = list(csv.DictReader(open(suspects)))
wrong = [known[row["file"]]["true"] != known[row["file"]]["given"] for row in rows]
flagged = [row["flagged"] == "true" for row in rows]
right = [row["suggested"] == known[row["file"]]["true"] for row in rows]
print(
    name,
    sum(row["true"] != row["given"] for row in known.values()),
    sum(wrong[:20]),
    sum(wrong[:40]),
    sum(flagged),
    sum(w and f for w, f in zip(wrong, flagged)),
    sum(w and r for w, r in zip(wrong, right)),
    sep=",",
)
