package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.BadInputException;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Extraction;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ResNet;
import dev.softgate.run.DerivedRun;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network without the channels that belong to single training images. It computes what its source
 * computes with owned channels off.
 *
 * @param source the run that it comes from
 * @param network with its weights
 */
public record ExtractedNetwork(TrainedNetwork source, ResNet network) {

  private static final int BATCH = 128;

  /**
   * Removes the owned channels.
   *
   * @throws BadInputException if there is none, or the checkpoint is from within an epoch
   */
  public static ExtractedNetwork of(TrainedNetwork source) {
    Checkpoint checkpoint = source.checkpoint();
    try {
      return new ExtractedNetwork(
          source,
          Extraction.of(checkpoint.restoreNetwork(), checkpoint.deployed())
              .named("the network extracted from " + source.file()));
    } catch (BadInputException e) {
      throw e.in(source.file());
    }
  }

  /**
   * Makes a run of it, on the same data.
   *
   * @param folder that does not exist yet
   * @param command the command line that asks for it
   * @throws BadInputException if the folder exists or cannot be a run's
   */
  public RunFolder write(Path folder, String command) {
    RunConfig trained = source.checkpoint().config();
    RunConfig config =
        new RunConfig(
            trained.data(),
            ModelConfig.of(network.spec()),
            trained.with(Map.of("gate", "none", "memory-off-epochs", "0")).optimization(),
            trained.skipping(),
            trained.execution());
    return DerivedRun.write(folder, command, config, source.checkpoint().data(), network);
  }

  /**
   * What {@code extract} reports.
   *
   * @param run the folder of the network without its memory
   * @param widths its channels behind each stage
   * @param innerWidths its channels inside the units of each stage
   * @param macs multiply-accumulates of one image's forward pass
   * @param speed of both networks; null where it was not measured
   */
  public record Report(
      Path run,
      List<Integer> widths,
      List<Integer> innerWidths,
      long parameters,
      long parametersWithMemory,
      double parametersSaved,
      long macs,
      long macsWithMemory,
      double macsSaved,
      @JsonUnwrapped @Nullable Speed speed) {}

  /**
   * Throughput of both networks on batches of noise.
   *
   * @param timeSaved the fraction of the time with memory that the network without it saves
   * @param timeSavedNoise half of the 95% interval of that
   */
  record Speed(
      int batchSize,
      double imagesPerSecond,
      double imagesPerSecondWithMemory,
      double timeSaved,
      double timeSavedNoise) {}

  /**
   * Compares the network with the one that has its memory.
   *
   * @param run the folder that was written
   * @param seconds that each measurement of speed may take; 0 for none
   */
  public Report report(Path run, Compute compute, double seconds) {
    Checkpoint.DataFacts data = source.checkpoint().data();
    ModelCost with = ModelCost.of(source.checkpoint().spec(), data.height(), data.width());
    ModelCost without = ModelCost.of(network.spec(), data.height(), data.width());
    return new Report(
        run,
        network.spec().widths(),
        network.spec().innerWidths(),
        without.parameters(),
        with.parameters(),
        1 - (double) without.parameters() / with.parameters(),
        without.macs(),
        with.macs(),
        1 - (double) without.macs() / with.macs(),
        seconds > 0 ? speed(compute, seconds) : null);
  }

  /** Measures both by turns. */
  private Speed speed(Compute compute, double seconds) {
    Checkpoint.DataFacts data = source.checkpoint().data();
    try (BackboneEngine engine = compute.attach(network);
        OpenNetwork whole = OpenNetwork.of(source.checkpoint(), compute)) {
      List<SkipSpeed.Figure> figures =
          SkipSpeed.measureOnNoise(
              List.of(
                  SkipSpeed.Contender.whole(network, compute),
                  SkipSpeed.Contender.whole(whole.network(), compute)),
              data.height(),
              data.width(),
              BATCH,
              seconds);
      return new Speed(
          BATCH,
          figures.get(0).imagesPerSecond(),
          figures.get(1).imagesPerSecond(),
          figures.get(0).saved(figures.get(1)),
          figures.get(0).noise(figures.get(1)));
    }
  }
}
