package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Ended;
import dev.softgate.battery.Program.Running;
import java.nio.file.Files;
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
 * A training that SIGKILL ended at a seeded moment ends, after resuming, with the bits of an
 * undisturbed training. Every fourth is killed twice. A failure names trial and seed; {@code
 * -Dbattery.kill=N} runs that trial alone.
 */
@Tag(Battery.TAG)
class KillMatrixTest {

  private static final int KILLS = Battery.count("kills", 100);

  /** A kill after the end is drawn again. */
  private static final int MOST_DRAWS = 5;

  @BeforeAll
  static void trainUndisturbed() {
    Reference.trainAll();
  }

  /**
   * The result of one trial.
   *
   * @param kills the kills that found the process alive
   * @param halfWritten the kills that left a temporary file of a checkpoint
   * @param restarts the kills before there was anything to resume from
   * @param problems one line per problem
   */
  private record Result(int kills, int halfWritten, int restarts, List<String> problems) {}

  @Test
  void resumesBitExactlyAfterAKill() {
    int only = Integer.getInteger("battery.kill", -1);
    List<Integer> numbers =
        only >= 0 ? List.of(only) : IntStream.range(0, trials()).boxed().toList();
    Instant started = Instant.now();

    List<Result> results = Trials.run(numbers, KillMatrixTest::trial);

    int held = (int) results.stream().filter(result -> result.problems.isEmpty()).count();
    Figures.add(
        "kill",
        "SIGKILL, resumed to the end: equal bits",
        results.size(),
        held,
        "%d kills, %d of them left a half-written checkpoint, %d came before the first one"
            .formatted(
                results.stream().mapToInt(Result::kills).sum(),
                results.stream().mapToInt(Result::halfWritten).sum(),
                results.stream().mapToInt(Result::restarts).sum()),
        Duration.between(started, Instant.now()));
    assertThat(results.stream().flatMap(result -> result.problems.stream())).isEmpty();
  }

  /** Four trials have five kills: every fourth has two. */
  private static int trials() {
    return Math.max(1, KILLS * 4 / 5);
  }

  private static Result trial(int number) {
    Cell cell = Cell.ALL.get(number % Cell.ALL.size());
    Random random = Battery.random("kill", number);
    Moment moment = List.of(Moment.values()).get(number % Moment.values().length);
    int wanted = number % 4 == 3 ? 2 : 1;
    Path folder = Battery.folder("kill/" + number);
    Path run = folder.resolve("runs/run");
    String label = "kill %d (%s, %s): ".formatted(number, cell.name(), moment);
    List<String> problems = new ArrayList<>();
    int kills = 0;
    int halfWritten = 0;
    int restarts = 0;
    double done = 0;
    for (int draw = 0; kills < wanted && draw < MOST_DRAWS; draw++) {
      double share = random.nextDouble() * (1 - done) * 0.95;
      Running process =
          Files.exists(run)
              ? Program.in(folder).start("train", "--resume", "runs/run")
              : Program.in(folder).start(cell.train());
      if (!moment.await(process, run, share, Reference.of(cell).nanos(), random)) {
        Ended end = process.await();
        if (end.exitCode() != 0) {
          problems.add(label + end);
          return new Result(kills, halfWritten, restarts, problems);
        }
        Battery.delete(run);
        done = 0;
        continue;
      }
      process.kill();
      kills++;
      done += share;
      halfWritten += Moment.writing(run.resolve("checkpoints")) ? 1 : 0;
      if (!hasCheckpoint(run)) {
        restarts++;
        Ended refused = Program.in(folder).run("train", "--resume", "runs/run");
        if (!refused.saysWhy(2)) {
          problems.add(label + "nothing to go on from: " + refused);
        }
        Battery.delete(run);
        done = 0;
      }
    }
    Ended end =
        Files.exists(run)
            ? Program.in(folder).run("train", "--resume", "runs/run")
            : Program.in(folder).run(cell.train());
    if (end.exitCode() != 0) {
      problems.add(label + end);
    } else {
      Reference.of(cell).differences(run).forEach(difference -> problems.add(label + difference));
    }
    if (problems.isEmpty()) {
      Battery.delete(folder);
    }
    return new Result(kills, halfWritten, restarts, problems);
  }

  private static boolean hasCheckpoint(Path run) {
    return List.of("next", "last", "previous").stream()
        .anyMatch(name -> Files.exists(run.resolve("checkpoints/" + name + ".safetensors")));
  }
}
