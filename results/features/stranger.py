"""A folder of photos as a stranger would have it, made of CIFAR-10's test images.

    python3 stranger.py CIFAR_DIR OUT [SEED] [--layout flat|split|nested]

800 images (80 a class) scaled, cropped and rotated to forty sizes in seven formats, with odd names, broken files, duplicates and 20 wrong labels. truth.csv beside OUT has
`file,given,true,note`.
"""
import io, os, random, sys
import numpy as np
from PIL import Image

NAMES = "airplane automobile bird cat deer dog frog horse ship truck".split()


def rows(folder):
    raw = np.fromfile(os.path.join(folder, "test_batch.bin"), np.uint8).reshape(-1, 3073)
    return raw[:, 0], raw[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def odd_name(rng, i, ext):
    kinds = [
        f"IMG_{i:04d}{ext}", f"photo ({i}){ext}", f"Ünïcode naïve {i}{ext}", f"a,b\"c {i}{ext}", f"DSC{i}{ext.upper()}",
        f"{i}", f"emoji 🐈 {i}{ext}", f"-dash{i}{ext}", f"per%20cent{i}{ext}", f"two  spaces {i}{ext}", f"{{brace}}{i}{ext}", f"'quote{i}'{ext}",
    ]
    weights = [40, 10, 6, 4, 10, 0, 4, 3, 4, 4, 3, 3]
    return rng.choices(kinds, weights)[0]


def main():
    cifar, out = sys.argv[1], sys.argv[2]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3].isdigit() else 1
    layout = sys.argv[sys.argv.index("--layout") + 1] if "--layout" in sys.argv else "flat"
    rng = random.Random(seed)
    labels, pixels = rows(cifar)
    sizes = [(rng.randint(40, 400), rng.randint(40, 400)) for _ in range(40)]
    sizes = [(w, max(w // 2, min(h, w * 2))) for w, h in sizes]
    chosen = []
    for k in range(10):
        chosen += [(int(i), k) for i in rng.sample(list(np.flatnonzero(labels == k)), 80)]
    wrong = set(rng.sample(range(800), 20))
    truth = []
    for n, (i, k) in enumerate(chosen):
        given = rng.choice([j for j in range(10) if j != k]) if n in wrong else k
        im = Image.fromarray(pixels[i])
        w, h = sizes[n % 40]
        scale = max(w, h) / 32
        im = im.resize((int(32 * scale) + 1, int(32 * scale) + 1), Image.BICUBIC)
        if rng.random() < .3:  # a slight turn, cropped
            im = im.rotate(rng.uniform(-8, 8), Image.BICUBIC, expand=False)
            m = int(.07 * im.size[0]); im = im.crop((m, m, im.size[0] - m, im.size[1] - m))
        # crop to the aspect ratio, off center
        W, H = im.size
        cw, ch = (W, max(1, int(W * h / w))) if W * h / w <= H else (max(1, int(H * w / h)), H)
        x, y = rng.randint(0, W - cw), rng.randint(0, H - ch)
        im = im.crop((x, y, x + cw, y + ch)).resize((w, h), Image.BICUBIC)
        kind = ["jpg", "png", "webp", "gif", "bmp", "tif", "cmyk"][n % 7]
        ext = ".jpg" if kind == "cmyk" else "." + kind
        sub = {"flat": "", "split": rng.choices(["train", "val", "test"], [8, 1, 1])[0] + "/", "nested": ""}[layout]
        folder = os.path.join(out, sub, NAMES[given], *(["trip %d" % rng.randint(1, 3)] if layout == "nested" and rng.random() < .5 else []))
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, odd_name(rng, n, ext))
        if kind == "jpg" and rng.random() < .4:
            turn = rng.choice([3, 6, 8]); exif = Image.Exif(); exif[0x0112] = turn
            back = {3: Image.ROTATE_180, 6: Image.ROTATE_90, 8: Image.ROTATE_270}[turn]
            im.transpose(back).save(path, quality=92, exif=exif)
        elif kind == "cmyk":
            im.convert("CMYK").save(path, quality=92)
        elif kind == "jpg":
            im.save(path, quality=92, progressive=rng.random() < .5)
        elif kind == "webp":
            im.save(path, quality=90, lossless=rng.random() < .3)
        elif kind == "tif":
            im.save(path, compression=rng.choice([None, "tiff_lzw", "tiff_adobe_deflate"]))
        elif kind == "png" and rng.random() < .3:
            im.convert("RGBA").save(path)
        else:
            im.save(path, {"gif": "GIF", "bmp": "BMP", "png": "PNG"}[kind])
        truth.append((os.path.abspath(path), NAMES[given], NAMES[k], "wrong" if n in wrong else ""))
    any_folder = os.path.dirname(truth[5][0])
    with open(os.path.join(any_folder, "cut off.jpg"), "wb") as f:
        b = io.BytesIO(); Image.fromarray(pixels[7]).resize((300, 300)).save(b, "JPEG"); f.write(b.getvalue()[:900])
    open(os.path.join(any_folder, "empty.png"), "wb").close()
    open(os.path.join(any_folder, "web page.jpg"), "w").write("<!DOCTYPE html><html><body>404</body></html>")
    open(os.path.join(any_folder, "Thumbs.db"), "wb").write(b"\xd0\xcf\x11\xe0")
    open(os.path.join(any_folder, "._IMG_1.jpg"), "wb").write(b"\0\5\x16\7")
    open(os.path.join(any_folder, "notes.txt"), "w").write("remember the milk")
    with open(os.path.join(any_folder, "phone.heic"), "wb") as f:
        f.write(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64)
    os.makedirs(os.path.join(out, "__MACOSX", "cat"), exist_ok=True)
    open(os.path.join(out, "__MACOSX", "cat", "._x.jpg"), "wb").write(b"\0\5\x16\7")
    import shutil
    shutil.copy(truth[100][0], os.path.join(os.path.dirname(truth[100][0]), "copy of one.jpg" if truth[100][0].endswith("jpg") else "copy of one" + os.path.splitext(truth[100][0])[1]))
    shutil.copy(truth[200][0], os.path.join(os.path.dirname(truth[500][0]), "same under two" + os.path.splitext(truth[200][0])[1]))
    import csv
    with open(out.rstrip("/") + "-truth.csv", "w", newline="") as f:
        w = csv.writer(f); w.writerow(["file", "given", "true", "note"]); w.writerows(truth)
    print(len(truth), "images", len(wrong), "wrong")


main()
