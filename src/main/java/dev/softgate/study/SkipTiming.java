package dev.softgate.study;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.run.OpenNetwork;
import dev.softgate.scoring.SkipCost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures the effect of skipping on latency and throughput. */
final class SkipTiming {

  /** The batch size for forced skip rates. */
  private static final int BATCH = 128;

  private static final double[] RATES = {0, 0.25, 0.5, 0.75, 1};

  private final SkipStudy study;
  private final EvaluationImages images;
  private final double seconds;

  /**
   * Measures on images.
   *
   * @param seconds the time of each measurement
   */
  SkipTiming(SkipStudy study, EvaluationImages images, double seconds) {
    this.study = study;
    this.images = images;
    this.seconds = seconds;
  }

  /** Compares the skipping network with the whole one and an optional baseline. */
  List<SkipReport.Speed> atBatchSizes(
      List<Integer> sizes, SkipSetting setting, @Nullable SkipBaseline baseline) {
    List<SkipReport.Speed> rows = new ArrayList<>();
    for (int size : sizes) {
      List<SkipSpeed.Contender> contenders = new ArrayList<>();
      contenders.add(skipping(setting.blend(), setting.rule()));
      contenders.add(whole(study.network()));
      if (baseline != null) {
        contenders.add(whole(baseline.network()));
      }
      List<SkipSpeed.Figure> figures = measure(contenders, size);
      SkipSpeed.Figure skipping = figures.get(0);
      SkipSpeed.Figure whole = figures.get(1);
      SkipSpeed.Figure other = baseline == null ? null : figures.get(2);
      rows.add(
          new SkipReport.Speed(
              size,
              skipping.imagesPerSecond(),
              skipping.medianMillis(),
              whole.imagesPerSecond(),
              whole.medianMillis(),
              other == null ? null : other.imagesPerSecond(),
              other == null ? null : other.medianMillis(),
              1 - whole.imagesPerSecond() / skipping.imagesPerSecond(),
              skipping.noise(whole)));
    }
    return rows;
  }

  /** Compares forced skip rates with the whole network, and finds the break-even skip rate. */
  SkipReport.Forced atForcedRates(SkipBlend blend) {
    List<SkipSpeed.Contender> contenders = new ArrayList<>();
    contenders.add(whole(study.network()));
    for (double rate : RATES) {
      contenders.add(skipping(blend, SkipRule.atRate(rate)));
    }
    List<SkipSpeed.Figure> figures = measure(contenders, BATCH);
    SkipCost cost = study.cost(images);
    double whole = figures.get(0).medianMillis();
    double[] millis = new double[RATES.length];
    List<SkipReport.ForcedRate> rows = new ArrayList<>();
    for (int i = 0; i < RATES.length; i++) {
      double rate = RATES[i];
      millis[i] = figures.get(i + 1).medianMillis();
      rows.add(
          new SkipReport.ForcedRate(
              rate,
              millis[i],
              1 - millis[i] / whole,
              figures.get(i + 1).noise(figures.get(0)),
              cost.saved(cost.additional().stream().map(stage -> rate).toList())));
    }
    return new SkipReport.Forced(BATCH, whole, rows, SkipSpeed.breakEven(RATES, millis, whole));
  }

  private static SkipSpeed.Contender whole(OpenNetwork network) {
    return SkipSpeed.Contender.whole(network.network(), network.compute());
  }

  private SkipSpeed.Contender skipping(SkipBlend blend, SkipRule rule) {
    OpenNetwork network = study.network();
    return SkipSpeed.Contender.skipping(network.network(), network.compute(), blend, rule);
  }

  private List<SkipSpeed.Figure> measure(List<SkipSpeed.Contender> contenders, int size) {
    return SkipSpeed.measure(contenders, images, study.network().normalization(), size, seconds);
  }
}
