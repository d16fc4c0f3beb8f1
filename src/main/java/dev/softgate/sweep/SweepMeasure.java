package dev.softgate.sweep;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.softgate.run.Summary;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What runs of a sweep are compared by: fractions of {@code summary.json}. */
public enum SweepMeasure {
  TEST_ACCURACY("test accuracy", Summary.Results::testAccuracy),
  VAL_ACCURACY("validation accuracy", Summary.Results::valAccuracy),
  BEST_VAL_ACCURACY("best validation accuracy", Summary.Results::bestValAccuracy),
  BEST_TEST_ACCURACY("test accuracy after that epoch", Summary.Results::bestTestAccuracy),
  TEST_MEAN_GATE("mean g of the test images", Summary.Results::testMeanGate);

  private final String title;
  private final Function<Summary.Results, @Nullable Double> value;

  SweepMeasure(String title, Function<Summary.Results, @Nullable Double> value) {
    this.title = title;
    this.value = value;
  }

  /** Its name for readers. */
  public String title() {
    return title;
  }

  /** Its key in {@code summary.json}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its value; null if the run has none. */
  public @Nullable Double of(Summary.Results results) {
    return value.apply(results);
  }
}
