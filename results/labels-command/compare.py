"""cleanlab's flags of the sets of sets.py, and the sets for ../label-flags/Flags.java.

PYTHONPATH=CLEANLAB python3 compare.py > cleanlab.csv
"""
import glob
import os
import numpy as np
from cleanlab.filter import find_label_issues

rules = "prune_by_noise_rate prune_by_class both confident_learning predicted_neq_given low_self_confidence low_normalized_margin".split()
os.makedirs("bin", exist_ok=True)
print("name," + ",".join(rules))
for file in sorted(glob.glob("sets/*.npz")):
    name = os.path.basename(file)[:-4]
    stored = np.load(file)
    given, clean = stored["given"].astype(int), stored["clean"]
    with open(f"bin/{name}.bin", "wb") as out:
        for part in (stored["p"].shape, given, clean):
            out.write(np.asarray(part, ">i4").tobytes())
        out.write(stored["p"].astype(">f4").tobytes())
    p = stored["p"].astype(float)
    p /= p.sum(1, keepdims=True)
    wrong = given != clean
    flags = [find_label_issues(given, p, filter_by=rule, n_jobs=1) for rule in rules]
    f1 = [2 * (f & wrong).sum() / max(1, f.sum() + wrong.sum()) for f in flags]
    print(name, *(f"{v:.4f}" for v in f1), sep=",", flush=True)
