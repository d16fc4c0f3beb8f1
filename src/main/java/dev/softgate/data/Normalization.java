package dev.softgate.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Converts pixel bytes to the network's input, channel by channel: (v / 255 − mean) / std.
 *
 * <p>The published constants come from the 2019 training code. The deviations of CIFAR-10 are
 * smaller than the true ones, (0.2470, 0.2435, 0.2616): they are the deviation within an image,
 * averaged over images. Comparisons with published results need them. {@link #of} measures the true
 * ones; {@code RealImagesTest} recomputes both.
 *
 * @param mean float32, C, in units of 255
 * @param std float32, C, in units of 255, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // constants of a few channels, never compared
public record Normalization(float[] mean, float[] std) {

  /** The CIFAR-10 constants of the published code. */
  private static final Normalization CIFAR10 =
      new Normalization(
          new float[] {0.4914f, 0.4822f, 0.4465f}, new float[] {0.2023f, 0.1994f, 0.2010f});

  /** The usual CIFAR-100 constants: the true mean and deviation of its train images. */
  private static final Normalization CIFAR100 =
      new Normalization(
          new float[] {0.5071f, 0.4867f, 0.4408f}, new float[] {0.2675f, 0.2565f, 0.2761f});

  /** The least deviation, one gray level: a channel without contrast stays finite. */
  private static final double LEAST_STD = 1 / 255.0;

  public Normalization {
    if (mean.length != std.length || mean.length == 0) {
      throw new IllegalArgumentException(
          "%d means and %d deviations".formatted(mean.length, std.length));
    }
    for (int c = 0; c < std.length; c++) {
      if (!(std[c] > 0) || !Float.isFinite(std[c]) || !Float.isFinite(mean[c])) {
        throw new IllegalArgumentException(
            "channel %d has mean %s and deviation %s".formatted(c, mean[c], std[c]));
      }
    }
  }

  /** The mean and deviation over all loaded images and positions, from exact counts. */
  public static Normalization of(ImageSet images) {
    long[][] counts = counts(images);
    int channels = counts.length;
    float[] mean = new float[channels];
    float[] std = new float[channels];
    for (int c = 0; c < channels; c++) {
      long pixels = Arrays.stream(counts[c]).sum();
      double sum = 0;
      for (int value = 0; value < 256; value++) {
        sum += (double) value * counts[c][value];
      }
      double center = sum / pixels;
      double squares = 0;
      for (int value = 0; value < 256; value++) {
        squares += (value - center) * (value - center) * counts[c][value];
      }
      mean[c] = (float) (center / 255);
      std[c] = (float) Math.max(LEAST_STD, Math.sqrt(squares / pixels) / 255);
    }
    return new Normalization(mean, std);
  }

  /** How many pixels of all images have each value: C×256. */
  private static long[][] counts(ImageSet images) {
    long[][] counts = new long[images.channels()][256];
    for (int id : images.loaded()) {
      byte[] pixels = images.pixels(id);
      int plane = pixels.length / counts.length;
      for (int c = 0; c < counts.length; c++) {
        long[] ofChannel = counts[c];
        for (int i = c * plane; i < (c + 1) * plane; i++) {
          ofChannel[pixels[i] & 0xFF]++;
        }
      }
    }
    return counts;
  }

  /** The published constants of {@code cifar10} and {@code cifar100}; else {@link #of} train. */
  public static Normalization forDataset(String name, ImageSet train) {
    Normalization published = published(name);
    return published == null ? of(train) : published;
  }

  /** The published constants of {@code cifar10} and {@code cifar100}; null for other names. */
  public static @Nullable Normalization published(String dataset) {
    return switch (dataset) {
      case "cifar10" -> CIFAR10;
      case "cifar100" -> CIFAR100;
      default -> null;
    };
  }

  /**
   * Parses {@link #text}, such as {@code 0.485,0.456,0.406/0.229,0.224,0.225}.
   *
   * @throws IllegalArgumentException if a number is missing, not finite, or a deviation not above 0
   */
  public static Normalization parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("not means/deviations: " + text);
    }
    return new Normalization(numbers(parts[0]), numbers(parts[1]));
  }

  private static float[] numbers(String text) {
    String[] parts = text.split(",", -1);
    float[] numbers = new float[parts.length];
    for (int c = 0; c < numbers.length; c++) {
      numbers[c] = Float.parseFloat(parts[c].strip());
    }
    return numbers;
  }

  /** The means and deviations as a configuration spells them: {@code 0.485,0.456/0.229,0.224}. */
  public String text() {
    return text(mean) + "/" + text(std);
  }

  private static String text(float[] numbers) {
    StringBuilder text = new StringBuilder();
    for (float number : numbers) {
      text.append(text.isEmpty() ? "" : ",").append(number);
    }
    return text.toString();
  }

  /** Whether another normalization converts every byte to the same number. */
  public boolean sameAs(Normalization other) {
    return Arrays.equals(mean, other.mean) && Arrays.equals(std, other.std);
  }

  /** Normalizes uint8, N×H×W×C (channels last), to float32 of the same shape; a new array. */
  public float[] apply(byte[] pixels) {
    float[][] table = table();
    float[] normalized = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      normalized[i] = table[i % table.length][pixels[i] & 0xFF];
    }
    return normalized;
  }

  /** The value of each byte: float32, C×256, in the arithmetic of the published code. */
  float[][] table() {
    float[][] table = new float[mean.length][256];
    for (int c = 0; c < mean.length; c++) {
      for (int value = 0; value < 256; value++) {
        table[c][value] = (value / 255f - mean[c]) / std[c];
      }
    }
    return table;
  }
}
