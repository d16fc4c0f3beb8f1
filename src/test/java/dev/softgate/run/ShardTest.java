package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

  @Test
  void parsesIndexFromZero() {
    assertThat(Shard.parse("0/1")).isEqualTo(Shard.WHOLE);
    assertThat(Shard.parse("3/4")).isEqualTo(new Shard(3, 4)).hasToString("3/4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "4/4", "-1/4", "1/0", "0/0", "1/2/3", " 0/2", "a/b", "1/9999999999"})
  void rejectsOtherForms(String text) {
    assertThatThrownBy(() -> Shard.parse(text))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "shard: must be i/n with i from 0 to n - 1, such as 0/4 for the first of 4, found '%s'",
            text);
  }

  @Test
  void readsSlurmArrays() {
    assertThat(of(slurm("5", "5", "3"))).isEqualTo(new Shard(0, 3));
    assertThat(of(slurm("7", "5", "3"))).isEqualTo(new Shard(2, 3));
    assertThat(
            of(
                Map.of(
                    "SLURM_ARRAY_TASK_ID", "14",
                    "SLURM_ARRAY_TASK_MIN", "10",
                    "SLURM_ARRAY_TASK_MAX", "16",
                    "SLURM_ARRAY_TASK_STEP", "2",
                    "SLURM_ARRAY_TASK_COUNT", "4")))
        .isEqualTo(new Shard(2, 4));
  }

  @Test
  void rejectsIncompleteOrIrregularSlurmArrays() {
    rejects(Map.of("SLURM_ARRAY_TASK_ID", "1"), "SLURM_ARRAY_TASK_MIN is not set");
    rejects(Map.of("SLURM_ARRAY_TASK_COUNT", "1"), "SLURM_ARRAY_TASK_ID is not set");
    rejects(
        Map.of("SLURM_ARRAY_TASK_ID", "1", "SLURM_ARRAY_TASK_MIN", "0"),
        "SLURM_ARRAY_TASK_COUNT is not set");
    rejects(slurm("x", "0", "3"), "SLURM_ARRAY_TASK_ID: must be a whole number, found 'x'");
    rejects(slurm("8", "5", "3"), "is not a range of 3 tasks from 5 in steps of 1");
    rejects(slurm("4", "5", "3"), "is not a range");
    rejects(slurm("0", "0", "0"), "is not a range");
    rejects( // --array=1,2,5 has a step of 1 and three tasks, but ends at 5
        Map.of(
            "SLURM_ARRAY_TASK_ID", "2",
            "SLURM_ARRAY_TASK_MIN", "1",
            "SLURM_ARRAY_TASK_MAX", "5",
            "SLURM_ARRAY_TASK_COUNT", "3"),
        "is not a range");
  }

  @Test
  void readsKubernetesJobsWithTheNumberOfShards() {
    Map<String, String> job = Map.of("JOB_COMPLETION_INDEX", "2");
    assertThat(Shard.of(null, 3, job)).isEqualTo(new Shard(2, 3));
    assertThatThrownBy(() -> Shard.of(null, 2, job))
        .hasMessage("JOB_COMPLETION_INDEX: must be below --shards 2, found 2");
    rejects(job, "JOB_COMPLETION_INDEX is set, but not the number of shards");
  }

  @Test
  void optionsWinOverTheEnvironment() {
    assertThat(Shard.of("1/2", null, slurm("0", "0", "3"))).isEqualTo(new Shard(1, 2));
    assertThat(Shard.of(null, 3, slurm("1", "0", "3"))).isEqualTo(new Shard(1, 3));
    assertThat(of(Map.of())).isNull();
    assertThatThrownBy(() -> Shard.of(null, 4, slurm("0", "0", "3")))
        .hasMessageContaining("the Slurm array has 3 tasks");
    assertThatThrownBy(() -> Shard.of("1/2", 2, Map.of()))
        .hasMessageContaining("give only one of the two");
    assertThatThrownBy(() -> Shard.of(null, 2, Map.of()))
        .hasMessageContaining("specify --shard i/2");
    assertThatThrownBy(() -> Shard.of(null, 0, Map.of()))
        .hasMessage("shards: must be at least 1, found 0");
  }

  @Test
  void dealsOutEachItemOnceInWholeBlocks() {
    assertThat(new Shard(1, 3).items(11, 2)).containsExactly(2, 3, 8, 9);
    assertThat(new Shard(2, 3).items(11, 2)).containsExactly(4, 5, 10);
    assertThat(new Shard(2, 3).items(3, 2)).isEmpty();
    for (int count = 1; count < 6; count++) {
      int shards = count;
      assertThat(
              IntStream.range(0, count)
                  .mapToObj(index -> new Shard(index, shards).items(100, 7))
                  .flatMapToInt(Arrays::stream)
                  .sorted())
          .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
      assertThat(IntStream.range(0, count).filter(index -> new Shard(index, shards).owns(13)))
          .containsExactly(13 % count);
    }
  }

  private static Map<String, String> slurm(String id, String least, String count) {
    return Map.of(
        "SLURM_ARRAY_TASK_ID", id,
        "SLURM_ARRAY_TASK_MIN", least,
        "SLURM_ARRAY_TASK_COUNT", count);
  }

  private static @Nullable Shard of(Map<String, String> environment) {
    return Shard.of(null, null, environment);
  }

  private static void rejects(Map<String, String> environment, String message) {
    assertThatThrownBy(() -> of(environment))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }
}
