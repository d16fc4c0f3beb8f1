package dev.softgate.battery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The battery's results, a row per part, in {@code target/battery/figures.csv} and, for reading,
 * {@code figures.md}. Each new row rewrites both files.
 */
final class Figures {

  private static final List<Row> ROWS = new ArrayList<>();

  private static final int MOST_CHARS = 300;

  private Figures() {}

  /**
   * A row.
   *
   * @param part the part of the battery, such as {@code kill}
   * @param what the action
   * @param tried the number of trials
   * @param held the number of trials that kept the promise
   * @param skipped why it was not tried; empty if it was
   */
  private record Row(
      String part, String what, int tried, int held, String detail, long seconds, String skipped) {}

  static void add(String part, String what, int tried, int held, String detail, Duration took) {
    write(new Row(part, what, tried, held, line(detail), took.toSeconds(), ""));
  }

  /** Records what could not be tried on this machine. */
  static void skipped(String part, String what, String why) {
    write(new Row(part, what, 0, 0, "", 0, why));
  }

  private static String line(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", " / ").replace('|', '/');
    return line.length() <= MOST_CHARS ? line : line.substring(0, MOST_CHARS) + "…";
  }

  private static synchronized void write(Row added) {
    ROWS.add(added);
    StringBuilder csv = new StringBuilder("part,what,tried,held,detail,seconds,skipped\n");
    StringBuilder table = new StringBuilder(machine());
    table.append("\n| part | what | tried | held | s | |\n|---|---|--:|--:|--:|---|\n");
    for (Row row : ROWS) {
      csv.append(
          "%s,%s,%d,%d,%s,%d,%s\n"
              .formatted(
                  row.part,
                  quoted(row.what),
                  row.tried,
                  row.held,
                  quoted(row.detail),
                  row.seconds,
                  quoted(row.skipped)));
      table.append(
          row.skipped.isEmpty()
              ? "| %s | %s | %d | %s | %d | %s |\n"
                  .formatted(
                      row.part,
                      row.what,
                      row.tried,
                      row.held == row.tried ? "all" : "**" + row.held + "**",
                      row.seconds,
                      row.detail)
              : "| %s | %s | – | – | – | skipped: %s |\n"
                  .formatted(row.part, row.what, row.skipped));
    }
    try {
      Files.createDirectories(Battery.work());
      Files.writeString(Battery.work().resolve("figures.csv"), csv);
      Files.writeString(Battery.work().resolve("figures.md"), table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String machine() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %s, JDK %s; commit %s; %s; seed %d.%n",
        cpu(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.version"),
        commit(),
        LocalDate.now(ZoneOffset.UTC),
        Battery.seed());
  }

  private static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String commit() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12").start();
      String commit =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 ? commit : "unknown";
    } catch (IOException | InterruptedException e) {
      return "unknown";
    }
  }
}
