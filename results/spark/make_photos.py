"""Writes 4,000 JPEG files of CIFAR-10's test images, enlarged to random sizes: make_photos.py test_batch.bin OUT"""

import os
import sys

import numpy as np
from PIL import Image

records = np.fromfile(sys.argv[1], np.uint8).reshape(-1, 3073)
random = np.random.default_rng(1)
for i in range(4000):
    label, image = records[i, 0], records[i, 1:].reshape(3, 32, 32).transpose(1, 2, 0)
    width, height = int(random.integers(200, 480)), int(random.integers(200, 480))
    folder = os.path.join(sys.argv[2], str(label))
    os.makedirs(folder, exist_ok=True)
    Image.fromarray(image).resize((width, height), Image.BICUBIC).save(f"{folder}/{i:05d}.jpg", quality=90)
