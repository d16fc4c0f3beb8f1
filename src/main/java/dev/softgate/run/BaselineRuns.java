package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.interop.ShellWords;
import dev.softgate.training.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the plain run that a gated one may start from. */
final class BaselineRuns {

  /** Settings of the gated run that its baseline does not share. */
  private static final Set<String> OWN = Set.of("init", "name", "time-limit");

  /** Keys that the command names whatever their values are: which network, of which images. */
  private static final Set<String> NAMED = Set.of("dataset", "data-dir", "depth", "epochs");

  private BaselineRuns() {}

  /**
   * The newest finished run without a gate whose images, labels, suspects, validation images and
   * backbone are those of the run to start. A baseline that held out other images has trained on
   * some of these, and the validation of what starts from it would be none.
   *
   * @throws BadInputException if there is none; the message has the command that makes one
   */
  static Path newestMatching(RunConfig config, TrainingData data) {
    Path runs = config.execution().runsDir();
    try (Stream<Path> folders = Files.isDirectory(runs) ? Files.list(runs) : Stream.empty()) {
      Optional<Path> newest =
          folders
              .filter(folder -> matches(folder, config, data))
              .max(
                  Comparator.comparing(
                      folder ->
                          Summary.read(new RunFolder(folder).summary()).provenance().started()));
      return newest.orElseThrow(() -> none(config));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the runs in " + runs, e);
    }
  }

  private static boolean matches(Path folder, RunConfig wanted, TrainingData data) {
    RunFolder run = new RunFolder(folder);
    if (!Files.isRegularFile(run.summary()) || !Files.isRegularFile(run.config())) {
      return false;
    }
    Summary summary;
    try {
      summary = Summary.read(run.summary());
    } catch (BadInputException e) {
      return false; // another program's folder, or another version's
    }
    Summary.Network network = summary.network();
    return summary.status() == Summary.Status.FINISHED
        && network.gate().equals("none")
        && AbsolutePaths.dataset(network.dataset())
            .equals(AbsolutePaths.dataset(wanted.data().dataset()))
        && data.dataset().sha256().equals(summary.provenance().dataSha256())
        && Objects.equals(data.labelsSha256(), summary.provenance().labelsSha256())
        && Objects.equals(data.scoresSha256(), summary.provenance().scoresSha256())
        && Objects.equals(wanted.data().dropSuspects(), summary.provenance().dropSuspects())
        && (data.suspects() == null || wanted.data().score().equals(summary.provenance().score()))
        && Objects.equals(SummaryWriter.splitSha256(data), summary.provenance().splitSha256())
        && hasBackbone(run, wanted);
  }

  private static boolean hasBackbone(RunFolder run, RunConfig wanted) {
    try {
      Map<String, String> own = RunConfig.read(run.config()).texts();
      Map<String, String> texts = wanted.texts();
      return Settings.section("model").stream()
          .filter(key -> !key.setting().ofGate())
          .allMatch(key -> Objects.equals(own.get(key.name()), texts.get(key.name())));
    } catch (BadInputException e) {
      return false; // another version's
    }
  }

  private static BadInputException none(RunConfig config) {
    return new BadInputException(
        "no finished baseline run of these images and this split in %s to start from; make one with: %s"
            .formatted(config.execution().runsDir(), ShellWords.join(command(config))));
  }

  /** What trains a baseline for a gated run: the same but for the gate and what belongs to it. */
  private static List<String> command(RunConfig config) {
    Map<String, String> defaults = RunConfig.defaults().texts();
    List<String> words = new ArrayList<>(List.of("softgate", "train", "--gate", "none"));
    config
        .texts()
        .forEach(
            (key, text) -> {
              boolean own = OWN.contains(key) || Settings.of(key).setting().ofGate();
              if (!own && (NAMED.contains(key) || !text.equals(defaults.get(key)))) {
                words.addAll(List.of("--" + key, text));
              }
            });
    return words;
  }
}
