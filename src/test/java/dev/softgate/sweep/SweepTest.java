package dev.softgate.sweep;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of tiny networks, trained within the test instead of in processes. */
class SweepTest {

  private static final String YAML =
      """
      base: {dataset: synthetic, limit-train: 32, limit-val: 16, limit-test: 16, depth: 14,
        batch-size: 16, epochs: 1, schedule: none, threads: 1, canvas: none, precision: fp32}
      grid: {gate: [classifier, none]}
      seeds: 2
      """;

  @TempDir private Path folder;

  private final List<String> started = new ArrayList<>();

  private SweepTrainer inProcess(BooleanSupplier stop) {
    return InProcessTrainer.of(started, stop);
  }

  private SweepPlan plan() throws IOException {
    return plan(YAML);
  }

  private SweepPlan plan(String yaml) throws IOException {
    Path file = folder.resolve("s.yaml");
    Files.writeString(file, yaml);
    return SweepPlan.of(new SweepRequest(file, null, null, 1, Map.of()));
  }

  private SweepFolder place(String name) {
    return new SweepFolder(folder.resolve(name));
  }

  private SweepOutcome train(SweepFolder place, Shard shard, boolean retry, SweepTrainer trainer)
      throws Exception {
    return Sweep.train(
        plan(),
        place,
        new Sweep.Options(1, shard, retry),
        trainer,
        SweepListener.NONE,
        () -> false);
  }

  private List<Path> collected(SweepFolder place) throws IOException {
    SweepTables.write(place, SweepResults.of(plan(), place));
    return List.of(place.table(), place.runTable(), place.markdown());
  }

