package dev.softgate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A separate virtual machine for a test, with the class path of the tests. */
public final class JavaProcess {

  private JavaProcess() {}

  /**
   * A process that has not been started; {@code arguments} are those of {@code java}, with the main
   * class.
   */
  public static ProcessBuilder of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED"); // otherwise JDK 24 and newer warn on stderr
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
