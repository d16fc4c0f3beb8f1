package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Tensor;

/**
 * Thrown if a network predicts NaN or infinity. All evaluations follow one rule: such a prediction
 * is not a result. It counts as no class, never becomes the best epoch, and is not printed as a
 * percentage. A command refuses such a network; a training that produces it has diverged.
 */
public final class NonFiniteException extends BadInputException {

  private final String finding;

  private NonFiniteException(String network, String finding) {
    super(
        "%s %s: its weights are out of range; use another checkpoint".formatted(network, finding));
    this.finding = finding;
  }

  /** The finding, such as {@code predicts NaN or infinity (logits of 4 of 4 images)}. */
  public String finding() {
    return finding;
  }

  /**
   * Returns a network's output for a batch, checked.
   *
   * @param quantity the name of the output, in the plural
   * @param output float32, N×…
   * @param images N
   * @throws NonFiniteException if a value is NaN or infinite
   */
  public static float[] requireFinite(ResNet network, String quantity, Tensor output, int images) {
    float[] values = output.toFloats();
    require(network, quantity, values, images);
    return values;
  }

  /**
   * Checks a network's output for a batch.
   *
   * @param quantity the name of the output, in the plural
   * @param values the output, image by image, with equally many values for each
   * @param images N
   * @throws NonFiniteException if a value is NaN or infinite
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
