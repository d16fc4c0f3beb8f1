package dev.softgate.battery;

import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainRequest;
import dev.softgate.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;

/** Trains many steps and prints the memory in use at every tenth. */
final class LongTraining {

  private LongTraining() {}

  /** Arguments: a folder, an engine, a gate, the number of steps. */
  public static void main(String[] arguments) {
    int steps = Integer.parseInt(arguments[3]);
    int batches = 125;
    RunConfig config =
        RunConfig.defaults()
            .with(
                Map.ofEntries(
                    Map.entry("dataset", "synthetic"),
                    Map.entry("limit-train", "500"),
                    Map.entry("limit-test", "16"),
                    Map.entry("val-fraction", "0.01"),
                    Map.entry("depth", "14"),
                    Map.entry("batch-size", "4"),
                    Map.entry("epochs", Integer.toString(steps / batches)),
                    Map.entry("schedule", "none"),
                    Map.entry("lr", "0.01"),
                    Map.entry("threads", "1"),
                    Map.entry("canvas", "none"),
                    Map.entry("engine", arguments[1]),
                    Map.entry("gate", arguments[2]),
                    Map.entry("runs-dir", arguments[0]),
                    Map.entry("name", "long")));
    TrainingListener sampler =
        new TrainingListener() {
          private int step;

          @Override
          public void stepFinished(StepProgress progress) {
            step++;
            if (step % (steps / 10) == 0) {
              System.gc();
              System.out.printf("%d %d %d%n", step, rssKilobytes(), Pointer.totalCount());
            }
          }
        };
    Experiment.run(
        new TrainRequest(config, null, List.of(sampler), () -> false, "long training"),
        DownloadListener.NONE);
    System.exit(0);
  }

  private static long rssKilobytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
