package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/** A run of a network that was made, not trained: imported, or cut out of another. */
public final class DerivedRun {

  private DerivedRun() {}

  /**
   * Makes the run's folder: configuration, final checkpoint and summary.
   *
   * @param folder the folder to create
   * @param command the command line that asks for it
   * @param config the configuration of the run; its name and place are set here
   * @param data what the network was trained on
   * @throws BadInputException if the folder exists or cannot be a run's, or the network predicts
   *     NaN
   */
  public static RunFolder write(
      Path folder, String command, RunConfig config, Checkpoint.DataFacts data, ResNet network) {
    Path name = folder.getFileName();
    if (name == null || Files.exists(folder)) {
      throw new BadInputException(
          "{out} %s: %s; name a folder that does not exist yet"
              .formatted(folder, name == null ? "names no folder" : "is there already"));
    }
    OpenNetwork.requireFinite(network, data);
    Path parent = Objects.requireNonNull(folder.toAbsolutePath().getParent());
    Map<String, String> place = Map.of("runs-dir", parent.toString());
    config.with(place).with(Map.of("name", name.toString())); // refused before there is a folder
    RunFolder run = RunFolder.create(parent, name.toString());
    RunConfig own = config.with(place).with(Map.of("name", run.name()));
    try {
      AtomicFiles.writeString(run.config(), own.toYaml());
      new CheckpointStore(run.checkpoints()).saveFinal(Checkpoint.untrained(own, data, network));
      SummaryWriter.writeDerived(
          own, data, run, network, new Summary.Session(Instant.now().toString(), command));
      return run;
    } catch (RuntimeException | Error e) {
      try {
        run.delete(); // so that the command can be repeated
      } catch (UncheckedIOException unable) {
        e.addSuppressed(unable);
      }
      throw e;
    }
  }
}
