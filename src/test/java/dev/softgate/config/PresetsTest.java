package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.data.SplitKind;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateTap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  void listsEveryRecipe() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/recipes"))) {
      assertThat(Stream.concat(Presets.names().stream(), Presets.BASES.stream()))
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString().replace(".yaml", "")).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void bindsEveryRecipe(String name) {
    RunConfig config = Presets.load(name);
    assertThat(RunConfig.parse(config.toYaml(), name)).isEqualTo(config);
    assertThat(Presets.text(name))
        .startsWith("# ")
        .contains("\n# Source: ", "\n# Expected: ")
        .contains("\n# Command: softgate train --preset " + name + "\n");
    assertThat(Presets.text(name)).containsPattern("\n\nbase: (published-cifar10|defaults)\n");
    assertThat(Presets.text(name).lines().count()).as("lines").isLessThan(30);
    for (ConfigKey key : Settings.all()) {
      if (!key.affects(Affects.RESULT) && !key.affects(Affects.RECORD)) {
        assertThat(config.texts().get(key.name()))
            .as("a recipe leaves %s open", key)
            .isEqualTo(RunConfig.defaults().texts().get(key.name()));
      }
    }
    assertThat(config.data().limitTrain()).as("a recipe uses all its images").isNull();
    assertThat(config.data().limitTest()).as("a recipe uses all its images").isNull();
  }

  @ParameterizedTest
  @MethodSource("publishedNames")
  void publishedRecipesMatchThePublishedRuns(String name) {
    RunConfig config = Presets.load(name);
    assertThat(config.model().gateTap()).isEqualTo(GateTap.EXIT);
    assertThat(config.model().gateCalibration()).isEqualTo(GateCalibration.UNSCALED);
    assertThat(config.data().split()).isEqualTo(SplitKind.REFERENCE);
    assertThat(config.data().normalization()).isEqualTo("published");
    assertThat(config.optimization().warmUpEpochs()).isEqualTo(1);
    assertThat(config.optimization().warmUpLr()).isEqualTo(0.01);
    assertThat(config.optimization().schedule().milestones()).containsExactly(133, 200);
    assertThat("cifar" + name.replaceAll("^c|-.*", "")).isEqualTo(config.data().dataset());
    assertThat(name).contains("-resnet" + config.model().depth() + "-");
    assertThat(name).contains("-it" + config.optimization().gateIters());
    assertThat(config.model().block())
        .isEqualTo(config.model().depth() == 164 ? "bottleneck" : "basic");
    assertThat(config.optimization().scheduleGate())
        .isEqualTo(name.endsWith("-step") ? GateSchedule.STEP : GateSchedule.CONSTANT);
    assertThat(config.optimization().lrGate()).isEqualTo(name.contains("-lr1e-3") ? 0.001 : 0.01);
  }

  /** Whoever reads a recipe sees differences alone: a line that repeats the base says nothing. */
  @ParameterizedTest
  @MethodSource("names")
  void repeatsNothingOfItsBase(String name) {
    String text = Presets.text(name);
    Matcher line = Pattern.compile("(?m)^  ([a-z-]+): .*\n").matcher(text);
    while (line.find()) {
      if (!line.group(1).equals("depth")) { // resnet34 has one depth
        String without = text.substring(0, line.start()) + text.substring(line.end());
        assertThat(RunConfig.parse(without, name))
            .as(line.group())
            .isNotEqualTo(Presets.load(name));
      }
    }
  }

  @Test
  void allRecipesTogetherAreShort() {
    long lines =
        Stream.concat(Presets.names().stream(), Presets.BASES.stream())
            .mapToLong(name -> Presets.text(name).lines().count())
            .sum();
    assertThat(lines).isLessThanOrEqualTo(900);
  }

  @Test
  void listsRecipesForAnUnknownName() {
    assertThatThrownBy(() -> Presets.load("../config"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(
            "quickstart, mislabeled, fast-small, c10-resnet110-baseline, c10-resnet110-it1");
  }
}
