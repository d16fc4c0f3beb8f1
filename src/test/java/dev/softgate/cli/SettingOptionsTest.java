package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.config.ConfigKey;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class SettingOptionsTest {

  /** The options of {@code train} that set no key. */
  private static final Set<String> OTHERS =
      Set.of(
          "--preset",
          "--config",
          "--resume",
          "--continue",
          "--rank",
          "--world-size",
          "--master",
          "--print-config",
          "--json",
          "--help",
          "--debug");

  private final CommandLine train = TrainCommand.create(new RecordedTraining());

  @Test
  void everyKeyHasAnOptionAndEveryOptionAKey() {
    Set<String> options =
        train.getCommandSpec().options().stream()
            .filter(option -> !option.hidden())
            .map(OptionSpec::longestName)
            .filter(name -> !OTHERS.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> keys =
        Settings.all().stream()
            .map(key -> "--" + key.name())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(options).isEqualTo(keys);
  }

  @Test
  void helpShowsTheDefaultOfEveryKeyThatHasOne() {
    Map<String, String> defaults = new TreeMap<>();
    Settings.all().forEach(key -> defaults.put(key.name(), key.setting().value()));
    defaults.values().removeIf(text -> text.equals("none"));
    assertThat(RunConfig.defaults().with(defaults)).isEqualTo(RunConfig.defaults());
    assertThat(defaults).hasSizeGreaterThan(30);
    defaults.keySet().removeIf(name -> Settings.of(name).isFlag()); // a flag is off without it
    String help = train.getUsageMessage(CommandLine.Help.Ansi.OFF).replaceAll("\\s+", " ");
    defaults.forEach(
        (key, text) -> assertThat(help).containsPattern("--" + key + "=[^=]*\\(" + text + "[;)]"));
    assertThat(help).doesNotContain("DEFAULT-VALUE").doesNotContain("(null)");
  }

  @Test
  void noneMeansAbsenceOnlyWhereTheHelpSaysSo() {
    for (ConfigKey key : Settings.all()) {
      OptionSpec option = train.getCommandSpec().findOption("--" + key.name());
      String help = String.join(" ", option.description());
      if (key.nullable() || key.noneIsAbsence()) {
        assertThat(help.contains("none")).as(key.name()).isEqualTo(key.noneIsAbsence());
      }
    }
    RecordedTraining training = new RecordedTraining();
    assertThat(CommandRun.of(training, "train", "--name", "none").exitCode()).isZero();
    assertThat(training.config().execution().name()).isEqualTo("none");
  }

  @Test
  void everyOptionReachesItsKey() {
    Map<String, String> other =
        Map.of(
            "dataset",
            "synthetic",
            "val-fraction",
            "0.2",
            "depth",
            "20",
            "gate",
            "none",
            "lr",
            "0.2",
            "schedule",
            "3,4",
            "time-limit",
            "30m",
            "name",
            "n");
    RecordedTraining training = new RecordedTraining();
    String[] arguments =
        Stream.concat(
                Stream.of("train"),
                other.entrySet().stream().flatMap(e -> Stream.of("--" + e.getKey(), e.getValue())))
            .toArray(String[]::new);
    assertThat(CommandRun.of(training, arguments).exitCode()).isZero();
    assertThat(training.config()).isEqualTo(RunConfig.defaults().with(other));
  }
}
