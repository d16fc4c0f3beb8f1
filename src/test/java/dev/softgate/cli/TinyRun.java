package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.DownloadListener;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A run that was really trained, in a few seconds, and commands that use it.
 *
 * @param path the run's folder
 */
public record TinyRun(Path path) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Trains an epoch with these options besides. */
  public static TinyRun train(Path folder, String name, String... options) {
    return train(folder, name, 1, options);
  }

  /** Trains {@code epochs} epochs with the given additional options. */
  public static TinyRun train(Path folder, String name, int epochs, String... options) {
    return trained(folder, name, arguments(folder, name, epochs, options));
  }

  /** What {@link #train} has the program do. */
  public static String[] arguments(Path folder, String name, int epochs, String... options) {
    return words(
        folder,
        name,
        "train --dataset synthetic --limit-train 64 --limit-val 60 --limit-test 50 --depth 14"
            + " --batch-size 32 --threads 1 --canvas none --precision fp32 --epochs "
            + epochs,
        options);
  }

  /** Trains an epoch on a folder of images. */
  static TinyRun trainOn(Path images, Path folder, String name, String... options) {
    return trained(folder, name, argumentsOn(images, folder, name, options));
  }

  /** What {@link #trainOn} has the program do. */
  static String[] argumentsOn(Path images, Path folder, String name, String... options) {
    List<String> own = new ArrayList<>(List.of("--dataset", "folder:" + images));
    own.addAll(List.of(options));
    return words(
        folder,
        name,
        "train --depth 14 --epochs 1 --batch-size 8 --threads 1 --canvas none",
        own.toArray(String[]::new));
  }

  private static String[] words(Path folder, String name, String start, String... options) {
    List<String> words = new ArrayList<>(List.of(start.split(" ", -1)));
    words.addAll(List.of("--data-dir", folder.resolve("gone").toString()));
    words.addAll(List.of("--runs-dir", folder.resolve("runs").toString(), "--name", name));
    words.addAll(List.of(options));
    return words.toArray(String[]::new);
  }

  private static TinyRun trained(Path folder, String name, String... arguments) {
    CommandRun run = run(arguments);
    if (run.exitCode() != 0) {
      throw new AssertionError(run);
    }
    return new TinyRun(folder.resolve("runs").resolve(name));
  }

  /** A file of labels of the synthetic images, this fraction of them changed. */
  public static Path noise(Path file, double rate) {
    CommandRun run =
        run("noise", "--dataset=synthetic", "--kind=symmetric", "--rate=" + rate, "--out=" + file);
    if (run.exitCode() != 0) {
      throw new AssertionError(run);
    }
    return file;
  }

  /** Runs any command, {@code train} for real. */
  public static CommandRun run(String... arguments) {
    return CommandRun.of(request -> Experiment.run(request, DownloadListener.NONE), arguments);
  }

  /** The same, but a training saves and ends after its first step. */
  public static CommandRun runOneStep(String... arguments) {
    return CommandRun.of(
        request ->
            Experiment.run(
                new TrainRequest(
                    request.config(),
                    request.resume(),
                    request.listeners(),
                    new TrainRequest.Stopping(() -> true, null),
                    request.commandLine(),
                    request.continues(),
                    request.group()),
                DownloadListener.NONE),
        arguments);
  }

  /** What a command printed with {@code --json}. */
  static JsonNode json(String... arguments) throws IOException {
    CommandRun run = run(arguments);
    if (run.exitCode() != 0 || run.out().lines().count() != 1) {
      throw new AssertionError(run);
    }
    return JSON.readTree(run.out());
  }

  /** The SHA-256 of a file's bytes, as runs record it. */
  static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  JsonNode summary() throws IOException {
    return JSON.readTree(Files.readString(path.resolve("summary.json")));
  }

  Path checkpoint() {
    return path.resolve("checkpoints").resolve("final.safetensors");
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
