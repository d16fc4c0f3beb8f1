package dev.softgate.distributed;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.torch.Collectives;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class ProcessGroupTest {

  @Test
  void sumsAndSharesTensors() {
    List<float[]> results =
        Processes.run(
            3,
            group -> {
              try (Scope scope = Scope.open()) {
                Tensor values =
                    Tensor.ofFloats(Device.CPU, new float[] {group.rank(), 0.5f, -1}, 3);
                group.sumInPlace(values);
                Tensor first = Tensor.ofFloats(Device.CPU, new float[] {group.rank() + 7}, 1);
                group.broadcastInPlace(first);
                float[] all = Arrays.copyOf(values.toFloats(), 4);
                all[3] = (float) first.item();
                return all;
              }
            });
    assertThat(results)
        .hasSize(3)
        .allMatch(each -> Arrays.equals(each, new float[] {3, 1.5f, -3, 7}));
  }

  @Test
  void gathersBytesOfAnyLengthInTheOrderOfTheRanks() {
    List<List<String>> results =
        Processes.run(
            3,
            group ->
                group.gather("x".repeat(9 * group.rank()).getBytes(StandardCharsets.UTF_8)).stream()
                    .map(each -> new String(each, StandardCharsets.UTF_8))
                    .toList());
    assertThat(results)
        .allSatisfy(all -> assertThat(all).containsExactly("", "x".repeat(9), "x".repeat(18)));
  }

  @Test
  void gathersNumbersBitForBit() {
    List<double[][]> results =
        Processes.run(
            2, group -> group.gather(new double[] {group.rank() - 0.1, Double.MIN_VALUE}));
    assertThat(results)
        .allSatisfy(
            all ->
                assertThat(all)
                    .isDeepEqualTo(
                        new double[][] {{-0.1, Double.MIN_VALUE}, {0.9, Double.MIN_VALUE}}));
  }

  @Test
  void broadcastsBytesOfRankZero() {
    byte[] bytes = new byte[1001];
    new Random(1).nextBytes(bytes);
    assertThat(Processes.run(2, group -> group.broadcast(group.leads() ? bytes : null)))
        .containsExactly(bytes, bytes);
    assertThat(ProcessGroup.alone().broadcast(bytes)).isSameAs(bytes);
  }

  @Test
  void publishesValues() {
    List<byte[]> read =
        Processes.run(
            2,
            group -> {
              if (group.leads()) {
                group.publish("key", new byte[] {4, 2});
              }
              group.barrier();
              assertThat(group.published("none")).isNull();
              return requireNonNull(group.published("key"));
            });
    assertThat(read).containsExactly(new byte[] {4, 2}, new byte[] {4, 2});
  }

  @Test
  void namesTheProcessThatDoesNotCome() {
    int port = Processes.freePort();
    assertThatThrownBy(
            () ->
                ProcessGroup.join(
                    new ProcessRank(0, 3, "127.0.0.1", port), Duration.ofMillis(1500)))
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining("for rank 1, 2 of 3 processes");
  }

  @Test
  void refusesABusyPort() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProcessRank place = new ProcessRank(0, 2, "127.0.0.1", busy.getLocalPort());
      assertThatThrownBy(() -> ProcessGroup.join(place, Duration.ofSeconds(1)))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("port " + busy.getLocalPort());
    }
  }

  @Test
  void refusesAnotherWorldSize() {
    int port = Processes.freePort();
    List<Callable<String>> tasks =
        List.of(
            () -> problem(new ProcessRank(0, 2, "127.0.0.1", port)),
            () -> problem(new ProcessRank(1, 3, "127.0.0.1", port)));
    assertThat(Processes.results(tasks))
        .containsOnly(
            "rank 1 was started with a world size of 3, rank 0 with 2; start all with the same");
  }

  @Test
  void refusesAnotherVersionOnAll() {
    int port = Processes.freePort();
    List<Callable<String>> tasks =
        List.of(
            () -> problem(new ProcessRank(0, 2, "127.0.0.1", port), "1.0.0"),
            () -> problem(new ProcessRank(1, 2, "127.0.0.1", port), "1.0.1"));
    assertThat(Processes.results(tasks))
        .containsOnly(
            "rank 1 has version 1.0.1 of Softgate, rank 0 has 1.0.0; start all with the same");
  }

  private static String problem(ProcessRank place, String version) {
    try (ProcessGroup group = JoinedGroup.join(place, Duration.ofSeconds(30), version)) {
      return "joined as " + group.rank();
    } catch (BadInputException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String problem(ProcessRank place) {
    try (ProcessGroup group = ProcessGroup.join(place, Duration.ofSeconds(30))) {
      return "joined as " + group.rank();
    } catch (BadInputException | LostProcessException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The garbage collector would delete a store that a group of libtorch still uses. */
  @Test
  void collectsNothingThatIsOpen() throws InterruptedException {
    WeakReference<Collectives> dropped = new WeakReference<>(dropped());
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(dropped.get()).isNotNull();
    requireNonNull(dropped.get()).close();
    for (int i = 0; i < 100 && dropped.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(dropped.get()).as("closed").isNull();
  }

  private static Collectives dropped() {
    ProcessRank place = new ProcessRank(0, 2, "127.0.0.1", Processes.freePort());
    return MasterStore.open(place, Duration.ofSeconds(10));
  }
}
