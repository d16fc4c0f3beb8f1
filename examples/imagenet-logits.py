#!/usr/bin/env python3
"""Compares what PyTorch and Softgate compute for photos with torchvision's networks.

Each network gets random weights, and running statistics of photos, changed at random. Its state
dict is imported, and for every engine the probabilities of all classes (softgate predict) and the
features (softgate features) are held to PyTorch's. Probabilities hide what is added to all logits
of an image; the features would show that.

    python3 examples/imagenet-logits.py --photos DIR --softgate ./softgate

Needs torch, torchvision and Pillow. Ends with exit code 1 if a difference exceeds the bound.
"""

import argparse
import csv
import json
import math
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torchvision
from PIL import Image

MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
MODELS = "resnet34,resnet50,resnet101,resnet152,wide_resnet50_2,wide_resnet101_2"
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}
GREATEST_LOGIT = 20  # probabilities of all classes stay above float32's least


def write_photos(source, target, count, side):
    """Writes photos as side x side PNG files, which no reader resizes."""
    files = sorted(p for p in source.rglob("*") if p.suffix.lower() in ENDINGS and p.name[0] != ".")
    # spread over the folders, which are often classes
    for file in files[:: max(1, len(files) // (2 * count))]:
        try:
            image = Image.open(file).convert("RGB")
        except OSError:
            continue
        edge = min(image.size)
        left, top = (image.width - edge) // 2, (image.height - edge) // 2
        image = image.resize((side, side), box=(left, top, left + edge, top + edge))
        number = len(list(target.iterdir()))
        image.save(target / f"{number:03d}.png")
        if number + 1 == count:
            return
    sys.exit(f"{source}: fewer than {count} photos")


def images(folder):
    return torch.stack([
        (torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1) / 255 - MEAN) / DEVIATION
        for file in sorted(folder.iterdir())])  # fmt: skip


@torch.no_grad()
def random_network(network, photos):
    """Random weights; statistics that keep activations in range, each changed at random."""
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # the mean over all batches
        norm.reset_running_stats()
        norm.weight.uniform_(0.4, 1.2)
        norm.bias.normal_(0, 0.2)
    network.train()
    network(photos[:16])
    network.eval()
    for norm in norms:
        norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.4)
        norm.running_mean += 0.1 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
    greatest = network(photos[:16]).abs().max()
    network.fc.weight *= GREATEST_LOGIT / greatest
    network.fc.bias *= GREATEST_LOGIT / greatest
    return network


@torch.no_grad()
def reference(network, photos):
    """Logits and pooled features of PyTorch, both N x C."""
    features = []
    hook = network.avgpool.register_forward_hook(lambda *args: features.append(args[2].flatten(1)))
    logits = torch.cat([network(batch) for batch in photos.split(20)])
    hook.remove()
    return logits.double().numpy(), torch.cat(features).double().numpy()


def log_probabilities(report, classes):
    """Those of softgate predict --json, N x K, in the order of the files' names."""
    images = sorted(report["predictions"], key=lambda image: image["file"])
    out = np.full((len(images), classes), np.nan)
    for row, image in zip(out, images):
        for entry in image["probabilities"]:
            row[entry["label_index"]] = math.log(entry["probability"])
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=pathlib.Path, required=True)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--engines", default="libtorch,onednn")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bound", type=float, default=1e-4)
    parser.add_argument("--softgate", default="./softgate")
    args = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(args.threads)
    command = shlex.split(args.softgate)

    def softgate(*words):
        done = subprocess.run([*command, *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"softgate {' '.join(map(str, words))}:\n{done.stderr}")
        return done.stdout

    exceeded = False
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        folder = work / "photos"
        folder.mkdir()
        write_photos(args.photos, folder, args.count, args.image_size)
        listed = work / "photos.csv"
        with listed.open("w", newline="") as file:
            csv.writer(file).writerows(
                [["path", "label"]] + [[p, i % 2] for i, p in enumerate(sorted(folder.iterdir()))])
        photos = images(folder)
        for model in args.models.split(","):
            network = random_network(getattr(torchvision.models, model)(weights=None), photos)
            logits, features = reference(network, photos)
            wanted = logits - np.log(np.exp(logits).sum(1, keepdims=True))
            torch.save(network.state_dict(), work / f"{model}.pth")
            run = work / model
            softgate("import", work / f"{model}.pth", "--out", run,
                     "--image-size", args.image_size)  # fmt: skip
            for engine in args.engines.split(","):
                options = ["--engine", engine, "--precision", "fp32", "--threads", args.threads]
                top = ["--top", wanted.shape[1], "--json"]
                report = json.loads(softgate("predict", run, folder, *top, *options))
                given = log_probabilities(report, wanted.shape[1])
                matrix = work / f"{model}-{engine}.npy"
                softgate("features", run, "--dataset", f"list:{listed}", "--out", matrix, *options)
                own = np.load(matrix).astype(np.float64)
                errors = {
                    "logits": np.abs(given - wanted).max() / np.abs(logits).max(),
                    "features": np.abs(own - features).max() / np.abs(features).max()}
                exceeded |= not max(errors.values()) < args.bound  # NaN too
                print(json.dumps({
                    "model": model, "engine": engine, "images": len(photos),
                    "greatest_logit": round(float(np.abs(logits).max()), 2),
                    "largest_error": {k: float(f"{v:.2g}") for k, v in errors.items()},
                    "bound": args.bound, "torch": torch.__version__}), flush=True)  # fmt: skip
            del network
    sys.exit(1 if exceeded else 0)


if __name__ == "__main__":
    main()
