package dev.softgate.interop;

import static dev.softgate.interop.MalformedSafetensors.entry;
import static dev.softgate.interop.MalformedSafetensors.file;
import static dev.softgate.interop.MalformedSafetensors.withLength;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsRefusalTest {

  private static final String MAX = "9223372036854775807";

  @TempDir private Path folder;

  static Stream<Arguments> malformed() {
    return Stream.of(
        arguments(new byte[0], "0 bytes, too few"),
        arguments(new byte[7], "7 bytes, too few"),
        arguments(withLength(3, "{}".getBytes(StandardCharsets.UTF_8)), "claims 3 bytes"),
        arguments(withLength(100_000_001, new byte[0]), "the maximum of 100000000"),
        arguments(withLength(-1, new byte[0]), "claims 18446744073709551615 bytes"),
        arguments(file(""), "not a JSON object"),
        arguments(file("[]"), "not a JSON object"),
        arguments(file("{"), "not valid JSON"),
        arguments(file("{\"a\":tru}"), "not valid JSON"),
        arguments(file("{} {}"), "goes on after"),
        arguments(file(new byte[] {'{', '"', (byte) 0xc0, '"', '}'}), "not UTF-8"),
        arguments(file("{\"__metadata__\":[]}"), "metadata is not a JSON object"),
        arguments(file("{\"__metadata__\":{\"k\":1}}"), "metadata \"k\" is not a string"),
        arguments(file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}"), "Duplicate"),
        arguments(
            file("{" + entry("a", "U8", "[0]", "[0,0]") + "," + entry("a", "U8", "[0]", "[0,0]")),
            "Duplicate"),
        arguments(file("{\"a\":7}"), "tensor \"a\" is not a JSON object"),
        arguments(file("{\"a\":{\"shape\":[],\"data_offsets\":[0,1]}}", 1), "lacks dtype"),
        arguments(file("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1), "lacks shape"),
        arguments(file("{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 1), "lacks data_offsets"),
        arguments(file("{\"a\":{\"dtype\":8}}"), "dtype is not a string"),
        arguments(file("{\"a\":{\"strides\":[]}}"), "unknown key \"strides\""),
        arguments(one("F8_E4M3", "[1]", "[0,1]", 1), "unsupported dtype \"F8_E4M3\""),
        arguments(one("U8", "1", "[0,1]", 1), "shape is not an array"),
        arguments(one("U8", "[-1]", "[0,1]", 1), "not made of whole numbers"),
        arguments(one("U8", "[1.0]", "[0,1]", 1), "not made of whole numbers"),
        arguments(one("U8", "[null]", "[0,1]", 1), "not made of whole numbers"),
        arguments(one("U8", "[[1]]", "[0,1]", 1), "not made of whole numbers"),
        arguments(one("U8", "[9223372036854775808]", "[0,1]", 1), "not made of whole numbers"),
        arguments(one("F32", "[" + MAX + "]", "[0,4]", 1, 2, 3, 4), "too large"),
        arguments(one("U8", "[4294967296,4294967296]", "[0,1]", 1), "too large"),
        arguments(one("U8", "[1]", "[0]", 1), "not two numbers"),
        arguments(one("U8", "[1]", "[0,1,2]", 1), "not two numbers"),
        arguments(one("U8", "[1]", "[1,0]", 1), "before it begins"),
        arguments(
            one("U8", "[1]", "[0,2]", 1, 2), "takes 1 bytes as U8[1], but its data_offsets span 2"),
        arguments(
            one("U8", "[2]", "[0,2]", 1), "ends at byte 2 of the data, but the file has only 1"),
        arguments(one("U8", "[1]", "[" + MAX + "," + MAX + "]", 1), "span 0"),
        arguments(one("U8", "[1]", "[1,2]", 1, 2), "gap from byte 0 to 1"),
        arguments(one("U8", "[1]", "[0,1]", 1, 2), "take 1 bytes, but 2 follow"),
        arguments(
            one("U8", "[2147483648]", "[0,2147483648]", 1),
            "ends at byte 2147483648 of the data, but the file has only 1"),
        arguments(
            file(
                "{"
                    + entry("a", "U8", "[2]", "[0,2]")
                    + ","
                    + entry("b", "U8", "[2]", "[1,3]")
                    + "}",
                1,
                2,
                3),
            "tensor \"b\" overlaps"));
  }

  private static byte[] one(String dtype, String shape, String offsets, int... data) {
    return file("{" + entry("a", dtype, shape, offsets) + "}", data);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("malformed")
  void rejectsMalformedFiles(byte[] bytes, String reason) throws IOException {
    Path file = folder.resolve("broken.safetensors");
    Files.write(file, bytes);

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  @Test
  void messagesAreOneShortLine() throws IOException {
    Path file = folder.resolve("broken.safetensors");
    Files.write(file, file("{\"a\\nb\\u2028c" + "x".repeat(5000) + "\":7}"));

    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("a?b?cxxx")
        .message()
        .hasLineCount(1)
        .hasSizeLessThan(500);
  }

  @Test
  void rejectsMissingFiles() {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("none")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none: no such file");
    assertThatThrownBy(() -> Safetensors.readMetadata(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is not a file");
  }

  @Test
  void rejectsMetadataOfATruncatedFile() throws IOException {
    Path file = folder.resolve("cut.safetensors");
    Safetensors.write(file, Map.of("w", HostTensor.ofFloats(new float[9], 9)), Map.of("k", "v"));
    assertThat(Safetensors.readMetadata(file)).containsEntry("k", "v");

    try (RandomAccessFile cut = new RandomAccessFile(file.toFile(), "rw")) {
      cut.setLength(cut.length() - 1);
    }

    assertThatThrownBy(() -> Safetensors.readMetadata(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the file has only 35");
  }

  @Test
  void sealDetectsFlippedBits() throws IOException {
    Path file = folder.resolve("sealed.safetensors");
    writeSmallSealed(file);
    byte[] whole = Files.readAllBytes(file);
    int checksums = 0;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      String message = refusal(file);
      assertThat(message).as("bit %d", bit).isNotEmpty();
      checksums += message.contains("does not match its own checksum") ? 1 : 0;
    }
    // The rest: bits of the header's length and of the checksum's own key.
    assertThat(whole.length * 8 - checksums).isLessThanOrEqualTo(64 + 8 * "\"sha256\":\"".length());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 100})
  void sealDetectsLengthChanges(int bytes) throws IOException {
    Path file = folder.resolve("sealed.safetensors");
    writeSmallSealed(file);
    byte[] whole = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(whole, whole.length - bytes));
    assertThat(refusal(file)).isNotEmpty();
    Files.write(file, Arrays.copyOf(whole, whole.length + bytes));
    assertThat(refusal(file)).contains("does not match its own checksum");
    Files.write(file, whole);
    assertThat(refusal(file)).isEmpty();
  }

  @Test
  void rejectsUnsealedFiles() {
    Path file = folder.resolve("plain.safetensors");
    Safetensors.write(file, Map.of(), Map.of("text", "\"sha256\":\"" + "0".repeat(64)));

    assertThatThrownBy(() -> Safetensors.readSealed(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has no valid checksum");
  }

  @Test
  void readsOrRejectsMutations() throws IOException {
    Path file = folder.resolve("fuzz.safetensors");
    writeSmallSealed(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(20);
    int refused = 0;
    for (int round = 0; round < 4000; round++) {
      Files.write(file, mutate(whole, random));
      try {
        assertThat(Safetensors.read(file).tensors().size()).isLessThanOrEqualTo(2);
      } catch (BadInputException e) {
        assertThat(e.getMessage()).hasLineCount(1);
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 3999);
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] mutated =
        random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
    for (int edits = random.nextInt(4); edits >= 0 && mutated.length > 0; edits--) {
      mutated[random.nextInt(mutated.length)] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) "{}[]\",:01289-e \\".charAt(random.nextInt(16));
    }
    return mutated;
  }

  private static void writeSmallSealed(Path file) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("w", HostTensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    tensors.put("n", HostTensor.ofLongs(new long[] {7}, 1));
    Safetensors.writeSealed(file, tensors, Map.of("epoch", "3"));
  }

  /** Why the file is refused; empty if it is read. */
  private static String refusal(Path file) {
    try {
      Safetensors.readSealed(file);
      return "";
    } catch (BadInputException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
