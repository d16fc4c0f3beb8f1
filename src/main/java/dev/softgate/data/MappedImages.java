package dev.softgate.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Equal images in a file that may be longer than 2 GB. It is mapped in sections of whole images, as
 * the index of a buffer is an int. Nothing is read through the channel: the loader ends its thread
 * by an interrupt, which would close it.
 */
final class MappedImages extends EqualImages {

  private static final int MAX_SECTION_BYTES = 1 << 30;

  private final MappedByteBuffer[] sections;
  private final int sectionImages;

  /**
   * Maps a file that begins with uint8, N×C×H×W. It may be closed afterwards, but these bytes may
   * never change.
   */
  MappedImages(FileChannel file, int[] labels, int channels, int height, int width)
      throws IOException {
    super((long) labels.length * channels * height * width, labels, channels, height, width);
    sectionImages = Math.max(1, MAX_SECTION_BYTES / imageBytes);
    long sectionBytes = (long) sectionImages * imageBytes;
    long pixelBytes = (long) labels.length * imageBytes;
    if (file.size() < pixelBytes) { // access beyond the end would end the virtual machine
      throw new EOFException("%,d bytes, %,d expected".formatted(file.size(), pixelBytes));
    }
    sections = new MappedByteBuffer[(int) ((pixelBytes + sectionBytes - 1) / sectionBytes)];
    for (int i = 0; i < sections.length; i++) {
      long start = i * sectionBytes;
      long length = Math.min(sectionBytes, pixelBytes - start);
      sections[i] = file.map(FileChannel.MapMode.READ_ONLY, start, length);
    }
  }

  @Override
  public void read(int id, Reader reader) {
    byte[] pixels = new byte[imageBytes];
    sections[id / sectionImages].get(id % sectionImages * imageBytes, pixels);
    reader.read(pixels, 0);
  }
}
