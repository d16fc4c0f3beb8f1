package dev.softgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.Range;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateMix;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateTap;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunConfigTest {

  private static final String DEFAULT_YAML = RunConfig.defaults().toYaml();

  /** A value that differs from the default, where none can be made from the declaration. */
  private static final Map<String, String> GIVEN =
      Map.ofEntries(
          Map.entry("dataset", "folder:/some/images"),
          Map.entry("data-dir", "/some/where"),
          Map.entry("data-url", "file:///some/cifar.tar.gz"),
          Map.entry("labels", "noisy.csv"),
          Map.entry("scores", "runs/n/scores.csv"),
          Map.entry("score", "consensus"),
          Map.entry("split", "seeded"),
          Map.entry("fold", "2/5"),
          Map.entry("color-jitter", "0.4,0.3,0.2,0.1"),
          Map.entry("mixup", "0.0"), // another would not fit gate and target-skip
          Map.entry("normalization", "measured"),
          Map.entry("gate", "memory"),
          Map.entry("gate-at", "1,3"),
          Map.entry("gate-after", "2,1"),
          Map.entry("gate-mix", "hard"),
          Map.entry("limit-val", "17"),
          Map.entry("widths", "16,8,16"),
          Map.entry("inner-widths", "8,4,16"),
          Map.entry("lr", "0.05"),
          Map.entry("lr-norms", "2.0"),
          Map.entry("logit-scale", "0.5"),
          Map.entry("warm-up-lr", "0.02"),
          Map.entry("units", "3,2,1"),
          Map.entry("weight-decay", "5.0E-4"),
          Map.entry("epochs", "7"),
          Map.entry("schedule", "3,4"),
          Map.entry("init", "baseline:runs/b"),
          Map.entry("lr-imported", "0.5"),
          Map.entry("freeze-until", "stage2"),
          Map.entry("seed", "123456789012345"),
          Map.entry("data-seed", "987654321098765"),
          Map.entry("target-skip", "0.25,0.5"),
          Map.entry("distill", "runs/teacher"),
          Map.entry("canvas", "8=8"),
          Map.entry("device", "cuda:1"),
          Map.entry("runs-dir", "elsewhere"),
          Map.entry("name", "2019"),
          Map.entry("time-limit", "1h30m"),
          Map.entry("timeout", "90s"));

  /** Keys that need one another, with values that differ from the default and the above. */
  private static final Map<String, String> TOGETHER =
      Map.of("drop-suspects", "0.1", "scores", "s.csv", "score", "loss");

  /** What a key is of, where that is not the default. */
  private static final Map<String, Map<String, String>> BEFORE =
      Map.of(
          "mixup",
          Map.of("dynamics", "none"),
          "optimizer",
          Map.of("lr", "1e-3"),
          "skip-loss",
          Map.of("gate-mix", "hard"),
          "memory-off-epochs",
          Map.of("gate", "memory"),
          "units",
          Map.of("depth", "14")); // that of six units

  /** For every key, a value that differs from the default, as it stands in the file. */
  private static final Map<String, String> OTHER_VALUES =
      Settings.all().stream()
          .collect(
              Collectors.toMap(ConfigKey::name, RunConfigTest::other, (a, b) -> a, TreeMap::new));

  private static String other(ConfigKey key) {
    if (GIVEN.containsKey(key.name())) {
      return GIVEN.get(key.name());
    }
    String usual = RunConfig.defaults().texts().get(key.name());
    return Stream.concat(key.choices().stream(), Stream.of("1", "2", "0.5", "0.25"))
        .filter(text -> !text.equals(usual) && accepts(key, text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("give a value to test of " + key));
  }

  private static boolean accepts(ConfigKey key, String text) {
    try {
      RunConfig.defaults()
          .with(BEFORE.getOrDefault(key.name(), Map.of()))
          .with(TOGETHER.containsKey(key.name()) ? TOGETHER : Map.of())
          .with(Map.of(key.name(), text));
      return true;
    } catch (BadInputException e) {
      return false;
    }
  }

  private static final List<Arguments> OUT_OF_RANGE =
      List.of(
          Arguments.of("dataset", "imagenet", "one of cifar10, cifar100, synthetic, folder:DIR"),
          Arguments.of("dataset", "folder:", "folder:DIR"),
          Arguments.of("data-url", "ftp://host/file", "an http, https or file address"),
          Arguments.of("data-url", "cifar.tar.gz", "an http, https or file address"),
          Arguments.of("image-size", "0", "auto, own, a number of pixels up to 1024"),
          Arguments.of("image-size", "32x1025", "auto, own, a number of pixels up to 1024"),
          Arguments.of("drop-suspects", "1", "at least 0 and below 1, found 1.0"),
          Arguments.of("drop-suspects", "-0.1", "at least 0 and below 1"),
          Arguments.of("drop-suspects", "NaN", "at least 0 and below 1"),
          Arguments.of("drop-suspects", "some", "expected a number or none, found 'some'"),
          Arguments.of("score", "loss", "left out without drop-suspects, found 'loss'"),
          Arguments.of("split", "random", "one of auto, reference, seeded"),
          Arguments.of("val-fraction", "1", "at least 0 and below 1, found 1.0"),
          Arguments.of("val-fraction", "-0.1", "at least 0"),
          Arguments.of("limit-train", "0", "at least 1, found 0"),
          Arguments.of("limit-test", "0", "at least 1"),
          Arguments.of("fold", "6/5", "k/K, a part of K, such as 1/5"),
          Arguments.of("fold", "1/1", "k/K"),
          Arguments.of("fold-by", "class", "one of label, chance"),
          Arguments.of("augment", "cutout", "one of crop-flip, resized-crop, flip, none"),
          Arguments.of("normalization", "none", "published, measured or R,G,B"),
          Arguments.of("normalization", "1,2/3,4", "published, measured or R,G,B"),
          Arguments.of("normalization", "1,2,3/4,0,6", "above 0"),
          Arguments.of("arch", "densenet", "one of resnet, preresnet, resnet18"),
          Arguments.of("depth", "0", "from 1"),
          Arguments.of("block", "dense", "one of basic, bottleneck"),
          Arguments.of("shortcut", "identity", "one of projection, pad, pad-end, subsample-end"),
          Arguments.of("bottleneck-stride", "2x2", "one of 3x3, 1x1"),
          Arguments.of(
              "gate", "magic", "one of " + String.join(", ", Choice.texts(GateKind.class))),
          Arguments.of("gate-at", "2,b", "a list of whole numbers"),
          Arguments.of("gate-after", "x", "a list of whole numbers"),
          Arguments.of("gate-after", "2,0", "numbers at least 1, found [2, 0]"),
          Arguments.of("gate-tap", "middle", "one of entry, exit"),
          Arguments.of(
              "gate-calibration", "normalized", "one of normalised, published, unscaled, raw"),
          Arguments.of(
              "gate-penalty", "l1", "one of none, l2, cross-entropy, binary-cross-entropy"),
          Arguments.of("gate-kernel", "5x5", "one of 1x1-element, 1x1-tube, 3x3-tube"),
          Arguments.of("memory-share", "0", "above 0 and at most 1"),
          Arguments.of("memory-density", "-0.1", "from 0 to 1"),
          Arguments.of("gate-mix", "half", "one of soft, hard"),
          Arguments.of("target-skip", "1.5", "numbers from 0 to 1"),
          Arguments.of("target-skip", "0.5,-0.1", "numbers from 0 to 1"),
          Arguments.of("target-skip", "0.5,x", "expected a list of numbers or none"),
          Arguments.of("anneal-epochs", "-1", "from 0 to 1000000"),
          Arguments.of("skip-loss", "-0.1", "at least 0 and finite, found -0.1"),
          Arguments.of("skip-loss", "NaN", "at least 0 and finite"),
          Arguments.of("distill-weight", "1.1", "from 0 to 1, found 1.1"),
          Arguments.of("distill-temperature", "0", "above 0 and finite"),
          Arguments.of("gate-bias", "-101", "from -100 to 100, found -101.0"),
          Arguments.of("gate-bias", "NaN", "from -100 to 100"),
          Arguments.of("epochs", "0", "from 1"),
          Arguments.of("epochs", "ten", "expected a whole number, found 'ten'"),
          Arguments.of("epochs", "2.5", "expected a whole number"),
          Arguments.of("epochs", "99999999999", "expected a whole number"),
          Arguments.of("batch-size", "0", "from 1 to 65536"),
          Arguments.of("batch-size", "65537", "from 1 to 65536"),
          Arguments.of("lr", "0", "above 0"),
          Arguments.of("lr", "Infinity", "finite"),
          Arguments.of("lr", "NaN", "finite"),
          Arguments.of("optimizer", "adam", "one of sgd, adamw"),
          Arguments.of("momentum", "1", "below 1"),
          Arguments.of("momentum", "NaN", "below 1"),
          Arguments.of("weight-decay", "-1e-4", "at least 0"),
          Arguments.of("norm-weight-decay", "1", "at least 0 and below 1"),
          Arguments.of("lr-norms", "0", "above 0 and at most 1000"),
          Arguments.of("schedule", "200,133", "increasing epochs above 0, found [200, 133]"),
          Arguments.of("schedule", "133,133", "increasing"),
          Arguments.of("schedule", "0,133", "above 0"),
          Arguments.of("schedule", "133,x", "a list of whole numbers, cosine or linear"),
          Arguments.of("schedule", "cosine,3", "a list of whole numbers, cosine or linear"),
          Arguments.of("schedule", "exponential", "a list of whole numbers, cosine or linear"),
          Arguments.of("lr-min", "-1", "at least 0 and finite"),
          Arguments.of("lr-decay-gamma", "0", "above 0 and at most 1"),
          Arguments.of("lr-decay-gamma", "1.5", "above 0 and at most 1"),
          Arguments.of("warm-up-epochs", "-1", "from 0"),
          Arguments.of("warm-up-lr", "0", "above 0"),
          Arguments.of("lr-gate", "0", "above 0"),
          Arguments.of("schedule-gate", "linear", "one of constant, step, cosine"),
          Arguments.of("gate-iters", "0", "from 1"),
          Arguments.of("lambda-mem", "-0.1", "at least 0 and finite"),
          Arguments.of("lambda-mem", "Infinity", "at least 0 and finite"),
          Arguments.of("memory-off-epochs", "-1", "from 0 to 1000000"),
          Arguments.of("mixup", "-1", "from 0 to 100"),
          Arguments.of(
              "color-jitter", "0.4,0.4,0.4,0.6", "four numbers from 0, the last up to 0.5"),
          Arguments.of("color-jitter", "0.4", "four numbers from 0"),
          Arguments.of("crop-shift", "65", "from 0 to 64"),
          Arguments.of("crop-fill", "white", "one of black, reflect"),
          Arguments.of("flip", "never", "one of random, alternating"),
          Arguments.of("cut-out", "-1", "from 0 to 1024"),
          Arguments.of("ema", "1", "above 0 and below 1"),
          Arguments.of("ema", "0", "above 0 and below 1"),
          Arguments.of("label-smoothing", "1", "at least 0 and below 1"),
          Arguments.of("lr-imported", "0", "above 0 and at most 1, found 0.0"),
          Arguments.of("lr-imported", "1.5", "above 0 and at most 1"),
          Arguments.of("freeze-until", "fc", "stem or stageN, such as stage2, found 'fc'"),
          Arguments.of("freeze-until", "stage0", "stem or stageN"),
          Arguments.of("init", "zeros", "one of scratch, baseline, baseline:PATH, features:PATH"),
          Arguments.of(
              "init", "baseline:", "one of scratch, baseline, baseline:PATH, features:PATH"),
          Arguments.of("seed", "1.5", "a whole number"),
          Arguments.of("data-seed", "1.5", "a whole number"),
          Arguments.of("engine", "mkl", "one of auto, libtorch, onednn"),
          Arguments.of("precision", "fp16", "one of auto, fp32, bf16"),
          Arguments.of("threads", "-1", "from 0"),
          Arguments.of(
              "canvas",
              "8",
              "auto, none or WIDTH=IMAGES[,...], at most 64 images, such as 8=8, found '8'"),
          Arguments.of("canvas", "8=8,8=4", "auto, none or"),
          Arguments.of("canvas", "8=65", "auto, none or"),
          Arguments.of("canvas", "0=8", "auto, none or"),
          Arguments.of("canvas", "8=0", "auto, none or"),
          Arguments.of("canvas", "", "auto, none or"),
          Arguments.of(
              "device", "gpu", "must be cpu, auto, cuda, or cuda:N, N from 0, found 'gpu'"),
          Arguments.of("device", "cuda:", "cuda:N"),
          Arguments.of("device", "cuda:-1", "cuda:N"),
          Arguments.of("name", "../up", "a folder name"),
          Arguments.of("name", "", "a folder name"),
          Arguments.of("limit-val", "0", "auto, all or a number"),
          Arguments.of("limit-val", "none", "auto, all or a number"),
          Arguments.of("test-every", "-1", "from 0"),
          Arguments.of("checkpoint-minutes", "0", "above 0"),
          Arguments.of("keep-every", "-1", "from 0"),
          Arguments.of("time-limit", "30 minutes", "a duration such as 90s, 30m or 1h30m"),
          Arguments.of("dynamics", "all", "one of augmented, plain, none"),
          Arguments.of("time-limit", "0s", "longer than nothing"),
          Arguments.of("timeout", "0s", "longer than nothing"));

  /** Any text names a folder. */
  private static final List<String> WITHOUT_RANGE =
      List.of(
          "data-dir",
          "cache-dir",
          "labels",
          "scores",
          "runs-dir",
          "distill",
          "widths",
          "inner-widths");

  @TempDir Path folder;

  @Test
  void defaultsMatchThePublishedCode() {
    OptimizationConfig optimization = RunConfig.defaults().optimization();
    assertThat(optimization.epochs()).isEqualTo(333);
    assertThat(optimization.schedule().milestones()).containsExactly(133, 200);
    assertThat(optimization.lrGate()).isEqualTo(0.01);
    assertThat(RunConfig.defaults().model().gateTap()).isEqualTo(GateTap.ENTRY);
  }

  /** A file of before {@code inner-widths}: its widths were the output of units alone. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet   | [32, 64, 128]       | 16,32,64",
        "resnet34 | [64, 32, 32, 32]    | 64,128,256,512",
        "resnet   | null                | none",
      })
  void readsWidthsOfEarlierFiles(String arch, String widths, String inner) {
    String file =
        RunConfig.defaults()
            .with(Map.of("arch", arch))
            .toYaml()
            .replace("  inner-widths: null\n", "")
            .replace("widths: null", "widths: " + widths);
    RunConfig read = RunConfig.parse(file, "earlier.yaml");
    assertThat(read.texts()).containsEntry("inner-widths", inner);
    assertThat(read.with(Map.of("widths", read.texts().get("widths")))).isEqualTo(read);
    assertThat(read.with(Map.of("widths", "8,8,16")).model().innerWidths()).isNull();
  }

  @Test
  void earlierFilesValidateOnAllImages() {
    String file = RunConfig.defaults().toYaml().replaceAll("  limit-val: .*\\n", "");
    assertThat(RunConfig.parse(file, "earlier.yaml").data().limitVal()).isEqualTo("all");
  }

  /** The other keys have choices, which are refused alike, or a range. */
  @Test
  void everyFormHasARefusedValueToTest() {
    assertThat(
            Stream.concat(
                OUT_OF_RANGE.stream().map(row -> (String) row.get()[0]), WITHOUT_RANGE.stream()))
        .containsAll(
            Settings.all().stream()
                .filter(key -> key.range() == null && key.choices().isEmpty())
                .map(ConfigKey::name)
                .toList());
  }

  @Test
  void rejectsNumbersOutOfRange() {
    for (ConfigKey key : Settings.all()) {
      Range range = key.range();
      if (range == null) {
        continue;
      }
      String least = SettingType.isWhole(key.type()) ? "%.0f" : "%s";
      double below = range.above() ? range.from() : range.from() - 1;
      assertThatThrownBy(
              () ->
                  RunConfig.defaults()
                      .with(Map.of(key.name(), String.format(Locale.ROOT, least, below))))
          .as("%s %s", key, below)
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith(key + ": ");
    }
  }

  @Test
  void readsAndWritesEveryKey() {
    RunConfig config = RunConfig.defaults().with(OTHER_VALUES);
    String yaml = config.toYaml();
    assertThat(RunConfig.parse(yaml, "test")).isEqualTo(config);
    OTHER_VALUES.forEach(
        (key, together) -> {
          String value = key.equals("mixup") ? "0.5" : together; // not beside gate memory
          RunConfig before =
              TOGETHER.containsKey(key)
                  ? RunConfig.defaults().with(TOGETHER)
                  : RunConfig.defaults().with(BEFORE.getOrDefault(key, Map.of()));
          // a target of skipping is for hard gates, and brings them
          List<String> without =
              linesWithout(
                  key,
                  key.equals("target-skip")
                      ? DEFAULT_YAML.replace("gate-mix: soft", "gate-mix: hard")
                      : before.toYaml());
          assertThat(linesWithout(key, before.with(Map.of(key, value)).toYaml()))
              .as("%s changes nothing else", key)
              .isEqualTo(without);
          assertThat(before.with(Map.of(key, value)))
              .as("%s changes something", key)
              .isNotEqualTo(before);
        });
  }

  @Test
  void keepsTheMeaningOfEarlierFiles() {
    String earlier =
        DEFAULT_YAML
            .replaceFirst("(?s) *gate-mix: .*(?=optimization:)", "")
            .replaceFirst("(?s) *labels: .*(?=  split:)", "")
            .replaceFirst("(?s) *fold: .*(?=  augment:)", "")
            .replaceFirst(" *dynamics: .*\n", "")
            .replaceFirst(" *canvas: .*\n", "")
            .replaceFirst("(?s)skipping:\n.*(?=execution:)", "");
    assertThat(earlier)
        .doesNotContain("gate-mix", "distill", "labels", "dynamics", "score", "canvas", "fold");
    Map<String, String> then =
        Map.of("dynamics", "none", "canvas", "none", "fold-by", "chance", "score", "consensus");
    assertThat(RunConfig.parse(earlier, "test")).isEqualTo(RunConfig.defaults().with(then));
  }

  @Test
  void rejectsMemoryFromWithoutOwnedChannels() {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("memory-off-epochs", "3")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("memory-off-epochs: must be left out without gate memory, found 3");
    Map<String, String> never = Map.of("gate", "memory", "epochs", "4", "memory-off-epochs", "4");
    assertThatThrownBy(() -> RunConfig.defaults().with(never))
        .isInstanceOf(BadInputException.class)
        .hasMessage("memory-off-epochs: must be below epochs, 4, found 4");
  }

  /** Also of a file that says where another gate is. */
  @Test
  void memoryGateHasItsOwnPlace() {
    RunConfig elsewhere = RunConfig.defaults().with(Map.of("gate-at", "3"));
    assertThat(elsewhere.with(Map.of("gate", "entropy")).model().gateAt()).containsExactly(3);
    RunConfig memory = elsewhere.with(Map.of("gate", "memory"));
    assertThat(memory.model().gateAt()).isNull();
    assertThat(elsewhere.with(Map.of("gate", "memory", "gate-at", "2")).model().gateAt())
        .containsExactly(2);
    RunConfig placed = memory.with(Map.of("gate-at", "2,3"));
    assertThat(placed.with(Map.of("epochs", "3")).model().gateAt()).containsExactly(2, 3);
    assertThat(placed.with(Map.of("gate", "classifier")).model().gateAt()).isNull();
  }

  @Test
  void rejectsSkipTargetsForSoftGates() {
    assertThatThrownBy(
            () -> RunConfig.defaults().with(Map.of("target-skip", "0.5", "gate-mix", "soft")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("target-skip: must be left out with soft gates, found [0.5]");
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("skip-loss", "0.5")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("skip-loss: must be left out with soft gates, found 0.5");
  }

  @Test
  void requiresSuspectShareWithScores() {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("drop-suspects", "0.1")))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "scores: must be a file that softgate score wrote, for drop-suspects, found none");
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("scores", "s.csv")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("drop-suspects: must be given, as scores is, found none");
  }

  private static List<String> linesWithout(String key, String yaml) {
    // a list's elements stand on lines of their own
    return yaml.lines()
        .filter(line -> !line.strip().startsWith(key + ":") && !line.strip().startsWith("- "))
        .toList();
  }

  @ParameterizedTest
  @FieldSource("OUT_OF_RANGE")
  void rejectsValuesOutOfRange(String key, String value, String says) {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of(key, value)))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(key + ": ")
        .hasMessageContaining(says);
  }

  @Test
  void readsNoneAsNullExceptForNames() {
    RunConfig limited = RunConfig.defaults().with(Map.of("limit-train", "100", "fold", "1/2"));
    RunConfig unlimited = limited.with(Map.of("limit-train", "none", "fold", "none"));
    assertThat(RunConfig.defaults().with(Map.of("name", "none")).execution().name())
        .isEqualTo("none");
    assertThat(limited.data().limitTrain()).isEqualTo(100);
    assertThat(unlimited).isEqualTo(RunConfig.defaults());
    assertThat(
            RunConfig.defaults()
                .with(Map.of("schedule", "none"))
                .optimization()
                .schedule()
                .milestones())
        .isEmpty();
  }

  @Test
  void adamWHasRatesOfItsOwn() {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("optimizer", "adamw")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("lr: must be below 0.1 with optimizer adamw, such as 1e-3, found 0.1");
    Map<String, String> warm =
        Map.of("optimizer", "adamw", "lr", "1e-3", "warm-up-epochs", "1", "warm-up-lr", "0.01");
    assertThatThrownBy(() -> RunConfig.defaults().with(warm))
        .isInstanceOf(BadInputException.class)
        .hasMessage("warm-up-lr: must be at most lr, 0.001, with optimizer adamw, found 0.01");
  }

  @Test
  void nesterovNeedsMomentum() {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("nesterov", "true", "momentum", "0")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("momentum: must be above 0 with nesterov, found 0.0");
  }

  @Test
  void linearAloneWarmsUpForAFraction() {
    Map<String, String> linear =
        Map.of("epochs", "8", "schedule", "linear", "warm-up-epochs", "1.5", "lr-min", "0.02");
    RunConfig config = RunConfig.defaults().with(linear);
    assertThat(EpochScale.texts(config, 3))
        .containsEntry("schedule", "linear")
        .containsEntry("warm-up-epochs", "0.5625");
    assertThatThrownBy(() -> config.with(Map.of("schedule", "cosine")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("warm-up-epochs: must be a whole number without schedule linear, found 1.5");
    assertThatThrownBy(() -> config.with(Map.of("warm-up-lr", "0.2")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("warm-up-lr: must be at most lr, 0.1, with schedule linear, found 0.2");
    assertThatThrownBy(() -> config.with(Map.of("lr-min", "0.2")))
        .isInstanceOf(BadInputException.class)
        .hasMessage("lr-min: must be at most lr, 0.1, found 0.2");
  }

  @Test
  void mixedImagesHaveNoRecordsAndNoOwners() {
    assertThat(RunConfig.defaults().with(Map.of("mixup", "0.2")).execution().dynamics())
        .isEqualTo(Dynamics.PLAIN);
    assertThat(RunConfig.defaults().with(Map.of("mixup", "0")).execution().dynamics())
        .isEqualTo(Dynamics.AUGMENTED);
    for (Map<String, String> other :
        List.of(
            Map.of("dynamics", "augmented"),
            Map.of("gate", "memory"),
            Map.of("target-skip", "0.5"))) {
      Map<String, String> values = new TreeMap<>(other);
      values.put("mixup", "0.2");
      assertThatThrownBy(() -> RunConfig.defaults().with(values))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith(other.keySet().iterator().next() + ": must be ")
          .hasMessageContaining("with mixup");
    }
  }

  @Test
  void cosineIsASchedule() {
    RunConfig config = RunConfig.defaults().with(Map.of("schedule", "cosine", "epochs", "30"));

    assertThat(config.optimization().schedule())
        .isEqualTo(RateSchedule.along(RateSchedule.Curve.COSINE));
    assertThat(config.toYaml()).contains("\n  schedule: cosine\n");
    assertThat(RunConfig.parse(config.toYaml(), "file")).isEqualTo(config);
    assertThat(EpochScale.texts(config, 3)).containsEntry("schedule", "cosine");
    for (String gated : List.of("schedule", "schedule-gate")) {
      assertThatThrownBy(() -> RunConfig.defaults().with(Map.of(gated, "cosine", "lr-min", "0.2")))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("lr-min: must be at most lr");
    }
  }

  @Test
  void constructionChecksRanges() {
    RunConfig config = RunConfig.defaults();
    ModelConfig wrong =
        new ModelConfig(
            Architecture.RESNET,
            0,
            "b",
            "3x3",
            ShortcutKind.PROJECTION,
            GateKind.NONE,
            null,
            null,
            GateTap.EXIT,
            GateCalibration.PUBLISHED,
            GatePenalty.NONE,
            GateKernel.ELEMENT_1X1,
            -6,
            GateMix.SOFT,
            0.25,
            0.1,
            null,
            null,
            StemKind.CIFAR,
            null,
            null);
    assertThatThrownBy(
            () ->
                new RunConfig(
                    config.data(),
                    wrong,
                    config.optimization(),
                    config.skipping(),
                    config.execution()))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "depth: must be from 1 to 100000, found 0;"
                + " block: must be one of basic, bottleneck, found 'b'");
  }

  static Stream<Arguments> brokenFiles() {
    return Stream.of(
        Arguments.of(
            DEFAULT_YAML.replace("  momentum: 0.9\n", ""), "missing key optimization.momentum"),
        Arguments.of(
            DEFAULT_YAML.replace("  momentum: 0.9", "  momentun: 0.9"),
            "unknown key optimization.momentun (meant momentum?)"),
        Arguments.of(
            DEFAULT_YAML.replace("model:\n", "model:\n  lr: 0.1\n"),
            "unknown key model.lr (it belongs in optimization)"),
        Arguments.of(
            DEFAULT_YAML.replace("model:", "modle:"), "unknown section modle (meant model?)"),
        Arguments.of(DEFAULT_YAML.replace("model:", "modle:"), "missing key model.depth"),
        Arguments.of(DEFAULT_YAML.replace("depth: 110", "depth: '110'"), "found '110'"),
        Arguments.of(DEFAULT_YAML.replace("depth: 110", "depth: 110.0"), "depth: expected a whole"),
        Arguments.of(DEFAULT_YAML.replace("depth: 110", "depth: null"), "depth: expected a whole"),
        Arguments.of(DEFAULT_YAML.replace("depth: 110", "depth: true"), "depth: expected a whole"),
        Arguments.of(
            DEFAULT_YAML.replace("block: basic", "block: 3"),
            "block: must be one of basic, bottleneck, found 3"),
        Arguments.of(
            DEFAULT_YAML.replace("data-dir: data", "data-dir: 3"), "data-dir: expected text"),
        Arguments.of(DEFAULT_YAML.replace("split: auto", "split: AUTO"), "one of auto, reference"),
        Arguments.of(DEFAULT_YAML.replace("split: auto", "split: 1"), "one of auto, reference"),
        Arguments.of(DEFAULT_YAML.replace("lr: 0.1\n", "lr: [0.1]\n"), "lr: expected a number"),
        Arguments.of(DEFAULT_YAML.replace("- 200", "- 2e2"), "schedule: expected a list"),
        Arguments.of(DEFAULT_YAML.replace("- 200", "- null"), "schedule: expected a list"),
        Arguments.of(DEFAULT_YAML + "data: 1\n", "Duplicate"),
        Arguments.of(DEFAULT_YAML.replace("  lr: 0.1\n", "  lr: 0.1\n  lr: 0.1\n"), "line "),
        Arguments.of("model: 1\n", "missing key model.depth"),
        Arguments.of("model: [", "not valid YAML"),
        Arguments.of(DEFAULT_YAML + "---\n" + DEFAULT_YAML, "more than one document"),
        Arguments.of("? [a]\n: 3\n", "a key must be plain text"),
        Arguments.of("[".repeat(2000), "nesting depth"),
        Arguments.of("", "expected the sections data, model, optimization, skipping, execution"),
        Arguments.of("depth\n", "expected the sections"));
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void reportsABrokenFileInOneLine(String yaml, String says) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), yaml);
    assertThatThrownBy(() -> RunConfig.read(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(says)
        .message()
        .hasLineCount(1)
        .doesNotContain("jackson", "snakeyaml", "Feature", "Constraints");
  }

  @Test
  void reportsAllProblems() {
    String yaml =
        DEFAULT_YAML
            .replace("depth: 110", "depht: 110")
            .replace("epochs: 333", "epochs: many")
            .replace("momentum: 0.9", "momentum: 9")
            .replace("device: cpu", "device: gpu");
    assertThatThrownBy(() -> RunConfig.parse(yaml, "c.yaml"))
        .hasMessage(
            "c.yaml: unknown key model.depht (meant depth?); missing key model.depth;"
                + " epochs: expected a whole number, found 'many';"
                + " momentum: must be at least 0 and below 1, found 9.0;"
                + " device: must be cpu, auto, cuda, or cuda:N, N from 0, found 'gpu'");
  }

  @Test
  void rejectsMissingAndBinaryFiles() throws IOException {
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> RunConfig.read(folder.resolve("absent.yaml")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("absent.yaml: no such file");
    assertThatThrownBy(() -> RunConfig.read(binary))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("not text in UTF-8");
  }

  @Test
  void rejectsUnknownOverrides() {
    assertThatThrownBy(() -> RunConfig.defaults().with(Map.of("depht", "1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsExponents() {
    String yaml = DEFAULT_YAML.replaceFirst("weight-decay: \\S+", "weight-decay: 1e-4");
    assertThat(yaml).contains("1e-4");
    assertThat(RunConfig.parse(yaml, "c").optimization().weightDecay()).isEqualTo(1e-4);
  }

  @Test
  void equalConfigurationsHaveEqualText() {
    Map<String, String> same = new HashMap<>();
    Settings.all().forEach(key -> same.put(key.name(), OTHER_VALUES.get(key.name())));
    assertThat(RunConfig.defaults().with(same).toYaml().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(
            RunConfig.defaults().with(OTHER_VALUES).toYaml().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsDifferencesFromABase() {
    RunConfig read =
        RunConfig.parse(
            """
            base: c10-resnet110-it3
            model:
            optimization:
              epochs: 7
              schedule: [3]
            """,
            "c.yaml");
    assertThat(read)
        .isEqualTo(Presets.load("c10-resnet110-it3").with(Map.of("epochs", "7", "schedule", "3")));
    assertThat(RunConfig.parse("base: defaults", "c.yaml")).isEqualTo(RunConfig.defaults());
  }

  @Test
  void differencesImplyWhatOptionsImply() {
    RunConfig read = RunConfig.parse("base: published-cifar10\nmodel: {gate: memory}\n", "c.yaml");
    assertThat(read.model().gateAt()).as("the place of the other gate").isNull();
    assertThat(
            RunConfig.parse("base: defaults\nskipping: {target-skip: [0.5]}\n", "c")
                .model()
                .gateMix())
        .isEqualTo(GateMix.HARD);
  }

  @Test
  void differencesAreReadAsStrictlyAsCompleteFiles() {
    String yaml =
        """
        base: defaults
        model:
          depht: 20
        data: 3
        optimization:
          epochs: "7"
          momentum: 1
        """;
    assertThatThrownBy(() -> RunConfig.parse(yaml, "c.yaml"))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "c.yaml: unknown key model.depht (meant depth?); data: expected keys, found 3;"
                + " epochs: expected a whole number, found '7';"
                + " momentum: must be at least 0 and below 1, found 1.0");
    assertThatThrownBy(() -> RunConfig.parse("base: c10\n", "c.yaml"))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith(
            "c.yaml: base: no recipe c10; there are defaults, published-cifar10");
  }

  @Test
  void namesAndUnitsImplyLayers() {
    RunConfig published = RunConfig.defaults().with(Map.of("arch", "resnet34"));
    assertThat(published.model().depth()).isEqualTo(34);
    assertThat(published.model().stem()).isEqualTo(StemKind.CIFAR);
    assertThat(published.model().spec(10).gate().stages()).containsExactly(3);

    ModelSpec wide = RunConfig.defaults().with(Map.of("arch", "wide_resnet50_2")).model().spec(7);
    assertThat(wide.depth()).isEqualTo(50);
    assertThat(wide.block()).isEqualTo(BlockKind.BOTTLENECK);
    assertThat(wide.stem()).isEqualTo(StemKind.IMAGENET);
    assertThat(wide.gate().stages()).containsExactly(3, 4);
    assertThat(ModelConfig.of(wide).spec(7)).isEqualTo(wide);

    ModelSpec free =
        RunConfig.defaults()
            .with(Map.of("units", "3,4,6,3", "block", "bottleneck", "stem", "imagenet"))
            .model()
            .spec(7);
    assertThat(free.depth()).isEqualTo(50);
    assertThat(free.channels(4)).isEqualTo(2048);
    assertThat(ModelConfig.of(free).spec(7)).isEqualTo(free);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arch=resnet50 block=basic | a resnet50 has bottleneck blocks and depth 50",
        "arch=resnet18 units=3,3,3,3 | a resnet18 has [2, 2, 2, 2]",
        "arch=preresnet units=3,3,3 | needs arch resnet",
        "arch=preresnet stem=imagenet | has the stem of CIFAR",
        "units=3,4 | must be 3 or 4 numbers",
        "units=3,4,6,3 depth=50 | make 34 layers",
        "units=5000,1,1 | the most are 10000",
        "units=3,4,6,3 gate-at=5 | has stages 1 to 4",
        "units=3,4,1,3 gate-at=3 | so that nothing would be left for the gate",
        "stem-width=70000 | stem-width: must be a number from 1 to 65536"
      })
  void refusesNetworksThatThereAreNot(String settings, String says) {
    Map<String, String> overrides =
        Arrays.stream(settings.split(" ", -1))
            .map(text -> text.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    if (settings.contains("preresnet")) {
      overrides.put("gate", "none");
    }
    RunConfig config = RunConfig.defaults().with(overrides);
    assertThatThrownBy(() -> config.model().spec(10))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(says);
  }
}
