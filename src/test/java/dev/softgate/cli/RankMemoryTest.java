package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import dev.softgate.distributed.Processes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rank, as a process, whose heap is too small for its images. */
class RankMemoryTest {

  private static final int WAIT_SECONDS = 60;

  @TempDir Path folder;

  private String[] arguments(int rank, int port) {
    return TinyRun.arguments(
        folder,
        "run",
        1,
        "--rank=" + rank,
        "--world-size=2",
        "--master=127.0.0.1:" + port,
        "--timeout=" + WAIT_SECONDS + "s");
  }

  @Test
  void endsAllWithALineThatNamesIt() throws Exception {
    int port = Processes.freePort();
    List<String> words =
        new ArrayList<>(List.of("-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(
        List.of(
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            Main.class.getName()));
    words.addAll(List.of(arguments(1, port)));
    Process second =
        JavaProcess.of(words.toArray(String[]::new))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      CommandRun first = TinyRun.run(arguments(0, port));
      assertThat(first.err()).startsWith("softgate: rank 1 has ended: out of memory: the heap of ");
      assertThat(first.err()).hasLineCount(1);
      assertThat(first.exitCode()).isEqualTo(1);
      String err = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(err).contains("softgate: out of memory: the heap of ");
      assertThat(second.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
    } finally {
      second.destroyForcibly();
    }
  }
}
