package dev.softgate.training;

import dev.softgate.evaluation.NonFiniteException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A loss, a weight or a prediction became NaN or infinite. The message gives the values, the last
 * good checkpoint and a remedy; nothing was saved since that checkpoint.
 */
public final class DivergenceException extends RuntimeException {

  private DivergenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Found after a step.
   *
   * @param epoch zero-based
   * @param batch one-based, in the epoch
   * @param also what else is not finite; may be empty
   * @param last the last good checkpoint
   */
  static DivergenceException at(
      int epoch, int batch, TrainingStep.Result result, String also, Path last) {
    return new DivergenceException(
        "the training diverged at epoch %d, batch %d: classification loss %s, gate loss %s%s; %s"
            .formatted(
                epoch + 1,
                batch,
                result.classificationLoss(),
                result.gateLoss(),
                also,
                remedy(last)),
        null);
  }

  /**
   * Found when the network was evaluated.
   *
   * @param epoch zero-based, the one that is over
   * @param last the last good checkpoint
   */
  static DivergenceException after(int epoch, NonFiniteException found, Path last) {
    return new DivergenceException(
        "the training diverged: after epoch %d the network %s; %s"
            .formatted(epoch + 1, found.finding(), remedy(last)),
        found);
  }

  private static String remedy(Path last) {
    return "last good checkpoint: %s; try a lower learning rate".formatted(last);
  }
}
