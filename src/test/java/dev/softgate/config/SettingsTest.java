package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What follows from declarations elsewhere: a list that changes here changes behavior there. */
class SettingsTest {

  private static List<String> names(Predicate<ConfigKey> which) {
    return Settings.all().stream().filter(which).map(ConfigKey::name).toList();
  }

  @Test
  void settingsThatLeaveTheResultAsItIs() {
    assertThat(names(key -> key.affects(Affects.INPUT)))
        .containsExactly("data-dir", "data-url", "skip-bad", "cache-dir", "labels", "scores");
    assertThat(names(key -> key.affects(Affects.ROUNDING)))
        .containsExactly("engine", "threads", "canvas", "device");
    assertThat(names(key -> key.affects(Affects.SESSION)))
        .containsExactly("checkpoint-minutes", "time-limit", "timeout");
    assertThat(names(key -> key.affects(Affects.FOLDER))).containsExactly("runs-dir", "name");
    assertThat(names(key -> key.affects(Affects.RECORD)))
        .containsExactly("test-every", "keep-every");
  }

  @Test
  void settingsThatABaselineDoesNotShareWithItsGatedRun() {
    assertThat(names(key -> !key.setting().ofGate() && key.section().equals("model")))
        .containsExactly(
            "arch",
            "depth",
            "block",
            "bottleneck-stride",
            "shortcut",
            "widths",
            "inner-widths",
            "stem",
            "units",
            "stem-width");
    assertThat(names(key -> key.setting().ofGate() && !key.section().equals("model")))
        .containsExactly(
            "lr-gate",
            "schedule-gate",
            "gate-iters",
            "lambda-mem",
            "memory-off-epochs",
            "target-skip",
            "anneal-epochs",
            "skip-loss",
            "distill",
            "distill-weight",
            "distill-temperature");
  }

  @Test
  void inputFilesAreKnownFromTheirTypes() {
    assertThat(names(ConfigKey::isInputFile)).containsExactly("data-dir", "labels", "scores");
  }

  /** A first letter in upper case or a value, no period: the default follows in brackets. */
  @Test
  void everyHelpIsAPhrase() {
    for (ConfigKey key : Settings.all()) {
      assertThat(key.help(null)).as(key.name()).doesNotEndWith(".").doesNotContain("{default}");
      assertThat(key.help("the run's")).as(key.name()).contains("the run's");
    }
  }

  @Test
  void everyDefaultAndEveryEarlierValueIsLegal() {
    RunConfig defaults = RunConfig.defaults();
    for (ConfigKey key : Settings.all()) {
      String earlier = key.setting().earlier();
      if (!earlier.isEmpty()) {
        assertThat(defaults.with(Map.of(key.name(), earlier)).texts())
            .containsEntry(key.name(), earlier);
      }
    }
  }
}
