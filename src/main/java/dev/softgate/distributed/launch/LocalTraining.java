package dev.softgate.distributed.launch;

import dev.softgate.config.RunConfig;
import dev.softgate.interop.ShellWords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A training on several processes of this machine.
 *
 * @param processes how many
 * @param restarts how often to start all again after a failure
 * @param threads the threads of each process, unless {@code options} say otherwise
 * @param timeout the time-out of each process, likewise; null for {@code train}'s default
 * @param options the words after {@code train}
 */
public record LocalTraining(
    int processes, int restarts, int threads, @Nullable String timeout, List<String> options) {

  /** Ends the options of {@code launch} in a command. */
  static final String SEPARATOR = " -- train";

  private static final String THREADS = "--threads";
  private static final String TIMEOUT = "--timeout";
  private static final String RESUME = "--resume";
  private static final String TIME_LIMIT = "--time-limit";
  private static final String JSON = "--json";

  /** Copies the options. */
  public LocalTraining {
    options = List.copyOf(options);
  }

  /** The command line of each process. */
  List<String> arguments() {
    List<String> words = new ArrayList<>(List.of("train", THREADS + "=" + threads));
    if (timeout != null) {
      words.add(TIMEOUT + "=" + timeout);
    }
    words.addAll(options);
    return words;
  }

  /** The command that starts this training, also on a machine with other cores. */
  String command() {
    return launching() + (options.isEmpty() ? "" : " " + ShellWords.join(options));
  }

  /** The command that resumes a run on as many processes with as many threads. */
  String resuming(Path run) {
    return resuming(launching(), run);
  }

  /**
   * The same, with the command that started the training.
   *
   * @param command from {@link #command}
   */
  static String resuming(String command, Path run) {
    String launching = command.substring(0, command.indexOf(SEPARATOR) + SEPARATOR.length());
    return launching + " " + RESUME + " " + run;
  }

  private String launching() {
    List<String> words = new ArrayList<>(List.of("softgate", "launch"));
    words.addAll(List.of("--processes", Integer.toString(processes)));
    String own = value(THREADS);
    boolean counted = own != null && own.matches("\\d+");
    words.addAll(List.of(THREADS, counted ? own : Integer.toString(threads)));
    if (restarts > 0) {
      words.addAll(List.of("--restarts", Integer.toString(restarts)));
    }
    String given = value(TIMEOUT);
    String patience = given != null ? given : timeout;
    if (patience != null) {
      words.addAll(List.of(TIMEOUT, patience));
    }
    return ShellWords.join(words) + SEPARATOR;
  }

  /**
   * The training that continues a run after a failure, on the same threads. A time limit counts
   * from the first start.
   *
   * @param run the run's folder
   * @param elapsed since the first start
   */
  LocalTraining resumed(Path run, Duration elapsed) {
    boolean again = options.stream().anyMatch(word -> isOption(word, RESUME));
    List<String> words = new ArrayList<>(again ? options : List.of(RESUME + "=" + run));
    if (!again) {
      for (String name : List.of(THREADS, TIMEOUT)) {
        String own = value(name);
        if (own != null) {
          words.add(name + "=" + own);
        }
      }
      if (options.contains(JSON)) {
        words.add(JSON);
      }
    }
    Duration limit = timeLimit(run, again);
    if (limit != null) {
      Duration left = limit.minus(elapsed);
      words.add(TIME_LIMIT + "=" + Math.max(1, left.toSeconds()) + "s");
    }
    return new LocalTraining(processes, restarts, threads, timeout, words);
  }

  /** A resumed session has no time limit but its own; the limit of a new one is in its run. */
  private @Nullable Duration timeLimit(Path run, boolean again) {
    RunConfig config = RunConfig.read(run.resolve("config.yaml"));
    String own = value(TIME_LIMIT);
    return (again ? config.with(Map.of("time-limit", own == null ? "none" : own)) : config)
        .execution()
        .timeLimit();
  }

  /** The last value that the options give; null where they give none. */
  private @Nullable String value(String name) {
    String value = null;
    for (int i = 0; i < options.size(); i++) {
      String word = options.get(i);
      if (word.startsWith(name + "=")) {
        value = word.substring(name.length() + 1);
      } else if (word.equals(name) && i + 1 < options.size()) {
        value = options.get(i + 1);
      }
    }
    return value;
  }

  private static boolean isOption(String word, String name) {
    return word.equals(name) || word.startsWith(name + "=");
  }
}
