package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import dev.softgate.model.ResNet;

/**
 * A network predicts NaN or infinity. The rule for all who evaluate: such a prediction is no
 * result, so that it is counted as no class, chosen as no best epoch and printed as no percentage.
 * A command that was given such a network refuses it; a training that arrived at it has diverged.
 */
public final class NonFiniteException extends BadInputException {

  private final String finding;

  private NonFiniteException(String network, String finding) {
    super(
        "%s %s; its weights are out of range, take another checkpoint".formatted(network, finding));
    this.finding = finding;
  }

  /** What was found, such as {@code predicts NaN or infinity (logits of 4 of 4 images)}. */
  public String finding() {
    return finding;
  }

  /**
   * Checks what a network computed of a batch.
   *
   * @param quantity what it is, in the plural
   * @param values as many for each image, image by image
   * @param images N
   * @throws NonFiniteException unless all are finite
   */
  public static void require(ResNet network, String quantity, float[] values, int images) {
    int each = images == 0 ? 0 : values.length / images;
    int wrong = 0;
    for (int i = 0; i < images; i++) {
      boolean finite = true;
      for (int k = i * each; k < (i + 1) * each; k++) {
        finite &= Float.isFinite(values[k]);
      }
      wrong += finite ? 0 : 1;
    }
    if (wrong > 0) {
      throw new NonFiniteException(
          network.name(),
          "predicts NaN or infinity (%s of %d of %d images)".formatted(quantity, wrong, images));
    }
  }
}
