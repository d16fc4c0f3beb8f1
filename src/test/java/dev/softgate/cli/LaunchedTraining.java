package dev.softgate.cli;

import dev.softgate.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A tiny training on several processes, started by {@code softgate launch}.
 *
 * @param process the launcher
 * @param run the run's folder
 * @param err its standard error
 */
public record LaunchedTraining(Process process, Path run, Path err) {

  private static final int MOST_SECONDS = 300;
  private static final int MANY_EPOCHS = 400;

  /** How the launcher ended. */
  public record Ended(int exitCode, String err, double seconds) {}

  /** Starts a training that lasts until it is stopped. */
  public static LaunchedTraining start(Path folder, String name, String... launchOptions)
      throws IOException {
    return start(folder, name, MANY_EPOCHS, launchOptions);
  }

  /** Starts a training of that many epochs, of two steps each. */
  public static LaunchedTraining start(
      Path folder, String name, int epochs, String... launchOptions) throws IOException {
    return start(folder, name, epochs, List.of(), launchOptions);
  }

  /** Starts a training that lasts until it is stopped, with other options of {@code train}. */
  public static LaunchedTraining start(
      Path folder, String name, List<String> options, String... launchOptions) throws IOException {
    return start(folder, name, MANY_EPOCHS, options, launchOptions);
  }

  private static LaunchedTraining start(
      Path folder, String name, int epochs, List<String> options, String... launchOptions)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of(Main.class.getName(), "launch"));
    words.addAll(List.of(launchOptions));
    words.add("--");
    words.addAll(
        List.of(
            TinyRun.arguments(
                folder,
                name,
                epochs,
                "--batch-size=16",
                "--limit-val=20",
                "--limit-test=20",
                "--dynamics=none",
                "--schedule=" + epochs,
                "--checkpoint-minutes=0.02")));
    words.addAll(options);
    Path err = Files.createDirectories(folder).resolve(name + ".err");
    Process process =
        JavaProcess.of(words.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    return new LaunchedTraining(process, folder.resolve("runs").resolve(name), err);
  }

  /** Waits until an epoch is over. */
  public void awaitEpoch() throws InterruptedException {
    await(() -> lines(run.resolve("metrics.csv")) > 1 || !process.isAlive());
  }

  private static long lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      return 0; // it is being replaced
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < MOST_SECONDS * 50 && !condition.getAsBoolean(); i++) {
      Thread.sleep(20);
    }
    if (!condition.getAsBoolean()) {
      throw new AssertionError("waited " + MOST_SECONDS + " s");
    }
  }

  /** The process of a rank. */
  public ProcessHandle rank(int rank) throws InterruptedException {
    await(() -> find(rank) != null);
    ProcessHandle found = find(rank);
    if (found == null) {
      throw new AssertionError("no rank " + rank);
    }
    return found;
  }

  private @Nullable ProcessHandle find(int rank) {
    return process
        .toHandle()
        .children()
        .filter(child -> environment(child).contains("\0RANK=" + rank + "\0"))
        .findFirst()
        .orElse(null);
  }

  private static String environment(ProcessHandle process) {
    try {
      return "\0" + Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Sends a signal by name, such as INT. */
  public static void signal(ProcessHandle process, String name)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Waits for the end of the launcher; no rank may be left then. */
  public Ended await(ProcessHandle... ranks) throws IOException, InterruptedException {
    long start = System.nanoTime();
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + Files.readString(err));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    for (ProcessHandle rank : ranks) {
      await(() -> !rank.isAlive());
    }
    return new Ended(process.exitValue(), Files.readString(err, StandardCharsets.UTF_8), seconds);
  }
}
