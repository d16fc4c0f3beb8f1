package dev.softgate.cli;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An option of the published training script.
 *
 * @param names its spellings
 * @param flag whether it takes no value
 * @param meaning maps a value to its meaning in this program
 */
record SeedOption(List<String> names, boolean flag, Function<String, Meaning> meaning) {

  /** The meaning of an option in this program. */
  sealed interface Meaning {}

  /** Sets configuration keys, as on the command line. */
  record Sets(Map<String, String> values) implements Meaning {}

  /** Does not affect the result; the log explains why. */
  record NoEffect(String reason) implements Meaning {}

  /** Would change the result in an unsupported way. */
  record Refused(String reason) implements Meaning {}

  /** Another spelling of a key's option. */
  static SeedOption alias(String key, String... names) {
    return new SeedOption(List.of(names), false, text -> new Sets(Map.of(key, text)));
  }

  /** An option without effect, for any value. */
  static SeedOption noEffect(String reason, String... names) {
    return new SeedOption(List.of(names), false, text -> new NoEffect(reason));
  }

  /** An option that only accepts the value that switches it off. */
  static SeedOption onlyZero(String reason, String... names) {
    return new SeedOption(
        List.of(names),
        false,
        text -> text.matches("0+(\\.0*)?") ? new NoEffect("it is off at 0") : new Refused(reason));
  }
}
