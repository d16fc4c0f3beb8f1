package dev.softgate.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.Presets;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.gate.GateKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The text of {@code config.yaml}: the default one line by line, the others as differences from it;
 * what files mean that lack a key.
 *
 * @see Golden
 */
class ConfigContractTest {

  /** Every key has another value than the default, but the device, and mixup beside memory. */
  private static final String[] OTHER =
      ("--dataset=folder:/some/images --data-dir=/some/where --data-url=file:///some/cifar.tar.gz"
              + " --image-size=48 --resize=pad --skip-bad --cache-dir=none --labels=/some/noisy.csv"
              + " --drop-suspects=0.2 --scores=/some/scores.csv --score=consensus --split=seeded"
              + " --val-fraction=0.25 --limit-train=1000 --limit-val=17 --limit-test=500"
              + " --data-seed=987654321098765 --fold=2/5 --fold-by=chance --augment=flip"
              + " --crop-area=0.5 --crop-ratio=2 --crop-shift=3 --crop-fill=reflect --flip=alternating"
              + " --color-jitter=0.4,0.3,0.2,0.1 --cut-out=5 --normalization=measured --arch=preresnet"
              + " --depth=164 --block=bottleneck --bottleneck-stride=1x1 --shortcut=pad-end"
              + " --gate=memory --gate-at=1,3 --gate-after=2,1 --gate-tap=exit"
              + " --gate-calibration=unscaled --gate-penalty=binary-cross-entropy"
              + " --gate-kernel=3x3-tube --gate-bias=-2.5 --gate-mix=hard --memory-share=0.5"
              + " --memory-density=0.03 --widths=16,8,16 --inner-widths=8,4,16 --stem=imagenet"
              + " --units=18,18,18 --stem-width=8 --epochs=7 --batch-size=64 --lr=0.05"
              + " --optimizer=adamw --nesterov --lr-norms=2 --norm-weight-decay=0 --momentum=0.8"
              + " --weight-decay=5e-4 --schedule=3,4 --lr-decay-gamma=0.2 --lr-min=0.0001"
              + " --warm-up-epochs=1 --warm-up-lr=0.02 --lr-gate=0.001 --schedule-gate=step"
              + " --gate-iters=3 --lambda-mem=0.25 --memory-off-epochs=3 --label-smoothing=0.1"
              + " --ema=0.75 --init=baseline:/some/run --units-init=zero --stem-init=whitened"
              + " --logit-scale=0.5 --lr-imported=0.25 --freeze-until=stage1 --seed=123456789012345"
              + " --target-skip=0.25,0.5 --anneal-epochs=2 --skip-loss=0.5 --distill=/some/teacher"
              + " --distill-weight=0.5 --distill-temperature=2.5 --engine=libtorch --precision=bf16"
              + " --threads=2 --canvas=8=8 --device=cpu --runs-dir=elsewhere --name=2019"
              + " --test-every=0 --checkpoint-minutes=0.25 --keep-every=3 --dynamics=plain"
              + " --time-limit=1h30m")
          .split(" ");

  private static String printed(String... options) {
    List<String> words = new ArrayList<>(List.of("train", "--print-config"));
    words.addAll(List.of(options));
    CommandRun run = CommandRun.of(new RecordedTraining(), words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  /** A file's keys with the text behind each, elements of lists included; the order is kept. */
  private static Map<String, String> entries(String yaml) {
    Map<String, String> entries = new LinkedHashMap<>();
    String section = "";
    String key = "";
    for (String line : yaml.lines().toList()) {
      if (line.startsWith("  - ")) {
        entries.merge(key, line.strip(), (value, element) -> (value + " " + element).strip());
      } else if (line.startsWith("  ")) {
        key = section + line.substring(2, line.indexOf(':'));
        entries.put(key, line.substring(line.indexOf(':') + 1).strip());
      } else {
        section = line.strip().replace(':', '.');
        entries.put(section, "");
      }
    }
    return entries;
  }

  /** What differs from the base; the keys are the same and stand in the same order. */
  private static String differences(String base, String yaml) {
    Map<String, String> before = entries(base);
    Map<String, String> after = entries(yaml);
    assertThat(after.keySet()).containsExactlyElementsOf(before.keySet());
    StringBuilder text = new StringBuilder();
    after.forEach(
        (key, value) -> {
          if (!value.equals(before.get(key))) {
            text.append("  ").append(key).append(": ").append(value).append('\n');
          }
        });
    return text.toString();
  }

  @Test
  void defaultsMatchTheGoldenFile() throws IOException {
    Golden.assertKeeps("config.yaml", printed());
  }

  /** Every option given reaches the file, as does every value that is read. */
  @Test
  void otherValuesAreTheGoldenFile() throws IOException {
    String other = printed(OTHER);
    String differences = differences(printed(), other);
    Golden.assertMatches("config-other.txt", differences);
    assertThat(RunConfig.parse(other, "other.yaml").toYaml()).isEqualTo(other);
    assertThat(differences.lines().count()).isEqualTo(OTHER.length - 1); // there is one device
  }

  @Test
  void eachGateIsADifferenceFromTheDefaults() throws IOException {
    StringBuilder text = new StringBuilder();
    for (GateKind kind : GateKind.values()) {
      text.append(kind.text()).append('\n');
      text.append(differences(printed(), printed("--gate", kind.text())));
    }
    Golden.assertKeeps("gates.txt", text.toString());
  }

  @Test
  void eachRecipeIsADifferenceFromTheDefaults() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : Presets.names()) {
      text.append(name).append('\n').append(differences(printed(), printed("--preset", name)));
    }
    Golden.assertMatches("recipes.txt", text.toString());
  }

  /**
   * Each key alone is taken out of a file, which then means what it meant before there was the key.
   * Keys without a row mean the default.
   */
  @Test
  void keepsTheMeaningOfFilesWithoutAKey() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String yaml : List.of(printed(), printed(OTHER))) {
      text.append(text.isEmpty() ? "defaults\n" : "other values\n");
      for (ConfigKey key : Settings.all()) {
        String without = yaml.replaceFirst("(?m)^  " + key.name() + ":.*\n(  - .*\n)*", "");
        assertThat(without).as(key.name()).isNotEqualTo(yaml);
        String meaning = meaning(without, yaml);
        text.append(meaning.isBlank() ? "" : " " + key.name() + meaning);
      }
    }
    Golden.assertMatches("old-files.txt", text.toString());
  }

  private static String meaning(String yaml, String complete) {
    try {
      return "\n" + differences(complete, RunConfig.parse(yaml, "file").toYaml());
    } catch (BadInputException e) {
      return requireNonNull(e.getMessage()).contains("missing key")
          ? " must be there\n"
          : " is needed by others\n";
    }
  }

  @Test
  void allProblemsOfACommandLineAreNamedAtOnce() {
    CommandRun run =
        CommandRun.of(
            new RecordedTraining(),
            "train",
            "--epochs=many",
            "--momentum=9",
            "--gate=magic",
            "--dataset=none",
            "--time-limit=soon");
    CommandRun.assertRefused(
        run, "--epochs", "'many'", "--momentum", "9", "--gate", "--dataset", "--time-limit");
  }
}
