package dev.softgate.cli;

import dev.softgate.cli.SeedOption.Sets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The last occurrence of an option wins, as in {@code argparse}: before a command parses its
 * arguments, all earlier occurrences are removed. Two spellings of one option, such as {@code
 * --lr_gate} and {@code --lr-gate}, count as the same.
 */
final class LastOptionWins implements IParameterPreprocessor {

  private static final String END_OF_OPTIONS = "--";

  /** Installs this for a command and its subcommands. Call it after adding subcommands. */
  static CommandLine install(CommandLine command) {
    command.getCommandSpec().preprocessor(new LastOptionWins());
    command.getSubcommands().values().forEach(LastOptionWins::install);
    return command;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // the type that picocli hands over
  public boolean preprocess(
      Stack<String> arguments,
      CommandSpec command,
      @Nullable ArgSpec argument,
      Map<String, Object> info) {
    List<String> inOrder = new ArrayList<>(arguments);
    Collections.reverse(inOrder); // the top of the stack comes first
    List<String> kept = keepLast(inOrder, command);
    Collections.reverse(kept);
    arguments.clear();
    arguments.addAll(kept);
    return false;
  }

  /** Removes the occurrences of options that a later one replaces. */
  static List<String> keepLast(List<String> arguments, CommandSpec command) {
    List<List<String>> parts = new ArrayList<>();
    List<@Nullable String> settled = new ArrayList<>();
    for (int i = 0; i < arguments.size(); ) {
      OptionSpec option = option(arguments.get(i), command);
      int end =
          option == null ? end(arguments, i, command) : i + length(arguments, i, option, command);
      parts.add(arguments.subList(i, end));
      settled.add(option == null ? null : identity(option, arguments.subList(i, end)));
      i = end;
    }
    Set<String> later = new HashSet<>();
    List<List<String>> kept = new ArrayList<>();
    for (int i = parts.size() - 1; i >= 0; i--) {
      String identity = settled.get(i);
      if (identity == null || later.add(identity)) {
        kept.add(parts.get(i));
      }
    }
    Collections.reverse(kept);
    return new ArrayList<>(kept.stream().flatMap(List::stream).toList());
  }

  /**
   * The index after one positional argument; after all if the options, or this command's own, end
   * here.
   */
  private static int end(List<String> arguments, int i, CommandSpec command) {
    boolean ends =
        arguments.get(i).equals(END_OF_OPTIONS)
            || command.subcommands().containsKey(arguments.get(i));
    return ends ? arguments.size() : i + 1;
  }

  /** The number of arguments of an occurrence: its name and values. */
  private static int length(
      List<String> arguments, int at, OptionSpec option, CommandSpec command) {
    int values = isName(arguments.get(at), option) ? 0 : 1; // attached: --lr=0.1, -d=cifar10
    int length = 1;
    while (values < option.arity().max()
        && at + length < arguments.size()
        && (values < option.arity().min() || option(arguments.get(at + length), command) == null)) {
      length++;
      values++;
    }
    return length;
  }

  private static boolean isName(String argument, OptionSpec option) {
    return List.of(option.names()).contains(argument);
  }

  private static @Nullable OptionSpec option(String argument, CommandSpec command) {
    if (!argument.startsWith("-")) {
      return null;
    }
    OptionSpec exact = command.findOption(argument);
    if (exact != null) {
      return exact;
    }
    int equals = argument.indexOf('=');
    if (equals > 0) {
      return option(argument.substring(0, equals), command);
    }
    boolean attached = !argument.startsWith("--") && argument.length() > 2; // -dcifar10
    return attached ? command.findOption(argument.substring(0, 2)) : null;
  }

  /** The common name of an option's spellings: the longest of this program's own. */
  private static String identity(OptionSpec option, List<String> occurrence) {
    Optional<SeedOption> seed = SeedOptions.named(option.longestName());
    if (seed.isPresent()) {
      String last = occurrence.get(occurrence.size() - 1);
      SeedOption.Meaning meaning =
          seed.get().meaning().apply(last.substring(last.indexOf('=') + 1));
      if (meaning instanceof Sets sets && sets.values().size() == 1) {
        return "--" + sets.values().keySet().iterator().next();
      }
    }
    return option.longestName();
  }
}
