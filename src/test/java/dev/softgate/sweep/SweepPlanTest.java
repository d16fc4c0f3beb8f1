package dev.softgate.sweep;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepPlanTest {

  @TempDir private Path folder;

  private SweepPlan plan(String yaml) throws IOException {
    return plan(yaml, 1, Map.of());
  }

  private SweepPlan plan(String yaml, double scale, Map<String, String> overrides)
      throws IOException {
    Path file = folder.resolve("rates.yaml");
    Files.writeString(file, yaml);
    return SweepPlan.of(new SweepRequest(file, null, null, scale, overrides));
  }

  private static SweepPlan preset(@Nullable String name, double scale) {
    return SweepPlan.of(new SweepRequest(null, name, null, scale, Map.of()));
  }

  private static List<String> names(SweepPlan plan) {
    return plan.runs().stream().map(SweepRun::name).toList();
  }

  @Test
  void combinesEachValueWithEachAndAddsTheList() throws IOException {
    SweepPlan plan =
        plan(
            """
            base: {dataset: synthetic, depth: 20, epochs: 4, schedule: none}
            list:
              - {gate: none}
              - {base: quickstart, lr: 0.2, schedule: [1, 2], seeds: [7]}
            grid: {lr: [0.1, 0.05], gate-iters: [1, 3]}
            seeds: 2
            """);

    assertThat(plan.name()).isEqualTo("rates");
    assertThat(plan.combinations().stream().map(Combination::label))
        .containsExactly(
            "gate=none",
            "quickstart lr=0.2 schedule=1,2",
            "lr=0.1 gate-iters=1",
            "lr=0.1 gate-iters=3",
            "lr=0.05 gate-iters=1",
            "lr=0.05 gate-iters=3");
    assertThat(plan.runs()).hasSize(5 * 2 + 1);
    assertThat(plan.runs().stream().map(SweepRun::seed))
        .as("all combinations of the first seed come first")
        .containsExactly(1L, 7L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L, 2L);
    RunConfig own = plan.combinations().get(1).config();
    assertThat(own.optimization().batchSize()).as("of quickstart").isEqualTo(64);
    assertThat(own.optimization().epochs()).as("of the sweep's base").isEqualTo(4);
    assertThat(own.optimization().schedule().milestones()).containsExactly(1, 2);
    assertThat(plan.runs().get(2).config().optimization().lr()).isEqualTo(0.1);
  }

  @Test
  void trainsTheBaseAloneWithItsOwnSeed() throws IOException {
    Files.writeString(
        folder.resolve("small.yaml"), "base: quickstart\noptimization: {seed: 9, epochs: 2}\n");
    SweepPlan plan = plan("base: small.yaml\n");
    assertThat(plan.runs()).hasSize(1);
    assertThat(plan.runs().get(0).seed()).isEqualTo(9);
    assertThat(plan.combinations().get(0).label()).isEqualTo("base");
  }

  @Test
  void namesDependOnTheSettingsAlone() throws IOException {
    List<String> names = names(plan("base: quickstart\ngrid: {lr: [0.1, 0.05]}\n"));
    assertThat(names).allMatch(name -> name.matches("lr=0\\.(1|05)_seed=1_[0-9a-f]{8}"));
    assertThat(names(plan("base: {base: quickstart}\ngrid: {lr: [0.05, 0.2, 0.1]}\nseeds: 2\n")))
        .as("in another order, among others")
        .containsAll(names);
    assertThat(
            names(plan("base: quickstart\ngrid: {lr: [0.1, 0.05]}\n", 1, Map.of("threads", "1"))))
        .as("computed in another way")
        .isEqualTo(names);
    assertThat(
            names(
                plan(
                    "base: quickstart\ngrid: {lr: [0.1, 0.05]}\n",
                    1,
                    Map.of("data-dir", "elsewhere"))))
        .as("with images elsewhere")
        .isEqualTo(names);
    assertThat(names(plan("base: {base: quickstart, epochs: 5}\ngrid: {lr: [0.1, 0.05]}\n")))
        .as("another base makes other runs")
        .doesNotContainAnyElementsOf(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
"""
          gird: {lr: [1]}; rates.yaml: unknown key gird (meant grid?)
          grid: {lrr: [1]}; rates.yaml: grid: lrr: no such setting; meant lr?
          grid: {lr: 0.1}; rates.yaml: grid: lr: expected a list of values, found 0.1
          grid: {lr: []}; rates.yaml: grid: lr: expected a list of values, found []
          grid: {lr: [{a: 1}]}; rates.yaml: grid: lr: expected a value
          grid: {lr: [0.1, fast]}; rates.yaml: grid lr=fast: lr: expected a number, found 'fast'
          grid: {model: [1]}; rates.yaml: grid: model: is a section
          grid: {seed: [1, 2]}; rates.yaml: grid: seed: use the key seeds
          base: {name: x}; rates.yaml: base: name: runs are named after their settings
          base: {runs-dir: x}; rates.yaml: base: runs-dir: give it as an option, --runs-dir
          base: quickstrat; rates.yaml: base: recipes: base: no recipe quickstrat
          base: gone.yaml; gone.yaml: no such file
          list: {lr: 0.1}; rates.yaml: list: expected a list of maps of settings
          list: [{lr: 0.1}, {epochs: 0}]; rates.yaml: list entry 2: epochs: must be from 1 to 1000000
          list: [{}, {depth: 21}]; rates.yaml: list entry 2: depth
          list: [{labels: gone.csv}]; rates.yaml: list entry 1: labels:
          list: [{dataset: 'folder:gone'}]; gone: no such file or folder
          list: [{lr: 0.1}, {}, {momentum: 0.9}]; list entry 2: trains the same as
          seeds: 0; rates.yaml: seeds: expected how many, at least 1, or a list of seeds, found 0
          seeds: [1, 1]; rates.yaml: seeds: 1 is listed twice
          seeds: [1, a]; rates.yaml: seeds: expected whole numbers, found "a"
          seeds: []; rates.yaml: seeds: expected how many
          [1]; rates.yaml: expected the keys base, grid, list, seeds
          'grid: {lr: [1]'; rates.yaml line
          'base: {lr: &rate 0.1}
grid: {lr-gate: [*rate, 0.2]}'; rates.yaml line 2: YAML's aliases, here *rate, are not
          'base: &all {lr: 0.1}
list: [{<<: *all, epochs: 3}]'; line 2: YAML's aliases, here *all
""")
  void namesFileEntryAndKey(String yaml, String message) {
    assertThatThrownBy(() -> plan(yaml + "\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void notesSettingsWithoutEffect() throws IOException {
    assertThat(plan("base: {gate: none}\ngrid: {lr-gate: [0.1, 0.01]}\n").notes())
        .containsExactly(
            "lr-gate=0.1: lr-gate has no effect: the network has no gate",
            "lr-gate=0.01: lr-gate has no effect: the network has no gate");
  }

  @Test
  void refusesMoreRunsThanAnyoneTrains() {
    String base = "base: {dataset: synthetic, epochs: 1}\n";
    assertThatThrownBy(() -> plan(base + "seeds: 2000000000\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("2,000,000,000 seeds");
    assertThatThrownBy(() -> plan(base + "grid: {lr: [0.1, 0.2, 0.3]}\nseeds: 4000\n"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("12,000 runs");
  }

  /** The folder is named after the file, and must lie in the folder of runs. */
  @ParameterizedTest
  @ValueSource(strings = {"...yaml", "two words.yaml", "a\nb.yaml"})
  void refusesFileNamesThatAreNoFolderNames(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "base: {dataset: synthetic, epochs: 1}\n");
    assertThatThrownBy(() -> SweepPlan.of(new SweepRequest(file, null, null, 1, Map.of())))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("would be named after the file");
    assertThat(SweepPlan.of(new SweepRequest(file, null, "named", 1, Map.of())).name())
        .isEqualTo("named");
  }

  @Test
  void scalesEpochsAndImages() throws IOException {
    String yaml =
        """
        base: {dataset: synthetic, epochs: 40, schedule: [20, 30], warm-up-epochs: 4}
        seeds: [3]
        """;
    SweepPlan plan = plan(yaml, 0.1, Map.of());
    RunConfig config = plan.runs().get(0).config();
    assertThat(plan.name()).isEqualTo("rates-scale=0.1");
    assertThat(config.optimization().epochs()).isEqualTo(4);
    assertThat(config.optimization().schedule().milestones()).containsExactly(2, 3);
    assertThat(config.optimization().warmUpEpochs()).isZero();
    assertThat(config.data().limitTrain()).isEqualTo(450);
    assertThat(names(plan)).isNotEqualTo(names(plan(yaml)));

    assertThatThrownBy(() -> plan(yaml, 0, Map.of()))
        .hasMessageContaining("scale: must be above 0");
    Files.createDirectories(folder.resolve("photos"));
    assertThatThrownBy(
            () ->
                plan(
                    "base: {dataset: 'folder:%s'}\n".formatted(folder.resolve("photos")),
                    0.5,
                    Map.of()))
        .hasMessageContaining("is not known; set limit-train");
  }

  @Test
  void publishedSweepHasTheFiftyFiveRuns() {
    SweepPlan plan = preset("published", 1);
    assertThat(plan.runs()).hasSize(55);
    assertThat(plan.combinations())
        .hasSize(30)
        .allSatisfy(
            one -> {
              var published = requireNonNull(one.published());
              assertThat(published.source()).isEqualTo("logs2019");
              assertThat(one.seeds()).hasSize(published.runs());
            });
    RunConfig small = preset("published", 0.01).runs().get(0).config();
    assertThat(small.optimization().epochs()).isEqualTo(3);
    assertThat(small.optimization().schedule().milestones()).containsExactly(1, 2);
    assertThat(small.data().limitTrain()).isEqualTo(450);
    assertThatThrownBy(() -> preset("publisht", 1))
        .hasMessageContaining("no such sweep; there is published");
    assertThatThrownBy(() -> preset(null, 1)).hasMessageContaining("specify a file");
  }
}
