package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.data.SplitKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {

  static List<String> names() {
    return Presets.names();
  }

  static List<String> publishedNames() {
    return names().stream().filter(name -> name.matches(".*-it\\d(-lr1e-3)?(-step)?")).toList();
  }

  @Test
  void everyRecipeIsListed() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/recipes"))) {
      assertThat(Presets.names())
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString().replace(".yaml", "")).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyRecipeBindsAndSaysWhatItIs(String name) {
    RunConfig config = Presets.load(name);
    assertThat(RunConfig.parse(config.toYaml(), name)).isEqualTo(config);
    assertThat(Presets.text(name))
        .startsWith("# ")
        .contains("\n# Source: ", "\n# Expected: ")
        .contains("\n# Command: softgate train --preset " + name + "\n");
    assertThat(config.execution().checkpointMinutes())
        .isEqualTo(RunConfig.defaults().execution().checkpointMinutes())
        .isEqualTo(0.5);
    assertThat(config.execution().canvas()).isEqualTo(RunConfig.defaults().execution().canvas());
    RunConfig defaults = RunConfig.defaults();
    assertThat(config.data().limitVal()).isEqualTo(defaults.data().limitVal());
    assertThat(config.data().score()).isEqualTo(defaults.data().score());
    assertThat(config.data().foldBy()).isEqualTo(defaults.data().foldBy());
    assertThat(config.data().limitTrain()).as("a recipe uses all its images").isNull();
    assertThat(config.data().limitTest()).as("a recipe uses all its images").isNull();
  }

  @ParameterizedTest
  @MethodSource("publishedNames")
  void thePublishedRecipesFollowThePublishedRuns(String name) {
    RunConfig config = Presets.load(name);
    assertThat(config.model().gateTap()).isEqualTo("exit");
    assertThat(config.model().gateCalibration()).isEqualTo("unscaled");
    assertThat(config.data().split()).isEqualTo(SplitKind.REFERENCE);
    assertThat(config.data().normalization()).isEqualTo("published");
    assertThat(config.optimization().warmUpEpochs()).isEqualTo(1);
    assertThat(config.optimization().warmUpLr()).isEqualTo(0.01);
    assertThat(config.optimization().schedule()).containsExactly(133, 200);
    assertThat("cifar" + name.replaceAll("^c|-.*", "")).isEqualTo(config.data().dataset());
    assertThat(name).contains("-resnet" + config.model().depth() + "-");
    assertThat(name).contains("-it" + config.optimization().gateIters());
    assertThat(config.model().block())
        .isEqualTo(config.model().depth() == 164 ? "bottleneck" : "basic");
    assertThat(config.optimization().scheduleGate())
        .isEqualTo(name.endsWith("-step") ? GateSchedule.STEP : GateSchedule.CONSTANT);
    assertThat(config.optimization().lrGate()).isEqualTo(name.contains("-lr1e-3") ? 0.001 : 0.01);
  }

  @Test
  void anUnknownNameListsThem() {
    assertThatThrownBy(() -> Presets.load("../config"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("quickstart, mislabeled, c10-resnet110-baseline, c10-resnet110-it1");
  }
}
