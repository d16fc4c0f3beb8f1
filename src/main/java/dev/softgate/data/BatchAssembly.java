package dev.softgate.data;

import java.util.Arrays;

/**
 * Makes batches of one pass over a set: the arithmetic of the loader, without its thread. A batch
 * is a function of its number, whatever was made before it.
 */
final class BatchAssembly {

  /** Decides how an image is cropped and mirrored. */
  @FunctionalInterface
  interface Crops {
    CropFlip of(int id);
  }

  private final ImageSet images;
  private final int[] order;
  private final Crops crops;
  private final float[][] table;
  private final int batchSize;

  /**
   * Prepares a pass.
   *
   * @param order image ids in the order of the pass; kept, not copied
   */
  BatchAssembly(
      ImageSet images, int[] order, Crops crops, Normalization normalization, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batches of %d images".formatted(batchSize));
    }
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
    this.crops = crops;
    this.table = normalization.table();
    this.batchSize = batchSize;
  }

  /** The number of batches of the pass, a last short one counted. */
  int batches() {
    return (int) (((long) order.length + batchSize - 1) / batchSize);
  }

  Batch batch(int number) {
    int first = number * batchSize;
    int[] ids = Arrays.copyOfRange(order, first, Math.min(order.length, first + batchSize));
    int[] labels = new int[ids.length];
    int valuesPerImage = images.channels() * images.height() * images.width();
    float[] pixels = new float[Math.multiplyExact(ids.length, valuesPerImage)];
    for (int i = 0; i < ids.length; i++) {
      labels[i] = images.labels()[ids[i]];
      write(images, ids[i], crops.of(ids[i]), table, pixels, i * valuesPerImage);
    }
    return new Batch(ids, labels, pixels, images.channels(), images.height(), images.width());
  }

  /**
   * Writes one image: crops, mirrors, normalizes, and turns C×H×W into H×W×C. Padding is black
   * before normalization, as in the published code, where the image is padded first.
   *
   * @param table float32, C×256, what each byte becomes
   * @param out receives H×W×C values from {@code offset} on
   */
  static void write(
      ImageSet images, int id, CropFlip crop, float[][] table, float[] out, int offset) {
    int channels = images.channels();
    int height = images.height();
    int width = images.width();
    int firstRow = CropFlip.firstInside(height, crop.top());
    int endRow = CropFlip.endInside(height, crop.top());
    int firstColumn = CropFlip.firstInside(width, crop.left());
    int endColumn = CropFlip.endInside(width, crop.left());
    // Mirrored rows are written from their last pixel back, so the copying loop is the same.
    int step = crop.mirrored() ? -channels : channels;
    int rowStart = crop.mirrored() ? (width - 1) * channels : 0;
    for (int c = 0; c < channels; c++) {
      float[] values = table[c];
      int plane = images.offset(id) + c * height * width;
      for (int y = 0; y < height; y++) {
        int to = offset + y * width * channels + rowStart + c;
        if (y < firstRow || y >= endRow) {
          fill(out, to, step, width, values[0]);
          continue;
        }
        fill(out, to, step, firstColumn, values[0]);
        to += firstColumn * step;
        int from =
            plane
                + CropFlip.source(y, crop.top()) * width
                + CropFlip.source(firstColumn, crop.left());
        int end = from + endColumn - firstColumn;
        byte[] bytes = images.pixels();
        for (; from < end; from++, to += step) {
          out[to] = values[bytes[from] & 0xFF];
        }
        fill(out, to, step, width - endColumn, values[0]);
      }
    }
  }

  private static void fill(float[] out, int from, int step, int count, float value) {
    for (int i = 0, to = from; i < count; i++, to += step) {
      out[to] = value;
    }
  }
}
