package dev.softgate.run;

import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a training costs: its arithmetic, which is known, and its time, before a step has been
 * measured. The time is right within a factor of three, which tells minutes from seconds.
 *
 * @param macs multiply-accumulates of an image's forward pass
 * @param images per epoch
 * @param epochs still to come
 * @param batch images per step
 * @param macsPerSecond the speed on all threads together
 */
record TrainingCost(long macs, int images, double epochs, int batch, double macsPerSecond) {

  /** Forward, and backward to weights and to inputs. */
  private static final int PRODUCTS = 3;

  private static final double SECONDS_WORTH_SAYING = 60;

  /**
   * The cost of a training on this machine.
   *
   * @param width pixels in a row of an image
   * @param bfloat16 whether the layers compute in bfloat16 rather than float32
   */
  static TrainingCost of(
      ModelSpec spec, int height, int width, Amount amount, boolean bfloat16, int threads) {
    return new TrainingCost(
        ModelCost.of(spec, height, width).macs(),
        amount.images(),
        amount.epochs(),
        Math.min(amount.batch(), amount.images()),
        threads * macsPerSecond(bfloat16 ? TorchRuntime.instructionSet() : ""));
  }

  /**
   * How much is trained.
   *
   * @param images per epoch
   * @param epochs still to come
   * @param batch images per step, if there are as many
   */
  record Amount(int images, double epochs, int batch) {}

  /** Speed of one of two threads on ResNet-110, of results/engine; in float32 that of AVX2. */
  private static double macsPerSecond(String instructionSet) {
    return switch (instructionSet) {
      case "amx" -> 99e9;
      case "avx512-bf16" -> 82e9;
      default -> 22e9;
    };
  }

  private double seconds(double count) {
    return PRODUCTS * macs * count / macsPerSecond;
  }

  /** A line on the whole, and one on a step if it takes minutes; none if nothing is left. */
  List<String> announcement() {
    if (epochs <= 0) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    double all = epochs * images;
    lines.add(
        String.format(
            Locale.ROOT,
            "%s of %,d images: %s of arithmetic, about %s (estimated)",
            epochs == 1 ? "1 epoch" : rounded(epochs) + " epochs",
            images,
            operations(2 * PRODUCTS * macs * all),
            time(seconds(all))));
    if (seconds(batch) >= SECONDS_WORTH_SAYING) {
      lines.add(
          "a step of %,d images takes about %s (estimated); a stop does not wait for the step"
              .formatted(batch, time(seconds(batch))));
    }
    return lines;
  }

  private static String rounded(double epochs) {
    return epochs == Math.rint(epochs)
        ? Long.toString((long) epochs)
        : String.format(Locale.ROOT, "%.1f", epochs);
  }

  private static String operations(double count) {
    String[] units = {"GFLOP", "TFLOP", "PFLOP", "EFLOP"};
    double scaled = count / 1e9;
    int unit = 0;
    while (scaled >= 1000 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.3g %s", scaled, units[unit]);
  }

  private static String time(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.0f s", Math.max(1, seconds));
    }
    double minutes = seconds / 60;
    return minutes < 90
        ? String.format(Locale.ROOT, "%.0f minutes", minutes)
        : String.format(Locale.ROOT, "%.0f hours", Math.max(2, minutes / 60));
  }
}
