package dev.softgate.distributed.launch;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that started this program, without its arguments. */
public final class ThisProgram {

  private static final String TERMINAL = "-Dsoftgate.terminal";

  /** A debugger or profiler holds a port or a file that a second process cannot have. */
  private static final List<String> OF_ONE_PROCESS = List.of("-agentlib:", "-agentpath:", "-Xrun");

  /**
   * Java with this program's options, class path and main class.
   *
   * @param main the main class
   * @param terminal whether the process may draw on the terminal, if this one may
   */
  public static List<String> command(String main, boolean terminal) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> terminal || !option.startsWith(TERMINAL))
        .filter(option -> OF_ONE_PROCESS.stream().noneMatch(option::startsWith))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    return command;
  }

  private ThisProgram() {}
}
