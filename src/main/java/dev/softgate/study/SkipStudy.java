package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.model.ModelCost;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.scoring.SkipOutcome;
import dev.softgate.scoring.SkipPaths;
import dev.softgate.scoring.SkipSearch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A trained network that can skip, and the outcomes of skipping on images. */
public final class SkipStudy implements AutoCloseable {

  private static final double ROUNDING = 1e-12;

  private final OpenNetwork network;

  /**
   * Restores a network.
   *
   * @throws BadInputException if it has nothing to skip
   */
  public SkipStudy(TrainedNetwork trained, Compute compute) {
    String reason = trained.checkpoint().spec().gate().reasonNotToSkip();
    if (reason != null) {
      throw new BadInputException(trained.file() + ": nothing can be skipped: " + reason);
    }
    this.network = OpenNetwork.of(trained.checkpoint(), compute);
  }

  /** The network, valid until {@link #close}. */
  public OpenNetwork network() {
    return network;
  }

  /** The cost of the network for the size of the images. */
  public SkipCost cost(EvaluationImages images) {
    ModelCost cost =
        ModelCost.of(network.spec(), images.dataset().height(), images.dataset().width());
    return new SkipCost(cost.macs(), cost.additionalByStage());
  }

  /** The predictions of the whole network, with nothing skipped and all mixes as in training. */
  public Predictions whole(EvaluationImages images) {
    return network.evaluator().evaluate(images.images(), images.ids());
  }

  /** The predictions of the skipping network. */
  public SkippingEvaluator.Result skipping(EvaluationImages images, SkipSetting setting) {
    return evaluate(images, setting.blend(), setting.rule());
  }

  private SkippingEvaluator.Result evaluate(
      EvaluationImages images, SkipBlend blend, SkipRule rule) {
    return network.skipping(blend).evaluate(images.images(), images.ids(), rule);
  }

  /** Evaluates all paths through the gates, in 2^gates passes. */
  public SkipPaths paths(EvaluationImages images, SkipBlend blend) {
    List<SkipPaths.Path> paths = new ArrayList<>();
    int[] labels = new int[0];
    for (int path = 0; path < 1 << network.network().gateNames().size(); path++) {
      Predictions said = evaluate(images, blend, SkipRule.path(path)).predictions();
      labels = said.labels();
      paths.add(
          new SkipPaths.Path(said.predicted(), said.gates().stream().map(GateValues::g).toList()));
    }
    return new SkipPaths(labels, paths);
  }

  /** A search for thresholds on images. */
  public SkipSearch search(SkipPaths paths, EvaluationImages images) {
    return new SkipSearch(
        paths,
        cost(images),
        SkipSetting.greatestThreshold(network.spec().gate(), network.spec().classes()));
  }

  /**
   * Finds the best thresholds for a goal.
   *
   * @param images the images to choose on; the accuracy on other images may differ
   * @param on the name of these images
   * @throws BadInputException if no thresholds reach the goal; the message states the best result
   */
  public Calibration calibrate(EvaluationImages images, String on, SkipBlend blend, SkipGoal goal) {
    double reference = whole(images).metrics().accuracy();
    SkipSearch search = search(paths(images, blend), images);
    SkipOutcome found;
    if (goal instanceof SkipGoal.AccuracyDrop drop) {
      double least = reference - drop.most() - ROUNDING;
      found = search.cheapest(least);
      if (found.accuracy() < least) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "{max-accuracy-drop} %s: no thresholds stay that close to the accuracy of %.4f with"
                    + " {skip-blend} %s; the best reach %.4f; allow more, or try the other blend",
                drop.most(),
                reference,
                blend.text(),
                found.accuracy()));
      }
    } else if (goal instanceof SkipGoal.Saving saving) {
      found = search.mostAccurate(saving.least());
      if (search.saved(found) < saving.least()) {
        throw new BadInputException(
            String.format(
                Locale.ROOT,
                "{min-saving} %s: no more than %.4f of the multiply-accumulates can be saved",
                saving.least(),
                search.saved(found)));
      }
    } else {
      found = search.atRates(((SkipGoal.Rates) goal).each(network.network().gateNames().size()));
    }
    return new Calibration(on, images.ids().length, reference, goal, found, blend);
  }

  /**
   * Thresholds and how they were found.
   *
   * @param on the name of the images that they were chosen on
   * @param images the number of these images
   * @param reference the accuracy of the whole network on these images
   * @param goal the goal
   * @param outcome the outcome on these images
   * @param blend the blend of images that pass
   */
  public record Calibration(
      String on,
      int images,
      double reference,
      SkipGoal goal,
      SkipOutcome outcome,
      SkipBlend blend) {

    /** The setting with these thresholds. */
    public SkipSetting setting() {
      return new SkipSetting(outcome.thresholds(), blend, on);
    }
  }

  /**
   * The first or second half of some images, in order. If the images are sorted by class, as in a
   * folder, each class is halved.
   */
  public static EvaluationImages half(EvaluationImages images, boolean first) {
    int[] ids = images.ids();
    int middle = ids.length / 2;
    if (middle == 0) {
      throw new BadInputException("{calibrate-on} test-half: a single image cannot be halved");
    }
    return new EvaluationImages(
        images.dataset(),
        images.split(),
        images.images(),
        first ? firstHalf(images) : secondHalf(images),
        images.clean());
  }

  private static int[] firstHalf(EvaluationImages images) {
    int[] ids = images.ids();
    int[] labels = images.images().labels();
    int[] half = Arrays.copyOf(ids, ids.length / 2);
    int classes = images.dataset().classes();
    boolean ordered =
        IntStream.range(1, ids.length).allMatch(i -> labels[ids[i - 1]] <= labels[ids[i]]);
    if (!ordered) {
      return half;
    }
    int[] before = new int[classes + 1]; // the number of images before each class
    for (int id : ids) {
      before[labels[id] + 1]++;
    }
    Arrays.parallelPrefix(before, Integer::sum);
    // every second odd class has its larger part here, so that the halves are equal
    return IntStream.range(0, classes)
        .flatMap(k -> IntStream.range(0, before[k + 1] / 2 - before[k] / 2).map(i -> before[k] + i))
        .map(at -> ids[at])
        .toArray();
  }

  private static int[] secondHalf(EvaluationImages images) {
    Set<Integer> first = Arrays.stream(firstHalf(images)).boxed().collect(Collectors.toSet());
    return Arrays.stream(images.ids()).filter(id -> !first.contains(id)).toArray();
  }

  @Override
  public void close() {
    network.close();
  }
}
