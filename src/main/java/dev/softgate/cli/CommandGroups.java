package dev.softgate.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Groups the commands of {@code softgate --help} by purpose. */
final class CommandGroups {

  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Train", List.of("train"));
    GROUPS.put(
        "Use a trained network",
        List.of("eval", "predict", "skip", "score", "review", "apply", "report"));
    GROUPS.put(
        "Data and networks", List.of("data", "labels", "noise", "models", "import", "extract"));
    GROUPS.put("Check this machine", List.of("parity", "bench"));
  }

  /** Replaces the flat list of commands. */
  static void install(CommandLine root) {
    root.getHelpSectionMap().remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    root.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
  }

  private static String render(Help help) {
    Map<String, Help> remaining = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    GROUPS.forEach((title, names) -> append(text, title, names, remaining));
    append(text, "More", new ArrayList<>(remaining.keySet()), remaining);
    return text.toString();
  }

  private static void append(
      StringBuilder text, String title, List<String> names, Map<String, Help> remaining) {
    boolean empty = true;
    for (String name : names) {
      Help command = remaining.remove(name);
      if (command != null) {
        String[] description = command.commandSpec().usageMessage().description();
        text.append(empty ? String.format("%n%s%n", title) : "")
            .append(String.format("  %-10s%s%n", name, description[0]));
        empty = false;
      }
    }
  }

  private CommandGroups() {}
}
