package dev.softgate.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.SharedFolder;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names and shapes of the published models that have golden files. */
class GoldenNamesTest {

  private static List<String> lines(Map<String, HostTensor> state) {
    return state.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Arrays.toString(entry.getValue().shape()))
        .toList();
  }

  @Test
  void matchTheGoldenFiles() throws IOException {
    for (Path file : GoldenFolder.covered(SharedFolder.require("golden"))) {
      GoldenFile golden = GoldenFile.read(file);
      assertThat(lines(new ResNet(golden.spec(), 1).state()))
          .as("%s", file.getFileName())
          .containsExactlyInAnyOrderElementsOf(lines(golden.before()));
    }
  }
}
