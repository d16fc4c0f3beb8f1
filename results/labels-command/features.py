"""Pooled features of CIFAR images at four depths of a public ResNet-20, by ../label-flags/features.py's network.

python3 features.py CIFAR_DIR resnet20-12fca82f.th
"""
import sys
import numpy as np
import torch

source = open("../label-flags/features.py").read().split("folder, weights, out")[0]
exec(source)
folder, weights = sys.argv[1:]
state = torch.load(weights, map_location="cpu", weights_only=False)["state_dict"]
net = Net().eval()
net.load_state_dict({k.replace("module.", ""): v for k, v in state.items()})
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
names = ("stage1", "stage2", "stage3first", "stage3")
sets = [
    ("c10test", "cifar-10-batches-bin/test_batch.bin", 3073, 6000),
    ("c10train", "cifar-10-batches-bin/data_batch_1.bin", 3073, 6000),
    ("c100", "cifar-100-binary/train.bin", 3074, 10000),
]
for name, file, row, images in sets:
    raw = np.fromfile(f"{folder}/{file}", np.uint8).reshape(-1, row)[:images]
    found = [[], [], [], []]
    with torch.inference_mode():
        for i in range(0, images, 250):
            x = raw[i : i + 250, row - 3072 :].reshape(-1, 3, 32, 32).copy()
            for some, t in zip(found, net((torch.from_numpy(x).float() / 255 - mean) / std)):
                some.append(t.numpy())
    features = dict(zip(names, [np.concatenate(f) for f in found]))
    np.savez(f"{name}.npz", y=raw[:, row - 3073].astype(int), **features)
