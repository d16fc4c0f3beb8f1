"""Out-of-sample probabilities of logistic regressions on those features, and cleanlab's flags of them.

PYTHONPATH=CLEANLAB python3 probabilities.py features.npz cifar10n.csv OUT
Writes OUT/NAME.bin for Flags.java (N, K, given, clean, probabilities; big-endian) and prints a line of each.
"""
import os
import sys
import warnings
import numpy as np
from cleanlab.filter import find_label_issues
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
features = np.load(sys.argv[1])
people = np.genfromtxt(sys.argv[2], delimiter=",", names=True)
out = sys.argv[3]
os.makedirs(out, exist_ok=True)
clean = features["y"]


def labels(kind):
    if kind in people.dtype.names:
        return people[kind].astype(int)
    rng = np.random.default_rng(sum(map(ord, kind)))
    rate = float(kind[3:]) / 100
    flip = rng.random(len(clean)) < rate
    if kind.startswith("sym"):
        return np.where(flip, (clean + rng.integers(1, 10, len(clean))) % 10, clean)
    pairs = {9: 1, 2: 0, 4: 7, 3: 5, 5: 3}
    return np.where(flip, [pairs.get(v, v) for v in clean], clean)


def out_of_sample(x, given, c):
    p = np.zeros((len(given), 10))
    for a, b in StratifiedKFold(5, shuffle=True, random_state=0).split(x, given):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=c, max_iter=300))
        model.fit(x[a], given[a])
        p[np.ix_(b, model[-1].classes_)] = model.predict_proba(x[b])
    return p.astype(np.float32)


def f1(flags, wrong):
    return 2 * (flags & wrong).sum() / max(1, flags.sum() + wrong.sum())


kinds = "sym0 sym2.5 sym10 sym20 sym40 sym60 asy40 aggregate random1 worst".split()
models = [("stage1", 0.01), ("stage2", 0.1), ("stage3first", 0.1), ("stage3", 0.1)]
overfit = [("stage3first", 100), ("stage1", 100)]
rules = "prune_by_noise_rate prune_by_class both confident_learning predicted_neq_given low_self_confidence low_normalized_margin"
print("name,accuracy,wrong," + ",".join(rules.split()))
for images in (800, 10_000):
    chosen = np.random.default_rng(images).permutation(50_000)[:images]
    for kind in kinds:
        for name, c in models + (overfit if images == 800 else []):
            given = labels(kind)[chosen]
            wrong = given != clean[chosen]
            p = out_of_sample(features[name][chosen], given, c)
            run = f"{images}-{kind}-{name}-{c}"
            with open(f"{out}/{run}.bin", "wb") as file:
                for part in ((images, 10), given, clean[chosen]):
                    file.write(np.asarray(part, ">i4").tobytes())
                file.write(p.astype(">f4").tobytes())
            scores = [f1(find_label_issues(given, p, filter_by=r, n_jobs=1), wrong) for r in rules.split()]
            accuracy = (p.argmax(1) == clean[chosen]).mean()
            print(run, *(f"{v:.4f}" for v in [accuracy, wrong.mean()] + scores), sep=",", flush=True)
