package dev.softgate.battery;

import dev.softgate.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The command line as a separate process, started as the launcher starts it.
 *
 * @param folder its working folder
 * @param wrapper words before {@code java}, such as a command that sets a limit
 * @param machine additional options of the virtual machine
 * @param environment variables that differ from this process; an empty one is unset
 */
record Program(
    Path folder, List<String> wrapper, List<String> machine, Map<String, String> environment) {

  private static final int MOST_SECONDS = 400;

  /** The bit of SIGINT in the masks of {@code /proc/self/status}. */
  private static final long SIGINT_BIT = 1 << (2 - 1);

  static Program in(Path folder) {
    return new Program(folder, List.of(), List.of(), Map.of());
  }

  Program wrapped(String... words) {
    return new Program(folder, List.of(words), machine, environment);
  }

  Program with(String... options) {
    return new Program(folder, wrapper, List.of(options), environment);
  }

  Program where(String variable, String value) {
    Map<String, String> changed = new LinkedHashMap<>(environment);
    changed.put(variable, value);
    return new Program(folder, wrapper, machine, changed);
  }

  /** Starts a command. */
  Running start(String... arguments) {
    return startClass(Main.class.getName(), arguments);
  }

  /** Starts another class of the class path. */
  Running startClass(String main, String... arguments) {
    List<String> command = new ArrayList<>(wrapper);
    if (wrapper.isEmpty() && ignoresInterrupt()) {
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // These processes are short-lived: C1 alone takes half the time. The results are equal.
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.bytedeco.javacpp.maxPhysicalBytes=0");
    command.add("-Dorg.bytedeco.javacpp.maxBytes=0");
    command.addAll(machine);
    if (!machine.contains("-cp")) {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.add(main);
    command.addAll(List.of(arguments));
    try {
      Files.createDirectories(folder);
      // Not in the working folder, which may be full or disappear.
      Path out = Files.createTempFile(Files.createDirectories(Battery.work()), "out-", ".txt");
      Path err = Files.createTempFile(Battery.work(), "err-", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      environment.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              builder.environment().remove(name);
            } else {
              builder.environment().put(name, value);
            }
          });
      return new Running(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end. */
  Ended run(String... arguments) {
    return start(arguments).await();
  }

  /** Background jobs of a shell ignore Ctrl-C, and so do the processes that they start. */
  private static boolean ignoresInterrupt() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("SigIgn:")) {
          return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGINT_BIT) != 0;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** A started process. */
  record Running(Process process, Path out, Path err) {

    boolean alive() {
      return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
      process.destroyForcibly();
      await();
    }

    /** A signal by name, such as INT. */
    void signal(String name) {
      try {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Waits for its end, and kills it after a timeout. */
    Ended await() {
      try {
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
          process.destroyForcibly();
          process.waitFor();
        }
        Ended end = new Ended(ended ? process.exitValue() : -1, read(out), read(err));
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
        return end;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String read(Path file) throws IOException {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
  }

  /**
   * How a process ended.
   *
   * @param exitCode 128 plus the signal's number if a signal ended it; -1 if it did not end
   */
  record Ended(int exitCode, String out, String err) {

    private static final String START = "softgate: ";

    /** The line that explains the failure; empty if there is none or several. */
    String failure() {
      List<String> lines = err.lines().filter(line -> line.startsWith(START)).toList();
      return lines.size() == 1 ? lines.get(0) : "";
    }

    /**
     * Whether one line explains the failure without the program's internal names.
     *
     * @param exitCodes the expected exit codes
     */
    boolean saysWhy(Integer... exitCodes) {
      return List.of(exitCodes).contains(exitCode)
          && !failure().isEmpty()
          && isPlain(err)
          && !err.contains("Exception")
          && !out.contains("A fatal error has been detected");
    }

    /** Whether the text contains no class names and no stack traces. */
    static boolean isPlain(String text) {
      return !text.contains("\tat ")
          && !text.contains("stack trace in")
          && !text.matches("(?s).*\\b(java|dev|org|com)(\\.[a-z0-9]+)+\\.[A-Z].*");
    }
  }
}
