package dev.softgate.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The commands, grouped by purpose as {@code softgate --help} lists them. A command line runs one
 * of them, and the options of all would take most of the time that help takes. Therefore only the
 * commands that a command line needs are made; the others have their name and summary.
 */
final class Commands {

  private static final String HELP = "help";
  private static final Map<String, List<Class<?>>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put(
        "Train",
        List.of(TrainCommand.class, LaunchCommand.class, SweepCommand.class, SubsetsCommand.class));
    GROUPS.put(
        "Use a trained network",
        List.of(
            EvalCommand.class,
            PredictCommand.class,
            FeaturesCommand.class,
            SkipCommand.class,
            ScoreCommand.class,
            ReviewCommand.class,
            ApplyCommand.class,
            ReportCommand.class));
    GROUPS.put(
        "Data and networks",
        List.of(
            DataCommand.class,
            LabelsCommand.class,
            NoiseCommand.class,
            ModelsCommand.class,
            ImportCommand.class,
            ExtractCommand.class));
    GROUPS.put("Check this machine", List.of(ParityCommand.class, BenchCommand.class));
  }

  /**
   * Adds the commands to the program and to its help.
   *
   * @param needed the names of those to make
   */
  static void addTo(CommandLine root, TrainingProgram training, Predicate<String> needed) {
    GROUPS.values().stream()
        .flatMap(List::stream)
        .forEach(
            type -> {
              String name = declaration(type).name();
              root.addSubcommand(name, needed.test(name) ? make(type, training) : summary(type));
            });
    root.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Commands::render);
  }

  /** The names of the commands that arguments may run: the first that is no option. */
  static Predicate<String> neededBy(String... arguments) {
    String first =
        Arrays.stream(arguments)
            .filter(text -> !text.startsWith("-") && !text.equals(HELP))
            .findFirst()
            .orElse("");
    return name -> // train -e is eval
    name.equals(first) || (first.equals("train") && name.equals("eval"));
  }

  /** {@code help COMMAND} as {@code COMMAND --help}; without the option if there is no such. */
  static String[] helpAsOption(CommandLine root, String... arguments) {
    if (arguments.length == 0 || !arguments[0].equals(HELP)) {
      return arguments;
    }
    List<String> words = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
    if (words.isEmpty() || root.getSubcommands().containsKey(words.get(0))) {
      words.add("--help");
    }
    return words.toArray(String[]::new);
  }

  private static Object make(Class<?> type, TrainingProgram training) {
    if (type == TrainCommand.class) {
      return TrainCommand.create(training);
    }
    try {
      return CommandLine.defaultFactory().create(type);
    } catch (Exception e) { // as the factory declares it
      throw new IllegalStateException("no command " + type, e);
    }
  }

  private static CommandSpec summary(Class<?> type) {
    return CommandSpec.create()
        .usageMessage(new UsageMessageSpec().description(declaration(type).description()[0]));
  }

  private static Command declaration(Class<?> type) {
    return Objects.requireNonNull(type.getAnnotation(Command.class));
  }

  private static String render(Help help) {
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (title, types) -> {
          text.append(String.format("%n%s%n", title));
          for (Class<?> type : types) {
            Command command = declaration(type);
            text.append(String.format("  %-10s%s%n", command.name(), command.description()[0]));
          }
        });
    return text.toString();
  }

  private Commands() {}
}
