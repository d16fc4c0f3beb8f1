package dev.softgate.study;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
      throw new BadInputException(source.file() + ": " + e.getMessage(), e);
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

  /** Sizes and arithmetic with owned channels and without, by JSON keys. */
  public Map<String, Object> sizes() {
    Checkpoint.DataFacts data = source.checkpoint().data();
    ModelCost with = ModelCost.of(source.checkpoint().spec(), data.height(), data.width());
    ModelCost without = ModelCost.of(network.spec(), data.height(), data.width());
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("widths", network.spec().widths());
    values.put("inner_widths", network.spec().innerWidths());
    values.put("parameters", without.parameters());
    values.put("parameters_with_memory", with.parameters());
    values.put("parameters_saved", 1 - (double) without.parameters() / with.parameters());
    values.put("macs", without.macs());
    values.put("macs_with_memory", with.macs());
    values.put("macs_saved", 1 - (double) without.macs() / with.macs());
    return values;
  }

  /**
   * What a batch takes, of both by turns, by JSON keys.
   *
   * @param seconds that each may take
   */
  public Map<String, Object> speeds(Compute compute, double seconds) {
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
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("batch_size", BATCH);
      values.put("images_per_second", figures.get(0).imagesPerSecond());
      values.put("images_per_second_with_memory", figures.get(1).imagesPerSecond());
      values.put("time_saved", figures.get(0).saved(figures.get(1)));
      values.put("time_saved_noise", figures.get(0).noise(figures.get(1)));
      return values;
    }
  }
}
