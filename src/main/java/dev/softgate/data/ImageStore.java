package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.interop.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects RGB images of one size and makes a set of them. They stay in the heap if they fill at
 * most 60 % of it, or else go to a temporary file that is mapped and has no name once it is open.
 */
public final class ImageStore implements AutoCloseable {

  private static final double HEAP_SHARE = 0.6;
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private final int height;
  private final int width;
  private final int imageBytes;
  private final Path folder;
  private final byte[] heap; // empty if there is a file
  private final @Nullable FileChannel file;
  private int count;

  /**
   * An empty store for images of H×W pixels.
   *
   * @param capacity the most images that it will take
   * @param together the images of all stores that are filled for one purpose, this one included
   * @throws BadInputException if the images need a temporary file and there cannot be one
   */
  public ImageStore(int capacity, long together, int height, int width) {
    this(capacity, together, height, width, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The same with another folder for the temporary file. */
  ImageStore(int capacity, long together, int height, int width, Path folder) {
    this.height = height;
    this.width = width;
    this.imageBytes = Math.toIntExact((long) ImageDecoder.CHANNELS * height * width);
    this.folder = folder;
    double limit = Math.min(MAX_ARRAY_BYTES, HEAP_SHARE * Runtime.getRuntime().maxMemory());
    boolean inHeap = (double) together * imageBytes <= limit;
    this.heap = new byte[inHeap ? Math.multiplyExact(capacity, imageBytes) : 0];
    try {
      this.file =
          inHeap
              ? null
              : FileChannel.open(
                  Files.createTempFile(folder, "softgate-", ".pixels"),
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  /** Copies uint8, C×H×W with C = 3; BadInputException if the temporary file is not writable. */
  public void add(byte[] planes) {
    if (planes.length != imageBytes) {
      throw new IllegalArgumentException(
          "%d bytes for an image of %d".formatted(planes.length, imageBytes));
    }
    if (file == null) {
      System.arraycopy(planes, 0, heap, Math.multiplyExact(count, imageBytes), imageBytes);
    } else {
      try { // not through a mapping: there a full disk would end the virtual machine
        for (ByteBuffer bytes = ByteBuffer.wrap(planes); bytes.hasRemaining(); ) {
          file.write(bytes);
        }
      } catch (IOException e) {
        throw noRoom(e);
      }
    }
    count++;
  }

  /**
   * The images taken so far, in their order, with label 0; usable when the store is closed.
   *
   * @throws BadInputException if the temporary file cannot be mapped
   */
  public ImageSet images() {
    int[] labels = new int[count];
    if (file == null) {
      int bytes = count * imageBytes;
      byte[] pixels = bytes == heap.length ? heap : Arrays.copyOf(heap, bytes);
      return ImageSet.of(pixels, labels, ImageDecoder.CHANNELS, height, width);
    }
    try {
      return new MappedImages(file, labels, ImageDecoder.CHANNELS, height, width);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  private BadInputException noRoom(IOException failure) {
    return new BadInputException(
        "the images do not fit into the heap, and cannot be put into %s (%s): give more heap, such as SOFTGATE_JAVA_OPTS=-Xmx8g, or use fewer or smaller images"
            .formatted(OneLine.of(folder), MachineTrouble.reason(failure)),
        failure);
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw noRoom(e);
    }
  }
}
