package dev.softgate.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program connects to the port of rank 0 while the group forms: a port scanner, say. */
class StrangerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "\0\0", "GET / HTTP/1.1\r\n\r\n", "\u0001", "\u0001\u0002"})
  void joinsWhileAnotherProgramIsConnected(String said) {
    int port = Processes.freePort();
    CountDownLatch there = new CountDownLatch(1);
    List<Callable<String>> tasks = new ArrayList<>();
    CountDownLatch joined = new CountDownLatch(2);
    tasks.add(() -> join(0, port, joined));
    tasks.add(
        () -> {
          there.await();
          return join(1, port, joined);
        });
    tasks.add(
        () -> {
          try (Socket stranger = connected(port)) {
            OutputStream out = stranger.getOutputStream();
            out.write(said.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            Thread.sleep(300); // until rank 0 has read it
            there.countDown();
            return joined.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS) ? "stayed" : "gave up";
          }
        });
    assertThat(Processes.results(tasks)).containsExactly("2", "2", "stayed");
  }

  private static String join(int rank, int port, CountDownLatch joined) {
    try (ProcessGroup group =
        ProcessGroup.join(new ProcessRank(rank, 2, "127.0.0.1", port), TIMEOUT)) {
      group.barrier();
      joined.countDown();
      return Integer.toString(group.size());
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Socket connected(int port) throws InterruptedException {
    for (int i = 0; ; i++) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return socket;
      } catch (IOException e) {
        if (i > 200) {
          throw new AssertionError(e);
        }
        Thread.sleep(20);
      }
    }
  }
}
