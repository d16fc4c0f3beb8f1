package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.data.DownloadListener;
import dev.softgate.experiment.Experiment;
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
record TinyRun(Path path) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Trains with these options besides. */
  static TinyRun train(Path folder, String name, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                ("train --dataset synthetic --limit-train 64 --limit-test 50 --depth 14 --epochs 1"
                        + " --batch-size 32 --threads 1 --precision fp32")
                    .split(" ", -1)));
    arguments.addAll(List.of("--data-dir", folder.resolve("gone").toString()));
    arguments.addAll(List.of("--runs-dir", folder.resolve("runs").toString(), "--name", name));
    arguments.addAll(List.of(options));
    CommandRun run = run(arguments.toArray(String[]::new));
    if (run.exitCode() != 0) {
      throw new AssertionError(run);
    }
    return new TinyRun(folder.resolve("runs").resolve(name));
  }

  /** Runs any command, {@code train} for real. */
  static CommandRun run(String... arguments) {
    return CommandRun.of(request -> Experiment.run(request, DownloadListener.NONE), arguments);
  }

  /** What a command printed with {@code --json}. */
  static JsonNode json(String... arguments) throws IOException {
    CommandRun run = run(arguments);
    if (run.exitCode() != 0 || run.out().lines().count() != 1) {
      throw new AssertionError(run);
    }
    return JSON.readTree(run.out());
  }

  /** Of a file's bytes, as runs record it. */
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
