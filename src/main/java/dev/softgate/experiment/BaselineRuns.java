package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.training.ModelConfig;
import dev.softgate.training.RunConfig;
import dev.softgate.training.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the plain run that a gated one may start from. */
final class BaselineRuns {

  private BaselineRuns() {}

  /**
   * The newest finished run without a gate whose images, labels, suspects, validation images and
   * backbone are those of the run to start. A baseline that held out other images has trained on
   * some of these, and the validation of what starts from it would be none.
   *
   * @throws BadInputException if there is none; it says which command makes one
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
        && network.dataset().equals(wanted.data().dataset())
        && data.dataset().sha256().equals(summary.provenance().dataSha256())
        && Objects.equals(data.labelsSha256(), summary.provenance().labelsSha256())
        && Objects.equals(data.scoresSha256(), summary.provenance().scoresSha256())
        && Objects.equals(wanted.data().dropSuspects(), summary.provenance().dropSuspects())
        && (data.suspects() == null || wanted.data().score().equals(summary.provenance().score()))
        && Objects.equals(SummaryWriter.splitSha256(data), summary.provenance().splitSha256())
        && hasBackbone(run, wanted.model());
  }

  private static boolean hasBackbone(RunFolder run, ModelConfig wanted) {
    try {
      ModelConfig model = RunConfig.read(run.config()).model();
      return model.arch().equals(wanted.arch())
          && model.depth() == wanted.depth()
          && model.block().equals(wanted.block())
          && model.bottleneckStride().equals(wanted.bottleneckStride())
          && model.shortcut().equals(wanted.shortcut())
          && Objects.equals(model.widths(), wanted.widths());
    } catch (BadInputException e) {
      return false; // another version's
    }
  }

  private static BadInputException none(RunConfig config) {
    List<Integer> widths = config.model().widths();
    return new BadInputException(
        ("no finished baseline run of these images and this split in %s to start from; make one"
             + " with: softgate train --gate none --dataset %s --data-dir %s --split %s"
             + " --val-fraction %s --seed %d --arch %s --depth %d --block %s --bottleneck-stride %s"
             + " --shortcut %s%s --runs-dir %s%s%s")
            .formatted(
                config.execution().runsDir(),
                config.data().dataset(),
                config.data().dataDir(),
                config.data().split().name().toLowerCase(Locale.ROOT),
                config.data().valFraction(),
                config.optimization().seed(),
                config.model().arch(),
                config.model().depth(),
                config.model().block(),
                config.model().bottleneckStride(),
                config.model().shortcut(),
                widths == null
                    ? ""
                    : " --widths "
                        + widths.stream().map(String::valueOf).collect(Collectors.joining(",")),
                config.execution().runsDir(),
                config.data().labels() == null ? "" : " --labels " + config.data().labels(),
                config.data().dropSuspects() == null
                    ? ""
                    : " --drop-suspects %s --scores %s --score %s"
                        .formatted(
                            config.data().dropSuspects(),
                            config.data().scores(),
                            config.data().score())));
  }
}
