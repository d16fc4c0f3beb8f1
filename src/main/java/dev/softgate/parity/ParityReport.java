package dev.softgate.parity;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.softgate.interop.HostTensor;
import java.util.List;
import java.util.Map;

/**
 * How far a model is from its golden numbers.
 *
 * @param name of the golden file
 * @param quantities what was compared
 * @param computed what Softgate computed: {@code eval.*}, {@code loss.<step>.<name>}, {@code
 *     after.*}
 */
public record ParityReport(
    String name, List<Quantity> quantities, Map<String, HostTensor> computed) {

  /** Whether every quantity is within its bound. */
  public boolean passed() {
    return quantities.stream().allMatch(Quantity::within);
  }

  /**
   * The greatest error of one kind of number.
   *
   * @param name what was compared
   * @param error greatest error found; NaN where a number was not one
   * @param bound greatest error allowed
   * @param where the element or tensor with the greatest error
   */
  public record Quantity(String name, double error, double bound, String where) {

    /** Whether the error is allowed; NaN is not. */
    @JsonProperty
    public boolean within() {
      return error <= bound;
    }
  }
}
