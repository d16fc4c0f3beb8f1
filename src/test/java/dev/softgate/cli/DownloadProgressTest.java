package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {

  private static final URI SOURCE = URI.create("https://example.org/c.tar.gz");

  @Test
  void printsTenthsWithoutATerminal() {
    DownloadProgress progress = new DownloadProgress(null);
    assertThat(progress.downloaded()).isFalse();
    try (LogCapture log = new LogCapture()) {
      progress.started(SOURCE, 10_000_000);
      for (int i = 0; i < 100; i++) {
        progress.advanced(100_000);
      }
      progress.finished();
      assertThat(log.messages())
          .hasSize(11)
          .startsWith("downloading https://example.org/c.tar.gz (10.0 MB)", "1.0 MB of 10.0 MB")
          .endsWith("10.0 MB of 10.0 MB");
    }
    assertThat(progress.downloaded()).isTrue();
  }

  @Test
  void countsBytesOfUnknownTotal() {
    DownloadProgress progress = new DownloadProgress(null);
    try (LogCapture log = new LogCapture()) {
      progress.started(SOURCE, -1);
      progress.advanced(20_000_000);
      progress.finished();
      assertThat(log.messages())
          .containsExactly("downloading https://example.org/c.tar.gz", "20.0 MB so far");
    }
  }

  @Test
  void showsABarOnATerminal() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(drawn, true, StandardCharsets.UTF_8);
    DownloadProgress progress = new DownloadProgress(new LiveLine(terminal, 80));
    try (LogCapture log = new LogCapture()) {
      progress.started(SOURCE, 10_000_000);
      progress.advanced(5_000_000);
      progress.finished();
      assertThat(log.messages()).hasSize(1);
    }
    assertThat(drawn.toString(StandardCharsets.UTF_8))
        .contains("download   50% [", "5.0 MB of 10.0 MB")
        .endsWith("\r\033[K");
  }
}
