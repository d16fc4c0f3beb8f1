package dev.softgate.interop.pytorch;

import static dev.softgate.interop.pytorch.PickleBytes.call;
import static dev.softgate.interop.pytorch.PickleBytes.orderedDictionary;
import static dev.softgate.interop.pytorch.PickleBytes.storage;
import static dev.softgate.interop.pytorch.PickleBytes.tensor;
import static dev.softgate.interop.pytorch.TorchFileBytes.floats;
import static dev.softgate.interop.pytorch.TorchFileBytes.longs;
import static dev.softgate.interop.pytorch.TorchFileBytes.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import dev.softgate.interop.pytorch.TorchFileBytes.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a file's bytes are damaged, it is read or refused in one line. */
class TorchFuzzTest {

  private static final int ROUNDS = 6000;

  /** Bytes that mutations prefer: opcodes and extreme numbers. */
  private static final byte[] TELLING = telling();

  @TempDir private Path folder;

  private static byte[] telling() {
    byte[] opcodes = "(.01GJKMNQRTUXBC]abcehijqrstu})".getBytes(StandardCharsets.US_ASCII);
    byte[] telling = Arrays.copyOf(opcodes, opcodes.length + 16);
    for (int i = 0; i < 16; i++) {
      telling[opcodes.length + i] =
          (byte) (i < 12 ? 0x80 + i : new int[] {0, 1, 0x7f, 0xff}[i - 12]);
    }
    return telling;
  }

  private static Map<Object, Object> checkpoint() {
    return map(
        "epoch",
        3,
        "state_dict",
        orderedDictionary(
            map(
                "module.w",
                tensor(storage("FloatStorage", "0", 6), 0, new long[] {3, 2}, new long[] {1, 3}),
                "module.n",
                tensor(storage("LongStorage", "1", 1), 0, new long[] {}, new long[] {}),
                "module.d",
                tensor(storage("DoubleStorage", "2", 1), 0, new long[] {1}, new long[] {1}))),
        "scheduler",
        map("milestones", call("collections", "Counter", map(100, 1)), "lr", List.of(0.1, 0.2)));
  }

  private static Map<String, Storage> storages() {
    Map<String, Storage> storages = new LinkedHashMap<>();
    storages.put("0", floats(1, 2, 3, 4, 5, 6));
    storages.put("1", longs(7));
    storages.put("2", new Storage(new byte[8], 8));
    return storages;
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(120)
  void readsOrRejectsMutatedFiles(TorchFileBytes format) throws IOException {
    byte[] whole = format.file(checkpoint(), storages());
    Random random = new Random(42);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      refused += isRefused(mutate(whole, random)) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
  }

  /** With valid checksums, so that the damage reaches the pickle machine. */
  @ParameterizedTest
  @EnumSource
  @Timeout(120)
  void readsOrRejectsMutatedPickles(TorchFileBytes format) throws IOException {
    byte[] whole = format.pickle(checkpoint());
    Random random = new Random(43);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      refused += isRefused(format.file(mutate(whole, random), storages())) ? 1 : 0;
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
  }

  private boolean isRefused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("fuzz.pth"), bytes);
    try {
      assertThat(TorchFile.read(file).tensors()).isNotEmpty();
      return false;
    } catch (BadInputException e) {
      assertThat(e.getMessage()).hasLineCount(1).hasSizeLessThan(800);
      return true;
    }
  }

  private static byte[] mutate(byte[] whole, Random random) {
    byte[] mutated =
        random.nextInt(8) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
    for (int edits = random.nextInt(4); edits >= 0 && mutated.length > 0; edits--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> mutated[at] = TELLING[random.nextInt(TELLING.length)];
        default -> {
          int from = random.nextInt(mutated.length);
          int length = Math.min(random.nextInt(40), mutated.length - Math.max(at, from));
          System.arraycopy(mutated, from, mutated, at, length);
        }
      }
    }
    return mutated;
  }
}
