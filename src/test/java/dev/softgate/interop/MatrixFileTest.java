package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.softgate.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixFileTest {

  /** Exact in half precision. */
  private static final float[] VALUES = {
    0.5f, 0.25f, -1, 6.1035156e-5f, 2, 3, 65504, 5.9604645e-8f
  };

  @TempDir Path folder;

  /** A .npy file by hand: version 1 has two bytes for the header's length, later ones four. */
  private Path npy(int version, String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer length = ByteBuffer.allocate(version == 1 ? 2 : 4).order(ByteOrder.LITTLE_ENDIAN);
    if (version == 1) {
      length.putShort((short) text.length);
    } else {
      length.putInt(text.length);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    bytes.write(length.array());
    bytes.write(text);
    bytes.write(data);
    return Files.write(folder.resolve("p.npy"), bytes.toByteArray());
  }

  private static String header(String descr, boolean columnMajor, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }      \n"
        .formatted(descr, columnMajor ? "True" : "False", shape);
  }

  private static byte[] data(int size, ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(size * values.length).order(order);
    for (float value : values) {
      switch (size) {
        case 2 -> bytes.putShort(HostTensor.ofHalves(new float[] {value}, 1).data().getShort());
        case 4 -> bytes.putFloat(value);
        default -> bytes.putDouble(value);
      }
    }
    return bytes.array();
  }

  private static float[] rows(Path file, @Nullable String tensor, int block) {
    try (MatrixFile matrix = MatrixFile.open(file, tensor)) {
      float[] all = new float[(int) matrix.rows() * matrix.columns()];
      for (int first = 0; first < matrix.rows(); first += block) {
        int rows = (int) Math.min(block, matrix.rows() - first);
        float[] some = new float[rows * matrix.columns()];
        matrix.read(first, rows, some);
        System.arraycopy(some, 0, all, first * matrix.columns(), some.length);
      }
      return all;
    }
  }

  static Stream<Arguments> layouts() {
    return Stream.of(1, 2, 3)
        .flatMap(
            version ->
                Stream.of(2, 4, 8)
                    .flatMap(
                        size ->
                            Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                                .flatMap(
                                    order ->
                                        Stream.of(true, false)
                                            .map(f -> arguments(version, size, order, f)))));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void readsEveryLayout(int version, int size, ByteOrder order, boolean columnMajor)
      throws IOException {
    float[] stored = VALUES.clone();
    for (int row = 0; row < 4 && columnMajor; row++) {
      for (int column = 0; column < 2; column++) {
        stored[column * 4 + row] = VALUES[row * 2 + column];
      }
    }
    String descr = (order == ByteOrder.BIG_ENDIAN ? ">f" : "<f") + size;
    Path file = npy(version, header(descr, columnMajor, "(4, 2)"), data(size, order, stored));
    for (int block : new int[] {1, 3, 4}) {
      assertThat(rows(file, null, block)).containsExactly(VALUES);
    }
  }

  @Test
  void roundsDoubles() throws IOException {
    ByteBuffer two = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    two.putDouble(0.1).putDouble(1 - 1e-12);
    assertThat(rows(npy(1, header("<f8", false, "(1, 2)"), two.array()), null, 1))
        .containsExactly(0.1f, 1);
  }

  @Test
  void readsHeadersOfOtherWriters() throws IOException {
    String header = "{\"shape\":(1,2),\"fortran_order\":False,\"descr\":\"=f4\"}";
    assertThat(rows(npy(2, header, data(4, ByteOrder.LITTLE_ENDIAN, 3, 4)), null, 1))
        .containsExactly(3, 4);
  }

  static Stream<Arguments> malformed() {
    byte[] four = new byte[4];
    return Stream.of(
        arguments(1, header("<i8", false, "(2, 2)"), four, "its dtype is '<i8'"),
        arguments(1, header("|O", false, "(2, 2)"), four, "its dtype is '|O'"),
        arguments(1, header("<f16", false, "(2, 2)"), four, "its dtype is '<f16'"),
        arguments(
            1,
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
            four,
            "its dtype is [('a', '<f4')]"),
        arguments(1, header("<f4", false, "(2, 2)"), four, "takes 16 bytes, but 4 follow"),
        arguments(1, header("<f4", false, "(1, 0)"), four, "takes 0 bytes, but 4 follow"),
        arguments(1, header("<f4", false, "(4000000000, 4000000000)"), four, "too large"),
        arguments(1, header("<f4", false, "(4000000000, 2)"), four, "takes 32000000000 bytes"),
        arguments(1, header("<f4", false, "(1e3, 2)"), four, "header is not understood from"),
        arguments(1, header("<f4", false, "(" + "9".repeat(30) + ", 2)"), four, "its shape is (9"),
        arguments(1, header("<f4", false, "-1"), four, "header is not understood from"),
        arguments(1, header("<f4", false, "(1,)"), four, "has the shape [1]; a matrix"),
        arguments(1, header("<f4", false, "(1, 1, 1)"), four, "has the shape [1, 1, 1]"),
        arguments(1, header("<f4", false, "()"), four, "has the shape []"),
        arguments(1, "{'descr': '<f4', 'shape': (1, 1)}", four, "its header lacks fortran_order"),
        arguments(1, "{'descr': '<f4', 'descr': '<f4'}", four, "two entries \"descr\""),
        arguments(1, "['descr']", four, "its header is no dictionary"),
        arguments(1, "", four, "its header is no dictionary"),
        arguments(4, header("<f4", false, "(1, 1)"), four, "version 4, not 1 to 3"),
        arguments(0, header("<f4", false, "(1, 1)"), four, "version 0, not 1 to 3"),
        arguments(2, " ".repeat(10_001), four, "claims 10001 bytes"));
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("malformed")
  void rejectsMalformedArrays(int version, String header, byte[] data, String reason)
      throws IOException {
    Path file = npy(version, header, data);
    assertThatThrownBy(() -> MatrixFile.open(file, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  /** Every shorter file is refused, and none for another reason than its length. */
  @Test
  void rejectsTruncatedArrays() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            npy(2, header("<f4", false, "(1, 2)"), data(4, ByteOrder.LITTLE_ENDIAN, 1, 2)));
    Path file = folder.resolve("short.npy");
    for (int length = 6; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> MatrixFile.open(file, null))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(BadInputException.class)
          .message()
          .matches(".*(it ends within its header|takes 8 bytes, but \\d follow the header).*");
    }
  }

  /** A header that claims four gigabytes is refused before anything is allocated. */
  @Test
  void rejectsHugeHeaders() throws IOException {
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    Path file = Files.write(folder.resolve("bomb.npy"), start);
    assertThatThrownBy(() -> MatrixFile.open(file, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("its header claims 4294967295 bytes");
  }

  private Path safetensors(String... names) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, HostTensor.ofHalves(VALUES, 4, 2));
    }
    tensors.put("ids", HostTensor.ofInts(new int[] {1, 2}, 1, 2));
    Path file = folder.resolve("p.safetensors");
    Safetensors.write(file, tensors, Map.of());
    return file;
  }

  @Test
  void readsNamedTensors() {
    Path file = safetensors("a", "b");
    assertThat(MatrixFile.begins(file)).isTrue();
    assertThat(rows(file, "b", 3)).containsExactly(VALUES);
    assertThatThrownBy(() -> MatrixFile.open(file, null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has the tensors a, b, ids; choose one with tensor");
    assertThatThrownBy(() -> MatrixFile.open(file, "c"))
        .hasMessageContaining("has the tensors a, b, ids");
    assertThatThrownBy(() -> MatrixFile.open(file, "ids"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("\"ids\" has the type I32");
  }

  @Test
  void readsTheOnlyTensor() {
    Path file = folder.resolve("one.safetensors");
    byte[] two = {0, 63, 64, 62}; // the upper halves of 0.5 and 0.1875
    HostTensor tensor = HostTensor.of(ElementType.BF16, ByteBuffer.wrap(two), 1, 2);
    Safetensors.write(file, Map.of("p", tensor), Map.of());
    assertThat(rows(file, null, 1)).containsExactly(0.5f, 0.1875f);
  }

  /** 2.2 GB, of which the disk stores one block. */
  @Test
  void readsBeyondTwoGigabytes() throws IOException {
    long rows = 550_000_000;
    String header = "{\"p\":{\"dtype\":\"F16\",\"shape\":[%d,2],\"data_offsets\":[0,%d]}}";
    byte[] text = header.formatted(rows, rows * 4).getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("sparse.safetensors");
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.writeLong(Long.reverseBytes(text.length));
      access.write(text);
      access.setLength(8 + text.length + rows * 4);
      access.seek(access.length() - 4);
      access.write(data(2, ByteOrder.LITTLE_ENDIAN, 0.25f, 0.75f));
    }
    try (MatrixFile matrix = MatrixFile.open(file, null)) {
      float[] last = new float[4];
      matrix.read(rows - 2, 2, last);
      assertThat(last).containsExactly(0, 0, 0.25f, 0.75f);
    }
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("more than the 2^31-1 of a Java buffer");
  }

  @Test
  void refusesTensorNamesOfArrays() throws IOException {
    Path file = npy(1, header("<f4", false, "(1, 1)"), new byte[4]);
    assertThatThrownBy(() -> MatrixFile.open(file, "p"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is of .safetensors files");
  }
}
