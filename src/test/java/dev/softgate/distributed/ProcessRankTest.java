package dev.softgate.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.distributed.ProcessRank.Options;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessRankTest {

  private static final Map<String, String> TORCHRUN =
      Map.of("RANK", "3", "WORLD_SIZE", "8", "MASTER_ADDR", "node1", "MASTER_PORT", "29500");

  private static final Map<String, String> SLURM =
      Map.of(
          "SLURM_STEP_ID", "0",
          "SLURM_PROCID", "2",
          "SLURM_NTASKS", "4",
          "SLURM_JOB_ID", "1234567",
          "SLURM_STEP_NODELIST", "gpu[07-09,12],other");

  @Test
  void isAloneWithoutAnything() {
    assertThat(ProcessRank.of(Options.NONE, Map.of("LOCAL_RANK", "1")))
        .isEqualTo(ProcessRank.ALONE);
    assertThat(ProcessRank.ALONE.isAlone()).isTrue();
  }

  @Test
  void optionsPrecedeTheEnvironment() {
    ProcessRank place = ProcessRank.of(new Options(1, 2, "[::1]:29501"), TORCHRUN);
    assertThat(place).isEqualTo(new ProcessRank(1, 2, "::1", 29501));
    assertThat(place.master()).isEqualTo("[::1]:29501");
  }

  @Test
  void torchrunPrecedesSlurm() {
    Map<String, String> both = new HashMap<>(SLURM);
    both.putAll(TORCHRUN);
    assertThat(ProcessRank.of(Options.NONE, both)).isEqualTo(new ProcessRank(3, 8, "node1", 29500));
  }

  @Test
  void readsAStepOfSlurm() {
    assertThat(ProcessRank.of(Options.NONE, SLURM))
        .isEqualTo(new ProcessRank(2, 4, "gpu07", 15_000 + 4567));
    Map<String, String> named = new HashMap<>(SLURM);
    named.putAll(Map.of("MASTER_ADDR", "10.0.0.1", "MASTER_PORT", "4000"));
    assertThat(ProcessRank.of(Options.NONE, named))
        .isEqualTo(new ProcessRank(2, 4, "10.0.0.1", 4000));
  }

  @Test
  void ignoresSlurmOutsideAStep() {
    Map<String, String> batchScript = new HashMap<>(SLURM);
    batchScript.remove("SLURM_STEP_ID");
    assertThat(ProcessRank.of(Options.NONE, batchScript)).isEqualTo(ProcessRank.ALONE);
  }

  @ParameterizedTest
  @CsvSource({
    "node1, node1",
    "'node1,node2', node1",
    "'node[3-5]', node3",
    "'node[003,007-009]', node003",
    "'rack2-n[01-04]-ib,other[1-2]', rack2-n01-ib",
  })
  void findsTheFirstHost(String list, String host) {
    assertThat(ProcessRank.firstHost(list)).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"})
  void refusesHalfOfTorchrunsVariables(String missing) {
    Map<String, String> half = new HashMap<>(TORCHRUN);
    half.put(missing, " ");
    assertThatThrownBy(() -> ProcessRank.of(Options.NONE, half))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("without " + missing)
        .hasMessageNotContaining("\n");
  }

  /** Such as {@code softgate launch} inside torchrun or srun. */
  @Test
  void refusesARankWhereThereMayBeNone() {
    assertThatThrownBy(() -> ProcessRank.requireNone(TORCHRUN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("by RANK and WORLD_SIZE: run softgate train, without launch");
    assertThatThrownBy(() -> ProcessRank.requireNone(SLURM))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("by SLURM_PROCID and SLURM_NTASKS: run softgate train");
    Map<String, String> half = new HashMap<>(TORCHRUN);
    half.remove("WORLD_SIZE");
    assertThatThrownBy(() -> ProcessRank.requireNone(half))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("without WORLD_SIZE");
    Map<String, String> single = new HashMap<>(SLURM);
    single.putAll(Map.of("SLURM_PROCID", "0", "SLURM_NTASKS", "1", "MASTER_ADDR", "node1"));
    single.put("MASTER_PORT", "29500");
    ProcessRank.requireNone(single); // a single task of srun may launch
  }

  @Test
  void refusesAMasterWithoutRank() {
    assertThatThrownBy(
            () -> ProcessRank.of(Options.NONE, Map.of("MASTER_ADDR", "a", "MASTER_PORT", "1")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("MASTER_ADDR, MASTER_PORT without RANK, WORLD_SIZE");
  }

  @ParameterizedTest
  @CsvSource({"SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NODELIST"})
  void refusesHalfOfSlurmsVariables(String missing) {
    Map<String, String> half = new HashMap<>(SLURM);
    half.remove(missing);
    assertThatThrownBy(() -> ProcessRank.of(Options.NONE, half))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("without " + missing);
  }

  @Test
  void refusesSomeOfTheOptions() {
    assertThatThrownBy(() -> ProcessRank.of(new Options(0, null, null), TORCHRUN))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("world-size and master missing");
  }

  @ParameterizedTest
  @CsvSource({
    "RANK, 8, a rank from 0 to 7",
    "RANK, -1, a rank from 0 to 7",
    "RANK, one, RANK must be an integer",
    "WORLD_SIZE, 0, a world size from 1",
    "MASTER_PORT, 65536, port from 1 to 65535",
    "MASTER_ADDR, 'a b', name or address",
  })
  void refusesUnusableValues(String name, String value, String problem) {
    Map<String, String> bad = new HashMap<>(TORCHRUN);
    bad.put(name, value);
    assertThatThrownBy(() -> ProcessRank.of(Options.NONE, bad))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(value);
  }
}
