package dev.softgate.battery;

import dev.softgate.BadInputException;
import dev.softgate.cli.CommandRun;
import dev.softgate.cli.TinyRun;
import dev.softgate.serving.SkippingClassifier;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** All readers of a run's checkpoint or configuration. */
final class Readers {

  /** A reader. */
  enum OfCheckpoint {
    EVAL,
    PREDICT,
    RESUME,
    SCORE,
    REPORT,
    INIT,
    SKIP,
    EXTRACT,
    SERVE
  }

  private Readers() {}

  /** Lets a reader read the checkpoint that {@link Corpus#copyFor} returned. */
  static CommandRun read(OfCheckpoint reader, Path run, Corpus corpus) {
    String folder = run.toString();
    return switch (reader) {
      case EVAL -> TinyRun.run("eval", folder, "--threads=1", "--json");
      case PREDICT ->
          TinyRun.run("predict", folder, corpus.image("png").toString(), "--threads=1", "--json");
      case RESUME -> TinyRun.runOneStep("train", "--resume", folder);
      case SCORE -> TinyRun.run("score", folder, "--threads=1", "--resamples=10");
      case REPORT -> TinyRun.run("report", folder);
      case INIT -> firstStep(run, "--init=baseline:" + Corpus.checkpoint(run));
      case SKIP -> TinyRun.run("skip", folder, "--seconds=0", "--threads=1");
      case EXTRACT ->
          TinyRun.run("extract", folder, "--out", run.resolveSibling("extracted").toString());
      case SERVE -> serve(run);
    };
  }

  static CommandRun ofConfig(Random random, Path run, Corpus corpus) {
    String folder = run.toString();
    return switch (random.nextInt(4)) {
      case 0 -> TinyRun.run("report", folder);
      case 1 -> TinyRun.run("train", "--resume", folder, "--print-config");
      case 2 -> TinyRun.run("eval", folder, "--threads=1");
      default ->
          TinyRun.run("train", "--config", run.resolve("config.yaml").toString(), "--print-config");
    };
  }

  /** A training that ends after its first step. */
  static CommandRun firstStep(Path folder, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "train",
                "--dataset=synthetic",
                "--limit-train=48",
                "--limit-test=16",
                "--val-fraction=0.01",
                "--depth=14",
                "--batch-size=16",
                "--epochs=1",
                "--threads=1",
                "--canvas=none",
                "--precision=fp32",
                "--runs-dir=" + folder.resolve("runs"),
                "--name=first"));
    words.addAll(List.of(options));
    return TinyRun.runOneStep(words.toArray(String[]::new));
  }

  /** The Java interface, wrapped as a command. */
  private static CommandRun serve(Path run) {
    try (SkippingClassifier classifier = SkippingClassifier.open(run, 1)) {
      classifier.classify(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB));
      return new CommandRun(0, "", "");
    } catch (BadInputException e) {
      return new CommandRun(2, "", "softgate: " + e.getMessage() + "\n");
    } catch (RuntimeException | Error e) {
      return new CommandRun(1, "", "softgate: failed: " + e + "\n");
    }
  }
}
