package dev.softgate.cli;

import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.SkipMetrics;
import dev.softgate.training.TrainingListener.EpochTiming;
import dev.softgate.training.TrainingListener.StepProgress;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Progress as text: epochs counted from 1, accuracies in percent. */
final class ProgressText {

  private static final int SECONDS_PER_MINUTE = 60;
  private static final int MINUTES_PER_HOUR = 60;
  private static final double BLOWN_UP = 1e6;

  /** {@code epoch 3/10}. */
  static String epoch(int epoch, int epochs) {
    return String.format(Locale.ROOT, "epoch %d/%d", epoch + 1, epochs);
  }

  /**
   * Describes a step.
   *
   * @param secondsLeft the whole training's remaining time; NaN if unknown
   */
  static String step(StepProgress progress, double secondsLeft) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "loss %s  acc %.1f%%",
            loss(progress.classificationLoss(), 3),
            100 * progress.accuracy()));
    if (!Double.isNaN(progress.meanGate())) {
      text.append(String.format(Locale.ROOT, "  g %.3f", progress.meanGate()));
    }
    text.append(String.format(Locale.ROOT, "  %.0f img/s", progress.imagesPerSecond()));
    if (!Double.isNaN(secondsLeft)) {
      text.append("  all in ").append(time(secondsLeft));
    }
    return text.toString();
  }

  /** Describes the results of an epoch. */
  static String summary(EpochMetrics metrics, EpochTiming timing, int epochs, double secondsLeft) {
    StringBuilder text = new StringBuilder(epoch(metrics.epoch(), epochs));
    text.append(String.format(Locale.ROOT, "  lr %.4g", metrics.learningRate()));
    append(text, "train", metrics.train());
    append(text, "val", metrics.validation());
    append(text, "test", metrics.test());
    Double gate = metrics.train().meanGate();
    if (gate != null) {
      text.append(String.format(Locale.ROOT, "  g %.3f", gate));
    }
    append(text, metrics.skipping());
    text.append(String.format(Locale.ROOT, "  %.0f img/s", timing.imagesPerSecond()));
    if (metrics.epoch() + 1 < epochs && !Double.isNaN(secondsLeft)) {
      text.append("  ").append(time(secondsLeft)).append(" left");
    }
    return text.toString();
  }

  /** A loss with {@code decimals} decimals, or its order of magnitude if it is huge. */
  static String loss(double loss, int decimals) {
    return Math.abs(loss) < BLOWN_UP
        ? String.format(Locale.ROOT, "%." + decimals + "f", loss)
        : String.format(Locale.ROOT, "%.3e", loss);
  }

  /** {@code 45s}, {@code 12m05s} or {@code 3h20m}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    long minutes = whole / SECONDS_PER_MINUTE;
    long hours = minutes / MINUTES_PER_HOUR;
    if (hours > 0) {
      return String.format(Locale.ROOT, "%dh%02dm", hours, minutes % MINUTES_PER_HOUR);
    }
    return minutes > 0
        ? String.format(Locale.ROOT, "%dm%02ds", minutes, whole % SECONDS_PER_MINUTE)
        : whole + "s";
  }

  /** {@code skip 24.9%/50.3%}: one for each gate. */
  private static void append(StringBuilder text, @Nullable SkipMetrics skipping) {
    if (skipping == null) {
      return;
    }
    text.append("  skip ").append(percent(skipping.trainRates()));
    List<Double> validation = skipping.validationRates();
    if (validation != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "  val %s %.1f%%",
              percent(validation),
              100 * Objects.requireNonNull(skipping.validationAccuracy())));
    }
  }

  private static String percent(List<Double> rates) {
    return rates.stream()
        .map(rate -> String.format(Locale.ROOT, "%.1f%%", 100 * rate))
        .collect(Collectors.joining("/"));
  }

  private static void append(StringBuilder text, String phase, @Nullable PhaseMetrics metrics) {
    if (metrics != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %s %s %.1f%%",
              phase,
              loss(metrics.classificationLoss(), 3),
              100 * metrics.accuracy()));
    }
  }

  private ProgressText() {}
}
