package dev.softgate.data;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of one pass over a set: the arithmetic of the loader, without its thread. A batch
 * is a function of its number, whatever was made before it. All images of a batch have one size.
 */
final class BatchAssembly {

  /** How images look in this pass. */
  @FunctionalInterface
  interface Views {
    AugmentedView of(int id, int height, int width);

    /** What becomes of an image's colors; null if they stay. */
    default @Nullable ColorChange colors(int id) {
      return null;
    }

    /** The square of an image that is blanked; null for none. */
    default @Nullable CutOut cutOut(int id, int height, int width) {
      return null;
    }
  }

  private final ImageSet images;
  private final int[] order;
  private final Views views;
  private final float[][] table; // C×256, what each byte becomes
  private final BatchShare share;
  private final @Nullable Mixup mixup;

  /** A pass over images in an order, which is kept and not copied. */
  BatchAssembly(
      ImageSet images, int[] order, Views views, Normalization normalization, BatchShare share) {
    this(images, order, views, normalization, share, null);
  }

  /** The same, over mixed images; null for whole ones. */
  BatchAssembly(
      ImageSet images,
      int[] order,
      Views views,
      Normalization normalization,
      BatchShare share,
      @Nullable Mixup mixup) {
    if (normalization.mean().length != images.channels()) {
      throw new IllegalArgumentException(
          "normalization of %d channels for images of %d"
              .formatted(normalization.mean().length, images.channels()));
    }
    for (int id : order) {
      if (id < 0 || id >= images.count()) {
        throw new IllegalArgumentException(
            "image id %d in a set of %d".formatted(id, images.count()));
      }
    }
    this.images = images;
    this.order = order;
    this.views = views;
    this.table = normalization.table();
    this.share = share;
    this.mixup = mixup;
  }

  /** The number of batches of the pass, a last short one counted. */
  int batches() {
    return share.batches(order.length);
  }

  /**
   * Makes this process's part of a batch, which may be empty; {@code number} is in [0, {@link
   * #batches}).
   */
  Batch batch(int number) {
    int first = Math.toIntExact(number * share.total());
    int size = share.sizeOf(number, order.length);
    int[] ids =
        Arrays.copyOfRange(
            order,
            first + BatchShare.from(share.index(), share.count(), size),
            first + BatchShare.from(share.index() + 1, share.count(), size));
    int channels = images.channels();
    int height = images.height(order[first]);
    int width = images.width(order[first]);
    int values = Math.multiplyExact(channels, Math.multiplyExact(height, width));
    int[] labels = new int[ids.length];
    float[] pixels = new float[Math.multiplyExact(ids.length, values)];
    for (int i = 0; i < ids.length; i++) {
      int id = ids[i];
      requireSize(id, height, width, order[first]);
      labels[i] = images.labels()[id];
      write(id, height, width, pixels, i * values);
    }
    Batch.Mixed mixed = mixup == null ? null : mix(mixup, ids, height, width, pixels);
    return new Batch(ids, labels, pixels, channels, height, width, mixed);
  }

  private void requireSize(int id, int height, int width, int other) {
    if (images.height(id) != height || images.width(id) != width) {
      throw new IllegalArgumentException(
          "image %d has %d×%d pixels (H×W) and image %d of the same batch %d×%d"
              .formatted(id, images.height(id), images.width(id), other, height, width));
    }
  }

  /** Mixes other images into the pixels of a batch. */
  private Batch.Mixed mix(Mixup mixup, int[] ids, int height, int width, float[] pixels) {
    int[] labels = new int[ids.length];
    float[] shares = new float[ids.length];
    float[] partner = new float[images.channels() * height * width];
    for (int i = 0; i < ids.length; i++) {
      Mixup.Mix mix = mixup.draw(ids[i]);
      requireSize(mix.partner(), height, width, ids[i]);
      labels[i] = images.labels()[mix.partner()];
      shares[i] = mix.share();
      write(mix.partner(), height, width, partner, 0);
      int offset = i * partner.length;
      for (int k = 0; k < partner.length; k++) {
        pixels[offset + k] = mix.share() * pixels[offset + k] + (1 - mix.share()) * partner[k];
      }
    }
    return new Batch.Mixed(labels, shares);
  }

