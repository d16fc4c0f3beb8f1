"""Writes bottleneck_stride.csv: what PyTorch computes where a bottleneck strides in its 3x3 or its 1x1 convolution.

    python3 bottleneck_stride.py > bottleneck_stride.csv

A ResNet of 11 layers and 3 classes, 2 images of 9x7 pixels. BottleneckStrideTest fills the same
numbers into Softgate's network.
"""
import math

import torch
from torch import nn

CLASSES, IMAGES, HEIGHT, WIDTH = 3, 2, 9, 7


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride, strides):
        super().__init__()
        first, second = (stride, 1) if strides == "1x1" else (1, stride)
        self.conv1 = nn.Conv2d(inputs, width, 1, stride=first, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=second, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = nn.Sequential(
            nn.Conv2d(inputs, 4 * width, 1, stride=stride, bias=False), nn.BatchNorm2d(4 * width)
        )

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        return torch.relu(self.bn3(self.conv3(out)) + self.downsample(x))


class Network(nn.Module):
    def __init__(self, strides):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Bottleneck(16, 16, 1, strides))
        self.layer2 = nn.Sequential(Bottleneck(64, 32, 2, strides))
        self.layer3 = nn.Sequential(Bottleneck(128, 64, 2, strides))
        self.fc = nn.Linear(256, CLASSES)

    def forward(self, x):
        out = torch.relu(self.bn1(self.conv1(x)))
        out = self.layer3(self.layer2(self.layer1(out)))
        return self.fc(out.mean((2, 3)))


def number(name, i):
    """The i-th number of a tensor; BottleneckStrideTest has the same formula."""
    wave = math.sin(0.7 * i + len(name))
    if name.endswith("running_var"):
        return 1 + 0.5 * wave
    if "bn" in name or "downsample.1" in name:
        return (1 if name.endswith("weight") else 0) + 0.2 * wave
    return 0.2 * wave


def fill(network):
    for name, tensor in network.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            values = [number(name, i) for i in range(tensor.numel())]
            tensor.copy_(torch.tensor(values, dtype=torch.float64).reshape(tensor.shape))


def main():
    count = IMAGES * 3 * HEIGHT * WIDTH
    pixels = torch.tensor([2 * math.sin(0.3 * i * i) for i in range(count)], dtype=torch.float64)
    images = pixels.reshape(IMAGES, 3, HEIGHT, WIDTH)
    print("stride,pass,image,class,logit")
    for strides in ("3x3", "1x1"):
        for training in (False, True):
            network = Network(strides).double()
            with torch.no_grad():
                fill(network)
                logits = network.train(training)(images)
            for image in range(IMAGES):
                for label in range(CLASSES):
                    name = "training" if training else "evaluation"
                    print(f"{strides},{name},{image},{label},{logits[image, label].item():.9g}")


main()
