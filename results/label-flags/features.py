"""Pooled features of the CIFAR-10 train images at four depths of a public ResNet-20.

python3 features.py CIFAR_DIR resnet20-12fca82f.th features.npz
"""
import sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class Block(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(i, o, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(o)
        self.conv2 = nn.Conv2d(o, o, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(o)
        self.pad = (o - i) // 2

    def forward(self, x):
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.pad:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return F.relu(h + x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        a = self.layer1(F.relu(self.bn1(self.conv1(x))))
        b = self.layer2(a)
        c = self.layer3[0](b)
        d = self.layer3[1:](c)
        pooled = [t.mean((2, 3)) for t in (b, c, d)]
        return [F.adaptive_avg_pool2d(a, 2).flatten(1)] + pooled


folder, weights, out = sys.argv[1:]
raw = np.concatenate(
    [np.fromfile(f"{folder}/data_batch_{i}.bin", np.uint8).reshape(-1, 3073) for i in range(1, 6)]
)
state = torch.load(weights, map_location="cpu", weights_only=False)["state_dict"]
net = Net().eval()
net.load_state_dict({k.replace("module.", ""): v for k, v in state.items()})
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
found = [[], [], [], []]
with torch.inference_mode():
    for i in range(0, 50_000, 250):
        x = torch.from_numpy(raw[i : i + 250, 1:].reshape(-1, 3, 32, 32).copy()).float() / 255
        for some, t in zip(found, net((x - mean) / std)):
            some.append(t.numpy())
names = ("stage1", "stage2", "stage3first", "stage3")
np.savez(out, y=raw[:, 0].astype(int), **{n: np.concatenate(f) for n, f in zip(names, found)})
