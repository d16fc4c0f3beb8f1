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
 * A network without the channels that belong to single training images. It computes the same as its
 * source with owned channels off.
 *
 * @param source the run that it comes from
 * @param network the network with its weights
 */
public record ExtractedNetwork(TrainedNetwork source, ResNet network) {

  private static final int BATCH = 128;

  /**
   * Removes the owned channels.
   *
   * @throws BadInputException if there are none, or the checkpoint is from within an epoch
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
   * Writes a run with this network, on the same data.
   *
   * @param folder a folder that does not exist yet
   * @param command the command line
   * @throws BadInputException if the folder exists or cannot become a run's folder
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
   * The result of {@code extract}.
   *
   * @param run the folder of the extracted network
   * @param widths its channels after each stage
   * @param innerWidths its channels inside the units of each stage
   * @param macs the multiply-accumulates of one image's forward pass
   * @param speed the throughput of both networks; null if it was not measured
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
   * The throughput of both networks on batches of noise.
   *
   * @param timeSaved the fraction of the source's time that the extracted network saves
   * @param timeSavedNoise half of its 95% interval
   */
  record Speed(
      int batchSize,
      double imagesPerSecond,
      double imagesPerSecondWithMemory,
      double timeSaved,
      double timeSavedNoise) {}

  /**
   * Compares the network with its source.
   *
   * @param run the folder that was written
   * @param seconds the time for each measurement of speed; 0 for none
   */
  public Report report(Path run, Compute compute, double seconds) {
    Checkpoint.DataFacts data = source.checkpoint().data();
    ModelCost with = ModelCost.of(source.checkpoint().spec(), data.height(), data.width());
    ModelCost without = ModelCost.of(network.spec(), data.height(), data.width());
    return new Report(
        run,
        network.spec().layout().widths(),
        network.spec().layout().innerWidths(),
        without.parameters(),
        with.parameters(),
        1 - (double) without.parameters() / with.parameters(),
        without.macs(),
        with.macs(),
        1 - (double) without.macs() / with.macs(),
        seconds > 0 ? speed(compute, seconds) : null);
  }

  /** Measures both networks in turn. */
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
