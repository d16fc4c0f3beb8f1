package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochBoundsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs=333                                       |",
        "epochs=5 schedule=3,4                            |",
        "epochs=5 schedule=3,5                            | schedule 5: ",
        "epochs=5 schedule=300                            | schedule 300: ",
        "epochs=5 schedule=none                           |",
        "epochs=49 schedule=30 schedule-gate=step         | schedule-gate step: ",
        "epochs=50 schedule=30 schedule-gate=step         |",
        "epochs=49 schedule=30 schedule-gate=step gate=none |",
        "epochs=5 schedule=4 warm-up-epochs=5             | warm-up-epochs 5: ",
        "epochs=5 schedule=4 warm-up-epochs=4             |",
        "epochs=1 schedule=linear warm-up-epochs=1.25     | warm-up-epochs 1.25: the whole",
        "epochs=5 schedule=4 target-skip=0.5 anneal-epochs=5 | anneal-epochs 5: ",
        "epochs=5 schedule=4 target-skip=0.5 anneal-epochs=4 |",
        "epochs=5 schedule=4 keep-every=6                 | keep-every 6: ",
      })
  void warnsOfMilestonesAfterTheLastEpoch(String options, @Nullable String warning) {
    assertThat(EpochBounds.warnings(RunConfig.defaults().with(Overrides.of(options))))
        .hasSize(warning == null ? 0 : 1)
        .allMatch(line -> line.startsWith(String.valueOf(warning)));
  }
}
