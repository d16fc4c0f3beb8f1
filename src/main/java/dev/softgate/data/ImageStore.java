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

/**
 * Collects RGB images of one size and makes a set of them. They stay in the heap while they fill no
 * more than 60 % of it, and go to a temporary file otherwise, which is mapped into memory. The file
 * loses its name as soon as it is open, so nothing is left behind however the program ends.
 */
public abstract sealed class ImageStore implements AutoCloseable {

  private static final double HEAP_SHARE = 0.6;
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private final int height;
  private final int width;
  private final int imageBytes;
  private int count;

  private ImageStore(int height, int width) {
    this.height = height;
    this.width = width;
    this.imageBytes = Math.toIntExact((long) ImageDecoder.CHANNELS * height * width);
  }

  /**
   * An empty store.
   *
   * @param capacity the most images that it will take
   * @param together the images of all stores that are filled for one purpose, this one included
   * @param height H of each, in pixels
   * @param width W of each, in pixels
   * @throws BadInputException if the images need a temporary file and there cannot be one
   */
  public static ImageStore of(int capacity, long together, int height, int width) {
    double bytes = (double) together * ImageDecoder.CHANNELS * height * width;
    return bytes <= Math.min(MAX_ARRAY_BYTES, HEAP_SHARE * Runtime.getRuntime().maxMemory())
        ? new InHeap(capacity, height, width)
        : inFile(Path.of(System.getProperty("java.io.tmpdir")), height, width);
  }

  /** An empty store with a temporary file in a folder. */
  static ImageStore inFile(Path folder, int height, int width) {
    return new InFile(folder, height, width);
  }

  /**
   * Takes a copy of an image.
   *
   * @param planes uint8, C×H×W with C = 3
   * @throws IllegalArgumentException if it has another size
   * @throws BadInputException if the temporary file cannot be written
   */
  public void add(byte[] planes) {
    if (planes.length != imageBytes) {
      throw new IllegalArgumentException(
          "%d bytes for an image of %d".formatted(planes.length, imageBytes));
    }
    append(planes, count);
    count++;
  }

  /**
   * The images taken so far, in their order. They stay usable when the store is closed.
   *
   * @param labels int32, one for each image; kept, not copied
   * @throws BadInputException if the temporary file cannot be mapped
   */
  public abstract ImageSet images(int[] labels);

  abstract void append(byte[] planes, int place);

  @Override
  public abstract void close();

  private static final class InHeap extends ImageStore {
    private final byte[] pixels;

    InHeap(int capacity, int height, int width) {
      super(height, width);
      pixels = new byte[Math.multiplyExact(capacity, super.imageBytes)];
    }

    @Override
    void append(byte[] planes, int place) {
      System.arraycopy(planes, 0, pixels, place * planes.length, planes.length);
    }

    @Override
    public ImageSet images(int[] labels) {
      int bytes = super.count * super.imageBytes;
      byte[] taken = bytes == pixels.length ? pixels : Arrays.copyOf(pixels, bytes);
      return ImageSet.of(taken, labels, ImageDecoder.CHANNELS, super.height, super.width);
    }

    @Override
    public void close() {}
  }

  private static final class InFile extends ImageStore {
    private final Path folder;
    private final FileChannel file;

    InFile(Path folder, int height, int width) {
      super(height, width);
      this.folder = folder;
      try {
        file =
            FileChannel.open(
                Files.createTempFile(folder, "softgate-", ".pixels"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      } catch (IOException e) {
        throw noRoom(e);
      }
    }

    /** Not through a mapping: there a full disk would end the virtual machine. */
    @Override
    void append(byte[] planes, int place) {
      try {
        for (ByteBuffer bytes = ByteBuffer.wrap(planes); bytes.hasRemaining(); ) {
          file.write(bytes);
        }
      } catch (IOException e) {
        throw noRoom(e);
      }
    }

    @Override
    public ImageSet images(int[] labels) {
      try {
        return new MappedImages(file, labels, ImageDecoder.CHANNELS, super.height, super.width);
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
        file.close();
      } catch (IOException e) {
        throw noRoom(e);
      }
    }
  }
}
