package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The result of {@code predict}.
 *
 * @param predictions one prediction for each image file, in order
 * @param unreadable the files that are not images
 */
public record PredictionReport(
    List<ImagePrediction> predictions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ReadImages.Unreadable> unreadable) {

  /** Copies the lists. */
  public PredictionReport {
    predictions = List.copyOf(predictions);
    unreadable = List.copyOf(unreadable);
  }
}
