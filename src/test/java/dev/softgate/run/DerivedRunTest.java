package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivedRunTest {

  @TempDir private Path folder;

  /** A disk may be full; then the same command must work once there is room. */
  @Test
  void leavesNothingBehindWhenItFails() {
    RunConfig plain = RunConfig.defaults().with(Map.of("depth", "8", "gate", "none"));
    ResNet network = new ResNet(plain.model().spec(2), 1);
    float[] ones = {1, 1, 1};
    Checkpoint.DataFacts data =
        new Checkpoint.DataFacts(List.of("a", "b"), null, null, null, null, 8, 8, ones, ones);
    Path run = folder.resolve("runs/made");
    RunConfig failing = plain.with(Map.of("freeze-until", "stage9"));

    assertThatThrownBy(() -> DerivedRun.write(run, "import", failing, data, network))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("this network has 3 stages");
    assertThat(run).doesNotExist();
    assertThat(DerivedRun.write(run, "import", plain, data, network).path()).isDirectory();
  }
}
