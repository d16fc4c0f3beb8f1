"""Draws images of CIFAR-10, labels some of them wrongly, and writes them as a folder of PNG files.

python3 draw.py CIFAR_DIR test|train IMAGES WRONG SEED OUT
Writes OUT/CLASS/INDEX.png and OUT.truth.csv (file,true,given). WRONG is a number: each gets one of the other classes at random.
"""
import os
import sys
import numpy as np
from PIL import Image

base, part, images, wrong, seed, out = sys.argv[1:]
images, wrong = int(images), int(wrong)
files = ["test_batch.bin"] if part == "test" else [f"data_batch_{i}.bin" for i in range(1, 6)]
rows = np.concatenate([np.fromfile(f"{base}/{f}", np.uint8).reshape(-1, 3073) for f in files])
names = [name.strip() for name in open(f"{base}/batches.meta.txt") if name.strip()]
rng = np.random.default_rng(int(seed))
chosen = rng.permutation(len(rows))[:images]
true = rows[chosen, 0].astype(int)
given = true.copy()
flipped = rng.permutation(images)[:wrong]
given[flipped] = (true[flipped] + rng.integers(1, 10, wrong)) % 10
with open(out + ".truth.csv", "w") as table:
    table.write("file,true,given\n")
    for i, row in enumerate(chosen):
        folder = os.path.join(out, names[given[i]])
        os.makedirs(folder, exist_ok=True)
        path = os.path.abspath(os.path.join(folder, f"{row:05d}.png"))
        Image.fromarray(rows[row, 1:].reshape(3, 32, 32).transpose(1, 2, 0)).save(path)
        table.write(f"{path},{names[true[i]]},{names[given[i]]}\n")
