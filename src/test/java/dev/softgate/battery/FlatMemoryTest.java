package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Ended;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Memory does not grow during thousands of steps, evaluations and checkpoints, after the first
 * tenths.
 */
@Tag(Battery.TAG)
class FlatMemoryTest {

  private static final int STEPS = Battery.count("steps", 5000);

  /**
   * Relative to the resident memory after three tenths, when the allocators have seen every shape.
   */
  private static final double MOST_GROWTH = 0.05;

  private record Kind(String engine, String gate) {}

  /** Resident memory and live native objects at each tenth. */
  private record Used(Kind kind, List<Long> kilobytes, List<Long> pointers, Ended end) {

    double growth() {
      return (double) kilobytes.get(9) / kilobytes.get(2) - 1;
    }

    boolean isFlat() {
      return end.exitCode() == 0
          && kilobytes.size() == 10
          && growth() <= MOST_GROWTH
          && most(pointers.subList(7, 10)) <= most(pointers.subList(0, 3));
    }

    /** The garbage collector frees objects at its own pace, which makes single counts vary. */
    private static long most(List<Long> counts) {
      return counts.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    String text() {
      return kilobytes.size() < 10
          ? end.toString()
          : "%s MB, %+.1f %%; %s objects"
              .formatted(
                  kilobytes.stream().map(kb -> kb / 1024).toList(), 100 * growth(), pointers);
    }
  }

  @Test
  void memoryDoesNotGrowWithSteps() {
    Instant started = Instant.now();
    List<Used> all =
        Trials.run(
            List.of(
                new Kind("libtorch", "classifier"),
                new Kind("onednn", "classifier"),
                new Kind("libtorch", "memory"),
                new Kind("onednn", "memory")),
            FlatMemoryTest::train);
    for (Used used : all) {
      Figures.add(
          "memory",
          "%d steps, %s, %s".formatted(STEPS, used.kind.engine, used.kind.gate),
          1,
          used.isFlat() ? 1 : 0,
          used.text(),
          Duration.between(started, Instant.now()));
    }
    assertThat(all).allMatch(Used::isFlat);
  }

  private static Used train(Kind kind) {
    Path folder = Battery.folder("memory/" + kind.engine + "-" + kind.gate);
    Ended end =
        Program.in(folder)
            .with("-Xmx256m")
            .startClass(
                LongTraining.class.getName(),
                folder.toString(),
                kind.engine,
                kind.gate,
                Integer.toString(STEPS))
            .await();
    List<Long> kilobytes = new ArrayList<>();
    List<Long> pointers = new ArrayList<>();
    for (String line : end.out().lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words.length == 3) {
        kilobytes.add(Long.valueOf(words[1]));
        pointers.add(Long.valueOf(words[2]));
      }
    }
    return new Used(kind, kilobytes, pointers, end);
  }
}
