"""Makes the sets: labels with known wrong ones, and probabilities of models of many kinds."""
import os, sys, warnings, zlib
import numpy as np
warnings.filterwarnings("ignore")
from sklearn.datasets import load_digits, load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

OUT = "sets"
os.makedirs(OUT, exist_ok=True)

def rng(name):
    return np.random.default_rng(zlib.crc32(name.encode()))

def model(kind):
    return {
        "lr": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=200)),
        "lrC": lambda: make_pipeline(StandardScaler(), LogisticRegression(C=100, max_iter=200)),
        "nb": lambda: GaussianNB(var_smoothing=1e-3),
        "knn": lambda: KNeighborsClassifier(15),
        "rf": lambda: RandomForestClassifier(60, min_samples_leaf=2, random_state=0, n_jobs=1),
        "mlp": lambda: make_pipeline(StandardScaler(), MLPClassifier((64,), max_iter=25, random_state=0)),
    }[kind]()

def predict(kind, x, given, k, inside):
    p = np.zeros((len(given), k))
    if inside:
        m = model(kind).fit(x, given)
        p[:, m.classes_] = m.predict_proba(x)
        return p
    counts = np.bincount(given, minlength=k)
    folds = max(2, min(5, counts[counts > 0].min()))
    for a, b in StratifiedKFold(5, shuffle=True, random_state=0).split(x, given):
        m = model(kind).fit(x[a], given[a])
        p[np.ix_(b, m.classes_)] = m.predict_proba(x[b])
    return p

def noise(kind, y, k, r, x=None):
    kind, rate = kind.split("-")
    rate = float(rate) / 100
    flip = r.random(len(y)) < rate
    if kind == "sym":
        return np.where(flip, (y + r.integers(1, k, len(y))) % k, y)
    if kind == "asym":  # every class to the next
        return np.where(flip, (y + 1) % k, y)
    if kind == "pairs":  # some classes to one other
        to = np.arange(k); some = r.permutation(k)[: max(1, k // 2)]
        to[some] = (some + 1) % k
        return np.where(flip, to[y], y)
    if kind == "groups":  # within superclasses of five
        return np.where(flip, y // 5 * 5 + (y % 5 + r.integers(1, 5, len(y))) % 5, y) if k >= 5 else np.where(flip, (y + 1) % k, y)
    if kind == "hard":  # people: the images nearest to another class are mistaken for it
        c = np.stack([x[y == j].mean(0) for j in range(k)])
        d = ((x[:, None] - c[None]) ** 2).sum(-1) if k <= 10 else np.stack([((x - v) ** 2).sum(1) for v in c], 1)
        own = d[np.arange(len(y)), y]; d[np.arange(len(y)), y] = np.inf
        near = d.argmin(1); margin = d.min(1) - own
        t = np.exp(-(margin.argsort().argsort() / len(y)) * 3); t *= rate / t.mean()
        return np.where(r.random(len(y)) < t, near, y)
    raise ValueError(kind)

def blobs(k, n, spread, r, skew=False):
    d = 16 if k <= 10 else 32
    w = np.ones(k) if not skew else 0.75 ** (np.arange(k) % 12)
    y = r.choice(k, n, p=w / w.sum())
    c = r.normal(size=(k, d))
    return c[y] * spread + r.normal(size=(n, d)), y

def temper(p, t):
    q = np.maximum(p, 1e-12) ** (1 / t)
    return q / q.sum(1, keepdims=True)

def save(name, given, clean, p):
    np.savez(f"{OUT}/{name}.npz", given=given.astype(np.int32), clean=clean.astype(np.int32), p=p.astype(np.float32))
    print(name, p.shape, "wrong %.3f agree %.3f right %.3f" % ((given != clean).mean(), (p.argmax(1) == given).mean(), (p.argmax(1) == clean).mean()), flush=True)

def family(base, x, y, k, noises, models, temps=(1,), insides=(False,)):
    for nz in noises:
        given = noise(nz, y, k, rng(base + nz), x)
        for m in models:
            for inside in insides:
                name = f"{base}_{nz}_{m}" + ("_in" if inside else "")
                todo = [t for t in temps if not os.path.exists(f"{OUT}/{name}_t{t}.npz")]
                if not todo: continue
                p = predict(m, x, given, k, inside)
                for t in todo:
                    save(f"{name}_t{t}", given, y, temper(p, t) if t != 1 else p)

part = sys.argv[1]
STD = ["sym-5", "sym-20", "sym-40", "asym-10", "asym-30", "pairs-30", "hard-10", "hard-25"]
if part == "small":
    x, y = load_digits(return_X_y=True)
    family("digits", x, y, 10, STD, ["lr", "nb", "knn", "rf"], (1, 0.4, 2))
    family("digits", x, y, 10, ["sym-20", "asym-30"], ["lrC", "rf"], (1,), (True,))
    x, y = load_breast_cancer(return_X_y=True)
    family("cancer", x, y, 2, ["sym-5", "sym-20", "asym-10", "pairs-30", "hard-10"], ["lr", "nb", "rf"], (1, 0.4))
if part == "blobs":
    for k, n, sp in [(2, 3000, 0.5), (2, 3000, 1), (10, 5000, 0.6), (10, 5000, 1), (100, 8000, 1)]:
        x, y = blobs(k, n, sp, rng(f"blobs{k}{sp}"))
        family(f"blobs{k}-{sp}", x, y, k, STD + ["groups-20"], ["lr", "nb"] if k < 100 else ["nb"], (1, 0.4))
    for k, n, sp in [(2, 3000, 1), (10, 5000, 1), (100, 8000, 1)]:
        x, y = blobs(k, n, sp, rng(f"skew{k}{sp}"), True)
        family(f"skew{k}-{sp}", x, y, k, STD, ["nb"] + (["lr"] if k < 100 else []), (1, 0.4))
if part == "cifar":
    f = np.load("c10test.npz")
    for stage, m in [("stage1", "lr"), ("stage3first", "lr"), ("stage3first", "mlp"), ("stage3", "lr"), ("stage3", "knn")]:
        family(f"c10{stage}", f[stage][:5000], f["y"][:5000], 10, STD, [m], (1, 0.4, 2))
if part == "cifar100":
    f = np.load("c100.npz")
    family("c100", np.concatenate([f["stage3"], f["stage3first"]], 1)[:10000], f["y"][:10000], 100, ["sym-20", "asym-10", "groups-20", "sym-40"], ["lr", "nb"], (1, 0.4))
if part == "c10n":
    f = np.load("c10train.npz"); people = np.genfromtxt("cifar10n.csv", delimiter=",", names=True)
    n = len(f["y"])
    for kind in ("worst", "aggregate", "random1"):
        given = people[kind][:n].astype(int)
        for stage, m in [("stage2", "lr"), ("stage3first", "lr"), ("stage3", "lr"), ("stage3", "knn")]:
            p = predict(m, f[stage], given, 10, False)
            for t in (1, 0.4): save(f"c10n-{kind}_{stage}_{m}_t{t}", given, f["y"], temper(p, t) if t != 1 else p)
