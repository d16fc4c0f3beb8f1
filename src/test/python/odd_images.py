"""Makes image files that decoders disagree about, with what Pillow makes of each.

    python3 odd_images.py OUT.zip

Needs Pillow with libtiff and libwebp. The zip has each file and expected/FILE.rgb: height and width as big-endian int32, then the pixels of
exif_transpose(im).convert("RGB"), row by row. Colors of 16 bits are an exception: there the expectation is the upper 8 bits, which Pillow clips
(docs/decisions/0033). OddImagesTest reads the zip. Repeated runs write the same bytes with the same Pillow.
"""

import io
import struct
import sys
import zipfile
import zlib

from PIL import Image, ImageOps

W, H = 37, 23
FILES = {}
EXPECTED = {}


def photo(w=W, h=H):
    """A smooth picture with an edge, so that neither chroma nor rounding hides an error."""
    im = Image.new("RGB", (w, h))
    for y in range(h):
        for x in range(w):
            edge = 60 if x > w // 2 else 0
            im.putpixel((x, y), ((x * 200 // w + edge) % 256, (y * 220 // h + 20) % 256, ((x + y) * 150 // (w + h) + edge) % 256))
    return im


def add(name, data, expected=None):
    FILES[name] = data
    EXPECTED[name] = expected


def saved(im, fmt, **options):
    out = io.BytesIO()
    im.save(out, fmt, **options)
    return out.getvalue()


# ---- PNG, chunk by chunk: Pillow writes neither every depth nor every transparency

def png(w, h, depth, color, rows, *chunks):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    head = struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, 0)
    body = b"".join(b"\0" + row for row in rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunk(*c) for c in chunks) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def bits(values, depth):
    out, word, filled = bytearray(), 0, 0
    for value in values:
        word, filled = word << depth | value, filled + depth
        if filled == 8:
            out.append(word)
            word, filled = 0, 0
    if filled:
        out.append(word << 8 - filled)
    return bytes(out)


def pngs():
    for depth in (1, 2, 4, 8):
        n = 1 << depth
        palette = b"".join(bytes([i * 37 % 256, i * 91 % 256, i * 53 % 256]) for i in range(min(n, 200)))
        rows = [bits([(x + 2 * y) % min(n, 200) for x in range(W)], depth) for y in range(H)]
        add(f"palette{depth}.png", png(W, H, depth, 3, rows, (b"PLTE", palette)))
        add(f"palette{depth}-trns.png", png(W, H, depth, 3, rows, (b"PLTE", palette), (b"tRNS", b"\0\x80")))
        rows = [bits([(x + 2 * y) % n for x in range(W)], depth) for y in range(H)]
        add(f"gray{depth}.png", png(W, H, depth, 0, rows))
        add(f"gray{depth}-trns.png", png(W, H, depth, 0, rows, (b"tRNS", b"\0\1")))
    im = photo()
    add("rgb-trns.png", png(W, H, 8, 2, [im.crop((0, y, W, y + 1)).tobytes() for y in range(H)], (b"tRNS", b"\0\0\0\x14\0\0")))
    wide = [b"".join(struct.pack(">HHH", *(c * 257 + 13 for c in im.getpixel((x, y)))) if max(im.getpixel((x, y))) < 255 else b"\xff" * 6 for x in range(W)) for y in range(H)]
    add("rgb16-trns.png", png(W, H, 16, 2, wide, (b"tRNS", b"\0\1\0\1\0\1")), upper(wide, 3))
    for color, channels in ((0, 1), (4, 2), (6, 4)):
        rows = [b"".join(struct.pack(">" + "H" * channels, *((x * 1500 + y * 97 * (c + 1)) % 65536 for c in range(channels))) for x in range(W)) for y in range(H)]
        add(f"sixteen{color}.png", png(W, H, 16, color, rows), upper(rows, channels))
    text = (b"tEXt", b"Comment\0" + b"x" * 300)
    gray = photo().convert("L")
    rows = [gray.crop((0, y, W, y + 1)).tobytes() for y in range(H)]
    whole = png(W, H, 8, 0, rows, text)
    add("trailing.png", whole + b"trailing bytes" * 9)
    add("gray-exif6.png", png(W, H, 8, 0, rows, (b"eXIf", exif(6))))
    add("one.png", png(1, 1, 8, 2, [b"\x10\x20\x30"]))
    add("line.png", png(300, 1, 8, 0, [bytes(i % 256 for i in range(300))]))


def upper(rows, channels):
    pixels = []
    for row in rows:
        for at in range(0, len(row), 2 * channels):
            values = row[at:at + 2 * channels:2]
            pixels.append(values[:3] if channels >= 3 else values[:1] * 3)
    return (W, H, b"".join(pixels))


def exif(orientation, order=">"):
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 274, 3, 1, orientation, 0, 0)


# ---- JPEG

def jpegs():
    im = photo()
    for name, sub in (("444", 0), ("422", 1), ("420", 2)):
        add(f"sub{name}.jpg", saved(im, "JPEG", quality=88, subsampling=sub))
        add(f"sub{name}-prog.jpg", saved(im, "JPEG", quality=88, subsampling=sub, progressive=True))
    for name, sub in (("411", "4:1:1"), ("440", "4:4:0")):
        if sub == "4:1:1":
            add("sub411.jpg", saved(im, "JPEG", quality=88, subsampling="4:1:1"))
        else:  # the factors of 4:2:2 turned make another image, a valid one
            turned = saved(im.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=88, subsampling=1)
            at = turned.index(b"\xff\xc0")
            changed = bytearray(turned)
            changed[at + 11] = 0x12
            add("sub440.jpg", bytes(changed))
    add("restart.jpg", saved(im, "JPEG", quality=80, restart_marker_blocks=1))
    add("restart-prog.jpg", saved(im, "JPEG", quality=80, restart_marker_rows=1, progressive=True))
    add("gray-prog.jpg", saved(im.convert("L"), "JPEG", progressive=True))
    add("cmyk.jpg", saved(im.convert("CMYK"), "JPEG", quality=90))
    add("cmyk-exif8.jpg", saved(im.convert("CMYK"), "JPEG", quality=90, exif=b"Exif\0\0" + exif(8)))
    for value in range(1, 9):
        order = "<" if value % 2 else ">"
        add(f"exif{value}.jpg", saved(im, "JPEG", quality=90, exif=b"Exif\0\0" + exif(value, order)))
    add("quality1.jpg", saved(im, "JPEG", quality=1))
    add("one.jpg", saved(photo(1, 1), "JPEG"))
    add("wide.jpg", saved(photo(500, 3), "JPEG"))
    add("dpi-comment.jpg", saved(im, "JPEG", dpi=(300, 300), comment=b"\xff\xd8\xff\xe0" * 50))
    add("trailing.jpg", saved(im, "JPEG") + saved(photo(9, 9), "JPEG"))
    add("named.png", saved(im, "JPEG"))
    add("named.jpg", saved(im, "PNG"))
    add("named.gif", saved(im, "WEBP", lossless=True))
    add("zeros.jpg", saved(im, "JPEG") + b"\0" * 1000)


# ---- WebP, GIF

def webps():
    im = photo()
    alpha = im.copy()
    alpha.putalpha(Image.linear_gradient("L").resize((W, H)))
    for quality in (1, 50, 100):
        add(f"lossy{quality}.webp", saved(im, "WEBP", quality=quality))
    add("odd.webp", saved(photo(33, 17), "WEBP", quality=80))
    add("lossy-alpha.webp", saved(alpha, "WEBP", quality=80))
    add("exact.webp", saved(alpha, "WEBP", lossless=True, exact=True))
    add("palette.webp", saved(im.quantize(7).convert("RGB"), "WEBP", lossless=True))
    add("two.webp", saved(im.quantize(2).convert("RGB"), "WEBP", lossless=True))
    add("exif5.webp", saved(im, "WEBP", quality=80, exif=b"Exif\0\0" + exif(5)))
    add("animated.webp", saved(im, "WEBP", save_all=True, append_images=[im.rotate(90)], lossless=True))


def gifs():
    im = photo()
    p = im.quantize(64)
    add("plain.gif", saved(p, "GIF", interlace=0))
    add("interlaced.gif", saved(p, "GIF", interlace=1))
    add("transparent.gif", saved(p, "GIF", transparency=5))
    add("animated.gif", saved(p, "GIF", save_all=True, append_images=[im.rotate(180).quantize(32)], duration=50, loop=0))
    add("two.gif", saved(im.convert("1"), "GIF"))
    add("trailing.gif", saved(p, "GIF") + b"more")


# ---- BMP and TIFF, field by field

def bmp(depth, rows, palette=b"", compression=0, masks=b"", height=H, raw=None):
    body = raw if raw is not None else b"".join(row + b"\0" * (-len(row) % 4) for row in reversed(rows))
    start = 14 + 40 + len(masks) + len(palette)
    return (b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
            + struct.pack("<IiiHHIIiiII", 40, W, height, 1, depth, compression, len(body), 2835, 2835, len(palette) // 4, 0) + masks + palette + body)


def bmps():
    im = photo()
    for depth in (1, 4, 8):
        n = 1 << depth
        palette = b"".join(bytes([i * 37 % 256, i * 91 % 256, i * 53 % 256, 0]) for i in range(n))
        rows = [bits([(x + 3 * y) % n for x in range(W)], depth) for y in range(H)]
        add(f"palette{depth}.bmp", bmp(depth, rows, palette))
    palette = b"".join(bytes([i * 15, 255 - i * 11, i * 7, 0]) for i in range(16))
    rle8 = b"".join(b"\x14" + bytes([y % 16]) + b"\0\x05" + bytes([1, 2, 3, 4, 5, 0]) + b"\x0c" + bytes([(y + 7) % 16]) + b"\0\0" for y in range(H)) + b"\0\1"
    add("rle8.bmp", bmp(8, [], palette * 16, 1, raw=rle8))
    # an even number of pixels as they are: Pillow loses the last of an odd number
    rle4 = b"".join(b"\x14" + bytes([y % 16 << 4 | (y + 5) % 16]) + b"\0\x06" + bytes([0x12, 0x34, 0x56, 0]) + b"\x0b\x77\0\0" for y in range(H)) + b"\0\1"
    add("rle4.bmp", bmp(4, [], palette, 2, raw=rle4))
    five = [b"".join(struct.pack("<H", (r >> 3) << 10 | (g >> 3) << 5 | b >> 3) for r, g, b in (im.getpixel((x, y)) for x in range(W))) for y in range(H)]
    add("555.bmp", bmp(16, five))
    masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
    six = [b"".join(struct.pack("<H", (r >> 3) << 11 | (g >> 2) << 5 | b >> 3) for r, g, b in (im.getpixel((x, y)) for x in range(W))) for y in range(H)]
    add("565.bmp", bmp(16, six, compression=3, masks=masks))
    full = [b"".join(bytes([b, g, r, 77]) for r, g, b in (im.getpixel((x, y)) for x in range(W))) for y in range(H)]
    add("32.bmp", bmp(32, full))
    rgb = [b"".join(bytes([b, g, r]) for r, g, b in (im.getpixel((x, y)) for x in range(W))) for y in range(H)]
    add("topdown.bmp", bmp(24, list(reversed(rgb)), height=-H))
    os2 = b"BM" + struct.pack("<IHHI", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, W, H, 1, 24) + b"".join(row + b"\0" * (-len(row) % 4) for row in reversed(rgb))
    add("os2.bmp", os2)


def tiff(tags, strips, order="<", offsets=273, counts=279):
    """One directory; strips are the compressed strips or tiles."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body, at, places = b"", 8, []
    for strip in strips:
        places.append(at)
        body += strip + b"\0" * (len(strip) % 2)
        at += len(strip) + len(strip) % 2
    tags = dict(tags)
    tags[offsets] = ("I", places)
    tags[counts] = ("I", [len(s) for s in strips])
    extra, entries = b"", b""
    directory = at
    extras_at = directory + 2 + 12 * len(tags) + 4
    for tag in sorted(tags):
        kind, values = tags[tag]
        data = struct.pack(order + kind * len(values), *values)
        if len(data) <= 4:
            field = data + b"\0" * (4 - len(data))
        else:
            field = struct.pack(order + "I", extras_at + len(extra))
            extra += data + b"\0" * (len(data) % 2)
        entries += struct.pack(order + "HHI", tag, {"H": 3, "I": 4}[kind], len(values)) + field
    return mark + struct.pack(order + "I", directory) + body + struct.pack(order + "H", len(tags)) + entries + b"\0\0\0\0" + extra


def tiffs():
    im = photo()
    base = {256: ("I", [W]), 257: ("I", [H])}
    raw = im.tobytes()

    def rgb(**more):
        return {**base, 258: ("H", [8, 8, 8]), 259: ("H", [1]), 262: ("H", [2]), 277: ("H", [3]), 278: ("I", [H]), **more}
    for compression in ("tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "jpeg", "packbits"):
        add(f"{compression}.tif", saved(im, "TIFF", compression=compression))
    add("big-endian.tif", tiff(rgb(), [raw], ">"))
    rows = [raw[y * 3 * W:(y + 1) * 3 * W] for y in range(H)]
    add("strips.tif", tiff({**rgb(), 278: ("I", [5])}, [b"".join(rows[y:y + 5]) for y in range(0, H, 5)]))
    planes = [bytes(raw[c::3]) for c in range(3)]
    add("planar.tif", tiff({**rgb(), 284: ("H", [2])}, planes))
    predicted = b"".join(bytes((row[i] - (row[i - 3] if i >= 3 else 0)) % 256 for i in range(len(row))) for row in rows)
    add("predictor.tif", tiff({**rgb(), 259: ("H", [8]), 317: ("H", [2])}, [zlib.compress(predicted)]))
    tiles = []
    for top in range(0, H, 16):
        for left in range(0, W, 16):
            tiles.append(im.crop((left, top, left + 16, top + 16)).tobytes())
    tags = rgb()
    del tags[278]
    add("tiled.tif", tiff({**tags, 322: ("I", [16]), 323: ("I", [16])}, tiles, offsets=324, counts=325))
    for order in "<>":
        wide = b"".join(struct.pack(order + "H", min(65535, v * 257 + 5)) for v in raw)
        add(f"sixteen-{'little' if order == '<' else 'big'}.tif", tiff({**rgb(), 258: ("H", [16, 16, 16])}, [wide], order), (W, H, raw))
    gray = im.convert("L").tobytes()
    wide = b"".join(struct.pack("<H", min(65535, v * 257)) for v in gray)
    one = {**base, 258: ("H", [16]), 259: ("H", [1]), 262: ("H", [1]), 277: ("H", [1]), 278: ("I", [H])}
    add("gray16.tif", tiff(one, [wide]), (W, H, bytes(v for v in gray for _ in range(3))))
    cmyk = im.convert("CMYK").tobytes()
    add("cmyk.tif", tiff({**base, 258: ("H", [8] * 4), 259: ("H", [1]), 262: ("H", [5]), 277: ("H", [4]), 278: ("I", [H])}, [cmyk]))
    for value in (3, 6):
        add(f"orientation{value}.tif", tiff({**rgb(), 274: ("H", [value])}, [raw]))
    for depth in (1, 4, 8):
        n = 1 << depth
        index = b"".join(bits([(x + y) % n for x in range(W)], depth) for y in range(H))
        colors = [i * 65535 // (n - 1) for i in range(n)] + [65535 - i * 65535 // (n - 1) for i in range(n)] + [i * 30000 // n for i in range(n)]
        add(f"palette{depth}.tif", tiff({**base, 258: ("H", [depth]), 259: ("H", [1]), 262: ("H", [3]), 277: ("H", [1]), 278: ("I", [H]), 320: ("H", colors)}, [index]))
    add("pages.tif", saved(im, "TIFF", save_all=True, append_images=[im.rotate(180)]))


def main(out):
    for make in (pngs, jpegs, webps, gifs, bmps, tiffs):
        make()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            expected = EXPECTED[name]
            if expected is None:
                try:
                    im = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
                except Exception as failure:
                    print(f"Pillow does not read {name}: {failure}")
                    continue
                expected = (im.width, im.height, im.tobytes())
            w, h, pixels = expected
            for entry, content in ((name, data), (f"expected/{name}.rgb", struct.pack(">ii", h, w) + pixels)):
                archive.writestr(zipfile.ZipInfo(entry, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    print(f"{len(FILES)} files")


if __name__ == "__main__":
    main(sys.argv[1])
