package dev.softgate.distributed.launch;

import dev.softgate.config.RunConfig;
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
 * @param arguments the command line of each process, {@code train} first
 */
public record LocalTraining(int processes, int restarts, List<String> arguments) {

  private static final String TRAIN = "train";
  private static final String RESUME = "--resume";
  private static final String TIME_LIMIT = "--time-limit";
  private static final String JSON = "--json";

  /** Copies the arguments. */
  public LocalTraining {
    arguments = List.copyOf(arguments);
  }

  /**
   * The training, whose own options win.
   *
   * @param defaults options of each process
   * @param options {@code train}'s own
   */
  public static LocalTraining of(
      int processes, int restarts, List<String> defaults, List<String> options) {
    List<String> words = new ArrayList<>();
    words.add(TRAIN);
    words.addAll(defaults);
    words.addAll(options);
    return new LocalTraining(processes, restarts, words);
  }

  /**
   * The command line that continues a run after a failure. A time limit counts from the first
   * start.
   *
   * @param run the run's folder
   * @param elapsed since the first start
   */
  List<String> resumed(Path run, Duration elapsed) {
    boolean again = arguments.stream().anyMatch(word -> isOption(word, RESUME));
    List<String> words = new ArrayList<>(again ? arguments : List.of(TRAIN, RESUME + "=" + run));
    if (!again && arguments.contains(JSON)) {
      words.add(JSON);
    }
    Duration limit = timeLimit(run, again);
    if (limit != null) {
      Duration left = limit.minus(elapsed);
      words.add(TIME_LIMIT + "=" + Math.max(1, left.toSeconds()) + "s");
    }
    return words;
  }

  /** A resumed session has no time limit but its own; the limit of a new one is in its run. */
  private @Nullable Duration timeLimit(Path run, boolean again) {
    RunConfig config = RunConfig.read(run.resolve("config.yaml"));
    String own = "none";
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.startsWith(TIME_LIMIT + "=")) {
        own = word.substring(TIME_LIMIT.length() + 1);
      } else if (word.equals(TIME_LIMIT) && i + 1 < arguments.size()) {
        own = arguments.get(i + 1);
      }
    }
    return (again ? config.with(Map.of("time-limit", own)) : config).execution().timeLimit();
  }

  private static boolean isOption(String word, String name) {
    return word.equals(name) || word.startsWith(name + "=");
  }
}
