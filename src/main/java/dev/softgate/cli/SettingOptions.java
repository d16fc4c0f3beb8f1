package dev.softgate.cli;

import dev.softgate.config.ConfigKey;
import dev.softgate.config.EffectlessSettings;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.run.AbsolutePaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * Options for the settings of a run: all of them, or the ones that a command needs. A setting
 * declares its option's help and default; the configuration checks types and ranges. Commands
 * include them as a mixin.
 */
@Command
final class SettingOptions {

  private static final String THE_RUNS = "the run's";
  private static final String[] COMPUTE = {"engine", "precision", "threads"};
  private static final String DEVICE = "device";

  private static final String[] NETWORK = {
    "arch",
    "depth",
    "block",
    "shortcut",
    "bottleneck-stride",
    "gate",
    "gate-at",
    "gate-after",
    "gate-penalty",
    "gate-kernel",
    "widths",
    "inner-widths",
    "stem",
    "units",
    "stem-width"
  };

  private final List<OptionSpec> options = new ArrayList<>();
  private final boolean grouped;
  private @Nullable CommandSpec command;

  private SettingOptions(boolean grouped) {
    this.grouped = grouped;
  }

  /** All settings, with a group of options for each section. */
  static SettingOptions all() {
    return allBut();
  }

  /** All settings but some, with a group of options for each section. */
  static SettingOptions allBut(String... keys) {
    List<String> left = List.of(keys);
    SettingOptions all = new SettingOptions(true);
    Settings.all().stream()
        .filter(key -> !left.contains(key.name()))
        .forEach(key -> all.add(key, key.help(null), null));
    return all;
  }

  /** The given settings, with their defaults. */
  static SettingOptions of(String... keys) {
    return new SettingOptions(false).and(null, keys);
  }

  /**
   * The settings of a trained network's engine, and the given ones; the defaults are the run's
   * values.
   */
  static SettingOptions ofRun(String... keys) {
    return new SettingOptions(false)
        .and(THE_RUNS, keys)
        .and(THE_RUNS, COMPUTE)
        .and("the run's where it can be used, else cpu", DEVICE);
  }

  /** The settings of a network, for commands without a trained network. */
  static SettingOptions network() {
    return of(NETWORK);
  }

  /**
   * Adds settings.
   *
   * @param absent the value without the option; null for the default
   */
  SettingOptions and(@Nullable String absent, String... keys) {
    Stream.of(keys).map(Settings::of).forEach(key -> add(key, key.help(absent), absent));
    return this;
  }

  /**
   * Adds a setting of which the command uses a part.
   *
   * @param help what the setting means to the command
   * @param absent the value without the option; null for the default
   */
  SettingOptions narrowed(String name, String help, @Nullable String absent) {
    ConfigKey key = Settings.of(name);
    add(key, key.help(help, absent), absent);
    return this;
  }

  /** Registers the options with the command that includes this mixin. */
  @Spec(Spec.Target.MIXEE)
  void addTo(CommandSpec mixee) {
    command = mixee;
    if (!grouped) {
      options.forEach(mixee::addOption);
      return;
    }
    Map<String, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
    for (OptionSpec option : options) {
      String section = key(option).section();
      groups
          .computeIfAbsent(
              section, name -> ArgGroupSpec.builder().heading(heading(name)).validate(false))
          .addArg(option);
    }
    groups.values().forEach(group -> mixee.addArgGroup(group.build()));
  }

  /**
   * Returns a run's configuration with these options, with threads and a device that this machine
   * supports.
   *
   * @throws dev.softgate.BadInputException if a value is out of range
   */
  RunConfig applyTo(RunConfig recorded) {
    int cores = Runtime.getRuntime().availableProcessors();
    Map<String, String> overrides = new LinkedHashMap<>();
    overrides.put("threads", Integer.toString(Math.min(recorded.execution().threads(), cores)));
    if (!recorded.execution().device().equals("cpu")) {
      overrides.put(DEVICE, "auto");
    }
    overrides.putAll(freedEngine(recorded, given()));
    given().forEach((key, text) -> overrides.put(key, AbsolutePaths.of(key, text)));
    return recorded.with(overrides);
  }

  /** Like {@link #applyTo}, and tells which of these options have no effect. */
  RunConfig withNotes(RunConfig defaults) {
    RunConfig config = applyTo(defaults);
    tellEffectless(given().keySet(), config);
    return config;
  }

  /** Tells which given settings have no effect. */
  static void tellEffectless(Set<String> given, RunConfig config) {
    EffectlessSettings.notes(given, config).stream()
        .map(OptionNames::inText)
        .forEach(LoggerFactory.getLogger(SettingOptions.class)::info);
  }

  /** What a device other than the run's, given without an engine, does to the run's engine. */
  static Map<String, String> freedEngine(RunConfig recorded, Map<String, String> given) {
    String device = given.getOrDefault(DEVICE, recorded.execution().device());
    return device.equals(recorded.execution().device()) || given.containsKey("engine")
        ? Map.of()
        : Map.of("engine", "auto");
  }

  /** The given texts, by key. */
  Map<String, String> given() {
    ParseResult parsed = Objects.requireNonNull(command).commandLine().getParseResult();
    Map<String, String> given = new LinkedHashMap<>();
    for (OptionSpec option : options) {
      if (parsed.hasMatchedOption(option)) {
        ConfigKey key = key(option);
        boolean list = key.isList(); // whose commas picocli drops where nothing is between them
        given.put(
            key.name(),
            String.join(" ", list ? option.originalStringValues() : option.stringValues()));
      }
    }
    return given;
  }

  private void add(ConfigKey key, String help, @Nullable String absent) {
    boolean words = !key.setting().arity().equals("1"); // picocli would write one ellipsis too many
    OptionSpec.Builder option =
        OptionSpec.builder("--" + key.name())
            .paramLabel(words ? "%1$s[,%1$s...]".formatted(key.label()) : key.label())
            .hideParamSyntax(words)
            .arity(key.setting().arity())
            .description(OptionNames.inText(help).replace("%", "%%"));
    if (absent == null && !key.isFlag() && !key.setting().value().equals("none")) {
      option.defaultValue(key.setting().value());
    }
    if (key.isFlag()) {
      option.type(boolean.class).arity("0");
    } else if (key.isList()) {
      option.type(List.class).auxiliaryTypes(String.class).splitRegex(",");
    } else {
      option.type(String.class);
    }
    options.add(option.build());
  }

  private static ConfigKey key(OptionSpec option) {
    return Settings.of(option.longestName().substring(2));
  }

  private static String heading(String section) {
    return "%n" + Character.toUpperCase(section.charAt(0)) + section.substring(1) + "%n";
  }
}
