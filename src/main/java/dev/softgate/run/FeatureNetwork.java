package dev.softgate.run;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.Sha256;
import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A network whose pooled features describe images: one that the user named, or the one that comes
 * with Softgate, a checkpoint in the jar (docs/methods/built-in-features.md).
 *
 * @param checkpoint what it was restored from
 * @param name the checkpoint's path, or {@value #BUILT_IN}
 * @param sha256 the hash of the checkpoint file, in lower-case hexadecimal
 */
public record FeatureNetwork(Checkpoint checkpoint, String name, String sha256) {

  public static final String BUILT_IN = "built-in";

  private static final String RESOURCE = "built-in-features.safetensors";

  /**
   * Opens a network.
   *
   * @param named a run or a checkpoint; null or {@value #BUILT_IN} for the built-in network
   * @throws dev.softgate.BadInputException if there is no such run or checkpoint, or it is damaged
   */
  public static FeatureNetwork open(@Nullable Path named) {
    if (named == null || named.toString().equals(BUILT_IN)) {
      return builtIn();
    }
    TrainedNetwork trained = TrainedNetwork.open(named);
    return new FeatureNetwork(
        trained.checkpoint(), trained.file().toString(), Sha256.of(trained.file()));
  }

  private static FeatureNetwork builtIn() {
    try (InputStream in = FeatureNetwork.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + RESOURCE);
      }
      byte[] bytes = in.readAllBytes();
      Path copy = Files.createTempFile("softgate-", ".safetensors"); // checkpoints are files
      try {
        AtomicFiles.write(copy, out -> out.write(bytes));
        return new FeatureNetwork(Checkpoint.read(copy), BUILT_IN, Sha256.of(bytes));
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the built-in network", e);
    }
  }

  /** Whether it comes with Softgate. */
  public boolean isBuiltIn() {
    return name.equals(BUILT_IN);
  }
}
