package dev.softgate.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileLinkTest {

  private static final Path PAGE = Path.of("/home/runs/first");

  @ParameterizedTest
  @CsvSource({
    "/home/runs/first/a.png, ./a.png",
    "/home/set/cat/a b#1?.png, ./../../set/cat/a%20b%231%3F.png",
    "/home/runs/first/c:d.png, ./c:d.png",
    "/home/runs/first/ü%41\".png, ./%C3%BC%2541%22.png",
    "/mnt/set/a b.png, file:///mnt/set/a%20b.png"
  })
  void isRelativeWherePossible(Path file, String href) {
    FileLink link = FileLink.of(file, PAGE);
    assertThat(link.href()).isEqualTo(href);
    assertThat(link.path()).isEqualTo(file.toString());
  }

  @Test
  void knowsWhatBrowsersShow() {
    assertThat(FileLink.of(Path.of("/home/a.JPG"), PAGE).shown()).isTrue();
    assertThat(FileLink.of(Path.of("/home/a.tiff"), PAGE).shown()).isFalse();
  }
}
