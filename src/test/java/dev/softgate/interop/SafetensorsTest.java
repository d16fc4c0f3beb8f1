package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.SharedFolder;
import dev.softgate.interop.Safetensors.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

  @TempDir private Path folder;

  /** One tensor of every type, a scalar, an empty one, and a buffer outside the heap. */
  private static Map<String, HostTensor> tensors() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (ElementType type : ElementType.values()) {
      byte[] bytes = new byte[6 * type.bytes()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 37 + type.bytes());
      }
      tensors.put("type." + type, HostTensor.of(type, ByteBuffer.wrap(bytes), 2, 3));
    }
    tensors.put("scalar \"quoted\" é", HostTensor.ofLongs(new long[] {42}));
    tensors.put("empty", HostTensor.ofFloats(new float[0], 0, 7));
    ByteBuffer direct = ByteBuffer.allocateDirect(300_000);
    direct.put(299_999, (byte) 5);
    tensors.put("direct", HostTensor.of(ElementType.U8, direct, 300_000));
    return tensors;
  }

  @Test
  void roundTrips() {
    Path file = folder.resolve("a.safetensors");
    Map<String, String> metadata = Map.of("name", "first\nsecond", "quote", "\"sha256\":\"é");

    Safetensors.write(file, tensors(), metadata);
    Contents contents = Safetensors.read(file);

    assertThat(contents.metadata()).isEqualTo(metadata);
    assertThat(Safetensors.readMetadata(file)).isEqualTo(metadata);
    assertThat(contents.tensors().keySet()).containsExactlyElementsOf(tensors().keySet());
    tensors()
        .forEach(
            (name, expected) -> {
              HostTensor actual = contents.tensor(name);
              assertThat(actual).as(name).hasToString(expected.toString());
              assertThat(actual.data()).as(name).isEqualTo(expected.data());
            });
  }

  @Test
  void writesTheDocumentedBytes() throws IOException {
    Path file = folder.resolve("a.safetensors");

    Safetensors.write(
        file, Map.of("w", HostTensor.ofFloats(new float[] {1, -2}, 2)), Map.of("b", "2", "a", "1"));

    String header =
        "{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 8).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded);
    expected.put((header + " ".repeat(padded - header.length())).getBytes(StandardCharsets.UTF_8));
    expected.putFloat(1).putFloat(-2);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
  }

  @Test
  void sealedFilesRoundTrip() {
    Path file = folder.resolve("a.safetensors");

    Safetensors.writeSealed(file, tensors(), Map.of("epoch", "3"));

    assertThat(Safetensors.readSealed(file).metadata()).isEqualTo(Map.of("epoch", "3"));
    assertThat(Safetensors.readSealed(file).tensors().keySet()).isEqualTo(tensors().keySet());
    assertThat(Safetensors.read(file).metadata()).containsKeys("epoch", Safetensors.SEAL_KEY);
  }

  @Test
  void writesDeterministically() throws IOException {
    byte[] first = sealedBytes("one", Map.of("a", "1", "b", "2", "c", "3"));
    byte[] second = sealedBytes("two", Map.of("c", "3", "b", "2", "a", "1"));
    byte[] other = sealedBytes("three", Map.of("a", "1", "b", "2", "c", "4"));

    assertThat(second).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private byte[] sealedBytes(String name, Map<String, String> metadata) throws IOException {
    Path file = folder.resolve(name);
    Safetensors.writeSealed(file, tensors(), metadata);
    return Files.readAllBytes(file);
  }

  @Test
  void acceptsTensorsInAnyOrder() throws IOException {
    Path file = folder.resolve("a.safetensors");
    Files.write(
        file,
        MalformedSafetensors.file(
            "{\"second\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},"
                + "\"first\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
            1,
            -2,
            3));

    Contents contents = Safetensors.read(file);

    assertThat(contents.tensors().keySet()).containsExactly("second", "first");
    assertThat(contents.tensor("first").toLongs()).containsExactly(1, -2);
    assertThat(contents.tensor("second").toLongs()).containsExactly(3);
    assertThat(contents.metadata()).isEmpty();
  }

  @Test
  void acceptsNullMetadata() throws IOException {
    String header =
        "{\"__metadata__\":null,\"w\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length() + 1).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8)).put((byte) 7);
    Path file = Files.write(folder.resolve("null.safetensors"), bytes.array());

    assertThat(Safetensors.begins(file)).isTrue();
    assertThat(Safetensors.read(file).metadata()).isEmpty();
    assertThat(Safetensors.read(file).tensor("w").toLongs()).containsExactly(7);
  }

  @Test
  void namesMissingTensors() {
    Contents contents = new Contents(Map.of("w", HostTensor.ofLongs(new long[1], 1)), Map.of());

    assertThat(contents.tensor("w")).hasToString("I64[1]");
    assertThatThrownBy(() -> contents.tensor("v"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no tensor \"v\"");
  }

  @Test
  void rejectsReservedNames() {
    Path file = folder.resolve("a.safetensors");
    HostTensor tensor = HostTensor.ofLongs(new long[1], 1);

    assertThatThrownBy(() -> Safetensors.write(file, Map.of("__metadata__", tensor), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("__metadata__");
    assertThatThrownBy(() -> Safetensors.writeSealed(file, Map.of(), Map.of("sha256", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sha256");
    assertThat(file).doesNotExist();
  }

  @Test
  void readsTheGoldenFiles() throws IOException {
    Path golden = SharedFolder.require("golden");
    List<Path> files;
    try (var all = Files.list(golden)) {
      files = all.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      assertThat(Safetensors.readMetadata(file))
          .as("%s", file)
          .containsKeys("model", "depth", "block", "classes", "kind", "steps", "batch");
    }
    Contents first = Safetensors.read(golden.resolve("baseline_resnet_basic14_c10.safetensors"));
    assertThat(first.metadata()).containsEntry("depth", "14").containsEntry("lr", "0.05");
    HostTensor stem = first.tensor("before.conv1.weight");
    assertThat(stem).hasToString("BF16[16, 3, 3, 3]");
    assertThat(first.tensor("y.0").toLongs()).hasSize(8);
    for (float weight : stem.toFloats()) {
      assertThat(weight).isFinite().isBetween(-2f, 2f);
    }
  }
}
