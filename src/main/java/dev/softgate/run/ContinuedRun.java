package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The run that {@code --continue} continues: the one that has the requested name. Its configuration
 * must agree with the requested one, except in what the request leaves to the data or the machine.
 */
final class ContinuedRun {

  /** Requested values that a run's own configuration replaces. */
  private static final List<String> OPEN = List.of("auto", "baseline");

  private ContinuedRun() {}

  /**
   * The run of the requested name, if it was begun.
   *
   * @throws BadInputException if the request has no name
   */
  static @Nullable RunFolder find(RunConfig asked) {
    String name = asked.execution().name();
    if (name == null) {
      throw new BadInputException("--continue requires {name}, the run to continue or start");
    }
    RunFolder run = new RunFolder(asked.execution().runsDir().resolve(name));
    return run.hasCheckpoint() ? RunFolder.open(run.path()) : null;
  }

  /**
   * The configuration to continue with: the recorded one, with the request's locations of input and
   * settings of a session. Engine, threads and canvas stay, so that the bits do.
   *
   * @throws BadInputException if the run was begun with other settings; the message names each
   */
  static RunConfig config(RunFolder run, RunConfig asked) {
    RunConfig recorded = RunConfig.read(run.config());
    Map<String, String> before = AbsolutePaths.of(recorded).texts();
    Map<String, String> now = AbsolutePaths.of(asked).texts();
    String others =
        Settings.all().stream()
            .filter(key -> key.affects(Affects.RESULT) || key.affects(Affects.RECORD))
            .map(ConfigKey::name)
            .filter(key -> !now.getOrDefault(key, "").equals(before.get(key)))
            .filter(key -> !isOpen(key, now))
            .map(key -> "{" + key + "} " + BadInputException.verbatim(before.get(key)))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      throw new BadInputException(
          "--continue: %s was begun with %s; use the same settings, or another {name}"
              .formatted(BadInputException.verbatim(run.path()), others));
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (ConfigKey key : Settings.all()) {
      if (key.affects(Affects.INPUT) || key.affects(Affects.SESSION)) {
        values.put(key.name(), asked.texts().getOrDefault(key.name(), "none"));
      }
    }
    return recorded.with(values);
  }

  private static boolean isOpen(String key, Map<String, String> asked) {
    String text = asked.getOrDefault(key, "none");
    return switch (key) {
      case "gate-at", "gate-after" -> text.equals("none");
      case "normalization" -> !"scratch".equals(asked.get("init")); // the baseline's
      default -> OPEN.contains(text);
    };
  }
}
