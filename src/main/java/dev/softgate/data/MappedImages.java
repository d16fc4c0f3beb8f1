package dev.softgate.data;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Equal images in a file that is mapped into memory: the heap holds only the labels, and the file
 * may be longer than 2 GB. The index of a buffer is an int, so the file is mapped in sections, each
 * of whole images.
 *
 * <p>Images are read through the mapping and not through the channel: an interrupt closes a channel
 * that is being read, and the loader ends its thread by one.
 */
final class MappedImages extends EqualImages {

  private static final int MAX_SECTION_BYTES = 1 << 30;

  private final MappedByteBuffer[] sections;
  private final int sectionImages;

  /**
   * Maps a file.
   *
   * @param file uint8, N×C×H×W, and nothing else; it may be closed afterwards, but never changed
   * @param labels int32, N, class ids from 0 on; kept, not copied
   * @param channels C
   * @param height H, in pixels
   * @param width W, in pixels
   * @throws IllegalArgumentException if the file has another length or a label is negative
   * @throws IOException if the file cannot be mapped
   */
  MappedImages(FileChannel file, int[] labels, int channels, int height, int width)
      throws IOException {
    super(file.size(), labels, channels, height, width);
    sectionImages = Math.max(1, MAX_SECTION_BYTES / imageBytes);
    long sectionBytes = (long) sectionImages * imageBytes;
    long fileBytes = file.size();
    sections = new MappedByteBuffer[(int) ((fileBytes + sectionBytes - 1) / sectionBytes)];
    for (int i = 0; i < sections.length; i++) {
      long start = i * sectionBytes;
      long length = Math.min(sectionBytes, fileBytes - start);
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
