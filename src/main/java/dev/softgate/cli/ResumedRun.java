package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.run.AbsolutePaths;
import dev.softgate.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A run to continue: its folder, and its configuration with the options given now. Only options
 * that keep the result may differ. A time limit belongs to a session, not to the run: a resumed
 * session without one has none.
 *
 * @param warnings notes where the result may differ in the last bits
 */
record ResumedRun(Path folder, RunConfig config, List<String> warnings) {

  /**
   * Finds the run.
   *
   * @param run a run folder, or the name of one in the default {@code runs-dir}
   * @param overrides texts by key name
   * @throws BadInputException if there is no such run, or options are refused; the message names
   *     each
   */
  static ResumedRun find(Path run, Map<String, String> overrides) {
    Path folder = RunFolder.locate(run);
    if (!Files.isDirectory(folder)) {
      throw new BadInputException("--resume " + run + ": no such run folder");
    }
    RunConfig recorded = RunConfig.read(folder.resolve("config.yaml"));
    List<String> refused = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    RunConfig wanted = recorded.with(Map.of("time-limit", "none")).with(overrides);
    Map<String, String> before = AbsolutePaths.of(recorded).texts();
    Map<String, String> after = AbsolutePaths.of(wanted).texts();
    overrides
        .keySet()
        .forEach(
            key -> {
              if (Objects.equals(after.get(key), before.get(key)) || anySession(Settings.of(key))) {
                return;
              }
              if (Settings.of(key).affects(Affects.ROUNDING)) {
                warnings.add(
                    "--" + key + " differs from the run's: results may differ in rounding");
              } else {
                refused.add("--" + key);
              }
            });
    if (!refused.isEmpty()) {
      throw new BadInputException(
          String.join(", ", refused)
              + " would change the result of the run that --resume continues; leave out, or start a"
              + " new run from this one with --init baseline:RUN");
    }
    return new ResumedRun(
        folder, wanted.with(SettingOptions.freedEngine(recorded, overrides)), warnings);
  }

  /** Whether each session may change the value. */
  private static boolean anySession(ConfigKey key) {
    return key.affects(Affects.INPUT) || key.affects(Affects.SESSION);
  }
}
