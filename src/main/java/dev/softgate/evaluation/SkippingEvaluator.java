package dev.softgate.evaluation;

import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.ImageSet;
import dev.softgate.data.Normalization;
import dev.softgate.torch.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a skipping network on images, as {@link Evaluator} runs the whole network.
 *
 * @param network the network, evaluated in its state at each call
 * @param normalization the normalization of its images
 */
public record SkippingEvaluator(SkippingNetwork network, Normalization normalization) {

  private static final int BATCH = 128;

  /**
   * A skipping network's predictions.
   *
   * @param predictions in the order of the ids
   * @param skipped whether an image skipped the layers behind a gate, gates×N
   */
  public record Result(Predictions predictions, List<boolean[]> skipped) {

    /** The share of the images that skipped, in [0, 1], by gate. */
    public List<Double> skipRates() {
      return skipped.stream().map(Result::share).toList();
    }

    private static double share(boolean[] flags) {
      return (double) IntStream.range(0, flags.length).filter(i -> flags[i]).count() / flags.length;
    }
  }

  /**
   * Classifies images of a set.
   *
   * @param ids the images, in the order of the results; at least one
   */
  public Result evaluate(ImageSet images, int[] ids, SkipRule rule) {
    Collected collected = new Collected(network.network(), ids.length);
    List<boolean[]> skipped = new ArrayList<>();
    for (int i = 0; i < network.network().gateNames().size(); i++) {
      skipped.add(new boolean[ids.length]);
    }
    try (BatchLoader loader = BatchLoader.evaluation(images, ids, normalization, BATCH)) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        int at = collected.count();
        try (Scope scope = Scope.open()) {
          SkippingNetwork.Forward forward =
              network.forward(Evaluator.images(network.network().device(), batch), rule);
          collected.add(batch, forward.logits(), forward.gates(), null);
          for (int gate = 0; gate < skipped.size(); gate++) {
            for (int i = 0; i < batch.size(); i++) {
              skipped.get(gate)[at + i] = !forward.used().get(gate)[i];
            }
          }
        }
      }
    }
    return new Result(collected.predictions(), skipped);
  }
}
