package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of an array of floating-point numbers in a {@code .npy} file, versions 1 to 3: the
 * magic bytes, a version, the header's length, and a Python dictionary with {@code descr}, {@code
 * fortran_order} and {@code shape}.
 *
 * <p>Source: NumPy's documentation of {@code numpy.lib.format}.
 *
 * @param type F16, F32 or F64
 * @param columnMajor whether the first index varies fastest (Fortran's order)
 * @param shape the sizes, outermost first
 * @param dataStart the position of the first element in the file
 */
record NumpyHeader(
    ElementType type, ByteOrder order, boolean columnMajor, List<Long> shape, long dataStart) {

  static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);

  /** Magic bytes and version. */
  private static final int FIXED_BYTES = 8;

  /** NumPy itself writes less than 200 bytes for numbers and refuses more than 10,000. */
  private static final int MAX_BYTES = 10_000;

  private static final int MOST_DIMENSIONS = 64;

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*['\"](\\w+)['\"]\\s*:\\s*('[^']*'|\"[^\"]*\"|True|False|\\([\\d\\s,]*\\)|\\[.*])\\s*(,|$)");

  private static final Pattern FLOAT = Pattern.compile("['\"]([<>=|]?)f([248])['\"]");

  /** Whether a file begins with the magic bytes; BadInputException without a file. */
  static boolean begins(Path file) {
    try (RandomAccessFile access = InputFiles.open(file, "a CSV, .npy or .safetensors file")) {
      byte[] start = new byte[(int) Math.min(access.length(), MAGIC.length)];
      access.readFully(start);
      return Arrays.equals(start, MAGIC);
    } catch (IOException e) {
      throw malformed(file, OneLine.of(e));
    }
  }

  /** Reads the header of a file that {@link #begins}, and checks it against the file's size. */
  static NumpyHeader read(Path file) {
    try (RandomAccessFile access = InputFiles.open(file, "a .npy file")) {
      byte[] start = new byte[FIXED_BYTES];
      access.readFully(start);
      int version = start[MAGIC.length];
      if (version < 1 || version > 3) {
        throw malformed(file, "its format has version %d, not 1 to 3".formatted(version));
      }
      long length =
          version == 1
              ? Short.toUnsignedLong(Short.reverseBytes(access.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(access.readInt()));
      if (length > MAX_BYTES) {
        throw malformed(
            file,
            "its header claims %d bytes, more than the maximum of %d".formatted(length, MAX_BYTES));
      }
      byte[] text = new byte[(int) length];
      access.readFully(text);
      NumpyHeader header =
          parse(file, new String(text, StandardCharsets.UTF_8).strip(), access.getFilePointer());
      header.requireSize(file, access.length());
      return header;
    } catch (EOFException e) {
      throw malformed(file, "it ends within its header");
    } catch (IOException e) {
      throw malformed(file, OneLine.of(e));
    }
  }

  private static NumpyHeader parse(Path file, String text, long dataStart) {
    Map<String, String> entries = entries(file, text);
    String type = required(file, entries, "descr");
    Matcher number = FLOAT.matcher(type);
    if (!number.matches()) {
      throw malformed(
          file, "its dtype is %s, not float16, float32 or float64".formatted(Quoted.oneLine(type)));
    }
    String shape = required(file, entries, "shape");
    if (!shape.startsWith("(")) {
      throw malformed(file, "its shape is " + Quoted.oneLine(shape));
    }
    String order = required(file, entries, "fortran_order");
    if (!order.equals("True") && !order.equals("False")) {
      throw malformed(file, "its fortran_order is " + Quoted.oneLine(order));
    }
    return new NumpyHeader(
        switch (number.group(2)) {
          case "2" -> ElementType.F16;
          case "4" -> ElementType.F32;
          default -> ElementType.F64;
        },
        number.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        order.equals("True"),
        sizes(file, shape),
        dataStart);
  }

  /** The dictionary's values by key, as they are written. */
  private static Map<String, String> entries(Path file, String text) {
    if (!text.startsWith("{") || !text.endsWith("}")) {
      throw malformed(file, "its header is no dictionary: " + Quoted.oneLine(text));
    }
    String rest = text.substring(1, text.length() - 1).strip();
    Map<String, String> entries = new HashMap<>();
    Matcher entry = ENTRY.matcher(rest);
    while (!rest.isEmpty() && entry.lookingAt()) {
      if (entries.put(entry.group(1), entry.group(2)) != null) {
        throw malformed(file, "its header has two entries " + Quoted.quoted(entry.group(1)));
      }
      rest = rest.substring(entry.end()).strip();
      entry = ENTRY.matcher(rest);
    }
    if (!rest.isEmpty()) {
      throw malformed(file, "its header is not understood from " + Quoted.quoted(rest) + " on");
    }
    return entries;
  }

  private static String required(Path file, Map<String, String> entries, String key) {
    @Nullable String value = entries.get(key);
    if (value == null) {
      throw malformed(file, "its header lacks " + key);
    }
    return value;
  }

  private static List<Long> sizes(Path file, String shape) {
    List<String> texts =
        Arrays.stream(shape.substring(1, shape.length() - 1).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .toList();
    if (texts.size() > MOST_DIMENSIONS || texts.stream().anyMatch(s -> !s.matches("\\d{1,18}"))) {
      throw malformed(file, "its shape is " + Quoted.oneLine(shape));
    }
    return texts.stream().map(Long::valueOf).toList();
  }

  private void requireSize(Path file, long fileBytes) {
    long expected;
    try {
      expected = HostTensor.byteCount(type, shape.stream().mapToLong(Long::longValue).toArray());
    } catch (IllegalArgumentException e) {
      throw malformed(file, e.getMessage());
    }
    if (fileBytes - dataStart != expected) {
      throw malformed(
          file,
          "%s%s takes %d bytes, but %d follow the header"
              .formatted(type, shape, expected, fileBytes - dataStart));
    }
  }

  private static BadInputException malformed(Path file, @Nullable String reason) {
    return new BadInputException(
        "%s is not a usable .npy file: %s; write it again with numpy.save"
            .formatted(OneLine.of(file), reason));
  }
}
