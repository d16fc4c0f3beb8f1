"""Which score ranks wrong labels best, with folds: perceptrons on features.npz, three sets of labels, two seeds.

python3 ranking.py features.npz cifar10n.csv
"""
import sys
import numpy as np
import torch
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

torch.set_num_threads(1)
features = np.load(sys.argv[1])
people = np.genfromtxt(sys.argv[2], delimiter=",", names=True)
clean = features["y"]
EPOCHS = 15


def train(x, y, seed, watched=None):
    """Margins and losses of the watched images after each epoch, and what the network then predicts."""
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    steps = EPOCHS * (len(x) // 128)
    sgd = torch.optim.SGD(net.parameters(), 0.05, momentum=0.9, weight_decay=5e-4)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, steps)
    margins, losses = [], []
    for _ in range(EPOCHS):
        order = torch.randperm(len(x))
        for i in range(0, len(x) - 127, 128):
            batch = order[i : i + 128]
            loss = torch.nn.functional.cross_entropy(net(x[batch]), y[batch])
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            cosine.step()
        with torch.no_grad():
            z = net(x)
            own = z.gather(1, y[:, None])[:, 0]
            margins.append((own - z.scatter(1, y[:, None], -1e9).max(1).values).numpy())
            losses.append(torch.nn.functional.cross_entropy(z, y, reduction="none").numpy())
    return np.mean(margins, 0), np.mean(losses, 0), net


def consensus(scores):
    u = [(rankdata(s) - 0.5) / len(s) - 0.5 for s in scores]
    c = np.array([[np.mean(a * b) for b in u] for a in u])
    most = np.sqrt(np.diag(c))
    v = most.copy()
    for _ in range(2000):
        for i in range(len(v)):
            w = np.delete(v, i)
            v[i] = np.clip(np.delete(c[i], i) @ w / (w @ w), -most[i], most[i])
    v = np.maximum(v * np.sign(v.sum()), 0)
    return sum(a * b for a, b in zip(v, u))


print("labels,features,seed,score,auroc,average_precision")
for kind in ("sym40", "worst", "aggregate"):
    if kind == "sym40":
        rng = np.random.default_rng(1)
        flip = rng.random(50_000) < 0.4
        all_labels = np.where(flip, (clean + rng.integers(1, 10, 50_000)) % 10, clean)
    else:
        all_labels = people[kind].astype(int)
    for name in ("stage3first",):
        for seed in (1, 2):
            chosen = np.random.default_rng(seed).permutation(50_000)[:10_000]
            f = features[name][chosen]
            x = torch.from_numpy(((f - f.mean(0)) / (f.std(0) + 1e-6)).astype(np.float32))
            y = torch.from_numpy(all_labels[chosen])
            margin, loss, net = train(x, y, seed)
            pick = lambda z: torch.softmax(z, 1).gather(1, y[:, None])[:, 0].detach().numpy()
            unseen = np.zeros(len(y))
            unseen_margin = np.zeros(len(y))
            for a, b in StratifiedKFold(5, shuffle=True, random_state=seed).split(f, y):
                p = torch.softmax(train(x[a], y[a], seed)[2](x[b]), 1).detach()
                own = p.gather(1, y[b][:, None])[:, 0]
                unseen[b] = own.numpy()
                unseen_margin[b] = (own - p.scatter(1, y[b][:, None], -1).max(1).values).numpy()
            scores = {
                "aum": margin,
                "loss": -loss,
                "self_confidence in-sample": pick(net(x)),
                "self_confidence": unseen,
                "normalized_margin": unseen_margin,
                "consensus": consensus([margin, -loss, unseen]),
                "aum and self_confidence": rankdata(margin) + rankdata(unseen),
            }
            wrong = all_labels[chosen] != clean[chosen]
            for score, values in scores.items():
                print(kind, name, seed, score, f"{roc_auc_score(wrong, -values):.4f}", f"{average_precision_score(wrong, -values):.4f}", sep=",", flush=True)
