package dev.softgate.data;

import dev.softgate.data.decoding.ImageDecoder;
import dev.softgate.data.decoding.ImageDecoder.Size;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * A file of decoded images of one size, which gets its name when it is complete and never changes
 * after that: the pixels, uint8, N×C×H×W; an index of the files that they come from; and a trailer
 * with the place and the checksum of the index. Numbers are big-endian.
 *
 * @param entries what the images come from, in the order of their pixels
 * @param images the pixels, mapped
 */
record PixelSegment(List<Entry> entries, ImageSet images) {

  static final String ENDING = ".pixels";
  static final String UNFINISHED = ".part-";

  private static final byte[] MAGIC = "SGPIXEL1".getBytes(StandardCharsets.US_ASCII);
  private static final int TRAILER_BYTES = 8 + 4 + 4 + 4 + MAGIC.length;

  /**
   * The state of an image file. A file whose state has changed is decoded again.
   *
   * @param file its path below the set's folder
   * @param bytes its size
   * @param modified when it was last modified, in nanoseconds since 1970
   */
  record Source(String file, long bytes, long modified) {

    static Source of(String name, Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Source(
          name, attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
  }

  /**
   * An image.
   *
   * @param original its upright size before it was resized
   * @param crc32c the checksum of its pixels
   */
  record Entry(Source source, Size original, int crc32c) {}

  /** Opens a complete file of images of H×W pixels; IOException if it is damaged or another. */
  static PixelSegment open(Path path, Size size) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      List<Entry> entries = entries(file);
      long pixelBytes = (long) ImageDecoder.CHANNELS * size.height() * size.width();
      if (trailer(file).getLong(0) != entries.size() * pixelBytes) {
        throw new IOException("it has images of another size");
      }
      return new PixelSegment(entries, mapped(file, entries.size(), size));
    }
  }

  /** The index of a complete file; IOException if it is damaged. */
  static List<Entry> entries(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return entries(file);
    }
  }

  private static List<Entry> entries(FileChannel file) throws IOException {
    ByteBuffer trailer = trailer(file);
    long start = trailer.getLong();
    int length = trailer.getInt();
    int count = trailer.getInt();
    int checksum = trailer.getInt();
    if (start < 0 || length < 0 || start + length != file.size() - TRAILER_BYTES || count < 0) {
      throw new IOException("its trailer is damaged");
    }
    byte[] index = read(file, start, length);
    if (checksum(index, 0, length) != checksum) {
      throw new IOException("its index is damaged");
    }
    List<Entry> entries = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(index));
    for (int i = 0; i < count; i++) {
      Source source = new Source(in.readUTF(), in.readLong(), in.readLong());
      entries.add(new Entry(source, new Size(in.readInt(), in.readInt()), in.readInt()));
    }
    return entries;
  }

  private static ByteBuffer trailer(FileChannel file) throws IOException {
    ByteBuffer trailer = ByteBuffer.wrap(read(file, file.size() - TRAILER_BYTES, TRAILER_BYTES));
    ByteBuffer magic = trailer.slice(TRAILER_BYTES - MAGIC.length, MAGIC.length);
    if (!magic.equals(ByteBuffer.wrap(MAGIC))) {
      throw new IOException("it is not complete");
    }
    return trailer;
  }

  private static byte[] read(FileChannel file, long from, int length) throws IOException {
    if (from < 0) {
      throw new EOFException();
    }
    byte[] read = new byte[length];
    ByteBuffer bytes = ByteBuffer.wrap(read);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return read;
  }

  private static ImageSet mapped(FileChannel file, int count, Size size) throws IOException {
    return new MappedImages(
        file, new int[count], ImageDecoder.CHANNELS, size.height(), size.width());
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return (int) checksum.getValue();
  }

  /** Writes a file. Until it is finished it has another name, and a killed process leaves it so. */
  static final class Writer implements AutoCloseable {

    private final Path unfinished;
    private final Size size;
    private final FileChannel file;
    private final List<Entry> entries = new ArrayList<>();

    Writer(Path folder, Size size) throws IOException {
      this.size = size;
      this.unfinished = folder.resolve(UNFINISHED + UUID.randomUUID());
      this.file =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    }

    /**
     * Appends the pixels of an image; after an IOException the images before it are still there.
     */
    void add(Source source, Size original, byte[] planes) throws IOException {
      long at = (long) entries.size() * planes.length;
      write(ByteBuffer.wrap(planes), at); // through a mapping, a full disk would be fatal
      entries.add(new Entry(source, original, checksum(planes, 0, planes.length)));
    }

    /** The files whose images were added. */
    Set<String> files() {
      return entries.stream().map(entry -> entry.source.file).collect(Collectors.toSet());
    }

    private void write(ByteBuffer bytes, long start) throws IOException {
      for (long at = start; bytes.hasRemaining(); ) {
        at += file.write(bytes, at);
      }
    }

    /** The images added so far; usable after closing, as long as the process lives. */
    ImageSet images() throws IOException {
      return mapped(file, entries.size(), size);
    }

    /** Completes the file on the disk and gives it its name. */
    void finish(Path name) throws IOException {
      ByteArrayOutputStream index = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(index);
      for (Entry entry : entries) {
        out.writeUTF(entry.source.file);
        out.writeLong(entry.source.bytes);
        out.writeLong(entry.source.modified);
        out.writeInt(entry.original.height());
        out.writeInt(entry.original.width());
        out.writeInt(entry.crc32c);
      }
      byte[] bytes = index.toByteArray();
      long start = (long) entries.size() * ImageDecoder.CHANNELS * size.height() * size.width();
      out.writeLong(start);
      out.writeInt(bytes.length);
      out.writeInt(entries.size());
      out.writeInt(checksum(bytes, 0, bytes.length));
      out.write(MAGIC);
      write(ByteBuffer.wrap(index.toByteArray()), start);
      file.force(true);
      Files.move(unfinished, name, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes the file, and deletes it unless it is finished. */
    @Override
    public void close() throws IOException {
      file.close();
      Files.deleteIfExists(unfinished);
    }
  }
}
