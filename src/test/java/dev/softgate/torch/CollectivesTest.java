package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class CollectivesTest {

  /** libtorch's flags are not safe to set twice at once. */
  @Test
  void anyThreadsLoad() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> loads =
          Collections.nCopies(
              64,
              () -> {
                Collectives.load();
                return true;
              });
      for (Future<Boolean> each : threads.invokeAll(loads)) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Without it a silent name server holds whoever connects for 10 seconds. */
  @Test
  void asksNameServersBriefly() {
    Collectives.load();
    assertThat(torch.get_env(Collectives.RESOLVER).get().getString())
        .isEqualTo(System.getenv().getOrDefault(Collectives.RESOLVER, "timeout:1 attempts:1"));
  }
}
