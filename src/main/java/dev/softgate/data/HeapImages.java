package dev.softgate.data;

/** Equal images in one array, laid out as in CIFAR's files. */
final class HeapImages extends EqualImages {

  private final byte[] pixels;

  HeapImages(byte[] pixels, int[] labels, int channels, int height, int width) {
    super(pixels.length, labels, channels, height, width);
    this.pixels = pixels;
  }

  @Override
  public void read(int id, Reader reader) {
    reader.read(pixels, Math.multiplyExact(id, imageBytes));
  }
}
