package dev.softgate.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An option of the published training script.
 *
 * @param names its spellings
 * @param flag whether it takes no value
 * @param meaning what a value of it means here
 */
record SeedOption(List<String> names, boolean flag, Function<String, Meaning> meaning) {

  /** What an option asks of this program. */
  sealed interface Meaning {}

  /** Values of configuration keys, as on the command line. */
  record Sets(Map<String, String> values) implements Meaning {}

  /** The result is the same without it; the log says why. */
  record NoEffect(String reason) implements Meaning {}

  /** It would change the result in a way that is not built. */
  record Refused(String reason) implements Meaning {}

  /** Another spelling of a key's option. */
  static SeedOption alias(String key, String... names) {
    return new SeedOption(List.of(names), false, text -> new Sets(Map.of(key, text)));
  }

  /** An option that changes nothing, whatever its value. */
  static SeedOption noEffect(String reason, String... names) {
    return new SeedOption(List.of(names), false, text -> new NoEffect(reason));
  }

  /** An option of which only the value that switches it off is accepted. */
  static SeedOption onlyZero(String reason, String... names) {
    return new SeedOption(
        List.of(names),
        false,
        text -> text.matches("0+(\\.0*)?") ? new NoEffect("it is off at 0") : new Refused(reason));
  }
}
