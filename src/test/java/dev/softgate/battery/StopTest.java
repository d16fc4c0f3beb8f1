package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Ended;
import dev.softgate.battery.Program.Running;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Ctrl-C and SIGTERM at seeded moments: the process ends within seconds with 128 plus the signal's
 * number, the state is saved, and resuming ends with the bits of an undisturbed training.
 */
@Tag(Battery.TAG)
class StopTest {

  private static final int STOPS = Battery.count("stops", 30);
  private static final int MOST_DRAWS = 5;

  /** 5 s are promised; two trainings at a time on busy cores get twice that. */
  private static final double MOST_SECONDS = 10;

  private record Result(double seconds, List<String> problems) {}

  @BeforeAll
  static void trainUndisturbed() {
    Reference.trainAll();
  }

  @Test
  void resumesBitExactlyAfterAStop() {
    Instant started = Instant.now();

    List<Result> results = Trials.run(IntStream.range(0, STOPS).boxed().toList(), StopTest::trial);

    Figures.add(
        "stop",
        "Ctrl-C or SIGTERM, resumed to the end: state saved, equal bits",
        results.size(),
        (int) results.stream().filter(result -> result.problems.isEmpty()).count(),
        "the slowest ended after %.1f s"
            .formatted(results.stream().mapToDouble(Result::seconds).max().orElse(0)),
        Duration.between(started, Instant.now()));
    assertThat(results.stream().flatMap(result -> result.problems.stream())).isEmpty();
  }

  private static Result trial(int number) {
    Cell cell = Cell.ALL.get(number % Cell.ALL.size());
    Random random = Battery.random("stop", number);
    boolean interrupt = number % 2 == 0;
    Path folder = Battery.folder("stop/" + number);
    Path run = folder.resolve("runs/run");
    String label = "stop %d (%s, %s): ".formatted(number, cell.name(), interrupt ? "INT" : "TERM");
    List<String> problems = new ArrayList<>();
    double seconds = 0;
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      Battery.delete(run);
      Running process = Program.in(folder).start(cell.train());
      double share = random.nextDouble() * 0.95;
      if (!Moment.ANY.await(process, run, share, Reference.of(cell).nanos(), random)) {
        process.await();
        continue;
      }
      long asked = System.nanoTime();
      process.signal(interrupt ? "INT" : "TERM");
      Ended end = process.await();
      if (end.exitCode() == 0) {
        continue; // it ended by itself at that moment
      }
      seconds = (System.nanoTime() - asked) / 1e9;
      if (end.exitCode() != (interrupt ? 130 : 143)) {
        problems.add(label + end);
      }
      if (seconds > MOST_SECONDS) {
        problems.add(label + "took " + seconds + " s");
      }
      if (!end.err().contains("--resume runs/run")) {
        problems.add(label + "does not say how to go on: " + end.err());
      }
      break;
    }
    Ended end = Program.in(folder).run("train", "--resume", "runs/run");
    if (end.exitCode() != 0) {
      problems.add(label + "resumed: " + end);
    } else {
      Reference.of(cell).differences(run).forEach(difference -> problems.add(label + difference));
    }
    if (problems.isEmpty()) {
      Battery.delete(folder);
    }
    return new Result(seconds, problems);
  }
}
