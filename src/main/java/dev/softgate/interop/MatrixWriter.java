package dev.softgate.interop;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a matrix, float32, N×D, of any size, whose N is known only after its last row. The file
 * has its name when it is complete (see {@link AtomicFiles}); memory holds some rows alone.
 */
public final class MatrixWriter {

  /** Room for the entries of tensors in a header, and for metadata that is known at the end. */
  private static final int ROOM_BYTES = 1 << 13;

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int NUMPY_HEADER_BYTES = 128;

  private final Path target;
  private final OutputStream out;
  private final int columns;
  private long rows;

  private MatrixWriter(Path target, OutputStream out, int columns) {
    this.target = target;
    this.out = out;
    this.columns = columns;
  }

  /**
   * Hands over the rows.
   *
   * @param <T> what it returns
   */
  @FunctionalInterface
  public interface Body<T> {
    /** Adds all rows; an exception leaves the target as it was. */
    T write(MatrixWriter to);
  }

  /** What a {@code .safetensors} file has beside the matrix. */
  public record Ending(Map<String, HostTensor> tensors, Map<String, String> metadata) {}

  /** Adds rows: float32, count×D, from the start of an array. */
  public void add(float[] values, int count) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, Math.multiplyExact(count, columns)))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, 0, count * columns);
    try {
      out.write(bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + target, e);
    }
    rows += count;
  }

  /**
   * Writes a sealed {@link Safetensors} file with the matrix as its first tensor.
   *
   * @param known the metadata that is known before the first row
   * @param body returns the other tensors, 20 at most, and a few more texts of metadata
   */
  public static void safetensors(
      Path target, String tensor, int columns, Map<String, String> known, Body<Ending> body) {
    Map<String, String> metadata = new TreeMap<>(known);
    metadata.put(Safetensors.SEAL_KEY, Seal.PLACEHOLDER);
    int reserved =
        new SafetensorsHeader(Map.of(), metadata).toBytes().length + ROOM_BYTES; // a multiple of 8
    AtomicFiles.writeRandomly(
        target,
        file -> {
          OutputStream out = stream(file);
          out.write(new byte[reserved]);
          MatrixWriter matrix = new MatrixWriter(target, out, columns);
          Ending ending = body.write(matrix);
          for (HostTensor other : ending.tensors.values()) {
            other.writeTo(out);
          }
          out.flush();
          metadata.putAll(ending.metadata);
          byte[] header =
              new SafetensorsHeader(matrix.entries(tensor, ending.tensors), metadata)
                  .toBytes(reserved);
          if (header.length != reserved) {
            throw new IllegalArgumentException("a header of %d bytes".formatted(header.length));
          }
          seal(file, header);
          file.seek(0);
          file.write(header);
        });
  }

  private Map<String, SafetensorsHeader.Entry> entries(
      String tensor, Map<String, HostTensor> others) {
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    long end = rows * columns * Float.BYTES;
    entries.put(
        tensor,
        new SafetensorsHeader.Entry(ElementType.F32, List.of(rows, (long) columns), 0, end));
    for (Map.Entry<String, HostTensor> other : others.entrySet()) {
      HostTensor values = other.getValue();
      List<Long> shape = new ArrayList<>();
      for (long size : values.shape()) {
        shape.add(size);
      }
      long begin = end;
      end += values.elements() * values.type().bytes();
      entries.put(other.getKey(), new SafetensorsHeader.Entry(values.type(), shape, begin, end));
    }
    return entries;
  }

  /** Fills the digest of the header and of all that follows it in the file into the header. */
  private static void seal(RandomAccessFile file, byte[] header) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    digest.update(header);
    file.seek(header.length);
    byte[] piece = new byte[BUFFER_BYTES];
    for (int length = file.read(piece); length > 0; length = file.read(piece)) {
      digest.update(piece, 0, length);
    }
    Seal.fillIn(header, digest);
  }

  /**
   * Writes a {@code .npy} file.
   *
   * @param body returns what this method returns
   */
  public static <T> T numpy(Path target, int columns, Body<T> body) {
    List<T> returned = new ArrayList<>();
    AtomicFiles.writeRandomly(
        target,
        file -> {
          OutputStream out = stream(file);
          out.write(new byte[NUMPY_HEADER_BYTES]);
          MatrixWriter matrix = new MatrixWriter(target, out, columns);
          returned.add(body.write(matrix));
          out.flush();
          file.seek(0);
          file.write(numpyHeader(matrix.rows, columns));
        });
    return returned.get(0);
  }

  private static byte[] numpyHeader(long rows, int columns) {
    byte[] text =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(rows, columns)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer header =
        ByteBuffer.allocate(NUMPY_HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(NumpyHeader.MAGIC)
            .put((byte) 1)
            .put((byte) 0);
    header.putShort((short) (header.remaining() - Short.BYTES)).put(text);
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static OutputStream stream(RandomAccessFile file) throws IOException {
    return new BufferedOutputStream(new FileOutputStream(file.getFD()), BUFFER_BYTES);
  }
}
