package dev.softgate.sweep;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.softgate.run.Summary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What runs of a sweep are compared by: fractions of {@code summary.json}. */
public enum SweepMeasure {
  TEST_ACCURACY("test accuracy"),
  VAL_ACCURACY("validation accuracy"),
  BEST_VAL_ACCURACY("best validation accuracy"),
  BEST_TEST_ACCURACY("test accuracy after that epoch"),
  TEST_MEAN_GATE("mean g of the test images");

  private final String title;

  SweepMeasure(String title) {
    this.title = title;
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
    return switch (this) {
      case TEST_ACCURACY -> results.testAccuracy();
      case VAL_ACCURACY -> results.valAccuracy();
      case BEST_VAL_ACCURACY -> results.bestValAccuracy();
      case BEST_TEST_ACCURACY -> results.bestTestAccuracy();
      case TEST_MEAN_GATE -> results.testMeanGate();
    };
  }
}
