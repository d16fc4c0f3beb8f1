package dev.softgate.data.check;

import dev.softgate.data.check.Issue.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;

/**
 * Which images are odd, by their measures. The bounds of brightness, entropy, aspect ratio and size
 * are cleanvision's; that of the Laplacian is chosen for the measure here. Two bounds adapt to the
 * set, because drawings and digits have little entropy and enlarged images few edges. See
 * docs/decisions/0043.
 */
final class ImageRules {

  private static final double DARK_BELOW = .32;
  private static final double BRIGHT_ABOVE = .95;
  private static final double BLANK_BELOW_BITS = 1.5;
  private static final double BLANK_ALWAYS_BITS = .1;
  private static final double BLANK_BELOW_MEDIAN = .5;
  private static final double BLURRED_BELOW = 100;
  private static final double BLURRED_BELOW_MEDIAN = .1;
  private static final double ASPECT_BELOW = .35;
  private static final double SIZE_RANGES = 3;
  private static final double SIZE_OF_MIDDLE = .5;

  /** What holds for more of the images is no issue but how the set is. */
  private static final double MOST = .5;

  private final List<CheckedImage> images;
  private final List<ImageMeasures> measures;
  private final double blankBelow;

  /** The readable images of a set, and the measures of each. */
  ImageRules(List<CheckedImage> images, List<ImageMeasures> measures) {
    this.images = images;
    this.measures = measures;
    this.blankBelow =
        Math.max(
            BLANK_ALWAYS_BITS,
            Math.min(
                BLANK_BELOW_BITS,
                BLANK_BELOW_MEDIAN * quantile(sorted(ImageMeasures::entropyBits), .5)));
  }

  /** Whether an image shows next to nothing. */
  boolean isBlank(ImageMeasures image) {
    return image.entropyBits() < blankBelow;
  }

  private static boolean isDark(ImageMeasures image) {
    return image.ninetyNinthPercentile() < DARK_BELOW;
  }

  private static boolean isBright(ImageMeasures image) {
    return image.fifthPercentile() > BRIGHT_ABOVE;
  }

  /** Whether an image has so little contrast that it has no edges, sharp or not. */
  private boolean isFaint(ImageMeasures image) {
    return isBlank(image) || isDark(image) || isBright(image);
  }

  /** The odd images, an issue a rule, empty ones among them. */
  List<Issue> issues() {
    double[] sharpness =
        measures.stream()
            .filter(image -> !isFaint(image))
            .mapToDouble(ImageMeasures::laplacianVariance)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double blurredBelow = Math.min(BLURRED_BELOW, BLURRED_BELOW_MEDIAN * quantile(sharpness, .5));
    double[] sides = sorted(ImageMeasures::meanSide);
    double first = quantile(sides, .25);
    double third = quantile(sides, .75);
    double middle = (first + third) / 2;
    double reach = Math.max((third - first) * (SIZE_RANGES + .5), SIZE_OF_MIDDLE * middle);
    return List.of(
        below(IssueKind.BLANK, blankBelow, ImageMeasures::entropyBits, "%.1f bits of entropy"),
        below(
            IssueKind.DARK,
            DARK_BELOW,
            ImageMeasures::ninetyNinthPercentile,
            "99%% of the pixels below %.2f of full brightness"),
        found(
            IssueKind.BRIGHT,
            ImageMeasures::fifthPercentile,
            value -> value > BRIGHT_ABOVE,
            Comparator.comparingDouble((Double value) -> -value),
            "95%% of the pixels above %.2f of full brightness"),
        below(
            IssueKind.BLURRED,
            blurredBelow,
            image -> isFaint(image) ? Double.NaN : image.laplacianVariance(),
            "variance of the Laplacian %.1f"),
        below(
            IssueKind.ODD_ASPECT_RATIO,
            ASPECT_BELOW,
            ImageMeasures::aspectRatio,
            "shorter side %.2f of the longer one"),
        found(
            IssueKind.ODD_SIZE,
            ImageMeasures::meanSide,
            side -> Math.abs(side - middle) > reach,
            Comparator.comparingDouble((Double side) -> -Math.abs(Math.log(side / middle))),
            "root of the area %.0f pixels"),
        below(IssueKind.GRAYSCALE, .5, image -> image.gray() ? 0 : 1, "red, green and blue equal"));
  }

  /** Whether an issue's images are so many that they are no exceptions. */
  boolean isCommon(Issue issue) {
    return issue.images() > MOST * images.size();
  }

  private Issue below(
      IssueKind kind, double bound, ToDoubleFunction<ImageMeasures> measure, String note) {
    return found(kind, measure, value -> value < bound, Comparator.naturalOrder(), note);
  }

  private Issue found(
      IssueKind kind,
      ToDoubleFunction<ImageMeasures> measure,
      DoublePredicate odd,
      Comparator<Double> worstFirst,
      String note) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      double value = measure.applyAsDouble(measures.get(i));
      if (odd.test(value)) {
        findings.add(
            new Finding(List.of(images.get(i)), value, String.format(Locale.ROOT, note, value)));
      }
    }
    findings.sort(Comparator.comparing(Finding::value, worstFirst));
    return Issue.of(kind, findings);
  }

  private double[] sorted(ToDoubleFunction<ImageMeasures> measure) {
    double[] values = measures.stream().mapToDouble(measure).toArray();
    Arrays.sort(values);
    return values;
  }

  /** A quantile of ascending values, interpolated linearly; 0 of none. */
  static double quantile(double[] ascending, double fraction) {
    if (ascending.length == 0) {
      return 0;
    }
    double place = fraction * (ascending.length - 1);
    int before = (int) place;
    int after = Math.min(before + 1, ascending.length - 1);
    return ascending[before] + (place - before) * (ascending[after] - ascending[before]);
  }
}
