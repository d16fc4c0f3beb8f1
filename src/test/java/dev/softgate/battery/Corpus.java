package dev.softgate.battery;

import dev.softgate.cli.CommandRun;
import dev.softgate.cli.TinyRun;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.pytorch.SavedNetwork;
import dev.softgate.training.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The valid files that mutations start from: a trained, calibrated and scored run, and input files.
 *
 * @param folder the folder of all files
 * @param run the run's folder, which is never changed
 * @param begun the folder of a run that was stopped within its first epoch
 * @param memory the folder of a run with owned channels
 */
record Corpus(Path folder, Path run, Path begun, Path memory) {

  /** The kinds of image files; each has a small example. */
  static final String[] IMAGES = {"png", "jpg", "gif", "bmp"};

  static Corpus make(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path labels = TinyRun.noise(folder.resolve("labels.csv"), 0.2);
    TinyRun trained = TinyRun.train(folder, "tiny", 2, "--val-fraction=0.01", "--labels=" + labels);
    Path begun = folder.resolve("runs/begun");
    CommandRun oneStep =
        TinyRun.runOneStep(
            TinyRun.arguments(folder, "begun", 2, "--val-fraction=0.01", "--labels=" + labels));
    if (oneStep.exitCode() != 130) {
      throw new IllegalStateException(oneStep.toString());
    }
    Path memory = TinyRun.train(folder, "memory", "--val-fraction=0.01", "--gate=memory").path();
    Corpus corpus = new Corpus(folder, trained.path(), begun, memory);
    String run = trained.toString();
    require(TinyRun.run("skip", run, "--calibrate", "--seconds=0", "--threads=1"));
    require(TinyRun.run("skip", run, "--curve", "--seconds=0", "--threads=1"));
    require(TinyRun.run("score", run, "--threads=1", "--resamples=10"));
    Random random = new Random(3);
    for (String format : IMAGES) {
      BufferedImage image = new BufferedImage(24, 20, BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < 24 * 20; i++) {
        image.setRGB(i % 24, i / 24, random.nextInt(1 << 24));
      }
      ImageIO.write(image, format, corpus.image(format).toFile());
    }
    Files.write(corpus.zip(), corpus.saved(true, UnaryOperator.identity()));
    Files.write(corpus.stream(), corpus.saved(false, UnaryOperator.identity()));
    Safetensors.write(corpus.safetensors(), corpus.state(), Map.of());
    Files.writeString(corpus.votes(), voteTable());
    for (String ending : new String[] {"safetensors", "json"}) {
      Files.copy(
          Path.of("src/test/resources/golden/baseline_resnet_basic14_c10." + ending),
          folder.resolve("golden." + ending));
    }
    return corpus;
  }

  private static void require(CommandRun run) {
    if (run.exitCode() != 0) {
      throw new IllegalStateException(run.toString());
    }
  }

  /** Human votes on the synthetic test images. */
  private static String voteTable() {
    int[] labels = SyntheticDataset.generate(1).dataset().test().labels();
    StringBuilder text = new StringBuilder("index,label");
    SyntheticDataset.generate(1).dataset().classNames().forEach(n -> text.append(',').append(n));
    text.append('\n');
    for (int i = 0; i < labels.length; i++) {
      text.append(i).append(',').append(labels[i]);
      for (int k = 0; k < 10; k++) {
        text.append(',').append(k == labels[i] ? 40 + i % 10 : (i + k) % 3);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private Map<String, HostTensor> state() {
    return Checkpoint.read(checkpoint(run)).network();
  }

  /** The network as PyTorch would save it. */
  byte[] saved(boolean zip, UnaryOperator<byte[]> pickle) {
    return SavedNetwork.of(state(), zip, pickle);
  }

  static Path checkpoint(Path run) {
    return run.resolve("checkpoints/final.safetensors");
  }

  Path labels() {
    return folder.resolve("labels.csv");
  }

  Path image(String format) {
    return folder.resolve("image." + format);
  }

  Path zip() {
    return folder.resolve("network.pth");
  }

  Path stream() {
    return folder.resolve("old.pth");
  }

  Path safetensors() {
    return folder.resolve("network.safetensors");
  }

  Path votes() {
    return folder.resolve("votes.csv");
  }

  Path golden() {
    return folder.resolve("golden.safetensors");
  }

  /** Copies the run's files that readers use, to be damaged. */
  Path copy(Path to) throws IOException {
    return copy(run, to);
  }

  /** Copies the run for a reader; returns the checkpoint that it will read. */
  Path copyFor(Readers.OfCheckpoint reader, Path to) throws IOException {
    Path from =
        switch (reader) {
          case RESUME -> begun;
          case EXTRACT -> memory;
          default -> run;
        };
    copy(from, to);
    return from.equals(begun) ? to.resolve("checkpoints/last.safetensors") : checkpoint(to);
  }

  private static Path copy(Path from, Path to) throws IOException {
    Battery.delete(to);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        String name = from.relativize(file).toString();
        boolean wanted =
            !name.startsWith("events.")
                && !name.matches("checkpoints/(previous|best|epoch.*)\\.safetensors");
        if (wanted && Files.isDirectory(file)) {
          Files.createDirectories(to.resolve(name));
        } else if (wanted) {
          Files.copy(file, to.resolve(name));
        }
      }
    }
    return to;
  }
}
