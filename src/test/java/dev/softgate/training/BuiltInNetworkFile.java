package dev.softgate.training;

import dev.softgate.config.RunConfig;
import dev.softgate.interop.HostTensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a checkpoint as the resource of the jar that {@code score} uses without {@code
 * --features}: the network alone, its convolutions and its classifier in half precision, the
 * configuration without the places of the machine that trained it.
 * docs/methods/built-in-features.md shows the command.
 */
final class BuiltInNetworkFile {

  private static final String NAME = "built-in-features";

  private BuiltInNetworkFile() {}

  /** Converts {@code CHECKPOINT} to {@code OUT}. */
  public static void main(String[] arguments) {
    write(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  static void write(Path from, Path to) {
    Checkpoint trained = Checkpoint.read(from).networkOnly();
    RunConfig config =
        trained
            .config()
            .with(Map.of("data-dir", "data", "runs-dir", "runs", "name", NAME, "resize", "crop"));
    Map<String, HostTensor> halves = new LinkedHashMap<>(trained.network());
    halves.replaceAll(
        (name, tensor) ->
            tensor.shape().length > 1
                ? HostTensor.ofHalves(tensor.toFloats(), tensor.shape())
                : tensor);
    new Checkpoint(
            config,
            trained.data(),
            trained.progress(),
            halves,
            trained.optimizers(),
            trained.epochGates(),
            trained.extras(),
            null)
        .write(to);
  }
}
