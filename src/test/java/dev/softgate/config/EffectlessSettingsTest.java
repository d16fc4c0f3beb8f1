package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectlessSettingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lr=0.1 lr-gate=0.01 gate-tap=exit                   |",
        "gate=none lr-gate=0.01 gate-tap=exit                | gate-tap, lr-gate",
        "gate-kernel=3x3-tube gate-bias=-2                   | gate-bias, gate-kernel",
        "gate=exclusive gate-kernel=3x3-tube gate-bias=-2    |",
        "gate=exclusive gate-tap=exit                        | gate-tap",
        "lambda-mem=0.1                                      | lambda-mem",
        "gate=sigmoid gate-penalty=l2 lambda-mem=0.1         |",
        "memory-share=0.5                                    | memory-share",
        "gate=memory memory-share=0.5                        |",
        "warm-up-lr=0.1                                      | warm-up-lr",
        "warm-up-lr=0.1 warm-up-epochs=1                     |",
        "schedule=none lr-decay-gamma=0.1                    | lr-decay-gamma",
        "anneal-epochs=3                                     | anneal-epochs",
        "distill-weight=0.5                                  | distill-weight",
        "distill-weight=0.5 distill=runs/r                   |",
        "val-fraction=0 limit-val=5                          | limit-val",
        "score=aum                                           | score",
        "lr-min=0.01                                         | lr-min",
        "optimizer=adamw lr=1e-3 momentum=0.8                | momentum",
        "lr-min=0.01 schedule=cosine                         |",
        "lr-min=0.01 schedule-gate=cosine                    |",
        "schedule=cosine lr-decay-gamma=0.1                  | lr-decay-gamma",
        "lr-imported=0.1                                     | lr-imported",
        "lr-imported=0.1 init=features:runs/r                |",
        "dataset=synthetic data-dir=d                        | data-dir",
      })
  void namesWhatChangesNothing(String options, @Nullable String named) {
    Map<String, String> given = Overrides.of(options);
    assertThat(
            EffectlessSettings.notes(given.keySet(), RunConfig.defaults().with(given)).stream()
                .map(line -> line.replaceAll("\\{(\\S+)} has no effect: .*", "$1"))
                .collect(Collectors.joining(", ")))
        .isEqualTo(named == null ? "" : named);
  }
}