  @Test
  void interruptedAndShardedSweepEndsWithTheFilesOfAnUndisturbedOne() throws Exception {
    SweepFolder whole = place("whole");
    SweepOutcome all = train(whole, Shard.WHOLE, false, inProcess(() -> false));
    assertThat(all.finished()).isEqualTo(4);
    assertThat(all.trained()).isEqualTo(4);
    assertThat(started).doesNotHaveDuplicates().hasSize(4);

    SweepFolder parts = place("parts");
    SweepOutcome stopped = train(parts, new Shard(0, 2), false, inProcess(() -> true));
    assertThat(stopped.interrupted()).isEqualTo(2);
    assertThat(stopped.runs()).isEqualTo(2);
    SweepResults partly = SweepResults.of(plan(), parts);
    assertThat(partly.remarks())
        .containsExactly("4 of 4 runs are not finished: 2 interrupted, 2 missing");
    train(parts, new Shard(1, 2), false, inProcess(() -> false));
    SweepOutcome rest = train(parts, new Shard(0, 2), false, inProcess(() -> false));
    assertThat(rest.finished()).isEqualTo(2);

    List<Path> expected = collected(whole);
    List<Path> found = collected(parts);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).hasSameBinaryContentAs(expected.get(i));
    }

    started.clear();
    SweepOutcome again = train(parts, Shard.WHOLE, false, inProcess(() -> false));
    assertThat(started).as("finished runs are skipped").isEmpty();
    assertThat(again.finished()).isEqualTo(4);
    assertThat(again.trained()).isZero();
  }

  @Test
  void recordsFailuresAndRetriesThemOnRequest() throws Exception {
    SweepFolder place = place("failing");
    SweepTrainer failing =
        (run, sweep, threads) ->
            run.config().model().gate().text().equals("none")
                ? InProcessTrainer.ended("exit code 1: no space left")
                : inProcess(() -> false).start(run, sweep, threads);
    SweepOutcome first = train(place, Shard.WHOLE, false, failing);
    assertThat(first.failed()).isEqualTo(2);
    assertThat(first.finished()).isEqualTo(2);

    SweepResults results = SweepResults.of(plan(), place);
    assertThat(results.combinations().get(1).finished()).isZero();
    assertThat(results.runs().get(1).failure()).isEqualTo("exit code 1: no space left");
    assertThat(SweepTables.markdown(results))
        .contains("2 of 4 runs are not finished: 2 failed")
        .contains(": failed, exit code 1: no space left");

    started.clear();
    assertThat(train(place, Shard.WHOLE, false, inProcess(() -> false)).failed()).isEqualTo(2);
    assertThat(started).as("failed runs are left alone").isEmpty();
    assertThat(train(place, Shard.WHOLE, true, inProcess(() -> false)).finished()).isEqualTo(4);
    assertThat(SweepResults.of(plan(), place).remarks()).isEmpty();
  }

  /** Such as after a start with {@code --jobs 1}, continued with {@code --jobs 2}. */
  @Test
  void tellsThatNewRunsGetOtherThreads() throws Exception {
    SweepFolder place = place("threads");
    String three = YAML.replace("threads: 1", "threads: 3");
    String auto = YAML.replace("threads: 1", "threads: 0");
    assertThat(threadsThatDiffer(place, auto)).as("nothing is finished").isEmpty();
    Sweep.train(
        plan(three),
        place,
        new Sweep.Options(1, new Shard(0, 4), false),
        inProcess(() -> false),
        SweepListener.NONE,
        () -> false);
    assertThat(threadsThatDiffer(place, three)).isEmpty();
    assertThat(threadsThatDiffer(place, auto)).containsExactly("3, now 1");
  }

  /** The sweep stops before its first run, and has more jobs than cores: a thread each. */
  private List<String> threadsThatDiffer(SweepFolder place, String yaml) throws Exception {
    List<String> told = new ArrayList<>();
    SweepListener listener =
        new SweepListener() {
          @Override
          public void threadsDiffer(int before, int now) {
            told.add(before + ", now " + now);
          }
        };
    Sweep.train(
        plan(yaml),
        place,
        new Sweep.Options(1024, Shard.WHOLE, false),
        inProcess(() -> false),
        listener,
        () -> true);
    return told;
  }

  @Test
  void leavesARunToTheProcessThatTrainsIt() throws Exception {
    SweepFolder place = place("shared");
    SweepRun taken = plan().runs().get(0);
    RunFolder other = RunFolder.create(place.path(), taken.name());
    RunLock lock = RunLock.take(other);
    List<String> left = new ArrayList<>();
    List<String> startedBefore = new ArrayList<>();
    SweepListener listener =
        new SweepListener() {
          @Override
          public void leftToOthers(SweepRun run) {
            left.add(run.name());
          }

          @Override
          public void ended(SweepRun run, RunState state, String detail) {
            if (started.size() == 3) { // the other process dies
              startedBefore.addAll(started);
              lock.close();
            }
          }
        };
    SweepOutcome outcome =
        Sweep.train(
            plan(),
            place,
            new Sweep.Options(1, Shard.WHOLE, false),
            inProcess(() -> false),
            listener,
            () -> false);
    assertThat(left).containsExactly(taken.name());
    assertThat(startedBefore).hasSize(3).doesNotContain(taken.name());
    assertThat(outcome.finished()).as("the run is taken over").isEqualTo(4);
    assertThat(started).hasSize(4).endsWith(taken.name());
  }

  @Test
  void comparesRunsOfTheSameSeedWithTheFirstCombination() throws Exception {
    SweepFolder place = place("compared");
    train(place, Shard.WHOLE, false, inProcess(() -> false));
    SweepResults results = SweepResults.of(plan(), place);
    SweepResults.Measured first = results.combinations().get(0).of(SweepMeasure.TEST_ACCURACY);
    SweepResults.Measured second = results.combinations().get(1).of(SweepMeasure.TEST_ACCURACY);
    assertThat(first.difference()).isNull();
    assertThat(second.pairs()).isEqualTo(2);
    assertThat(requireNonNull(second.difference()).value())
        .isCloseTo(
            requireNonNull(second.over().mean()) - requireNonNull(first.over().mean()),
            within(1e-12));
    assertThat(results.combinations().get(0).published()).isNull();
  }
}
