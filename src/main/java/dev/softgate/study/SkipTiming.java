package dev.softgate.study;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.run.OpenNetwork;
import dev.softgate.scoring.SkipCost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What skipping does to the time of a batch, as figures by their JSON keys. */
public final class SkipTiming {

  /** Of forced skip rates. */
  private static final int BATCH = 128;

  private static final double[] RATES = {0, 0.25, 0.5, 0.75, 1};

  private final SkipStudy study;
  private final EvaluationImages images;
  private final double seconds;

  /**
   * Measures over images.
   *
   * @param seconds of each measurement
   */
  public SkipTiming(SkipStudy study, EvaluationImages images, double seconds) {
    this.study = study;
    this.images = images;
    this.seconds = seconds;
  }

  /**
   * The network that skips against the whole one, and a baseline if there is one: a row a batch
   * size.
   */
  public List<Map<String, Object>> atBatchSizes(
      List<Integer> sizes, SkipSetting setting, @Nullable SkipBaseline baseline) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int size : sizes) {
      List<SkipSpeed.Contender> contenders = new ArrayList<>();
      contenders.add(skipping(setting.blend(), setting.rule()));
      contenders.add(whole(study.network()));
      if (baseline != null) {
        contenders.add(whole(baseline.network()));
      }
      List<SkipSpeed.Figure> figures = measure(contenders, size);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("batch_size", size);
      put(row, "", figures.get(0));
      put(row, "_without_skipping", figures.get(1));
      if (baseline != null) {
        put(row, "_of_baseline", figures.get(2));
      }
      row.put(
          "time_saved", 1 - figures.get(1).imagesPerSecond() / figures.get(0).imagesPerSecond());
      row.put("time_saved_noise", figures.get(0).noise(figures.get(1)));
      rows.add(row);
    }
    return rows;
  }

  private static void put(Map<String, Object> row, String suffix, SkipSpeed.Figure figure) {
    row.put("images_per_second" + suffix, figure.imagesPerSecond());
    row.put("latency_ms" + suffix, figure.medianMillis());
  }

  /** Forced skip rates against the whole network, and from which one on skipping pays. */
  public Map<String, @Nullable Object> atForcedRates(SkipBlend blend) {
    List<SkipSpeed.Contender> contenders = new ArrayList<>();
    contenders.add(whole(study.network()));
    for (double rate : RATES) {
      contenders.add(skipping(blend, SkipRule.atRate(rate)));
    }
    List<SkipSpeed.Figure> figures = measure(contenders, BATCH);
    SkipCost cost = study.cost(images);
    double whole = figures.get(0).medianMillis();
    double[] millis = new double[RATES.length];
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < RATES.length; i++) {
      double rate = RATES[i];
      millis[i] = figures.get(i + 1).medianMillis();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("skip_rate", rate);
      row.put("latency_ms", millis[i]);
      row.put("time_saved", 1 - millis[i] / whole);
      row.put("time_saved_noise", figures.get(i + 1).noise(figures.get(0)));
      row.put("macs_saved", cost.saved(cost.additional().stream().map(stage -> rate).toList()));
      rows.add(row);
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("forced_batch_size", BATCH);
    values.put("forced_latency_ms_without_skipping", whole);
    values.put("forced", rows);
    values.put("break_even_skip_rate", SkipSpeed.breakEven(RATES, millis, whole));
    return values;
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