  /** Writes an image as it looks in this pass. */
  private void write(int id, int height, int width, float[] pixels, int offset) {
    AugmentedView view = views.of(id, height, width);
    ColorChange colors = views.colors(id);
    images.read(
        id,
        (bytes, from) -> {
          if (view instanceof ResizedCrop part) {
            Size size = new Size(height, width);
            byte[] enlarged = part.enlarged(bytes, from, images.channels(), size);
            CropFlip whole = part.mirrored() ? CropFlip.MIRRORED : CropFlip.IDENTITY;
            if (colors != null) {
              colors.apply(enlarged);
            }
            write(enlarged, 0, height, width, whole, pixels, offset);
          } else if (colors != null) {
            byte[] changed =
                Arrays.copyOfRange(bytes, from, from + images.channels() * height * width);
            colors.apply(changed);
            write(changed, 0, height, width, (CropFlip) view, pixels, offset);
          } else {
            write(bytes, from, height, width, (CropFlip) view, pixels, offset);
          }
        });
    CutOut cutOut = views.cutOut(id, height, width);
    if (cutOut != null) {
      cutOut.apply(pixels, offset, height, width, images.channels());
    }
  }

  /**
   * Crops, mirrors, normalizes, and turns C×H×W into H×W×C. Black is black before normalization, as
   * in the published code.
   */
  private void write(
      byte[] image, int start, int height, int width, CropFlip crop, float[] out, int offset) {
    if (crop.fill() == CropFill.REFLECT) {
      writeReflected(image, start, height, width, crop, out, offset);
      return;
    }
    int channels = table.length;
    int firstRow = CropFlip.firstInside(height, crop.top());
    int endRow = CropFlip.endInside(height, crop.top());
    int firstColumn = CropFlip.firstInside(width, crop.left());
    int endColumn = CropFlip.endInside(width, crop.left());
    // Mirrored rows are written from their last pixel back, so the copying loop is the same.
    int step = crop.mirrored() ? -channels : channels;
    int rowStart = crop.mirrored() ? (width - 1) * channels : 0;
    for (int c = 0; c < channels; c++) {
      float[] values = table[c];
      for (int y = 0; y < height; y++) {
        int to = offset + y * width * channels + rowStart + c;
        if (y < firstRow || y >= endRow) {
          fill(out, to, step, width, values[0]);
          continue;
        }
        fill(out, to, step, firstColumn, values[0]);
        to += firstColumn * step;
        int from =
            start + c * height * width + (y + crop.top()) * width + firstColumn + crop.left();
        int end = from + endColumn - firstColumn;
        for (; from < end; from++, to += step) {
          out[to] = values[image[from] & 0xFF];
        }
        fill(out, to, step, width - endColumn, values[0]);
      }
    }
  }

  private void writeReflected(
      byte[] image, int start, int height, int width, CropFlip crop, float[] out, int offset) {
    int channels = table.length;
    int[] columns = new int[width];
    for (int x = 0; x < width; x++) {
      int shown = crop.mirrored() ? width - 1 - x : x;
      columns[x] = CropFlip.reflected(shown + crop.left(), width);
    }
    for (int c = 0; c < channels; c++) {
      float[] values = table[c];
      for (int y = 0; y < height; y++) {
        int from = start + (c * height + CropFlip.reflected(y + crop.top(), height)) * width;
        int to = offset + y * width * channels + c;
        for (int x = 0; x < width; x++, to += channels) {
          out[to] = values[image[from + columns[x]] & 0xFF];
        }
      }
    }
  }

  private static void fill(float[] out, int from, int step, int count, float value) {
    for (int i = 0, to = from; i < count; i++, to += step) {
      out[to] = value;
    }
  }
}
