package dev.softgate.cli;

import dev.softgate.cli.SeedOption.NoEffect;
import dev.softgate.cli.SeedOption.Refused;
import dev.softgate.cli.SeedOption.Sets;
import dev.softgate.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of the published training script, {@code main_gate_classifier_val.py}, and of the
 * {@code cifar.py} family that it comes from, so that their command lines run unchanged. Help does
 * not list them. Settings declare their own spellings; the others are here.
 *
 * <p>Options that would change the result and are not supported are refused. Options without
 * meaning on a processor are accepted with a note in the log.
 */
final class SeedOptions {

  private static final String OTHER_NETWORKS = "it shapes networks other than ResNets";

  private static final List<SeedOption> OTHERS =
      List.of(
          new SeedOption(List.of("--scratch"), false, SeedOptions::scratch),
          new SeedOption(List.of("-c", "--checkpoint"), false, SeedOptions::checkpointFolder),
          new SeedOption(List.of("--cpu"), true, text -> new Sets(Map.of("device", "cpu"))),
          new SeedOption(
              List.of("--pretrained"),
              true,
              text -> new Refused("start from a trained network with --init baseline:PATH")),
          SeedOption.onlyZero("continue a run with --resume RUN", "--start-epoch"),
          SeedOption.onlyZero("there is no dropout in these networks", "--drop"),
          SeedOption.noEffect("images load on a thread of their own", "-j", "--workers"),
          SeedOption.noEffect("it computes on the processor", "--gpu-id"),
          SeedOption.noEffect("progress shows by itself", "-p", "--print-freq"),
          SeedOption.noEffect("the published script never reads it", "--lr_decay_step"),
          SeedOption.noEffect("no result depends on it", "--test-batch"),
          SeedOption.noEffect(OTHER_NETWORKS, "--widen-factor"),
          SeedOption.noEffect(OTHER_NETWORKS, "--growthRate"),
          SeedOption.noEffect(OTHER_NETWORKS, "--compressionRate"),
          SeedOption.noEffect(OTHER_NETWORKS, "--cardinality"));

  private static final List<SeedOption> ALL =
      Stream.concat(
              Settings.all().stream()
                  .filter(key -> key.setting().published().length > 0)
                  .map(key -> SeedOption.alias(key.name(), key.setting().published())),
              OTHERS.stream())
          .toList();

  /** Makes a command accept these options. */
  static void addTo(CommandSpec command) {
    for (SeedOption option : ALL) {
      command.addOption(
          OptionSpec.builder(option.names().toArray(String[]::new))
              .hidden(true)
              .arity(option.flag() ? "0" : "1")
              .type(option.flag() ? boolean.class : String.class)
              .build());
    }
  }

  /** Returns the option with a spelling, if there is one. */
  static Optional<SeedOption> named(String name) {
    return ALL.stream().filter(option -> option.names().contains(name)).findFirst();
  }

  /** All options. */
  static List<SeedOption> all() {
    return ALL;
  }

  /** Translates the published script's values of a key; other values are kept. */
  static Map<String, String> translate(String key, String text) {
    String value = text.toLowerCase(Locale.ROOT);
    return switch (key) {
      case "arch" ->
          value.equals("resnet_gate_classifier")
              ? Map.of("arch", "resnet", "gate", "classifier")
              : Map.of(key, text);
      case "block" ->
          switch (value) {
            case "basicblock" -> Map.of(key, "basic");
            case "bottleneck" -> Map.of(key, "bottleneck");
            default -> Map.of(key, text);
          };
      case "schedule-gate" ->
          switch (value) {
            case "0" -> Map.of(key, "constant");
            case "1" -> Map.of(key, "step");
            default -> Map.of(key, text);
          };
      default -> Map.of(key, text);
    };
  }

  private static SeedOption.Meaning scratch(String text) {
    return switch (text) {
      case "1" -> new Sets(Map.of("init", "scratch"));
      case "0" -> new Sets(Map.of("init", "baseline"));
      default -> new Refused("1 starts from scratch and 0 from a baseline");
    };
  }

  /** In the {@code cifar.py} family this is the folder of the run. */
  private static SeedOption.Meaning checkpointFolder(String text) {
    Path folder = Path.of(text);
    Path name = folder.getFileName();
    if (name == null) {
      return new NoEffect("it names no folder");
    }
    Path parent = folder.getParent();
    return new Sets(
        Map.of("runs-dir", parent == null ? "." : parent.toString(), "name", name.toString()));
  }
}
