package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.cli.SeedOption.NoEffect;
import dev.softgate.cli.SeedOption.Refused;
import dev.softgate.cli.SeedOption.Sets;
import dev.softgate.config.Presets;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings of one command line, as texts by key, and notes for the user.
 *
 * @param overrides texts by key name, each key once
 * @param notes notes on options of the published script, for the log
 */
record ConfigResolution(Map<String, String> overrides, List<String> notes) {

  private static final String PUBLISHED_NAMES =
      "what the published script's options leave open has this program's defaults; its own"
          + " configuration (gate at the exit, one epoch of warm-up) is --preset c10-resnet110-it1";

  /**
   * Reads the given options.
   *
   * @throws BadInputException if options are refused; the message names each
   */
  static ConfigResolution of(ParseResult given) {
    Collector collector = new Collector();
    for (OptionSpec option : given.matchedOptions()) {
      collector.take(option);
    }
    if (!collector.problems.isEmpty()) {
      throw new BadInputException(String.join("; ", collector.problems));
    }
    if (collector.publishedNames && startsFromDefaults(given)) {
      collector.notes.add(PUBLISHED_NAMES);
    }
    return new ConfigResolution(collector.values, collector.notes);
  }

  /**
   * Resolves the configuration: a file, a preset or neither, then the options.
   *
   * @throws BadInputException if both are given or a value is refused
   */
  RunConfig resolve(@Nullable Path file, @Nullable String preset) {
    if (file != null && preset != null) {
      throw new BadInputException("--config and --preset both say where to start; give one");
    }
    RunConfig start =
        file != null
            ? RunConfig.read(file)
            : preset != null ? Presets.load(preset) : RunConfig.defaults();
    return start.with(overrides);
  }

  private static boolean startsFromDefaults(ParseResult given) {
    return Stream.of("--config", "--preset", "--resume").noneMatch(given::hasMatchedOption);
  }

  private static final class Collector {
    private final Map<String, String> values = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private boolean publishedNames;

    void take(OptionSpec option) {
      String name = option.longestName();
      String text = option.stringValues().stream().collect(Collectors.joining(","));
      Optional<SeedOption> seed = SeedOptions.named(name);
      if (seed.isPresent()) {
        take(name, text, seed.get());
      } else if (name.startsWith("--") && Settings.named(name.substring(2)) != null) {
        set(Map.of(name.substring(2), text));
      }
    }

    private void take(String name, String text, SeedOption option) {
      SeedOption.Meaning meaning = option.meaning().apply(text);
      if (meaning instanceof Sets sets) {
        publishedNames = true;
        set(sets.values());
      } else if (meaning instanceof NoEffect none) {
        notes.add(name + " has no effect: " + none.reason());
      } else if (meaning instanceof Refused refused) {
        problems.add(name + (option.flag() ? "" : " " + text) + ": " + refused.reason());
      }
    }

    /** Options arrive in the order of the command line, so the last one of a key wins. */
    private void set(Map<String, String> sets) {
      sets.forEach((key, text) -> values.putAll(SeedOptions.translate(key, text)));
    }
  }
}
