#!/usr/bin/env python3
"""Compares the speed of Softgate and PyTorch on torchvision's networks, in turns.

Each round times PyTorch in three ways (default layout, channels-last, and torch.compile with
freezing, channels-last) and then Softgate, one after the other, with the same number of threads.
The figure of a side is the median of its rounds, and of a round the median step.

    python3 examples/imagenet-speed.py --model resnet18 --softgate ./softgate

Needs torch and torchvision; torch.compile needs a C++ compiler.
"""

import argparse
import json
import os
import shlex
import statistics
import subprocess
import time

import torch
import torch._inductor.config
import torchvision

WARM_UP = 3


def steps(work, count):
    for _ in range(WARM_UP):
        work()
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def contender(args, way):
    """A function that makes one step of evaluation or training."""
    torch.manual_seed(1)
    network = getattr(torchvision.models, args.model)(weights=None)
    images = torch.randn(args.batch_size, 3, args.image_size, args.image_size)
    labels = torch.randint(0, 1000, (args.batch_size,))
    if way != "default":
        network = network.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    half = torch.autocast("cpu", torch.bfloat16, enabled=args.precision == "bf16")
    if args.subject == "infer":
        network.eval()
        run = torch.compile(network) if way == "compile" else network

        def infer():
            with torch.inference_mode() if way != "compile" else torch.no_grad(), half:
                run(images).float().numpy()

        return infer
    network.train()
    run = torch.compile(network) if way == "compile" else network
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4)

    def train():
        optimizer.zero_grad()
        with half:
            logits = run(images)
        torch.nn.functional.cross_entropy(logits.float(), labels).backward()
        optimizer.step()

    return train


def softgate(args):
    command = shlex.split(args.softgate) + [
        "bench", args.subject, "--arch", args.model, "--stem", "imagenet", "--gate", "none",
        "--classes", "1000", "--image-size", str(args.image_size),
        "--batch-size", str(args.batch_size), "--precision", args.precision,
        "--threads", str(args.threads), "--steps", str(args.steps), "--json"]  # fmt: skip
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="resnet18")
    parser.add_argument("--subject", choices=["infer", "train"], default="infer")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--ways", default="default,channels-last,compile")
    parser.add_argument("--softgate", default="./softgate")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch._inductor.config.freezing = True
    rates = {}
    peak = None
    contenders = {way: contender(args, way) for way in args.ways.split(",")}
    for _ in range(args.rounds):
        for way, work in contenders.items():
            rates.setdefault(f"torch {way}", []).append(args.batch_size / steps(work, args.steps))
        report = softgate(args)
        rates.setdefault("softgate", []).append(report["images_per_second"])
        peak = report["peak_rss_bytes"]
    medians = {name: round(statistics.median(values), 1) for name, values in rates.items()}
    best = max(rate for name, rate in medians.items() if name != "softgate")
    print(json.dumps({
        "model": args.model, "subject": args.subject, "precision": args.precision,
        "batch_size": args.batch_size, "image_size": args.image_size, "threads": args.threads,
        "torch": torch.__version__, "images_per_second": medians,
        "ratio_to_best": round(medians["softgate"] / best, 3),
        "softgate_peak_rss_bytes": peak}))  # fmt: skip


if __name__ == "__main__":
    main()
