package dev.softgate.parity;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.softgate.interop.HostTensor;
import java.util.List;
import java.util.Map;

/**
 * How far a model is from its golden numbers.
 *
 * @param name the golden file's name
 * @param quantities the compared quantities
 * @param computed Softgate's results: {@code eval.*}, {@code loss.<step>.<name>}, {@code after.*}
 */
public record ParityReport(
    String name, List<Quantity> quantities, Map<String, HostTensor> computed) {

  /** Whether every quantity is within its bound. */
  public boolean passed() {
    return quantities.stream().allMatch(Quantity::within);
  }

  /**
   * The greatest error in one quantity.
   *
   * @param name the quantity's name
   * @param error the greatest error; NaN if a number was NaN
   * @param bound the greatest allowed error
   * @param where the element or tensor with the greatest error
   */
  public record Quantity(String name, double error, double bound, String where) {

    /** Whether the error is within the bound; false for NaN. */
    @JsonProperty
    public boolean within() {
      return error <= bound;
    }
  }
}
