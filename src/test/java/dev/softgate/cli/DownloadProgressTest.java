package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {

  private static final URI SOURCE = URI.create("https://example.org/c.tar.gz");

  @Test
  void withoutATerminalATenthIsALine() {
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
  void aSourceOfUnknownSizeIsCountedToo() {
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
  void onATerminalThereIsABarAndNoLines() {
    List<String> drawn = Collections.synchronizedList(new ArrayList<>());
    DownloadProgress progress = new DownloadProgress(new DelegatingProgressBarConsumer(drawn::add));
    try (LogCapture log = new LogCapture()) {
      progress.started(SOURCE, 10_000_000);
      progress.advanced(5_000_000);
      progress.finished();
      assertThat(log.messages()).hasSize(1);
    }
    assertThat(drawn).anyMatch(line -> line.contains("50%") && line.contains("10 MB"));
  }
}
