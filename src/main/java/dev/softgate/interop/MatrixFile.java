package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of floating-point numbers, N×K, in a {@code .npy} or {@code .safetensors} file of any
 * size, which is read in blocks of rows.
 */
public final class MatrixFile implements Closeable {

  private static final String NUMPY = ".npy";

  private final Path file;
  private final RandomAccessFile access;
  private final NumpyHeader layout;
  private byte[] bytes = new byte[0];
  private float[] column = new float[0];

  private MatrixFile(Path file, RandomAccessFile access, NumpyHeader layout) {
    this.file = file;
    this.access = access;
    this.layout = layout;
  }

  /** Whether a file is in one of the two formats; BadInputException without a file. */
  public static boolean begins(Path file) {
    return NumpyHeader.begins(file) || Safetensors.begins(file);
  }

  /** Whether a file is named as one of the two formats, whatever it holds. */
  public static boolean isNamed(Path file) {
    return hasEnding(file, NUMPY) || hasEnding(file, ".safetensors");
  }

  private static boolean hasEnding(Path file, String ending) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Whether a {@code .safetensors} file has a tensor of that name. */
  public static boolean hasTensor(Path file, String tensor) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      return source.header().entries().containsKey(tensor);
    }
  }

  /**
   * Opens a file.
   *
   * @param tensor the name of a tensor in a {@code .safetensors} file; null for its only one
   * @throws BadInputException if the file is malformed or has no such matrix
   */
  public static MatrixFile open(Path file, @Nullable String tensor) {
    NumpyHeader layout;
    if (!NumpyHeader.begins(file)) {
      if (hasEnding(file, NUMPY) && !Safetensors.begins(file)) {
        throw new BadInputException(
            OneLine.of(file) + " does not begin as a .npy file; write it again with numpy.save");
      }
      layout = ofSafetensors(file, tensor);
    } else if (tensor == null) {
      layout = NumpyHeader.read(file);
    } else {
      throw new BadInputException(
          "{tensor}: is of .safetensors files; %s has one array".formatted(OneLine.of(file)));
    }
    List<Long> shape = layout.shape();
    if (shape.size() != 2 || shape.get(1) > Integer.MAX_VALUE - 8) {
      throw new BadInputException(
          "%s has the shape %s; a matrix with a row for each image and a column for each class is expected"
              .formatted(OneLine.of(file), shape));
    }
    try {
      return new MatrixFile(file, InputFiles.open(file, "a matrix"), layout);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static NumpyHeader ofSafetensors(Path file, @Nullable String tensor) {
    try (SafetensorsSource source = SafetensorsSource.open(file)) {
      Map<String, SafetensorsHeader.Entry> entries = source.header().entries();
      String name = tensor;
      if (name == null && entries.size() == 1) {
        name = entries.keySet().iterator().next();
      }
      SafetensorsHeader.Entry entry = name == null ? null : entries.get(name);
      if (entry == null) {
        throw new BadInputException(
            "%s has %s; choose one with {tensor}"
                .formatted(
                    OneLine.of(file),
                    entries.isEmpty()
                        ? "no tensor"
                        : "the tensors "
                            + Quoted.oneLine(
                                entries.keySet().stream().collect(Collectors.joining(", ")))));
      }
      if (!entry.type().isFloat()) {
        throw new BadInputException(
            "%s: the tensor %s has the type %s; F16, BF16, F32 or F64 is expected"
                .formatted(OneLine.of(file), Quoted.quoted(String.valueOf(name)), entry.type()));
      }
      return new NumpyHeader(
          entry.type(),
          ByteOrder.LITTLE_ENDIAN,
          false,
          entry.shape(),
          source.dataStart() + entry.begin());
    }
  }

  /** N. */
  public long rows() {
    return layout.shape().get(0);
  }

  /** K. */
  public int columns() {
    return Math.toIntExact(layout.shape().get(1));
  }

  /**
   * Reads rows, exact for float16, bfloat16 and float32, rounded for float64.
   *
   * @param first the first row, from 0
   * @param into float32, rows × K or more, row by row
   * @throws BadInputException if the file has become shorter
   */
  public void read(long first, int rows, float[] into) {
    int columns = columns();
    if (!layout.columnMajor()) {
      decode(first * columns, rows * columns, into);
      return;
    }
    if (column.length < rows) {
      column = new float[rows];
    }
    for (int c = 0; c < columns; c++) {
      decode(c * rows() + first, rows, column);
      for (int r = 0; r < rows; r++) {
        into[r * columns + c] = column[r];
      }
    }
  }

  private void decode(long element, int count, float[] into) {
    int size = layout.type().bytes();
    if (bytes.length != count * size) {
      bytes = new byte[Math.multiplyExact(count, size)];
    }
    try {
      InputFiles.read(access, layout.dataStart() + element * size, bytes);
    } catch (IOException e) {
      throw failed(file, e);
    }
    layout.type().toFloats(ByteBuffer.wrap(bytes).order(layout.order()), into, count);
  }

  @Override
  public void close() {
    try {
      access.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static BadInputException failed(Path file, IOException e) {
    return new BadInputException(
        "%s cannot be read (%s)"
            .formatted(
                OneLine.of(file),
                e instanceof EOFException ? "it became shorter while it was read" : OneLine.of(e)),
        e);
  }
}
