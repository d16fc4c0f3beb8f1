package dev.softgate.sweep;

import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.interop.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * One training of a sweep.
 *
 * @param combination what it has in common with the runs of other seeds
 * @param config complete but for name and folder
 * @param fingerprint a hash over the settings that change the result
 * @param name its folder's name: a function of its settings
 */
public record SweepRun(Combination combination, RunConfig config, String fingerprint, String name) {

  private static final int MOST_CHARACTERS = 120;
  private static final int HASH_CHARACTERS = 8;

  /** Where images lie on a machine; the images themselves are the same. */
  private static final Set<String> LOCATIONS = Set.of("data-dir", "data-url", "cache-dir");

  static SweepRun of(Combination combination, RunConfig config) {
    String fingerprint = fingerprint(combination, config);
    return new SweepRun(combination, config, fingerprint, name(combination, config, fingerprint));
  }

  public long seed() {
    return config.optimization().seed();
  }

  /** {@code gate=none_lr=0.1_seed=2_} and a hash of all settings that change the result. */
  private static String name(Combination combination, RunConfig config, String fingerprint) {
    String readable =
        (combination.label() + "_seed=" + config.optimization().seed())
            .replace(' ', '_')
            .replaceAll("[^A-Za-z0-9._=+-]", "-")
            .replaceFirst("^\\.", "-");
    return readable.substring(0, Math.min(MOST_CHARACTERS, readable.length())) + "_" + fingerprint;
  }

  /**
   * A hash of the settings that differ from the defaults, so that a later setting with a default
   * changes no name. How a run computes counts where the sweep itself compares it.
   */
  private static String fingerprint(Combination combination, RunConfig config) {
    Set<String> lines = new TreeSet<>();
    for (ConfigKey key : Settings.all()) {
      String text = config.texts().getOrDefault(key.name(), "");
      boolean compared =
          key.affects(Affects.RESULT)
              || key.affects(Affects.INPUT)
              || combination.settings().containsKey(key.name());
      if (compared
          && !LOCATIONS.contains(key.name())
          && !text.equals(RunConfig.defaults().texts().get(key.name()))) {
        lines.add(key.name() + "=" + text + "\n");
      }
    }
    return Sha256.of(String.join("", lines).getBytes(StandardCharsets.UTF_8))
        .substring(0, HASH_CHARACTERS);
  }
}
